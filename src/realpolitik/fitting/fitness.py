"""Does any account explain the evidence? The first thing the results say.

An account explains the evidence if it beats the reference account without politics by at least a ban, and if the evidence is no
stranger to its own worlds than figures that those worlds would have given: the total log likelihood of the figures is compared with
that of figures drawn from the law of reports around the same worlds (posterior predictive check; Gelman, Meng & Stern 1996).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from realpolitik.crisis import layout as at
from realpolitik.crisis.reports import WRONG
from realpolitik.fitting.account import Fit
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.predictive import check, summary

REPLICATES = 400
STRANGE = 0.05
BAN = math.log(10.0)


@dataclass(frozen=True)
class Verdict:
    """The judgement and what it rests on."""

    fit: str
    first_line: str
    self_check: dict[str, Any] | None
    predictive: dict[str, Any]
    warnings: list[str]


def _log_density(z: np.ndarray, sd: np.ndarray, eps: np.ndarray) -> np.ndarray:
    """R1 and R2 for a figure ``z`` standard deviations off."""
    inside = (1.0 - eps) * np.exp(-0.5 * z * z) / (sd * math.sqrt(2.0 * math.pi))
    return np.log(inside + eps / (math.pi * WRONG * (1.0 + np.square(z * sd / WRONG))))


def strangeness(docket: Docket, fit: Fit) -> float | None:
    """Share of replicated sets of figures that are at least as strange to the account's worlds as the reported ones."""
    R = fit.replay.reports
    figures = [
        j
        for j, e in enumerate(docket.entries)
        if e.treatment == "count" and e.item.value.form not in ("at_least", "at_most") and R[j, at.R_OUTLIER] < 1.0
    ]
    if not figures:
        return None
    sd, eps = np.sqrt(R[figures, at.R_VARIANCE])[:, None], R[figures, at.R_OUTLIER][:, None]
    rng = np.random.Generator(np.random.Philox(key=1))
    shape = (len(figures), REPLICATES)
    wrong = rng.random(shape) < eps
    z = np.where(wrong, WRONG * rng.standard_cauchy(shape) / sd, rng.standard_normal(shape))
    replicated = _log_density(z, sd, eps).sum(axis=0)
    observed = fit.replay.items[figures].sum(axis=0)
    weight = fit.replay.weight
    below = np.searchsorted(np.sort(replicated), observed, "right") / REPLICATES
    return float(below @ weight)


def judge(docket: Docket, fit: Fit, accounts: list[dict[str, Any]], leader: str, reference: Fit) -> Verdict:
    """Judge the leader's fit and write the first line."""
    told = next(a for a in accounts if a["name"] == leader)
    ahead = (told["log_evidence"] - reference.log_evidence) / BAN
    doubt = 2.0 * math.hypot(told["se"], reference.se) / BAN
    doubt = doubt if math.isfinite(doubt) else math.inf
    seen = np.ones(len(docket.entries), bool)
    checks = check(docket, fit.replay.reports, fit.replay.expected, fit.replay.weight, seen)
    predictive = summary(checks, docket, leader)
    far = [docket.entries[c.index].item.id for c in checks if not c.outer_low <= c.observed <= c.outer_high]
    percentile = strangeness(docket, fit) if docket.entries else None
    strange = percentile is not None and percentile < STRANGE
    self_check = None if percentile is None else {"account": leader, "percentile": 100.0 * percentile, "poor_items": far}
    warnings = []
    if fit.replay.faults > 0.01:
        warnings.append(f"in {100 * fit.replay.faults:.0f} % of the leader's worlds an act that happened had no hazard in the model")
    if not docket.entries:
        return Verdict("good", "There is no evidence: the odds are the prior odds.", self_check, predictive, warnings)
    if ahead + doubt < 1.0:
        line = (
            f"None of the accounts explains the evidence well: the likeliest, {leader}, stands {ahead:.1f} bans from an extrapolation "
            "without politics, and one ban ahead is the least that counts."
        )
        return Verdict("poor", line, self_check, predictive, warnings)
    if strange:
        worst = ", ".join(far[:6]) or "no single item"
        line = (
            f"None of the accounts explains the evidence well: the figures are stranger to the worlds of {leader} than "
            f"{100 * (1 - percentile):.0f} % of the figures these worlds would give (worst: {worst})."
        )
        return Verdict("poor", line, self_check, predictive, warnings)
    if ahead - doubt < 1.0:
        line = (
            f"Whether any account explains the evidence cannot be said yet: {leader} stands {ahead:.1f} bans from an extrapolation "
            f"without politics, give or take {doubt:.1f} by the computing alone. Compute with more effort."
        )
        return Verdict("good", line, self_check, predictive, warnings)
    line = (
        f"The evidence is explained: {leader} beats an extrapolation without politics by {ahead:.1f} bans, and the figures are "
        "no stranger to its worlds than figures these worlds would give."
    )
    return Verdict("good", line, self_check, predictive, warnings)
