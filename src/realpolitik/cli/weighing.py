"""Commands that compute: `run`, `weigh`, `simulate`."""

import shlex
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import listing
from realpolitik.cli import summary
from realpolitik.cli.cases import CASE_HELP, warn
from realpolitik.cli.mistakes import tell
from realpolitik.cli.output import JSON_HELP, example, print_json
from realpolitik.cli.progress import Callback, Course, progress

CaseName = Annotated[str, typer.Argument(metavar="CASE", help=CASE_HELP)]
Effort = Annotated[str, typer.Option("--effort", help="quick, standard or thorough: how much to compute.")]
Accounts = Annotated[str | None, typer.Option("--accounts", help="Only these accounts, separated by commas.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same numbers.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Threads to use; all cores if left out. Changes no number.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Use only what was reported by then (a date means its end)."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the stored progress of a run that was stopped.")]
Where = Annotated[str, typer.Option("--executor", help="threads of this machine, or dask: a cluster. Changes no number.")]
Scheduler = Annotated[str | None, typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="The dask scheduler of --executor dask.")]
Runs = Annotated[Path, typer.Option("--runs", help="The folder that holds the runs.")]
Combine = Annotated[bool, typer.Option("--combine", help="Also fit every claim by itself, switched on and off in one more fit.")]
# Parts of a command, with the time they take of each other on the shipped case at `quick`.
_WEIGH = {"weigh": 1.0, "combine": 2.0}
_RUN = {"weigh": 1.0, "earlier dates": 0.5, "answers": 0.7, "combine": 2.0, "cable": 0.02}
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


@example("realpolitik run kazakhstan-2022 --effort quick")
def run(
    case: CaseName,
    effort: Effort = "quick",
    accounts: Accounts = None,
    seed: Seed = 1,
    threads: Threads = None,
    as_of: AsOf = None,
    resume: Resume = False,
    runs: Runs = Path("runs"),
    executor: Where = "threads",
    scheduler: Scheduler = None,
    combine: Combine = False,
    json: Json = False,
) -> None:
    """Weigh the accounts, answer, write the cable, sum it up.

    This is the main job.
    """
    from realpolitik.answers.store import answer_all

    asked = (case, effort, accounts, seed, threads, as_of, resume, runs, executor, scheduler, combine)
    with _weighed(*asked, _RUN) as (done, course):
        answer_all(done, _answering(course))
        together = done.combine(course.part("combine")) if combine else None
        course.part("cable")("writing the cable", 0.0, "")
        cable = done.report()
        course.end()
    for note in done.notes:
        tell(f"note: {note}")
    if json:
        from realpolitik.answers.document import document

        print_json({**document(done.results), **({"combined": together} if together else {}), "cable": str(cable)})
    else:
        print(summary.of_run(done.results, cable))
        if together:
            print(f"\n{summary.of_combined(together)}")
        print(f"run: {done.folder}")


@example("realpolitik weigh kazakhstan-2022 --effort quick --seed 1 --json")
def weigh(
    case: CaseName,
    effort: Effort = "quick",
    accounts: Accounts = None,
    seed: Seed = 1,
    threads: Threads = None,
    as_of: AsOf = None,
    resume: Resume = False,
    runs: Runs = Path("runs"),
    executor: Where = "threads",
    scheduler: Scheduler = None,
    combine: Combine = False,
    json: Json = False,
) -> None:
    """Compute the odds of the accounts, nothing else.

    Always computes anew; only --resume reads stored progress.
    """
    asked = (case, effort, accounts, seed, threads, as_of, resume, runs, executor, scheduler, combine)
    with _weighed(*asked, _WEIGH) as (done, course):
        together = done.combine(course.part("combine")) if combine else None
        course.end()
    if json:
        from realpolitik.answers.document import document

        print_json({**document(done.results), **({"combined": together} if together else {})})
    else:
        print(summary.odds(done.results))
        if together:
            print(f"\n{summary.of_combined(together)}")
        print(f"\nrun: {done.folder}")


@example("realpolitik simulate kazakhstan-2022 --account uprising --worlds 2000 --save worlds.nc")
def simulate(
    case: CaseName,
    account: Annotated[str, typer.Option("--account", help="The account whose worlds to simulate.")],
    worlds: Annotated[int, typer.Option("--worlds", min=1, help="How many worlds.")] = 1000,
    seed: Seed = 1,
    threads: Threads = None,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE.nc", help="Also save all paths as a netCDF file.")] = None,
    json: Json = False,
) -> None:
    """Simulate worlds under one account.

    The evidence is not looked at; a table shows what the account leads one to expect.
    """
    from realpolitik.cli import forward

    read = _read(case)
    _known(account, read)
    with progress() as callback:
        document, worlds_made = forward.simulate(read, account, worlds, seed, threads, callback)
    if save is not None:
        forward.save(worlds_made, save)
        document["saved"] = str(save)
    print_json(document) if json else print(forward.table_of(document))


@contextmanager
def _weighed(
    case: str,
    effort: str,
    accounts: str | None,
    seed: int,
    threads: int | None,
    as_of: str | None,
    resume: bool,
    runs: Path,
    executor: str,
    scheduler: str | None,
    combine: bool,
    parts: Mapping[str, float],
) -> Iterator[tuple[Any, Course]]:
    """Check what was asked, then weigh, the first of the command's parts; gives the run and the course of what is left to do.

    Progress is shown on stderr, and the cluster is there for the answers, until the block ends.
    """
    from realpolitik.errors import UnwritableError, UsageError

    # The case first: its mistakes are told before anything slow is imported.
    read = _read(case)
    warn(read)
    from realpolitik.fitting.efforts import EFFORTS

    if effort not in EFFORTS:
        raise UsageError(f"--effort {effort!r} is not an effort; take {listing(list(EFFORTS), 'or')}")
    names = None
    if accounts is not None:
        names = [name.strip() for name in accounts.split(",") if name.strip()]
        if not names:
            raise UsageError("--accounts names no account")
        for name in names:
            _known(name, read)
    moment = None if as_of is None else _moment(as_of, read.clock)
    if combine:
        from realpolitik.fitting.switches import Together

        Together(read)  # too many claims are told before anything is computed
    with ExitStack() as held:
        course = Course(held.enter_context(progress()), {name: parts[name] for name in parts if combine or name != "combine"})
        callback = course.part("weigh")
        try:
            callback("starting", 0.0, "")
            from realpolitik.api import weigh as compute
            from realpolitik.fitting.executors import cluster

            done = compute(
                read,
                effort=effort,
                seed=seed,
                accounts=names,
                threads=threads,
                as_of=moment,
                resume=resume,
                runs=runs,
                progress=callback,
                executor=held.enter_context(cluster(executor, scheduler, callback)),
            )
            done.threads = threads
        except (KeyboardInterrupt, UnwritableError) as error:
            options = {"--effort": effort, "--seed": seed, "--accounts": accounts, "--as-of": as_of, "--runs": runs}
            options |= {"--executor": executor, "--scheduler": scheduler, "--combine": combine}
            stopped = isinstance(error, KeyboardInterrupt)
            tell(f"{'stopped' if stopped else error}; go on with: {_resuming(case, options)}")
            raise typer.Exit(130 if stopped else 1) from None
        yield done, course


def _answering(course: Course) -> Callback:
    """One callback for all answers: the first of them is computed alone, and each of the two groups is told from 0 to 1."""
    from realpolitik.answers.store import ANSWERS

    alone, side_by_side = course.part("earlier dates"), course.part("answers")
    first = next(iter(ANSWERS), "")

    def callback(stage: str, done: float, message: str) -> None:
        (alone if message.partition(",")[0] == first else side_by_side)(stage, done, message)

    return callback


def _resuming(case: str, options: dict[str, Any]) -> str:
    """Write the command that goes on: what was asked, less what is the default."""
    defaults = {"--effort": "quick", "--seed": 1, "--accounts": None, "--as-of": None, "--runs": Path("runs")}
    defaults |= {"--executor": "threads", "--scheduler": None, "--combine": False}
    chosen = {name: value for name, value in options.items() if value != defaults[name]}
    words = [str(word) for name, value in chosen.items() for word in ((name,) if value is True else (name, value))]
    return shlex.join(["realpolitik", "weigh", case, *words, "--resume"])


def _read(case: str) -> Any:
    from realpolitik.api import load

    return load(case)


def _moment(text: str, clock: Any) -> Any:
    """Read a date (taken at its end) or a moment in the case's time zone; gives an aware datetime."""
    from realpolitik.case.mistakes import Mistake
    from realpolitik.case.times import moment, of_day
    from realpolitik.errors import UsageError

    try:
        return moment(text, clock.timezone).ends
    except Mistake as mistake:
        raise UsageError(f"--as-of: {mistake.wrong}; {of_day(mistake.right, clock.start)}") from None


def _known(account: str, case: Any) -> None:
    from realpolitik.errors import UsageError

    if account not in case.accounts:
        raise UsageError(f"{case.name} has no account {account!r}; it has: {', '.join(case.accounts)}")
