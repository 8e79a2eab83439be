"""What reports of a world can be about, read while worlds run: counts when they are due, places, decisions, the dead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.truth import measure
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import Problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids
from realpolitik.fitting.tables import Tables


@dataclass(frozen=True)
class World:
    """What reports can be about: ``counts`` by item (R6), ``held`` (held, under assault) by item; ``decisions`` hours [15];
    ``lost``, ``how``, ``back`` by (region, place); ``dead``."""

    counts: dict[int, float]
    held: dict[int, tuple[bool, float]]
    decisions: NDArray
    lost: NDArray
    how: NDArray
    back: NDArray
    dead: float


class _Witness:
    """Probe of a block of worlds that keeps what the template's reports are about."""

    def __init__(self, problem: Problem, tables: Tables):
        self.problem, self.tables = problem, tables
        self.counts: dict[int, NDArray] = {}
        self.notes = np.zeros((tables.memory, LANES))
        self.assault: dict[int, NDArray] = {}

    def __call__(self, model: Any, block: Any, step: int, ancestors: NDArray | None, shares: NDArray | None) -> list[World] | None:
        """Read what is due at the end of a step, and at the end of the run what happened in each lane."""
        if shares is not None:
            return self._end(model, block)
        J, S = self.tables.J, block.S.reshape(-1, LANES)
        for j in map(int, self.tables.due.get(step, ())):
            kind, region, note = (int(J[j, column]) for column in (at.J_KIND, at.J_REGION, at.J_NOTE))
            if kind in (at.COUNT, at.SHARE_OF, at.NOTE):
                seen = self._measured(block, int(J[j, at.J_QUANTITY]), region)
                if note >= 0:
                    self.notes[note] += self.tables.R[j, at.R_PART] * seen
                if kind != at.NOTE:
                    self.counts[j] = np.maximum(self.notes[note], 0.0) if note >= 0 else seen
            elif kind == at.PLACE_REPORT and J[j, at.J_MODE] == at.HELD_PLACE:
                self.assault[j] = S[model.size.region(region) + at.ATTACKED].copy()
        return None

    def _measured(self, block: Any, quantity: int, region: int) -> NDArray:
        measure(block.S, block.P, block.w, len(self.problem.names), quantity, region)
        return block.w[at.A * LANES : (at.A + 1) * LANES].copy()

    def _end(self, model: Any, block: Any) -> list[World]:
        S = block.S.reshape(-1, LANES)
        rows = np.array([[model.size.place(k, p) for p in range(len(self.problem.places))] for k in range(len(self.problem.names))])
        lost, how, back = (S[rows + field].copy() for field in (at.LOST_AT, at.HOW, at.BACK_AT))
        held = {}
        for j in self.assault:
            where, moment = tuple(self.tables.J[j, [at.J_REGION, at.J_PLACE]]), self.tables.R[j, at.R_TO]
            gone, returned = ((hours[where] >= 0.0) & (hours[where] <= moment) for hours in (lost, back))
            held[j] = ~gone | returned
        decisions, dead = S[at.TAKEN : at.TAKEN + at.N_DECISIONS].copy(), self._measured(block, at.Q_DEAD, -1)
        return [
            World(
                {j: float(v[i]) for j, v in self.counts.items()},
                {j: (bool(held[j][i]), float(assault[i])) for j, assault in self.assault.items()},
                decisions[:, i],
                lost[:, :, i],
                how[:, :, i],
                back[:, :, i],
                float(dead[i]),
            )
            for i in range(LANES)
        ]


def witness(model: CrisisModel, tables: Tables, values: NDArray, ids: NDArray, seed: int, pool: Any = None) -> list[World]:
    """Run one world for each column of ``values`` [row, world] with noise ``ids`` [world, block], evidence unseen."""
    found = run_filter(model, values, ids, 1, seed, pool, probe=lambda: _Witness(model.problem, tables))
    return [world for block in found.extra for world in block][: values.shape[1]]


def prior_worlds(problem: Problem, tables: Tables, number: int, key: np.uint64, pool: Any = None) -> list[World]:
    """Worlds from the prior of a set of claims, each with parameters and noise of its own."""
    model = CrisisModel(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
    values = problem.prior.transform(normals(key, (number, problem.prior.dimension)))
    return witness(model, tables, values, fresh_ids(key, number, model.noise_keys), int(key), pool)
