"""The aftermath as a JSON document: forecasts, drift, scores and policy leverage, in points of 100 where issues are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from realpolitik.answers.scores import crps_samples

if TYPE_CHECKING:
    from realpolitik.answers.aftermath import Aftermath, Settled

DIGITS = 3


def document(result: Aftermath) -> dict[str, Any]:
    """Every issue, and the mean over the issues for each patron that has a part in one."""
    return {
        "case": result.case.name,
        "seed": result.seed,
        "draws": len(result.settled[0].outcome) if result.settled else 0,
        "rule": result.rule,
        "issues": [_issue(result, place) for place in range(len(result.settled))],
        "patrons": {name: _patron(result, column) for column, name in enumerate(result.patrons)},
        "crps": _mean_scores(result),
    }


def _issue(result: Aftermath, place: int) -> dict[str, Any]:
    from realpolitik.answers.aftermath import probability

    settled = result.settled[place]
    issue, hundred = settled.issue, _hundred(settled)
    clock = result.case.clock
    return {
        "id": issue.id,
        "says": issue.says,
        "scale": [[point, says] for point, says in issue.scale],
        "asked": clock.moment(issue.asked).isoformat(),
        "by": None if issue.by is None else clock.moment(issue.by).isoformat(),
        "status_quo": summary(settled.status_quo),
        "outcome": summary(settled.outcome),
        "forecast": summary(settled.forecast),
        "drift": summary((settled.outcome - settled.status_quo) * hundred),
        "moved": summary((settled.outcome - settled.before) * hundred),
        "came": None if issue.came is None else _came(result, place),
        "answers": {name: round(probability(settled, name), DIGITS) for name, _ in issue.answers},
        "patrons": {
            name: None
            if np.isnan(settled.ideal[:, column]).any()
            else {
                "ideal": summary(settled.ideal[:, column]),
                "policy_leverage": summary(settled.policy_leverage[:, column] * hundred),
                "towards": summary(settled.towards[:, column] * hundred),
            }
            for column, name in enumerate(settled.patrons)
        },
        "actors": _actors(result, place),
        "rows": list(issue.rows),
        "note": issue.note,
    }


def _actors(result: Aftermath, place: int) -> list[dict[str, Any]]:
    table = result.tables[place]
    weight = table.moved(result.patrons, result.factors) * table.salience
    share = weight / weight.sum(axis=1, keepdims=True)
    return [
        {
            "name": party.name,
            "position": summary(table.position[:, column]),
            "share": summary(share[:, column]),
            "basis": party.basis,
            "rows": list(party.rows),
            "note": party.note,
        }
        for column, party in enumerate(table.issue.parties)
    ]


def _came(result: Aftermath, place: int) -> dict[str, Any]:
    issue = result.settled[place].issue
    assert issue.came is not None
    return {
        "value": str(issue.came),
        "centre": issue.came.centre,
        "on": None if issue.came_on is None else result.case.clock.moment(issue.came_on).isoformat(),
        "crps": {name: _score(result, place, draws) for name, draws in _forecasts(result, place).items()},
    }


def _forecasts(result: Aftermath, place: int) -> dict[str, NDArray]:
    """Forecast draws of an issue by rule, with `stays` for the one that nothing changes; the rule in use comes first."""
    from realpolitik.answers.aftermath import stays

    others = {name: forecasts[place] for name, forecasts in result.others.items()}
    return {result.rule: result.settled[place].forecast, **others, "stays": stays(result.tables[place], result.seed)}


def _score(result: Aftermath, place: int, draws: NDArray) -> dict[str, float]:
    """CRPS in points of 100 at the centre of what came, and the least and most over the range it was coded with."""
    settled = result.settled[place]
    came = settled.issue.came
    assert came is not None
    low, high = settled.issue.ends
    ends = np.clip([came.low, came.high], low, high)
    at = np.unique([came.centre, *np.linspace(*ends, 21)])
    scores = np.array([float(crps_samples(draws, point)) for point in at]) * _hundred(settled)
    centre = float(scores[np.searchsorted(at, came.centre)])
    return {"centre": round(centre, DIGITS), "low": round(float(scores.min()), DIGITS), "high": round(float(scores.max()), DIGITS)}


def _mean_scores(result: Aftermath) -> dict[str, float] | None:
    """Mean CRPS over the issues that are known, by rule, in points of 100."""
    known = [place for place, settled in enumerate(result.settled) if settled.issue.came is not None]
    if not known:
        return None
    scores = [{name: _score(result, place, draws)["centre"] for name, draws in _forecasts(result, place).items()} for place in known]
    return {name: round(float(np.mean([score[name] for score in scores])), DIGITS) for name in scores[0]}


def _patron(result: Aftermath, column: int) -> dict[str, Any] | None:
    """Mean over the issues the patron is an actor of, each in points of 100; None where it is an actor of none."""
    ours = [settled for settled in result.settled if not np.isnan(settled.ideal[:, column]).any()]
    if not ours:
        return None
    return {
        "issues": [settled.issue.id for settled in ours],
        "policy_leverage": summary(np.mean([s.policy_leverage[:, column] * _hundred(s) for s in ours], axis=0)),
        "towards": summary(np.mean([s.towards[:, column] * _hundred(s) for s in ours], axis=0)),
    }


def _hundred(settled: Settled) -> float:
    low, high = settled.issue.ends
    return 100.0 / (high - low)


def summary(draws: ArrayLike) -> dict[str, float]:
    """Mean and 90 % interval of draws, to three decimals."""
    draws = np.asarray(draws, float)
    low, high = np.quantile(draws, [0.05, 0.95])
    return {"mean": round(float(draws.mean()), DIGITS), "low": round(float(low), DIGITS), "high": round(float(high), DIGITS)}
