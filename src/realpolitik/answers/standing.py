"""Worlds as they stand at a moment, each parameter draw several times, run on with fresh chance under any arm."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.answers.filtered import Population
from realpolitik.answers.numbers import NORMAL_90
from realpolitik.answers.paired import plain
from realpolitik.case.records import Case
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.fitting.fork import Standing, fork, stand, step_at
from realpolitik.fitting.intervention import Arm
from realpolitik.fitting.posterior import Posterior, Set
from realpolitik.fitting.replay import Outcome

DRAWS, FUTURES = 96, 8
HORIZON = 14.0
"""Days that survival is followed from the moment of a leverage; the same for every moment, past the clock's end where need be."""


@dataclass(frozen=True)
class Futures:
    """Equally weighted parameter draws at a moment.

    ``parts`` claims -> (standing worlds, fresh ids), each draw ``repeats`` times in a row; ``until`` the hour of the horizon.
    """

    parts: dict[Set, tuple[Standing, NDArray]]
    seed: int
    until: float
    repeats: int
    pool: Executor | None

    def run(self, arm: Callable[[Standing], Arm]) -> dict[Set, Outcome]:
        """Every world run on under an arm."""
        return {
            claims: fork(standing, ids, self.seed, self.until, arm(standing), self.pool) for claims, (standing, ids) in self.parts.items()
        }

    def survival(self, arm: Callable[[Standing], Arm]) -> NDArray:
        """Whether the ruler lasts to the horizon, float64[draw, future]."""
        found = [outcome.values["survival"].reshape(-1, self.repeats) for outcome in self.run(arm).values()]
        return np.concatenate(found)

    def state(self, row: int) -> NDArray:
        """One row of the state as the worlds stand, float64[draw, future]."""
        return np.concatenate([s.state[row].reshape(-1, self.repeats) for s, _ in self.parts.values()])

    def leading(self) -> Futures:
        """The same of the set of claims with most draws."""
        most = max(self.parts, key=lambda claims: self.parts[claims][0].state.shape[1])
        return replace(self, parts={most: self.parts[most]})


def futures_at(
    posterior: Posterior, population: Population, hours: float, pool: Executor | None, draws: int = DRAWS, repeats: int = FUTURES
) -> Futures:
    """Draw from a population, bring its worlds to a moment under what was known, and give each several fresh futures.

    A spark that begins after the moment is in none of them: nobody knew of it.
    """
    chosen = _resampled(population, draws)
    parts = {}
    until = max(hours, 0.0) + 24.0 * HORIZON
    for claims, places in chosen.items():
        z, ids, _ = population.groups[claims]
        model = posterior.model(claims, population.docket)
        values = unsparked(posterior.case, model.problem.prior.names, model.problem.prior.transform(z[places]), hours)
        standing = stand(model, values, ids[places], posterior.seed, step_at(model.problem, hours), pool)
        many = np.repeat(np.arange(len(places)), repeats)
        key = combine_array(np.uint64(posterior.seed), name_key("leverage", *claims))
        lanes = combine_array(key, np.arange(len(many), dtype=np.uint64))
        fresh = combine_array(lanes[:, None], model.noise_keys[None, :])
        standing = replace(standing, values=standing.values[:, many], state=standing.state[:, many])
        parts[claims] = standing, fresh
    return Futures(parts, posterior.seed, until, repeats, pool)


def unsparked(case: Case, names: tuple[str, ...], values: NDArray, hours: float) -> NDArray:
    """Parameters [row, draw] with the sparks that begin after a moment put out."""
    values = values.copy()
    for number, spark in enumerate(case.sparks):
        if spark.begins > hours:
            values[names.index(f"spark {number + 1}")] = 0.0
    return values


def _resampled(population: Population, draws: int) -> dict[Set, NDArray]:
    """Places of equally weighted draws by claims: systematic, so a weight of 3.7 draws is drawn three or four times."""
    sets = list(population.groups)
    weight = np.concatenate([population.groups[s][2] for s in sets])
    owner = np.concatenate([np.full(len(population.groups[s][2]), i) for i, s in enumerate(sets)])
    local = np.concatenate([np.arange(len(population.groups[s][2])) for s in sets])
    ticks = (np.arange(draws) + 0.5) / draws
    picked = np.minimum(np.searchsorted(np.cumsum(weight / weight.sum()), ticks), len(weight) - 1)
    return {s: local[picked][owner[picked] == i] for i, s in enumerate(sets) if np.any(owner[picked] == i)}


def summary(values: NDArray) -> dict[str, float]:
    """Mean of [draw, future] with the 90 % interval of its error, and ``spread``: the s.d. over parameters, free of chance."""
    by_draw = values.mean(axis=1)
    mean, error = float(by_draw.mean()), float(by_draw.std(ddof=1) / np.sqrt(len(by_draw)))
    low, high = mean - NORMAL_90 * error, mean + NORMAL_90 * error
    found = {"mean": mean, "low": low, "high": high, "se": error, "spread": np.sqrt(variance(values))}
    return {name: plain(value) for name, value in found.items()}


def variance(values: NDArray) -> float:
    """Variance over parameters of what is expected given them: that of the means less what chance adds to it."""
    noise = values.var(axis=1, ddof=1).mean() / values.shape[1]
    return float(max(values.mean(axis=1).var(ddof=1) - noise, 0.0))


def contraction(before: NDArray, after: NDArray) -> float | None:
    """1 - variance over parameters after the evidence over that before it.

    -1 where it doubled or more; None where there was none before.
    """
    wide = variance(before)
    return plain(max(1.0 - variance(after) / wide, -1.0)) if wide > 1e-9 else None
