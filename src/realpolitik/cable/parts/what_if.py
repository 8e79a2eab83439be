"""Part 6: what if something had been done otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Part, along, figure, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.scales import Scale, scale
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, count, day, finite, listing, minus, number, share, signed

_TOLD = ("deaths", "detained", "seats lost", "days until order", "hours to help", "days of allied troops")
_LEAST = 1e-9


def part(view: View) -> Part | None:
    """Paired differences of every what-if, survival drawn, the rest told and in the table."""
    found = view.record("answers").get("what-if")
    if not isinstance(found, Mapping):
        return None
    asked = [one for one in found.get("what_ifs") or () if isinstance(one, Mapping)]
    if not asked:
        return None
    return Part("what-if", "What if it had been done otherwise?", _sentence(found, asked), [_picture(found, asked)])


def _value(source: Any, name: str, field: str = "mean") -> float | None:
    one = source.get(name) if isinstance(source, Mapping) else None
    return finite(one.get(field)) if isinstance(one, Mapping) else None


def _size(what_if: Mapping[str, Any], name: str) -> float:
    return abs(_value(what_if.get("differences"), name) or 0.0)


def _sentence(found: Mapping[str, Any], asked: list[Mapping[str, Any]]) -> str:
    """The answer's own sentence; where it has none, for nothing moves or its version wrote none, what moves most."""
    own = found.get("sentence")
    if isinstance(own, str) and own.strip():
        return own.strip()
    most = max(asked, key=lambda one: _size(one, "survival"))
    text = f"Of {count(len(asked), 'change')} tried on the same worlds with the same chance"
    if _size(most, "survival") < 0.005:
        text += ", none moves the ruler's survival"
    else:
        before, after = _value(found.get("factual"), "survival"), _value(most.get("changed"), "survival")
        text += f", “{_says(most)}” moves the ruler's survival to {day(found.get('horizon'))} most, from {share(before)} to {share(after)}"
    deadly = max(asked, key=lambda one: _size(one, "deaths"))
    deaths = _value(deadly.get("differences"), "deaths")
    if deaths is not None and abs(deaths) >= 0.5:
        same = "it also moves" if deadly is most else f"“{_says(deadly)}” moves"
        text += f"; {same} the dead most, by {_amount(deaths)} on average"
    return f"{text}."


def _says(what_if: Mapping[str, Any]) -> str:
    text = str(what_if.get("says") or what_if.get("id") or "").rstrip(".")
    return text[:1].lower() + text[1:]


def _picture(found: Mapping[str, Any], asked: list[Mapping[str, Any]]) -> Safe:
    worlds = f"{number(found.get('draws'))} distinct worlds of the posterior"
    left = finite(found.get("left_out")) or 0.0
    note = (
        f"Change of the ruler's survival to {day(found.get('horizon'), year=True)} in points of 100, with the 90% interval of the mean. "
        f"{worlds}, weighted by the odds, each replayed with its own chance; "
        "only the named act is changed, all later decisions are the model's own. Beside: what else changes, in the middle world."
    )
    if left:
        note += f" {number(left)} worlds were left out: the model gives one of their acts no hazard."
    ends = [_value(one.get("differences"), "survival", field) for one in asked for field in ("mean", "low", "high")]
    scaled = scale(*ends, *([-0.01, 0.01] if not any(ends) else ()))
    picture = h("div", [_row(one, scaled) for one in asked], scaled.axis(_mark), class_="bars", style=scaled.grid)
    return figure("What would have changed", picture, _numbers(found, asked), note=note)


def _row(what_if: Mapping[str, Any], scaled: Scale) -> Safe:
    name = str(what_if.get("says") or what_if.get("id") or "")
    mean, low, high = (_value(what_if.get("differences"), "survival", field) for field in ("mean", "low", "high"))
    changes = "; ".join(str(change) for change in what_if.get("changes") or ()) or "nothing"
    shown = DASH if mean is None else _points(mean)
    label = f"{name}: survival {shown} points, 90% interval {_points(low)} to {_points(high)}"
    bar = whisker = None
    if mean is not None:
        bar = h("i", style=scaled.span(min(mean, 0.0), max(mean, 0.0)))
    if low is not None and high is not None and high - low > _LEAST:
        whisker = h("u", style=scaled.span(low, high))
    return h(
        "div",
        h("div", h("b", name), h("p", h("code", changes)), class_="who"),
        h("div", bar, h("s", style=f"left:{along(scaled.at(0.0))}"), whisker, role="img", aria_label=label, class_="track"),
        h("div", h("strong", shown), h("span", "points of survival"), class_="figure"),
        h("p", _rest(what_if), class_="against"),
        class_="bar",
    )


def _rest(what_if: Mapping[str, Any]) -> str:
    """The other differences in words, and what to mind."""
    notes = [str(note) for note in what_if.get("notes") or ()]
    told = []
    for name in _TOLD:
        mean, middle = (_value(what_if.get("differences"), name, field) for field in ("mean", "median"))
        shown = mean if middle is None else middle
        if shown is not None and abs(shown) >= 0.05:
            told.append(f"{name} {_amount(shown)}")
    text = listing(told) if told else "Nothing else changes"
    return " ".join([f"{text[:1].upper()}{text[1:]}.", *(f"{note[:1].upper()}{note[1:]}." for note in notes)])


def _mark(value: float) -> str:
    """A mark of the axis: points of 100 with their sign."""
    return f"{'+' if value > 0 else ''}{number(100 * value)}"


def _points(value: float | None) -> str:
    """A difference of probabilities in percentage points."""
    if value is None:
        return DASH
    points = round(100 * value, 1)
    return "0" if points == 0 else minus(f"{points:+.0f}" if abs(points) >= 10 else f"{points:+.1f}")


def _amount(value: float | None) -> str:
    if value is None:
        return DASH
    return minus(f"{value:+,.0f}") if abs(value) >= 20 else signed(value)


def _numbers(found: Mapping[str, Any], asked: list[Mapping[str, Any]]) -> Safe:
    quantities = found.get("quantities") if isinstance(found.get("quantities"), Mapping) else {}
    parts = []
    for one in asked:
        rows = [_line(name, found, one) for name in one.get("differences") or {}]
        heads = ["Quantity", "As simulated", "What if", "Difference", "Half of worlds", "90% of worlds"]
        parts.append(table(heads, rows, caption=str(one.get("says") or one.get("id") or "What if")))
    meanings = [h("li", h("b", name), f" ({about.get('unit')}): {about.get('says')}.") for name, about in quantities.items()
                if isinstance(about, Mapping)]  # fmt: skip
    note = (
        "Counts, days and seats are those of the middle world; their differences are the middle one, and where half and 90% of the worlds "
        "lie. Survival, help and leverage are chances: means over the worlds, with the 90% interval of the mean."
    )
    return join(*parts, h("p", note, class_="note"), meanings and h("ul", meanings))


def _line(name: str, found: Mapping[str, Any], what_if: Mapping[str, Any]) -> list[Any]:
    differences = what_if.get("differences")
    if name in ("survival", "help", "leverage"):
        was, now = (_value(level, name) for level in (found.get("factual"), what_if.get("changed")))
        mean, low, high = (_value(differences, name, field) for field in ("mean", "low", "high"))
        interval = f"{_points(mean)} points" + (f" ({_points(low)} to {_points(high)})" if low != high else "")
        return [name, share(was), share(now), interval, DASH, DASH]
    was, now = (_value(level, name, "median") for level in (found.get("factual"), what_if.get("changed")))
    middle, *ends = (_value(differences, name, field) for field in ("median", "half_low", "half_high", "low", "high"))
    half, most = (f"{number(low)} to {number(high)}" for low, high in (ends[:2], ends[2:]))
    return [name, number(was), number(now), number(middle), half, most]
