"""Part 2: what decides it. Analysis of competing hypotheses, computed: evidence by account, coloured by bans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realpolitik.cable.figures import Cell, Part, more, swatch, table
from realpolitik.cable.markup import Safe, h, join, link
from realpolitik.cable.parts import matrix_numbers
from realpolitik.cable.view import ROUGH_K, View
from realpolitik.cable.wording import SCALE, amount, count, finite, fixed, listing, percent, signed, span

SHOWN = 12
DRAWN = 300  # rows; beyond this the page would grow past what a mail takes
_LIMITS = (0.1, *(limit for limit, _ in SCALE[:-1]))
_STIPULATED = 0.005  # bans; less than this is rounding


def part(view: View) -> Part | None:
    """The matrix, the telling items first. None without evidence."""
    if not view.evidence or not view.accounts:
        return None
    drawn = view.evidence[:DRAWN]
    rest = drawn[SHOWN:]
    left = len(view.evidence) - len(drawn)
    body = [
        _key(),
        _matrix(view, drawn[:SHOWN], f"The {count(min(SHOWN, len(drawn)), 'item')} that move the odds most"),
        rest
        and more(
            f"The other {count(len(rest), 'item')} of evidence", _matrix(view, rest, "The other items"), kind="rest"
        ),
        left > 0
        and h(
            "p", f"{left:,} items that move the odds less are left out here; the export has them all.", class_="note"
        ),
        h("p", _notes(view), class_="note"),
        more("Every item in bans, as computed", matrix_numbers.block(view, drawn)),
    ]
    return Part("evidence", "What decides it?", _sentence(view), body)


def _sentence(view: View) -> Any:
    if len(view.names) < 2:
        return (
            f"{count(len(view.evidence), 'item').capitalize()} of evidence, weighed under one account: {view.leader}."
        )
    rival = view.names[1]
    pull = sorted(view.evidence, key=lambda item: -view.lead_of(item, rival))
    total = sum(view.lead_of(item, rival) for item in pull)
    given = [item for item in pull[:3] if view.lead_of(item, rival) >= 0.1]
    taken = [item for item in pull[:-3:-1] if view.lead_of(item, rival) <= -0.1]
    if not given:
        return f"No single item separates {view.leader} from its nearest rival, {rival}, by more than a tenth of a ban."
    gain = sum(view.lead_of(item, rival) for item in given)
    does = "speaks" if len(given) == 1 else "speak"
    text = f"{listing([_name(item) for item in given])} {does} most for {view.leader} over {rival}: {signed(gain)} bans together"
    if len(given) == 1:
        text = text.removesuffix(" together")
    if taken:
        does = "speaks" if len(taken) == 1 else "speak"
        text += f". {listing([_name(item) for item in taken])} {does} most against it"
    return f"{text}. All evidence together comes to {signed(total)}."


def _name(item: Mapping[str, Any]) -> str:
    place = f" in {item['where']}" if item.get("where") else ""
    when = f", {span(item.get('when'))}" if item.get("when") else ""
    return f"{item.get('what')}{place}{when} ({item.get('id')})"


def _matrix(view: View, items: Sequence[Mapping[str, Any]], caption: str) -> Safe:
    columns = [
        "Evidence",
        *(join(swatch(view.colours[name]), name) for name in view.names),
        "Moves odds by (bans)",
        f"{view.leader} without it",
    ]
    return table(columns, (_row(view, item) for item in items), caption=caption, kind="matrix")


def _row(view: View, item: Mapping[str, Any]) -> list[Any]:
    relative, stipulated = view.relative(item), item.get("stipulated") or {}
    cells: list[Any] = [Cell(_describe(item), {"class_": "item"})]
    for name in view.names:
        dagger = abs(finite(stipulated.get(name)) or 0.0) >= _STIPULATED
        kind = f"b {_shade(relative.get(name))}{' st' if dagger else ''}"
        cells.append(
            Cell(join(signed(relative.get(name)), dagger and h("sup", "†")), {"class_": kind, "data_name": name})
        )
    ks = [finite(k) or 0.0 for k in (item.get("pareto_k") or {}).values()]
    rough = max(ks, default=0.0) > ROUGH_K
    without = join(
        rough and h("abbr", "≈", title=f"Pareto k {fixed(max(ks))}: not to be relied on"),
        percent((item.get("leave_one_out") or {}).get(view.leader)),
    )
    cells.append(Cell(fixed(item.get("diagnosticity"), 1), {"class_": "x", "data_name": "moves odds by (bans)"}))
    cells.append(Cell(without, {"class_": "x", "data_name": f"{view.leader} without it"}))
    return cells


def _describe(item: Mapping[str, Any]) -> Safe:
    """What, where, when; then who says so, how graded, how it enters, and the source."""
    value = amount(item.get("value"))
    head = [str(item.get("what") or ""), item.get("where") and f", {item['where']}", value and f": {value}"]
    by = ", ".join(str(name) for name in item.get("by") or ())
    facts = [span(item.get("when")), by, item.get("grade"), item.get("treatment"), link(item.get("link"), "source")]
    facts = [fact for fact in facts if fact]
    line = [join(i > 0 and " · ", fact) for i, fact in enumerate(facts)]
    return join(
        h("b", *head),
        h("small", h("code", item.get("id")), " ", line),
        item.get("note") and h("small", item["note"], class_="mute"),
    )


def _shade(value: float | None) -> str:
    """Colour class of a relative ban: z, or b1..b4 for (blue) and o1..o4 against (orange)."""
    if value is None or abs(value) < _LIMITS[0]:
        return "z"
    depth = sum(abs(value) >= limit for limit in _LIMITS)
    return f"{'b' if value > 0 else 'o'}{depth}"


def _key() -> Safe:
    words = [word for _, word in SCALE]
    against = [h("span", class_=f"o{i}") for i in (4, 3, 2, 1)]
    given = [h("span", class_=f"b{i}") for i in (1, 2, 3, 4)]
    return h(
        "div",
        h("p", "Bans an item gives an account (blue) or takes from it (orange), against its mean over all accounts. One ban is a factor of ten in the odds."),
        h("div", h("em", "takes"), against, h("span", class_="z"), given, h("em", "gives"), class_="ramp", role="img",
          aria_label=f"Colour scale, by strength: under 0.1 ban none, then {listing(words)}, from 0.1, 0.5, 1 and 2 bans"),
        h("small", "Steps at 0.1, 0.5, 1 and 2 bans: ", f"{listing(words)}."),
        class_="legend",
    )  # fmt: skip


def _notes(view: View) -> str:
    notes = []
    if any(
        abs(finite(x) or 0.0) >= _STIPULATED for item in view.evidence for x in (item.get("stipulated") or {}).values()
    ):
        notes.append(
            "† and hatching: part of these bans is written into the account, since its claims set how likely that decision is."
        )
    if any((finite(k) or 0.0) > ROUGH_K for item in view.evidence for k in (item.get("pareto_k") or {}).values()):
        notes.append(f"≈ marks odds from reweighing that is not to be relied on (Pareto k above {ROUGH_K}).")
    notes.append(
        "Grades: letter for the source (A reliable to F unknown), number for the information (1 confirmed to 6 unknown)."
    )
    return " ".join(notes)
