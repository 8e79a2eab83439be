"""The command `forecast`: what comes next, by a saved run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import line, percent
from realpolitik.cli.output import JSON_HELP, example, print_json, shortened, table
from realpolitik.cli.progress import progress
from realpolitik.cli.runs import Run, Runs, open_run, rough_note


@example("realpolitik forecast latest --question F01")
def forecast(
    run: Run = "latest",
    question: Annotated[str | None, typer.Option("--question", metavar="ID", help="Only this question, in full.")] = None,
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Forecast every question of the case.

    Each by its engine, on the reports known when it was asked; scored beside a base rate where the outcome is known.
    """
    opened = open_run(run, runs)
    with progress() as callback:
        from realpolitik.answers.store import answer

        document = answer(opened, "forecast", callback)
    if question is not None:
        from realpolitik.answers.forecast import one

        found = one(document, question)
        print_json(found) if json else print("\n\n".join([in_full(found), *_closing(opened, [found])]))
    else:
        print_json(document) if json else print("\n\n".join([overview(document), *_closing(opened, document["questions"])]))


def _closing(opened, questions: list[Mapping[str, Any]]) -> list[str]:
    """That the run is rough, where the crisis answers any of the questions."""
    answered = any(q["engine"] == "crisis" and q["answer"] in ("probability", "quantiles") for q in questions)
    return rough_note(opened) if answered else []


def said(entry: Mapping[str, Any] | None) -> str:
    """A forecast or a base rate in a cell: `84 % (67 to 96)`, `208 (55 to 709)`, or why there is none."""
    if not entry:
        return "-"
    if entry.get("quantiles"):
        q = entry["quantiles"]
        return f"{q['50']:,.0f} ({q['5']:,.0f} to {q['95']:,.0f})"
    if entry.get("probability") is None:
        return "-"
    low, high = entry.get("low"), entry.get("high")
    interval = "" if low is None or high is None else f" ({100 * low:.0f} to {100 * high:.0f})"
    return f"{percent(entry['probability'])}{interval}"


def overview(document: Mapping[str, Any]) -> str:
    """All questions as a table, and what to mind."""
    rows = []
    for q in document["questions"]:
        told = said(q) if q["answer"] in ("probability", "quantiles") else "withheld" if q["answer"] == "withheld" else "no answer"
        ours, base = (_score(q[key]) for key in ("scores", "base_scores"))
        came, asks = shortened(q["came"] or "-", 24), shortened(q["asks"], 64)
        rows.append([q["id"], q["engine"], told, said(q["base_rate"]), came, ours, base, asks])
    headings = ["id", "engine", "forecast", "base rate", "came", "score", "of base", "asks"]
    parts = [table(headings, rows, right=(5, 6))] if rows else ["the case asks no question"]
    whys = [f"{q['id']}: {line(q['why'])}" for q in document["questions"] if q["answer"] == "withheld" or _to_be_written(q)]
    if rows:
        whys.append("Score: Brier for a probability, CRPS for a figure; less is better.")
        whys.append("Engine outside: the model says nothing, what stands there is the base rate.")
    means = document["scores"]
    if means:
        asked = f"{len(means['questions'])} questions that have both"
        whys.append(f"Mean Brier over the {asked}: model {means['model']['brier']:.3f}, base rate {means['base_rate']['brier']:.3f}.")
    if document["label"]:
        whys.append(f"Scores are {document['label']}.")
    return "\n\n".join([*parts, "\n".join(whys)] if whys else parts)


def _to_be_written(q: Mapping[str, Any]) -> bool:
    """Whether a question would be answered if the case said more; the model's silence on what is outside it is no such case."""
    return q["answer"] == "none" and q["engine"] != "outside" and bool(q["why"])


def _day(iso: str | None) -> str:
    """A moment as read; midnight is the end of the day before."""
    if not iso:
        return ""
    when = datetime.fromisoformat(iso)
    return f"{when:%Y-%m-%d %H:%M}" if (when.hour, when.minute) != (0, 0) else f"{when - timedelta(days=1):%Y-%m-%d}"


def _score(scores: Mapping[str, float] | None) -> str:
    if not scores:
        return "-"
    return f"{scores['brier']:.3f}" if "brier" in scores else f"{scores['crps']:,.0f}"


def in_full(q: Mapping[str, Any]) -> str:
    """One question with what each account says of it."""
    lines = [f"{q['id']}: {line(q['asks'])}", f"asked {_day(q['asked'])}, by {_day(q['by']) or 'no date'}, answered by {q['engine']}"]
    lines.append(f"evidence up to {_day(q['evidence_to'])}")
    lines.append(f"forecast: {said(q)}" if q["answer"] in ("probability", "quantiles") else line(q["why"] or "no answer"))
    if q["note"]:
        lines.append(line(q["note"]))
    for account in q["accounts"] or ():
        told = said(account) if account.get("answer") else "withheld, its weights are not to be believed"
        lines.append(f"  {line(account['name'])}: {told}")
    for rule, probability in (q["rules"] or {}).items():
        lines.append(f"  rule {rule}: {percent(probability)}")
    if q["base_rate"]:
        lines.append(f"base rate: {said(q['base_rate'])}, {line(q['base_rate']['text'])}: {line(q['base_rate']['source'])}")
    for claim in q["said"]:
        lines.append(f"{line(claim['document'])}: {line(claim['says'])} ({line(claim['fared'] or 'not judged')})")
    if q["came"] is not None:
        lines.append(f"came: {line(q['came'])}" + ("" if q["known"] else ", which the reports of this run do not hold"))
        lines.append(f"score {_score(q['scores'])}, of the base rate {_score(q['base_scores'])}")
    if q["earlier"]:
        lines.append(f"the run before, on evidence up to {_day(q['earlier'].get('evidence_to'))}, said {said(q['earlier'])}")
    return "\n".join(lines)
