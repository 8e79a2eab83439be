"""After part 4: where the issues go once the crisis is past, and how far each patron moves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Part, along, figure, more, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts.told import last_day, record, records
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, amount, count, finite, fixed, listing, number, of, signed


def part(view: View) -> Part | None:
    """The issues of the case, or None where it lists none."""
    document = view.answer("aftermath")
    issues = records(document.get("issues"))
    if not issues:
        return None
    return Part("aftermath", "What follows the crisis?", _sentence(issues), [_tracks(issues), _drift(document, issues), _actors(issues)])


def _sentence(issues: list[dict[str, Any]]) -> str:
    moves = []
    for issue in issues:
        drift = record(issue.get("drift"))
        low, high = finite(drift.get("low")), finite(drift.get("high"))
        if low is not None and high is not None and (low > 0.0 or high < 0.0):
            moves.append(f"{issue.get('id')} by {signed(drift.get('mean'), 0)} points of 100")
    text = f"Bargaining over {count(len(issues), 'issue')} moves "
    text += listing(moves) if moves else "none of them for certain: every drift may be nothing"
    scored = [(issue, record(record(record(issue.get("came")).get("crps")))) for issue in issues if record(issue.get("came"))]
    better = sum(1 for _, crps in scored if _beats(crps))
    if scored:
        text += f"; it told {of(better, len(scored), 'known outcome')} better than a forecast of no change"
    return f"{text}."


def _beats(crps: Mapping[str, Any]) -> bool:
    """Whether the rule in use scored better than the forecast that nothing changes."""
    names = [name for name in crps if name != "stays"]
    ours = finite(record(crps.get(names[0])).get("centre")) if names else None
    stays = finite(record(crps.get("stays")).get("centre"))
    return ours is not None and stays is not None and ours < stays


def _place(issue: Mapping[str, Any], value: Any) -> float | None:
    marks = [finite(mark[0]) for mark in issue.get("scale") or () if isinstance(mark, list | tuple) and mark]
    x = finite(value)
    known = [mark for mark in marks if mark is not None]
    return None if x is None or len(known) < 2 or known[-1] <= known[0] else (x - known[0]) / (known[-1] - known[0])


def _tracks(issues: list[dict[str, Any]]) -> Safe:
    note = (
        "Thin line: 90% of the forecast. Bar: from where the issue stood to the mean of the forecast. Upright mark: what came, where "
        "known. The ends of the scale are those of the issue."
    )
    return figure("Where each issue goes", h("div", map(_track, issues), class_="bars"), _numbers(issues), note=note)


def _track(issue: Mapping[str, Any]) -> Safe:
    forecast, quo, came = record(issue.get("forecast")), record(issue.get("status_quo")), record(issue.get("came"))
    low, high, mean = (_place(issue, forecast.get(key)) for key in ("low", "high", "mean"))
    start, centre = _place(issue, quo.get("mean")), _place(issue, came.get("centre"))
    bar = line = mark = None
    if mean is not None and start is not None:
        bar = h("i", style=f"left:{along(min(start, mean))};width:{along(abs(mean - start))};background:#2a73a8")
    if low is not None and high is not None:
        line = h("u", style=f"left:{along(low)};width:{along(high - low)}")
    if centre is not None:
        mark = h("s", style=f"left:{along(centre)}")
    label = f"{issue.get('says')} From {number(quo.get('mean'))} to {number(forecast.get('mean'))}, 90% "
    label += f"{number(forecast.get('low'))} to {number(forecast.get('high'))}; came {amount(came.get('value')) or 'not known'}"
    scale = [mark for mark in issue.get("scale") or () if isinstance(mark, list | tuple) and len(mark) > 1]
    ends = f"{scale[0][0]:g} {scale[0][1]} … {scale[-1][0]:g} {scale[-1][1]}" if scale else ""
    known = f"Came: {amount(came.get('value'))} ({last_day(came.get('on'), year=True)})." if came else "Not settled yet."
    return h(
        "div",
        h("div", h("b", issue.get("id"), " ", issue.get("says")), h("p", h("span", ends, class_="mute")), class_="who"),
        h("div", bar, line, mark, role="img", aria_label=label, class_="track"),
        h("div", h("strong", number(forecast.get("mean"))), h("span", f"from {number(quo.get('mean'))}"), class_="figure"),
        h("p", f"{known} {issue.get('note') or ''}", class_="against"),
        class_="bar",
    )


def _numbers(issues: list[dict[str, Any]]) -> Safe:
    def line(issue: Mapping[str, Any]) -> list[Any]:
        crps = record(record(issue.get("came")).get("crps"))
        names = [name for name in crps if name != "stays"]
        ours = record(crps.get(names[0])).get("centre") if names else None
        spans = [_span(issue.get(key)) for key in ("status_quo", "forecast", "drift", "moved")]
        came = amount(record(issue.get("came")).get("value")) or DASH
        return [issue.get("id"), *spans, came, fixed(ours, 1), fixed(record(crps.get("stays")).get("centre"), 1)]

    heads = ["Issue", "Stood", "Forecast", "Drift (of 100)", "Moved by leverage", "Came", "CRPS (of 100)", "of no change"]
    return table(heads, map(line, issues), caption="Issues, with 90% intervals")


def _span(value: Any) -> str:
    found = record(value)
    mean = finite(found.get("mean"))
    return DASH if mean is None else f"{fixed(mean, 1)} ({fixed(found.get('low'), 1)} to {fixed(found.get('high'), 1)})"


def _drift(document: Mapping[str, Any], issues: list[dict[str, Any]]) -> Safe | None:
    patrons = record(document.get("patrons"))
    if not patrons:
        return None
    ids = [str(issue.get("id")) for issue in issues]

    def line(name: str) -> list[Any]:
        cells = [_span(record(record(issue.get("patrons")).get(name)).get("policy_leverage")) for issue in issues]
        mean = record(patrons.get(name))
        return [name, _span(mean.get("policy_leverage")), _span(mean.get("towards")), *cells]

    heads = ["Patron", "Policy leverage, mean", "Outcome nearer by", *ids]
    note = (
        "Policy leverage: how much nearer to the patron's wish an outcome is with its weight than without it, in points of 100. Nearer "
        "by: how much nearer the outcome is than things stood, negative is away. A patron with no part in an issue has no figure."
    )
    title = h("h3", "Who moves the issues")
    return h("section", title, table(heads, map(line, patrons), caption="Patrons and issues"), h("p", note, class_="note"))


def _actors(issues: list[dict[str, Any]]) -> Safe:
    rows = [
        [issue.get("id"), actor.get("name"), _span(actor.get("position")), _share(actor.get("share")), *map(actor.get, ("basis", "note"))]
        for issue in issues
        for actor in records(issue.get("actors"))
    ]
    heads = ["Issue", "Actor", "Position", "Share of the weight", "Basis", "Remark"]
    return more("What each actor wants and weighs", table(heads, rows, caption="Actors of each issue", text_columns=2))


def _share(value: Any) -> str:
    mean = finite(record(value).get("mean"))
    return DASH if mean is None else f"{100 * mean:.0f}%"
