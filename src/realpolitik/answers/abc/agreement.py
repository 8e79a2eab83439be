"""Whether the odds and the second opinion agree on synthetic crises, within their errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from realpolitik.answers.abc.table import SECOND
from realpolitik.fitting import calibration_report as plain
from realpolitik.fitting.calibration_report import WEIGHTS, markdown

BEYOND = 1.96  # joint standard errors
_LEAST = 1e-6


def agreement(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Compare what the odds state with the second opinion, within their standard errors; rows are those of table.py.

    By weight: ``differ``, the share of crises where the account that leads in the second opinion gets probabilities further apart than
    1.96 joint standard errors; ``log_score``, the paired difference second less odds with a t interval (above 0: the odds did better).
    """
    weights = [w for w in WEIGHTS if w in rows[0]]
    accounts = list(rows[0][weights[0]]["stated"])
    truth = np.array([accounts.index(row["account"]) for row in rows])
    second = plain.stated_of(rows, SECOND)
    sd = np.array([list(row[SECOND]["sd"].values()) for row in rows])
    lead, each = np.argmax(second, axis=1), np.arange(len(rows))
    found: dict[str, Any] = {"crises": len(rows), "accounts": accounts, **rows[0]["about"], "weights": {}}
    found["second"] = plain.of_stated(second, truth)
    for w in weights:
        stated = plain.stated_of(rows, w)
        own = np.array([list(row[w]["sd"].values()) for row in rows])
        gap = np.abs(stated - second)[each, lead]
        joint = np.hypot(own, sd)[each, lead]
        scores = _surprise(second[each, truth]) - _surprise(stated[each, truth])
        found["weights"][w] = {
            **plain.of_stated(stated, truth),
            "same_leader": float(np.mean(np.argmax(stated, axis=1) == lead)),
            "gap": {"median": float(np.median(gap)), "max": float(gap.max())},
            "joint_error": float(np.median(joint)),
            "differ": float(np.mean(gap > BEYOND * joint)),
            "correlation": _correlation(stated, second),
            "paired": _mean(scores),
        }
    return found


def _mean(values: NDArray) -> dict[str, float] | None:
    """A mean with its t interval; None of fewer than three."""
    if len(values) < 3:
        return None
    middle = float(values.mean())
    half = float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values)))
    return {"value": middle, "low": middle - half, "high": middle + half}


def _surprise(p: NDArray) -> NDArray:
    return -np.log(np.clip(p, _LEAST, 1.0))


def _correlation(one: NDArray, other: NDArray) -> float | None:
    """Of the log odds of all pairs of crisis and account."""
    logits = [np.log(np.clip(p, _LEAST, 1.0 - _LEAST) / (1.0 - np.clip(p, _LEAST, 1.0 - _LEAST))).ravel() for p in (one, other)]
    return float(np.corrcoef(*logits)[0, 1]) if all(x.std() > 0.0 for x in logits) else None


def text_of(found: Mapping[str, Any]) -> str:
    """The comparison as Markdown."""
    weights = found["weights"]
    head = (
        f"{found['crises']} synthetic crises of {found['case']} at effort {found['effort']}; {found['rows']:,} simulated sets of reports, "
        f"{found['trees']} trees; the classifying forest is wrong in {found['error']:.3f} of sets it did not see."
    )
    columns = {"second opinion": found["second"], **{WEIGHTS[w]: own for w, own in weights.items()}}
    lines: dict[str, Any] = {
        "same account leads": lambda r: f"{r['same_leader']:.3f}",
        "probability of the second opinion's leader, apart: median, largest": lambda r: f"{r['gap']['median']:.3f}, {r['gap']['max']:.3f}",
        "joint standard error of that, median": lambda r: f"{r['joint_error']:.3f}",
        "crises further apart than 1.96 joint errors": lambda r: f"{r['differ']:.3f}",
        "correlation of log odds": lambda r: "-" if r["correlation"] is None else f"{r['correlation']:.3f}",
        "log score, second opinion less odds (nats)": lambda r: plain.interval(r["paired"]),
    }
    beside = [[name, *(show(r) for r in weights.values())] for name, show in lines.items()]
    return "\n\n".join(
        [
            head,
            markdown(["second opinion beside the odds", *(WEIGHTS[w] for w in weights)], beside),
            markdown(["", *columns], plain.figures(list(columns.values()))),
            "Reliability: pairs of crisis and account by what was stated, and how many of them were true.",
            plain.reliability(columns),
        ]
    )
