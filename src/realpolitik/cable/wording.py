"""Numbers, dates and odds in plain words, without false precision. Missing or non-finite values become a dash."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from realpolitik.answers.numbers import NORMAL_90

DASH = "–"
LN10 = math.log(10.0)
# Bayes factors in powers of ten and what Kass and Raftery (1995, section 3.2) call them.
SCALE = ((0.5, "bare mention"), (1.0, "substantial"), (2.0, "strong"), (math.inf, "decisive"))
_SIGNS = {">=": "at least ", "<=": "at most ", "≥": "at least ", "≤": "at most ", "~": "about "}
_SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))[a-z]")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def finite(value: Any) -> float | None:
    """The value as a finite float, else None."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def percent(probability: Any) -> str:
    """A probability in whole per cent; <1 % and >99 % at the ends."""
    p = finite(probability)
    if p is None:
        return DASH
    if p < 0.01:
        return "<1%"
    return ">99%" if p > 0.99 else f"{100 * p:.0f}%"


def percent_range(low: Any, high: Any) -> str:
    """An interval of probabilities, `52–69%`; one figure where both ends round alike."""
    a, b = percent(low), percent(high)
    if a in (b, DASH) or b == DASH:
        return b if a == DASH else a
    return f"{a.removesuffix('%')}\u2060–\u2060{b}" if not b.startswith(">") and not a.startswith("<") else f"{a} to {b}"


def chance(probability: Any) -> str:
    """A probability the way one says it: `about 6 in 10`, `less than 1 in 100`."""
    p = finite(probability)
    if p is None:
        return "unknown"
    if p < 0.01:
        return "less than 1 in 100"
    if p > 0.99:
        return "more than 99 in 100"
    if 0.075 <= p <= 0.925:
        return f"about {round(10 * p)} in 10"
    return f"about {round(100 * p)} in 100"


def number(value: Any, digits: int = 3) -> str:
    """A quantity with thousands separators and at most `digits` significant figures below 1,000."""
    x = finite(value)
    if x is None:
        return DASH
    if abs(x) >= 10 ** (digits - 1) or x == int(x):
        return minus(f"{round(x):,}")
    text = f"{x:.{digits}g}"
    return minus(f"{x:.1e}" if "e" in text else text)


def exact(value: Any) -> str:
    """A reported quantity: whole numbers in full, others to three significant figures."""
    x = finite(value)
    return number(x, 15 if x is not None and x == int(x) else 3)


def signed(value: Any, decimals: int = 1) -> str:
    """A number with its sign; what rounds to nothing is a bare 0."""
    x = finite(value)
    if x is None:
        return DASH
    text = f"{x:+.{decimals}f}"
    return "0" if float(text) == 0 else minus(text)


def fixed(value: Any, decimals: int = 2) -> str:
    """A number with a fixed count of decimals."""
    x = finite(value)
    return DASH if x is None else minus(f"{x:,.{decimals}f}" if round(x, decimals) else f"{0:.{decimals}f}")


def minus(text: str) -> str:
    """A true minus sign, as wide as the plus."""
    return text.replace("-", "−", 1) if text.startswith("-") else text


def count(n: int, noun: str, plural: str | None = None) -> str:
    """`one item`, `three items`, `85 items`."""
    word = _SMALL[n] if 0 <= n < len(_SMALL) else f"{n:,}"
    return f"{word} {noun if n == 1 else plural or noun + 's'}"


def of(part: int, whole: int, noun: str, plural: str | None = None) -> str:
    """`three of eight parameters`; figures for both where one is large."""
    large = max(part, whole) >= len(_SMALL)
    few, all_of = (f"{n:,}" if large else _SMALL[n] for n in (part, whole))
    return f"{few} of {all_of} {noun if whole == 1 else plural or noun + 's'}"


def share(value: Any) -> str:
    """A frequency in whole per cent, 0 and 100 included."""
    x = finite(value)
    return DASH if x is None else f"{100 * x:.0f}%"


def opening(text: str) -> str:
    """The text with a capital at the start of each sentence; names within stay as written."""
    return _SENTENCE.sub(lambda match: match[0].upper(), text)


def listing(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def factor(bans: Any) -> str:
    """How many times, from powers of ten: `3.2 times`, `45 times`, `over a million times`."""
    b = finite(bans)
    if b is None:
        return DASH
    b = abs(b)
    if b >= 6:
        return "over a million times"
    x = 10**b
    if x < 9.95:
        return f"{x:.1f} times".replace(".0 ", " ")
    size = 10 ** (math.floor(math.log10(x)) - 1)
    return f"{round(x / size) * size:,.0f} times"


def strength(bans: Any, sd: Any = 0.0) -> str:
    """What the scale calls a Bayes factor; two words where its 90 % interval spans two classes."""
    b, spread = finite(bans), NORMAL_90 * (finite(sd) or 0.0)
    if b is None:
        return "not known"
    low = 0.0 if abs(b) <= spread else abs(b) - spread
    words = [next(word for limit, word in SCALE if x < limit) for x in (low, abs(b) + spread)]
    return words[0] if words[0] == words[1] else f"{words[0]} to {words[1]}"


def moment(value: Any) -> datetime | None:
    """An ISO date or time as datetime, or None."""
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None


def date(value: Any, *, year: bool = False) -> str:
    """`5 Jan`, `5 Jan 14:00`, with the year if asked; text that is no date comes back as it is."""
    when = moment(value)
    if when is None:
        return "" if value is None else str(value)
    day = f"{when.day} {when:%b}" + (f" {when.year}" if year else "")
    return f"{day} {when:%H:%M}" if (when.hour, when.minute) != (0, 0) else day


def day(value: Any, *, year: bool = False) -> str:
    """The date alone: `5 Jan`, `5 Jan 2022`."""
    when = moment(value)
    return date(value) if when is None else f"{when.day} {when:%b}" + (f" {when.year}" if year else "")


def span(value: Any) -> str:
    """A moment or a range (`a..b`, or a pair), as dates."""
    if value is None:
        return ""
    ends = list(value) if isinstance(value, (list, tuple)) else str(value).split("..")
    first, last = (date(end) for end in (ends[0], ends[-1]))
    if first == last or not last:
        return first
    day, _, hour = last.rpartition(" ")
    return f"{first}–{hour}" if ":" in hour and first.startswith(f"{day} ") else f"{first} – {last}"


def amount(value: Any) -> str:
    """An observed value in words, `at least 9`, `200 to 230`, as written or from its parts (`low`, `high`, `centre`, `form`)."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        low, high, form = value.get("low"), value.get("high"), value.get("form")
        if form in ("at_least", "at_most"):
            return f"at least {exact(low)}" if form == "at_least" else f"at most {exact(high)}"
        if form == "about":
            return f"about {exact(value.get('centre'))}"
        return exact(low) if low == high else f"{exact(low)} to {exact(high)}"
    if not isinstance(value, str):
        return exact(value) if finite(value) is not None else str(value)
    sign = next((sign for sign in _SIGNS if value.startswith(sign)), "")
    ends = [end.strip() for end in value.removeprefix(sign).split("..") if end.strip()]
    return _SIGNS.get(sign, "") + " to ".join(end if finite(end) is None else exact(end) for end in ends)
