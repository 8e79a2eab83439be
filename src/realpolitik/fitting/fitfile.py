"""A finished fit as arrays and back, so that it is kept with the progress of a run and not computed again when the run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.fitting.account import Fit, Replay
from realpolitik.fitting.sampler import Sample

_SAMPLE, _REPLAY = "sample.", "replay."
_APART = ("claims", "sample", "replay")


def fit_arrays(found: Fit) -> dict[str, NDArray]:
    """All of a fit but its claims, by name; numbers as arrays without dimension."""
    arrays = {_SAMPLE + name: np.asarray(getattr(found.sample, name)) for name in Sample.__dataclass_fields__}
    arrays |= {_REPLAY + name: np.asarray(getattr(found.replay, name)) for name in Replay.__dataclass_fields__}
    return arrays | {name: np.asarray(getattr(found, name)) for name in Fit.__dataclass_fields__ if name not in _APART}


def fit_of(claims: tuple[str, ...], arrays: Mapping[str, NDArray]) -> Fit:
    """The inverse of :func:`fit_arrays`. KeyError where an array is missing."""

    def under(prefix: str) -> dict[str, NDArray]:
        return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}

    def plain(array: NDArray) -> Any:
        return array if array.ndim else array.item()

    replay = Replay(**{name: plain(array) for name, array in under(_REPLAY).items()})
    sample = Sample(**{name: plain(array) for name, array in under(_SAMPLE).items()})
    rest = {name: plain(arrays[name]) for name in Fit.__dataclass_fields__ if name not in _APART}
    return Fit(claims=claims, sample=sample, replay=replay, **rest)
