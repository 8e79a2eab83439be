"""The texts of a case beside the forecast: what the evidence supported on the day, what the author said, what came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from realpolitik.case.records import Case, Document, Question
from realpolitik.case.times import moment

if TYPE_CHECKING:
    from realpolitik.answers.observables import Observable
    from realpolitik.answers.passes import Passes


def said(case: Case, question: Question) -> list[dict[str, Any]]:
    """Claims of the documents that name a question's row, or its id, among their rows."""
    found = []
    for document in case.documents:
        if document.name not in question.forecast_in:
            continue
        for claim in document.claims:
            rows = claim.get("rows") or ()
            named = (rows,) if isinstance(rows, str) else rows
            if {question.row, question.id} & set(named) - {""}:
                found.append({"document": document.name, "id": claim.get("id"), "says": claim.get("says"), "fared": claim.get("fared")})
    return found


def _published(case: Case, document: Document, as_of: float | None) -> float | None:
    """Hour up to which the evidence counts for a document: its publication, a date alone with its day; None without a date."""
    if not document.published:
        return None
    hours = case.clock.hours(moment(document.published, case.clock.timezone).ends)
    return hours if as_of is None else min(hours, as_of)


def documents_ask(case: Case, as_of: float | None, asked: Mapping[str, Observable]) -> list[tuple[float, Observable | None]]:
    """What the crisis worlds are asked for the documents: the odds on the day, and each question that a document forecasts."""
    wanted: list[tuple[float, Observable | None]] = []
    for document in case.documents:
        hours = _published(case, document, as_of)
        questions = [q for q in case.questions if document.name in q.forecast_in]
        if hours is None or not questions:
            continue
        wanted.append((hours, None))
        wanted += [(hours, asked[q.id]) for q in questions if q.id in asked]
    return wanted


def documents(case: Case, passes: Passes, rows: list[dict[str, Any]], as_of: float | None) -> list[dict[str, Any]]:
    """Each document that forecasts a question, with the odds and forecasts of its day."""
    from realpolitik.answers.forecast import observable_of, told, withheld

    by_id, found = {row["id"]: row for row in rows}, []
    for document in case.documents:
        hours = _published(case, document, as_of)
        questions = [q for q in case.questions if document.name in q.forecast_in]
        if hours is None or not questions:
            continue
        mixture, lines = passes[hours], []
        for question in questions:
            row = by_id[question.id]
            line = {key: row[key] for key in ("answer", "why", "probability", "low", "high", "quantiles")}
            if row["answer"] != "none" and question.engine == "crisis":
                believed = mixture.believed
                line = dict.fromkeys(line) | (
                    told(question, mixture, passes.row(hours, observable_of(question)))
                    if believed
                    else {"answer": "withheld", "why": withheld(case, mixture)}
                )
            claims = [claim for claim in row["said"] if claim["document"] == document.name]
            lines.append(
                {
                    "id": question.id,
                    "asks": question.asks,
                    "engine": question.engine,
                    **line,
                    "said": [{key: claim[key] for key in ("id", "says", "fared")} for claim in claims],
                    "came": row["came"],
                }
            )
        odds = mixture.account_odds() if mixture.believed else None
        found.append(
            {
                "name": document.name,
                "title": document.title,
                "published": document.published,
                "evidence_to": case.clock.moment(hours).isoformat(),
                "pareto_k": mixture.worst_k,
                "odds": None if odds is None else {name: {"probability": p, "low": a, "high": b} for name, (p, a, b) in odds.items()},
                "why": None if odds is not None else withheld(case, mixture),
                "questions": lines,
            }
        )
    return found
