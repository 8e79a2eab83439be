"""Proposals of the sampler: ways to move a particle, and how often each is taken.

A particle is moved in one of these ways (:data:`WAYS`), each reversible for a Gaussian, so that directions the evidence does not inform
cost nothing (preconditioned Crank-Nicolson: Cotter, Roberts, Stuart & White 2013):

* ``fitted``: a random subset of coordinates, those that the evidence informs more often, around a Gaussian fitted to particles of
  *other* sub-runs. Fitted to the own ones it would reproduce the narrowness of a resampled population and bias the evidence;
* ``fresh``: many coordinates at once anew from the prior, those that the evidence hardly informs more often;
* ``single``: one coordinate around the prior;
* ``region``: all that belongs to one region, parameters and chance;
* ``chance``: noise ids only (block pseudo-marginal: Tran, Kohn, Quiroz & Villani 2016).

Which way is taken is learnt from stage to stage: with r_j the rate at which the mixture moves coordinate j (expected squared jump over
variance), shares are multiplied by Σ_j J_oj / r_j, which climbs Σ_j log r_j (the multiplicative rule for D-optimal designs, Silvey,
Titterington & Torsney 1978): no coordinate is left behind for others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.chance.keys import combine_array, name_key, uniform_array

FITTED, FRESH, SINGLE, REGION, CHANCE = range(5)
WAYS: tuple[tuple[int, float, float, float], ...] = (
    # family, how many coordinates (number or share), stride, share of noise ids renewed
    (FITTED, 4, 1.0, 0.0),
    (FITTED, 16, 0.45, 0.0),
    (FITTED, 16, 0.9, 0.03),
    (FITTED, math.inf, 0.3, 0.0),
    (FITTED, math.inf, 0.8, 0.1),
    (FRESH, 0.05, 1.0, 0.0),
    (FRESH, 0.15, 1.0, 0.05),
    (FRESH, 0.4, 1.0, 0.1),
    (FRESH, 0.9, 1.0, 0.3),
    (SINGLE, 1, 1.0, 0.0),
    (REGION, 1, 1.0, 1.0),
    (CHANCE, 0, 0.0, 0.25),
    (CHANCE, 0, 0.0, 1.0),
)
"""Ways to propose; :func:`usable` says which make sense for a model."""
_FAMILY, _SIZE, _STRIDE, _RENEW = (np.array(column) for column in zip(*WAYS, strict=True))
_UNIFORM = 0.15  # part of the shares that is never learnt away
_CHANCE_WEIGHT = 0.1  # weight of chance beside the coordinates, of their number
_SHRINK = 0.1  # correlations are drawn towards none by this, and more where few particles tell them


@dataclass(frozen=True)
class Structure:
    """What belongs to each region: ``columns`` bool[region, dimension], ``blocks`` bool[region, noise block]."""

    columns: NDArray
    blocks: NDArray


@dataclass(frozen=True)
class Guide:
    """What proposals know of the target: for each half of the sub-runs the mean [2, dimension] and covariance [2, dimension, dimension]
    of the *other* half, and the share of each way [way]."""

    mean: NDArray
    covariance: NDArray
    shares: NDArray

    @cached_property
    def factors(self) -> tuple[NDArray, NDArray]:
        """Cholesky factors of both covariances."""
        return _cholesky(self.covariance[0]), _cholesky(self.covariance[1])


def normals(key: np.uint64, shape: tuple[int, int]) -> NDArray:
    """Standard normal numbers [particle, dimension], each named by its particle and dimension."""
    lanes = combine_array(key, np.arange(shape[0], dtype=np.uint64))
    return ndtri(uniform_array(lanes[:, None], np.arange(shape[1], dtype=np.uint64)[None, :]))


def fresh_ids(key: np.uint64, n: int, names: NDArray | None) -> NDArray:
    """Noise ids of n particles: uint64[n], or uint64[n, block] keyed by the blocks' names."""
    ids = combine_array(key, np.arange(n, dtype=np.uint64))
    return ids if names is None else combine_array(ids[:, None], names[None, :])


def usable(structure: Structure | None, blocks: int) -> NDArray:
    """bool[way]: ways that make sense; a particle with a single noise id renews it whatever the way."""
    return np.array(
        [
            not (family == REGION and structure is None) and not (family == CHANCE and blocks == 1 and renew < 1.0)
            for family, _, _, renew in WAYS
        ]
    )


def first_guide(dimension: int, structure: Structure | None, blocks: int) -> Guide:
    """Before anything is known: the prior, all ways alike."""
    on = usable(structure, blocks).astype(float)
    eye = np.broadcast_to(np.eye(dimension), (2, dimension, dimension)).copy()
    return Guide(np.zeros((2, dimension)), eye, on / on.sum())


def moments(z: NDArray, weight: NDArray, steps: int = 1) -> tuple[NDArray, NDArray]:
    """Weighted mean [dimension] and shrunk covariance [dimension, dimension] of particles [particle, dimension], of which ``steps`` come
    from each chain and tell little more than one."""
    mean = np.einsum("p,pj->j", weight, z)
    deviation = (z - mean) * np.sqrt(weight)[:, None]
    covariance = np.einsum("pi,pj->ij", deviation, deviation)
    told = 1.0 / np.square(weight).sum() / steps  # particles' worth
    shrink = min(_SHRINK + z.shape[1] / (4.0 * told), 0.9)
    diagonal = np.maximum(np.diag(covariance), 0.03**2)
    covariance = (1.0 - shrink) * covariance
    np.fill_diagonal(covariance, diagonal)
    return mean, covariance


def learn(guide: Guide, jumps: NDArray, uses: NDArray, on: NDArray) -> NDArray:
    """New shares from ``jumps`` [way, dimension + 1], summed expected squared jumps over variances (the last column: share of chance
    renewed) and ``uses`` [way]."""
    if not uses.any():
        return guide.shares
    rate = jumps.sum(axis=0) / uses.sum()
    weight = np.ones(len(rate))
    weight[-1] = max(_CHANCE_WEIGHT * (len(rate) - 1), 1.0)
    per_use = jumps / np.maximum(uses, 1.0)[:, None]
    gain = np.where(uses > 0, (weight * per_use / np.maximum(rate, 1e-9)).sum(axis=1) / weight.sum(), 1.0)
    shares = np.where(on, guide.shares * gain, 0.0)
    if not 0.0 < shares.sum() < np.inf:
        return guide.shares
    return (1.0 - _UNIFORM) * shares / shares.sum() + _UNIFORM * on / on.sum()


def _solve(factor: NDArray, x: NDArray) -> NDArray:
    """Rows of x in the coordinates of the fitted Gaussian (forward substitution, no BLAS threads in what steers sampling)."""
    out = np.empty_like(x)
    for j in range(x.shape[1]):
        out[:, j] = (x[:, j] - np.einsum("pk,k->p", out[:, :j], factor[j, :j])) / factor[j, j]
    return out


def _subset(key: np.uint64, size: float, wanted: NDArray) -> NDArray:
    """``size`` coordinates without replacement with probabilities in proportion to ``wanted`` (Gumbel's trick), sorted."""
    if size >= len(wanted):
        return np.arange(len(wanted))
    u = uniform_array(key, np.arange(len(wanted), dtype=np.uint64))
    return np.sort(np.argsort(np.log(wanted) - np.log(-np.log(u)), kind="stable")[-int(size) :])


def _cholesky(covariance: NDArray) -> NDArray:
    """Lower factor, column by column without BLAS; where rounding leaves a variance without a root, correlations are weakened."""
    d = len(covariance)
    for extra in (0.0, 0.3, 0.7, 1.0):
        kept = (1.0 - extra) * covariance
        np.fill_diagonal(kept, np.diag(covariance))
        factor = np.zeros((d, d))
        for j in range(d):
            rest = kept[j:, j] - np.einsum("ik,k->i", factor[j:, :j], factor[j, :j])
            if not rest[0] > 1e-12:
                break
            factor[j:, j] = rest / math.sqrt(rest[0])
        else:
            return factor
    raise AssertionError("a diagonal matrix has a Cholesky factor")


def propose(
    z: NDArray, ids: NDArray, half: NDArray, key: np.uint64, guide: Guide, structure: Structure | None
) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """One proposal for every particle.

    Parameters
    ----------
    z : float64[particle, dimension]
    ids : uint64[particle] or uint64[particle, noise block]
    half : int64[particle]
        Which half of the sub-runs a particle belongs to.

    Returns
    -------
    z' [particle, dimension], log of the ratio of the reference densities (old over new is added to the prior's) [particle], which noise
    ids to renew [particle, noise block] or [particle], way [particle].
    """
    n, d = z.shape
    lanes = combine_array(key, np.arange(n, dtype=np.uint64))
    way = np.minimum(np.searchsorted(np.cumsum(guide.shares), uniform_array(lanes, np.uint64(name_key("way"))), "right"), len(WAYS) - 1)
    family, size, stride = _FAMILY[way], _SIZE[way], _STRIDE[way]
    widths = np.clip(np.sqrt(np.array([np.diag(c) for c in guide.covariance])), 0.05, 1.0)
    width = widths[half]
    fresh = normals(combine_array(key, np.uint64(name_key("step"))), z.shape)
    column = uniform_array(lanes, np.uint64(name_key("column")))
    moved = np.zeros((n, d), bool)

    names = combine_array(np.uint64(name_key("fresh")), np.arange(d, dtype=np.uint64))
    chosen = family == FRESH
    moved[chosen] = uniform_array(lanes[chosen, None], names[None, :]) < size[chosen, None] * width[chosen] ** 3
    chosen = np.flatnonzero(family == SINGLE)
    wanted = np.cumsum(1.2 - widths, axis=1)
    wanted /= wanted[:, -1:]
    moved[chosen, np.minimum((wanted[half[chosen]] < column[chosen, None]).sum(axis=1), d - 1)] = True
    if structure is not None:
        chosen = np.flatnonzero(family == REGION)
        region = np.minimum((column * len(structure.columns)).astype(int), len(structure.columns) - 1)
        moved[chosen] = structure.columns[region[chosen]]
    keep = np.sqrt(1.0 - stride * stride)
    out = np.where(moved, keep[:, None] * z + stride[:, None] * fresh, z)
    back = 0.5 * (np.square(out).sum(axis=1) - np.square(z).sum(axis=1))

    for wide in sorted({w[1] for w in WAYS if w[0] == FITTED}):
        for side in (0, 1):
            rows = np.flatnonzero((family == FITTED) & (size == wide) & (half == side))
            if not len(rows):
                continue
            columns = _subset(combine_array(key, np.uint64(name_key("subset", str(wide), side))), wide, 1.05 - widths[side])
            mean = guide.mean[side][columns]
            factor = guide.factors[side] if len(columns) == d else _cholesky(guide.covariance[side][np.ix_(columns, columns)])
            own = _solve(factor, z[np.ix_(rows, columns)] - mean)
            step = keep[rows, None] * own + stride[rows, None] * fresh[np.ix_(rows, columns)]
            out[np.ix_(rows, columns)] = mean + np.einsum("jk,pk->pj", factor, step)
            back[rows] = 0.5 * (np.square(step).sum(axis=1) - np.square(own).sum(axis=1))
    if ids.ndim == 1:
        return out, back, np.ones(n, bool), way
    blocks = combine_array(np.uint64(name_key("renew")), np.arange(ids.shape[1], dtype=np.uint64))
    renewed = uniform_array(lanes[:, None], blocks[None, :]) < _RENEW[way][:, None]
    if structure is not None:
        chosen = np.flatnonzero(family == REGION)
        renewed[chosen] &= structure.blocks[region[chosen]]
    return out, back, renewed, way
