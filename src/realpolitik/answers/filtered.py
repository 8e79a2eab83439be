"""Worlds filtered on what was reported by a moment: the one question `population_at` answers.

Draws that the run fitted at the date itself need nothing (``fitting.at_date``). Else those of the date whose reports are nearest are
weighed by the reports of the moment, which is exact while the weights do not hang on a few draws (Pareto-k up to 0.7). Where they do,
draws of a date near by are taken as they are, or those of the last date before the moment are run on to it, and the label says so. A run
that fitted no date has worlds of the prior weighed by the reports, in the end only as far as the weights can bear.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.answers.ensemble import LEAST, distinct, odds_of, set_weights
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.fitting import odds
from realpolitik.fitting.at_date import fitted, nearest
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.pareto import GOOD, weigh_up
from realpolitik.fitting.posterior import Draws, Posterior, Set
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids

if TYPE_CHECKING:
    from realpolitik.answers.run import Run

FRESH = 128
"""Worlds of the prior, and of the run, that are weighed for each set of claims."""
NEAR = 36.0
"""Hours within which draws fitted at another date may stand for a moment."""
SETS = 5
"""Sets of claims that are asked: those the run finds likeliest."""


@dataclass(frozen=True)
class Population:
    """Weighted draws of every set of claims at a moment.

    ``groups`` claims -> (z [draw, dimension], ids [draw, block], weight [draw]), all weights together one; ``docket`` what was known;
    ``how`` as in :attr:`label`; ``k`` Pareto-k (None where nothing was weighed); ``share`` how much of the reports counted, 1: all;
    ``date`` that the draws were fitted at, where it is another.
    """

    groups: dict[Set, tuple[NDArray, NDArray, NDArray]]
    docket: Docket
    how: str
    k: float | None
    share: float
    date: str = ""

    @property
    def label(self) -> str:
        """Where the worlds come from, in words."""
        return {
            "fitted": "worlds fitted to the reports up to then",
            "weighed": "worlds fitted at another date, weighed again by the reports up to then",
            "near": f"worlds fitted to the reports up to {self.date}, the nearest date that the run fitted",
            "earlier": f"worlds fitted to the reports up to {self.date} and run on; later reports are not counted",
            "prior": "worlds of the prior, weighed by the reports up to then",
            "nothing": "worlds of the prior: nothing had been reported",
            "tempered": f"worlds of the prior; the reports up to then count {100 * self.share:.0f} % of their weight, more it cannot bear",
        }[self.how]


def population_at(run: Run, hours: float | None, pool: Executor | None = None) -> Population:
    """Worlds filtered on what was reported by ``hours`` since the clock's start (None: on everything the run used)."""
    posterior = run.posterior
    if hours is None:
        return _all(posterior, posterior.sets, posterior.docket)
    hours = hours if posterior.as_of is None else min(hours, posterior.as_of)
    docket = build_docket(posterior.case, hours)
    if not docket.entries:
        return prior_population(posterior, docket)
    base = nearest(run, docket)
    if base.holds(docket):
        return _all(posterior, base.draws(), docket)
    weighed = _weighed(posterior, docket, _from_draws(posterior, base.draws(), docket, pool), "weighed")
    if weighed.k is not None and weighed.k <= GOOD:
        return weighed
    dated = [one for one in fitted(run) if one.hours is not None]
    near = [one for one in dated if abs(one.hours - hours) <= NEAR]
    earlier = [one for one in dated if one.hours < hours]
    chosen = min(near, key=lambda one: abs(one.hours - hours)) if near else max(earlier, key=lambda one: one.hours, default=None)
    if chosen is None:
        return _from_prior(posterior, docket, pool)
    date = f"{posterior.case.clock.moment(chosen.hours):%Y-%m-%d %H:%M}"
    return replace(_all(posterior, chosen.draws(), chosen.docket), how="near" if near else "earlier", date=date)


def prior_population(posterior: Posterior, docket: Docket | None = None, draws: int = FRESH) -> Population:
    """Worlds of the prior, every set as likely as its claims are before any evidence."""
    sets = _likeliest(set_weights(posterior))
    chance = np.exp(odds.prior_of_sets(posterior.case, sets))
    groups = {}
    for claims, p in zip(sets, chance, strict=True):
        z, ids = _fresh(posterior, claims, draws)
        groups[claims] = (z, ids, np.full(draws, p / draws))
    return Population(groups, docket or Docket((), 0.0, 0.0), "nothing", None, 1.0)


def _likeliest(chance: Mapping[Set, float]) -> list[Set]:
    return sorted(chance, key=lambda claims: -chance[claims])[:SETS]


def _fresh(posterior: Posterior, claims: Set, draws: int) -> tuple[NDArray, NDArray]:
    problem = posterior.problem(claims)
    model = CrisisModel(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
    key = combine_array(np.uint64(posterior.seed), name_key("leverage prior", *claims))
    return normals(key, (draws, problem.prior.dimension)), fresh_ids(key, draws, model.noise_keys)


def _all(posterior: Posterior, draws: Mapping[Set, Draws], docket: Docket) -> Population:
    """Draws as they were fitted, sets by their odds at the date."""
    chance = odds_of(posterior.case, draws)
    groups = {}
    for claims in _likeliest(chance):
        place, share = distinct(draws[claims])
        if chance[claims] >= LEAST:
            groups[claims] = (draws[claims].z[place], draws[claims].ids[place], chance[claims] * share)
    total = sum(weight.sum() for _, _, weight in groups.values())
    return Population({c: (z, ids, w / total) for c, (z, ids, w) in groups.items()}, docket, "fitted", None, 1.0)


def _likelihood(posterior: Posterior, docket: Docket, claims: Set, z: NDArray, ids: NDArray, pool: Executor | None) -> NDArray:
    """Log likelihood of what was reported, at its own weight ζ, [draw]."""
    model = posterior.model(claims, docket)
    return run_filter(model, model.problem.prior.transform(z), ids, 1, posterior.seed, pool).evidence


def _from_draws(posterior: Posterior, draws: Mapping[Set, Draws], docket: Docket, pool: Executor | None) -> dict[Set, Any]:
    """Draws of each set: z, ids, log weight against what they were fitted to, log evidence of that."""
    found = {}
    for claims in _likeliest(odds_of(posterior.case, draws)):
        own = draws[claims]
        place = np.unique(np.linspace(0, len(own.z) - 1, FRESH).round().astype(int))
        z, ids = own.z[place], own.ids[place]
        gain = _likelihood(posterior, docket, claims, z, ids, pool) - own.log_likelihood[place]
        found[claims] = z, ids, gain, own.log_evidence
    return found


def _weighed(posterior: Posterior, docket: Docket, found: dict[Set, Any], how: str, share: float = 1.0) -> Population:
    """A population from log weights: smoothed within each set, sets by prior odds times mean weight."""
    sets = list(found)
    prior = odds.prior_of_sets(posterior.case, sets)
    logs, shares, ks = [], [], []
    for claims in sets:
        _, _, log_weight, evidence = found[claims]
        gain, _, weight, k = weigh_up(share * log_weight)
        logs.append(evidence + gain)
        shares.append(weight)
        ks.append(k)
    chance = odds.softmax(prior + np.array(logs))
    counted = [k for k, p in zip(ks, chance, strict=True) if p >= 0.05]
    k = max(counted) if counted else np.inf
    groups = {
        claims: (found[claims][0], found[claims][1], p * weight)
        for claims, p, weight in zip(sets, chance, shares, strict=True)
        if p >= LEAST
    }
    return Population(groups, docket, how, float(k) if np.isfinite(k) else (0.0 if k < 0 else 9.9), share)


def _from_prior(posterior: Posterior, docket: Docket, pool: Executor | None) -> Population:
    """Worlds of the prior under the reports up to then, at the most weight their Pareto-k allows."""
    found = {}
    for claims in _likeliest(set_weights(posterior)):
        z, ids = _fresh(posterior, claims, FRESH)
        found[claims] = z, ids, _likelihood(posterior, docket, claims, z, ids, pool), 0.0
    whole = _weighed(posterior, docket, found, "prior")
    if whole.k is not None and whole.k <= GOOD:
        return whole
    low, high, best = 0.0, 1.0, None
    for _ in range(12):
        share = 0.5 * (low + high)
        tried = _weighed(posterior, docket, found, "tempered", share)
        if tried.k is not None and tried.k <= GOOD:
            low, best = share, tried
        else:
            high = share
    return best or prior_population(posterior, docket)
