"""What a case tells by not telling it (E2): public acts that it does not list did not happen, and seats of which nobody says that they
were lost stood.

An act is known at once, so silence about it reaches up to the last report. The loss of a seat is not: on its day some did not know, and
some reports came a day later. Silence about seats therefore ends LAG hours before that. Posts of agencies fall without anybody's notice,
so silence about those says nothing. A report that carries no information (ratio 1: E, F, D4 and D5, and
reports of those whom the case does not trust at all) breaks no silence; one of grade A1 to B2 does under any trust, as it fixes its act
under any (E1).
"""

from __future__ import annotations

from collections.abc import Iterable

from realpolitik.case.records import Case, Item
from realpolitik.case.words import OF_LOSS
from realpolitik.crisis.layout import DECISIONS, PUBLIC
from realpolitik.fitting.grading import fixes, outlier, stated_trust, trust_in

LAG = 24.0  # hours until a lost seat is in the reports
SEAT_LOST = "seat lost"  # stormed or abandoned
_RIVALS = {"sideline rival", "purge", "coup attempt"}
_ALLIES = {"request help", "accept request", "refuse request", "deploy", "announce withdrawal", "complete withdrawal"}


def _breaking(case: Case, items: Iterable[Item]) -> list[Item]:
    """The items that break silence about what they tell of."""
    trust = stated_trust(case)
    return [i for i in items if fixes(i.grade) or outlier(i.grade, trust_in(i, trust)) < 1.0]


def unlisted_acts(case: Case, items: Iterable[Item]) -> list[str]:
    """Public acts that somebody is there to take and no item speaks of."""
    told = {i.what for i in _breaking(case, items)}
    if case.rival is None:
        told |= _RIVALS
    if case.alliance is None:
        told |= _ALLIES
    return [d for d in DECISIONS if d in PUBLIC and d not in told]


def unlisted_seats(case: Case, items: Iterable[Item]) -> list[str]:
    """Regions of whose seat no item says that it was lost, won back or not lost; that it was held is no such report."""
    told = {i.where for i in _breaking(case, items) if i.what in OF_LOSS}
    return [r.name for r in case.regions if r.name not in told]


def unsaid(case: Case, known: list[Item], latest: float) -> list[Item]:
    """One absence for each act and seat that the ``known`` items are silent about; ``latest``: hour of the last of their reports."""
    if not known:
        return []
    end = float(case.clock.edges_hours[-1])
    made = [
        _absent(f"no {act}", act, None, (0.0, min(latest, end)), latest, "a public act that the case does not list did not happen")
        for act in unlisted_acts(case, known)
    ]
    until = min(latest - LAG, end)
    if until > 0.0:
        note = "no report tells that this seat of government was lost, so it stood"
        made += [_absent(f"no {SEAT_LOST}: {r}", SEAT_LOST, r, (0.0, until), latest, note) for r in unlisted_seats(case, known)]
    return made


def _absent(name: str, what: str, where: str | None, window: tuple[float, float], latest: float, note: str) -> Item:
    return Item(id=name, what=what, where=where, when=window, reported=latest, grade="A1", absent=True, origin=f"no {what}", note=note)
