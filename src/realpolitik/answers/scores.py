"""Proper scores of forecasts: Brier, logarithmic, CRPS and the weighted interval score (Gneiting & Raftery 2007). Lower is better."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


def brier(probability: ArrayLike, came: ArrayLike) -> NDArray:
    """(p - o)^2 for an event that came (1) or did not (0).

    >>> float(brier(0.0, 1))
    1.0
    """
    return np.square(np.asarray(probability, float) - np.asarray(came, float))


def log_score(probability: ArrayLike, came: ArrayLike) -> NDArray:
    """Minus the logarithm (nats) of the probability given to what came; infinite where that was none."""
    p, o = np.asarray(probability, float), np.asarray(came, float)
    with np.errstate(divide="ignore"):
        return -np.log(np.where(o > 0.5, p, 1.0 - p))


class Murphy(NamedTuple):
    """Parts of a mean Brier score: reliability - resolution + uncertainty, exact when forecasts in a group are equal."""

    reliability: float
    resolution: float
    uncertainty: float


def murphy(probability: ArrayLike, came: ArrayLike) -> Murphy:
    """Murphy's decomposition over forecasts [n], grouped by equal probability."""
    p, o = np.asarray(probability, float), np.asarray(came, float)
    values, group = np.unique(p, return_inverse=True)
    count = np.bincount(group)
    rate = np.bincount(group, weights=o) / count
    base = o.mean()
    share = count / len(p)
    return Murphy(
        float((share * np.square(values - rate)).sum()), float((share * np.square(rate - base)).sum()), float(base * (1.0 - base))
    )


def crps_samples(samples: ArrayLike, came: ArrayLike, weight: ArrayLike | None = None) -> NDArray:
    """Continuous ranked probability score of draws [..., draw] at `came` [...]: that of their step function.

    ``weight`` [..., draw] need not be normalised. Computed by sorting, so that thousands of draws cost little.
    """
    x = np.asarray(samples, float)
    w = np.ones_like(x) if weight is None else np.broadcast_to(np.asarray(weight, float), x.shape)
    w = w / w.sum(axis=-1, keepdims=True)
    order = np.argsort(x, axis=-1, kind="stable")
    x, w = np.take_along_axis(x, order, -1), np.take_along_axis(w, order, -1)
    below = np.cumsum(w, axis=-1)
    # E|X - X'| = 2 sum over gaps of F (1 - F) times the gap
    half_spread = (below[..., :-1] * (1.0 - below[..., :-1]) * np.diff(x, axis=-1)).sum(axis=-1)
    return (w * np.abs(x - np.asarray(came, float)[..., None])).sum(axis=-1) - half_spread


def pinball(quantile: ArrayLike, level: ArrayLike, came: ArrayLike) -> NDArray:
    """Quantile score (1[y < q] - level)(q - y), [..., level]."""
    q, p = np.asarray(quantile, float), np.asarray(level, float)
    y = np.asarray(came, float)[..., None]
    return ((y < q).astype(float) - p) * (q - y)


def crps_quantiles(quantile: ArrayLike, level: ArrayLike, came: ArrayLike) -> NDArray:
    """CRPS of a forecast given by quantiles [..., level]: twice the mean quantile score; the levels should be evenly spread."""
    return 2.0 * pinball(quantile, level, came).mean(axis=-1)


def interval_score(low: ArrayLike, high: ArrayLike, alpha: ArrayLike, came: ArrayLike) -> NDArray:
    """Score of central (1 - alpha) intervals [..., interval]: width, and 2/alpha times what lies outside."""
    low, high, alpha = (np.asarray(v, float) for v in (low, high, alpha))
    y = np.asarray(came, float)[..., None]
    return (high - low) + (2.0 / alpha) * (np.maximum(low - y, 0.0) + np.maximum(y - high, 0.0))


def weighted_interval_score(median: ArrayLike, low: ArrayLike, high: ArrayLike, alpha: ArrayLike, came: ArrayLike) -> NDArray:
    """WIS of a median [...] and K central intervals [..., K] (Bracher et al. 2021)."""
    alpha = np.asarray(alpha, float)
    parts = (0.5 * alpha * interval_score(low, high, alpha, came)).sum(axis=-1)
    centre = 0.5 * np.abs(np.asarray(came, float) - np.asarray(median, float))
    return (centre + parts) / (alpha.shape[-1] + 0.5)
