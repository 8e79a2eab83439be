"""Does 70 % come true seven times in ten? Statistics of stated probabilities and what was true; pure functions.

``stated`` float[crisis, account], rows summing to one; ``truth`` int[crisis] the account that was true.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, chi2, t

EDGES = np.linspace(0.0, 1.0, 11)
"""Edges of the bins of the reliability diagram."""
_LEAST = 1e-6  # probabilities are kept off 0 and 1 by this much where a logarithm is taken
_NULL = 2000
_STEEPEST = 20.0  # a slope beyond this is separation, not a slope


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return 0.5 * (self.high - self.low)


def hits(stated: NDArray, truth: NDArray) -> NDArray:
    """1 where an account was the true one, shape of ``stated``."""
    return (np.arange(stated.shape[1])[None, :] == np.asarray(truth)[:, None]).astype(float)


def logistic_slope(stated: NDArray, truth: NDArray) -> tuple[Estimate, Estimate] | None:
    """Slope and intercept of a logistic regression of "was true" on the log odds stated, over all pairs of crisis and account.

    Pairs of one crisis are no independent witnesses: intervals are from the sandwich clustered by crisis, with t quantiles. A perfect
    forecaster has slope 1 and intercept 0, an overconfident one a slope below 1. None where no finite slope fits best.
    Source: Cox 1958, Biometrika 45:562.
    """
    return clustered_slope(stated.ravel(), hits(stated, truth).ravel(), np.repeat(np.arange(len(stated)), stated.shape[1]))


def clustered_slope(stated: NDArray, came: NDArray, crisis: NDArray) -> tuple[Estimate, Estimate] | None:
    """:func:`logistic_slope` of any events: [event] ``stated``, ``came`` (0 or 1) and ``crisis``, whose it is, from 0."""
    if not len(stated):
        return None
    crises = int(crisis.max()) + 1
    p = np.clip(stated, _LEAST, 1.0 - _LEAST)
    X, y = np.stack([np.log(p / (1.0 - p)), np.ones(p.size)], axis=1), np.asarray(came, float)
    beta = np.array([1.0, 0.0])
    for _ in range(100):
        mean = 1.0 / (1.0 + np.exp(-np.clip(X @ beta, -500.0, 500.0)))
        information = X.T @ (X * (mean * (1.0 - mean))[:, None])
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, X.T @ (y - mean))
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        beta = beta + step
        if np.abs(beta).max() > _STEEPEST:
            return None
        if np.abs(step).max() < 1e-10:
            break
    mean = 1.0 / (1.0 + np.exp(-X @ beta))
    inverse = np.linalg.inv(X.T @ (X * (mean * (1.0 - mean))[:, None]))
    scores = np.zeros((crises, 2))
    np.add.at(scores, crisis, X * (y - mean)[:, None])
    spread = inverse @ (scores.T @ scores) @ inverse * crises / max(crises - 1, 1)
    half = t.ppf(0.975, max(crises - 1, 1)) * np.sqrt(np.diag(spread))
    slope, intercept = (Estimate(float(b), float(b - h), float(b + h)) for b, h in zip(beta, half, strict=True))
    return slope, intercept


def tempered(stated: NDArray, power: float, prior: NDArray | None = None) -> NDArray:
    """Odds with what the evidence gave them raised to a power: prior · (stated / prior)^power, renormalised over the last axis.

    ``prior`` [account], even if left out. Power 1 gives what was stated, 0 the prior; so tempering favours nobody beyond the prior.

    >>> tempered(np.array([0.9, 0.1]), 0.5).round(2).tolist()
    [0.75, 0.25]
    """
    logs = power * np.log(np.clip(stated, _LEAST, 1.0))
    if prior is not None:
        logs = logs + (1.0 - power) * np.log(prior)
    shares = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def exponent(stated: NDArray, truth: NDArray, prior: NDArray | None = None) -> Estimate | None:
    """The power b for which :func:`tempered` odds make the truth likeliest; the interval is that of the likelihood ratio.

    A perfect forecaster has 1, an overconfident one less. None where the interval has no end below 20.
    """
    held = np.zeros(stated.shape[1]) if prior is None else np.log(prior)
    logs = np.log(np.clip(stated, _LEAST, 1.0)) - held

    def loss(b: float) -> float:
        scaled = b * logs + held
        top = scaled.max(axis=1)
        return float(np.sum(np.log(np.exp(scaled - top[:, None]).sum(axis=1)) + top - scaled[np.arange(len(logs)), truth]))

    best = minimize_scalar(loss, bounds=(-1.0, _STEEPEST), method="bounded", options={"xatol": 1e-8})
    allowed = best.fun + 0.5 * chi2.ppf(0.95, 1)
    if loss(_STEEPEST) < allowed:
        return None

    def crossing(outside: float) -> float:
        inside = float(best.x)
        if loss(outside) < allowed:
            return outside
        for _ in range(60):
            middle = 0.5 * (inside + outside)
            inside, outside = (middle, outside) if loss(middle) < allowed else (inside, middle)
        return inside

    return Estimate(float(best.x), crossing(-_STEEPEST), crossing(_STEEPEST))


def stated_minus_hit(stated: NDArray, truth: NDArray) -> Estimate:
    """What was stated of the leader less how often he was true, with a t interval over crises. Overconfident: above 0."""
    lead = np.argmax(stated, axis=1)
    off = stated.max(axis=1) - (lead == truth)
    half = t.ppf(0.975, max(len(off) - 1, 1)) * float(np.std(off, ddof=1)) / math.sqrt(len(off))
    return Estimate(float(off.mean()), float(off.mean() - half), float(off.mean() + half))


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Estimate:
    """Sum of parts over sum of wholes, with a t interval over crises [crisis] (linearised; Cochran 1977, 6.4)."""
    a, b = np.asarray(parts, float), np.asarray(wholes, float)
    value, n = float(a.sum() / max(b.sum(), 1e-300)), len(a)
    spread = math.sqrt(float(np.square(a - value * b).sum()) * n / max(n - 1, 1)) / max(float(b.sum()), 1e-300)
    half = float(t.ppf(0.975, max(n - 1, 1))) * spread
    return Estimate(value, value - half, value + half)


def led(stated: NDArray, truth: NDArray) -> Estimate:
    """How often the true account led, with the exact binomial interval (Clopper & Pearson 1934)."""
    right = int(np.sum(np.argmax(stated, axis=1) == truth))
    interval = binomtest(right, len(truth)).proportion_ci(0.95)
    return Estimate(right / len(truth), float(interval.low), float(interval.high))


def reliability(stated: NDArray, truth: NDArray, edges: NDArray = EDGES) -> list[dict[str, float]]:
    """The reliability diagram as a table: pairs of crisis and account by what was stated, with counts."""
    return binned(stated.ravel(), hits(stated, truth).ravel(), edges)


def binned(p: NDArray, y: NDArray, edges: NDArray = EDGES) -> list[dict[str, float]]:
    """Probabilities of any events, ``p`` stated and ``y`` (0 or 1) what came, in bins with counts."""
    cells = np.clip(np.searchsorted(edges, p, "right") - 1, 0, len(edges) - 2)
    rows = []
    for b in range(len(edges) - 1):
        own = cells == b
        row = {"from": float(edges[b]), "to": float(edges[b + 1]), "pairs": int(own.sum()), "true": int(y[own].sum())}
        rows.append(row | {"stated": float(p[own].mean()) if own.any() else None})
    return rows


def calibration_error(stated: NDArray, truth: NDArray, edges: NDArray = EDGES) -> float:
    """Expected calibration error: |mean stated − share true| of the bins, weighted by their pairs."""
    p, y = stated.ravel(), hits(stated, truth).ravel()
    cells = np.clip(np.searchsorted(edges, p, "right") - 1, 0, len(edges) - 2)
    return float(np.abs(np.bincount(cells, p - y, len(edges) - 1)).sum() / p.size)


@dataclass(frozen=True)
class AgainstNull:
    """Calibration error beside that of a perfect forecaster who states the same: mean, 95 % quantile, share of nulls at least as large."""

    error: float
    mean: float
    high: float
    share: float


def against_null(stated: NDArray, truth: NDArray, seed: int = 0, draws: int = _NULL) -> AgainstNull:
    """Draw the truth of every crisis from what was stated, and see how large the error of such a forecaster is at this size."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    cumulated = np.cumsum(stated, axis=1)
    error = calibration_error(stated, truth)
    null = np.empty(draws)
    for i in range(draws):
        drawn = (rng.random(len(stated))[:, None] * cumulated[:, -1:] > cumulated).sum(axis=1)
        null[i] = calibration_error(stated, np.minimum(drawn, stated.shape[1] - 1))
    return AgainstNull(error, float(null.mean()), float(np.quantile(null, 0.95)), float(np.mean(null >= error - 1e-12)))


def rank_histogram(ranks: Sequence[float], bins: int = 10) -> tuple[list[int], float]:
    """Counts of ranks (0 to 1) in equal bins, and the χ² p-value of their being uniform (Talts et al. 2018)."""
    counts = np.histogram(np.asarray(ranks, float), bins, (0.0, 1.0))[0]
    expected = len(ranks) / bins
    statistic = float(np.sum(np.square(counts - expected)) / max(expected, 1e-300))
    return counts.tolist(), float(chi2.sf(statistic, bins - 1))


def log_score(stated: NDArray, truth: NDArray) -> float:
    """Mean of −log of what was stated of the truth, in nats; lower is better, log of the number of accounts says nothing at all."""
    return float(-np.mean(np.log(np.clip(stated[np.arange(len(truth)), truth], _LEAST, 1.0))))
