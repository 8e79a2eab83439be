"""SMC over the evidence: from the prior to the posterior, along a path of powers.

A particle is (z, noise ids): parameters, and which chance its worlds use, one id per region and period. Its target at a point of the
path is prior(z) · Ẑ(z, ids; powers), an exact extended-space target (Andrieu, Doucet & Holenstein 2010; Chopin, Jacob & Papaspiliopoulos
2013). Two paths: :class:`Tempering` raises the powers of all items together (what weighing uses); :class:`Ladder` gives the items
full power one after another in a stated order. Why the first: docs/model.md F2. Each stage

1. goes as far along the path as keeps the wanted share of the effective sample size,
2. adds the log mean of Ẑ'/Ẑ to the log evidence of each sub-run,
3. resamples within sub-runs, and
4. moves every particle by PMMH. A proposal takes a preconditioned Crank-Nicolson step around a Gaussian fitted to the particles
   (reversible for that Gaussian, so that directions the evidence does not inform cost nothing), renews a random part of the
   noise ids (block pseudo-marginal: Tran, Kohn, Quiroz & Villani 2016), or both.

With one world per particle Ẑ is the density of the evidence along one path, known without Monte Carlo error, and step 2 costs
nothing. That is how the crisis is fitted: with many worlds per particle log Ẑ kept a standard deviation of 6 nats even at 128 worlds
(measured on the Kazakhstan case), because what matters is chance early on in single regions, which a filter cannot get back.

Each item's part of the log evidence is what its power added, by the thermodynamic identity: under tempering it is the integral of the
mean of its log likelihood and depends on no order of the items. Sub-runs share the schedule and the
fitted proposal and nothing else; the spread of their log evidences gives the standard error. Four functions on plain state:
initialise, advance, dump, restore.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from realpolitik.chance.keys import combine_array, name_key, uniform_array
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.proposals import Structure, fresh_ids, normals, part_proposal, plain_proposal

Likelihood = Callable[[NDArray, NDArray, float], Filtered]
"""(z [particle, dimension], noise ids, position on the path) -> Filtered. May have a method ``reach(position)``: how far along the path
its items are judged (to the end if it has none)."""

_EARLY = 0.3  # temperature below which twice as many moves are made
_LEAST_AHEAD = 4.0  # items that must be judged ahead of the ladder before it climbs


@dataclass(frozen=True)
class Settings:
    """Work of one fit: particles, worlds per particle, sub-runs, moves per stage, share of the effective sample size to keep."""

    particles: int
    worlds: int
    groups: int
    moves: int
    keep: float


@dataclass(frozen=True)
class Tempering:
    """Powers = position · change, position from 0 to 1."""

    change: NDArray
    end: float = 1.0

    def powers(self, position: float) -> NDArray:
        """Powers of all items."""
        return position * self.change

    def early(self, position: float) -> bool:
        """Whether modes can still be crossed: twice as many moves are made."""
        return position < _EARLY


@dataclass(frozen=True)
class Ladder:
    """The first ⌊position⌋ items of ``order`` have power 1, the next a part; position from 0 to their number."""

    order: NDArray
    size: int

    @property
    def end(self) -> float:
        """Number of items."""
        return float(len(self.order))

    def powers(self, position: float) -> NDArray:
        """Powers of all items."""
        powers = np.zeros(self.size)
        powers[self.order] = np.clip(position - np.arange(len(self.order)), 0.0, 1.0)
        return powers

    def early(self, position: float) -> bool:
        """No stage is special."""
        return False


@dataclass(frozen=True)
class State:
    """All of a fit in progress; arrays only, so that it can be stored and compared."""

    z: NDArray
    ids: NDArray
    log_likelihood: NDArray
    items: NDArray
    position: float
    horizon: float
    stage: int
    evidence: NDArray
    increments: NDArray
    accepted: NDArray
    passes: float
    history: NDArray = field(default_factory=lambda: np.zeros((0, 3)))
    noise_names: NDArray = field(default_factory=lambda: np.zeros(0, np.uint64))


def _key(seed: int, *names: str | int) -> np.uint64:
    return combine_array(np.uint64(seed & ((1 << 64) - 1)), np.uint64(name_key(*names)))


def _names(state: State) -> NDArray | None:
    return state.noise_names if state.ids.ndim == 2 else None


def initialise(
    likelihood: Likelihood, seed: int, name: str, dimension: int, settings: Settings, noise_names: NDArray | None = None
) -> State:
    """Particles from the prior, run once without weights: log evidence 0.

    ``noise_names`` uint64[block]: one noise id per name and particle; None for a single id.
    """
    n = settings.particles
    z = normals(_key(seed, name, "prior"), (n, dimension))
    ids = fresh_ids(_key(seed, name, "noise"), n, noise_names)
    run = likelihood(z, ids, 0.0)
    return State(
        z,
        ids,
        run.evidence,
        run.items,
        0.0,
        _reach(likelihood, 0.0),
        0,
        np.zeros(settings.groups),
        np.zeros(run.items.shape[1]),
        np.zeros(0),
        1.0,
        noise_names=np.zeros(0, np.uint64) if noise_names is None else noise_names,
    )


def _weights(log_weight: NDArray, groups: int) -> tuple[NDArray, NDArray, float]:
    """Weights normalised within each group, log mean weight of each group, and the pooled effective share."""
    table = log_weight.reshape(groups, -1)
    means = logsumexp(table, axis=1) - math.log(table.shape[1])
    with np.errstate(invalid="ignore"):
        w = np.exp(table - logsumexp(table, axis=1, keepdims=True))
    w = np.where(np.isfinite(w), w, 1.0 / table.shape[1])
    share = float(np.mean(1.0 / (np.square(w).sum(axis=1) * table.shape[1])))
    return w, means, share


def _systematic(w: NDArray, u: float) -> NDArray:
    return np.minimum(np.searchsorted(np.cumsum(w), (np.arange(len(w)) + u) / len(w)), len(w) - 1)


def _reach(likelihood: Likelihood, position: float) -> float:
    reach = getattr(likelihood, "reach", None)
    return math.inf if reach is None else float(reach(position))


def _next_position(state: State, path: Tempering | Ladder, settings: Settings) -> float:
    """Furthest position that is expected to keep the wanted share, judged by the log likelihoods of the current run."""
    now = path.powers(state.position)
    limit = min(path.end, state.horizon)

    def share(position: float) -> float:
        return _weights(state.items @ (path.powers(position) - now), settings.groups)[2]

    if share(limit) >= settings.keep:
        return limit
    low, high = state.position, limit
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if share(middle) >= settings.keep else (low, middle)
    return max(low, state.position + 1e-5 * path.end)


def _credit(increment: float, before: NDArray, after: NDArray, gained: NDArray) -> NDArray:
    """Share a stage's log evidence among the items: trapezium of the thermodynamic integral, the rest in proportion to size."""
    part = 0.5 * (before + after) * gained
    size = np.abs(part) + 1e-12 * np.abs(gained)
    return part + (increment - part.sum()) * size / max(size.sum(), 1e-300)


def advance(
    state: State,
    likelihood: Likelihood,
    path: Tempering | Ladder | NDArray,
    seed: int,
    name: str,
    settings: Settings,
    structure: Structure | None = None,
) -> State:
    """One stage: reweight, resample, move. An array for ``path`` is the change of a :class:`Tempering`."""
    if isinstance(path, np.ndarray):
        path = Tempering(path)
    if state.horizon < path.end and state.horizon - state.position < _LEAST_AHEAD:
        run = likelihood(state.z, state.ids, state.position)
        state = replace(
            state,
            items=run.items,
            log_likelihood=run.evidence,
            horizon=_reach(likelihood, state.position),
            passes=state.passes + 1.0,
        )
    target = _next_position(state, path, settings)
    gained = path.powers(target) - path.powers(state.position)
    if settings.worlds == 1:
        run = Filtered(state.log_likelihood + state.items @ gained, state.items, [])
    else:
        run = likelihood(state.z, state.ids, target)
    w, means, share = _weights(run.evidence - state.log_likelihood, settings.groups)
    flat = (w / settings.groups).reshape(-1)
    total = float(logsumexp(means) - math.log(settings.groups))
    increments = state.increments + _credit(total, state.items.mean(axis=0), flat @ run.items, gained)
    per = settings.particles // settings.groups
    us = uniform_array(_key(seed, name, "resample", state.stage), np.arange(settings.groups, dtype=np.uint64))
    chosen = np.concatenate([g * per + _systematic(w[g], us[g]) for g in range(settings.groups)])
    moved = replace(
        state, z=state.z[chosen], ids=state.ids[chosen], log_likelihood=run.evidence[chosen], items=run.items[chosen]
    )
    accepted = []
    for move in range(settings.moves * (2 if path.early(target) else 1)):
        moved, rate = _move(moved, likelihood, target, _key(seed, name, "move", state.stage, move), structure)
        accepted.append(rate)
    return replace(
        moved,
        position=target,
        stage=state.stage + 1,
        evidence=state.evidence + means,
        increments=increments,
        accepted=np.append(state.accepted, np.mean(accepted) if accepted else np.nan),
        passes=state.passes + (settings.worlds > 1) + len(accepted),
        history=np.vstack([state.history, [target, share, total]]),
    )


def _move(
    state: State, likelihood: Likelihood, position: float, key: np.uint64, structure: Structure | None = None
) -> tuple[State, float]:
    n = len(state.z)
    blocks = 1 if state.ids.ndim == 1 else state.ids.shape[1]
    lanes = combine_array(key, np.arange(n, dtype=np.uint64))
    if structure is None:
        z, back, renewed = plain_proposal(state.z, state.ids, lanes, key)
    else:
        z, back, renewed = part_proposal(state.z, state.ids, lanes, key, structure)
    ids = fresh_ids(combine_array(key, np.uint64(name_key("noise"))), n, _names(state))
    if blocks > 1:
        ids = np.where(renewed, ids, state.ids)
    run = likelihood(z, ids, position)
    prior = 0.5 * (np.square(state.z).sum(axis=1) - np.square(z).sum(axis=1))
    log_ratio = prior + back + run.evidence - state.log_likelihood
    u = uniform_array(lanes, np.uint64(name_key("accept")))
    yes = np.log(u) < log_ratio
    return replace(
        state,
        z=np.where(yes[:, None], z, state.z),
        ids=np.where(yes[:, None] if blocks > 1 else yes, ids, state.ids),
        log_likelihood=np.where(yes, run.evidence, state.log_likelihood),
        items=np.where(yes[:, None], run.items, state.items),
    ), float(yes.mean())


def settle(
    state: State, likelihood: Likelihood, seed: int, name: str, moves: int, structure: Structure | None = None
) -> State:
    """Moves at the end of the path, without reweighting: a settled population does not climb."""
    rates = []
    for move in range(moves):
        state, rate = _move(state, likelihood, state.position, _key(seed, name, "settle", move), structure)
        rates.append(rate)
    return replace(state, accepted=np.append(state.accepted, rates), passes=state.passes + moves)


def finished(state: State, path: Tempering | Ladder | None = None) -> bool:
    """Whether all evidence has full power (the end of a :class:`Tempering` if no path is given)."""
    return state.position >= (1.0 if path is None else path.end)


def log_evidence(state: State) -> tuple[float, float]:
    """Log of the mean evidence of the sub-runs, and its standard error (nats) from their spread."""
    groups = state.evidence
    value = float(logsumexp(groups) - math.log(len(groups)))
    if len(groups) < 2:
        return value, math.nan
    left_out = np.array([logsumexp(np.delete(groups, g)) - math.log(len(groups) - 1) for g in range(len(groups))])
    jackknife = math.sqrt((len(groups) - 1) * float(np.mean(np.square(left_out - left_out.mean()))))
    spread = float(np.std(groups, ddof=1)) / math.sqrt(len(groups))
    return value, max(jackknife, spread)


def dump(state: State) -> dict[str, NDArray]:
    """Plain arrays, for storage."""
    return {name: np.asarray(getattr(state, name)) for name in State.__dataclass_fields__}


def restore(arrays: dict[str, NDArray]) -> State:
    """The inverse of :func:`dump`."""
    values = {name: (arrays[name] if arrays[name].ndim else arrays[name].item()) for name in State.__dataclass_fields__}
    return State(**values)
