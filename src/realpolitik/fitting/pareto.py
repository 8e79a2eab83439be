"""Pareto-smoothed importance sampling: weights, and k, which says whether to believe them.

Source: Vehtari, Simpson, Gelman, Yao & Gabry 2024 (JMLR 25:72); the fit of the generalised Pareto distribution is that of Zhang &
Stephens 2009 with the weak prior of the former.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

GOOD = 0.7  # above this k an estimate is not to be believed
_SAME = 1e-9  # log weights that differ by less are equal
_EVEN = 0.5  # weights with this share of the effective sample size or more have no tail to fit
_ALIKE = 9  # decimals to which log weights of draws that share their parameters agree
_FEW = 25  # with fewer distinct weights than this there is no tail to fit


def _fit(x: NDArray) -> tuple[float, float]:
    """Shape k and scale of a generalised Pareto distribution for sorted positive excesses."""
    n = len(x)
    m = 30 + int(np.sqrt(n))
    quarter = max(float(x[int(n / 4 + 0.5) - 1]), 1e-300)  # its inverse is a number
    b = 1.0 - np.sqrt(m / (np.arange(1, m + 1) - 0.5))
    b = b / (3.0 * quarter) + 1.0 / x[-1]
    k = np.mean(np.log1p(-b[:, None] * x), axis=1)
    score = n * (np.log(-(b / k)) - k - 1.0)
    best = np.sum(b * softmax(score))
    shape = np.mean(np.log1p(-best * x))
    scale = -shape / best
    return (n * shape + 10 * 0.5) / (n + 10), scale


def smooth(log_weights: NDArray, normalise: bool = True) -> tuple[NDArray, float]:
    """Smoothed log weights (by default normalised to sum to one) and Pareto k (−inf when there is no tail to speak of)."""
    top = float(np.max(log_weights))
    lw = np.asarray(log_weights, float) - top
    n = len(lw)
    tail = int(min(0.2 * n, 3.0 * np.sqrt(n)))
    k = -np.inf
    if tail >= 5:
        order = np.argsort(lw, kind="stable")
        cut = lw[order[-tail - 1]]
        chosen = order[-tail:]
        excess = np.exp(lw[chosen]) - np.exp(cut)
        if excess[-1] > 1e-10 and excess[0] > 0.0:
            k, scale = _fit(excess)
            if np.isfinite(k) and scale > 0:
                q = (np.arange(1, tail + 1) - 0.5) / tail
                fitted = scale * np.expm1(np.minimum(-k * np.log1p(-q), 700.0)) / k if abs(k) > 1e-9 else -scale * np.log1p(-q)
                lw = lw.copy()
                lw[chosen] = np.minimum(np.log(fitted + np.exp(cut)), 0.0)
    return lw - np.log(np.sum(np.exp(lw))) if normalise else lw + top, float(k)


def weigh_up(log_weight: NDArray) -> tuple[float, float, NDArray, float]:
    """Log mean of weights, the standard error of that in nats, the weights smoothed and normalised, and Pareto k.

    The log mean of the ratios of two densities over draws of one is the log ratio of their evidences. Draws that weigh exactly the same are
    one to the tail, which keeps a draw that is stored several times from hiding it.

    >>> import numpy as np
    >>> value, se, weight, k = weigh_up(np.full(100, 2.0))
    >>> round(value, 6), round(se, 6), k
    (2.0, 0.0, -inf)
    """
    n = len(log_weight)
    if np.ptp(log_weight) < _SAME:
        return float(log_weight[0]), 0.0, np.full(n, 1.0 / n), -np.inf
    # draws that share what the weight is made of are one draw told several times, to the tail as to anybody
    distinct, which = np.unique(np.round(log_weight, _ALIKE), return_inverse=True)
    smoothed, k = smooth(distinct, normalise=False) if len(distinct) >= _FEW else (distinct, -np.inf)
    smoothed = smoothed[which]
    value = float(logsumexp(smoothed) - np.log(n))
    weight = np.exp(smoothed - logsumexp(smoothed))
    uneven = float(np.square(weight).sum())
    if not np.isfinite(k) and 1.0 / uneven < _EVEN * n:
        k = np.inf
    return value, float(np.sqrt(max(uneven - 1.0 / n, 0.0))), weight, k
