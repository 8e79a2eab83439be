"""The evidence as it came in: every set of claims fitted to what had been reported by each of a few dates.

Each fit knows only its date: no later report, correction, grade or act enters it, so it is what ``--as-of`` gives, computed with less
work, and its error says so. It begins where the ladders of the date before stood, and forgets that in the passes that are not kept. The
dates are those at which the case asks its questions and a few that part the reports evenly. The draws
are kept with the run: forecasts and leverage start from them (``fitting.at_date``).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from realpolitik.case.mistakes import Mistake
from realpolitik.case.records import Case
from realpolitik.case.times import moment
from realpolitik.fitting import sampler
from realpolitik.fitting.account import Work, climb
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.deaths import SafeWork
from realpolitik.fitting.efforts import Dated
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.executors import Failed, outcomes, refuse
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.parcel import Parcel, opened, pack
from realpolitik.fitting.pilot import Pilot, pilot_of
from realpolitik.fitting.posterior import Draws
from realpolitik.fitting.problem import Problem, build_problem
from realpolitik.fitting.sampler import Settings

Set = tuple[str, ...]
DAY = 24.0
MOST = 256  # draws kept of a set at a date


@dataclass(frozen=True)
class AtOneDate:
    """Draws of every set of claims under what was reported by ``hours``; ``items`` how many reports that was."""

    hours: float
    items: int
    sets: Mapping[Set, Draws]


def dates_of(case: Case, number: int, as_of: float | None = None) -> list[float]:
    """Hours of the dates: when the questions were asked and the documents came out, and ``number`` that part the reports evenly, at
    whole days of the clock.

    Dates at which nothing or everything was known are left out.
    """
    reported = np.sort([i.reported for i in case.evidence if as_of is None or i.reported <= as_of])
    if not len(reported):
        return []
    asked = {q.asked for q in case.questions} | set(published(case).values())
    parts = np.quantile(reported, (np.arange(number) + 1.0) / (number + 1.0)) if number else []
    even = {DAY * math.ceil(p / DAY) for p in parts}
    return sorted(float(h) for h in asked | even if reported[0] <= h < reported[-1])


def published(case: Case) -> dict[str, float]:
    """Hours at which documents came out, by name; a date means its end, and what cannot be read is left out."""
    found: dict[str, float] = {}
    for document in case.documents:
        with contextlib.suppress(Mistake):
            if document.published:
                found[document.name] = float(case.clock.hours(moment(document.published, case.clock.timezone).ends))
    return found


def _work_at(case: Case, claims: Set, hours: float, settings: Settings, seed: int) -> tuple[Work, Problem, str]:
    docket, problem = build_docket(case, hours), build_problem(case, claims)
    powers = power(docket) * np.ones(len(docket.entries))
    model = CrisisModel(problem, docket, powers, mask=np.ones(len(powers)))
    return SafeWork(model, problem.prior.transform, powers, settings.worlds, seed, None), problem, f"at {hours:g} h"


def says_something(case: Case, hours: float) -> bool:
    """Whether any report up to ``hours`` weighs anything."""
    docket = build_docket(case, hours)
    return bool((power(docket) * np.ones(len(docket.entries))).any())


def fly_at(case: Case, hours: float, settings: Settings, seed: int) -> Pilot:
    """The pilot of the fits to what had been reported by ``hours``."""
    work, problem, when = _work_at(case, (), hours, settings, seed)
    settings = replace(settings, passes=settings.pilot)
    return pilot_of(climb(f"the pilot {when}", work, problem, settings, seed, work.model.noise_keys), problem.prior)


def fit_at(case: Case, claims: Set, hours: float, settings: Settings, seed: int, pilot: Pilot | None = None, most: int = MOST) -> Draws:
    """Fit one set of claims to the reports up to ``hours``, from a pilot or from the prior."""
    return _fitted(case, claims, hours, settings, seed, pilot, most)[0]


def _fitted(
    case: Case, claims: Set, hours: float, settings: Settings, seed: int, pilot: Pilot | None, most: int
) -> tuple[Draws, Pilot | None]:
    """The draws, and what the fit of the next date begins from: these ladders, where there was something to learn."""
    work, problem, when = _work_at(case, claims, hours, settings, seed)
    told = work.powers.any()
    if not told:
        settings, pilot = sampler.without_evidence(settings), None
    name = f"{' + '.join(claims) or 'no claim'} {when}"
    state = climb(name, work, problem, settings, seed, work.model.noise_keys, pilot)
    sample = sampler.finish(state, work.powers, seed, name, most)
    draws = Draws(claims, sample.z, sample.ids, sample.log_likelihood, sample.items, *sampler.log_evidence(state))
    return draws, pilot_of(state, problem.prior) if told else None


@dataclass(frozen=True)
class DateUnit:
    """One set of claims at one date to fit (or, with no set, the pilot of that date to fly), as plain data."""

    case: Case | Parcel
    claims: Set | None
    hours: float
    settings: Settings
    seed: int
    pilot: Pilot | None = None

    @property
    def name(self) -> str:
        """Which set, and when."""
        return f"{'the pilot' if self.claims is None else ' + '.join(self.claims) or 'no claim'} at {self.hours:g} h"


def fit_date_unit(unit: DateUnit, pool: Executor | None, tell: Callable[[float, str], None]) -> tuple[Draws | None, Pilot | None]:
    """Draws of the set, none of a pilot; and what the next fit begins from."""
    case = opened(unit.case)
    if unit.claims is None:
        return None, fly_at(case, unit.hours, unit.settings, unit.seed)
    return _fitted(case, unit.claims, unit.hours, unit.settings, unit.seed, unit.pilot, MOST)


def fit_dates(
    case: Case,
    sets: Sequence[Set],
    dated: Dated,
    seed: int,
    pool: Executor,
    as_of: float | None = None,
    tell: Callable[[float, str], None] | None = None,
    executor: Executor | None = None,
) -> list[AtOneDate]:
    """Fit every set at every date, as many at a time as the pool has threads, or where ``executor`` says; the numbers do not depend on it.

    A pilot flies at the first date that has something to say; from there the ladders of each set go on from date to date.

    RunError when a fit failed on a cluster.
    """
    hours = dates_of(case, dated.number, as_of)
    sent: Case | Parcel = pack(case) if executor is not None and hours else case
    first = next((h for h in hours if says_something(case, h)), None) if dated.settings.pilot else None
    units = [DateUnit(sent, s, h, dated.settings, seed) for h in hours for s in sets if first is None or h < first]
    if first is not None:
        units.append(DateUnit(sent, None, first, dated.settings, seed))
    many = len(hours) * len(sets) + (first is not None)
    found: dict[tuple[float, Set], Draws] = {}
    failed: list[Failed] = []
    for done, (index, outcome) in enumerate(outcomes(fit_date_unit, units, pool, executor, of=many)):
        unit = units[index]
        if isinstance(outcome, Failed):
            failed.append(outcome)
            continue
        draws, ladders = outcome.value
        if unit.claims is None:
            units += [replace(unit, claims=s, pilot=ladders) for s in sets]
        else:
            found[unit.hours, unit.claims] = draws
            if first is not None and unit.hours >= first:
                units += [replace(unit, hours=h, pilot=ladders) for h in hours if h > unit.hours][:1]
        if tell is not None:
            tell((done + 1) / many, f"what was known on {case.clock.moment(unit.hours):%d %B %Y}")
    refuse(failed, "the odds as reports came in cannot be told without them")
    known = [sum(i.reported <= h for i in case.evidence) for h in hours]
    return [AtOneDate(h, n, {s: found[h, s] for s in sets}) for h, n in zip(hours, known, strict=True)]
