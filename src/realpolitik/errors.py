"""The closed family of errors that realpolitik raises for a user's mistake.

Everything a user can get wrong ends in one of these. The command line prints `str(error)` and exits with 1
(2 for `UsageError`); a traceback means a fault of the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SHOWN = 60
"""Problems printed by `str(CaseError)`; all of them are in `CaseError.problems`."""


def printable(text: str) -> str:
    """`text` on one line, with everything a terminal could obey written as an escape.

    >>> printable('two\\nlines')
    'two\\\\nlines'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class RealpolitikError(Exception):
    """Any mistake the user can mend; the parent of the others."""


class UsageError(RealpolitikError):
    """A command or call that makes no sense as it was written."""


class RunError(RealpolitikError):
    """A run folder that is missing, broken, full or not writable."""


class UnwritableError(RunError):
    """A file that could not be written; what was finished before is kept."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a case.

    Parameters
    ----------
    position : Position
        File, line and column; anything whose `str` reads `file:line:column`.
    path : str
        The place in words, such as ``evidence T048, grade``; may be empty.
    wrong, right : str
        What is wrong; what would be right (may be empty when nothing can be proposed).
    """

    position: Any
    path: str
    wrong: str
    right: str = ""

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        remedy = f"; {self.right}" if self.right else ""
        return printable(f"{self.position}: {place}{self.wrong}{remedy}")


class CaseError(RealpolitikError):
    """A case that cannot be read; `problems` lists every mistake found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"and {len(self.problems) - SHOWN} more problems")
        return "\n".join(lines)
