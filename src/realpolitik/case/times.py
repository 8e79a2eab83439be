"""Moments, days, spans and steps as people write them, in the case's time zone.

A date alone means its whole day: its start where a span begins, its end where a span ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from realpolitik.case.mistakes import Mistake, did_you_mean, quoted

DAY = "2024-12-31"
"""The day of examples where no case is at hand; its figures cannot be taken for each other."""


def right(day: str = DAY) -> str:
    """How a time is written, told by the example of a day."""
    return f"write {day}, {day}T14:00 or {day}T14:00..15:30"


RIGHT = right()


def of_day(remedy: str, day: datetime) -> str:
    """A remedy that shows a time, with this day in place of the neutral one; any other as it is."""
    return right(f"{day:%Y-%m-%d}") if remedy == RIGHT else remedy


_OFFSET = r"(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)"
_CLOCK = rf"(?:(\d{{1,2}}):(\d{{2}})(?::(\d{{2}})(?:\.0+)?)?\s?({_OFFSET})?)"
_TIME_OF_DAY = re.compile(_CLOCK)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = r"(\d{1,2}) (" + "|".join(_MONTHS) + r")[a-z]*\.? (\d{4})"
_DATES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int, int]]], ...] = (
    (re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})"), lambda m: (int(m[1]), int(m[3]), int(m[4]))),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), lambda m: (int(m[3]), int(m[2]), int(m[1]))),
    (re.compile(_NAMED, re.I), lambda m: (int(m[3]), _MONTHS.index(m[2].lower()[:3]) + 1, int(m[1]))),
)
_WHOLE = re.compile(rf"(.*?\d)(?:(?:\s*T\s*|,?\s+){_CLOCK})?", re.IGNORECASE)
_AMBIGUOUS = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b.*")
_STEP = re.compile(r"(\d+(?:\.\d+)?)\s*(min|minutes?|m|h|hours?|d|days?)")
_STEP_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0}


@dataclass(frozen=True, slots=True)
class Moment:
    """A written time: the aware moments it begins and ends, equal unless it is a date alone."""

    begins: datetime
    ends: datetime

    @property
    def is_day(self) -> bool:
        """Whether only a date was written."""
        return self.ends > self.begins


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """A time zone by its IANA name, `UTC`, or an offset such as `+06:00`. Raises `Mistake`."""
    written = name.strip()
    match = re.fullmatch(r"(?:UTC)?([+-])(\d{1,2})(?::?(\d{2}))?", written)
    if match:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if offset <= timedelta(hours=15):
            return timezone(-offset if match[1] == "-" else offset)
    if written in ("UTC", "Z"):
        return UTC
    try:
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*", written):
            return ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    near = did_you_mean(written, available_timezones())
    right = near if near.startswith("did") else "write a name such as Europe/Paris, UTC or an offset such as +02:00"
    raise Mistake(f"{quoted(name)} is not a time zone", right)


@lru_cache(maxsize=4096)
def moment(text: str, zone_name: str) -> Moment:
    """Read a moment or a date; a time without a zone is in `zone_name`. Raises `Mistake`."""
    written = text.strip()
    ambiguous = _AMBIGUOUS.fullmatch(written)
    if ambiguous:
        one, two, year = ambiguous[1].zfill(2), ambiguous[2].zfill(2), ambiguous[3]
        raise Mistake(
            f"{quoted(text)} can be read as day/month or month/day",
            f"write {year}-{two}-{one} if the day comes first, {year}-{one}-{two} if the month does",
        )
    whole = _WHOLE.fullmatch(written)
    date = _date(whole[1], text) if whole else None
    if whole is None or date is None:
        raise Mistake(f"{quoted(text)} is not a time", RIGHT)
    where = zone(zone_name)
    if whole[2] is None:
        return Moment(date.replace(tzinfo=where), _next_day(date).replace(tzinfo=where))
    exact = _at(date, whole.groups()[1:], where, text)
    return Moment(exact, exact)


def span(text: str, zone_name: str) -> tuple[datetime, datetime]:
    """Read a moment, a day or a span `a..b` (`b` may be a time of the day of `a`). Raises `Mistake`."""
    first, dots, last = re.sub(r"\s*(?:\.\.+|…)\s*", "\0", text.strip(), count=1).partition("\0")
    if not dots:
        first, dots, last = text.strip().partition(" to ")
    begins = moment(first, zone_name)
    if not dots:
        return begins.begins, begins.ends
    hours = _TIME_OF_DAY.fullmatch(last.strip())
    if hours:
        if begins.is_day:
            raise Mistake(f"{quoted(text)} has a time at its end but none at its start", RIGHT)
        local = begins.begins
        ends = _at(datetime(local.year, local.month, local.day), hours.groups(), local.tzinfo, text)
        if ends < begins.begins:
            raise Mistake(f"{quoted(text)} ends before it begins", "write the earlier end first, or give the later one its date")
        return begins.begins, ends
    closes = moment(last, zone_name)
    if precedes(closes, begins):
        raise Mistake(f"{quoted(text)} ends before it begins", f"write {last.strip()}..{first.strip()} if the two are swapped")
    return begins.begins, closes.ends


def precedes(one: Moment, other: Moment) -> bool:
    """Whether `one` is over before `other` begins: a day is over when the next begins, a moment only later than that moment.

    >>> precedes(moment('2024-03-02', 'UTC'), moment('2024-03-03', 'UTC'))
    True
    >>> precedes(moment('2024-03-03', 'UTC'), moment('2024-03-03T15:00', 'UTC'))
    False
    """
    return one.ends < other.begins or (one.is_day and one.ends == other.begins)


def step_hours(text: str) -> float:
    """Read the length of a step, in hours.

    >>> step_hours('30min')
    0.5
    """
    match = _STEP.fullmatch(text.strip().lower())
    hours = float(match[1]) * _STEP_HOURS[match[2][0]] if match else 0.0
    if not 0.0 < hours < 1e6:
        raise Mistake(f"{quoted(text)} is not the length of a step", "write 6h, 1h, 30min or 1d")
    return hours


def _date(written: str, text: str) -> datetime | None:
    for pattern, parts in _DATES:
        match = pattern.fullmatch(written.strip())
        if match:
            year, month, day = parts(match)
            if not 1800 <= year <= 2200:
                raise Mistake(f"the year in {quoted(text)} is out of reach", "write a year from 1800 to 2200")
            try:
                return datetime(year, month, day)
            except ValueError:
                raise Mistake(f"{quoted(text)} is not in the calendar", RIGHT) from None
    return None


def _at(date: datetime, clock: tuple[str | None, ...], where: tzinfo | None, text: str) -> datetime:
    hour, minute, second = int(clock[0] or 0), int(clock[1] or 0), int(clock[2] or 0)
    if (hour, minute, second) == (24, 0, 0):
        date, hour = _next_day(date), 0
    if hour > 23 or minute > 59 or second > 59:
        raise Mistake(f"{quoted(text)} is not a time of day", "write hours from 00 to 24 and minutes from 00 to 59")
    local = date.replace(hour=hour, minute=minute, second=second)
    if clock[3]:
        return local.replace(tzinfo=zone(_offset(clock[3])))
    local = local.replace(tzinfo=where)
    # Offsets differ between the folds only where the clocks are put forward or back.
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise Mistake(
            f"{quoted(text)} falls into a change of the clocks, so it is no moment or two",
            f"add the offset from UTC, such as {quoted(text.strip() + '+01:00')}",
        )
    return local


def _offset(written: str) -> str:
    return "UTC" if written.upper() in ("Z", "UTC") else written


def _next_day(date: datetime) -> datetime:
    return date + timedelta(days=1)
