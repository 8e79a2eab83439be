"""Small countries for the tests of the model: a case in memory, any parameter set by name, worlds run step by step.

Everything goes through the product's own problem and model, so that a test sees the whole step. ``STILL`` switches off
what a test does not ask for: decisions, noise, killing, arms, arrest, the loss of places and changes of cohesion.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from realpolitik.case.clock import Clock
from realpolitik.case.distributions import Distribution
from realpolitik.case.records import Agency, Case, Region, Spark
from realpolitik.chance.keys import combine_array, lane_keys
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem

START = datetime(2024, 3, 1, tzinfo=UTC)
DECISION_HAZARDS = tuple(
    "hazard_" + n
    for n in (
        "concede",
        "dismiss",
        "emergency",
        "blackout",
        "sideline",
        "request",
        "lethal",
        "purge",
        "coup",
        "resign",
        "accept",
        "deploy",
        "announce",
        "withdraw",
    )
)
STILL = dict.fromkeys(
    (
        *DECISION_HAZARDS,
        "noise",
        "backlash",
        "fear",
        "anger",
        "concession_effect",
        "dispersal",
        "arrest",
        "sweep",
        "release",
        "death_unarmed",
        "death_lethal",
        "clash_wounds",
        "arming",
        "armed_exit",
        "armed_arrest",
        "armed_death",
        "security_loss",
        "security_wounded",
        "storm",
        "abandon",
        "retake",
        "cohesion_loss",
        "cohesion_recovery",
        "signal",
    ),
    0.0,
)


def country(*regions: Region, days=10.0, step=6.0, police=0.0, sparks=(), **more) -> Case:
    """A case without evidence; ``police`` is the strength of its one agency."""
    regions = regions or (Region("Harbour", 1e6),)
    clock = Clock(START, START + timedelta(days=days), step)
    made = tuple(Spark(where, begins, length, Distribution("fixed", size, 0.0, str(size))) for where, begins, length, size in sparks)
    return Case(
        name="test",
        clock=clock,
        regions=regions,
        capital=regions[0].name,
        ruler="the ruler",
        agencies=(Agency("Police", police),),
        sparks=made,
        **more,
    )


class Worlds:
    """``blocks`` blocks of LANES worlds of one case under medians of the prior and ``parameters``.

    Noise ids are named as the product names them. ``flat`` takes the day's rhythm out; ``hours`` replaces the clock's
    steps by equal ones of that length.
    """

    def __init__(self, case: Case, parameters: dict, blocks=1, seed=1, flat=True, hours=None, claims=(), z=None):
        problem = build_problem(case, claims)
        T = problem.T.copy()
        if hours is not None:
            count = round((T[-1, at.HOUR] + 24.0 * T[-1, at.DAYS]) / hours)
            T = np.repeat(T[:1], count, axis=0)
            T[:, at.HOUR], T[:, at.DAYS] = np.arange(count) * hours, hours / 24.0
        if flat:
            T[:, at.RHYTHM] = 1.0
        problem = replace(problem, T=T, edges=np.append(T[:, at.HOUR], T[-1, at.HOUR] + 24.0 * T[-1, at.DAYS]))
        self.problem, self.T = problem, T
        self.model = CrisisModel(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
        particles = 1 if z is None else LANES
        values = problem.prior.transform(np.zeros((1, problem.prior.dimension)) if z is None else z)
        for name, value in parameters.items():
            values[problem.prior.names.index(name)] = value
        self.values = values
        self.blocks = []
        for b in range(blocks):
            own = np.arange(b * particles, (b + 1) * particles, dtype=np.uint64)
            ids = combine_array(own[:, None], self.model.noise_keys[None, :])
            keys = np.ascontiguousarray(lane_keys(seed, ids, LANES // particles)).reshape(-1)
            self.blocks.append(self.model.start(values, keys, LANES // particles))
        self.step = 0

    def run(self, steps=None):
        """Go on by ``steps`` (to the end of the clock if None)."""
        last = len(self.T) if steps is None else self.step + steps
        for block in self.blocks:
            self.model.advance(block, self.step, last)
        self.step = last
        return self

    def _row(self, field, region):
        return field if region is None else self.model.size.region(region) + field

    def get(self, field, region=0) -> np.ndarray:
        """One row of the state in every world; ``region`` None for the nation."""
        row = self._row(field, region)
        return np.concatenate([b.S.reshape(-1, LANES)[row] for b in self.blocks])

    def put(self, field, value, region=0):
        """Set one row of the state; a scalar or one number for each lane of a block."""
        for b in self.blocks:
            b.S.reshape(-1, LANES)[self._row(field, region)] = value

    def take(self, decision, hour=0.0):
        """Let a decision have been taken."""
        self.put(at.TAKEN + decision, hour, None)

    def out(self, people, region=0):
        """Move people from quiet to the street."""
        self.put(at.STREET, people, region)
        self.put(at.QUIET, self.get(at.MOBILISABLE, region)[:LANES] - people, region)
