"""The particle filter: one estimate Ẑ of the likelihood for each parameter particle.

Given parameters and a noise id the filter is a deterministic function: worlds run in event time, are weighted when an item is due,
and are resampled among the worlds of the same particle when their effective number falls below half. Ẑ is unbiased for the
likelihood (Del Moral 2004), which is all that PMMH and SMC² need. Worlds of one particle lie in one block, so blocks are independent:
threads never change a bit, and nothing has to be stored, because everything can be replayed.

A model offers ``checkpoints``, ``start(values, keys, worlds)``, ``advance(block, first, last)``, ``loglik(block, step)``,
``gather(block, ancestors)`` and a block with a ``weight`` row; the crisis and the known models (linear Gaussian, influenza, compartments
in regions) do. A block is ``LANES`` worlds; a model that says ``wide = True`` takes any multiple of it, so that its particles can have
more worlds.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.aligned import lined_up_copy
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import combine_array, lane_keys, name_key
from realpolitik.fitting.resampling import close, resample

_RESAMPLE = name_key("resample")
THRESHOLD = 0.5


class StateSpaceModel(Protocol):
    """What the filter asks of a model."""

    checkpoints: list[int]

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Any:
        """A block at the first step; ``values`` [row, particle], ``keys`` uint64[lane]."""

    def advance(self, block: Any, first: int, last: int) -> None:
        """Run steps ``first`` to before ``last`` in place."""

    def loglik(self, block: Any, step: int) -> None:
        """Add to ``block.weight`` the log likelihood of what was observed at ``step``."""

    def gather(self, block: Any, ancestors: NDArray) -> None:
        """Replace lane i by lane ``ancestors[i]``."""


@dataclass(frozen=True)
class Filtered:
    """Result for many particles: ``evidence`` [particle] log Ẑ; ``items`` [particle, item] mean log likelihood of each item along the
    surviving paths (empty for models without items); ``extra`` what the caller's probe returned, one entry per block."""

    evidence: NDArray
    items: NDArray
    extra: list[Any]


def run_block(model: StateSpaceModel, values: NDArray, keys: NDArray, worlds: int, probe: Callable | None = None) -> tuple:
    """Filter one block; returns (log Ẑ [particle], item means [particle, item], probe's result).

    ``probe(model, block, step, ancestors, shares)`` is called after every checkpoint with ``shares`` None, and at the end with the
    normalised weights of the lanes; its last return value is kept.
    """
    particles = values.shape[1]
    lanes = particles * worlds
    block = model.start(values, keys, worlds)
    evidence, shares, ancestors = np.zeros(particles), np.empty(lanes), np.arange(lanes)
    done, seen = 0, None
    for number, step in enumerate(model.checkpoints):
        if probe is not None:
            for inner in range(done, step + 1):
                model.advance(block, inner, inner + 1)
                seen = probe(model, block, inner, None, None)
        else:
            model.advance(block, done, step + 1)
        done = step + 1
        model.loglik(block, step)
        if worlds > 1 and number + 1 < len(model.checkpoints):  # a particle of one world has nothing to choose from
            event = combine_array(_RESAMPLE, np.uint64(step))
            if resample(block.weight, keys, event, worlds, THRESHOLD, evidence, ancestors):
                model.gather(block, ancestors)
                if probe is not None:
                    probe(model, block, step, ancestors.copy(), None)
    close(block.weight, worlds, evidence, shares)
    if probe is not None:
        seen = probe(model, block, done, None, shares)
    items = model.items(block) if hasattr(model, "items") else np.zeros((0, lanes))
    means = (items * shares).reshape(len(items), particles, worlds).sum(axis=2).T
    return evidence, means, seen


def run_filter(
    model: StateSpaceModel,
    values: NDArray,
    noise_ids: NDArray,
    worlds: int,
    seed: int,
    pool: Executor | None = None,
    probe: Callable[[], Callable] | None = None,
    lanes: int = int(LANES),
) -> Filtered:
    """Filter all particles.

    Parameters
    ----------
    values : float64[row, particle]
        Parameters as the model takes them.
    noise_ids : uint64[particle] or uint64[particle, noise block]
        Which chance each particle uses; several blocks let a proposal renew a part of it.
    worlds : int
        Worlds per particle; a power of two that divides LANES, or for wide models a multiple of LANES.
    pool : Executor, optional
        Where blocks run; the result does not depend on it.
    probe : callable, optional
        Factory of a probe for one block (see :func:`run_block`).
    lanes : int
        Worlds in a block, for wide models: a multiple of LANES; the numbers do not depend on it.
    """
    n = len(noise_ids)
    lanes = max(lanes, worlds)
    if lanes > LANES and not getattr(model, "wide", False):
        raise ValueError(f"this model runs {LANES} worlds at a time, not {lanes}")
    per = lanes // worlds
    padded = -(-n // per) * per
    order = np.minimum(np.arange(padded), n - 1)  # a short last block repeats its last particle
    keys = lane_keys(seed, noise_ids[order], worlds)

    def work(b: int) -> tuple:
        chosen = order[b * per : (b + 1) * per]
        own = lined_up_copy(keys[..., b * lanes : (b + 1) * lanes]).reshape(-1)
        return run_block(model, values[:, chosen], own, worlds, probe() if probe else None)

    blocks = range(padded // per)
    results = list(pool.map(work, blocks)) if pool is not None else [work(b) for b in blocks]
    evidence = np.concatenate([r[0] for r in results])[:n]
    items = np.concatenate([r[1] for r in results])[:n]
    return Filtered(evidence, items, [r[2] for r in results])
