"""Fitting one set of claims: the sampler run to the end, then one replay that collects what the answers need."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.draws import LANES
from realpolitik.fitting import sampler
from realpolitik.fitting.filter import Filtered, run_filter
from realpolitik.fitting.pilot import Pilot, begin, nowhere
from realpolitik.fitting.problem import Problem, structure_of
from realpolitik.fitting.sampler import Sample, State
from realpolitik.fitting.settings import Settings

Save = Callable[[int, dict[str, NDArray]], None]
Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Replay:
    """Posterior worlds of one set of claims, one lane per (particle, world).

    ``weight`` [lane] sums to one; ``items`` [item, lane] log likelihoods along the paths; ``expected`` [item, lane]; ``paths`` float32
    [step, quantity, draw]: one drawn world per particle; ``decisions`` [decision, lane] and ``seats`` [region, lane] hours at which they
    happened or were lost (-1 never); ``dead`` [region, lane] at the end; ``reports`` the report table of the run.
    """

    weight: NDArray
    items: NDArray
    expected: NDArray
    paths: NDArray
    decisions: NDArray
    seats: NDArray
    dead: NDArray
    reports: NDArray
    faults: float


@dataclass
class Fit:
    """One set of claims, fitted; ``sample`` holds the draws of its posterior and what its ladders showed."""

    claims: tuple[str, ...]
    sample: Sample
    log_evidence: float
    se: float
    replay: Replay
    seconds: float
    world_steps: float
    passes: int


class Work:
    """The likelihood of one set of claims as the sampler calls it; counts the world-steps it costs. ``model`` has the ``powers`` [item]
    of all items in force, ``transform`` gives parameters for z."""

    def __init__(self, model: Any, transform: Callable[[NDArray], NDArray], powers: NDArray, worlds: int, seed: int, pool: Executor | None):
        self.model, self.transform, self.powers = model, transform, powers
        self.worlds, self.seed, self.pool = worlds, seed, pool
        self.world_steps = 0.0

    def __call__(self, z: NDArray, ids: NDArray) -> Filtered:
        self.world_steps += float(len(ids)) * self.worlds * (self.model.checkpoints[-1] + 1)
        return run_filter(self.model, self.transform(z), ids, self.worlds, self.seed, self.pool)


class _Path:
    """Probe that keeps the path of every lane, and at the end the rows the answers read."""

    def __init__(self) -> None:
        self.path: NDArray | None = None

    def __call__(self, model: Any, block: Any, step: int, ancestors: NDArray | None, shares: NDArray | None) -> Any:
        from realpolitik.crisis import layout as at

        if self.path is None:
            self.path = np.zeros((model.steps, model.path_rows, LANES), np.float32)
        if shares is not None:
            S = block.S.reshape(-1, LANES)
            seats = np.stack([S[model.size.place(k, 0) + at.LOST_AT] for k in range(len(model.problem.names))])
            decisions = S[at.TAKEN : at.TAKEN + at.N_DECISIONS].copy()
            regions = [model.size.region(k) for k in range(len(model.problem.names))]
            dead = np.stack([S[r + at.DEAD] + S[r + at.DEAD_ARMED] for r in regions])
            return (
                self.path,
                model.items(block).copy(),
                model.expected(block).copy(),
                decisions,
                seats,
                shares.copy(),
                S[at.FAULT].copy(),
                dead,
            )
        if ancestors is not None:
            self.path = self.path[:, :, ancestors]
        else:
            model.path(block, self.path[step])
        return None


def replay(model: Any, values: NDArray, ids: NDArray, worlds: int, seed: int, pool: Executor | None) -> Replay:
    """Run the particles once more under the full mask and keep their worlds."""
    run = run_filter(model, values, ids, worlds, seed, pool, probe=_Path)
    n = len(ids) * worlds
    joined = [np.concatenate([e[i] for e in run.extra], axis=-1)[..., :n] for i in range(8)]
    paths, items, expected, decisions, seats, shares, faults, dead = joined
    weight = shares / len(ids)
    # one world per particle, by its weight: the lane whose cumulated share passes one half of the way (a fixed quantile)
    table = shares.reshape(len(ids), worlds)
    pick = np.minimum((np.cumsum(table, axis=1) < 0.5).sum(axis=1), worlds - 1)
    lanes = np.arange(len(ids)) * worlds + pick
    return Replay(
        weight,
        items,
        expected,
        paths[:, :, lanes],
        decisions,
        seats,
        dead,
        model.tables.R.copy(),
        float(weight @ (faults > 0)),
    )


def climb(
    name: str,
    work: Work,
    problem: Problem,
    settings: Settings,
    seed: int,
    noise_names: NDArray,
    pilot: Pilot | None = None,
    save: Save | None = None,
    stored: dict[str, NDArray] | None = None,
    tell: Tell | None = None,
) -> State:
    """All passes of the ladders of one fit, from stored progress if there is any, else from a pilot if there is one, else the prior; and
    the further rounds it needs."""
    structure = structure_of(problem)
    if stored is not None:
        state = sampler.restore(stored)
    else:
        first = work if pilot is None else nowhere(len(work.powers))
        state = sampler.initialise(first, seed, name, problem.prior.dimension, settings, noise_names, structure)
        if pilot is not None:
            state = begin(state, pilot, problem.prior, work)
    settings = sampler.lengthened(state, settings)
    while not sampler.finished(state, settings):
        state = sampler.advance(state, work, work.powers, seed, name, settings, structure)
        if save is not None:
            save(state.passes, sampler.dump(state))
        settings = sampler.lengthened(state, settings)
        if tell is not None:
            tell(0.98 * state.passes / settings.passes, f"pass {state.passes} of {settings.passes}")
    return state


def fit(
    name: str,
    claims: tuple[str, ...],
    work: Work,
    problem: Problem,
    settings: Settings,
    seed: int,
    noise_names: NDArray,
    pilot: Pilot | None = None,
    save: Save | None = None,
    stored: dict[str, NDArray] | None = None,
    tell: Tell | None = None,
) -> Fit:
    """Fit one set of claims, from stored progress if there is any, or from a pilot's ladders."""
    began = time.perf_counter()
    if not work.powers.any():
        settings, pilot = sampler.without_evidence(settings), None
    state = climb(name, work, problem, settings, seed, noise_names, pilot, save, stored, tell)
    value, se = sampler.log_evidence(state)
    sample = sampler.finish(state, work.powers, seed, name)
    kept = replay(work.model, work.transform(sample.z), sample.ids, settings.worlds, seed, work.pool)
    work.world_steps += float(len(sample.ids)) * settings.worlds * kept.paths.shape[0]
    return Fit(claims, sample, value, se, kept, time.perf_counter() - began, work.world_steps, state.passes)
