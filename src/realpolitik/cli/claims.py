"""The command `claims`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import signed, whole_percent
from realpolitik.answers.rough import told
from realpolitik.cli.output import JSON_HELP, cell, example, print_json, shortened, table
from realpolitik.cli.runs import Run, Runs


@example("realpolitik claims latest")
def claims(
    run: Run = "latest",
    runs: Runs = Path("runs"),
    combine: Annotated[bool, typer.Option("--combine", help="Also fit every hidden claim by itself; takes minutes.")] = False,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Judge the documents' claims by the evidence and the odds.

    Odds of every hidden claim, and a verdict on each claim of each document of the case.
    """
    from realpolitik.cli import summary
    from realpolitik.cli.progress import progress
    from realpolitik.cli.runs import open_run, rough_note

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.claims(progress=callback)
        together = opened.combine(callback) if combine else None
    if json:
        print_json({**found, **({"combined": together} if together else {})})
        return
    closing = rough_note(opened)
    print(_shown(found, bool(closing)))
    if together:
        print(f"\n{summary.of_combined(together)}")
    for text in closing:
        print(f"\n{text}")


def _shown(found: Mapping[str, Any], rough: bool) -> str:
    rows = [(h["name"], whole_percent(h["prior"]), _now(h, rough), _bans(h), shortened(h["says"], 60)) for h in found["hidden"]]
    shown = table(("claim", "before", "now", "bans (90 %)", "says"), rows, right=(1, 2, 3))
    parts = ["Hidden claims, among the sets of claims that accounts tell", shown]
    for document in found["documents"]:
        judged = [(c["id"], c["verdict"], shortened(c["says"], 90)) for c in document["claims"]]
        counted = ", ".join(f"{n} {name}" for name, n in document["counts"].items() if n)
        parts += ["", f"{cell(document['name'])}: {counted}", table(("id", "verdict", "says"), judged)]
    if not found["documents"]:
        parts += ["", "The case names no documents."]
    return "\n".join(parts)


def _now(hidden: Mapping[str, Any], rough: bool) -> str:
    return told(hidden["probability"], hidden.get("probability_low"), hidden.get("probability_high"), rough)


def _bans(hidden: Mapping[str, Any]) -> str:
    if hidden["bans"] is None:
        return "-"
    most, low, high = (signed(hidden[part]) for part in ("bans", "low", "high"))
    return f"{most} ({low} to {high})"
