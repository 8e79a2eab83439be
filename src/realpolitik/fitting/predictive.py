"""Whether the worlds of an account look like what was reported: predictive intervals of every figure, coverage, CRPS.

A figure's predictive distribution mixes, over worlds, the log-normal that the law of reports puts around what the reporter was
expected to say (R1, without the uninformative share). Posterior worlds give the posterior predictive check, prior worlds the prior
predictive check. CRPS is measured on log(figure + 1), so that a toll and a crowd count alike (Bosse et al. 2023). The naive curve says:
the last figure of the same quantity and place again, whoever gave it, with a log sd of one half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.crisis import layout as at
from realpolitik.fitting.evidence import Docket

DRAWS = 32  # predictive draws per world, at fixed quantiles
NAIVE_SD = 0.5
_Z = ndtri((np.arange(DRAWS) + 0.5) / DRAWS)


@dataclass(frozen=True)
class Check:
    """One figure against its predictive distribution."""

    index: int
    observed: float
    low: float
    median: float
    high: float
    inside: bool
    crps: float
    crps_naive: float | None
    outer_low: float
    outer_high: float


def _quantiles(values: NDArray, weights: NDArray, probabilities: tuple[float, ...]) -> NDArray:
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    return values[order][np.minimum(np.searchsorted(cumulated, np.array(probabilities) * cumulated[-1]), len(order) - 1)]


def _crps(values: NDArray, weights: NDArray, y: float) -> float:
    order = np.argsort(values)
    x, w = values[order], weights[order] / weights.sum()
    before = np.cumsum(w) - 0.5 * w
    return float(2.0 * np.sum(w * (x - y) * ((y < x) - before)))


def _figures(docket: Docket) -> list[int]:
    return [j for j, e in enumerate(docket.entries) if e.treatment == "count" and e.item.value is not None]


def check(docket: Docket, R: NDArray, expected: NDArray, weight: NDArray, seen: NDArray) -> list[Check]:
    """Check every exact, approximate or ranged figure.

    Parameters
    ----------
    R : float64[item, N_REPORT_FLOAT]
        Report table of the run that gave ``expected`` [item, lane] (log of figure plus ½) and ``weight`` [lane].
    seen : bool[item]
        Items that were judged in that run.
    """
    checks = []
    last: dict[tuple, float] = {}
    for j in _figures(docket):
        item = docket.entries[j].item
        value = item.value
        if value.form in ("at_least", "at_most") or R[j, at.R_OUTLIER] >= 1.0 or not seen[j]:
            continue
        sd = float(np.sqrt(R[j, at.R_VARIANCE]))
        draws = (expected[j][:, None] + sd * _Z[None, :]).ravel()
        figures = np.maximum(np.exp(np.minimum(draws, 40.0)) - 0.5, 0.0)
        w = np.repeat(weight, DRAWS)
        outer_low, low, median, high, outer_high = _quantiles(figures, w, (0.01, 0.05, 0.5, 0.95, 0.99))
        y = round(float(np.exp(R[j, at.R_LOG])) - 0.5, 6)  # as it is judged: of a range its middle on the log scale
        key = (item.what, item.where, item.mode)
        naive = None
        if key in last:
            z = np.log1p(last[key]) + NAIVE_SD * _Z
            naive = _crps(z, np.ones(DRAWS), float(np.log1p(y)))
        last[key] = y
        inside = bool(np.floor(low) <= value.high and value.low <= np.ceil(high))
        checks.append(
            Check(
                j,
                y,
                float(low),
                float(median),
                float(high),
                inside,
                _crps(np.log1p(figures), w, float(np.log1p(y))),
                naive,
                float(outer_low),
                float(outer_high),
            )
        )
    return checks


def summary(checks: list[Check], docket: Docket, leader: str) -> dict:
    """The ``predictive`` part of the results."""
    rows = [
        {
            "id": docket.entries[c.index].item.id,
            "what": docket.entries[c.index].item.what,
            "observed": c.observed,
            "low": c.low,
            "median": c.median,
            "high": c.high,
            "inside": c.inside,
            "crps": c.crps,
            "crps_naive": c.crps_naive,
        }
        for c in checks
    ]
    both = [c for c in checks if c.crps_naive is not None]
    widths = [np.log1p(c.high) - np.log1p(c.low) for c in checks]
    return {
        "leader": leader,
        "items": rows,
        "coverage": float(np.mean([c.inside for c in checks])) if checks else None,
        "median_width": float(np.median(widths)) if widths else None,
        "crps": float(np.mean([c.crps for c in both])) if both else None,
        "crps_naive": float(np.mean([c.crps_naive for c in both])) if both else None,
        "misses": [r["id"] for r in rows if not r["inside"]],
    }
