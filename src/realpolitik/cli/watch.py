"""The command `watch`: what would tell the accounts apart, by a saved run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import line, percent, unlike
from realpolitik.cli.output import JSON_HELP, example, print_json, shortened, table
from realpolitik.cli.progress import progress
from realpolitik.cli.runs import Run, Runs, open_run


@example("realpolitik watch latest --most 10")
def watch(
    run: Run = "latest",
    most: Annotated[int, typer.Option("--most", min=1, help="How many to show.")] = 20,
    alike: Annotated[int, typer.Option("--alike", min=1, help="How many of one kind to show at most.")] = 2,
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Rank what could still become known by what it would tell.

    In expected bits between the accounts, from their posterior worlds.
    """
    opened = open_run(run, runs)
    with progress() as callback:
        from realpolitik.answers.store import answer

        document = answer(opened, "watch", callback)
    print_json(document) if json else print(overview(document, most, alike))


def overview(document: Mapping[str, Any], most: int, alike: int) -> str:
    """The most telling candidates as a table."""
    rows = []
    for place in unlike(document["candidates"], "what", alike, most):
        bits = place["bits"]
        likely = max(place["outcomes"], key=lambda outcome: outcome["probability"])
        told = f"{line(likely['label'])}, {percent(likely['probability'])}"
        interval = f"{bits['low']:.2f} to {bits['high']:.2f}"
        rows.append([f"{bits['mean']:.2f}", interval, "*" if place["listed"] else "", shortened(place["says"], 72), told])
    if not rows:
        return "nothing is left to watch for: reports tell all that is on the list"
    head = "Nothing of the clock is still to come: these no report has told." if document["past"] else "What is still to come."
    note = f"At most {alike} of a kind. Bits of knowing for certain, of the {document['entropy']:.2f} that the accounts hold. "
    note += "* listed in the case."
    return f"{head}\n\n{table(['bits', '90 %', '', 'what', 'likeliest outcome'], rows, right=(0,))}\n\n{note}"
