"""Which noise ids a proposal renews: block pseudo-marginal moves (Tran, Kohn, Quiroz & Villani 2016), from one id to all.

A renewed id is drawn from its law whatever it was, so that a renewal is reversible and its ratio is one. Ids are renewed

* ``SCATTER``: a few anywhere,
* ``SPAN``: of one region (or the nation), in a stretch of the clock, or all that belongs to it,
* ``AFTER``: of everybody, from one piece of the clock on,
* ``ALL``: all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.keys import combine_array, name_key, uniform_array

NONE, SCATTER, SPAN, AFTER, ALL = range(5)


@dataclass(frozen=True)
class Structure:
    """What belongs together: ``columns`` bool[region, dimension] parameters of each region; ``region`` int64[noise block] whose an id is
    (the number of regions for the nation's), ``piece`` int64[noise block] of the clock (-1 drawn at the start)."""

    columns: NDArray
    region: NDArray
    piece: NDArray


def fresh_ids(key: np.uint64, n: int, names: NDArray | None) -> NDArray:
    """Noise ids of n particles: uint64[n], or uint64[n, block] keyed by the blocks' names."""
    ids = combine_array(key, np.arange(n, dtype=np.uint64))
    return ids if names is None else combine_array(ids[:, None], names[None, :])


def renew_ids(key: np.uint64, ids: NDArray, names: NDArray | None, renewed: NDArray) -> NDArray:
    """``ids`` with those marked in ``renewed`` [particle] or [particle, block] drawn anew: the same numbers as :func:`fresh_ids` gives,
    worked out only where they are wanted."""
    new = ids.copy()
    lanes = combine_array(key, np.arange(len(ids), dtype=np.uint64))
    if names is None:
        return np.where(renewed, lanes, ids)
    rows, columns = np.nonzero(renewed)
    new[rows, columns] = combine_array(lanes[rows], names[columns])
    return new


def regions_drawn(key: np.uint64, n: int, number: int) -> NDArray:
    """For each particle one of ``number`` regions."""
    u = uniform_array(combine_array(key, np.arange(n, dtype=np.uint64)), name_key("region"))
    return np.minimum((u * number).astype(np.int64), number - 1)


def renewals(
    key: np.uint64, kind: NDArray, size: NDArray, blocks: int, structure: Structure | None, whose: NDArray | None = None
) -> NDArray:
    """Which ids to renew, bool[particle, block].

    Parameters
    ----------
    kind : int64[particle]
        One of the kinds above. SPAN and AFTER ask for a ``structure``.
    size : float64[particle]
        SCATTER: how many ids, drawn with replacement; SPAN: how many pieces of the clock (infinite: all that is the region's).
    whose : int64[particle], optional
        The region of a SPAN; without it, one is drawn, the nation among them.
    """
    n = len(kind)
    out = np.zeros((n, blocks), bool)
    out[kind == ALL] = True
    lanes = combine_array(key, np.arange(n, dtype=np.uint64))
    rows = np.flatnonzero(kind == SCATTER)
    if len(rows):
        most = int(size[rows].max())
        u = uniform_array(lanes[rows, None], np.arange(most, dtype=np.uint64)[None, :])
        column = np.minimum((u * blocks).astype(np.int64), blocks - 1)
        wanted = np.arange(most)[None, :] < size[rows, None]
        out[np.broadcast_to(rows[:, None], column.shape)[wanted], column[wanted]] = True
    if structure is None:
        return out
    pieces = int(structure.piece.max()) + 1
    begins = np.minimum((uniform_array(lanes, name_key("begins")) * pieces).astype(np.int64), pieces - 1)
    whose = regions_drawn(key, n, int(structure.region.max()) + 1) if whose is None else whose
    rows = np.flatnonzero(kind == SPAN)
    ends = begins[rows] + np.minimum(size[rows], 2 * pieces)
    inside = (structure.piece >= begins[rows, None]) & (structure.piece < ends[:, None]) | np.isinf(size[rows])[:, None]
    out[rows] = inside & (structure.region == whose[rows, None])
    rows = np.flatnonzero(kind == AFTER)
    out[rows] = structure.piece >= begins[rows, None]
    return out
