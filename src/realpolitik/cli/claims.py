"""The command `claims`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import whole_percent
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
    from realpolitik.cli.runs import open_run

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.claims(progress=callback)
        together = opened.combine(callback) if combine else None
    if json:
        print_json({**found, **({"combined": together} if together else {})})
        return
    print(_shown(found))
    if together:
        print(f"\n{summary.of_combined(together)}")


def _shown(found: Mapping[str, Any]) -> str:
    rows = [
        (h["name"], whole_percent(h["prior"]), whole_percent(h["probability"]), _bans(h), shortened(h["says"], 60)) for h in found["hidden"]
    ]
    parts = ["Hidden claims", table(("claim", "before", "now", "bans (90 %)", "says"), rows, right=(1, 2, 3))]
    for document in found["documents"]:
        judged = [(c["id"], c["verdict"], shortened(c["says"], 90)) for c in document["claims"]]
        told = ", ".join(f"{n} {name}" for name, n in document["counts"].items() if n)
        parts += ["", f"{cell(document['name'])}: {told}", table(("id", "verdict", "says"), judged)]
    if not found["documents"]:
        parts += ["", "The case names no documents."]
    return "\n".join(parts)


def _bans(hidden: Mapping[str, Any]) -> str:
    return "-" if hidden["bans"] is None else f"{hidden['bans']:+.1f} ({hidden['low']:+.1f} to {hidden['high']:+.1f})"
