"""The posterior as it stood at a date: the draws of a run under what had been reported by then.

A draw is parameters and chance, so the density of a draw under any evidence is a function of what its replay says: the draws of a run
are weighed by ζ' ℓ'(draw) − ζ ℓ(draw), ℓ the log likelihood of all items, the dash for the evidence of the date (ζ is rule F4). An act
that was reported later is not fixed in the replay: the model decides it. Where the later reports have narrowed the draws too far the
weights fall on a few of them; Pareto k says so, and above 0.7 nothing that rests on the set is to be printed. Draws that were fitted at
the date itself, kept in :func:`dated_folder` by ``save_draws``, are used in their place and need no weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.pareto import GOOD, smooth
from realpolitik.fitting.posterior import FOLDER, Draws, Posterior, Set, read_draws


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
    """The posterior under what was reported by ``hours`` (of the case's clock); ``fitted``: the draws were fitted at that date."""

    hours: float
    docket: Docket
    sets: Mapping[Set, SetAtDate]
    fitted: bool


def dated_folder(folder: Path, hours: float) -> Path:
    """Where a run keeps draws that were fitted to the reports up to ``hours``; ``save_draws`` takes it for a run folder."""
    return Path(folder) / FOLDER / f"at-{hours:g}h"


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
    dated = read_draws(dated_folder(run.folder, hours) / FOLDER)
    fitted = set(dated) >= set(posterior.sets)
    same = fitted or (docket.ids == posterior.docket.ids and docket.information == posterior.docket.information)
    found: dict[Set, SetAtDate] = {}
    for number, (claims, kept) in enumerate(posterior.sets.items()):
        draws = dated[claims] if fitted else kept
        model = posterior.model(claims, docket)
        found[claims] = _weighed(model, draws, same, posterior.seed, pool, probe)
        if after is not None:
            after((number + 1) / len(posterior.sets))
    return AtDate(hours, docket, found, fitted)


def _weighed(model: CrisisModel, draws: Draws, same: bool, seed: int, pool: Executor | None, probe: Probe | None) -> SetAtDate:
    values = model.problem.prior.transform(draws.z)
    done = run_filter(model, values, draws.ids, 1, seed, pool, probe(model) if probe else None)
    n = len(draws.z)
    if same:
        return SetAtDate(draws, np.full(n, 1.0 / n), -np.inf, draws.log_evidence, draws.se, done.extra)
    plain, k = smooth(done.evidence - draws.log_likelihood, normalise=False)
    gain = logsumexp(plain)
    weight = np.exp(plain - gain)
    # The ratio of two evidences is a mean of weights; its relative error is that of the mean.
    error = np.sqrt(max(float(np.square(weight).sum()) - 1.0 / n, 0.0))
    return SetAtDate(draws, weight, k, draws.log_evidence + float(gain - np.log(n)), float(np.hypot(draws.se, error)), done.extra)


Probe = Callable[[CrisisModel], Callable[[], Callable]]
After = Callable[[float], None]
