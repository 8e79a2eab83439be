"""How the odds change: other priors, no reporter, day, decisions or counts; and as reports came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realpolitik.cable.figures import Cell, figure, more, swatch, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.view import ROUGH_K, View
from realpolitik.cable.wording import count, date, day, finite, listing, opening, percent, percent_range

SHOWN = 8
_KIND = {
    "reporter": "Without {}",
    "day": "Without {}",
    "decisions": "Without all decisions",
    "counts": "Without all counts",
}


def block(view: View) -> Safe | None:
    """The table of changed odds and the course of the odds over report dates. None if the run has neither."""
    rows = [(_label(entry), entry) for entry in view.items("leave_out")]
    rows += [(opening(str(entry.get("label", ""))), entry) for entry in (*view.items("prior_sensitivity"), *_heard(view))]
    changes = _changes(view, rows) if rows else None
    return join(changes, _course(view)) if rows or view.items("odds_over_time") else None


def _heard(view: View) -> list[Mapping[str, Any]]:
    """Changes of trust and of priors that the answer about audiences computed."""
    found = view.record("answers").get("audiences")
    rows = found.get("sensitivity") if isinstance(found, Mapping) else None
    return [row for row in rows or () if isinstance(row, Mapping) and isinstance(row.get("probabilities"), Mapping)]


def _label(entry: Mapping[str, Any]) -> str:
    kind, name = str(entry.get("kind", "")), str(entry.get("name", ""))
    return _KIND.get(kind, "Without {}").format(f"reports of {date(name)}" if kind == "day" else name)


def _p(entry: Mapping[str, Any], name: str) -> float | None:
    return finite((entry.get("probabilities") or {}).get(name))


def _best(view: View, entry: Mapping[str, Any]) -> str:
    return max(view.names, key=lambda name: _p(entry, name) or 0.0)


def _changes(view: View, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Safe:
    base = {"probabilities": {str(a.get("name")): a.get("probability") for a in view.accounts}}

    def shift(row: tuple[str, Mapping[str, Any]]) -> float:
        return max((abs((_p(row[1], name) or 0.0) - (_p(base, name) or 0.0)) for name in view.names), default=0.0)

    ordered = sorted(rows, key=shift, reverse=True)
    turned = [label[:1].lower() + label[1:] for label, entry in ordered if _best(view, entry) != view.leader]
    if turned:
        listed = (
            listing(turned[:4])
            if len(turned) <= 4
            else f"{', '.join(turned[:4])} and {count(len(turned) - 4, 'other change')}"
        )
        sentence = f"{view.leader} loses the lead in {len(turned)} of {len(rows)} changes: {listed}."
    else:
        sentence = (
            f"{view.leader} keeps the lead in each of the {len(rows)} changes tried."
            if len(rows) > 1
            else f"{view.leader} keeps the lead."
        )
    columns = ["Change", *(join(swatch(view.colours[name]), name) for name in view.names)]
    cells = [_cells(view, label, entry) for label, entry in ordered]
    first = _cells(view, "As weighed", base, "base")
    top = table(columns, [first, *cells[:SHOWN]], caption="How the odds change, largest change first", kind="changes")
    rest = (
        table(columns, [first, *cells[SHOWN:]], caption="The other changes", kind="changes")
        if len(cells) > SHOWN
        else None
    )
    return h(
        "section",
        h("h3", "How the odds change with priors and trust"),
        h("p", opening(sentence)),
        top,
        rest and more(f"The other {count(len(cells) - SHOWN, 'change')}", rest),
        h(
            "p",
            f"Bold: who leads. ≈ marks odds from reweighing that are not to be relied on (Pareto k above {ROUGH_K}).",
            class_="note",
        ),
        class_="change",
    )


def _cells(view: View, label: str, entry: Mapping[str, Any], kind: str = "") -> list[Any]:
    k = entry.get("pareto_k")
    k = max((finite(x) or 0.0 for x in k.values()), default=0.0) if isinstance(k, Mapping) else finite(k) or 0.0
    mark, best = ("≈ " if k > ROUGH_K else ""), _best(view, entry)
    if not kind:
        kind = "" if best == view.leader else "turned"
    cells: list[Any] = [Cell(join(mark and h("abbr", mark, title=f"Pareto k {k:.2f}"), label), {"class_": kind})]
    for name in view.names:
        p = _p(entry, name)
        shade = f"--p:{100 * (p or 0.0):.0f}%"
        cells.append(Cell(percent(p), {"class_": f"p {kind}{' best' if name == best else ''}", "style": shade}))
    return cells


def _course(view: View) -> Safe | None:
    steps = [step for step in view.items("odds_over_time") if step.get("probabilities")]
    if len(steps) < 3:
        return None
    width, height = 1000, 220
    order = view.names
    low = [0.0] * len(steps)
    bands = []
    for name in order:
        high = [base + (_p(step, name) or 0.0) for base, step in zip(low, steps, strict=True)]
        bands.append(h("path", d=_band(low, high, width, height), fill=view.colours[name]))
        low = high
    end = percent(_p(steps[-1], view.leader))
    label = f"Odds of each account as reports came in; at the end {view.leader} has {end}"
    box = f"0 0 {width} {height}"
    picture = h("svg", bands, viewBox=box, preserveAspectRatio="none", role="img", class_="course", aria_label=label)
    marks = [steps[round(i * (len(steps) - 1) / 4)] for i in range(5)]
    axis = h("div", [h("span", day(step.get("reported"), year=True)) for step in marks], class_="axis")
    key = h("p", [h("span", swatch(view.colours[name]), name) for name in order], class_="key")
    rows = ([date(step.get("reported"), year=True), *(_ranged(step, name) for name in order)] for step in steps)
    note = (
        "From left to right the dates of reports, evenly spaced; height is probability, adding to 100%. Dates before the last were "
        "computed with less work: a band that jumps from one date to the next may be error. Ranges of 90% are in the numbers."
    )
    return figure(
        "How the odds moved as reports came in",
        join(key, picture, axis),
        table(["Reported up to", *order], rows, caption="Odds over time"),
        note=note,
    )


def _ranged(step: Mapping[str, Any], name: str) -> str:
    """Probability of an account at a date, with its range where there is one."""
    low, high = (finite((step.get(side) or {}).get(name)) for side in ("low", "high"))
    p = percent(_p(step, name))
    return p if low is None or high is None else f"{p} ({percent_range(low, high)})"


def _band(low: Sequence[float], high: Sequence[float], width: int, height: int) -> str:
    """A stepped band as an SVG path."""
    step = width / len(low)
    there = " ".join(f"H{i * step:.1f} V{height * (1 - y):.1f} H{(i + 1) * step:.1f}" for i, y in enumerate(high))
    back = " ".join(f"V{height * (1 - y):.1f} H{i * step:.1f}" for i, y in reversed(list(enumerate(low))))
    return f"M0 {height * (1 - high[0]):.1f} {there} {back} Z"
