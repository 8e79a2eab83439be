"""Fork: worlds as they stand at a moment, run on with fresh chance under one intervention or another.

Up to the moment a world follows the evidence known by then. From then on nothing is fixed: thresholds of whatever has not happened yet
are drawn anew (they are exponential, so the past tells nothing of what is left of them), and all chance has new ids. Every arm shares the
fresh chance, so arms differ by the intervention alone.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import lane_keys
from realpolitik.crisis import layout as at
from realpolitik.fitting.intervention import Arm
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import Problem, rhythm
from realpolitik.fitting.replay import FreeModel, Outcome, gathered, results, run, set_arm

STEP = 6.0  # hours of a step after the clock's end
MISSION = (at.REQUEST, at.ACCEPT, at.REFUSE, at.DEPLOY, at.ANNOUNCE, at.WITHDRAW)


@dataclass(frozen=True)
class Standing:
    """Worlds of one set of claims at a moment.

    ``state`` float64[row, world], ``values`` float64[row, world] parameters, ``step`` the first not yet run.
    """

    problem: Problem
    values: NDArray
    state: NDArray
    step: int


def prolonged(problem: Problem, hours: float) -> Problem:
    """The same problem with the clock run on to ``hours`` at least.

    Its last period goes on; draws are keyed by their hour, so they are new.
    """
    edges, T = list(problem.edges), [row.copy() for row in problem.T]
    local = problem.case.clock.moment(0.0)
    begins = local.hour + local.minute / 60.0
    while edges[-1] < hours - 1e-9:
        first, last = edges[-1], edges[-1] + STEP
        row = T[-1].copy()
        row[at.HOUR], row[at.DAYS], row[at.RHYTHM] = first, STEP / 24.0, rhythm(first, last, begins)
        T.append(row)
        edges.append(last)
    return replace(problem, edges=np.array(edges), T=np.array(T))


def step_at(problem: Problem, hours: float) -> int:
    """The step that begins at or after a moment; 0 before the clock's start."""
    return int(np.clip(np.searchsorted(problem.edges, hours - 1e-9), 0, len(problem.edges) - 1))


def stand(model: CrisisModel, values: NDArray, ids: NDArray, seed: int, step: int, pool: Executor | None = None) -> Standing:
    """Run worlds to before ``step`` as the model has it (``CrisisModel`` fixes what its evidence fixes, ``FreeModel`` nothing)."""
    draws = len(ids)
    order = np.minimum(np.arange(-(-draws // LANES) * LANES), draws - 1)
    keys = lane_keys(seed, ids[order], 1)
    rows = at.N_NATION + len(model.problem.names) * at.N_REGION

    def work(number: int) -> NDArray:
        chosen = slice(number * LANES, (number + 1) * LANES)
        block = model.start(values[:, order[chosen]], np.ascontiguousarray(keys[..., chosen]).reshape(-1), 1)
        model.advance(block, 0, step)
        return block.S.reshape(-1, LANES)[:rows].copy()

    blocks = range(len(order) // LANES)
    found = list(pool.map(work, blocks)) if pool is not None else [work(b) for b in blocks]
    return Standing(model.problem, values, np.concatenate(found, axis=1)[:, :draws], step)


def fork(standing: Standing, ids: NDArray, seed: int, until: float, arm: Arm | None = None, pool: Executor | None = None) -> Outcome:
    """Run worlds on from where they stand to hour ``until`` with fresh chance.

    Parameters
    ----------
    ids : uint64[world, noise block]
        The fresh chance; the same for every arm.

    Returns
    -------
    Outcome
        Without the largest crowd and the days until order, which would need a look at every step.
    """
    arm = arm or Arm()
    problem = prolonged(standing.problem, until)
    problem = _cut(problem, until)
    model = FreeModel(problem)
    model.fix(arm.fixed)
    if arm.table is not None:
        model.problem = replace(problem, M=arm.table)
    draws = standing.state.shape[1]
    order = np.minimum(np.arange(-(-draws // LANES) * LANES), draws - 1)
    keys = lane_keys(seed, ids[order], 1)

    def work(number: int) -> tuple:
        chosen = order[number * LANES : (number + 1) * LANES]
        own = np.ascontiguousarray(keys[..., number * LANES : (number + 1) * LANES]).reshape(-1)
        block = model.start(standing.values[:, chosen], own, 1)
        _put(model, block.S.reshape(-1, LANES), standing.state[:, chosen])
        set_arm(model, block, arm, chosen)
        run(model, block, arm, chosen, None, standing.step)
        return results(model, block, None, False)

    blocks = range(len(order) // LANES)
    return gathered(list(pool.map(work, blocks)) if pool is not None else [work(b) for b in blocks], draws)


def _cut(problem: Problem, until: float) -> Problem:
    last = int(np.searchsorted(problem.edges, until - 1e-9))
    return replace(problem, edges=problem.edges[: last + 1], T=problem.T[:last])


def _put(model: CrisisModel, S: NDArray, stands: NDArray) -> None:
    """Everything as it stands, but thresholds as they were just drawn. A mission that is over can be asked for again."""
    fresh = S.copy()
    S[: len(stands)] = stands
    S[at.WAIT : at.WAIT + at.N_DECISIONS] = fresh[at.WAIT : at.WAIT + at.N_DECISIONS]
    S[[at.WEIGHT, at.FAULT]] = 0.0
    over = stands[at.TAKEN + at.WITHDRAW] >= 0.0
    for decision in MISSION:
        S[at.TAKEN + decision] = np.where(over, -1.0, stands[at.TAKEN + decision])
    for k in range(len(model.problem.names)):
        for j in range(at.N_PLACES):
            row = model.size.place(k, j)
            # a threshold that is used up marks a place that was lost
            S[row + at.LOSE_WAIT] = np.where(stands[row + at.LOST_AT] >= 0.0, -1.0, fresh[row + at.LOSE_WAIT])
            S[row + at.BACK_WAIT] = fresh[row + at.BACK_WAIT]
            S[row + at.HOW] = np.maximum(stands[row + at.HOW], 0.0)
