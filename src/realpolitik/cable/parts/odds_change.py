"""How the odds change: other priors, no reporter, day, decisions or counts; and as reports came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realpolitik.cable.figures import Cell, more, swatch, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.parts import odds_course
from realpolitik.cable.view import BEARS, ROUGH_K, View
from realpolitik.cable.wording import count, date, finite, listing, opening, percent, percent_range

SHOWN = 8
_KIND = {
    "reporter": "Without {}",
    "day": "Without {}",
    "decisions": "Without all decisions",
    "counts": "Without all counts",
    "silence": "If silence told nothing",
}


def block(view: View) -> Safe | None:
    """The table of changed odds and the course of the odds over report dates. None if the run has neither."""
    rows = [(_label(entry), entry) for entry in view.items("leave_out")]
    rows += [(opening(str(entry.get("label", ""))), entry) for entry in (*view.items("prior_sensitivity"), *_heard(view))]
    changes = _changes(view, rows) if rows else None
    return join(changes, odds_course.block(view)) if rows or view.items("odds_over_time") else None


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
        listed = listing(turned[:4]) if len(turned) <= 4 else f"{', '.join(turned[:4])} and {count(len(turned) - 4, 'other change')}"
        sentence = f"{view.leader} loses the lead in {len(turned)} of {len(rows)} changes: {listed}."
    else:
        sentence = (
            f"{view.leader} keeps the lead in each of the {len(rows)} changes tried." if len(rows) > 1 else f"{view.leader} keeps the lead."
        )
    columns = ["Change", "Leads", *(join(swatch(view.colours[name]), name) for name in view.names)]
    cells = [_cells(view, label, entry) for label, entry in ordered]
    first = _cells(view, "As weighed", base, "base")
    top = table(columns, [first, *cells[:SHOWN]], caption="How the odds change, largest change first", kind="changes", text_columns=2)
    rest = (
        table(columns, [first, *cells[SHOWN:]], caption="The other changes", kind="changes", text_columns=2) if len(cells) > SHOWN else None
    )
    return h(
        "section",
        h("h3", "How the odds change with priors and trust"),
        h("p", opening(sentence)),
        top,
        rest and more(f"The other {count(len(cells) - SHOWN, 'change')}", rest),
        h(
            "p",
            f"Bold: who leads. ≈ marks odds that are not to be relied on: {BEARS}.{_rough(view)}",
            class_="note",
        ),
        class_="change",
    )


def _rough(view: View) -> str:
    """What a rough run's figures in the table stand for."""
    lead = next((a for a in view.accounts if a.get("name") == view.leader), None) if view.rough else None
    if lead is None:
        return ""
    wide = percent_range(lead.get("low"), lead.get("high"))
    return f" This run is rough: each figure stands for a range, as {percent(lead.get('probability'))} of {view.leader} does for {wide}."


def _cells(view: View, label: str, entry: Mapping[str, Any], kind: str = "") -> list[Any]:
    k = entry.get("pareto_k")
    k = max((finite(x) or 0.0 for x in k.values()), default=0.0) if isinstance(k, Mapping) else finite(k) or 0.0
    mark, best = ("≈ " if k > ROUGH_K else ""), _best(view, entry)
    if not kind:
        kind = "" if best == view.leader else "turned"
    cells: list[Any] = [Cell(join(mark and h("abbr", mark, title=f"Pareto k {k:.2f}, good below {ROUGH_K}"), label), {"class_": kind})]
    cells.append(Cell(join(swatch(view.colours[best]), best) if best else "", {"class_": f"leads {kind}".rstrip()}))
    for name in view.names:
        p = _p(entry, name)
        shade = f"--p:{100 * (p or 0.0):.0f}%"
        cells.append(Cell(percent(p), {"class_": f"p {kind}{' best' if name == best else ''}", "style": shade}))
    return cells
