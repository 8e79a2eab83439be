"""The command `audiences`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import whole_percent
from realpolitik.cli.output import JSON_HELP, cell, example, print_json, table
from realpolitik.cli.runs import Run, Runs


@example("realpolitik audiences latest")
def audiences(
    run: Run = "latest",
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Show what others would say who trust other sources.

    Odds under each audience's trust and prior odds, the trust at which two accounts change places, and what size of each claim the
    evidence bears.
    """
    from realpolitik.cli.progress import progress
    from realpolitik.cli.runs import open_run

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.audiences(progress=callback)
    print_json(found) if json else print(_shown(found))


def _shown(found: Mapping[str, Any]) -> str:
    names = [row["name"] for row in found["accounts"] or ()]
    rows = [("the run itself", *(whole_percent(row["probability"]) for row in found["accounts"] or ()))]
    for a in found["audiences"]:
        p = a["probabilities"]
        rows.append((a["name"], *(("withheld" if p is None else whole_percent(p[name])) for name in names)))
    columns = ["account", *(cell(row[0]) for row in rows)]
    turned = [[cell(name), *(row[1 + i] for row in rows)] for i, name in enumerate(names)]
    parts = ["Odds by audience", table(columns, turned, right=range(1, len(columns)))]
    pairs = [
        (f"{p['first']} over {p['second']}", f"{p['bans']:.2f}", _who(p), "-" if p["trust"] is None else f"{p['trust']:.2f}")
        for p in found["tipping"]
    ]
    if pairs:
        parts += ["", "Trust at which two accounts change places", table(("leads", "bans", "who", "trust"), pairs[:10], right=(1, 3))]
        parts += [f"and {len(pairs) - 10} more pairs: --json"] * (len(pairs) > 10)
    sizes = [(c["claim"], c["parameter"], _range(c), c["unit"]) for c in found["sizes"]]
    if sizes:
        parts += ["", "Sizes not excluded at twenty to one", table(("claim", "parameter", "sizes", "unit"), sizes)]
    return "\n".join(parts)


def _who(pair: Mapping[str, Any]) -> str:
    if pair["who"] is None:
        return f"withheld: {', '.join(map(cell, pair['withheld']))}" if pair["withheld"] else "nobody tried"
    return f"all {pair['who']} reporters" if pair["kind"] == "interest" else pair["who"]


def _range(curve: Mapping[str, Any]) -> str:
    if curve["largest"] is None:
        return "withheld"
    more = "+" if curve["beyond"] else "?" if curve["unsure"] else ""
    return f"{curve['least']:,g} to {curve['largest']:,g}{more}"
