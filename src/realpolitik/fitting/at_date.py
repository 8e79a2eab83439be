"""The posterior as it stood at a date: the draws of a run under what had been reported by then.

A draw is parameters and chance, so the density of a draw under any evidence is a function of what its replay says: the draws of a run
are weighed by ζ' ℓ'(draw) − ζ ℓ(draw), ℓ the log likelihood of all items, the dash for the evidence of the date (ζ is rule F4). An act
that was reported later is not fixed in the replay: the model decides it. Where the later reports have narrowed the draws too far the
weights fall on a few of them; Pareto k says so, and above 0.7 nothing that rests on the set is to be printed. Where draws were fitted
at dates (kept in :func:`dated_folder` by ``save_draws``), those whose reports differ least are weighed, or taken as they are at their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.pareto import GOOD, weigh_up
from realpolitik.fitting.posterior import FOLDER, Draws, Posterior, Set, draws_file, read_draws

_HOURS = re.compile(r"at-[0-9.e+]+h")


class Saved(Protocol):
    """What of a run is needed: ``answers.run.Run`` has it."""

    folder: Path

    @property
    def posterior(self) -> Posterior:
        """The draws of every set of claims."""
        ...


@dataclass(frozen=True)
class SetAtDate:
    """One set of claims at a date.

    ``draws`` the draws; ``weight`` [draw] sums to one; ``k`` Pareto k of the weights (−inf where there was nothing to weigh);
    ``log_evidence`` and ``se`` in nats, of the evidence at the date; ``worlds`` what the probe returned, one entry per block.
    """

    draws: Draws
    weight: NDArray
    k: float
    log_evidence: float
    se: float
    worlds: list[Any]

    @property
    def believed(self) -> bool:
        """Whether the weights can be trusted."""
        return self.k <= GOOD

    @property
    def size(self) -> float:
        """Effective number of draws."""
        return float(1.0 / np.square(self.weight).sum())


@dataclass(frozen=True)
class AtDate:
    """The posterior under what was reported by ``hours`` of the case's clock.

    ``origin``: the date whose draws were weighed or taken as they are, None for the run's own.
    """

    hours: float
    docket: Docket
    sets: Mapping[Set, SetAtDate]
    origin: float | None


def dated_folder(folder: Path, hours: float) -> Path:
    """Where a run keeps draws that were fitted to the reports up to ``hours``; ``save_draws`` takes it for a run folder."""
    return Path(folder) / FOLDER / f"at-{hours:g}h"


def everything_known(posterior: Posterior) -> float:
    """A date at which all that the run knows had been reported."""
    return posterior.as_of if posterior.as_of is not None else max((e.item.reported for e in posterior.docket.entries), default=0.0)


def posterior_at(run: Saved, hours: float, pool: Executor | None = None, probe: Probe | None = None, after: After | None = None) -> AtDate:
    """Weigh the draws of a run under what was reported by a date, and replay their worlds to the clock's end.

    Parameters
    ----------
    run
        A run; one that knows less than the date is taken at what it knows.
    hours : float
        The date, in hours since the clock's start.
    pool : Executor, optional
        Where blocks of worlds run; changes no number.
    probe : callable, optional
        Given the model of a set: a factory of probes as ``filter.run_block`` takes them.
    after : callable, optional
        Told the part done after each set.
    """
    posterior = run.posterior
    hours = hours if posterior.as_of is None else min(hours, posterior.as_of)
    docket = build_docket(posterior.case, hours)
    base = nearest(run, docket)
    sets = base.draws()
    same = base.holds(docket)
    found: dict[Set, SetAtDate] = {}
    for number, (claims, draws) in enumerate(sets.items()):
        model = posterior.model(claims, docket)
        found[claims] = _weighed(model, draws, same, posterior.seed, pool, probe)
        if after is not None:
            after((number + 1) / len(sets))
    return AtDate(hours, docket, found, base.hours)


def dates_kept(folder: Path) -> list[float]:
    """Hours at which a run keeps draws of their own, in order."""
    names = (path.name for path in (Path(folder) / FOLDER).glob("at-*h") if path.is_dir())
    return sorted(float(name[3:-1]) for name in names if _HOURS.fullmatch(name))


@dataclass(frozen=True)
class Fitted:
    """What a run fitted every set of claims to: ``docket``, known by ``hours`` (None: all that the run used)."""

    run: Saved
    hours: float | None
    docket: Docket

    def draws(self) -> Mapping[Set, Draws]:
        """The draws of every set, read from the run's folder."""
        if self.hours is None:
            return self.run.posterior.sets
        found = read_draws(dated_folder(self.run.folder, self.hours) / FOLDER)
        return {claims: found[claims] for claims in self.run.posterior.sets}

    def holds(self, docket: Docket) -> bool:
        """Whether the draws are of this very docket, so that nothing is to be weighed."""
        return self.docket.ids == docket.ids and self.docket.information == docket.information

    def apart(self, docket: Docket) -> int:
        """How many items only one of two dockets holds."""
        return len({e.item.id for e in docket.entries} ^ {e.item.id for e in self.docket.entries})


def fitted(run: Saved) -> list[Fitted]:
    """What a run fitted: all that it used, then what was known at each of its dates. Draws of some sets alone do not count, for they
    would mix two posteriors."""
    posterior = run.posterior

    def whole(hours: float) -> bool:
        return all(draws_file(dated_folder(run.folder, hours), claims).exists() for claims in posterior.sets)

    dated = [Fitted(run, hours, build_docket(posterior.case, hours)) for hours in dates_kept(run.folder) if whole(hours)]
    return [Fitted(run, None, posterior.docket), *dated]


def nearest(run: Saved, docket: Docket) -> Fitted:
    """What a run fitted to the reports that differ least from those of a docket; the run itself where a date is no nearer."""
    return min(fitted(run), key=lambda one: one.apart(docket))


def _weighed(model: CrisisModel, draws: Draws, same: bool, seed: int, pool: Executor | None, probe: Probe | None) -> SetAtDate:
    values = model.problem.prior.transform(draws.z)
    done = run_filter(model, values, draws.ids, 1, seed, pool, probe(model) if probe else None)
    n = len(draws.z)
    if same:
        return SetAtDate(draws, np.full(n, 1.0 / n), -np.inf, draws.log_evidence, draws.se, done.extra)
    gain, error, weight, k = weigh_up(done.evidence - draws.log_likelihood)
    return SetAtDate(draws, weight, k, draws.log_evidence + gain, float(np.hypot(draws.se, error)), done.extra)


Probe = Callable[[CrisisModel], Callable[[], Callable]]
After = Callable[[float], None]
