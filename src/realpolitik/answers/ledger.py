"""The ledger of who gained and who lost: survival leverage and policy leverage of every patron, beside what the documents say.

Survival leverage is what the crisis model says; policy leverage is what bargaining over the aftermath says, once each patron's capability
has been multiplied by

    (1 + leverage after) / (1 + leverage before)                                                          (L9, judgement)

so that a patron on whom the ruler's survival came to depend wholly counts twice. A patron without a channel in the model keeps its
capability and gets no verdict: it reads "not modelled", never "lost".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.answers.aftermath import Aftermath, aftermath
from realpolitik.answers.aftermath_document import summary as in_points
from realpolitik.answers.numbers import NORMAL_90
from realpolitik.answers.paired import plain
from realpolitik.answers.positions import uniforms
from realpolitik.answers.standing import summary
from realpolitik.case.records import Case, Patron

DRAWS = 1000
NOT_MODELLED = "not modelled"
ASSUMED = "assumed, not learnt"
GAINED, LOST, WHILE, SAME = "gained", "lost", "gained for a while", "no change seen"
LEAST = 0.5
"""Points of 100 that a change must have to be called one."""
MODELLED = frozenset({"commitment", "money"})
"""Acts of a patron, beside an alliance's troops, whose leverage is its own."""
_SHARED = "stands in"  # lowers the alliance's leverage and is none of its own
LEARNT = 0.2
"""Contraction below which a leverage is assumed, not learnt."""

Kept = dict[str, Any] | None


def ledger(case: Case, seed: int, patron: str | None, first: Kept, last: Kept, others: dict[str, Any], peak: Kept = None) -> dict[str, Any]:
    """Every patron's row.

    Parameters
    ----------
    patron
        Whose troops the alliance's are.
    first, last, peak
        What the first, the last and the middle moment gave: ``values`` float64[draw, future] of the alliance's leverage (or None),
        ``contraction``, ``patrons`` name -> leverages of its other acts.
    """
    moments = {"before": first, "peak": peak, "after": last}
    rows = [_survival(one, one.name == patron, moments) for one in case.patrons]
    _policy(case, seed, rows)
    for row in rows:
        row["claimed"] = _claimed(case, row["patron"])
    columns = {
        column: {verdict: [row["patron"] for row in rows if row[column]["verdict"] == verdict] for verdict in (GAINED, WHILE, LOST)}
        for column in ("survival", "policy")
    }
    return {"rows": rows, **columns}


def _survival(patron: Patron, troops: bool, moments: dict[str, Kept]) -> dict[str, Any]:
    values = {name: _leverage(patron, troops, kept) for name, kept in moments.items()}
    channels = ([f"troops through {patron.through}"] if troops else []) + [act for act in patron.acts if act in MODELLED]
    missing = [act for act in patron.acts if act not in MODELLED and act != _SHARED]
    row: dict[str, Any] = {"patron": patron.name, "channels": channels, "no_rule_for": missing}
    if not channels or values["before"] is None or values["after"] is None:
        row["survival"] = {"verdict": NOT_MODELLED, **dict.fromkeys(("direction", "before", "peak", "after", "change", "assumed"))}
        return row
    found = {name: None if value is None else summary(value) for name, value in values.items()}
    change = _change(found["before"], found["after"])
    direction = _direction(change, 100.0)
    if direction != GAINED and found["peak"] is not None and _direction(_change(found["before"], found["peak"]), 100.0) == GAINED:
        direction = WHILE
    learnt = (moments["after"] or {}).get("contraction") if troops else None
    assumed = learnt is None or learnt < LEARNT
    row["survival"] = {
        "verdict": ASSUMED if assumed else direction,
        "direction": direction,
        **found,
        "change": change,
        "assumed": assumed,
    }
    return row


def _leverage(patron: Patron, troops: bool, kept: Kept) -> NDArray | None:
    """The leverage of the strongest of a patron's acts, [draw, future]."""
    if kept is None:
        return None
    found = list(kept["patrons"].get(patron.name, ()))
    if troops and kept.get("values") is not None:
        found.append(kept["values"])
    return max(found, key=lambda values: abs(float(values.mean()))) if found else None


def _change(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Difference of two means with its 90 % interval."""
    change, error = after["mean"] - before["mean"], float(np.hypot(after["se"], before["se"]))
    return {"mean": plain(change), "low": plain(change - NORMAL_90 * error), "high": plain(change + NORMAL_90 * error)}


def _direction(change: dict[str, float], hundred: float = 1.0) -> str:
    """Which way a change goes, if its interval leaves zero out and it is worth half a point of 100."""
    if abs(change["mean"]) * hundred < LEAST:
        return SAME
    return GAINED if change["low"] > 0.0 else LOST if change["high"] < 0.0 else SAME


def _policy(case: Case, seed: int, rows: list[dict[str, Any]]) -> None:
    """The second column: policy leverage with capabilities as they were and as leverage moved them, same chance in both."""
    blank = {"verdict": NOT_MODELLED, **dict.fromkeys(("direction", "before", "after", "change", "multiplier"))}
    if not case.issues or not rows:
        for row in rows:
            row["policy"] = dict(blank)
        return
    factors = np.stack([_multiplier(row, seed) for row in rows], axis=1)
    before, after = (_points(aftermath(case, m, seed, DRAWS)) for m in (np.ones_like(factors), factors))
    for column, row in enumerate(rows):
        if np.isnan(before[:, column]).all():
            row["policy"] = dict(blank)
            continue
        moved = after[:, column] - before[:, column]
        change = in_points(moved)
        modelled = row["survival"]["change"] is not None
        direction = _direction(change) if modelled else None
        row["policy"] = {
            "verdict": NOT_MODELLED if direction is None else ASSUMED if row["survival"]["assumed"] else direction,
            "direction": direction,
            "before": in_points(before[:, column]),
            "after": in_points(after[:, column]) if modelled else None,
            "change": change if modelled else None,
            "multiplier": plain(float(factors[:, column].mean())) if modelled else None,
        }


def _multiplier(row: dict[str, Any], seed: int) -> NDArray:
    """Draws of L9 for one patron; one where it has no channel."""
    found = row["survival"]
    if found["change"] is None:
        return np.ones(DRAWS)
    before, after = (
        found[name]["mean"] + found[name]["se"] * ndtri(uniforms(seed, DRAWS, "ledger", row["patron"], name))
        for name in ("before", "after")
    )
    return np.maximum(1.0 + after, 0.0) / np.maximum(1.0 + before, 0.05)


def _points(result: Aftermath) -> NDArray:
    """Mean policy leverage over the issues a patron is an actor of, in points of 100, [draw, patron]; NaN without any."""
    tables = []
    for settled in result.settled:
        low, high = settled.issue.ends
        tables.append(settled.policy_leverage * 100.0 / (high - low))
    stacked = np.stack(tables)
    known = ~np.isnan(stacked)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, stacked, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _claimed(case: Case, patron: str) -> list[dict[str, Any]]:
    """What documents say of a patron: claims whose ``gains`` or ``loses`` name it."""
    found = []
    for document in case.documents:
        for claim in document.claims:
            for word in ("gains", "loses"):
                named = claim.get(word, ())
                if patron in ((named,) if isinstance(named, str) else named):
                    found.append(
                        {
                            "document": document.name,
                            "id": str(claim.get("id", "")),
                            "says": str(claim.get("says", "")),
                            "claim": word,
                            "fared": str(claim.get("fared", "")),
                        }
                    )
    return found
