"""How the odds moved as reports came in, and what to make of a jump from the last earlier date to the whole run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from realpolitik.cable.figures import figure, swatch, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.view import View
from realpolitik.cable.wording import count, date, day, finite, fixed, moment, opening, percent, percent_range

_WIDTH, _HEIGHT = 1000, 220
_ALL, _NONE = 0.9, 0.1  # share of a move from which items account for it, and below which they do not


def block(view: View) -> Safe | None:
    """The bands over report dates. None without three dates."""
    steps = [step for step in view.items("odds_over_time") if step.get("probabilities")]
    if len(steps) < 3:
        return None
    order = view.names
    low = [0.0] * len(steps)
    bands = []
    for name in order:
        high = [base + (_p(step, name) or 0.0) for base, step in zip(low, steps, strict=True)]
        bands.append(h("path", d=_band(low, high), fill=view.colours[name]))
        low = high
    end = percent(_p(steps[-1], view.leader))
    label = f"Odds of each account as reports came in; at the end {view.leader} has {end}"
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    picture = h("svg", bands, viewBox=box, preserveAspectRatio="none", role="img", class_="course", aria_label=label)
    marks = [steps[round(i * (len(steps) - 1) / 4)] for i in range(5)]
    axis = h("div", [h("span", day(step.get("reported"), year=True)) for step in marks], class_="axis")
    key = h("p", [h("span", swatch(view.colours[name]), name) for name in order], class_="key")
    rows = ([date(step.get("reported"), year=True), *(_ranged(step, name) for name in order)] for step in steps)
    note = (
        "From left to right the dates of reports, evenly spaced; height is probability, adding to 100%. Dates before the last were "
        "computed with less work. Ranges of 90% are in the numbers."
    )
    jumped = jump(view, steps)
    return figure(
        "How the odds moved as reports came in",
        join(jumped and h("p", jumped), key, picture, axis),
        table(["Reported up to", *order], rows, caption="Odds over time"),
        note=note,
    )


def jump(view: View, steps: Sequence[Mapping[str, Any]]) -> str | None:
    """What to mind where an account moves from the last earlier date to the end by more than both ranges allow, the leader first."""
    before, end = steps[-2], steps[-1]
    moved = [name for name in view.names if _apart(before, end, name)]
    if not moved:
        return None
    name = view.leader if view.leader in moved else max(moved, key=lambda n: abs((_p(end, n) or 0.0) - (_p(before, n) or 0.0)))
    was, now = _p(before, name) or 0.0, _p(end, name) or 0.0
    points = f"{round(abs(100 * (now - was)))} points {'up' if now > was else 'down'}"
    text = (
        f"{name} jumps at the end: {_ranged(before, name)} on the reports to {day(before.get('reported'), year=True)}, "
        f"{_ranged(end, name)} on all of them, {points} and more than the stated ranges allow. The fits to earlier dates are smaller fits "
        "with larger errors"
        f"{_errors(before, end)}; part of such a jump may be error."
    )
    items = _items(view, before, end, name)
    return opening(f"{text} {items}" if items else text)


def _errors(before: Mapping[str, Any], end: Mapping[str, Any]) -> str:
    """The largest standard errors of both, where they bear out that the earlier fit is the rougher."""
    then, now = (
        max((x for x in map(finite, se.values()) if x is not None), default=None) if isinstance(se := step.get("se"), Mapping) else None
        for step in (before, end)
    )
    if then is None or now is None or then <= now:
        return ""
    return f" (largest standard error then {fixed(then)} nats, at the end {fixed(now)})"


def _items(view: View, before: Mapping[str, Any], end: Mapping[str, Any], name: str) -> str | None:
    """Whether the items reported between both dates account for the move against who led then. None where that cannot be computed."""
    rivals = sorted((n for n in view.names if n != name), key=lambda n: -(_p(before, n) or 0.0))
    limit, known = moment(before.get("reported")), (finite(before.get("items")), finite(end.get("items")))
    if not rivals or limit is None or None in known:
        return None
    rival, limit = rivals[0], limit.replace(tzinfo=None)
    dated = [(when.replace(tzinfo=None), item) for item in view.evidence if (when := moment(item.get("reported")))]
    later = [item for when, item in dated if when > limit]
    odds = [_p(step, n) or 0.0 for step in (before, end) for n in (name, rival)]
    if len(dated) - len(later) != known[0] or len(later) != known[1] - known[0] or min(odds) <= 0.0:
        return None
    move = math.log10(odds[2] / odds[3]) - math.log10(odds[0] / odds[1])
    given = sum(bans.get(name, 0.0) - bans.get(rival, 0.0) for bans in map(view.bans, later))
    share = given / move if move else 0.0
    if share >= _ALL:
        verdict = "accounts for it"
    else:
        verdict = f"accounts for only {100 * share:.0f}% of it" if share >= _NONE else "does not account for it"
    return (
        f"What was reported between ({count(len(later), 'item')}) {verdict}: in the whole fit it moves the odds between {name} and "
        f"{rival}, the likeliest other account then, by {fixed(given, 1)} bans, and these odds moved by {fixed(move, 1)}."
    )


def _apart(before: Mapping[str, Any], end: Mapping[str, Any], name: str) -> bool:
    """Whether an account's ranges at both dates do not touch."""
    (low, high), (first, last) = (tuple(finite((step.get(side) or {}).get(name)) for side in ("low", "high")) for step in (before, end))
    return None not in (low, high, first, last) and (high < first or last < low)


def _p(step: Mapping[str, Any], name: str) -> float | None:
    return finite((step.get("probabilities") or {}).get(name))


def _ranged(step: Mapping[str, Any], name: str) -> str:
    """Probability of an account at a date, with its range where there is one."""
    low, high = (finite((step.get(side) or {}).get(name)) for side in ("low", "high"))
    p = percent(_p(step, name))
    return p if low is None or high is None else f"{p} ({percent_range(low, high)})"


def _band(low: Sequence[float], high: Sequence[float]) -> str:
    """A stepped band as an SVG path."""
    step = _WIDTH / len(low)
    there = " ".join(f"H{i * step:.1f} V{_HEIGHT * (1 - y):.1f} H{(i + 1) * step:.1f}" for i, y in enumerate(high))
    back = " ".join(f"V{_HEIGHT * (1 - y):.1f} H{i * step:.1f}" for i, y in reversed(list(enumerate(low))))
    return f"M0 {_HEIGHT * (1 - high[0]):.1f} {there} {back} Z"
