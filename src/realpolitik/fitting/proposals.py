"""Proposals of the sampler: ways to move a particle, and how often each is taken.

Every way leaves the prior as it is, so that it is accepted by the likelihood alone and directions the evidence does not inform cost
nothing (preconditioned Crank-Nicolson: Cotter, Roberts, Stuart & White 2013):

* ``INFORMED``: a random share of the likelihood-informed directions (:mod:`realpolitik.fitting.directions`), each by a stride that fits
  what the evidence tells of it, and some noise ids with them;
* ``SINGLE``: one coordinate;
* ``REGION``: all that belongs to one region, parameters and chance;
* ``CHANCE``: noise ids only (:mod:`realpolitik.fitting.renewal`).

Directions are learnt from particles of *other* ladders: learnt from the own ones they would follow the population and bias the evidence.
Which way is taken is learnt from round to round: with r_j the rate at which the mixture moves direction j (expected squared jump over
variance), shares are multiplied by the mean of J_oj / r_j over j, which climbs Σ_j log r_j (the multiplicative rule for D-optimal designs,
Silvey, Titterington & Torsney 1978): no direction is left behind for others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.chance.keys import combine_array, name_key, uniform_array
from realpolitik.fitting.directions import directions
from realpolitik.fitting.renewal import AFTER, ALL, NONE, SCATTER, SPAN, Structure, regions_drawn, renewals

INFORMED, SINGLE, REGION, CHANCE = range(4)
WAYS: tuple[tuple[int, float, float, int, float], ...] = (
    # family, share of the directions or coordinates, stride, kind of renewal of noise ids, size of it
    (INFORMED, 1.0, 0.3, NONE, 0),
    (INFORMED, 1.0, 0.6, SCATTER, 16),
    (INFORMED, 0.5, 0.8, SCATTER, 32),
    (INFORMED, 0.25, 1.2, SCATTER, 32),
    (INFORMED, 0.1, 2.0, SCATTER, 8),
    (INFORMED, 0.5, 2.5, SCATTER, 64),
    (SINGLE, 0.0, 0.3, NONE, 0),
    (SINGLE, 0.0, 1.0, NONE, 0),
    (REGION, 0.0, 1.0, SPAN, math.inf),
    (REGION, 0.0, 0.4, SPAN, 4),
    (CHANCE, 0.0, 0.0, SCATTER, 1),
    (CHANCE, 0.0, 0.0, SCATTER, 64),
    (CHANCE, 0.0, 0.0, SPAN, 4),
    (CHANCE, 0.0, 0.0, SPAN, math.inf),
    (CHANCE, 0.0, 0.0, AFTER, 0),
    (CHANCE, 0.0, 0.0, ALL, 0),
)
"""Ways to propose; :func:`usable` says which make sense for a model."""
_FAMILY, _SHARE, _STRIDE, _KIND, _RENEW = (np.array(column) for column in zip(*WAYS, strict=True))
_UNIFORM = 0.2  # part of the shares that is never learnt away


@dataclass(frozen=True)
class Guide:
    """What proposals know of the target: for each half of the ladders the curvature of the log likelihood at particles of the *other*
    half [2, dimension, dimension], and the share of each way [way]."""

    curvature: NDArray
    shares: NDArray

    @cached_property
    def lines(self) -> tuple[tuple[NDArray, NDArray], tuple[NDArray, NDArray]]:
        """For each half the curvature along each informed direction [dimension], and the directions as rows [dimension, dimension]."""
        return directions(self.curvature[0]), directions(self.curvature[1])


def normals(key: np.uint64, shape: tuple[int, int]) -> NDArray:
    """Standard normal numbers [particle, dimension], each named by its particle and dimension."""
    lanes = combine_array(key, np.arange(shape[0], dtype=np.uint64))
    return ndtri(uniform_array(lanes[:, None], np.arange(shape[1], dtype=np.uint64)[None, :]))


def usable(structure: Structure | None, blocks: int) -> NDArray:
    """bool[way]: ways that make sense; a particle with a single noise id renews it whatever the way."""
    return np.array(
        [
            not (structure is None and (family == REGION or kind in (SPAN, AFTER)))
            and not (family == CHANCE and blocks == 1 and kind != ALL)
            for family, _, _, kind, _ in WAYS
        ]
    )


def first_guide(dimension: int, structure: Structure | None, blocks: int) -> Guide:
    """Before anything is known: no direction is informed, all ways alike."""
    on = usable(structure, blocks).astype(float)
    return Guide(np.zeros((2, dimension, dimension)), on / on.sum())


def chance_shares(structure: Structure | None, blocks: int) -> NDArray:
    """Groups of noise ids that must not be left behind, as shares: float64[noise block, group] with columns that sum to one.

    Each region's and the nation's chance is one group while the clock runs and one at the start.
    """
    if structure is None:
        return np.full((blocks, 1), 1.0 / blocks)
    group = 2 * structure.region + (structure.piece < 0)
    table = (group[:, None] == np.unique(group)[None, :]).astype(float)
    return table / table.sum(axis=0)


def learn(guide: Guide, jumps: NDArray, uses: NDArray, on: NDArray) -> NDArray:
    """New shares from ``jumps`` [way, dimension + group], summed expected squared jumps over variances (behind the directions the share
    renewed of each group of noise ids) and ``uses`` [way]."""
    if not uses.any():
        return guide.shares
    rate = jumps.sum(axis=0) / uses.sum()
    per_use = jumps / np.maximum(uses, 1.0)[:, None]
    gain = np.where(uses > 0, (per_use / np.maximum(rate, 1e-9)).mean(axis=1), 1.0)
    shares = np.where(on, guide.shares * gain, 0.0)
    if not 0.0 < shares.sum() < np.inf:
        return guide.shares
    return (1.0 - _UNIFORM) * shares / shares.sum() + _UNIFORM * on / on.sum()


def propose(
    z: NDArray, ids: NDArray, side: NDArray, key: np.uint64, guides: Sequence[Guide], structure: Structure | None
) -> tuple[NDArray, NDArray, NDArray]:
    """One proposal for every particle; its ratio is that of the likelihoods.

    Parameters
    ----------
    z : float64[particle, dimension]
    ids : uint64[particle] or uint64[particle, noise block]
    side : int64[particle]
        Twice the rung of a particle, plus the half that its ladder belongs to.
    guides : sequence of Guide
        One for each rung.

    Returns
    -------
    z' [particle, dimension], which noise ids to renew [particle, noise block] or [particle], way [particle].
    """
    n, d = z.shape
    lanes = combine_array(key, np.arange(n, dtype=np.uint64))
    ladder = np.cumsum([guide.shares for guide in guides], axis=1)[side // 2]
    way = np.minimum((ladder <= uniform_array(lanes, name_key("way"))[:, None]).sum(axis=1), len(WAYS) - 1)
    family, stride = _FAMILY[way], _STRIDE[way]
    fresh = normals(combine_array(key, name_key("step")), z.shape)
    coin = uniform_array(lanes[:, None], combine_array(name_key("moved"), np.arange(d, dtype=np.uint64))[None, :])
    out = z.copy()

    def step(rows: NDArray, moved: NDArray, length: NDArray, at: NDArray) -> NDArray:
        length = np.where(moved, np.minimum(length, 1.0), 0.0)
        return np.sqrt(1.0 - np.square(length)) * at + length * fresh[rows]

    for own in range(2 * len(guides)):
        rows = np.flatnonzero((family == INFORMED) & (side == own))
        if len(rows):
            known, line = guides[own // 2].lines[own % 2]
            length = stride[rows, None] / np.sqrt(1.0 + known)
            moved = coin[rows] < _SHARE[way[rows], None]
            out[rows] = np.einsum("pi,ij->pj", step(rows, moved, length, np.einsum("pj,ij->pi", z[rows], line)), line)
    rows = np.flatnonzero(family == SINGLE)
    out[rows] = step(rows, coin[rows] == coin[rows].max(axis=1, keepdims=True), stride[rows, None], z[rows])
    region = None
    if structure is not None:
        rows = np.flatnonzero(family == REGION)
        region = regions_drawn(key, n, len(structure.columns))
        out[rows] = step(rows, structure.columns[region[rows]], stride[rows, None], z[rows])
        # a region's chance goes with its parameters, else any region's or the nation's
        anybody = regions_drawn(combine_array(key, name_key("whose")), n, len(structure.columns) + 1)
        region = np.where(family == REGION, region, anybody)
    if ids.ndim == 1:
        return out, np.ones(n, bool), way
    return out, renewals(key, _KIND[way], _RENEW[way], ids.shape[1], structure, region), way
