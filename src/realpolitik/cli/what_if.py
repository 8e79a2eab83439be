"""The command `what-if`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import chance
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
_HOW = (
    "The middle world of each column; the difference is that of the same world with and without the change, so it need not be the "
    "difference of the two. Chances are means with the 90 % interval of the mean, their differences in points of 100."
)


@example('realpolitik what-if latest --change "never: accept help"')
def what_if(
    run: Run = "latest",
    change: Changes = None,
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Replay the run's worlds with something done otherwise.

    Same worlds, same chance, one decision changed; chances with their error, counts with their spread over worlds.
    """
    from realpolitik.cli.progress import progress
    from realpolitik.cli.runs import open_run, rough_note

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.what_if(*(change or ()), progress=callback)
    print_json(found) if json else print("\n\n".join([_shown(found), *rough_note(opened)]))


def _shown(found: Mapping[str, Any]) -> str:
    """What moves most, then every what-if as a table of differences."""
    parts = [f"{found['draws']} worlds of the posterior to {found.get('horizon', '')[:10]}, replayed with their own chance. {_HOW}"]
    parts += [cell(text) for text in [found.get("sentence")] if text]
    for what_if in found["what_ifs"]:
        rows = [_row(name, found, what_if) for name in what_if["differences"]]
        headings = ("quantity", "unit", "as simulated", "what if", "difference", "half of worlds", "90 % of worlds")
        told = f"{cell(what_if['says'])}  [{cell('; '.join(what_if['changes']) or 'none')}]"
        parts.append("\n".join([told, table(headings, rows, right=(2, 3, 4, 5, 6)), *(f"  {cell(note)}" for note in what_if["notes"])]))
    return "\n\n".join(parts)


def _row(name: str, found: Mapping[str, Any], what_if: Mapping[str, Any]) -> tuple[str, ...]:
    change, was, now = what_if["differences"][name], found["factual"].get(name), what_if["changed"].get(name)
    unit = found["quantities"][name]["unit"]
    if unit == "probability":
        return name, "chance", _chance(was), _chance(now), _points(change), "-", "-"
    half_low, half_high, low, high = (_number(change.get(part)) for part in ("half_low", "half_high", "low", "high"))
    spread = f"{half_low} to {half_high}", f"{low} to {high}"
    return name, unit, _middle(was), _middle(now), _number(change.get("median"), "+"), *spread


def _middle(level: Mapping[str, float] | None) -> str:
    return "-" if level is None else _number(level.get("median"))


def _chance(level: Mapping[str, float] | None) -> str:
    return "-" if level is None else chance(level)


def _points(change: Mapping[str, float]) -> str:
    mean, low, high = (round(100.0 * change[part], 1) + 0.0 for part in ("mean", "low", "high"))
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})" if low != high else f"{mean:+.1f}" if mean else "0"


def _number(value: float | None, sign: str = "") -> str:
    if value is None:
        return "-"
    sign = sign if value else ""
    return f"{value:{sign},.0f}" if abs(value) >= 1000 else f"{value:{sign}.3g}"
