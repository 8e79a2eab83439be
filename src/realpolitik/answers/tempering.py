"""The odds tempered by what they were worth on crises of simulators that were wrong on purpose (docs/validation-wrong.md).

Looked up when a cable is written, not when a run is made: an exponent measured later is used with an earlier run of the same law.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from realpolitik.fitting.calibration import tempered
from realpolitik.fitting.wrong import exponents


def of(results: Mapping[str, Any]) -> dict[str, Any]:
    """What the committed exponents say of a run.

    Returns
    -------
    dict
        ``exponent``: the line of the table that holds for the run's law and effort, or None, and then ``why`` in words; ``own``: whether
        it was measured on the run's own case; ``accounts``: by name ``probability, low, high`` after tempering; the ends of the range
        with the other accounts in the proportion they have.
    """
    law, effort, case = (results.get(name) for name in ("law", "effort", "case"))
    accounts = [a for a in results.get("accounts") or () if isinstance(a, Mapping)]
    prior = [a.get("prior") for a in accounts]
    if law is None or any(not isinstance(q, float) or q <= 0.0 for q in prior):
        return _none("the run does not record the law that made its odds: it is older than the exponents, or tells no prior odds")
    if any(not isinstance(a.get(side), float) for a in accounts for side in ("probability", "low", "high")):
        return _none("the run states no odds")
    line = exponents.holding(law, effort, case)
    if line is None:
        return _none(f"none has been measured for effort {effort} and law {law}")
    p, q, power = np.array([float(a["probability"]) for a in accounts]), np.array(prior), line["exponent"]
    middle = tempered(p, power, q)
    told = {}
    for i, account in enumerate(accounts):
        ends = [float(tempered(_with(p, i, float(account[side])), power, q)[i]) for side in ("low", "high")]
        told[str(account.get("name"))] = {"probability": float(middle[i]), "low": ends[0], "high": ends[1]}
    return {"exponent": line, "own": line["case"] == case, "why": None, "accounts": told}


def _none(why: str) -> dict[str, Any]:
    return {"exponent": None, "own": False, "why": why, "accounts": {}}


def _with(p: np.ndarray, i: int, value: float) -> np.ndarray:
    """Probabilities in which account ``i`` has another one, and the others share the rest as they did."""
    rest = 1.0 - p[i]
    other = p * ((1.0 - value) / rest) if rest > 0.0 else p
    return np.where(np.arange(len(p)) == i, value, other)
