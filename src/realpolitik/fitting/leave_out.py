"""What the odds would be without an item, a reporter, a day, all decisions, all counts or all that silence tells.

The posterior worlds are weighted by one over the likelihood of what is left out: Z₋ = Z · E[∏ g⁻¹]. Weights are Pareto-smoothed; k above
0.7 says that the worlds fitted with the item cannot say what would be without it, and the answer is flagged. Of a clamped act only its
weight goes: the act stays.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from realpolitik.fitting.account import Fit
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.pareto import smooth

Set = tuple[str, ...]


def change_without(fit: Fit, items: NDArray, power: float) -> tuple[float, float]:
    """Change of the log evidence of one fit when ``items`` (indices), each of weight ``power``, are left out, and Pareto k."""
    kept = fit.replay.weight > 0.0
    gain = -power * fit.replay.items[items][:, kept].sum(axis=0)
    if np.ptp(gain) < 1e-12:
        return float(gain[0]) if len(gain) else 0.0, -np.inf
    log_weight = gain + np.log(fit.replay.weight[kept])
    smoothed, k = smooth(log_weight, normalise=False)
    return float(np.logaddexp.reduce(smoothed)), k


def without(fits: Mapping[Set, Fit], items: NDArray, power: float) -> tuple[dict[Set, float], dict[Set, float]]:
    """Log evidence of every set without ``items``, and Pareto k of each."""
    values, ks = {}, {}
    for claims, fit in fits.items():
        change, k = change_without(fit, items, power) if len(items) else (0.0, -np.inf)
        values[claims], ks[claims] = fit.log_evidence + change, k
    return values, ks


def groups(docket: Docket, day_of: Mapping[int, str]) -> list[tuple[str, str, NDArray]]:
    """What is left out together: (kind, name, indices). ``day_of`` names the day each item is about."""
    entries = docket.entries
    found: list[tuple[str, str, NDArray]] = []

    def add(kind: str, name: str, wanted) -> None:
        chosen = np.array([j for j, e in enumerate(entries) if wanted(j, e)], int)
        if len(chosen):
            found.append((kind, name, chosen))

    for name in sorted({e.item.by[0] for e in entries if e.item.by}):
        add("reporter", name, lambda j, e, name=name: bool(e.item.by) and e.item.by[0] == name)
    for day in sorted(set(day_of.values())):
        add("day", day, lambda j, e, day=day: day_of.get(j) == day)
    add("decisions", "all decisions", lambda j, e: len(e.event) == 1)
    add("counts", "all counts", lambda j, e: e.treatment in ("count", "share"))
    add("silence", "all silence", lambda j, e: e.silent)
    return found
