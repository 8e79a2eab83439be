"""Paired differences between two arms of the same worlds, with their intervals and what the pairing is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from realpolitik.answers.numbers import NORMAL_90


def difference(changed: NDArray, factual: NDArray, weight: NDArray, probability: bool) -> dict[str, float] | None:
    """Mean and 90 % interval of a difference over weighted worlds; None where no world has it in both arms.

    The interval of a count is where the difference lies in 90 % of the worlds, about its ``median``; half of the worlds lie from
    ``half_low`` to ``half_high``. A few worlds of many dead can take the mean out of both. Of a probability, which in one world is yes or
    no, it is the interval of the mean. ``se`` is the standard error of the mean from the number of distinct worlds.
    """
    known, share = _known(changed, factual, weight)
    if not len(share):
        return None
    change = changed[known] - factual[known]
    mean = float(share @ change)
    error = float(np.sqrt(np.sum(np.square(share * (change - mean)))))
    found = {"mean": mean, "se": error}
    if probability:
        found |= {"low": mean - NORMAL_90 * error, "high": mean + NORMAL_90 * error}
    else:
        spread = quantile(change, share, (0.05, 0.25, 0.5, 0.75, 0.95)).tolist()
        found |= dict(zip(("low", "half_low", "median", "half_high", "high"), spread, strict=True))
    return {name: plain(value) for name, value in found.items()}


def level(values: NDArray, weight: NDArray, probability: bool) -> dict[str, float] | None:
    """The same of one arm's own values."""
    return difference(values, np.zeros_like(values), weight, probability)


def variance_ratio(changed: NDArray, factual: NDArray, weight: NDArray) -> float | None:
    """Variance of the difference of two independent samples of worlds over that of paired worlds; None where all differ alike."""
    known, share = _known(changed, factual, weight)
    if not len(share):
        return None
    paired = _variance(changed[known] - factual[known], share)
    apart = _variance(changed[known], share) + _variance(factual[known], share)
    return plain(apart / paired) if paired > 1e-12 * apart else None


def quantile(values: NDArray, weight: NDArray, at: tuple[float, ...]) -> NDArray:
    """Quantiles of weighted values: the least value that at least this share of the weight does not exceed."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return values[order[np.minimum(np.searchsorted(total / total[-1], np.array(at) - 1e-12), len(values) - 1)]]


def plain(value: float) -> float:
    """A number to six digits, without a negative zero."""
    return float(f"{value:.6g}") + 0.0


def _known(changed: NDArray, factual: NDArray, weight: NDArray) -> tuple[NDArray, NDArray]:
    known = np.isfinite(changed) & np.isfinite(factual)
    share = weight[known]
    return known, share / share.sum() if len(share) else share


def _variance(values: NDArray, share: NDArray) -> float:
    return float(share @ np.square(values - share @ values))
