"""Rows whose number is worked out at run time, so that the compiler knows that they are not negative.

NumPy counts negative indices from the end, and Numba keeps to that: unless it can prove that an index is not negative,
every single access asks, and the loop around it stays scalar. A cleared sign is a proof.
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inlined, inner
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES

_MASK = np.int64(0xFFFFFFFF)


@inlined
def natural(row):
    """``row``, which must be from 0 to 2^32 - 1."""
    return row & _MASK


@inlined
def region_at(k):
    """Index of the first row of region ``k``."""
    return natural((at.N_NATION + k * at.N_REGION) * LANES)


@inlined
def ahead_at(k):
    """Index of the first scratch row of region ``k`` (layout.AHEAD)."""
    return natural((at.AHEAD + k * at.N_AHEAD) * LANES)


@inlined
def place_at(k, which):
    """Index of the first row of a place of region ``k``."""
    return natural((at.N_NATION + k * at.N_REGION + at.PLACE + which * at.PLACE_ROWS) * LANES)


@inner
def any_positive(rows, row):
    """Whether any lane of one row is above zero."""
    row, some = natural(row), 0
    for i in range(LANES):
        some += 1 if rows[row + i] > 0.0 else 0
    return some > 0
