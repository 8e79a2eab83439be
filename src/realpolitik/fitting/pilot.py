"""The pilot: one fit without any claim, from whose ladders every set of claims begins.

All sets share their evidence and most parameters, so worlds that explain the evidence without a claim are a better beginning than the
prior: on the Kazakhstan case a set settles in a fifth of the passes. A chain forgets where it began; passes before the last round are
there for that, and the drift within the last round tells where they were too few. What a pilot finds enters no evidence, and all sets,
that without claims too, begin alike from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.priors import Prior
from realpolitik.fitting.sampler import Likelihood, State, energy_of


@dataclass(frozen=True)
class Pilot:
    """Where to begin, as plain data: ``names`` of the coordinates of ``z`` [particle, coordinate]; ``ids`` [particle, noise block];
    ``betas`` [rung]; ``curvature`` [rung, 2, coordinate, coordinate] and ``shares`` [rung, way] of the proposals."""

    names: tuple[str, ...]
    z: NDArray
    ids: NDArray
    betas: NDArray
    curvature: NDArray
    shares: NDArray


def pilot_of(state: State, prior: Prior) -> Pilot:
    """What others begin from."""
    return Pilot(_coordinates(prior), state.z, state.ids, state.betas, state.curvature, state.shares)


def nowhere(items: int) -> Likelihood:
    """The likelihood by which to initialise a state that begins from a pilot: where it stood before is not looked at."""
    return lambda z, ids: Filtered(np.zeros(len(z)), np.zeros((len(z), items)), [])


def begin(state: State, pilot: Pilot, prior: Prior, likelihood: Likelihood) -> State:
    """``state``, just initialised, at the pilot's particles; coordinates that the pilot does not have stay drawn from the prior."""
    names = _coordinates(prior)
    here = [j for j, name in enumerate(names) if name in pilot.names]
    there = [pilot.names.index(names[j]) for j in here]
    z, curvature = state.z.copy(), state.curvature.copy()
    z[:, here] = pilot.z[:, there]
    every = np.arange(len(pilot.betas)), np.arange(2)
    curvature[np.ix_(*every, here, here)] = pilot.curvature[np.ix_(*every, there, there)]
    run = likelihood(z, pilot.ids)
    return replace(
        state,
        z=z,
        ids=pilot.ids.copy(),
        items=run.items,
        energy=energy_of(run),
        betas=pilot.betas.copy(),
        curvature=curvature,
        shares=pilot.shares.copy(),
    )


def _coordinates(prior: Prior) -> tuple[str, ...]:
    """Names of the columns of z: the parameter, and which of the distributions that a claim adds up."""
    return tuple(prior.names[row] if part == 0 else f"{prior.names[row]} + {part}" for row, part in prior.drivers)
