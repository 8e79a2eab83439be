"""Posterior worlds of a run, ready to be replayed: distinct draws of every set of claims, weighted by the odds of the sets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.fitting import odds
from realpolitik.fitting.abduction import Abducted, abduct
from realpolitik.fitting.intervention import Arm
from realpolitik.fitting.posterior import Draws, Posterior, Set
from realpolitik.fitting.problem import Problem
from realpolitik.fitting.replay import Outcome, replay

DRAWS = 640
"""Worlds that a what-if replays: 400 pairs are enough for a leverage within 0.05 (research, 8.6)."""
LEAST = 0.002  # sets of claims below this probability are left out


@contextmanager
def threads(most: int | None = None) -> Iterator[ThreadPoolExecutor]:
    """A pool of threads: one for each core, or ``most``."""
    with ThreadPoolExecutor(most or os.cpu_count() or 1) as pool:
        yield pool


@dataclass(frozen=True)
class Group:
    """Draws of one set of claims.

    ``z`` float64[draw, dimension], ``values`` float64[row, draw] parameters, ``ids`` uint64[draw, noise block], ``weight`` [draw].
    """

    claims: Set
    problem: Problem
    z: NDArray
    values: NDArray
    ids: NDArray
    weight: NDArray
    abducted: Abducted


@dataclass(frozen=True)
class Ensemble:
    """Groups whose weights add up to one; ``left_out`` counts worlds that the model cannot bring about by itself."""

    groups: tuple[Group, ...]
    seed: int
    left_out: int

    @property
    def weight(self) -> NDArray:
        """Weights of all draws, [draw]."""
        return np.concatenate([group.weight for group in self.groups])

    def run(self, arm: Callable[[Group], Arm], pool: ThreadPoolExecutor) -> dict[str, NDArray]:
        """Replay every draw under an intervention: quantity -> float64[draw], and ``taken`` float64[decision, draw]."""
        found = [self._one(group, arm(group), pool) for group in self.groups]
        values = {name: np.concatenate([one.values[name] for one in found]) for name in found[0].values}
        return {**values, "taken": np.concatenate([one.taken for one in found], axis=1)}

    def _one(self, group: Group, arm: Arm, pool: ThreadPoolExecutor) -> Outcome:
        return replay(group.problem, group.values, group.ids, self.seed, arm, group.abducted, pool)


def set_weights(posterior: Posterior) -> dict[Set, float]:
    """Probability of each set of claims, Monte Carlo error folded in."""
    return odds_of(posterior.case, posterior.sets)


def odds_of(case: Case, draws: Mapping[Set, Draws]) -> dict[Set, float]:
    """The same of any draws."""
    sets = list(draws)
    error = odds.spread(np.array([draws[s].se for s in sets]))
    mean, _, _ = odds.set_probabilities(np.array([draws[s].log_evidence for s in sets]), error, odds.prior_of_sets(case, sets))
    return dict(zip(sets, mean.tolist(), strict=True))


def distinct(draws: Draws) -> tuple[NDArray, NDArray]:
    """Places of the distinct draws, and the share of each; resampling leaves copies."""
    whole = np.concatenate([draws.z.view(np.uint64), draws.ids], axis=1)
    _, first, count = np.unique(whole, axis=0, return_index=True, return_counts=True)
    order = np.argsort(first)
    return first[order], count[order] / len(draws.z)


def posterior_worlds(posterior: Posterior, pool: ThreadPoolExecutor, draws: int = DRAWS) -> Ensemble:
    """Distinct posterior worlds with the thresholds under which they would have come about by themselves.

    At most ``draws`` in all, shared among the sets of claims by their odds.
    """
    chance = {s: p for s, p in set_weights(posterior).items() if p >= LEAST}
    total = sum(chance.values())
    groups, left_out = [], 0
    for claims, probability in chance.items():
        own = posterior.sets[claims]
        place, share = distinct(own)
        wanted = min(len(place), max(int(np.ceil(draws * probability / total)), 32))
        chosen = np.unique(np.linspace(0, len(place) - 1, wanted).round().astype(int))
        place, share = place[chosen], share[chosen]
        model = posterior.model(claims)
        values = model.problem.prior.transform(own.z[place])
        found = abduct(model, values, own.ids[place], posterior.seed, pool)
        keep = np.flatnonzero(found.sound)
        left_out += len(place) - len(keep)
        if not len(keep):
            continue
        weight = share[keep] / share[keep].sum() * probability
        cut = Abducted(found.rows, found.values[:, keep], found.taken[:, keep], found.places[:, keep], found.sound[keep])
        groups.append(Group(claims, model.problem, own.z[place][keep], values[:, keep], own.ids[place][keep], weight, cut))
    whole = sum(group.weight.sum() for group in groups)
    groups = [Group(g.claims, g.problem, g.z, g.values, g.ids, g.weight / whole, g.abducted) for g in groups]
    return Ensemble(tuple(groups), posterior.seed, left_out)
