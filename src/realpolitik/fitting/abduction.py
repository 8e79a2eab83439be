"""Abduction: the thresholds under which a posterior world would have come about by itself (Pearl's first step).

In a posterior world the acts that the evidence fixes happen when the evidence says. To replay it with nothing fixed, each such act
needs a threshold that makes it happen at the very hour it happened at:

- a fixed act: the hazard integrated up to its hour;
- an act that did not happen in a span: the threshold of its own name, and the hazard integrated over the span on top;
- the manner in which a place fell: the uniform that decides it lies where it gives the manner of the evidence.

Everything else keeps the chance it has. The replay without a change is then the posterior world again (T8.10).
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import lane_keys, name_key, uniform_array
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import CELLS
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import position, told_position

LEAST = 1e-9  # a hazard below this in the step of an act explains it no more: the world is left out
_EDGE = 1e-6  # the uniform of a manner keeps this far from 0 and 1, so that rounding cannot change it


@dataclass(frozen=True)
class Abducted:
    """What a free replay of posterior worlds needs beside z and chance.

    ``rows`` int[row] state rows that are set at the start, to ``values`` float64[row, draw]; ``taken`` float64[decision, draw] the hour
    at which each decision was taken, -1 if it was not; ``places`` float64[decision, draw] the same in steps;
    ``sound`` bool[draw] whether the model gives every act of the world a hazard.
    """

    rows: NDArray
    values: NDArray
    taken: NDArray
    places: NDArray
    sound: NDArray


def abduct(model: CrisisModel, values: NDArray, ids: NDArray, seed: int, pool: Executor | None = None) -> Abducted:
    """Thresholds of posterior worlds.

    Parameters
    ----------
    model : CrisisModel
        The posterior's own model, with its acts fixed (``Posterior.model``).
    values : float64[row, draw]
        Parameters. ids : uint64[draw, noise block].
    """
    draws = len(ids)
    order = np.minimum(np.arange(-(-draws // LANES) * LANES), draws - 1)
    keys = lane_keys(seed, ids[order], 1)

    def work(block: int) -> tuple:
        chosen = slice(block * LANES, (block + 1) * LANES)
        return _block(model, values[:, order[chosen]], np.ascontiguousarray(keys[..., chosen]).reshape(-1))

    blocks = range(len(order) // LANES)
    found = list(pool.map(work, blocks)) if pool is not None else [work(b) for b in blocks]
    _, threshold, taken, sound = (np.concatenate(part, axis=-1)[..., :draws] for part in zip(*found, strict=True))
    return Abducted(found[0][0], threshold, taken, _places(model, taken), sound)


def _places(model: CrisisModel, hours: NDArray) -> NDArray:
    return np.where(hours >= 0.0, told_position(position(model.problem.edges, hours)), -1.0)


def _block(model: CrisisModel, values: NDArray, keys: NDArray) -> tuple:
    block = model.start(values, keys, 1)
    S = block.S.reshape(-1, LANES)
    clamps = [slot for slot in range(len(model.tables.clamp_ids)) if model.tables.C[slot, at.CLAMP_KIND] > 0]
    items = model.size.item_row + model.tables.C[clamps, at.CLAMP_ITEM].astype(int)
    begins = S.copy()
    before = np.empty((model.steps, len(clamps), LANES))
    for step in range(model.steps):
        before[step] = S[items]
        model.advance(block, step, step + 1)
    rows, thresholds, sound = [], [], np.ones(LANES, bool)
    nation = keys.reshape(-1, LANES)[len(model.problem.names)]
    for number, slot in enumerate(clamps):
        wait, how = _rows_of(model, slot)
        row, item = items[number], model.tables.clamp_ids[slot]
        if model.tables.C[slot, at.CLAMP_KIND] == 2:
            rows.append(wait)
            thresholds.append(begins[wait] - S[row])
            continue
        place = S[model.size.clamp_row + slot]
        step = place.astype(int)
        here = before[step, number, np.arange(LANES)]
        after = before[np.minimum(step + 1, model.steps - 1), number, np.arange(LANES)]
        gain = np.where(step + 1 < model.steps, after, S[row]) - here
        sound &= np.exp(gain + S[wait]) > LEAST
        rows.append(wait)
        thresholds.append(begins[row] - here + S[wait])
        if how is not None:
            both = S[wait] / (place - step)  # hazard of either manner, per step
            fires = -CELLS * np.expm1(-both / CELLS)
            share = np.clip(np.exp(gain + S[wait] - 0.5 * both / CELLS) / np.maximum(fires, 1e-300), 0.0, 1.0)
            u = _EDGE + (1.0 - 2.0 * _EDGE) * uniform_array(nation, name_key("abduct manner", item))
            stormed = model.tables.C[slot, at.CLAMP_MODE] == at.STORMED
            rows.append(how)
            thresholds.append(-(u * share if stormed else 1.0 - u * share))
    table = np.stack(thresholds) if rows else np.zeros((0, LANES))
    return np.array(rows, int), table, S[at.TAKEN : at.TAKEN + at.N_DECISIONS].copy(), sound


def _rows_of(model: CrisisModel, slot: int) -> tuple[int, int | None]:
    """State rows of the threshold of a fixed act and, for a place, of its manner."""
    event = int(np.flatnonzero(model.tables.slots == slot)[0])
    if event < at.N_DECISIONS:
        return at.WAIT + event, None
    region, place = divmod(event - at.N_DECISIONS, at.N_PLACES)
    row = model.size.place(region, place)
    return row + at.LOSE_WAIT, row + at.HOW
