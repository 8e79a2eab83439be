"""Part 3: how it went under each account, with the evidence on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from realpolitik.cable.figures import Part, chart, figure, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.parts import regions
from realpolitik.cable.view import LINES, View
from realpolitik.cable.wording import amount, count, date, day, finite, listing, moment, number

ON = 3  # accounts drawn until the reader asks for more


def part(view: View) -> Part | None:
    """Fans per quantity and the map of regions. None if the run kept neither."""
    series = {name: entry for name, entry in view.record("series").items() if _usable(entry)}
    places = regions.block(view)
    if not series and places is None:
        return None
    data: dict[str, Any] = {}
    fans = None
    if series:
        data["accounts"] = [
            {"name": name, "colour": view.colours[name], "line": LINES[min(i, 2)], "on": i < ON}
            for i, name in enumerate(view.names)
        ]
        data["fans"] = [_data(view, f"fan-{i}", entry) for i, entry in enumerate(series.values())]
        fans = join(
            h("div", id="pick", class_="pick", role="group", aria_label="Accounts drawn", hidden=True),
            h("div", (_fan(view, f"fan-{i}", *pair) for i, pair in enumerate(series.items())), class_="fans"),
            h(
                "p",
                "Line: median; band: 90% of simulated histories. Diamonds: evidence, with its range as reported.",
                class_="note",
            ),
        )
    data.update(regions.data(view))
    return Part("history", "How did it go?", _sentence(view, series), [fans, places], data)


def _usable(entry: Any) -> bool:
    return isinstance(entry, Mapping) and bool(entry.get("times")) and bool(entry.get("accounts"))


def _sentence(view: View, series: Mapping[str, Any]) -> str:
    parts = []
    for name in ("crowd", *series):
        fan = (series.get(name) or {}).get("accounts", {}).get(view.leader)
        peak = _peak(fan)
        if peak is None or name in {known for known, _ in parts}:
            continue
        low, median, high = (finite((fan.get(key) or [None])[peak : peak + 1][0]) for key in ("low", "median", "high"))
        if median and low is not None and high is not None:
            unit = series[name].get("unit") or ""
            noun = name if unit in ("people", "", name) or unit in name else f"{name} ({unit})"
            moment_ = f" on {day(series[name]['times'][peak])}" if name == "crowd" else ""
            parts.append((name, f"{noun} {_round(median)} ({_round(low)} to {_round(high)}){moment_}"))
        if len(parts) == 3:
            break
    lost = regions.expected_losses(view)
    text = (
        f"Under {view.leader}, at the peak: {listing([words for _, words in parts])}"
        if parts
        else f"Under {view.leader}"
    )
    if lost is None:
        return f"{text}."
    seats = (
        "about one seat of government"
        if round(lost) == 1
        else f"about {round(lost)} of {len(view.items('regions'))} seats of government"
    )
    return (
        f"{text}{'; ' if parts else ', '}{seats} lost."
        if round(lost)
        else f"{text}{'; ' if parts else ', '}hardly a seat of government lost."
    )


def _peak(fan: Any) -> int | None:
    if not isinstance(fan, Mapping):
        return None
    medians = [finite(value) or 0.0 for value in fan.get("median") or ()]
    return max(range(len(medians)), key=medians.__getitem__) if medians else None


def _round(value: float) -> str:
    return number(float(f"{value:.2g}"))


def _fan(view: View, identity: str, name: str, entry: Mapping[str, Any]) -> Safe:
    unit = entry.get("unit")
    title = join(h("b", name[:1].upper() + name[1:]), unit and h("span", f" {unit}", class_="mute"))
    seen = count(len(entry.get("observed") or ()), "report")
    label = f"{name} over time under each account, with {seen}; the table below has the numbers"
    return figure(title, chart(identity, label), _numbers(view, name, entry), kind="fan")


def _numbers(view: View, name: str, entry: Mapping[str, Any]) -> Safe:
    """The last time of each day for every account, and each report."""
    times, fans = list(entry["times"]), entry["accounts"]
    last = {str(time)[:10]: i for i, time in enumerate(times)}.values()
    shown = [account for account in view.names if account in fans]

    def cell(account: str, i: int) -> str:
        low, median, high = (fans[account].get(key) or [] for key in ("low", "median", "high"))
        if max(len(low), len(median), len(high)) <= i:
            return ""
        return f"{number(median[i])} ({number(low[i])}–{number(high[i])})"

    rows = ([date(times[i]), *(cell(account, i) for account in shown)] for i in last)
    fan = table(["Until", *shown], rows, caption=f"{name}: median and 90% range, last step of each day")
    reports = [
        [
            seen.get("id"),
            date(seen.get("time")),
            ", ".join(map(str, seen.get("by") or ())),
            seen.get("grade"),
            _range(seen),
        ]
        for seen in entry.get("observed") or ()
    ]
    heads = ["Item", "Time", "By", "Grade", "Value"]
    return join(fan, table(heads, reports, caption=f"{name}: as reported", text_columns=4) if reports else None)


def _range(seen: Mapping[str, Any]) -> str:
    low, high = finite(seen.get("low")), finite(seen.get("high"))
    if low is None or high is None or low == high:
        return amount(seen.get("value") if seen.get("value") is not None else low if low is not None else high)
    return f"{number(low, 7)}–{number(high, 7)}"


def _data(view: View, identity: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    times = [_clock(time) for time in entry["times"]]
    fans = {name: entry["accounts"][name] for name in view.names if name in entry["accounts"]}
    observed = [
        {**{key: seen.get(key) for key in ("id", "low", "value", "high", "grade")}, "time": _clock(seen.get("time")),
         "by": ", ".join(map(str, seen.get("by") or ()))}
        for seen in entry.get("observed") or ()
    ]  # fmt: skip
    return {
        "id": identity,
        "unit": entry.get("unit"),
        "times": times,
        "fans": fans,
        "observed": observed,
        "log": _spread(view, fans),
    }


def _clock(time: Any) -> int | None:
    """Milliseconds of the wall clock as if it were UTC: the chart then shows the case's own hours everywhere."""
    when = moment(time)
    return None if when is None else int(when.replace(tzinfo=UTC).timestamp()) * 1000


def _spread(view: View, fans: Mapping[str, Any]) -> bool:
    """Whether the leader's medians climb over so many powers of ten that a linear axis would hide the start."""
    medians: Sequence[float] = [finite(x) or 0.0 for x in (fans.get(view.leader) or {}).get("median") or ()]
    positive = sorted(x for x in medians if x >= 1)
    return len(positive) > 10 and positive[-1] >= 1000 and positive[len(positive) // 5] <= positive[-1] / 50
