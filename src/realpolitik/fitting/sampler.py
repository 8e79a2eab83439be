"""Parallel tempering over the evidence: ladders of chains from the prior to the posterior that swap states all the time.

A particle is (z, noise ids): parameters, and which chance its worlds use, one id per region and piece of the clock and one per threshold.
Its target on rung β of a ladder is prior(z) · Ẑ(z, ids)^β, at β = 1 an exact extended-space target (Andrieu, Doucet & Holenstein 2010;
Chopin, Jacob & Papaspiliopoulos 2013), at β = 0 the prior, drawn anew in every pass. A pass

1. moves every particle once (:mod:`realpolitik.fitting.proposals`),
2. offers swaps between neighbouring rungs, even and odd pairs in turn, so that states travel instead of diffusing (Syed,
   Bouchard-Côté, Deligiannidis & Doucet 2022, J. R. Stat. Soc. B 84:321).

Passes come in rounds, each as long as all before it. After a round rungs are spaced anew, the informed directions are measured and the
shares of the ways to propose are learnt; the last round, half of all passes, is kept fixed and alone tells the evidence and the draws.
What a ladder's proposals are learnt from comes from the other half of the ladders, so that the spread between ladders is nearly honest.

Before, evidence was raised step by step (sequential Monte Carlo). A population that is raised lags behind the rising power, and what it
has lost at a low power it never gets back; the log evidence came out nats too low, with an error that did not say so.

A state is what stands between two stages, so that a stop loses at most one. Functions on plain state: initialise, advance, finish, dump,
restore.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.keys import combine_array, name_key, uniform_array
from realpolitik.fitting import ladder
from realpolitik.fitting.directions import of_ladders, probed
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.proposals import WAYS, Guide, chance_shares, first_guide, learn, normals, propose, usable
from realpolitik.fitting.renewal import Structure, fresh_ids, renew_ids
from realpolitik.fitting.settings import Settings, rounds
from realpolitik.fitting.unsure import UNSURE

Likelihood = Callable[[NDArray, NDArray], Filtered]
"""(z [particle, dimension], noise ids) -> Filtered, under the evidence in full."""
STAGE = 32  # passes between two looks at the progress, at most
_BRIEF = 64  # before a round of fewer passes directions are measured on every other rung: all cost as much as nine passes
_SNAPSHOTS, _DRAWS = 48, 512  # states kept of a round: with their items, and on the top rungs
_LEAST = -1e9  # energy of a particle that the evidence rules out


@dataclass(frozen=True)
class State:
    """A fit between two stages; arrays only, so that it can be stored and compared. Particles are in order of ladder, then rung.

    ``z`` [particle, dimension], ``ids``, ``items`` [particle, item], ``energy`` [particle]; ``betas`` [rung]; ``curvature`` [rung, 2,
    dimension, dimension] and ``shares`` [rung, way] of the proposals; ``passes`` so far. Of the present round: ``energies`` [pass, ladder,
    rung], ``refused`` and ``offered`` swaps [rung - 1], ``jumps`` [rung, way, direction] and ``uses`` [rung, way] for learning,
    ``accepted`` [rung] summed over its passes, and what was kept of it: ``at`` passes with ``kept`` items [snapshot, particle, item], and
    draws of the top rungs ``top_z``, ``top_ids``, ``top_items``, ``top_energy`` [snapshot, ladder, …]. ``cost`` runs of a particle.
    """

    z: NDArray
    ids: NDArray
    items: NDArray
    energy: NDArray
    betas: NDArray
    curvature: NDArray
    shares: NDArray
    passes: int
    cost: float
    energies: NDArray
    refused: NDArray
    offered: NDArray
    jumps: NDArray
    uses: NDArray
    accepted: NDArray
    at: NDArray
    kept: NDArray
    top_z: NDArray
    top_ids: NDArray
    top_items: NDArray
    top_energy: NDArray
    noise_names: NDArray = field(default_factory=lambda: np.zeros(0, np.uint64))

    @property
    def ladders(self) -> int:
        """Number of ladders."""
        return len(self.z) // len(self.betas)


def stream(seed: int, *names: str | int) -> np.uint64:
    """Key of a named stream of chance."""
    return combine_array(np.uint64(seed & ((1 << 64) - 1)), name_key(*names))


def _names(state: State) -> NDArray | None:
    return state.noise_names if state.ids.ndim == 2 else None


def _blocks(ids: NDArray) -> int:
    return 1 if ids.ndim == 1 else ids.shape[1]


def energy_of(run: Filtered) -> NDArray:
    """Log likelihood of each particle, bounded so that a rung can weigh it."""
    return np.maximum(np.where(np.isnan(run.evidence), _LEAST, run.evidence), _LEAST)


def initialise(
    likelihood: Likelihood,
    seed: int,
    name: str,
    dimension: int,
    settings: Settings,
    noise_names: NDArray | None = None,
    structure: Structure | None = None,
) -> State:
    """Every rung at the prior.

    ``noise_names`` uint64[block]: one noise id per name and particle; None for a single id. ValueError where there are no two rungs.
    """
    n, rungs = settings.particles, settings.rungs
    if rungs < 2 or settings.ladders < 1 or settings.passes < 1:
        raise ValueError(f"a fit takes a ladder, two rungs and a pass at least, not {settings}")
    z = normals(stream(seed, name, "prior"), (n, dimension))
    ids = fresh_ids(stream(seed, name, "noise"), n, noise_names)
    run = likelihood(z, ids)
    guide = first_guide(dimension, structure, _blocks(ids))
    state = State(
        z,
        ids,
        run.items,
        energy_of(run),
        ladder.first_rungs(rungs),
        np.zeros((rungs, 2, dimension, dimension)),
        np.tile(guide.shares, (rungs, 1)),
        0,
        1.0,
        *[np.zeros(0)] * 12,
        noise_names=np.zeros(0, np.uint64) if noise_names is None else noise_names,
    )
    return _new_round(state, structure)


def _new_round(state: State, structure: Structure | None) -> State:
    """Nothing seen of a round yet."""
    L, T = state.ladders, len(state.betas)
    d, items = state.z.shape[1], state.items.shape[1]
    groups = chance_shares(structure, _blocks(state.ids)).shape[1]
    return replace(
        state,
        energies=np.zeros((0, L, T)),
        refused=np.zeros(T - 1),
        offered=np.zeros(T - 1),
        jumps=np.zeros((T, len(WAYS), d + groups)),
        uses=np.zeros((T, len(WAYS))),
        accepted=np.zeros(T),
        at=np.zeros(0, np.int64),
        kept=np.zeros((0, len(state.z), items), np.float32),
        top_z=np.zeros((0, L, d)),
        top_ids=np.zeros((0, L, *state.ids.shape[1:]), np.uint64),
        top_items=np.zeros((0, L, items)),
        top_energy=np.zeros((0, L)),
    )


def advance(
    state: State,
    likelihood: Likelihood,
    powers: NDArray,
    seed: int,
    name: str,
    settings: Settings,
    structure: Structure | None = None,
) -> State:
    """One stage: passes up to the end of a round, at most STAGE. ``powers`` [item] are what items weigh in the evidence."""
    ends = np.cumsum(rounds(settings.passes))
    number = int(np.searchsorted(ends, state.passes, "right"))
    last, length = number == len(ends) - 1, rounds(settings.passes)[number]
    if state.passes and state.passes in ends and len(state.energies):
        every = 0 if number < 2 else 2 if length < _BRIEF else 1
        state = _learnt(state, likelihood, powers, structure, every)
    rows = Rows(state, length, structure, learns=not last)
    for _ in range(min(STAGE, int(ends[number]) - state.passes)):
        rows.one_pass(likelihood, stream(seed, name, "pass", rows.passes))
    return rows.state()


def _learnt(state: State, likelihood: Likelihood, powers: NDArray, structure: Structure | None, every: int) -> State:
    """Between two rounds: rungs spaced anew, shares learnt, directions measured on ``every`` so many rungs if any (with what was measured
    before, half and half)."""
    betas = ladder.spaced(state.betas, state.refused / np.maximum(state.offered, 1.0))
    nearest = np.abs(betas[:, None] - state.betas[None, :])
    nearest[1:, 0] = np.inf  # the prior learns nothing
    source = np.argmin(nearest, axis=1)
    on = usable(structure, _blocks(state.ids))
    guides = [Guide(state.curvature[t], state.shares[t]) for t in range(len(betas))]
    shares = np.stack([learn(guides[t], state.jumps[t], state.uses[t], on) for t in source])
    per_power = state.curvature / np.maximum(state.betas, 1e-9)[:, None, None, None]
    cost = state.cost
    if every:
        fresh = of_ladders(likelihood, state.z, state.ids, state.items, state.ladders, powers, every)
        known = state.curvature[1:].any()
        per_power = 0.5 * (per_power + fresh) if known else fresh
        cost += 2.0 * probed(len(betas), every) * state.z.shape[1] / len(state.z)
    scaled = per_power[source] * betas[:, None, None, None]
    return _new_round(replace(state, betas=betas, shares=shares, curvature=scaled, cost=cost), structure)


class Rows:
    """The particles of a stage while it runs; after the last round nothing is learnt, so that ``learns`` spares the counting for it."""

    def __init__(self, state: State, length: int, structure: Structure | None, learns: bool):
        self.begun, self.structure, self.length, self.learns = state, structure, length, learns
        self.z, self.ids, self.items, self.energy = state.z.copy(), state.ids.copy(), state.items.copy(), state.energy.copy()
        self.L, self.T = state.ladders, len(state.betas)
        self.rung = np.tile(np.arange(self.T), self.L)
        which = np.repeat(np.arange(self.L), self.T)
        half = which * 2 // max(self.L, 2)
        self.guide = [Guide(state.curvature[t], state.shares[t]) for t in range(self.T)]
        self.side = self.rung * 2 + half
        self.names, self.groups = _names(state), chance_shares(structure, _blocks(state.ids))
        self.passes, self.done = state.passes, len(state.energies)
        self.refused, self.offered = state.refused.copy(), state.offered.copy()
        self.jumps, self.uses, self.accepted = state.jumps.copy(), state.uses.copy(), state.accepted.copy()
        self.energies: list[NDArray] = []
        self.at: list[int] = []
        self.kept: list[NDArray] = []
        self.tops: list[tuple[NDArray, NDArray, NDArray, NDArray]] = []

    def one_pass(self, likelihood: Likelihood, key: np.uint64) -> None:
        """Move every particle, offer swaps, keep what is to be kept."""
        self._move(likelihood, key)
        self._swap(key)
        self.energies.append(self.energy.reshape(self.L, self.T).copy())
        if self.done % -(-self.length // _SNAPSHOTS) == 0:
            self.at.append(self.done)
            self.kept.append(self.items.astype(np.float32))
        if self.done % -(-self.length * self.L // _DRAWS) == 0:
            top = self.rung == self.T - 1
            self.tops.append((self.z[top], self.ids[top], self.items[top], self.energy[top]))
        self.passes, self.done = self.passes + 1, self.done + 1

    def _move(self, likelihood: Likelihood, key: np.uint64) -> None:
        n, betas = len(self.z), self.begun.betas[self.rung]
        new_z, renewed, way = propose(self.z, self.ids, self.side, key, self.guide, self.structure)
        prior = self.rung == 0
        new_z[prior] = normals(combine_array(key, name_key("prior")), self.z.shape)[prior]
        renewed[prior] = True
        new_ids = renew_ids(combine_array(key, name_key("noise")), self.ids, self.names, renewed)
        run = likelihood(new_z, new_ids)
        energy = energy_of(run)
        ratio = np.where(prior, 0.0, betas * (energy - self.energy))
        u = uniform_array(combine_array(key, np.arange(n, dtype=np.uint64)), name_key("accept"))
        yes, chance = np.log(u) < ratio, np.exp(np.minimum(ratio, 0.0))
        np.add.at(self.accepted, self.rung, chance / self.L)
        if self.learns:
            self._noted(new_z, renewed, way, chance)
        self.z[yes], self.ids[yes], self.items[yes], self.energy[yes] = new_z[yes], new_ids[yes], run.items[yes], energy[yes]

    def _noted(self, new_z: NDArray, renewed: NDArray, way: NDArray, chance: NDArray) -> None:
        """Expected squared jumps by way and direction: what the shares are learnt from."""
        chance_part = np.einsum("pb,bg->pg", renewed.reshape(len(way), -1).astype(float), self.groups)
        for t in range(1, self.T):
            for half, (known, line) in enumerate(self.guide[t].lines):
                rows = np.flatnonzero(self.side == 2 * t + half)
                along = np.square(np.einsum("pj,ij->pi", (new_z - self.z)[rows], line)) * (0.5 * (1.0 + known))
                jump = chance[rows, None] * np.concatenate([along, chance_part[rows]], axis=1)
                np.add.at(self.jumps[t], way[rows], jump)
                np.add.at(self.uses[t], way[rows], 1.0)

    def _swap(self, key: np.uint64) -> None:
        """Offer swaps between rungs t and t + 1, t even in even passes and odd in odd ones, in every ladder."""
        E, betas = self.energy.reshape(self.L, self.T), self.begun.betas
        u = uniform_array(combine_array(key, np.arange(len(self.z), dtype=np.uint64)), name_key("swap")).reshape(self.L, self.T)
        for t in range(self.passes % 2, self.T - 1, 2):
            ratio = np.minimum((betas[t + 1] - betas[t]) * (E[:, t] - E[:, t + 1]), 0.0)
            self.offered[t] += self.L
            self.refused[t] += float((1.0 - np.exp(ratio)).sum())
            lower = np.flatnonzero(np.log(u[:, t]) < ratio) * self.T + t
            for A in (self.z, self.ids, self.items, self.energy):
                A[lower], A[lower + 1] = A[lower + 1].copy(), A[lower].copy()

    def state(self) -> State:
        """What stands after the stage."""
        old = self.begun
        tops = [np.concatenate([before, np.stack(new)]) if new else before for before, new in zip(
            (old.top_z, old.top_ids, old.top_items, old.top_energy), zip(*self.tops, strict=True) if self.tops else [()] * 4, strict=True
        )]  # fmt: skip
        return replace(
            old,
            z=self.z,
            ids=self.ids,
            items=self.items,
            energy=self.energy,
            passes=self.passes,
            cost=old.cost + self.passes - old.passes,
            energies=np.concatenate([old.energies, np.stack(self.energies)]),
            refused=self.refused,
            offered=self.offered,
            jumps=self.jumps,
            uses=self.uses,
            accepted=self.accepted,
            at=np.concatenate([old.at, np.array(self.at, np.int64)]),
            kept=np.concatenate([old.kept, np.stack(self.kept)]) if self.kept else old.kept,
            top_z=tops[0],
            top_ids=tops[1],
            top_items=tops[2],
            top_energy=tops[3],
        )


@dataclass(frozen=True)
class Sample:
    """Equally weighted states of the top rungs in the last round, and what the ladders say: ``increments`` [item] nats, ``drift`` by
    which the second half of the round puts the log evidence above the first, ``barrier`` swaps refused along a ladder, ``accepted`` [rung]
    share of moves."""

    z: NDArray
    ids: NDArray
    log_likelihood: NDArray
    items: NDArray
    increments: NDArray
    drift: float
    barrier: float
    accepted: NDArray


def without_evidence(settings: Settings) -> Settings:
    """The work of a fit that has nothing to learn: one pass, after which every particle is a draw from the prior."""
    return replace(settings, ladders=-(-_DRAWS // settings.rungs), passes=1, pilot=0)


def finish(state: State, powers: NDArray, seed: int, name: str, most: int = _DRAWS) -> Sample:
    """What the last round leaves: at most ``most`` draws, any of those kept on the top rungs; any particles where nothing has a power,
    for then every rung is the prior."""
    if np.any(powers):
        n = len(state.top_energy) * state.ladders
        flat = [a.reshape(n, *a.shape[2:]) for a in (state.top_z, state.top_ids, state.top_energy, state.top_items)]
    else:
        n, flat = len(state.z), [state.z, state.ids, state.energy, state.items]
    u = uniform_array(stream(seed, name, "thin"), np.arange(n, dtype=np.uint64))
    chosen = np.sort(np.argsort(u, kind="stable")[: min(most, n)])
    L, T = state.ladders, len(state.betas)
    value, drift = float(ladder.log_constants(state.energies, state.betas)[-1]), ladder.drift(state.energies, state.betas)
    kept = state.kept.reshape(len(state.at), L, T, -1)
    increments = ladder.credit(state.energies[state.at], kept, powers, state.betas, value)
    refused = state.refused / np.maximum(state.offered, 1.0)
    done = max(len(state.energies), 1)
    return Sample(*(a[chosen] for a in flat), increments, drift, float(refused.sum()), state.accepted / done)


def finished(state: State, settings: Settings) -> bool:
    """Whether all passes are done."""
    return state.passes >= settings.passes


def lengthened(state: State, settings: Settings) -> Settings:
    """``settings`` with a round more, as long as all before it, where the passes are done and leave the log evidence too unsure: one set
    of claims may settle long after the others. The same where no further round is allowed or wanted."""
    while settings.further and (state.passes > settings.passes or (finished(state, settings) and not log_evidence(state)[1] <= UNSURE)):
        settings = replace(settings, passes=2 * settings.passes, further=settings.further - 1)
    return settings


def log_evidence(state: State) -> tuple[float, float]:
    """Log evidence from the passes of the present round, and its standard error (nats): the jackknife over ladders, or half of the drift
    within the round if that is more."""
    value, error = ladder.evidence(state.energies, state.betas)
    drift = ladder.drift(state.energies, state.betas)
    return value, max(error, 0.5 * abs(drift)) if np.isfinite(drift) else error


def dump(state: State) -> dict[str, NDArray]:
    """Plain arrays, for storage."""
    return {name: np.asarray(getattr(state, name)) for name in State.__dataclass_fields__}


def restore(arrays: dict[str, NDArray]) -> State:
    """The inverse of :func:`dump`."""
    values = {name: (arrays[name] if arrays[name].ndim else arrays[name].item()) for name in State.__dataclass_fields__}
    return State(**values)
