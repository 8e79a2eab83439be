"""What could still become known: the candidates of the case, and a usual list of counts, decisions, places and absences.

While a case is under way every count and decision of the days to come is a candidate. Once its clock is over all is past, and what
remains is what no report has told: a share, a toll by region, a place nobody wrote of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from realpolitik.answers.observables import Observable
from realpolitik.case.records import Candidate, Case, Item, Value
from realpolitik.case.values import parse
from realpolitik.case.words import FALLS, OBSERVABLES
from realpolitik.crisis.layout import DECISIONS
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.grading import outlier, trust_in

DAY = 24.0
_RUNNING = ("detained", "dead", "civilians dead", "security dead", "civilians wounded", "security wounded", "weapons lost")
_SHARES = ("foreign share of detained", "armed share of dead")
_NATIONAL = ("weapons lost",)  # what the model counts for the nation only
_ABSENT = ("allied dead", "security dead")
_NOW = ("crowd", "allied troops", "seats lost")


_Told = tuple[tuple[str, str | None, str | None], float | None, bool]
"""What a report is about, the moment its figure stands for (None: no figure), whether it is a running one."""


@dataclass(frozen=True)
class Watched:
    """A candidate: what is read of a world, the figures that make it a yes (None: an event, or a count cut into groups), from where."""

    id: str
    says: str
    observable: Observable
    value: Value | None = None
    listed: bool = False


def candidates(case: Case, docket: Docket) -> list[Watched]:
    """Candidates of the case, then the usual ones that are not among them; what reports already tell is left out of the latter."""
    end = case.clock.duration_hours
    over = docket.information >= end - 1e-6
    found = [_listed(case, candidate) for candidate in case.watch]
    seen = {(w.observable, w.value) for w in found}
    dates = [end] if over else sorted({min(docket.information + DAY, end), end})
    told = _told(case, docket) if over else _happened(docket)
    for hour in dates:
        for watched in _usual(case, hour):
            if (watched.observable, watched.value) not in seen and not _is_told(watched.observable, told):
                found.append(watched)
    return found


def words(case: Case, observable: Observable, value: Value | None) -> str:
    """A candidate in plain words."""
    what = OBSERVABLES.get(observable.what)
    name = "the ruler falls" if observable.what == FALLS else observable.what
    if observable.what in DECISIONS:
        name = f"{observable.what} (decision)"
    place = f" in {observable.where}" if observable.where else ""
    whose = f" of {observable.agency}" if observable.agency else ""
    figure = f" {value}" if value is not None else ""
    held = " held" if what is not None and what.name == "detained" and not observable.ever else ""
    return f"{name}{held}{whose}{place}{figure}, by {case.clock.moment(observable.hour - 1e-6):%d %B %Y}"


def _listed(case: Case, candidate: Candidate) -> Watched:
    o = Observable(candidate.what, candidate.by, candidate.where, candidate.agency, candidate.mode != "now")
    return Watched(candidate.id, candidate.says or words(case, o, candidate.value), o, candidate.value, True)


def _usual(case: Case, hour: float) -> Iterator[Watched]:
    """The usual list for one date."""

    def made(what: str, where: str | None = None, agency: str | None = None, value: str | None = None, ever: bool = True) -> Watched:
        observable = Observable(what, hour, where, agency, ever)
        figures = None if value is None else parse(value)
        parts = (what, agency, where, value, f"{case.clock.moment(hour - 1e-6):%Y-%m-%d}")
        return Watched(": ".join(str(part) for part in parts if part), words(case, observable, figures), observable, figures)

    places = [None, *(region.name for region in case.regions)] if len(case.regions) > 1 else [None]
    yield from (made(what, where) for what in (*_RUNNING, *_SHARES) for where in places if where is None or what not in _NATIONAL)
    yield from (made("crowd", where, ever=False) for where in places)
    yield from (made(what, ever=False) for what in _NOW if what != "crowd" and (what != "allied troops" or case.alliance is not None))
    yield from (made(what, value="<=0") for what in _ABSENT if what != "allied dead" or case.alliance is not None)
    yield from (made(what) for what in (*DECISIONS, FALLS))
    for region in case.regions:
        yield from (made(f"seat {how}", region.name) for how in ("stormed", "abandoned"))
        yield from (made(f"post {how}", region.name, agency.name) for agency in case.agencies for how in ("stormed", "abandoned"))


def _key(what: str, where: str | None, agency: str | None) -> tuple[str, str | None, str | None]:
    """What a report and a candidate have in common: how a place was lost is not parted from whether it was."""
    kind = "seat" if what.startswith("seat ") else "post" if what.startswith("post ") else what
    return kind, where, agency


def _told(case: Case, docket: Docket) -> list[_Told]:
    """What informative reports are about: a figure tells of its own moment, any other report of what happened or not."""
    end = case.clock.duration_hours
    found = []
    for entry in docket.entries:
        item = entry.item
        if outlier(item.grade, trust_in(item, docket.trust)) >= 1.0 or item.mode == "new":
            continue
        moment = item.as_of if item.as_of is not None else sum(item.when) / 2.0 if item.when else min(item.reported, end)
        found.append(
            (_key_of(item), moment if item.value is not None else None, item.mode != "now" or OBSERVABLES[item.what].kind == "share")
        )
    return found


def _happened(docket: Docket) -> list[_Told]:
    """Acts and losses that are fixed, so that nothing about them is left to be seen."""
    return [(_key_of(entry.item), None, True) for entry in docket.entries if entry.treatment == "clamped"]


def _key_of(item: Item) -> tuple[str, str | None, str | None]:
    return _key(item.what, item.where, item.agency)


def _is_told(observable: Observable, told: list[_Told]) -> bool:
    if observable.what == FALLS:
        return any(key in (_key(what, None, None) for what in ("resign", "coup attempt")) for key, _, _ in told)
    own = _key(observable.what, observable.where, observable.agency)
    return any(
        key == own and (moment is None or (ever == observable.ever and abs(moment - observable.hour) <= DAY)) for key, moment, ever in told
    )
