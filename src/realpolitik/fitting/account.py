"""Fitting one set of claims: the sampler run to the end, then one replay that collects what the answers need."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.draws import LANES
from realpolitik.fitting import sampler
from realpolitik.fitting.filter import Filtered, run_filter
from realpolitik.fitting.proposals import Structure
from realpolitik.fitting.sampler import Settings, State, Tempering

Save = Callable[[int, dict[str, NDArray]], None]
Tell = Callable[[float, str], None]
_FIRST = 0.01  # position at which a fit is taken to have begun, for the progress bar


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
    """One set of claims, fitted; ``state`` holds the draws of its posterior. ``climb``: nats by which the mean log likelihood still rose
    from the first to the second half of the last chains; well above zero it says that they have not settled and that the log evidence
    is too low."""

    claims: tuple[str, ...]
    state: State
    log_evidence: float
    se: float
    replay: Replay
    seconds: float
    world_steps: float
    climb: float


class Work:
    """The likelihood of one set of claims as the sampler calls it, along a path of powers; counts the world-steps it costs.

    ``model_at(powers)`` gives the model under the powers of all items; ``full`` are the powers at the end of the path.
    """

    def __init__(
        self,
        model_at: Callable[[NDArray], Any],
        transform: Callable[[NDArray], NDArray],
        full: NDArray,
        worlds: int,
        seed: int,
        pool: Executor | None,
    ):
        self.model_at, self.transform, self.worlds, self.seed, self.pool = model_at, transform, worlds, seed, pool
        self.path = Tempering(full)
        self.world_steps = 0.0

    def __call__(self, z: NDArray, ids: NDArray, position: float) -> Filtered:
        model = self.model_at(self.path.powers(position))
        self.world_steps += float(len(ids)) * self.worlds * (model.checkpoints[-1] + 1)
        return run_filter(model, self.transform(z), ids, self.worlds, self.seed, self.pool)


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


def fit(
    name: str,
    claims: tuple[str, ...],
    work: Work,
    dimension: int,
    settings: Settings,
    seed: int,
    noise_names: NDArray | None = None,
    structure: Structure | None = None,
    save: Save | None = None,
    stored: dict[str, NDArray] | None = None,
    tell: Tell | None = None,
) -> Fit:
    """Fit one set of claims, from stored progress if there is any."""
    began = time.perf_counter()
    state = sampler.initialise(work, seed, name, dimension, settings, noise_names, structure) if stored is None else sampler.restore(stored)
    informed = bool(work.path.change.any())
    while informed and not sampler.finished(state):
        state = sampler.advance(state, work, work.path, seed, name, settings, structure)
        if save is not None:
            save(state.stage, sampler.dump(state))
        if tell is not None:
            done = np.log(max(state.position, _FIRST) / _FIRST) / -np.log(_FIRST)
            tell(float(0.9 * done), f"stage {state.stage}, {100 * state.position:.0f} % of the evidence")
    sample = sampler.finish(state, work, seed, name, settings, structure)
    state = replace(
        state,
        z=sample.z,
        ids=sample.ids,
        log_likelihood=sample.log_likelihood,
        items=sample.items,
        accepted=np.append(state.accepted, sample.accepted),
        passes=sample.passes,
    )
    climb = sample.climb if informed else 0.0
    value, se = sampler.log_evidence(state)
    # the increments were credited to the mean over sub-runs stage by stage; what the log of their mean adds is shared by size
    size = np.abs(state.increments) + 1e-12
    state = replace(state, increments=state.increments + (value - state.increments.sum()) * size / max(size.sum(), 1e-300))
    kept = replay(work.model_at(work.path.powers(1.0)), work.transform(state.z), state.ids, settings.worlds, seed, work.pool)
    work.world_steps += float(len(state.ids)) * settings.worlds * kept.paths.shape[0]
    return Fit(claims, state, value, max(se, abs(climb)), kept, time.perf_counter() - began, work.world_steps, climb)
