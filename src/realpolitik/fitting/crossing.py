"""From one evidence to another: by how much the log evidence changes when the same reports are told, dated or stepped otherwise.

Draws of a fit stand under the first likelihood L₀. A short ladder of densities prior · L₀^(1−β) L₁^β leads to the second, its rungs
exchange states, and the ratio of the two evidences is estimated from both sides as in a fit (:mod:`realpolitik.fitting.ladder`). Where the
two differ little the ladder is easy, and the error of the fit itself drops out, for both evidences share it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.keys import combine_array, name_key, uniform_array
from realpolitik.fitting import ladder
from realpolitik.fitting.directions import curvature, probes
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.proposals import Guide, propose
from realpolitik.fitting.renewal import Structure, renew_ids

Both = Callable[[NDArray, NDArray], tuple[Filtered, Filtered]]
"""(z, noise ids) -> what each evidence makes of the same particles."""
_SHARES = np.array([0.1, 0.2, 0.25, 0.15, 0.02, 0.0, 0.02, 0.02, 0.02, 0.04, 0.02, 0.08, 0.04, 0.02, 0.01, 0.01])
"""How often each way to propose is taken (``proposals.WAYS``): near what fits learn on their top rungs."""
_PROBED = 4


@dataclass(frozen=True)
class Work:
    """Ladders, rungs of each (together the worlds of one block), passes (the first half settles and tells nothing)."""

    ladders: int = 32
    rungs: int = 4
    passes: int = 240


@dataclass(frozen=True)
class Crossed:
    """``change`` of the log evidence in nats, its standard ``error`` (jackknife over ladders, or half the drift), ``drift``, and the share
    of swaps refused, summed along a ladder."""

    change: float
    error: float
    drift: float
    barrier: float


def cross(
    z: NDArray, ids: NDArray, names: NDArray, both: Both, powers: NDArray, structure: Structure, key: np.uint64, work: Work
) -> Crossed:
    """The change of the log evidence from the first likelihood to the second.

    Parameters
    ----------
    z, ids : float64[draw, dimension], uint64[draw, noise block]
        Draws under the first likelihood, taken in turn.
    names : uint64[noise block]
    powers : float64[item]
        Of the first likelihood's items, for the curvature.
    """
    L, T = work.ladders, work.rungs
    pick = np.arange(L * T) % len(z)
    z, ids = z[pick].copy(), ids[pick].copy()
    betas, rung = np.linspace(0.0, 1.0, T), np.tile(np.arange(T), L)
    half = np.repeat(np.arange(L), T) * 2 // max(L, 2)
    old, new = _energies(both(z, ids))
    guide = Guide(_curvatures(z, ids, half, both, powers), _SHARES / _SHARES.sum())
    seen, refused, offered = [], np.zeros(T - 1), np.zeros(T - 1)
    for number in range(work.passes):
        own = combine_array(key, np.uint64(number))
        to, renewed, _ = propose(z, ids, half, own, [guide], structure)
        there = renew_ids(combine_array(own, name_key("noise")), ids, names, renewed)
        olds, news = _energies(both(to, there))
        ratio = (1.0 - betas[rung]) * (olds - old) + betas[rung] * (news - new)
        u = uniform_array(combine_array(own, np.arange(len(z), dtype=np.uint64)), name_key("accept"))
        yes = np.log(u) < ratio
        z[yes], ids[yes], old[yes], new[yes] = to[yes], there[yes], olds[yes], news[yes]
        u = uniform_array(combine_array(own, np.arange(len(z), dtype=np.uint64)), name_key("swap")).reshape(L, T)
        gain = (new - old).reshape(L, T)
        for t in range(number % 2, T - 1, 2):
            chance = np.minimum((betas[t + 1] - betas[t]) * (gain[:, t] - gain[:, t + 1]), 0.0)
            offered[t] += L
            refused[t] += float((1.0 - np.exp(chance)).sum())
            lower = np.flatnonzero(np.log(u[:, t]) < chance) * T + t
            for array in (z, ids, old, new):
                array[lower], array[lower + 1] = array[lower + 1].copy(), array[lower].copy()
        if number >= work.passes // 2:
            seen.append((new - old).reshape(L, T).copy())
    value, error = ladder.evidence(np.stack(seen), betas)
    drift = ladder.drift(np.stack(seen), betas)
    return Crossed(value, max(error, 0.5 * abs(drift)), drift, float((refused / np.maximum(offered, 1.0)).sum()))


def _energies(found: tuple[Filtered, Filtered]) -> tuple[NDArray, NDArray]:
    one, two = (np.maximum(np.where(np.isnan(run.evidence), -1e9, run.evidence), -1e9) for run in found)
    return one, two


def _curvatures(z: NDArray, ids: NDArray, half: NDArray, both: Both, powers: NDArray) -> NDArray:
    """What each half of the ladders proposes by, measured at particles of the other."""
    found = []
    for side in (0, 1):
        rows = np.flatnonzero(half != side)[:: max(int((half != side).sum()) // _PROBED, 1)][:_PROBED] if half.any() else np.arange(_PROBED)
        at = both(z[rows], ids[rows])[0].items
        moved = both(probes(z[rows]), np.repeat(ids[rows], z.shape[1], axis=0))[0].items
        found.append(curvature(at, moved.reshape(len(rows), z.shape[1], -1), powers))
    return np.stack(found)
