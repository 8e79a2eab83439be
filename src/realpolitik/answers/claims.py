"""The documents' claims, judged by rule from numbers: supported, contradicted, mixed, untested, or a forecast with its outcome.

A claim is tied to what could test it: items that report it or speak against it, hidden claims that it asserts or denies, questions that it
answers. Each tie is judged by itself, in bans where it is evidence and by what came where it is a forecast; the claim by all of them.
The rule is in docs/answers-claims.md; nobody's opinion of a claim enters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from realpolitik.answers import outcomes
from realpolitik.answers.hearing import Hearing
from realpolitik.case.records import Case, Question
from realpolitik.fitting import odds
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.grading import ratio
from realpolitik.fitting.weigh import sets_of

if TYPE_CHECKING:
    from realpolitik.answers.run import Run

Progress = Callable[[str, float, str], None]
ENOUGH = 0.5  # bans from which evidence counts as substantial (Kass & Raftery 1995)
VERDICTS = ("supported", "contradicted", "mixed", "untested", "came true", "failed", "partly came true", "open")
_LEAST = 1e-12


def answer(run: Run, progress: Progress | None = None) -> dict[str, Any]:
    """Odds of every hidden claim and a verdict on every claim of every document (JSON ready)."""
    posterior = run.posterior
    case, docket = posterior.case, posterior.docket
    names = [a["name"] for a in run.results["accounts"]]
    sets = sets_of(case, names)
    hearing = Hearing.of(case, names, sets)
    _, draws = hearing.probabilities({s: posterior.sets[s].log_evidence for s in sets}, {s: posterior.sets[s].se for s in sets})
    hidden = hidden_claims(hearing, draws)
    by_name = {row["name"]: row for row in hidden}
    forecasts = forecast_of(run.answers.get("forecast"))
    documents = []
    for document in case.documents:
        rows = []
        for claim in document.claims:
            ties = [
                *_reported(claim, docket),
                *_held(claim, by_name),
                *_asked(claim, case, posterior.as_of, forecasts.get(document.name, {})),
            ]
            shown = {key: str(claim.get(key, "")) for key in ("id", "says", "fared")}
            rows.append({**shown, "rows": list(_texts(claim, "rows")), "verdict": verdict(ties), "ties": ties})
        counts = {name: sum(row["verdict"] == name for row in rows) for name in VERDICTS}
        documents.append(
            {"name": document.name, "title": document.title, "published": document.published, "counts": counts, "claims": rows}
        )
    if progress is not None:
        progress("claims", 1.0, "")
    return {"hidden": hidden, "documents": documents}


def hidden_claims(hearing: Hearing, draws: np.ndarray) -> list[dict[str, Any]]:
    """Odds of each hidden claim over the sets that were weighed, with their error: ``draws`` of set probabilities [draw, set].

    ``bans`` is the log odds of ``probability`` (its mean over the error) less those of ``prior``, as in the odds of claims of the results;
    ``low`` and ``high`` its 90 % interval; None for a claim in every set or in none.
    """
    before = odds.claim_priors(hearing.case, hearing.sets)
    rows = []
    for name, claim in hearing.case.claims.items():
        holds = np.array([name in s for s in hearing.sets])
        prior = before[name]
        row: dict[str, Any] = {"name": name, "says": claim.says, "sets": int(holds.sum())}
        row |= dict.fromkeys(("prior", "probability", "probability_low", "probability_high", "bans", "low", "high"))
        if holds.any() and not holds.all():
            yes, no = draws[:, holds].sum(axis=1), draws[:, ~holds].sum(axis=1)
            before_log = math.log10(prior / (1.0 - prior))
            spread = np.log10(np.maximum(yes, 1e-300)) - np.log10(np.maximum(no, 1e-300)) - before_log
            bans = math.log10(max(yes.mean(), 1e-300)) - math.log10(max(no.mean(), 1e-300)) - before_log
            low, high = np.quantile(spread, [0.05, 0.95]).tolist()
            row |= {"bans": bans, "low": min(low, bans), "high": max(high, bans)}
            row |= dict(zip(("probability_low", "probability_high"), np.quantile(yes, [0.05, 0.95]).tolist(), strict=True))
            row |= {"prior": prior, "probability": float(yes.mean())}
        rows.append(row)
    return rows


def side(low: float, high: float) -> str:
    """What a number of bans with an interval says: supported, contradicted, mixed (it may be either) or untested (too little).

    >>> side(0.6, 2.0), side(-3.0, -0.5), side(-1.0, 1.0), side(-0.4, 1.0)
    ('supported', 'contradicted', 'mixed', 'untested')
    """
    if low >= ENOUGH:
        return "supported"
    if high <= -ENOUGH:
        return "contradicted"
    return "mixed" if low <= -ENOUGH and high >= ENOUGH else "untested"


def verdict(ties: list[dict[str, Any]]) -> str:
    """What all ties say together: a forecast by what came; else the verdict on which all agree, and mixed where they do not."""
    came = [tie["verdict"] for tie in ties if tie["kind"] == "question"]
    if came:
        settled = {v for v in came if v != "open"}
        if not settled:
            return "open"
        return settled.pop() if len(settled) == 1 else "partly came true"
    found = {tie["verdict"] for tie in ties}
    if not found:
        return "untested"
    return found.pop() if len(found) == 1 else "mixed"


def _texts(claim: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = claim.get(key) or ()
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def _bans(ids: tuple[str, ...], docket: Docket) -> float:
    """Bans that the grades of these reports are worth; reports of one origin count once, as the best of them."""
    best: dict[str, float] = {}
    for e in docket.entries:
        if e.item.id in ids and e.treatment != "statement":
            origin = e.item.origin or e.item.id
            best[origin] = max(best.get(origin, 0.0), math.log10(ratio(e.item.grade)))
    return sum(best.values())


def _reported(claim: Mapping[str, object], docket: Docket) -> list[dict[str, Any]]:
    """The tie to reports: what their grades are worth for the claim and against it."""
    same, other = _texts(claim, "reports"), _texts(claim, "against")
    if not same and not other:
        return []
    yes, no = _bans(same, docket), _bans(other, docket)
    both = min(yes, no) >= ENOUGH
    said = "mixed" if both else side(yes - no, yes - no)
    return [{"kind": "reports", "for": list(same), "against": list(other), "bans_for": yes, "bans_against": no, "verdict": said}]


def _held(claim: Mapping[str, object], hidden: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ties to hidden claims: what the evidence adds to their odds, turned round where the document denies them."""
    ties = []
    for key in ("asserts", "denies"):
        for name in _texts(claim, key):
            row = hidden[name]
            tie = {"kind": "hidden", "name": name, "asserted": key == "asserts", "says": row["says"], "probability": row["probability"]}
            tie |= {field: row[field] for field in ("bans", "low", "high")}
            if row["bans"] is None:
                said = "untested"
            else:
                said = side(row["low"], row["high"]) if key == "asserts" else side(-row["high"], -row["low"])
            ties.append({**tie, "verdict": said})
    return ties


def _asked(claim: Mapping[str, object], case: Case, as_of: float | None, forecasts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Ties to questions: what the claim expects, what the model said that day, and what came."""
    questions = {q.id: q for q in case.questions}
    ties = []
    for key in ("expects", "rules_out"):
        for name in _texts(claim, key):
            question, yes = questions[name], key == "expects"
            came = outcomes.outcome(question, case.clock, as_of, False)
            if came is None or not came.known or came.happened is None:
                said = "open"
            else:
                said = "came true" if came.happened == yes else "failed"
            told = came.text if came is not None and came.known else None
            tie = {"kind": "question", "id": name, "asks": question.asks, "expected": yes, "came": told}
            ties.append({**tie, **_forecast(question, forecasts), "verdict": said})
    return ties


def _forecast(question: Question, forecasts: Mapping[str, Any]) -> dict[str, Any]:
    """What the run's own forecast gave the question on the document's day; None where it gave nothing."""
    row = forecasts.get(question.id) or {}
    outside = question.engine == "outside"
    return {"probability": None if outside else row.get("probability"), "engine": question.engine}


def forecast_of(document: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Rows of the forecast answer by text and question; empty without it."""
    return {d["name"]: {row["id"]: row for row in d["questions"]} for d in (document or {}).get("documents") or ()}
