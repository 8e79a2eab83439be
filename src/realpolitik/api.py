"""Opening a case with the names of the model's parameters, which `case/` itself does not know.

Behind `realpolitik.load` and `realpolitik.check`; the command line opens its cases here too.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def _parameters() -> list[str]:
    from realpolitik.crisis.parameters import TABLE

    return [row.name for row in TABLE]
