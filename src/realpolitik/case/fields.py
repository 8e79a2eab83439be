"""Types of the case's fields: how each is read from text, and how JSON Schema describes what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from realpolitik.case import grades, priors, scalars, values
from realpolitik.case.distributions import Distribution
from realpolitik.case.mistakes import Mistake, did_you_mean, quoted
from realpolitik.case.values import Value

MOST_LISTED = 1000
"""Entries a list of names may have."""

_NUMBER_OR_TEXT = {"type": ["number", "string"]}
_TEXT = {"type": ["string", "number", "boolean"]}


def scalar(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """A validator that reads one text and refuses lists and mappings."""

    def validate(written: Any) -> Any:
        if isinstance(written, str):
            return read(written)
        kind = "a mapping" if isinstance(written, dict) else "a list" if isinstance(written, list) else "nothing"
        raise Mistake(f"{kind} stands where one value belongs", "write one text or number")

    return validate


def several(read: Callable[[str], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A validator of a list of texts, also written as one text parted by semicolons."""
    one = scalar(read)

    def validate(written: Any) -> tuple[Any, ...]:
        if isinstance(written, str):
            parts: list[Any] = [part for part in written.split(";") if part.strip()]
        elif isinstance(written, list):
            parts = [part for part in written if part is not None]
        else:
            raise Mistake("a mapping stands where a list belongs", "write [one, two]")
        if len(parts) > MOST_LISTED:
            raise Mistake(f"a list of {len(parts):,} entries", f"list {MOST_LISTED:,} at most")
        seen = set()
        for part in (read_parts := tuple(one(part) for part in parts)):
            if part in seen:
                raise Mistake(f"{quoted(part)} is listed twice", "list it once")
            seen.add(part)
        return read_parts

    return validate


def one_of(words: Iterable[str], what: str) -> Any:
    """The type of a text that must be one of `words`."""
    known = list(words)

    def read(written: str) -> str:
        word = " ".join(written.split())
        if word not in known:
            raise Mistake(f"{quoted(written)} is not {what}", did_you_mean(word, known))
        return word

    return Annotated[str, BeforeValidator(scalar(read)), WithJsonSchema({"enum": known})]


def _at_least(low: float, read: Callable[[str], float], strictly: bool = False) -> Callable[[str], float]:
    def check(written: str) -> float:
        number = read(written)
        if number < low or (strictly and number == low):
            raise Mistake(f"{quoted(written)} is too small", f"write a number {'above' if strictly else 'of at least'} {low:g}")
        return number

    return check


def within(low: float, high: float) -> Callable[[str], float]:
    """A reader of numbers that refuses what lies outside."""

    def check(written: str) -> float:
        number = scalars.number(written)
        if not low <= number <= high:
            raise Mistake(f"{quoted(written)} is out of range", f"write a number from {low:g} to {high:g}")
        return number

    return check


def _count(written: str) -> float:
    if written.strip().startswith(("-", "−")):
        raise Mistake(f"{quoted(written)} is negative", "a count is 0 or more")
    return values.number(written)


def odds(written: str) -> float:
    """Odds as a number above 0: `2`, `1:3` or `1 to 3`."""
    one, colon, two = written.replace(" to ", ":").partition(":")
    ratio = scalars.number(one)
    if colon:
        against = scalars.number(two)
        ratio = ratio / against if against > 0.0 else 0.0
    if not 0.0 < ratio < inf:
        raise Mistake(f"{quoted(written)} are not odds", "write a number above 0 such as 1, 0.5 or 1:3")
    return ratio


def _link(written: str) -> str:
    link = scalars.text(written, longest=2000)
    if not link.lower().startswith(("http://", "https://")) or any(c in link for c in " \n\t\"'<>\\`"):
        raise Mistake(f"{quoted(link)} is not a web link", "write a link that begins with https:// or http://")
    return link


def _annotated(kind: Any, read: Callable[[str], Any], schema: dict[str, Any]) -> Any:
    return Annotated[kind, BeforeValidator(scalar(read)), WithJsonSchema(schema)]


Name = _annotated(str, scalars.name, _TEXT)
Text = _annotated(str, scalars.text, _TEXT)
Time = _annotated(str, scalars.name, {"type": "string"})
Link = _annotated(str, _link, {"type": "string", "pattern": "^https?://"})
Number = _annotated(float, scalars.number, _NUMBER_OR_TEXT)
Count = _annotated(float, _count, _NUMBER_OR_TEXT)
Positive = _annotated(float, _at_least(0.0, scalars.number, strictly=True), _NUMBER_OR_TEXT)
People = _annotated(float, _at_least(0.0, _count, strictly=True), _NUMBER_OR_TEXT)
Share = _annotated(float, within(0.0, 1.0), _NUMBER_OR_TEXT)
Latitude = _annotated(float, within(-90.0, 90.0), _NUMBER_OR_TEXT)
Longitude = _annotated(float, within(-180.0, 180.0), _NUMBER_OR_TEXT)
Odds = _annotated(float, odds, _NUMBER_OR_TEXT)
Flag = _annotated(bool, scalars.flag, {"type": ["boolean", "string"], "enum": [True, False, "yes", "no"]})
Grade = _annotated(str, grades.parse, {"type": "string", "pattern": "^[A-Fa-f][1-6]$"})
Figure = _annotated(Value, values.parse, _NUMBER_OR_TEXT)
Prior = _annotated(Distribution, priors.parse, _NUMBER_OR_TEXT)
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(several(scalars.name)),
    WithJsonSchema({"anyOf": [{"type": "array", "items": _TEXT, "uniqueItems": True}, {"type": "string"}]}),
]
