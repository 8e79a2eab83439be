"""The command `second-opinion`: random forests on simulated reports, beside the odds of a run or of a calibration."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import line, percent
from realpolitik.cli import output
from realpolitik.cli.output import JSON_HELP, example, print_json
from realpolitik.cli.progress import progress
from realpolitik.cli.runs import Runs, open_run


@example("realpolitik second-opinion latest --rows 20000")
def second_opinion(
    run: Annotated[str, typer.Argument(help="A run, `latest`, or the folder of a calibration.")] = "latest",
    rows: Annotated[
        int, typer.Option("--rows", min=200, max=10_000_000, help="Sets of reports to simulate; kept for the next time.")
    ] = 20_000,
    trees: Annotated[int, typer.Option("--trees", min=10, max=100_000, help="Trees of each forest.")] = 500,
    case: Annotated[
        str | None, typer.Option("--case", help="Of a calibration: the case it was made from, where that is no shipped one.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same numbers.")] = 1,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="Threads; all cores if left out.")] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE.csv", help="Of a calibration: also save one line per crisis.")
    ] = None,
    table: Annotated[Path | None, typer.Option("--table", metavar="FILE.csv", help="Ask nobody: report a file that --save wrote.")] = None,
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Ask random forests on simulated reports.

    Of a run: what they make of its evidence, beside its odds; the cable shows it. Of a calibration: whether both agree on its crises.
    """
    from realpolitik.answers.abc import on_crises

    if table is not None:
        from realpolitik.answers.abc.table import read_table

        _tell(read_table(table), json)
        return
    folder = next((path for path in (Path(run), runs / run) if on_crises.about(path) is not None), None)
    with progress() as callback:
        if folder is None:
            from realpolitik.answers.second_opinion import second_opinion as of_run

            found = of_run(open_run(run, runs), rows, trees, seed, threads, callback)
        else:
            from realpolitik.api import load

            read = load(case or str((on_crises.about(folder) or {}).get("case")))
            count = threads or os.cpu_count() or 1
            both = on_crises.compare(read, folder, rows, trees, seed, count, lambda part, said: callback("second opinion", part, said))
    if folder is None:
        print_json(found) if json else print(overview(found))
        return
    if save is not None:
        from realpolitik.answers.abc.table import table_of
        from realpolitik.fitting.storage import write_text

        write_text(save, table_of(both))
    _tell(both, json)


def _tell(rows: list[dict[str, Any]], json: bool) -> None:
    """Print whether both methods agree on the crises of a calibration."""
    from realpolitik.answers.abc.agreement import agreement, text_of
    from realpolitik.errors import RunError

    if not rows:
        raise RunError("the table holds no crisis")
    found = agreement(rows)
    print_json(found) if json else print(text_of(found))


def overview(found: Mapping[str, Any]) -> str:
    """The opinion on a run, beside its odds."""
    rows = []
    for account in sorted(found["accounts"], key=lambda a: -a["second"]):
        interval = f"{percent(account['low'])} to {percent(account['high'])}"
        second = f"{percent(account['second'])} ± {percent(account['sd'])}"
        rows.append(
            [line(account["name"]), None if found["rough"] else percent(account["odds"]), interval, second, percent(account["coarsened"])]
        )
    shown = output.table(["account", "odds", "5-95 %", "second opinion", "coarsened"], rows, right=(1, 2, 3, 4))
    strange = len(found["outside"])
    note = (
        f"{found['rows']:,} simulated sets of reports, {found['trees']} trees; the forest errs in {percent(found['forest_error'])} of sets "
        f"it did not see. {strange} of {found['summaries']} summaries of the evidence lie beyond 99 % of the simulated ones"
    )
    note += ": what forests say so far from what they learnt on is a guess." if strange > 0.02 * found["summaries"] else "."
    return f"{shown}\n\n{note}"
