"""The command `watch`: what would tell the accounts apart, by a saved run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import line, unlike
from realpolitik.answers.rough import about
from realpolitik.cli.output import JSON_HELP, example, print_json, shortened, table
from realpolitik.cli.progress import progress
from realpolitik.cli.runs import Run, Runs, open_run, rough_note

LEAST = 0.005  # bits: less is shown as 0.00
CERTAIN = 0.9995  # an outcome that is shown as 100.0 %


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
    closing = rough_note(opened)
    print_json(document) if json else print("\n\n".join([overview(document, most, alike, bool(closing)), *closing]))


def overview(document: Mapping[str, Any], most: int, alike: int, rough: bool = False) -> str:
    """The most telling candidates as a table; those that tell nothing are counted."""
    rows = []
    telling = [place for place in document["candidates"] if _tells(place)]
    dull = len(document["candidates"]) - len(telling)
    for place in unlike(telling, "what", alike, most):
        bits, likely = place["bits"], _likeliest(place)
        told = f"{line(likely['label'])}, {about(likely['probability'], rough, exact=True)}"
        interval = f"{bits['low']:.2f} to {bits['high']:.2f}"
        rows.append([f"{bits['mean']:.2f}", interval, "*" if place["listed"] else "", shortened(place["says"], 72), told])
    left_out = f"{dull} left out that tell less than {LEAST:g} bits, or have one outcome only." if dull else ""
    if not rows and left_out:
        return f"nothing that is left to watch for would tell the accounts apart: {left_out}"
    if not rows:
        return "nothing is left to watch for: reports tell all that is on the list"
    head = "Nothing of the clock is still to come: these no report has told." if document["past"] else "What is still to come."
    note = f"At most {alike} of a kind. Bits of knowing for certain, of the {document['entropy']:.2f} that the accounts hold. "
    note += " ".join(["* listed in the case.", left_out]).rstrip()
    return f"{head}\n\n{table(['bits', '90 %', '', 'what', 'likeliest outcome'], rows, right=(0,))}\n\n{note}"


def _likeliest(place: Mapping[str, Any]) -> Mapping[str, Any]:
    return max(place["outcomes"], key=lambda outcome: outcome["probability"])


def _tells(place: Mapping[str, Any]) -> bool:
    """Whether the table would show any bits, and an outcome that is not certain."""
    return place["bits"]["mean"] >= LEAST and _likeliest(place)["probability"] < CERTAIN
