"""The command `leverage`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import whole_percent
from realpolitik.cli.output import JSON_HELP, cell, example, print_json, table
from realpolitik.cli.runs import Run, Runs

At = Annotated[
    list[str] | None,
    typer.Option("--at", metavar="DATE", help="A moment to ask about; may be given several times. Left out: before, peak and after."),
]


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
    print_json(found) if json else print(_shown(found))


def _shown(found: Mapping[str, Any]) -> str:
    parts = [
        f"Leverage of {cell(found['patron'] or 'no patron')}: points of the ruler's chance to last {found['horizon_days']:g} days more "
        "that go when support ends; fresh chance, all decisions free, 90 % intervals of the mean"
    ]
    moments = [moment for moment in found["moments"] if "acts" in moment]
    if moments:
        heads = ["act", *(f"{cell(m['name'])} ({m['at'][:10]})" for m in moments)]
        rows: list[list[str]] = [["survival with support", *(whole_percent(m["supported"]["mean"]) for m in moments)]]
        rows += [[act, *(_points(m["acts"][act]["leverage"]) for m in moments)] for act in moments[0]["acts"]]
        rows += [[f"  part of the {name}", *(_points(m["split"][name]) for m in moments)] for name in moments[0]["split"]]
        rows.append(["before any evidence", *(_points(m["prior"]) for m in moments)])
        rows.append(["learnt (contraction)", *(_learnt(m) for m in moments)])
        rows.append(["with hindsight", *(_points(m["hindsight"]) for m in moments)])
        parts.append(table(heads, rows, right=tuple(range(1, len(heads)))))
        parts += [f"{cell(m['name'])}: {cell(m['worlds'])}" for m in moments]
    needed, bargain = found.get("necessity"), found.get("concession")
    if needed and needed["necessity"] is not None:
        share = whole_percent(needed["necessity"])
        parts.append(f"necessity: {share} of the worlds in which the ruler lasted would have lost him without help")
    if bargain and bargain["concession"]:
        parts.append(
            f"what it would buy at the peak: a bargain in {whole_percent(bargain['agreed'])} of the draws, worth "
            f"{bargain['concession']['mean']:.2f} of what surviving is worth to the ruler; the threat is believed "
            f"in {whole_percent(bargain['credible'])} (terms are judgement)"
        )
    rows = [[row["patron"], ", ".join(row["channels"]) or "-", _verdict(row["survival"]), _verdict(row["policy"]),
             "; ".join(f"{claim['document']} {claim['claim']}" for claim in row["claimed"]) or "-"]
            for row in found["ledger"]["rows"]]  # fmt: skip
    parts.append(table(("patron", "acts through", "survival leverage", "policy leverage", "documents say"), rows))
    return "\n\n".join(parts)


def _verdict(column: Mapping[str, Any]) -> str:
    """The verdict, and where it rests on assumption alone, which way that points."""
    pointing = column.get("direction") if column["verdict"] not in (column.get("direction"), "not modelled") else None
    return f"{column['verdict']} ({pointing})" if pointing in ("gained", "gained for a while", "lost") else column["verdict"]


def _learnt(moment: Mapping[str, Any]) -> str:
    return "assumed, not learnt" if moment["assumed"] else whole_percent(moment["contraction"])


def _points(summary: Mapping[str, float]) -> str:
    mean, low, high = (round(100.0 * summary[name], 1) + 0.0 for name in ("mean", "low", "high"))
    return f"{mean:.1f} ({low:.1f} to {high:.1f})"
