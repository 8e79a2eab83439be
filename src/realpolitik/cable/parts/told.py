"""Reading a kept answer tolerantly, and telling a forecast in a cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from realpolitik.cable.wording import DASH, day, finite, moment, number, percent, percent_range


def records(value: Any) -> list[dict[str, Any]]:
    """Records of a list, empty if it is none."""
    return [dict(entry) for entry in value if isinstance(entry, Mapping)] if isinstance(value, list | tuple) else []


def record(value: Any) -> dict[str, Any]:
    """A record, empty if it is none."""
    return dict(value) if isinstance(value, Mapping) else {}


def told(entry: Any) -> str:
    """A forecast or a base rate in words: `84% (67–96%)`, `208 (55–709)`; a dash where there is none."""
    entry = record(entry)
    q, p = record(entry.get("quantiles")), finite(entry.get("probability"))
    if finite(q.get("50")) is not None:
        return f"{number(q['50'])} ({number(q.get('5'))} to {number(q.get('95'))})"
    if p is None:
        return DASH
    low, high = finite(entry.get("low")), finite(entry.get("high"))
    interval = percent_range(low, high)
    return percent(p) if low is None or high is None or interval == percent(p) else f"{percent(p)} ({interval})"


def last_day(value: Any, *, year: bool = False) -> str:
    """The day that a moment ends or lies in: midnight is the end of the day before."""
    when = moment(value)
    return day(value, year=year) if when is None else day(when - timedelta(microseconds=1), year=year)
