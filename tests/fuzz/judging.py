"""What reading a spoiled case may end in: a case without a hole in it, or problems that say where and what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

from realpolitik.api import load
from realpolitik.case.values import Value
from realpolitik.errors import CaseError, printable

_PLACE = re.compile(r"(.+?):(\d+):(\d+): \S.*")
_BREAK = re.compile(rb"\r|\n|\xc2\x85|\xe2\x80[\xa8\xa9]")  # all that YAML takes for the end of a line
LONGEST = 4000
"""Characters of one problem: a terminal shows it."""


class Broken(AssertionError):
    """What reading a case must never end in."""


def numbers(record: Any) -> Iterator[tuple[str, float]]:
    """Every number of a record with its place in it; `high` of a figure "at least" is infinite and left out."""
    todo: list[tuple[str, Any]] = [("case", record)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, float):
            yield path, value
        elif is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                if not (isinstance(value, Value) and field.name == "high" and value.form == "at_least"):
                    todo.append((f"{path}.{field.name}", getattr(value, field.name)))
        elif isinstance(value, dict):
            todo += [(f"{path}[{key!r}]", entry) for key, entry in value.items()]
        elif isinstance(value, (tuple, list)) and not isinstance(value, (str, datetime)):
            todo += [(f"{path}[{index}]", entry) for index, entry in enumerate(value)]


def judged(folder: Path) -> str:
    """Read the case in a folder as `realpolitik check` does; "valid" or "refused".

    Raises
    ------
    Broken
        When a problem does not say where or what, or a number of the case is none. Anything else that is raised is a fault as well.
    """
    try:
        case = load(folder)
    except CaseError as error:
        if not error.problems:
            raise Broken("refused without a problem") from None
        lines: dict[Path, int] = {}
        for problem in error.problems:
            line = str(problem)
            place = _PLACE.fullmatch(line)
            if place is None or line != printable(line) or len(line) > LONGEST or not problem.wrong:
                raise Broken(f"a problem that cannot be read: {line[:300]!r}") from None
            file, row, column = Path(place[1]), int(place[2]), int(place[3])
            if file.parent != folder or row < 1 or column < 1:
                raise Broken(f"a problem nowhere: {line[:300]!r}") from None
            if file not in lines:
                lines[file] = len(_BREAK.findall(file.read_bytes())) if file.is_file() else 0
            if row > lines[file] + 2:
                raise Broken(f"a problem beyond the end of its file: {line[:300]!r}") from None
        str(error)
        return "refused"
    for path, number in numbers(case):
        if not isfinite(number):
            raise Broken(f"{path} is {number}")
    return "valid"
