"""Evidence as tables: what each item is to the filter, under a mask of powers and a table of trust.

Treatments. ``clamped``: an announced act of grade A1 to B2 that no other eligible report contradicts; one per act, the narrowest
window. ``absence``: an act that an eligible report says did not happen, or of which the case is silent (silence.py: it did not happen up
to the information time). ``copy``: shares its origin with an earlier item and says nothing new. ``restated``: the reporter's own last
figure again: whether he restates or updates is his habit, only what he updates to is news. ``count``, ``share``, ``place``, ``soft``,
``statement``: see crisis/reports.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from realpolitik.case.records import Case, Item
from realpolitik.crisis.layout import DECISIONS
from realpolitik.fitting.grading import fixes, stated_trust
from realpolitik.fitting.silence import unsaid

_PLACE_ACTS = {
    "seat stormed": "stormed",
    "seat abandoned": "abandoned",
    "post stormed": "stormed",
    "post abandoned": "abandoned",
}
HALF_HOUR = 0.5


@dataclass(frozen=True)
class Entry:
    """One item with its treatment; ``event`` names the act it reports (decision, or place of a region). ``silent``: no report says so, the
    case's silence does."""

    item: Item
    treatment: str
    event: tuple[str, ...] = ()
    window: tuple[float, float] = (0.0, 0.0)
    silent: bool = False


@dataclass(frozen=True)
class Docket:
    """All items in report order, with treatments; the pseudo-items of what the case is silent about come last. ``trust`` in reporters as
    the case states it, where it is not full."""

    entries: tuple[Entry, ...]
    information: float
    first_toll: float
    notes: dict[str, str] = field(default_factory=dict)
    trust: dict[str, float] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of the items in report order."""
        return tuple(e.item.id for e in self.entries)


def act_of(case: Case, item: Item) -> tuple[str, ...]:
    """The act that an item reports: a decision, or a region and its place; nothing for other items."""
    if item.what in DECISIONS:
        return (item.what,)
    if item.what.startswith(("seat ", "post ")) and item.where:
        return (
            item.where,
            "seat" if item.what.startswith("seat") else item.agency or next((a.name for a in case.agencies), "seat"),
        )
    return ()


def _window(item: Item, end: float) -> tuple[float, float]:
    first, last = item.when if item.when else (item.as_of or 0.0,) * 2
    if last - first < 2 * HALF_HOUR:
        middle = 0.5 * (first + last)
        first, last = middle - HALF_HOUR, middle + HALF_HOUR
    return max(first, 0.0), min(last, end)


def _disjoint(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[1] < b[0] or b[1] < a[0]


def _clamped(entries: list[Entry]) -> set[str]:
    """Ids of the reports that fix an act: eligible, uncontradicted, the narrowest window of each act."""
    chosen: dict[tuple[str, ...], Entry] = {}
    for e in entries:
        eligible = e.event and fixes(e.item.grade) and (e.item.what in DECISIONS or e.item.what in _PLACE_ACTS)
        if not eligible or e.treatment == "copy":
            continue
        rivals = [
            o
            for o in entries
            if o.event == e.event
            and fixes(o.item.grade)
            and o.item.id != e.item.id
            and o.item.origin != e.item.origin
            and (o.item.what in DECISIONS or o.item.what in _PLACE_ACTS)
        ]
        clash = any(o.item.absent != e.item.absent or o.item.what != e.item.what or _disjoint(o.window, e.window) for o in rivals)
        if clash:
            continue
        width = e.window[1] - e.window[0]
        best = chosen.get(e.event)
        if best is None or width < best.window[1] - best.window[0]:
            chosen[e.event] = e
    return {e.item.id for e in chosen.values()}


def _treatment(item: Item) -> str:
    if item.what == "statement":
        return "statement"
    if item.what in DECISIONS:
        return "soft"
    if item.what.startswith(("seat ", "post ")):
        return "place"
    return "share" if item.of is not None else "count"


def _mark_repeats(entries: list[Entry]) -> list[Entry]:
    """Copies of an origin, and a reporter's own last figure told again."""
    seen: set[tuple] = set()
    last: dict[tuple, tuple[float, float]] = {}
    marked = []
    for e in entries:
        item = e.item
        telling = (item.origin or item.id, item.what, item.where, item.agency, item.mode, item.claim, item.says)
        figure = (item.by[0] if item.by else item.origin, item.what, item.where, item.mode)
        value = (item.value.low, item.value.high) if item.value else None
        if telling in seen:
            marked.append(replace(e, treatment="copy"))
            continue
        seen.add(telling)
        if e.treatment == "count" and item.mode == "ever" and value is not None:
            if last.get(figure) == value:
                marked.append(replace(e, treatment="restated"))
                continue
            last[figure] = value
        marked.append(e)
    return marked


def build_docket(case: Case, as_of: float | None = None) -> Docket:
    """Sort, treat and complete the evidence reported by ``as_of`` (hours; None for all)."""
    end = float(case.clock.edges_hours[-1])
    known = [i for i in case.evidence if as_of is None or i.reported <= as_of]
    known.sort(key=lambda i: (i.reported, i.id))
    entries = [Entry(i, _treatment(i), act_of(case, i), _window(i, end)) for i in known]
    entries = _mark_repeats(entries)
    fixed = _clamped(entries)
    entries = [replace(e, treatment="absence" if e.item.absent else "clamped") if e.item.id in fixed else e for e in entries]
    latest = max((i.reported for i in known), default=0.0)
    # What only later reports list had not become known either, so a date holds nothing of what was reported after it.
    for item in unsaid(case, known, latest):
        entries.append(Entry(item, "absence", act_of(case, item), item.when or (0.0, 0.0), silent=True))
    tolls = [i.reported for i in known if i.mode == "ever"]
    return Docket(tuple(entries), min(end, latest), min(tolls, default=0.0), trust=stated_trust(case))
