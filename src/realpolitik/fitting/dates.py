"""The evidence as it came in: every set of claims fitted to what had been reported by each of a few dates.

Each fit knows only its date: no later report, correction, grade or act enters it, so it is what ``--as-of`` gives, computed with less
work, and its error says so. The dates are those at which the case asks its questions and a few that part the reports evenly. The draws
are kept with the run: forecasts and leverage start from them (``fitting.at_date``).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from realpolitik.case.mistakes import Mistake
from realpolitik.case.records import Case
from realpolitik.case.times import moment
from realpolitik.fitting import sampler
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.deaths import SafeWork
from realpolitik.fitting.efforts import Dated
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.posterior import Draws
from realpolitik.fitting.problem import build_problem, structure_of
from realpolitik.fitting.sampler import Settings

Set = tuple[str, ...]
DAY = 24.0


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


def fit_at(case: Case, claims: Set, hours: float, settings: Settings, seed: int, most: int = 256) -> Draws:
    """Fit one set of claims to the reports up to ``hours``."""
    docket, problem = build_docket(case, hours), build_problem(case, claims)
    mask = np.ones(len(docket.entries))
    model = CrisisModel(problem, docket, mask, mask=mask)
    work = SafeWork(model.with_powers, problem.prior.transform, power(docket) * mask, settings.worlds, seed, None)
    name = f"{' + '.join(claims) or 'no claim'} at {hours:g} h"
    structure = structure_of(problem, model.noise_blocks)
    state = sampler.initialise(work, seed, name, problem.prior.dimension, settings, model.noise_keys, structure)
    while len(docket.entries) and not sampler.finished(state):
        state = sampler.advance(state, work, work.path, seed, name, settings, structure)
    sample = sampler.finish(state, work, seed, name, settings, structure, most)
    value, se = sampler.log_evidence(state)
    return Draws(claims, sample.z, sample.ids, sample.log_likelihood, sample.items, value, max(se, abs(sample.climb)))


def fit_dates(
    case: Case,
    sets: Sequence[Set],
    dated: Dated,
    seed: int,
    pool: ThreadPoolExecutor,
    as_of: float | None = None,
    tell: Callable[[float, str], None] | None = None,
) -> list[AtOneDate]:
    """Fit every set at every date, as many at a time as the pool has threads; the numbers do not depend on it."""
    hours = dates_of(case, dated.number, as_of)
    tasks = [(h, s) for h in hours for s in sets]
    running = [pool.submit(fit_at, case, s, h, dated.settings, seed) for h, s in tasks]
    found: dict[tuple[float, Set], Draws] = {}
    for done, (task, future) in enumerate(zip(tasks, running, strict=True)):
        found[task] = future.result()
        if tell is not None:
            tell((done + 1) / len(tasks), f"what was known on {case.clock.moment(task[0]):%d %B %Y}")
    known = [sum(i.reported <= h for i in case.evidence) for h in hours]
    return [AtOneDate(h, n, {s: found[h, s] for s in sets}) for h, n in zip(hours, known, strict=True)]
