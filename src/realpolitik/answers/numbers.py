"""Reading a results document tolerantly, and its numbers in plain text. A missing number is None."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from realpolitik.errors import printable

NORMAL_90 = 1.6448536269514722
"""Standard errors on either side of a mean between which lie 90 %."""


def number(value: Any) -> float | None:
    """The value as a finite float, else None."""
    try:
        found = None if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        return None
    return found if found is not None and math.isfinite(found) else None


def names(results: Mapping[str, Any]) -> list[str]:
    """Names of the accounts, in the order of the results."""
    return [str(account.get("name")) for account in results.get("accounts") or ()]


def probabilities(results: Mapping[str, Any]) -> dict[str, float | None]:
    """Probability of each account."""
    return {str(account.get("name")): number(account.get("probability")) for account in results.get("accounts") or ()}


def relative(bans: Mapping[str, Any] | None, among: Iterable[str]) -> dict[str, float]:
    """Bans less their mean over the accounts `among` that have any: what an item gives or takes."""
    known = {name: value for name in among if (value := number((bans or {}).get(name))) is not None}
    mean = sum(known.values()) / len(known) if known else 0.0
    return {name: value - mean for name, value in known.items()}


def log_odds(probability: float | None) -> float | None:
    """Log10 of the odds; None at 0 and 1, where they have none.

    >>> log_odds(0.5)
    0.0
    """
    return None if probability is None or not 0.0 < probability < 1.0 else math.log10(probability / (1.0 - probability))


def percent(probability: Any) -> str:
    """A probability as a percentage that never pretends to certainty.

    >>> percent(0.0004), percent(0.123), percent(None)
    ('<0.1 %', '12.3 %', '-')
    """
    p = number(probability)
    if p is None:
        return "-"
    if 0 < p < 0.001:
        return "<0.1 %"
    return ">99.9 %" if 0.999 < p < 1 else f"{100 * p:.1f} %"


def whole_percent(probability: Any) -> str:
    """The same without decimals, for tables of many.

    >>> whole_percent(0.0004), whole_percent(0.123), whole_percent(1.0), whole_percent(None)
    ('<1 %', '12 %', '100 %', '-')
    """
    p = number(probability)
    if p is None:
        return "-"
    return "<1 %" if 0 < p < 0.01 else ">99 %" if 0.99 < p < 1 else f"{100 * p:.0f} %"


def chance(level: Mapping[str, float]) -> str:
    """A chance in whole percent with the interval of its mean, where the mean is not the same in every draw.

    >>> chance({"mean": 0.825, "low": 0.801, "high": 0.852}), chance({"mean": 1.0, "low": 1.0, "high": 1.0})
    ('82 % (80 to 85)', '100 %')
    """
    mean, low, high = (whole_percent(min(max(level[part], 0.0), 1.0)) for part in ("mean", "low", "high"))
    return mean if low == high else f"{mean} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def signed(bans: float) -> str:
    """Bans with their sign and two decimals; what rounds to nothing has none."""
    text = f"{bans:+.2f}"
    return "0.00" if float(text) == 0 else text


def times(bans: float) -> str:
    """A Bayes factor from bans, in words.

    >>> times(-0.5), times(7)
    ('3.2 times', 'over a million times')
    """
    factor = 10 ** min(abs(bans), 7.0)
    if factor > 1e6:
        return "over a million times"
    if factor < 10:
        return f"{factor:.1f} times"
    size = 10 ** (math.floor(math.log10(factor)) - 1)
    return f"{round(factor / size) * size:,.0f} times"


def listing(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def line(text: Any) -> str:
    """A stranger's text on one line, harmless to a terminal."""
    return printable(" ".join(str(text).split()))


def quantity(value: Any) -> str:
    """A reported figure as written, or rebuilt from its parts (`low`, `high`, `centre`, `form`).

    >>> quantity({'low': 200, 'high': 230, 'centre': 214, 'form': 'range'}), quantity(8000.0), quantity('>=9')
    ('200..230', '8,000', '>=9')
    """
    if not isinstance(value, Mapping):
        x = None if isinstance(value, str) else number(value)
        return f"{x:,.10g}" if x is not None else "" if value is None else line(value)
    low, high, centre = (quantity(number(value.get(part))) for part in ("low", "high", "centre"))
    form = value.get("form")
    if form in ("at_least", "at_most", "about"):
        return {"at_least": f">={low}", "at_most": f"<={high}", "about": f"~{centre}"}[form]
    return low if low == high else f"{low}..{high}"


def moment(iso: Any) -> str:
    """A moment or a span (`a..b`, or a pair of moments) as a person reads it.

    >>> moment('2022-01-05T14:00:00+06:00..2022-01-05T15:30:00+06:00')
    '2022-01-05 14:00 to 15:30'
    >>> moment(['2022-01-05T00:00:00+06:00', None])
    '2022-01-05'
    """
    ends = iso if isinstance(iso, list | tuple) else line(iso).split("..")
    told = [_clock(end) for end in ends if end]
    if not told:
        return ""
    first, last = told[0], told[-1]
    if last == first:
        return first.removesuffix(" 00:00")
    same_day = last[:10] == first[:10] and len(last) > 10
    return f"{first.removesuffix(' 00:00')} to {last[11:] if same_day else last}"


def _clock(iso: Any) -> str:
    text = line(iso)
    return text[:16].replace("T", " ") if text[4:5] == "-" and text[7:8] == "-" else text


def unlike(records: Iterable[Mapping[str, Any]], key: str, alike: int, most: int) -> list[dict[str, Any]]:
    """The first `most` records with at most `alike` that agree in `key`: things of one kind tell much the same.

    >>> unlike([{'what': 'dead'}, {'what': 'dead'}, {'what': 'crowd'}], 'what', 1, 9)
    [{'what': 'dead'}, {'what': 'crowd'}]
    """
    kept: list[dict[str, Any]] = []
    for record in records:
        if sum(other.get(key) == record.get(key) for other in kept) < alike:
            kept.append(dict(record))
    return kept[:most]
