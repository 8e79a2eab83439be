"""Estimates from a ladder of temperatures: log evidence, each item's part of it, and where the rungs should stand.

A ladder has a state on each rung t, distributed as prior · exp(β_t E), E the log likelihood. Between neighbouring rungs the ratio of
normalising constants is estimated from both sides (the acceptance ratio of Bennett 1976, J. Comput. Phys. 22:245), which has the least
variance of all estimates that use these states. Ladders are independent but for what their proposals learnt, so leaving one out at a
time gives the standard error, with whatever the states of a chain have in common.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)
_log_sum = np.logaddexp.reduce  # log Σ exp; SciPy's takes a third of a millisecond whatever the size, and a jackknife asks a thousand times


def _ratio(lower: NDArray, upper: NDArray, gap: float) -> float:
    """log Z_{t+1} / Z_t from energies on the lower and the upper rung (as many), ``gap`` = β_{t+1} - β_t.

    The root of log Σ_lower 1 / (1 + exp(v - down)) - log Σ_upper 1 / (1 + exp(up - v)), which falls from the least energy to the greatest:
    Newton's steps, and halves of what holds the root where they leave it. In logs, so that rungs that do not overlap have a root too.
    """
    down, up = gap * np.ravel(lower), gap * np.ravel(upper)
    low, high = float(min(down.min(), up.min())), float(max(down.max(), up.max()))
    value = min(max(float(_log_sum(down)) - math.log(down.size), low), high)
    for _ in range(200):
        a, b = log_expit(down - value), log_expit(value - up)
        all_a, all_b = _log_sum(a), _log_sum(b)
        gain = float(all_a - all_b)
        low, high = (value, high) if gain > 0.0 else (low, value)
        slope = float((np.exp(a - all_a) * expit(value - down)).sum() + (np.exp(b - all_b) * expit(up - value)).sum())  # no BLAS
        step = gain / max(slope, 1e-12)
        if not low <= value + step <= high:
            step = 0.5 * (low + high) - value
        value += step
        if abs(step) <= 1e-10 + 1e-15 * abs(value):
            break
    return value


def log_constants(energies: NDArray, betas: NDArray) -> NDArray:
    """log Z of every rung, the first 0: ``energies`` [pass, ladder, rung]."""
    steps = [_ratio(energies[:, :, t], energies[:, :, t + 1], betas[t + 1] - betas[t]) for t in range(len(betas) - 1)]
    return np.concatenate([[0.0], np.cumsum(steps)])


def drift(energies: NDArray, betas: NDArray) -> float:
    """By how much the second half of the passes puts the log evidence above the first; NaN of a single pass."""
    half = len(energies) // 2
    if not half:
        return math.nan
    return float(log_constants(energies[half:], betas)[-1] - log_constants(energies[:half], betas)[-1])


def evidence(energies: NDArray, betas: NDArray) -> tuple[float, float]:
    """Log evidence and its standard error (jackknife over ladders); NaN where there is nothing to tell it from."""
    ladders = energies.shape[1]
    value, error = float(log_constants(energies, betas)[-1]), math.nan
    if ladders > 1:
        out = np.array([log_constants(np.delete(energies, k, axis=1), betas)[-1] for k in range(ladders)])
        error = math.sqrt((ladders - 1) * float(np.mean(np.square(out - out.mean()))))
    return value, error


def credit(energies: NDArray, items: NDArray, powers: NDArray, betas: NDArray, total: float) -> NDArray:
    """Each item's part of the log evidence ``total``, by the thermodynamic identity: log Z = Σ_i p_i ∫₀¹ E_β[ℓ_i] dβ.

    Parameters
    ----------
    energies : float64[snapshot, ladder, rung]
    items : float[snapshot, ladder, rung, item]
        Log likelihoods of the same states.
    powers : float64[item]
        p of every item.

    Between two rungs the mean at β weighs the states of both (Gauss-Legendre over β). What is left over is shared by size.
    """
    part = np.zeros(len(powers))
    logs = log_constants(energies, betas)
    size = math.log(energies[:, :, 0].size)
    for t in range(len(betas) - 1):
        e = energies[:, :, t : t + 2].reshape(-1)
        values = items[:, :, t : t + 2].reshape(len(e), -1)
        mixed = np.logaddexp(betas[t] * e - logs[t], betas[t + 1] * e - logs[t + 1]) + size
        middle, reach = 0.5 * (betas[t] + betas[t + 1]), 0.5 * (betas[t + 1] - betas[t])
        for x, weight in zip(_NODES, _WEIGHTS, strict=True):
            w = (middle + reach * x) * e - mixed
            w = np.exp(w - _log_sum(w))
            live = w > 0.0
            part += weight * reach * powers * np.einsum("p,pi->i", w[live], values[live])
    scale = np.abs(part) + 1e-12 * np.abs(powers)
    return part + (total - part.sum()) * scale / max(scale.sum(), 1e-300)


def spaced(betas: NDArray, rejected: NDArray) -> NDArray:
    """Rungs between which swaps are refused equally often (Syed, Bouchard-Côté, Deligiannidis & Doucet 2022, J. R. Stat. Soc. B 84:321),
    from the share refused between the present ones."""
    barrier = np.concatenate([[0.0], np.cumsum(np.maximum(np.nan_to_num(rejected, nan=1.0), 0.02))])
    found = np.interp(np.linspace(0.0, barrier[-1], len(betas)), barrier, betas)
    found[0], found[-1] = 0.0, 1.0
    return found


def first_rungs(rungs: int) -> NDArray:
    """The prior, and temperatures that fall geometrically to 1: where nothing is known of the barrier."""
    return np.concatenate([[0.0], np.geomspace(0.02, 1.0, rungs - 1)]) if rungs > 2 else np.array([0.0, 1.0])
