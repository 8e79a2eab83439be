"""Likelihood-informed directions: along which straight lines in z the evidence allows how wide a step.

Given its noise ids a world answers smoothly to its parameters, but not alike in all directions: on the Kazakhstan case the growth of the
crowd is known to a thirtieth of its prior width, half of the directions not at all. The expected curvature of the log likelihood,

    H = Σ_i p_i E[s_i s_i'],   s_i = ∂ℓ_i/∂z,

has these directions as eigenvectors (p_i the powers of the items; the information identity makes the outer product of scores a curvature:
Cui, Law & Marzouk 2016, J. Comput. Phys. 304:109). Scores are one-sided differences under unchanged chance at a few particles. A rotation
leaves the prior standard normal, so a proposal may take steps of its own length along each direction and stay reversible.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.compiled import kernel
from realpolitik.fitting.filter import Filtered

STEP = 0.05  # of a difference, prior standard deviations
MOST = 60.0  # a score beyond this (nats per standard deviation) is a jump between steps of the clock, not a slope


def curvature(at: NDArray, moved: NDArray, powers: NDArray) -> NDArray:
    """H float64[dimension, dimension] from items' log likelihoods ``at`` [particle, item] and after a step along each coordinate,
    ``moved`` [particle, dimension, item]; particles without a finite log likelihood are left out."""
    with np.errstate(invalid="ignore"):
        scores = (moved - at[:, None, :]) / STEP
    sound = np.isfinite(scores).all(axis=(1, 2))
    if not sound.any():
        return np.zeros((moved.shape[1], moved.shape[1]))
    scores = np.clip(scores[sound], -MOST, MOST)
    return np.einsum("pji,i,pki->jk", scores, powers, scores) / len(scores)


def probes(z: NDArray) -> NDArray:
    """Where :func:`curvature` wants the likelihood: [particle * dimension, dimension], each particle a step along each coordinate."""
    n, d = z.shape
    out = np.repeat(z, d, axis=0)
    out[np.arange(n * d), np.tile(np.arange(d), n)] += STEP
    return out


def of_ladders(
    likelihood: Callable[[NDArray, NDArray], Filtered],
    z: NDArray,
    ids: NDArray,
    items: NDArray,
    ladders: int,
    powers: NDArray,
    every: int = 1,
) -> NDArray:
    """Curvature of the whole log likelihood at states of each rung, [rung, 2, dimension, dimension]: what the first half of the ladders
    proposes by is measured at a particle of the second on this rung and its neighbours, and the other way round. Nothing at the prior.

    Parameters
    ----------
    z, ids, items : arrays [particle, ...]
        In order of ladder, then rung.
    every : int
        Measured are every so many rungs from the top, :func:`probed` of them, and neighbours are what is no farther than that.
    """
    T, d = len(z) // ladders, z.shape[1]
    others = [ladders - 1, 0]  # a ladder of the other half; with a single ladder there is no other
    on = np.arange(T - 1, 0, -every)
    rows = np.array([k * T + t for k in others for t in on])
    run = likelihood(probes(z[rows]), np.repeat(ids[rows], d, axis=0))
    at, moved = items[rows].reshape(2, len(on), 1, -1), run.items.reshape(2, len(on), 1, d, -1)
    one = np.array([[curvature(at[side, t], moved[side, t], powers) for t in range(len(on))] for side in (0, 1)])
    smooth = [one[:, np.abs(on - t) <= every].mean(axis=1) for t in range(1, T)]
    return np.stack([np.zeros((2, d, d)), *smooth])


def probed(rungs: int, every: int = 1) -> int:
    """How many particles of each half of the ladders :func:`of_ladders` measures at."""
    return len(range(rungs - 1, 0, -every))


def directions(H: NDArray, sweeps: int = 12) -> tuple[NDArray, NDArray]:
    """Eigenvalues [dimension] (not below 0) and eigenvectors (rows) of a symmetric matrix, in no order, good to a hundredth of what two
    directions know: any orthogonal rows make valid proposals.

    Jacobi's method: plain arithmetic and no BLAS, whose threads may round in any order, since these numbers steer the sampling.
    """
    A, V = np.ascontiguousarray(H), np.eye(len(H))
    A = A.copy()
    _jacobi(A, V, sweeps)
    return np.maximum(np.diag(A), 0.0), V


@kernel
def _jacobi(A, V, sweeps):
    """Rotate ``A`` towards a diagonal in place; ``V`` keeps the rotations as rows."""
    d = A.shape[0]
    for _ in range(sweeps):
        worst = 0.0
        for p in range(d - 1):
            for q in range(p + 1, d):
                known = (1.0 + max(A[p, p], 0.0)) * (1.0 + max(A[q, q], 0.0))
                size = A[p, q] * A[p, q] / known
                worst = max(worst, size)
                if size <= 1e-6:
                    continue
                theta = (A[q, q] - A[p, p]) / (2.0 * A[p, q])
                t = (1.0 if theta >= 0.0 else -1.0) / (abs(theta) + np.sqrt(1.0 + theta * theta))
                c = 1.0 / np.sqrt(1.0 + t * t)
                s = t * c
                for k in range(d):
                    a, b, v, w = A[p, k], A[q, k], V[p, k], V[q, k]
                    A[p, k], A[q, k] = c * a - s * b, s * a + c * b
                    V[p, k], V[q, k] = c * v - s * w, s * v + c * w
                for k in range(d):
                    a, b = A[k, p], A[k, q]
                    A[k, p], A[k, q] = c * a - s * b, s * a + c * b
        if worst <= 1e-4:
            return
