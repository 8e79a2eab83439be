"""NATO/Admiralty grades of a report, A1 to F6: reliability of the source, credibility of the information."""

from __future__ import annotations

from realpolitik.case.mistakes import Mistake, quoted
from realpolitik.case.words import CREDIBILITY, GRADES, RELIABILITY

_RIGHT = "write a letter A to F for the source and a figure 1 to 6 for the information, such as B2"


def parse(text: str) -> str:
    """Read a grade.

    >>> parse('b2')
    'B2'
    """
    grade = text.strip().upper()
    if grade not in GRADES:
        raise Mistake(f"{quoted(text)} is not a grade", _RIGHT)
    return grade


def sentence(grade: str) -> str:
    """What a grade says, in words."""
    return f"source: {RELIABILITY[grade[0]]} Information: {CREDIBILITY[grade[1]]}"
