"""A reported number: exact, a range, a bound, or about.

The spelling is in `words.VALUE_SPELLINGS`; `parse` reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf
from typing import Literal

from realpolitik.case.mistakes import Mistake, quoted

Form = Literal["exact", "range", "at_least", "at_most", "about"]

LARGEST = 1e30
"""No count is larger; sums and products of counts then stay numbers."""
ABOUT = 0.2
"""`~300` reads as 300 give or take this share of it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A reported number.

    Parameters
    ----------
    low, high : float
        Bounds of what the report says; equal when exact, `high` infinite for "at least".
    centre : float
        The figure itself, the middle of a range, or the bound that was stated.
    form : {'exact', 'range', 'at_least', 'at_most', 'about'}

    Examples
    --------
    >>> parse('200..230')
    Value(low=200.0, high=230.0, centre=215.0, form='range')
    >>> str(parse('>= 9')), str(parse('12,000'))
    ('>=9', '12000')
    """

    low: float
    high: float
    centre: float
    form: Form = "exact"

    def __str__(self) -> str:
        if self.form == "range":
            return f"{_plain(self.low)}..{_plain(self.high)}"
        return {"exact": "", "at_least": ">=", "at_most": "<=", "about": "~"}[self.form] + _plain(self.centre)


def exact(number: float) -> Value:
    """The value that says just this number."""
    return Value(float(number), float(number), float(number), "exact")


def _plain(number: float) -> str:
    written = str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
    # 1.234 could be read as 1234, and is refused where it is read.
    return f"{written}0" if _DOTTED_THOUSANDS.fullmatch(written) else written


# A number as people write counts: 206, 12,000, 12 000 (also with the spaces a word processor makes), 1e3, 1.5.
_GROUPED = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ \u00a0\u202f']\d{3})+"
_NUMBER = rf"(?:{_GROUPED}|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:\.\.+|…|-|–|—|to)\s*({_NUMBER})", re.IGNORECASE)
_BOUND = re.compile(
    rf"(>=|=>|≥|at least|<=|=<|≤|at most|up to|>|more than|over|<|fewer than|less than|under|~|≈|about|some|ca\.?)?"
    rf"\s*({_NUMBER})",
    re.IGNORECASE,
)
_AT_LEAST = {">=", "=>", "≥", "at least"}
_AT_MOST = {"<=", "=<", "≤", "at most", "up to"}
_MORE = {">", "more than", "over"}
_FEWER = {"<", "fewer than", "less than", "under"}
_DOTTED_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
RIGHT = "write 206, 200..230, >=9, <=40, ~300, 12000 or 12,000"


def number(text: str) -> float:
    """A number without sign as people write it.

    >>> number('12 000')
    12000.0
    """
    digits = text.strip()
    if not re.fullmatch(_NUMBER, digits):
        raise Mistake(f"{quoted(text)} is not a number", "write it as 12000, 12,000 or 12 000")
    if _DOTTED_THOUSANDS.fullmatch(digits):
        whole = digits.replace(".", "")
        raise Mistake(f"{quoted(text)} can be read in two ways", f"write {whole} or {float(digits.split('.')[0]):g}")
    result = float(re.sub(r"[, \u00a0\u202f']", "", digits))
    if result > LARGEST:
        raise Mistake(f"{quoted(text)} is larger than any count", RIGHT)
    return result


def parse(text: str) -> Value:
    """Read a value. Raises `Mistake` saying what would be right."""
    written = text.strip()
    if re.match(r"[-−]\s*\d", written):
        raise Mistake(f"{quoted(text)} is negative", "a count is 0 or more")
    match = _RANGE.fullmatch(written)
    if match:
        low, high = number(match[1]), number(match[2])
        if low > high:
            raise Mistake(f"the range {quoted(text)} runs downward", f"write {_plain(high)}..{_plain(low)}")
        return Value(low, high, 0.5 * (low + high), "range")
    match = _BOUND.fullmatch(written)
    if not match:
        raise Mistake(f"{quoted(text)} is not a value", RIGHT)
    sign, figure = (match[1] or "").lower(), number(match[2])
    if sign in _AT_LEAST:
        return Value(figure, inf, figure, "at_least")
    if sign in _AT_MOST:
        return Value(0.0, figure, figure, "at_most")
    # Counts are whole: "more than 60" is 61 at least.
    if sign in _MORE:
        return Value(figure + 1.0, inf, figure + 1.0, "at_least")
    if sign in _FEWER:
        if figure < 1.0:
            raise Mistake(f"{quoted(text)} leaves nothing", "a count is 0 or more")
        return Value(0.0, figure - 1.0, figure - 1.0, "at_most")
    if sign:
        return Value(figure * (1.0 - ABOUT), figure * (1.0 + ABOUT), figure, "about")
    return exact(figure)
