"""What comes next: every question of a case answered by its engine, on the reports that were known when it was asked.

``crisis``: the posterior worlds under those reports, run on, all later acts free. ``bargaining``: the aftermath. ``outside``: the base rate
alone, for the model says nothing. What cannot be answered says why. Where the outcome is in the case it is scored beside the base rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import betaincinv

from realpolitik.answers import outcomes, register
from realpolitik.answers.aftermath import Aftermath, aftermath, probability
from realpolitik.answers.forecast_documents import documents, documents_ask, said
from realpolitik.answers.mixture import Mixture, quantiles
from realpolitik.answers.observables import Observable
from realpolitik.answers.outcomes import LEVELS
from realpolitik.answers.passes import Passes
from realpolitik.case.records import Case, Question
from realpolitik.errors import RunError, UsageError
from realpolitik.fitting import storage
from realpolitik.fitting.pareto import GOOD
from realpolitik.fitting.runfolder import RUN

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress

SILENT = "the model says nothing"
RETROSPECTIVE = "retrospective: the outcome was known when the case was coded"


def answer(run: Run, progress: Progress) -> dict[str, Any]:
    """Forecast every question, and add what was said to the forecast register beside the runs."""
    document = forecast(run, progress)
    said_now = [
        register.entry(run.folder.name, document["made"], document["case"], question["evidence_to"], question)
        for question in document["questions"]
        if question["answer"] in ("probability", "quantiles")
    ]
    try:
        register.add(run.folder.parent, said_now)
    except RunError as error:
        run.notes.append(f"the forecast register was not written: {error}")
    return document


def forecast(run: Run, progress: Progress | None = None) -> dict[str, Any]:
    """The document of ``docs/forecast.md``; the register is read and not written."""
    posterior = run.posterior
    case, as_of = posterior.case, posterior.as_of
    wanted: list[tuple[float, Observable | None]] = [
        (reach(q.asked, as_of), observable_of(q)) for q in case.questions if _why_not(q, case) is None
    ]
    by_document = documents_ask(case, as_of, {q.id: observable_of(q) for q in case.questions if _why_not(q, case) is None})
    passes = Passes(run, [*wanted, *by_document], None if progress is None else lambda part: progress("forecast", part, "worlds run on"))
    after = aftermath(case, seed=posterior.seed)
    earlier = _earlier(run, case)
    rows = [_answered(q, run, passes, after) | {"earlier": earlier.get(q.id)} for q in case.questions]
    for row, question in zip(rows, case.questions, strict=True):
        _rescore(row, question, case)
    return storage.plain(
        {
            "case": case.name,
            "as_of": run.results.get("as_of"),
            "made": _made(run),
            "label": RETROSPECTIVE if any(row["came"] is not None for row in rows) else None,
            "questions": rows,
            "scores": _means(rows),
            "documents": documents(case, passes, rows, as_of),
        }
    )


def one(document: Mapping[str, Any], identity: str) -> dict[str, Any]:
    """The record of one question. UsageError with the questions that exist."""
    for question in document["questions"]:
        if question["id"] == identity:
            return question
    known = ", ".join(question["id"] for question in document["questions"]) or "none"
    raise UsageError(f"{document['case']} has no question {identity!r}; it has: {known}")


def reach(hours: float, as_of: float | None) -> float:
    """The date up to which reports count: that of the question, or the run's own where it knows less."""
    return hours if as_of is None else min(hours, as_of)


def observable_of(question: Question) -> Observable:
    """What a question asks of a world."""
    assert question.what is not None
    assert question.by is not None
    return Observable(question.what, question.by, question.where, question.agency, question.mode != "now")


def _why_not(question: Question, case: Case) -> str | None:
    """Why the simulated crisis does not answer a question; None where it does."""
    if question.engine != "crisis":
        return f"answered by {question.engine}"
    if question.what is None:
        return (
            "it does not say what to read of the worlds. Write what: with a count or a decision, and value: for a figure that makes it a "
            'yes, such as `what: crowd, mode: now, value: "<=100"` or `what: concede`; `realpolitik words` lists them'
        )
    if question.by is not None and question.by > case.clock.duration_hours + 1e-6:
        return f"the clock of the case ends on {case.clock.moment(case.clock.duration_hours - 1e-6):%d %B %Y}, before it is settled"
    return None


def _answered(question: Question, run: Run, passes: Passes, after: Aftermath) -> dict[str, Any]:
    posterior = run.posterior
    case, clock = posterior.case, posterior.case.clock
    cut = reach(question.asked, posterior.as_of)
    row: dict[str, Any] = {
        "id": question.id,
        "asks": question.asks,
        "engine": question.engine,
        "asked": clock.moment(question.asked).isoformat(),
        "by": None if question.by is None else clock.moment(question.by).isoformat(),
        "evidence_to": clock.moment(cut).isoformat(),
        "answer": "none",
        "why": None,
        "note": None,
        **dict.fromkeys(("probability", "low", "high", "quantiles", "accounts", "rules", "pareto_k", "effective", "scores"), None),
        "base_rate": _base(question),
        "base_scores": None,
        "said": said(case, question),
    }
    if question.engine == "crisis":
        row |= _crisis(question, case, passes, cut)
    elif question.engine == "bargaining":
        row |= _bargaining(question, case, after)
    else:
        row |= _outside(row["base_rate"])
    came = outcomes.outcome(question, clock, posterior.as_of, _is_number(question))
    row |= {
        "came": None if came is None else came.text,
        "happened": None if came is None else came.happened,
        "number": None if came is None else came.number,
        "known": came is not None and came.known,
    }
    row["scores"] = row["scores"] if row["scores"] is not None else outcomes.score_event(row["probability"], row["happened"])
    row["base_scores"] = _base_scores(question, row)
    return row


def _is_number(question: Question) -> bool:
    return question.what is not None and question.value is None and not observable_of(question).is_event


def _base(question: Question) -> dict[str, Any] | None:
    rate = question.base_rate
    if rate is None:
        return None
    return outcomes.base_probability(rate) if rate.spread is None else outcomes.base_quantiles(rate)


def _base_scores(question: Question, row: Mapping[str, Any]) -> dict[str, float] | None:
    rate, base = question.base_rate, row["base_rate"]
    if rate is None or base is None:
        return None
    if rate.spread is None:
        return outcomes.score_event(base["probability"], row["happened"])
    grid = rate.spread.quantile((np.arange(2000) + 0.5) / 2000)
    return outcomes.score_number(grid, None, base["quantiles"], row["number"])


def _crisis(question: Question, case: Case, passes: Passes, cut: float) -> dict[str, Any]:
    why = _why_not(question, case)
    if why is not None:
        return {"why": f"not answered by the model: {why}"}
    mixture, number = passes[cut], passes.row(cut, observable_of(question))
    found = told(question, mixture, number)
    shown = {"pareto_k": mixture.worst_k, "effective": min(s.size for s in mixture.at.sets.values())}
    accounts = [
        {"name": name, "pareto_k": mixture.k_of(name), **(told(question, mixture, number, name) if mixture.k_of(name) <= GOOD else {})}
        for name in mixture.accounts
    ]
    if not mixture.believed:
        found = {"answer": "withheld", "why": withheld(case, mixture)}
    elif found["answer"] == "quantiles":
        came = outcomes.outcome(question, case.clock, None, True)
        values, weight = mixture.sample(number)
        found["scores"] = outcomes.score_number(values, weight, found["quantiles"], None if came is None else came.number)
    return found | shown | {"accounts": accounts}


def withheld(case: Case, mixture: Mixture) -> str:
    """Why nothing is printed, and what would give it."""
    day = case.clock.moment(mixture.at.hours - 1e-6)
    return (
        f"withheld: the worlds of this run were fitted to later reports and cannot be weighed back (Pareto k {mixture.worst_k:.1f}, above "
        f"{GOOD}); a run with --as-of {day:%Y-%m-%d} answers"
    )


def told(question: Question, mixture: Mixture, row: int, account: str | None = None) -> dict[str, Any]:
    """What worlds say of a question: a probability with its Monte Carlo interval, or quantiles, over all accounts or in one."""
    if _is_number(question):
        values, weight = mixture.sample(row, account)
        return {"answer": "quantiles", "quantiles": outcomes.named(quantiles(values, weight, np.array(LEVELS)))}
    if question.value is not None:
        mixture = mixture.as_events(row, question.value.low, question.value.high)
    event = mixture.event(row, account)
    return {"answer": "probability", "probability": event.probability, "low": event.low, "high": event.high}


def _bargaining(question: Question, case: Case, after: Aftermath) -> dict[str, Any]:
    for place, settled in enumerate(after.settled):
        points = dict(settled.issue.answers).get(question.id)
        if points is None:
            continue
        p, draws = probability(settled, question.id), len(settled.forecast)
        low, high = betaincinv(draws * p + 0.5, draws * (1.0 - p) + 0.5, [0.05, 0.95])
        others = {rule: float(np.mean((f[place] >= points.low) & (f[place] <= points.high))) for rule, f in after.others.items()}
        late = settled.issue.asked > question.asked + 1e-6
        note = f"positions are those of {case.clock.moment(settled.issue.asked - 1e-6):%d %B %Y}, later than the question" if late else None
        found = {"answer": "probability", "probability": p, "low": float(min(low, p)), "high": float(max(high, p))}
        return found | {"rules": {after.rule: p, **others}, "note": note}
    return {"why": "not answered by the model: the question fits the scale of no issue"}


def _outside(base: Mapping[str, Any] | None) -> dict[str, Any]:
    if base is None:
        return {"why": f"{SILENT}, and the case holds no base rate", "note": SILENT}
    shown = {key: base.get(key) for key in ("probability", "low", "high", "quantiles") if base.get(key) is not None}
    return {"answer": "quantiles" if "quantiles" in shown else "probability", "note": f"{SILENT}: this is the base rate", **shown}


def _made(run: Run) -> str | None:
    path = run.folder / RUN
    return storage.read_json(path).get("finished") if path.exists() else None


def _earlier(run: Run, case: Case) -> dict[str, dict[str, Any]]:
    """What the last run before this one said of each question."""
    mine, found = run.folder.name, {}
    lines = register.read(run.folder.parent, case.name)
    before = next((place for place, line in enumerate(lines) if line.get("run") == mine), len(lines))
    for line in lines[:before]:
        found[line["question"]] = line
    return found


def _rescore(row: dict[str, Any], question: Question, case: Case) -> None:
    """Score what an earlier run said, now that the outcome may be known."""
    line = row["earlier"]
    if line is None:
        return
    scores = outcomes.score_event(line.get("probability"), row["happened"])
    row["earlier"] = {k: v for k, v in line.items() if k not in ("case", "question", "engine")} | {"scores": scores}


def _means(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Mean Brier and logarithmic scores over what the model answered and a base rate stands beside."""
    both = [row for row in rows if row["engine"] != "outside" and row["scores"] and row["base_scores"] and "brier" in row["scores"]]
    if not both:
        return None
    mean = {who: {kind: float(np.mean([row[who][kind] for row in both])) for kind in ("brier", "log")} for who in ("scores", "base_scores")}
    return {"questions": [row["id"] for row in both], "model": mean["scores"], "base_rate": mean["base_scores"]}
