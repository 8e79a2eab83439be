"""Part 2: what decides it. Analysis of competing hypotheses, computed: evidence by account, coloured by bans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realpolitik.cable.figures import Cell, Part, more, swatch, table
from realpolitik.cable.markup import Safe, h, join, link
from realpolitik.cable.parts import matrix_numbers, matrix_words
from realpolitik.cable.parts.matrix_words import LIMITS, STIPULATED
from realpolitik.cable.said import people
from realpolitik.cable.view import ROUGH_K, View
from realpolitik.cable.wording import amount, count, finite, fixed, percent, signed, span

SHOWN = 12
DRAWN = 300  # rows; beyond this the page would grow past what a mail takes


def part(view: View) -> Part | None:
    """The matrix, the telling items first. None without evidence."""
    if not view.evidence or not view.accounts:
        return None
    drawn = view.evidence[:DRAWN]
    rest = drawn[SHOWN:]
    left = len(view.evidence) - len(drawn)
    body = [
        matrix_words.key(view),
        _matrix(view, drawn[:SHOWN], f"The {count(min(SHOWN, len(drawn)), 'item')} that move the odds most"),
        rest and more(f"The other {count(len(rest), 'item')}", _matrix(view, rest, "The other items"), kind="rest"),
        left > 0 and h("p", f"{left:,} items that move the odds less are left out here; the export has them all.", class_="note"),
        h("p", matrix_words.notes(view), class_="note"),
        more("Every item in bans, as computed", matrix_numbers.block(view, drawn)),
    ]
    return Part("evidence", "What decides it?", matrix_words.sentence(view), body)


def _matrix(view: View, items: Sequence[Mapping[str, Any]], caption: str) -> Safe:
    now = None if view.rough else f"now {percent(view.accounts[0].get('probability'))}"
    columns = [
        "Evidence",
        *(join(swatch(view.colours[name]), name) for name in view.names),
        "Moves odds by (bans)",
        join(f"{view.leader} without it", now and h("small", now)),
    ]
    return table(columns, (_row(view, item) for item in items), caption=caption, kind="matrix")


def _row(view: View, item: Mapping[str, Any]) -> list[Any]:
    relative, stipulated = view.relative(item), item.get("stipulated") or {}
    cells: list[Any] = [Cell(_describe(item), {"class_": "item"})]
    for name in view.names:
        dagger = abs(finite(stipulated.get(name)) or 0.0) >= STIPULATED
        kind = f"b {_shade(relative.get(name))}{' st' if dagger else ''}"
        cells.append(Cell(join(signed(relative.get(name)), dagger and h("sup", "†")), {"class_": kind, "data_name": name}))
    ks = [finite(k) or 0.0 for k in (item.get("pareto_k") or {}).values()]
    rough = max(ks, default=0.0) > ROUGH_K
    without = join(
        rough and h("abbr", "≈", title=f"not to be relied on (Pareto k {fixed(max(ks))}, good below {ROUGH_K})"),
        percent((item.get("leave_one_out") or {}).get(view.leader)),
    )
    cells.append(Cell(fixed(view.spread(item), 1), {"class_": "x", "data_name": "moves odds by (bans)"}))
    cells.append(Cell(without, {"class_": "x", "data_name": f"{view.leader} without it"}))
    return cells


def _describe(item: Mapping[str, Any]) -> Safe:
    """What, where, when; then who says so, how graded, how it enters, and the source."""
    value = amount(item.get("value"))
    head = [str(item.get("what") or ""), item.get("where") and f", {item['where']}", value and f": {value}"]
    row = f" ({item['row']})" if item.get("row") and item["row"] != item.get("id") else None
    by = ", ".join(people(item.get("by")))
    facts = [span(item.get("when")), by, item.get("grade"), matrix_words.treated(item), link(item.get("link"), "source")]
    facts = [fact for fact in facts if fact]
    line = [join(i > 0 and " · ", fact) for i, fact in enumerate(facts)]
    return join(
        h("b", *head),
        h("small", h("code", item.get("id")), row, " ", line),
        item.get("note") and h("small", item["note"], class_="mute"),
    )


def _shade(value: float | None) -> str:
    """Colour class of a relative ban: z, or b1..b4 for (blue) and o1..o4 against (orange)."""
    size = 0.0 if value is None else round(abs(value), 1)  # as shown, so that equal numbers have equal colours
    if value is None or size < LIMITS[0]:
        return "z"
    depth = sum(size >= limit for limit in LIMITS)
    return f"{'b' if value > 0 else 'o'}{depth}"
