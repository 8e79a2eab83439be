"""Tempered SMC over the evidence: from the prior to the posterior.

A particle is (z, noise ids): parameters, and which chance its worlds use, one id per region and period. Its target at temperature λ is prior(z) · Ẑ(z, id; λ·mask), an exact extended-space target (Andrieu, Doucet &
Holenstein 2010; Chopin, Jacob & Papaspiliopoulos 2013). λ rises from 0 to 1, all evidence at once: in report order or in event
order the particles follow early items into dead ends from which late items cannot be reached (measured on the Kazakhstan case; see
docs/model.md F2). Each stage

1. takes the largest λ that keeps the wanted share of the effective sample size,
2. adds the log mean of Ẑ'/Ẑ to the log evidence of each sub-run,
3. resamples within sub-runs, and
4. moves every particle by PMMH. A proposal takes a preconditioned Crank-Nicolson step around a Gaussian fitted to the particles
   (reversible for that Gaussian, so that directions the evidence does not inform cost nothing), renews a random part of the
   noise ids (block pseudo-marginal: Tran, Kohn, Quiroz & Villani 2016), or both.

With one world per particle Ẑ is the density of the evidence along one path, known without Monte Carlo error, and step 2 costs
nothing. That is how the crisis is fitted: with many worlds per particle log Ẑ kept a standard deviation of 6 nats even at 128 worlds
(measured on the Kazakhstan case), because what matters is chance early on in single regions, which a filter cannot get back.

The same code bridges from one mask to another (reweigh.py). Each item's part of the log evidence is the integral over λ of the mean of
its log likelihood (thermodynamic identity): it does not depend on any order of the items. Sub-runs share the schedule and the
fitted proposal and nothing else; the spread of their log evidences gives the standard error. Four functions on plain state:
initialise, advance, dump, restore.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtri

from realpolitik.chance.keys import combine_array, name_key, uniform_array
from realpolitik.fitting.filter import Filtered

Likelihood = Callable[[NDArray, NDArray, float], Filtered]
"""(z [particle, dimension], noise ids, temperature) -> Filtered."""

_SHRINK = 0.5  # weight of the diagonal in the fitted covariance: correlations from few particles are mostly noise
# (size of the Crank-Nicolson step, share of the fitted Gaussian's directions it moves, share of noise ids renewed): one row is drawn
# per particle and move. A filter has one noise id, and every proposal renews it.
_PROPOSALS = ((0.0, 0.0, 0.03), (0.0, 0.0, 0.15), (0.12, 1.0, 0.0), (0.25, 1.0, 0.02), (0.5, 0.25, 0.0), (0.8, 0.1, 0.0),
              (0.8, 0.05, 0.02), (0.4, 0.25, 0.05), (1.0, 0.03, 0.0))
_ALL_NEW = ((0.15, 1.0, 1.0), (0.35, 1.0, 1.0), (0.7, 1.0, 1.0))


@dataclass(frozen=True)
class Settings:
    """Work of one fit: particles, worlds per particle, sub-runs, moves per stage, share of the effective sample size to keep."""

    particles: int
    worlds: int
    groups: int
    moves: int
    keep: float


@dataclass(frozen=True)
class State:
    """All of a fit in progress; arrays only, so that it can be stored and compared."""

    z: NDArray
    ids: NDArray
    log_likelihood: NDArray
    items: NDArray
    temperature: float
    stage: int
    evidence: NDArray
    increments: NDArray
    accepted: NDArray
    passes: float
    history: NDArray = field(default_factory=lambda: np.zeros((0, 3)))


def _key(seed: int, *names: str | int) -> np.uint64:
    return combine_array(np.uint64(seed & ((1 << 64) - 1)), np.uint64(name_key(*names)))


def _normals(key: np.uint64, shape: tuple[int, int]) -> NDArray:
    lanes = combine_array(key, np.arange(shape[0], dtype=np.uint64))
    return ndtri(uniform_array(lanes[:, None], np.arange(shape[1], dtype=np.uint64)[None, :]))


def _fresh_ids(key: np.uint64, n: int, blocks: int) -> NDArray:
    ids = combine_array(key, np.arange(n, dtype=np.uint64))
    return ids if blocks == 1 else combine_array(ids[:, None], np.arange(blocks, dtype=np.uint64)[None, :])


def initialise(likelihood: Likelihood, seed: int, name: str, dimension: int, settings: Settings, blocks: int = 1) -> State:
    """Particles from the prior, run once without weights: log evidence 0. ``blocks``: noise ids per particle."""
    n = settings.particles
    z = _normals(_key(seed, name, "prior"), (n, dimension))
    ids = _fresh_ids(_key(seed, name, "noise"), n, blocks)
    run = likelihood(z, ids, 0.0)
    return State(z, ids, run.evidence, run.items, 0.0, 0, np.zeros(settings.groups), np.zeros(run.items.shape[1]), np.zeros(0), 1.0)


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


def _next_temperature(state: State, change: NDArray, settings: Settings) -> float:
    """Largest temperature that is expected to keep the wanted share, judged by the log likelihoods of the current run.

    ``change`` [item] is the change of the powers from temperature 0 to 1. The judgement only sets the schedule; the weights are
    those of a run at the new temperature.
    """
    slope = state.items @ change

    def share(step: float) -> float:
        return _weights(step * slope, settings.groups)[2]

    room = 1.0 - state.temperature
    if share(room) >= settings.keep:
        return 1.0
    low, high = 0.0, room
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if share(middle) >= settings.keep else (low, middle)
    return min(state.temperature + max(low, 1e-5), 1.0)


def _credit(increment: float, before: NDArray, after: NDArray, change: NDArray, step: float) -> NDArray:
    """Share a stage's log evidence among the items: trapezium of the thermodynamic integral, the rest in proportion to size."""
    part = 0.5 * (before + after) * change * step
    size = np.abs(part) + 1e-12 * np.abs(change)
    return part + (increment - part.sum()) * size / max(size.sum(), 1e-300)


def advance(state: State, likelihood: Likelihood, change: NDArray, seed: int, name: str, settings: Settings) -> State:
    """One stage: reweight, resample, move. ``change`` [item] is the change of the powers from temperature 0 to 1."""
    target = _next_temperature(state, change, settings)
    if settings.worlds == 1:
        evidence = state.log_likelihood + (target - state.temperature) * (state.items @ change)
        run = Filtered(evidence, state.items, [])
    else:
        run = likelihood(state.z, state.ids, target)
    w, means, share = _weights(run.evidence - state.log_likelihood, settings.groups)
    flat = (w / settings.groups).reshape(-1)
    total = float(logsumexp(means) - math.log(settings.groups))
    step = target - state.temperature
    increments = state.increments + _credit(total, state.items.mean(axis=0), flat @ run.items, change, step)
    per = settings.particles // settings.groups
    us = uniform_array(_key(seed, name, "resample", state.stage), np.arange(settings.groups, dtype=np.uint64))
    chosen = np.concatenate([g * per + _systematic(w[g], us[g]) for g in range(settings.groups)])
    moved = replace(state, z=state.z[chosen], ids=state.ids[chosen], log_likelihood=run.evidence[chosen], items=run.items[chosen])
    accepted = []
    for move in range(settings.moves):
        moved, rate = _move(moved, likelihood, target, _key(seed, name, "move", state.stage, move))
        accepted.append(rate)
    return replace(moved, temperature=target, stage=state.stage + 1, evidence=state.evidence + means, increments=increments,
                   accepted=np.append(state.accepted, np.mean(accepted) if accepted else np.nan),
                   passes=state.passes + (settings.worlds > 1) + settings.moves, history=np.vstack([state.history, [target, share, total]]))


def fit_gaussian(z: NDArray) -> tuple[NDArray, NDArray]:
    """Mean and Cholesky factor of the Gaussian that proposals are reversible for."""
    mean = z.mean(axis=0)
    deviation = z - mean
    covariance = deviation.T @ deviation / max(len(z) - 1, 1)
    diagonal = np.maximum(np.diag(covariance), 1e-4)
    shrunk = (1.0 - _SHRINK) * covariance + _SHRINK * np.diag(diagonal)
    np.fill_diagonal(shrunk, diagonal)
    return mean, np.linalg.cholesky(shrunk)


def _solve(factor: NDArray, x: NDArray) -> NDArray:
    """Rows of x in the coordinates of the fitted Gaussian (forward substitution, no BLAS threads in what steers sampling)."""
    out = np.empty_like(x)
    for j in range(x.shape[1]):
        out[:, j] = (x[:, j] - np.einsum("pk,k->p", out[:, :j], factor[j, :j])) / factor[j, j]
    return out


def _move(state: State, likelihood: Likelihood, temperature: float, key: np.uint64) -> tuple[State, float]:
    n, d = state.z.shape
    mean, factor = fit_gaussian(state.z)
    own = _solve(factor, state.z - mean)
    lanes = combine_array(key, np.arange(n, dtype=np.uint64))
    proposals = np.array(_ALL_NEW if state.ids.ndim == 1 else _PROPOSALS)
    pick = np.minimum((uniform_array(lanes, np.uint64(name_key("stride"))) * len(proposals)).astype(int), len(proposals) - 1)
    beta = proposals[pick, 0][:, None]
    step = np.sqrt(1.0 - beta * beta) * own + beta * _normals(combine_array(key, np.uint64(name_key("step"))), (n, d))
    chosen = uniform_array(lanes[:, None], combine_array(np.uint64(name_key("direction")), np.arange(d, dtype=np.uint64))[None, :])
    step = np.where(chosen < proposals[pick, 1][:, None], step, own)
    z = mean + np.einsum("jk,pk->pj", factor, step)
    blocks = 1 if state.ids.ndim == 1 else state.ids.shape[1]
    ids = _fresh_ids(combine_array(key, np.uint64(name_key("noise"))), n, blocks)
    if blocks > 1:
        u = uniform_array(lanes[:, None], combine_array(np.uint64(name_key("renew")), np.arange(blocks, dtype=np.uint64))[None, :])
        ids = np.where(u < proposals[pick, 2][:, None], ids, state.ids)
    run = likelihood(z, ids, temperature)
    prior = 0.5 * (np.square(state.z).sum(axis=1) - np.square(z).sum(axis=1))
    proposal = 0.5 * (np.square(step).sum(axis=1) - np.square(own).sum(axis=1))
    log_ratio = prior + proposal + run.evidence - state.log_likelihood
    u = uniform_array(lanes, np.uint64(name_key("accept")))
    yes = np.log(u) < log_ratio
    return replace(state, z=np.where(yes[:, None], z, state.z), ids=np.where(yes[:, None] if blocks > 1 else yes, ids, state.ids),
                   log_likelihood=np.where(yes, run.evidence, state.log_likelihood),
                   items=np.where(yes[:, None], run.items, state.items)), float(yes.mean())


def finished(state: State) -> bool:
    """Whether all evidence has full power."""
    return state.temperature >= 1.0


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
