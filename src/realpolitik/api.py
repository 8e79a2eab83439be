"""The calls that join two floors of the house; nothing here computes.

Opening a case with the names of the model's parameters, which `case/` itself does not know; weighing it and opening the
run as an answer, which `fitting/` does not know. Behind `realpolitik.load`, `check` and `weigh`, and the commands.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from realpolitik.answers.run import Run
    from realpolitik.case.records import Case
    from realpolitik.errors import Problem


def load(case: str | Path) -> "Case":
    """Read a case.

    Parameters
    ----------
    case
        Name of a shipped case, or path of a case folder or of its ``case.yaml``.

    Raises
    ------
    CaseError
        With every problem found, each with file, line and column.
    """
    from realpolitik.case.reader import load as read

    return read(case, parameters=_parameters())


def check(case: str | Path) -> "list[Problem]":
    """List the problems of a case; an empty list means that it can be weighed."""
    from realpolitik.errors import CaseError

    try:
        load(case)
    except CaseError as error:
        return error.problems
    return []


def weigh(
    case: "Case | str | Path",
    effort: str = "quick",
    seed: int = 1,
    accounts: Sequence[str] | None = None,
    threads: int | None = None,
    as_of: datetime | None = None,
    resume: bool = False,
    runs: str | Path = Path("runs"),
    progress: Callable[[str, float, str], None] | None = None,
    executor: "Executor | None" = None,
) -> "Run":
    """Compute the odds of a case's accounts, and keep them in a run folder.

    Parameters
    ----------
    case
        A case from :func:`load`, or what `load` takes.
    effort
        How much to compute: ``quick``, ``standard`` or ``thorough``.
    seed
        The same seed gives the same numbers.
    accounts
        Names of the accounts to weigh; all if None.
    threads
        Threads to use, all cores if None; changes no number.
    as_of
        Use only what was reported by then.
    resume
        Go on from the stored progress of a run that was stopped.
    runs
        The folder that holds the runs.
    progress
        Called with the stage, the part done from 0 to 1, and a message.
    executor
        Where sets of claims are fitted, such as ``dask.distributed``'s ``Client(...).get_executor()``; here if None. Changes no number.

    Raises
    ------
    CaseError
        When the case cannot be read.
    RunError
        When the run folder cannot be written; accounts already finished are kept in it.
    """
    from realpolitik.answers.run import Run
    from realpolitik.fitting.weigh import weigh as compute

    if isinstance(case, str | Path):
        case = load(case)
    folder = compute(
        case,
        effort=effort,
        seed=seed,
        accounts=accounts,
        threads=threads,
        as_of=as_of,
        resume=resume,
        runs=Path(runs),
        progress=progress,
        executor=executor,
    )
    run = Run(folder.path, folder.results)
    run.executor = executor
    return run


def _parameters() -> list[str]:
    from realpolitik.crisis.parameters import TABLE

    return [row.name for row in TABLE]
