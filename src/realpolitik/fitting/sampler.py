"""Waste-free SMC over the evidence: from the prior to the posterior along a path of powers.

A particle is (z, noise ids): parameters, and which chance its worlds use, one id per region and period. Its target at a point of the
path is prior(z) · Ẑ(z, ids; powers), an exact extended-space target (Andrieu, Doucet & Holenstein 2010; Chopin, Jacob & Papaspiliopoulos
2013). The path (:class:`Tempering`) raises the powers of all items together: docs/model.md F2. Each stage

1. runs a chain of ``moves`` steps from each of ``particles`` starting points and keeps *all* its states (waste-free SMC: Dau & Chopin
   2022, J. R. Stat. Soc. B 84:114), at the start fresh draws of the prior,
2. goes as far along the path as keeps the wanted share of the effective sample size of these states,
3. adds the log mean of Ẑ'/Ẑ over a sub-run's states to its log evidence, and
4. resamples the starting points of the next stage within each sub-run.

With one world per particle Ẑ is the density of the evidence along one path, known without Monte Carlo error, and step 3 costs nothing.
That is how the crisis is fitted: with many worlds per particle log Ẑ kept a standard deviation of 6 nats even at 128 worlds (measured on
the Kazakhstan case), because what matters is chance early on in single regions, which a filter cannot get back.

Each item's part of the log evidence is what its power added, by the thermodynamic identity: the integral of the mean of its log
likelihood. Sub-runs share the schedule, the shares of the ways to propose and the choice of coordinates in a move; what a sub-run's
proposals are fitted to comes from the other half of them (:mod:`realpolitik.fitting.proposals`), so the spread of their log evidences
gives a standard error that is nearly honest. A state is what stands between two stages, so that a stop loses at most one. Functions on
plain state: initialise, advance, finish, dump, restore.
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
from realpolitik.fitting.proposals import WAYS, Guide, Structure, first_guide, fresh_ids, learn, moments, normals, propose, usable

Likelihood = Callable[[NDArray, NDArray, float], Filtered]
"""(z [particle, dimension], noise ids, position on the path) -> Filtered."""


@dataclass(frozen=True)
class Settings:
    """Work of one fit: particles (chains), worlds per particle, sub-runs, moves of a chain in each stage, share of the effective sample
    size of all states to keep."""

    particles: int
    worlds: int
    groups: int
    moves: int
    keep: float


@dataclass(frozen=True)
class Tempering:
    """Powers = position · change, position from 0 to 1."""

    change: NDArray

    def powers(self, position: float) -> NDArray:
        """Powers of all items."""
        return position * self.change


@dataclass(frozen=True)
class State:
    """A fit between two stages; arrays only, so that it can be stored and compared.

    ``z`` [particle, dimension], ``ids``, ``log_likelihood`` [particle] and ``items`` [particle, item]: starting points of the next stage's
    chains, in order of sub-run, at ``position``; ``evidence`` [sub-run] and ``increments`` [item] in nats; ``accepted`` [stage] mean
    acceptance; ``passes`` runs of all particles so far; ``drift`` nats by which the gains of the stages still rose within their chains;
    ``history`` [stage, 3] position, share kept, log evidence added; ``mean``,
    ``covariance``, ``shares`` the proposals' :class:`~realpolitik.fitting.proposals.Guide`.
    """

    z: NDArray
    ids: NDArray
    log_likelihood: NDArray
    items: NDArray
    position: float
    stage: int
    evidence: NDArray
    increments: NDArray
    mean: NDArray
    covariance: NDArray
    shares: NDArray
    accepted: NDArray
    passes: float
    drift: float = 0.0
    history: NDArray = field(default_factory=lambda: np.zeros((0, 3)))
    noise_names: NDArray = field(default_factory=lambda: np.zeros(0, np.uint64))

    @property
    def guide(self) -> Guide:
        """What proposals know."""
        return Guide(self.mean, self.covariance, self.shares)


@dataclass(frozen=True)
class Chains:
    """All states of one stage, in order of sub-run, then step, then chain; and what the moves showed."""

    z: NDArray
    ids: NDArray
    log_likelihood: NDArray
    items: NDArray
    jumps: NDArray
    uses: NDArray
    accepted: float
    steps: int


def stream(seed: int, *names: str | int) -> np.uint64:
    """Key of a named stream of chance."""
    return combine_array(np.uint64(seed & ((1 << 64) - 1)), np.uint64(name_key(*names)))


def _names(state: State) -> NDArray | None:
    return state.noise_names if state.ids.ndim == 2 else None


def initialise(
    likelihood: Likelihood,
    seed: int,
    name: str,
    dimension: int,
    settings: Settings,
    noise_names: NDArray | None = None,
    structure: Structure | None = None,
) -> State:
    """Particles from the prior, run once without weights: log evidence 0. ValueError where the sub-runs do not part the particles.

    ``noise_names`` uint64[block]: one noise id per name and particle; None for a single id.
    """
    n = settings.particles
    if settings.groups < 1 or n % settings.groups:
        raise ValueError(f"{n} particles cannot be parted into {settings.groups} equal sub-runs")
    z = normals(stream(seed, name, "prior"), (n, dimension))
    ids = fresh_ids(stream(seed, name, "noise"), n, noise_names)
    run = likelihood(z, ids, 0.0)
    guide = first_guide(dimension, structure, 1 if noise_names is None else len(noise_names))
    return State(
        z,
        ids,
        run.evidence,
        run.items,
        0.0,
        0,
        np.zeros(settings.groups),
        np.zeros(run.items.shape[1]),
        guide.mean,
        guide.covariance,
        guide.shares,
        np.zeros(0),
        1.0,
        noise_names=np.zeros(0, np.uint64) if noise_names is None else noise_names,
    )


def _weights(log_weight: NDArray, groups: int) -> tuple[NDArray, NDArray, float]:
    """Weights normalised within each group, log mean weight of each group, and the pooled effective share."""
    table = log_weight.reshape(groups, -1)
    table = np.where(np.isnan(table), -np.inf, table)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = logsumexp(table, axis=1) - math.log(table.shape[1])
        w = np.exp(table - logsumexp(table, axis=1, keepdims=True))
    alive = np.isfinite(means)[:, None]
    w = np.where(alive, w, 1.0 / table.shape[1])
    share = float(np.mean(alive[:, 0] / (np.square(w).sum(axis=1) * table.shape[1])))
    return w, means, share


def _systematic(w: NDArray, u: float, size: int) -> NDArray:
    return np.minimum(np.searchsorted(np.cumsum(w), (np.arange(size) + u) / size), len(w) - 1)


def _next_position(items: NDArray, state: State, path: Tempering, settings: Settings) -> float:
    """Furthest position that is expected to keep the wanted share, judged by the log likelihoods of the current states."""
    now = path.powers(state.position)

    def share(position: float) -> float:
        return _weights(np.einsum("pi,i->p", items, path.powers(position) - now), settings.groups)[2]

    if share(1.0) >= settings.keep:
        return 1.0
    low, high = state.position, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if share(middle) >= settings.keep else (low, middle)
    return min(max(low, state.position + 1e-5), 1.0)


def _credit(total: float, items: NDArray, gained: NDArray) -> NDArray:
    """Each item's part of a stage's log evidence, by the thermodynamic identity: with ℓ the states' log likelihoods [state, item] and
    g what the powers gain, log mean exp(Σ ℓ g) = Σ_i g_i ∫₀¹ E_t[ℓ_i] dt, E_t weighted by exp(t Σ ℓ g). Gauss-Legendre; what the
    quadrature leaves, and sub-runs that differ, are shared by size."""
    line = np.einsum("pi,i->p", items, gained)
    part = np.zeros(len(gained))
    for x, weight in zip(*np.polynomial.legendre.leggauss(8), strict=True):
        w = 0.5 * (x + 1.0) * line
        w = np.exp(w - logsumexp(w))
        part += 0.5 * weight * gained * np.einsum("p,pi->i", np.where(np.isfinite(w), w, 0.0), items)
    size = np.abs(part) + 1e-12 * np.abs(gained)
    return part + (total - part.sum()) * size / max(size.sum(), 1e-300)


def _halves(particles: int, groups: int) -> NDArray:
    """Which half of the sub-runs each particle belongs to; a single sub-run is its own other half."""
    return (np.arange(particles) * groups // particles) * 2 // max(groups, 2)


def _chains(state: State, likelihood: Likelihood, key: np.uint64, settings: Settings, structure: Structure | None, moves: int) -> Chains:
    """Run the chains of one stage; at the start of the path draw the prior anew instead, which no chain could beat."""
    n, groups = len(state.z), len(state.evidence)
    kept = [(state.z, state.ids, state.log_likelihood, state.items)]
    d = state.z.shape[1]
    jumps, uses, accepted = np.zeros((len(WAYS), d + 1)), np.zeros(len(WAYS)), []
    half = _halves(n, groups)
    variance = np.maximum(np.mean([np.diag(c) for c in state.covariance], axis=0), 1e-4)
    guide, names = state.guide, _names(state)
    for move in range(moves):
        own = combine_array(key, np.uint64(move))
        z, ids, value, items = kept[-1]
        new_ids = fresh_ids(combine_array(own, np.uint64(name_key("noise"))), n, names)
        if state.position == 0.0:
            new_z = normals(combine_array(own, np.uint64(name_key("prior"))), z.shape)
            run = likelihood(new_z, new_ids, 0.0)
            kept.append((new_z, new_ids, run.evidence, run.items))
            continue
        new_z, back, renewed, way = propose(z, ids, half, own, guide, structure)
        new_ids = np.where(renewed, new_ids, ids)
        run = likelihood(new_z, new_ids, state.position)
        log_ratio = back + run.evidence - value + 0.5 * (np.square(z).sum(axis=1) - np.square(new_z).sum(axis=1))
        yes = np.log(uniform_array(combine_array(own, np.arange(n, dtype=np.uint64)), np.uint64(name_key("accept")))) < log_ratio
        chance = np.exp(np.minimum(log_ratio, 0.0))
        chance = np.where(np.isfinite(chance), chance, 0.0)
        jump = np.column_stack([np.square(new_z - z) / (2.0 * variance), renewed.reshape(n, -1).mean(axis=1)])
        np.add.at(jumps, way, chance[:, None] * jump)
        np.add.at(uses, way, 1.0)
        accepted.append(float(chance.mean()))
        row = yes[:, None]
        kept.append(
            (
                np.where(row, new_z, z),
                np.where(row if ids.ndim == 2 else yes, new_ids, ids),
                np.where(yes, run.evidence, value),
                np.where(row, run.items, items),
            )
        )
    per = n // groups

    def packed(which: int) -> NDArray:
        stacked = np.stack([states[which] for states in kept])  # [step, particle, ...]
        parts = stacked.reshape(len(kept), groups, per, *stacked.shape[2:])
        return np.ascontiguousarray(np.swapaxes(parts, 0, 1)).reshape(len(kept) * n, *stacked.shape[2:])

    rate = float(np.mean(accepted)) if accepted else math.nan
    return Chains(packed(0), packed(1), packed(2), packed(3), jumps, uses, rate, len(kept))


def advance(
    state: State,
    likelihood: Likelihood,
    path: Tempering | NDArray,
    seed: int,
    name: str,
    settings: Settings,
    structure: Structure | None = None,
) -> State:
    """One stage; ``path`` (or the change of every item's power over it) says where to."""
    path = path if isinstance(path, Tempering) else Tempering(np.asarray(path, float))
    chains = _chains(state, likelihood, stream(seed, name, "move", state.stage), settings, structure, settings.moves)
    target = _next_position(chains.items, state, path, settings)
    gained = path.powers(target) - path.powers(state.position)
    if settings.worlds == 1:
        run = Filtered(chains.log_likelihood + np.einsum("pi,i->p", chains.items, gained), chains.items, [])
    else:
        run = likelihood(chains.z, chains.ids, target)
    groups = settings.groups
    w, means, share = _weights(run.evidence - chains.log_likelihood, groups)
    flat = (w / groups).reshape(-1)
    total = float(logsumexp(means) - math.log(groups))
    increments = state.increments + _credit(total, 0.5 * (chains.items + run.items), gained)
    line = np.einsum("pi,i->p", chains.items, gained).reshape(groups, chains.steps, -1).mean(axis=(0, 2))
    middle = chains.steps // 2
    drift = float(line[middle:].mean() - line[:middle].mean()) if state.position > 0.0 and middle else 0.0
    per, states = settings.particles // groups, len(chains.z) // groups
    us = uniform_array(stream(seed, name, "resample", state.stage), np.arange(groups, dtype=np.uint64))
    chosen = np.concatenate([g * states + _systematic(w[g], us[g], per) for g in range(groups)])
    half = _halves(len(chains.z), groups)
    # what the first half proposes is fitted to the second, and the other way round
    others = [half != side if groups > 1 else half == 0 for side in (0, 1)]
    fitted = [moments(chains.z[o], flat[o] / flat[o].sum(), chains.steps) for o in others]
    on = usable(structure, 1 if state.ids.ndim == 1 else state.ids.shape[1])
    return replace(
        state,
        z=chains.z[chosen],
        ids=chains.ids[chosen],
        log_likelihood=run.evidence[chosen],
        items=run.items[chosen],
        position=target,
        stage=state.stage + 1,
        evidence=state.evidence + means,
        drift=state.drift + drift,
        increments=increments,
        mean=np.array([m for m, _ in fitted]),
        covariance=np.array([c for _, c in fitted]),
        shares=learn(state.guide, chains.jumps, chains.uses, on),
        accepted=np.append(state.accepted, chains.accepted),
        passes=state.passes + settings.moves + (settings.worlds > 1) * chains.steps,
        history=np.vstack([state.history, [target, share, total]]),
    )


@dataclass(frozen=True)
class Sample:
    """Equally weighted states at the end of the path, and ``climb``: nats by which the mean log likelihood of the second half of the
    last chains lies above that of the first half, or the drift of all stages if it is more. Well above zero it says that the chains had
    not settled."""

    z: NDArray
    ids: NDArray
    log_likelihood: NDArray
    items: NDArray
    climb: float
    accepted: float
    passes: float


def finish(
    state: State,
    likelihood: Likelihood,
    seed: int,
    name: str,
    settings: Settings,
    structure: Structure | None = None,
    most: int = 512,
) -> Sample:
    """The last chains, without reweighting: at most ``most`` of their states, each sub-run by its share of the evidence."""
    chains = _chains(state, likelihood, stream(seed, name, "finish"), settings, structure, settings.moves)
    groups, n = len(state.evidence), len(chains.z)
    by_step = chains.log_likelihood.reshape(groups, chains.steps, -1).mean(axis=(0, 2))
    middle = chains.steps // 2
    climb = float(by_step[middle:].mean() - by_step[:middle].mean()) if middle else 0.0
    climb = max(climb, state.drift) if np.isfinite(state.drift) else climb
    # sub-runs by their evidence, as the log evidence weighs them; within a sub-run any state of any chain, so that none is followed
    per, most = n // groups, min(most, n)
    share = np.exp(state.evidence - logsumexp(state.evidence))
    share = np.where(np.isfinite(share), share, 1.0 / groups)
    wanted = np.minimum(np.diff(np.round(np.cumsum(np.append(0.0, share / share.sum())) * most)).astype(int), per)
    u = uniform_array(stream(seed, name, "thin"), np.arange(n, dtype=np.uint64)).reshape(groups, per)
    kept = np.concatenate([g * per + np.sort(np.argsort(u[g], kind="stable")[: wanted[g]]) for g in range(groups)])
    arrays = (chains.z[kept], chains.ids[kept], chains.log_likelihood[kept], chains.items[kept])
    return Sample(*arrays, climb, chains.accepted, state.passes + settings.moves)


def finished(state: State) -> bool:
    """Whether all evidence has full power."""
    return state.position >= 1.0


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
