"""Worlds of all sets of claims put together: what the accounts, and all of them by their odds, lead one to expect.

Each account is a mixture of sets; a set counts in it by its weight and its evidence. Over all accounts a set counts by its probability,
with the Monte Carlo error of the log evidences folded in (``fitting.odds``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from realpolitik.case.records import Case
from realpolitik.fitting import odds
from realpolitik.fitting.at_date import AtDate
from realpolitik.fitting.pareto import GOOD
from realpolitik.fitting.posterior import Set

TAIL = 0.05  # of each side of an interval
MATTERS = 0.01  # a set less probable than this, at the date and in the run, spoils no answer by its weights
_JEFFREYS = 0.5


@dataclass(frozen=True)
class Event:
    """Probability of an event with the 90 % interval of its Monte Carlo error."""

    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class Mixture:
    """The sets of a run at a date; ``numbers`` maps each set to its worlds' numbers, float64[observable, draw]."""

    case: Case
    accounts: list[str]
    at: AtDate
    numbers: Mapping[Set, NDArray]
    now: Mapping[Set, tuple[float, float]]

    @cached_property
    def sets(self) -> list[Set]:
        """Sets of claims, in the order of every array here."""
        return list(self.at.sets)

    @cached_property
    def _odds(self) -> tuple[NDArray, NDArray]:
        return self._probabilities([(s.log_evidence, s.se) for s in self.at.sets.values()])

    def _probabilities(self, evidence: list[tuple[float, float]]) -> tuple[NDArray, NDArray]:
        error = odds.spread(np.array([se for _, se in evidence]))
        mean, draws, _ = odds.set_probabilities(np.array([value for value, _ in evidence]), error, odds.prior_of_sets(self.case, self.sets))
        return mean, draws

    @cached_property
    def worst_k(self) -> float:
        """Largest Pareto k of the sets that matter, at the date or in the run itself."""
        then, _ = self._odds
        now, _ = self._probabilities([self.now[s] for s in self.sets])
        return max((s.k for s, p, q in zip(self.at.sets.values(), then, now, strict=True) if max(p, q) >= MATTERS), default=-np.inf)

    @property
    def believed(self) -> bool:
        """Whether what all accounts together say can be printed."""
        return self.worst_k <= GOOD

    def shares(self, account: str) -> NDArray:
        """What each set counts in an account at the date, [set]; sums to one."""
        logs = np.full(len(self.sets), -np.inf)
        for weight, claims in self.case.accounts[account].mixture:
            logs[self.sets.index(claims)] = np.log(weight) + self.at.sets[claims].log_evidence
        return odds.softmax(logs)

    def k_of(self, account: str) -> float:
        """Largest Pareto k of an account's sets."""
        return max(self.at.sets[claims].k for _, claims in self.case.accounts[account].mixture)

    def account_odds(self) -> dict[str, tuple[float, float, float]]:
        """Probability of each account at the date with its 90 % interval."""
        mean, _ = self._odds
        table = odds.shares_of_accounts(self.case, self.accounts, self.sets)
        low, high = np.quantile(self.account_draws(), [TAIL, 1.0 - TAIL], axis=0)
        return {name: (float(p), float(a), float(b)) for name, p, a, b in zip(self.accounts, table @ mean, low, high, strict=True)}

    def account_draws(self) -> NDArray:
        """Draws of the accounts' probabilities within their Monte Carlo error, [draw, account]."""
        return self._odds[1] @ odds.shares_of_accounts(self.case, self.accounts, self.sets).T

    def event(self, row: int, account: str | None = None) -> Event:
        """Probability that row ``row`` of the numbers is 1, over all accounts or in one."""
        mean, draws = self._odds
        if account is not None:
            mean = self.shares(account)
            draws = np.broadcast_to(mean, draws.shape)
        each = np.array([float(s.weight @ self.numbers[claims][row]) for claims, s in self.at.sets.items()])
        size = np.array([s.size for s in self.at.sets.values()])
        spread = self._errors(each, size)
        low, high = np.quantile((draws * spread).sum(axis=1), [TAIL, 1.0 - TAIL])
        p = float(mean @ each)
        return Event(p, float(min(low, p)), float(max(high, p)))

    def as_events(self, row: int, low: float, high: float) -> Mixture:
        """The same with row ``row`` turned into whether its number lies from ``low`` to ``high``."""
        changed = {}
        for claims, numbers in self.numbers.items():
            changed[claims] = numbers.copy()
            changed[claims][row] = (numbers[row] >= low) & (numbers[row] <= high)
        return replace(self, numbers=changed)

    def _errors(self, each: NDArray, size: NDArray) -> NDArray:
        """Draws [DRAWS, set] of each set's share of worlds, given that it was counted in so many."""
        grid = (np.arange(odds.DRAWS) + 0.5) / odds.DRAWS
        rng = np.random.Generator(np.random.Philox(key=1))
        return np.stack(
            [betaincinv(n * p + _JEFFREYS, n * (1.0 - p) + _JEFFREYS, rng.permutation(grid)) for p, n in zip(each, size, strict=True)],
            axis=1,
        )

    def sample(self, row: int, account: str | None = None) -> tuple[NDArray, NDArray]:
        """Numbers of all worlds and their weights, which sum to one, over all accounts or in one."""
        mean = self._odds[0] if account is None else self.shares(account)
        values = np.concatenate([self.numbers[claims][row] for claims in self.sets])
        weight = np.concatenate([p * self.at.sets[claims].weight for p, claims in zip(mean, self.sets, strict=True)])
        return values, weight


def quantiles(values: NDArray, weight: NDArray, levels: NDArray) -> NDArray:
    """Quantiles of weighted numbers: the least at which the weight passes each level."""
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weight[order]) / weight.sum()
    return values[order][np.minimum(np.searchsorted(passed, levels), len(values) - 1)]
