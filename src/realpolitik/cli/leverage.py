"""The command `leverage`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import chance, whole_percent
from realpolitik.answers.rough import about
from realpolitik.cli.output import JSON_HELP, cell, example, print_json, table
from realpolitik.cli.runs import Run, Runs, rough_note

At = Annotated[
    list[str] | None,
    typer.Option("--at", metavar="DATE", help="A moment to ask about; may be given several times. Left out: before, peak and after."),
]
ASSUMED = "assumed, not learnt"
_NOBODY = "this case has no patron, so nobody's leverage can be told"


@example("realpolitik leverage latest")
def leverage(
    run: Run = "latest",
    at: At = None,
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Say how far the ruler's survival hangs on each patron.

    And who gained and who lost by the crisis.
    """
    from realpolitik.cli.progress import progress
    from realpolitik.cli.runs import open_run

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.leverage(*(at or ()), progress=callback)
    if json:
        print_json(found)
        return
    closing = rough_note(opened)
    print("\n\n".join([_shown(found, bool(closing)), *(closing if found["moments"] else [])]))


def _shown(found: Mapping[str, Any], rough: bool) -> str:
    if not found["moments"] and not found["ledger"]["rows"]:
        return _NOBODY
    parts = _survival(found, rough) if found["moments"] else ["No patron of this case acts in the model, so nobody's leverage can be told."]
    rows = [[row["patron"], ", ".join(row["channels"]) or "-", _verdict(row["survival"]), _verdict(row["policy"]),
             "; ".join(f"{claim['document']} {claim['claim']}" for claim in row["claimed"]) or "-"]
            for row in found["ledger"]["rows"]]  # fmt: skip
    parts.append(table(("patron", "acts through", "survival leverage", "policy leverage", "documents say"), rows))
    return "\n\n".join(parts)


def _survival(found: Mapping[str, Any], rough: bool) -> list[str]:
    """The table of moments, what its numbers are about, and what comes of them."""
    whose = f"Leverage of {cell(found['patron'])}" if found["patron"] else "Leverage of the patrons"
    parts = [
        f"{whose}: points of the ruler's chance to last {found['horizon_days']:g} days more that go when support ends; fresh chance, all "
        "decisions free, 90 % intervals of the mean"
    ]
    moments = found["moments"]
    heads = ["act", *(f"{cell(m['name'])} ({m['at'][:10]})" for m in moments)]
    rows: list[list[str]] = []
    if all("acts" in m for m in moments):
        rows.append(["rests on", *(_learnt(m) for m in moments)])
        rows.append(["survival with support", *(chance(m["supported"]) for m in moments)])
        rows += [[act, *(_points(m["acts"][act]["leverage"], m) for m in moments)] for act in moments[0]["acts"]]
        rows += [[f"  part of the {name}", *(_points(m["split"][name], m) for m in moments)] for name in moments[0]["split"]]
        rows.append(["before any evidence", *(_points(m["prior"]) for m in moments)])
        rows.append(["with hindsight", *(_points(m["hindsight"]) for m in moments)])
    others = moments[0].get("patrons") or {}
    rows += [[f"{cell(who)}: {act}", *(_other(m, who, act) for m in moments)] for who, acts in others.items() for act in acts]
    parts.append(table(heads, rows, right=tuple(range(1, len(heads)))))
    parts.append("\n".join(f"{cell(m['name'])}: {cell(m['worlds'])}" for m in moments))
    needed, bargain = found.get("necessity"), found.get("concession")
    if needed and needed["necessity"] is not None:
        share = about(needed["necessity"], rough)
        parts.append(f"necessity: {share} of the worlds in which the ruler lasted would have lost him without help")
    if any("acts" in m for m in moments):
        parts.append(
            "How these differ: a moment's leverage rests on what was reported by then, and chance is new from then on; with hindsight is "
            "the same moment in worlds fitted to all the evidence; necessity looks back on worlds that came out well and keeps their "
            "chance. "
            '`what-if --change "never: accept help"` is that last question asked of more worlds, and adds the dead, the detained and '
            "the seats."
        )
    if bargain and bargain["concession"]:
        parts.append(
            f"what it would buy at the peak: a bargain in {about(bargain['agreed'], rough)} of the draws, worth "
            f"{bargain['concession']['mean']:.2f} of what surviving is worth to the ruler; the threat is believed "
            f"in {about(bargain['credible'], rough)} (terms are judgement)"
        )
    return parts


def _verdict(column: Mapping[str, Any]) -> str:
    """The verdict, and where it rests on assumption alone, which way that points."""
    pointing = column.get("direction") if column["verdict"] not in (column.get("direction"), "not modelled") else None
    return f"{column['verdict']} ({pointing})" if pointing in ("gained", "gained for a while", "lost") else column["verdict"]


def _learnt(moment: Mapping[str, Any]) -> str:
    return ASSUMED if moment["assumed"] else f"learnt: {whole_percent(moment['contraction'])}"


def _other(moment: Mapping[str, Any], who: str, act: str) -> str:
    """The leverage of another patron's act: no evidence tells its size."""
    summary = (moment.get("patrons") or {}).get(who, {}).get(act)
    return "-" if summary is None else f"assumed: {_points(summary)}"


def _points(summary: Mapping[str, float], moment: Mapping[str, Any] | None = None) -> str:
    """Points of 100 with their interval; before them, where the moment teaches nothing of it, that it is assumed."""
    mean, low, high = (round(100.0 * summary[name], 1) + 0.0 for name in ("mean", "low", "high"))
    return f"{'assumed: ' if moment and moment['assumed'] else ''}{mean:.1f} ({low:.1f} to {high:.1f})"
