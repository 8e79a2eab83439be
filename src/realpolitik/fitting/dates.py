"""The evidence as it came in: every set of claims fitted to what had been reported by each of a few dates.

Each fit knows only its date: no later report, correction, grade or act enters it, so it is what ``--as-of`` gives, computed with less
work, and its error says so. The dates are those at which the case asks its questions and a few that part the reports evenly, but for
dates at which nearly the same was known as at another: what is asked of these starts from the nearest date, weighed again.
The draws are kept with the run: forecasts and leverage start from them (``fitting.at_date``).
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
from realpolitik.fitting.sampler import State
from realpolitik.fitting.settings import Settings

Set = tuple[str, ...]
DAY = 24.0
MORE = 1.05  # times as many reports, or a date is not fitted beside another
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

    Dates at which nothing or everything was known are left out, and those at which nearly as much was known as at another (a twentieth
    more or less): questions and documents come first, then those that part the reports, each in order.
    """
    reported = np.sort([i.reported for i in case.evidence if as_of is None or i.reported <= as_of])
    if not len(reported):
        return []
    asked = {q.asked for q in case.questions} | set(published(case).values())
    parts = np.quantile(reported, (np.arange(number) + 1.0) / (number + 1.0)) if number else []
    even = {DAY * math.ceil(p / DAY) for p in parts}
    kept: dict[float, int] = {}
    for hours in (*sorted(asked), *sorted(even)):
        number = int(np.searchsorted(reported, hours, "right"))
        if reported[0] <= hours < reported[-1] and all(max(number, n) >= MORE * min(number, n) for n in kept.values()):
            kept[float(hours)] = number
    return sorted(kept)


def published(case: Case) -> dict[str, float]:
    """Hours at which documents came out, by name; a date means its end, and what cannot be read is left out."""
    found: dict[str, float] = {}
    for document in case.documents:
        with contextlib.suppress(Mistake):
            if document.published:
                found[document.name] = float(case.clock.hours(moment(document.published, case.clock.timezone).ends))
    return found


def _work_at(
    case: Case, claims: Set, hours: float, settings: Settings, seed: int, weight: float | None = None
) -> tuple[Work, Problem, str]:
    docket, problem = build_docket(case, hours), build_problem(case, claims)
    powers = (power(docket) if weight is None else weight) * np.ones(len(docket.entries))
    model = CrisisModel(problem, docket, powers, mask=np.ones(len(powers)))
    return SafeWork(model, problem.prior.transform, powers, settings.worlds, seed, None), problem, f"at {hours:g} h"


def fly_at(case: Case, hours: float, settings: Settings, seed: int, weight: float | None = None) -> Pilot:
    """The pilot of the fits to what had been reported by ``hours``; ``weight`` of every item, ζ of rule F4 if None."""
    work, problem, when = _work_at(case, (), hours, settings, seed, weight)
    settings = replace(settings, passes=settings.pilot)
    return pilot_of(climb(f"the pilot {when}", work, problem, settings, seed, work.model.noise_keys), problem.prior)


def fit_at(
    case: Case,
    claims: Set,
    hours: float,
    settings: Settings,
    seed: int,
    pilot: Pilot | None = None,
    most: int = MOST,
    weight: float | None = None,
) -> Draws:
    """Fit one set of claims to the reports up to ``hours``; the second half of its passes is kept, whatever the rounds are."""
    work, problem, when = _work_at(case, claims, hours, settings, seed, weight)
    if not work.powers.any():
        settings, pilot = sampler.without_evidence(settings), None
    name = f"{' + '.join(claims) or 'no claim'} {when}"
    state = _settled(climb(name, work, problem, settings, seed, work.model.noise_keys, pilot), settings.passes)
    sample = sampler.finish(state, work.powers, seed, name, most)
    return Draws(claims, sample.z, sample.ids, sample.log_likelihood, sample.items, *sampler.log_evidence(state))


def _settled(state: State, passes: int) -> State:
    """A state without the first half of its passes, where these are so few that all are in one round."""
    gone = passes // 2 - (passes - len(state.energies))
    if gone <= 0 or len(state.top_energy) != len(state.energies):
        return state
    later = state.at >= gone
    if not later.any():
        return state
    tops = {name: getattr(state, name)[gone:] for name in ("top_z", "top_ids", "top_items", "top_energy")}
    return replace(state, energies=state.energies[gone:], at=state.at[later] - gone, kept=state.kept[later], **tops)


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


def fit_date_unit(unit: DateUnit, pool: Executor | None, tell: Callable[[float, str], None]) -> Draws | Pilot:
    """:func:`fit_at` or :func:`fly_at`, wherever it is."""
    case = opened(unit.case)
    if unit.claims is None:
        return fly_at(case, unit.hours, unit.settings, unit.seed)
    return fit_at(case, unit.claims, unit.hours, unit.settings, unit.seed, unit.pilot)


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

    RunError when a fit failed on a cluster.
    """
    hours = dates_of(case, dated.number, as_of)
    tasks = [(h, s) for h in hours for s in sets]
    sent: Case | Parcel = pack(case) if executor is not None and tasks else case
    found: dict[tuple[float, Set], Draws] = {}
    failed: list[Failed] = []

    def of_date(h: float, pilot: Pilot | None) -> list[DateUnit]:
        return [DateUnit(sent, s, h, dated.settings, seed, pilot) for s in sets]

    if dated.settings.pilot:
        units = [DateUnit(sent, None, h, dated.settings, seed) for h in hours]
    else:
        units = [unit for h in hours for unit in of_date(h, None)]
    many = len(tasks) + len(hours) * bool(dated.settings.pilot)
    for done, (index, outcome) in enumerate(outcomes(fit_date_unit, units, pool, executor)):
        unit = units[index]
        if isinstance(outcome, Failed):
            failed.append(outcome)
        elif unit.claims is None:
            units += of_date(unit.hours, outcome.value)
        else:
            found[unit.hours, unit.claims] = outcome.value
        if tell is not None:
            tell((done + 1) / many, f"what was known on {case.clock.moment(unit.hours):%d %B %Y}")
    refuse(failed, "the odds as reports came in cannot be told without them")
    known = [sum(i.reported <= h for i in case.evidence) for h in hours]
    return [AtOneDate(h, n, {s: found[h, s] for s in sets}) for h, n in zip(hours, known, strict=True)]
