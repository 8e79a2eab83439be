"""Where something stands in a case's files."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """A file, a line and a column, both counted from 1.

    >>> str(Position('case.yaml', 3, 7))
    'case.yaml:3:7'
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Position("", 0, 0)
"""The position of a record that no file holds, such as one made in a test."""
