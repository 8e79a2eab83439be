"""The command `what-if`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.cli.output import JSON_HELP, cell, example, print_json, table
from realpolitik.cli.runs import Run, Runs

Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        metavar="CHANGE",
        help="What is done otherwise, such as `never: accept help`, `24h later: accept help` or `none`; several --change at once make "
        "one what-if. `realpolitik words` lists manners and decisions. Left out: the what-ifs that the case names.",
    ),
]


@example('realpolitik what-if latest --change "never: accept help"')
def what_if(
    run: Run = "latest",
    change: Changes = None,
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Replay the run's worlds with something done otherwise.

    Same worlds, same chance, one decision changed; differences with 90 % intervals.
    """
    from realpolitik.cli.progress import progress
    from realpolitik.cli.runs import open_run

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.what_if(*(change or ()), progress=callback)
    print_json(found) if json else print(_shown(found))


def _shown(found: Mapping[str, Any]) -> str:
    """Every what-if as a table of differences, after a line on the worlds."""
    parts = [
        f"{found['draws']} worlds of the posterior to {found.get('horizon', '')[:10]}, replayed with their own chance; differences against "
        "the world as it was, with 90 % intervals"
    ]
    for what_if in found["what_ifs"]:
        rows = []
        for name, change in what_if["differences"].items():
            was, now = (_mean(source.get(name)) for source in (found["factual"], what_if["changed"]))
            ratio = what_if["variance_ratio"].get(name)
            interval = f"{_number(change['low'])} to {_number(change['high'])}"
            rows.append((name, was, now, _number(change["mean"]), interval, "-" if ratio is None else f"{ratio:,.1f}"))
        headings = ("quantity", "as it was", "what if", "difference", "90 % interval", "variance ratio")
        told = f"{cell(what_if['says'])}  [{cell('; '.join(what_if['changes']) or 'none')}]"
        parts.append("\n".join([told, table(headings, rows, right=(1, 2, 3, 4, 5)), *(f"  {cell(note)}" for note in what_if["notes"])]))
    return "\n\n".join(parts)


def _mean(level: Mapping[str, float] | None) -> str:
    return "-" if level is None else _number(level["mean"])


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
