"""The command `calibrate`."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.cli.output import JSON_HELP, example, print_json

_OF_WRONG = "--exponent goes with crises of wrong simulators: calibrate CASE --wrong, or a table of them"


@example("realpolitik calibrate three-towns --effort quick --crises 60 --resume")
def calibrate(
    case: Annotated[
        str | None, typer.Argument(help="A shipped case or a folder; its evidence is the template of the reports.", show_default=False)
    ] = None,
    effort: Annotated[str, typer.Option("--effort", help="What is said holds for this effort alone.")] = "quick",
    crises: Annotated[
        int | None, typer.Option("--crises", min=1, max=99999, help="How many synthetic crises: 60, with --again 4.", show_default=False)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Weigh each once more at full weight (ζ = 1): takes twice as long.")] = False,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="Take the crises from simulators that are wrong on purpose; the weighing does not know it.")
    ] = False,
    forecasts: Annotated[
        bool, typer.Option("--forecasts", help="Weigh no crisis whole: forecast from a date in its midst, and see what comes true.")
    ] = False,
    where: Annotated[
        str | None,
        typer.Option("--where", metavar="DECISION", help="Take only crises in which this was done, and tell the weighing that it was."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same crises and numbers.")] = 1,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="Threads; all cores if left out.")] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="K/N", help="Weigh only the Kth of N parts; shards may share a folder.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the crises that are finished; they are not weighed again.")] = False,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE.csv", help="Also save one line per crisis.")] = None,
    table: Annotated[
        Path | None, typer.Option("--table", metavar="FILE.csv", help="Weigh nothing: report a file that --save wrote.")
    ] = None,
    again: Annotated[
        Path | None,
        typer.Option("--again", metavar="FILE.csv", help="Weigh --crises of a saved table's crises anew: do they come out the same?"),
    ] = None,
    executor: Annotated[
        str, typer.Option("--executor", help="threads of this machine, or dask: a cluster. Changes no number.")
    ] = "threads",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="The dask scheduler of --executor dask.")
    ] = None,
    exponent: Annotated[
        Path | None,
        typer.Option("--exponent", metavar="FILE.csv", help="Also write the exponent that --wrong fits into this table of exponents."),
    ] = None,
    runs: Annotated[Path, typer.Option("--runs", help="Folder that holds the runs.")] = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Check the odds on crises whose truth is known.

    Draws an account and a world from the prior, and reports like the case's; weighs them blind; compares what was stated with the truth.
    With --wrong worlds or reports follow other laws than the weighing assumes, and an exponent on the odds is fitted that allows for it.
    With --forecasts a part of each crisis is known, and the rest is forecast. What is asked with --forecasts or --where is a calibration of
    its own, with its own table.
    """
    from realpolitik.errors import UsageError
    from realpolitik.fitting import calibration_report, foretold_report

    if (case is None) == (table is None):
        raise UsageError("calibrate takes either a case or --table FILE.csv")
    if again is not None and (table or save or exponent or shard or resume or executor != "threads"):
        raise UsageError("--again weighs here and keeps nothing: leave --table, --save, --exponent, --shard, --resume and --executor out")
    if exponent is not None and case is not None and not wrong:
        raise UsageError(_OF_WRONG)
    if exponent is not None and shard is not None:
        raise UsageError("--exponent takes all crises: run the shards first, then the same without --shard and with --resume")
    about: dict[str, Any] = {}
    if case is None:
        rows = foretold_report.read_table(table) or calibration_report.read_table(table)
    else:
        plan = _plan(case, effort, full, wrong, forecasts, where, seed)
        if again is not None:
            _again(plan, again, crises or 4, threads, json)
            return
        rows, about = _weighed(plan, crises or 60, threads, shard, resume, runs, executor, scheduler)
    made = foretold_report if foretold_report.is_foretold(rows) else calibration_report
    if save is not None and case is not None and rows:
        from realpolitik.fitting.storage import write_text

        write_text(save, made.table_of(rows))
    from realpolitik.fitting.wrong import report as of_wrong

    report = of_wrong if of_wrong.is_wrong(rows) else made
    found = about | report.report(rows)
    if exponent is not None:
        from realpolitik.fitting.wrong import exponents

        if report is not of_wrong:
            raise UsageError(_OF_WRONG)
        exponents.add(found, exponent)
    print_json(found) if json else print(report.text_of(found))


def _plan(case: str, effort: str, full: bool, wrong: bool, forecasts: bool, where: str | None, seed: int) -> Any:
    """What is to be weighed; says what cannot be."""
    from realpolitik.api import load
    from realpolitik.errors import UsageError

    read = load(case)
    from realpolitik.crisis.layout import DECISIONS, PUBLIC
    from realpolitik.fitting.blind import Calibration
    from realpolitik.fitting.efforts import DATED, EFFORTS

    if effort not in EFFORTS:
        raise UsageError(f"--effort {effort!r} is not an effort; take {', '.join(EFFORTS)}")
    if not read.evidence or len(read.accounts) < 2:
        raise UsageError(f"{read.name} needs evidence, as the template of the reports, and two accounts to tell apart")
    if wrong + forecasts + (where is not None) > 1:
        raise UsageError("--wrong, --forecasts and --where are calibrations of their own: take one of them")
    if where is not None and where not in PUBLIC:
        raise UsageError(f"--where {where!r} is not a public decision; take one of: {', '.join(d for d in DECISIONS if d in PUBLIC)}")
    weights = ("coarsened", "full") if full else ("coarsened",)
    return Calibration(read, effort, EFFORTS[effort], seed, weights, wrong, where, DATED[effort].settings if forecasts else None)


def _again(plan: Any, table: Path, crises: int, threads: int | None, json: bool) -> None:
    """Weigh some crises of a table anew; exit code 1 where one comes out otherwise."""
    import os

    from realpolitik.cli.progress import progress
    from realpolitik.fitting.again import again, text_of

    with progress() as callback:
        found = again(plan, table, crises, threads or os.cpu_count() or 1, lambda part, said: callback("weighing anew", part, said))
    told = {"table": str(table), "crises": {str(number): {"same": not differ, "differ": differ} for number, differ in found.items()}}
    print_json(told) if json else print(text_of(found))
    if any(found.values()):
        raise typer.Exit(1)


def _weighed(
    plan: Any, crises: int, threads: int | None, shard: str | None, resume: bool, runs: Path, executor: str, scheduler: str | None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Weigh what is not finished; gives the crises, and what identifies them."""
    import os

    from realpolitik.cli.mistakes import tell
    from realpolitik.cli.progress import progress
    from realpolitik.fitting import blind
    from realpolitik.fitting.executors import cluster

    which, of = _shard(shard)
    folder = plan.folder(runs)
    numbers = blind.shard_of(range(1, crises + 1), which, of)
    try:
        with progress() as callback, cluster(executor, scheduler, callback) as workers:
            folder = blind.open_folder(plan, runs, resume or shard is not None)
            count = threads or os.cpu_count() or 1
            rows = blind.calibrate(plan, folder, numbers, count, lambda part, said: callback("calibrating", part, said), workers)
    except KeyboardInterrupt:
        tell(f"stopped; what is finished is in {folder}, and --resume goes on with it")
        raise typer.Exit(130) from None
    about = {"case": plan.case.name, "fingerprint": plan.case.fingerprint, "effort": plan.effort, "seed": plan.seed, "folder": str(folder)}
    return rows, about | {cost: sum(row[cost] for row in rows) for cost in ("seconds", "cpu_seconds")}


def _shard(text: str | None) -> tuple[int, int]:
    from realpolitik.errors import UsageError

    if text is None:
        return 1, 1
    read = re.fullmatch(r"([0-9]{1,5})/([0-9]{1,5})", text)
    if read is None or not 1 <= int(read[1]) <= int(read[2]):
        raise UsageError(f"--shard {text!r} is not a part; write 1/4 for the first of four")
    return int(read[1]), int(read[2])
