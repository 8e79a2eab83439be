"""Part 3: how it went under each account, with the evidence on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from realpolitik.cable import said
from realpolitik.cable.figures import Part, chart, figure, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.parts import compared, regions
from realpolitik.cable.parts import sketch as sketches
from realpolitik.cable.view import LINES, View
from realpolitik.cable.wording import count, date, day, finite, listing, moment, number

ON = 3  # accounts drawn until the reader asks for more


def part(view: View) -> Part | None:
    """Fans per quantity and the map of regions. None if the run kept neither, or has no accounts."""
    if not view.names:
        return None
    series = {name: entry for name, entry in view.record("series").items() if _usable(entry)}
    places = regions.block(view)
    if not series and places is None:
        return None
    data: dict[str, Any] = {}
    fans = None
    if series:
        data["accounts"] = [
            {"name": name, "colour": view.colours[name], "line": LINES[min(i, 2)], "on": i < ON} for i, name in enumerate(view.names)
        ]
        data["fans"] = [_data(view, f"fan-{i}", *pair) for i, pair in enumerate(series.items())]
        fans = join(
            h("div", id="pick", class_="pick", role="group", aria_label="Accounts drawn", hidden=True),
            h("div", (_fan(view, f"fan-{i}", *pair) for i, pair in enumerate(series.items())), class_="fans"),
            h(
                "p",
                "Line: median; band: 90% of simulated histories. Marks: evidence, with its range as reported.",
                class_="note",
            ),
        )
    data.update(regions.data(view))
    return Part("history", "How did it go?", _sentence(view, series), [fans, places], data)


def _usable(entry: Any) -> bool:
    return isinstance(entry, Mapping) and bool(entry.get("times")) and bool(entry.get("accounts"))


def _sentence(view: View, series: Mapping[str, Any]) -> str:
    """The leader's peaks of the first quantities, the crowd first, and the seats it loses, each beside what was reported."""
    peaks: dict[str, str] = {}
    for name in ("crowd", *series):
        words = _peak(view, name, series[name]) if name in series and name not in peaks else None
        if words and len(peaks) < 3:
            peaks[name] = words
    text = [f"Under {view.leader}, {listing(list(peaks.values()))}.", compared.SIMULATED] if peaks else []
    lost = regions.expected_losses(view)
    if lost is None:
        return " ".join(text) or "Each account has its own course of events."
    return " ".join([*text, f"{'In them' if text else f'Under {view.leader}'} {compared.seats(view, lost)}."])


def _peak(view: View, name: str, entry: Mapping[str, Any]) -> str | None:
    """`the crowd reaches about 36,000 on 5 Jan (20,000 to 57,000; highest reported: 50,000 on 5 Jan)`; None without such a fan."""
    fan = entry["accounts"].get(view.leader) or {}
    medians = [finite(value) or 0.0 for value in fan.get("median") or ()]
    if not medians or not max(medians):
        return None
    at = max(range(len(medians)), key=medians.__getitem__)
    low, high = (finite(value[at]) if len(value) > at else None for value in (fan.get("low") or (), fan.get("high") or ()))
    around = "" if low is None or high is None else f"{_round(low)} to {_round(high)}; "
    lasting = medians[-1] > 0.9 * medians[at]
    verb = "reach" if name.endswith(("dead", "wounded", "detained", "lost", "troops")) else "reaches"
    subject = "the crowd" if name == "crowd" else name
    when = "" if lasting else f" on {day(entry['times'][at])}"
    return f"{subject} {verb} about {_round(medians[at])}{when} ({around}{compared.beside(view, name, entry, lasting=lasting)})"


def _round(value: float) -> str:
    return number(float(f"{value:.2g}"))


def _fan(view: View, identity: str, name: str, entry: Mapping[str, Any]) -> Safe:
    unit = entry.get("unit")
    title = join(h("b", name[:1].upper() + name[1:]), unit and h("span", f" {unit}", class_="mute"))
    seen = count(len(entry.get("observed") or ()), "report")
    label = f"{name} over time under each account, with {seen}; the table below has the numbers"
    drawn = _data(view, identity, name, entry)
    path = drawn["fans"].get(view.leader) or {}
    sketch = sketches.fan(drawn["times"], entry["times"], path, drawn["observed"], view.colours[view.leader])
    return figure(title, chart(identity, label, sketch), _numbers(view, name, entry), kind="fan")


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
            ", ".join(said.people(seen.get("by"))),
            seen.get("grade"),
            compared.told(view, name, seen),
        ]
        for seen in entry.get("observed") or ()
    ]
    heads = ["Item", "Time", "By", "Grade", "Value"]
    return join(fan, table(heads, reports, caption=f"{name}: as reported", text_columns=4) if reports else None)


def _data(view: View, identity: str, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    times = [_clock(time) for time in entry["times"]]
    fans = {account: entry["accounts"][account] for account in view.names if account in entry["accounts"]}
    observed = [
        {**{key: seen.get(key) for key in ("id", "low", "value", "high", "grade")}, "time": _clock(seen.get("time")),
         "by": ", ".join(said.people(seen.get("by"))), "said": compared.told(view, name, seen)}
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
