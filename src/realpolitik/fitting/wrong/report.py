"""What the odds were worth where the simulator was wrong, and one exponent that would have made them worth what they state.

The exponent (at most 1) is fitted on the simulators marked for training and checked on the others, which it has not seen. Each family
of simulators is left out in turn beside. docs/validation-wrong.md tells how to read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from realpolitik.errors import RunError
from realpolitik.fitting import calibration as c
from realpolitik.fitting import calibration_report as plain
from realpolitik.fitting.calibration_report import WEIGHTS, markdown
from realpolitik.fitting.wrong.kinds import BY_NAME, KINDS

_LEAST = 3  # crises from which an exponent is fitted at all


def is_wrong(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these crises come from wrong simulators."""
    return bool(rows) and "simulator" in rows[0]


def report(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything that follows from the crises, by weight: all, training half, held-out half as stated and tempered; families; kinds.

    Raises
    ------
    RunError
        When a crisis is of a simulator that this version does not have.
    """
    if unknown := {row["simulator"] for row in rows} - set(BY_NAME):
        raise RunError(f"the table has crises of the simulator {sorted(unknown)[0]!r}, which this version does not have")
    weights = [w for w in WEIGHTS if w in rows[0]]
    accounts = list(rows[0][weights[0]]["stated"])
    truth = np.array([accounts.index(row["account"]) for row in rows])
    prior = np.array([rows[0]["prior"][a] for a in accounts])
    kinds = [BY_NAME[row["simulator"]] for row in rows]
    training = np.array([kind.training for kind in kinds])
    families = np.array([kind.family for kind in kinds])
    stated = {w: plain.stated_of(rows, w) for w in weights}
    return {
        "crises": len(rows),
        "accounts": accounts,
        "true": {a: int(np.sum(truth == k)) for k, a in enumerate(accounts)},
        "zeta": float(np.mean([row["zeta"] for row in rows])),
        **{name: rows[0][name] for name in ("case", "effort", "law")},
        "weights": {w: _of_weight(stated[w], truth, prior, training, families) for w in weights},
        "kinds": [_of_kind(kind.name, stated, truth, np.array([k is kind for k in kinds])) for kind in KINDS if kind in kinds],
    }


def fitted(stated: np.ndarray, truth: np.ndarray, prior: np.ndarray) -> dict[str, Any] | None:
    """The exponent as it fits best with its 95 % interval, and ``value``: the same held between 0 and 1. None where too few say."""
    best = c.exponent(stated, truth, prior) if len(truth) >= _LEAST else None
    if best is None:
        return None
    return {"value": min(max(best.value, 0.0), 1.0), "best": best.value, "low": best.low, "high": best.high, "crises": len(truth)}


def _of_weight(stated: np.ndarray, truth: np.ndarray, prior: np.ndarray, training: np.ndarray, families: np.ndarray) -> dict[str, Any]:
    def of(chosen: np.ndarray, power: float = 1.0) -> dict[str, Any] | None:
        if not chosen.any():
            return None
        return plain.of_stated(c.tempered(stated[chosen], power, prior), truth[chosen], prior)

    exponent = fitted(stated[training], truth[training], prior)
    left_out = []
    for family in dict.fromkeys(families.tolist()):
        own = families == family
        taught = fitted(stated[~own], truth[~own], prior)
        power = None if taught is None else taught["value"]
        left_out.append(
            {
                "family": family,
                "crises": int(own.sum()),
                "exponent": power,
                "log_score": c.log_score(stated[own], truth[own]),
                "log_score_tempered": None if power is None else c.log_score(c.tempered(stated[own], power, prior), truth[own]),
            }
        )
    return {
        "exponent": exponent,
        "all": of(np.ones(len(truth), bool)),
        "training": of(training),
        "held_out": of(~training),
        "held_out_tempered": None if exponent is None else of(~training, exponent["value"]),
        "families": left_out,
    }


def _of_kind(name: str, stated: Mapping[str, np.ndarray], truth: np.ndarray, own: np.ndarray) -> dict[str, Any]:
    kind = BY_NAME[name]
    found: dict[str, Any] = {"name": name, "family": kind.family, "training": kind.training, "crises": int(own.sum())}
    for weight, p in stated.items():
        lead = np.argmax(p[own], axis=1)
        found[weight] = {
            "stated_of_leader": float(p[own].max(axis=1).mean()),
            "led": int(np.sum(lead == truth[own])),
            "log_score": c.log_score(p[own], truth[own]),
        }
    return found


_COLUMNS = {"all": "all", "training": "training", "held_out": "held out", "held_out_tempered": "held out, tempered"}


def text_of(found: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    true = ", ".join(f"{a} {n}" for a, n in found["true"].items())
    parts = [
        f"{found['crises']} synthetic crises of {len(found['kinds'])} wrong simulators, case {found['case']}, effort {found['effort']}, "
        f"law {found['law']} (true account: {true}); ζ {found['zeta']:.2f} on average."
    ]
    for weight, own in found["weights"].items():
        shown = {head: own[name] for name, head in _COLUMNS.items() if own[name] is not None}
        parts.append(f"**{WEIGHTS[weight][:1].upper()}{WEIGHTS[weight][1:]}.** {_exponent(own['exponent'])}")
        counts = [["crises", *(str(r["crises"]) for r in shown.values())]]
        parts.append(markdown(["", *shown], counts + plain.figures(list(shown.values()))))
        parts.append("Reliability: pairs of crisis and account by what was stated, and how many of them were true.")
        parts.append(plain.reliability({head: r for head, r in shown.items() if head != "training"}))
        parts.append("One family left out in turn: the exponent that the others teach, and the log score (nats) of that family.")
        parts.append(markdown(["family", "crises", "exponent", "log score", "tempered"], [_family(row) for row in own["families"]]))
    parts.append("By simulator: what was stated of the leader, how often the true account led, log score.")
    weights = list(found["weights"])
    heads = [f"{WEIGHTS[w]}: {what}" for w in weights for what in ("leader", "true led", "log score")]
    parts.append(markdown(["simulator", "half", "crises", *heads], [_kind(row, weights) for row in found["kinds"]]))
    return "\n\n".join(parts)


def _exponent(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "Too few crises of the training half to fit an exponent."
    capped = f", held at {one['value']:g}" if one["value"] != one["best"] else ""
    return (
        f"Exponent fitted on the {one['crises']} crises of the training half: {one['best']:.3f} "
        f"({one['low']:.3f} to {one['high']:.3f}){capped}."
    )


def _family(row: Mapping[str, Any]) -> list[str]:
    power, tempered = row["exponent"], row["log_score_tempered"]
    shown = ["-" if x is None else f"{x:.3f}" for x in (power, row["log_score"], tempered)]
    return [row["family"], str(row["crises"]), *shown]


def _kind(row: Mapping[str, Any], weights: Sequence[str]) -> list[str]:
    cells = [row["name"], "training" if row["training"] else "held out", str(row["crises"])]
    for w in weights:
        cells += [f"{row[w]['stated_of_leader']:.3f}", str(row[w]["led"]), f"{row[w]['log_score']:.3f}"]
    return cells
