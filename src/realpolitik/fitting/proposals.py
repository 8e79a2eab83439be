"""Proposals of the sampler: which coordinates a particle moves, by how much, and which of its chance it renews.

A step is preconditioned Crank-Nicolson, reversible for a Gaussian fitted to the particles or for the prior: directions the evidence does
not inform cost nothing (Cotter, Roberts, Stuart & White 2013).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.chance.keys import combine_array, name_key, uniform_array

_AROUND_PRIOR = 0.5  # share of a part's proposals that are reversible for the prior
_NOISE = 3.0  # correlations below this many standard errors are taken to be none
_SHRINK = 0.3  # and those above are drawn towards none
# Without a structure: (size of the Crank-Nicolson step, share of the fitted Gaussian's directions it moves, share of noise ids
# renewed); one row is drawn per particle and move. A filter has one noise id, and every proposal renews it.
_PROPOSALS = (
    (0.0, 0.0, 0.02),
    (0.0, 0.0, 0.1),
    (0.1, 1.0, 0.0),
    (0.2, 1.0, 0.01),
    (0.4, 0.25, 0.0),
    (0.8, 0.08, 0.0),
    (0.8, 0.03, 0.01),
    (0.4, 0.15, 0.03),
    (1.0, 0.02, 0.0),
)
_ALL_NEW = ((0.15, 1.0, 1.0), (0.35, 1.0, 1.0), (0.7, 1.0, 1.0))


@dataclass(frozen=True)
class Part:
    """Coordinates that a proposal moves together, with the noise ids it may renew.

    ``columns`` int[...] of z; ``noise`` int[...] of the ids; ``strides`` sizes of the Crank-Nicolson step, one of which is drawn; ``renew``
    share of ``noise`` renewed; ``often`` the probability that a move is of this part. With ``one`` a proposal moves a single one of the
    columns, drawn per particle.
    """

    columns: NDArray
    noise: NDArray
    strides: tuple[float, ...]
    renew: float
    often: float
    one: bool = False


Structure = tuple[Part, ...]
"""Parts of a particle; their ``often`` sum to one."""


def normals(key: np.uint64, shape: tuple[int, int]) -> NDArray:
    """Standard normal numbers [particle, dimension], each named by its particle and dimension."""
    lanes = combine_array(key, np.arange(shape[0], dtype=np.uint64))
    return ndtri(uniform_array(lanes[:, None], np.arange(shape[1], dtype=np.uint64)[None, :]))


def fresh_ids(key: np.uint64, n: int, names: NDArray | None) -> NDArray:
    """Noise ids of n particles: uint64[n], or uint64[n, block] keyed by the blocks' names."""
    ids = combine_array(key, np.arange(n, dtype=np.uint64))
    return ids if names is None else combine_array(ids[:, None], names[None, :])


def fit_gaussian(z: NDArray) -> tuple[NDArray, NDArray]:
    """Mean and Cholesky factor of the Gaussian that proposals are reversible for."""
    mean = z.mean(axis=0)
    deviation = z - mean
    covariance = np.einsum("pi,pj->ij", deviation, deviation) / max(len(z) - 1, 1)
    sd = np.sqrt(np.maximum(np.diag(covariance), 1e-4))
    correlation = covariance / np.outer(sd, sd)
    correlation = np.where(np.abs(correlation) < _NOISE / math.sqrt(len(z)), 0.0, correlation)
    for shrink in (_SHRINK if z.shape[1] > len(z) / 8 else 0.05, 0.3, 0.7, 1.0):
        kept = (1.0 - shrink) * correlation
        np.fill_diagonal(kept, 1.0)
        try:
            return mean, sd[:, None] * np.linalg.cholesky(kept)
        except np.linalg.LinAlgError:
            continue
    raise AssertionError("the identity has a Cholesky factor")


def _solve(factor: NDArray, x: NDArray) -> NDArray:
    """Rows of x in the coordinates of the fitted Gaussian (forward substitution, no BLAS threads in what steers sampling)."""
    out = np.empty_like(x)
    for j in range(x.shape[1]):
        out[:, j] = (x[:, j] - np.einsum("pk,k->p", out[:, :j], factor[j, :j])) / factor[j, j]
    return out


def plain_proposal(state_z: NDArray, ids: NDArray, lanes: NDArray, key: np.uint64) -> tuple[NDArray, NDArray, NDArray]:
    """Proposal without a structure: z, log of the ratio of the fitted Gaussian's densities (old over new), noise ids to renew."""
    n, d = state_z.shape
    blocks = 1 if ids.ndim == 1 else ids.shape[1]
    mean, factor = fit_gaussian(state_z)
    own = _solve(factor, state_z - mean)
    table = np.array(_ALL_NEW if blocks == 1 else _PROPOSALS)
    u = uniform_array(lanes, np.uint64(name_key("kind")))
    row = table[np.minimum((u * len(table)).astype(int), len(table) - 1)]
    direction = uniform_array(
        lanes[:, None], combine_array(np.uint64(name_key("direction")), np.arange(d, dtype=np.uint64))[None, :]
    )
    renew = uniform_array(
        lanes[:, None], combine_array(np.uint64(name_key("renew")), np.arange(blocks, dtype=np.uint64))[None, :]
    )
    beta = row[:, :1]
    step = np.sqrt(1.0 - beta * beta) * own + beta * normals(combine_array(key, np.uint64(name_key("step"))), (n, d))
    step = np.where(direction < row[:, 1:2], step, own)
    back = 0.5 * (np.square(step).sum(axis=1) - np.square(own).sum(axis=1))
    return mean + np.einsum("jk,pk->pj", factor, step), back, renew < row[:, 2:3]


def part_proposal(
    state_z: NDArray, ids: NDArray, lanes: NDArray, key: np.uint64, structure: Structure
) -> tuple[NDArray, NDArray, NDArray]:
    """Proposal of one part for each particle; as :func:`plain_proposal`.

    It is reversible for the Gaussian fitted to that part, or, as often, for the prior: a population that resampling has narrowed fits a
    narrow Gaussian, and steps within it would keep it narrow; steps around the prior spread it again wherever the evidence allows.
    """
    n = len(state_z)
    z, back, renewed = state_z.copy(), np.zeros(n), np.zeros(ids.shape, bool)
    which = np.searchsorted(
        np.cumsum([p.often for p in structure]), uniform_array(lanes, np.uint64(name_key("part"))), "right"
    )
    size = uniform_array(lanes, np.uint64(name_key("stride")))
    around = uniform_array(lanes, np.uint64(name_key("around")))
    fresh = normals(combine_array(key, np.uint64(name_key("step"))), state_z.shape)
    renew = uniform_array(
        lanes[:, None],
        combine_array(np.uint64(name_key("renew")), np.arange(ids.shape[1], dtype=np.uint64))[None, :],
    )
    for number, part in enumerate(structure):
        mine = np.flatnonzero(np.minimum(which, len(structure) - 1) == number)
        if not len(mine):
            continue
        if len(part.columns):
            columns = np.broadcast_to(part.columns, (len(mine), len(part.columns)))
            if part.one:
                pick = (uniform_array(lanes[mine], np.uint64(name_key("column"))) * len(part.columns)).astype(int)
                columns = part.columns[np.minimum(pick, len(part.columns) - 1)][:, None]
                mean, sd = state_z.mean(axis=0)[columns], np.maximum(state_z.std(axis=0, ddof=1), 1e-2)[columns]
            else:
                mean, factor = fit_gaussian(state_z[:, part.columns])
            rows = mine[:, None]
            now = state_z[rows, columns]
            prior = around[mine][:, None] < _AROUND_PRIOR
            own = np.where(prior, now, (now - mean) / sd if part.one else _solve(factor, now - mean))
            beta = np.array(part.strides)[
                np.minimum((size[mine] * len(part.strides)).astype(int), len(part.strides) - 1)
            ][:, None]
            step = np.sqrt(1.0 - beta * beta) * own + beta * fresh[rows, columns]
            fitted = mean + (sd * step if part.one else np.einsum("jk,pk->pj", factor, step))
            z[rows, columns] = np.where(prior, step, fitted)
            back[mine] = 0.5 * (np.square(step).sum(axis=1) - np.square(own).sum(axis=1))
        renewed[np.ix_(mine, part.noise)] = renew[np.ix_(mine, part.noise)] < part.renew
    return z, back, renewed
