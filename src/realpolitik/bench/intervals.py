"""Medians, ratios and exponents with intervals that assume nothing about how timings scatter."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Median and the order statistics that hold the true median with at least 95 %, or all that there is below six values.

    >>> median_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    (5.0, 2.0, 8.0)
    """
    ordered = sorted(values)
    n = len(ordered)
    cut, below = 0, 0.5**n
    while cut + 1 < n / 2 and 2.0 * (below + math.comb(n, cut + 1) * 0.5**n) <= 0.05:
        cut += 1
        below += math.comb(n, cut) * 0.5**n
    return float(np.median(ordered)), ordered[cut], ordered[n - 1 - cut]


def log_mean(values: ArrayLike) -> tuple[float, float]:
    """Log of the mean of exp(values) and its standard error (delta method)."""
    x = np.asarray(values, float)
    top = x.max()
    w = np.exp(x - top)
    error = w.std(ddof=1) / w.mean() / math.sqrt(len(w)) if len(w) > 1 else math.nan
    return float(top + math.log(w.mean())), float(error)


def efficiency_ratio(ours: Sequence[float], theirs: Sequence[float], exact: float, draws: int = 4000) -> tuple[float, float, float]:
    """Mean squared error of theirs over that of ours about ``exact``, with the 2.5 and 97.5 % quantiles of the bootstrap over runs."""
    a, b = np.square(np.asarray(ours) - exact), np.square(np.asarray(theirs) - exact)
    rng = np.random.default_rng(1)
    again = rng.choice(b, (draws, len(b))).mean(axis=1) / rng.choice(a, (draws, len(a))).mean(axis=1)
    low, high = np.quantile(again, [0.025, 0.975])
    return float(b.mean() / a.mean()), float(low), float(high)


def exponent(sizes: Sequence[float], rounds: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Slope of log seconds [round][size] on log size: the median of the rounds' slopes and its interval."""
    x = np.log(np.asarray(sizes, float))
    return median_interval([float(np.polyfit(x, np.log(seconds), 1)[0]) for seconds in rounds])
