"""The crisis model as the filter sees it: start, advance, loglik, gather on blocks of worlds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.aligned import lined_up
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import name_key, uniform_array
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import Layout
from realpolitik.crisis.reports import record_path, report
from realpolitik.crisis.start import parameter_block, place_id, start, start_ids
from realpolitik.crisis.step import advance
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.problem import Problem, position, told_position
from realpolitik.fitting.resampling import gather_rows
from realpolitik.fitting.tables import Tables, build_tables

NATIONAL = (
    at.Q_CROWD,
    at.Q_ARMED,
    at.Q_DETAINED,
    at.Q_DEAD,
    at.Q_SECURITY_DEAD,
    at.Q_WOUNDED,
    at.Q_SECURITY_WOUNDED,
    at.Q_WEAPONS,
    at.Q_TROOPS,
    at.Q_SEATS,
    at.Q_RALLIES,
    at.Q_THREAT,
)
_NATIONAL = np.array(NATIONAL, np.int64)


@dataclass(frozen=True)
class Fixed:
    """Fixed acts: ``slots`` int[act] of the clamp table, ``ids`` int[act] and ``keys`` uint64[act, 1] that draw their hours from between
    the hours ``first`` and ``last``, float64[act, 1]."""

    slots: NDArray
    ids: NDArray
    keys: NDArray
    first: NDArray
    last: NDArray


@dataclass
class Block:
    """One block of ``LANES`` worlds: flat state, parameters, scratch, keys."""

    S: NDArray
    P: NDArray
    w: NDArray
    events: NDArray
    keys: NDArray

    @property
    def weight(self) -> NDArray:
        """Log weight of each lane since the last resampling: a view, float64[LANES]."""
        return self.S[at.WEIGHT * LANES : (at.WEIGHT + 1) * LANES]


class CrisisModel:
    """A problem with a docket under one mask of powers and one trust table.

    Attributes
    ----------
    checkpoints : list of int
        Steps after which items are judged and worlds may be resampled, in order; the last one ends the run.
    """

    def __init__(
        self,
        problem: Problem,
        docket: Docket,
        powers: NDArray,
        trust: dict[str, float] | None = None,
        run_out: bool = False,
        mask: NDArray | None = None,
        last: int | None = None,
    ):
        self.problem, self.docket, self.powers = problem, docket, np.asarray(powers, float)
        inside = self.powers > 0.0 if mask is None else np.asarray(mask)
        tables = build_tables(problem.case, docket, self.powers, inside, trust or {}, problem.claims, problem.places)
        self.tables: Tables = tables
        regions = len(problem.names)
        self.size = Layout(regions, len(tables.C), tables.items, tables.memory)
        values = len(problem.prior.names)
        self.I = np.zeros(at.N_INT, np.int64)
        self.I[at.I_REGIONS], self.I[at.I_STEPS], self.I[at.I_PARAMETERS] = regions, len(problem.T), values
        self.I[at.I_KAPPA], self.I[at.I_CLAMPS], self.I[at.I_ITEMS] = values, len(tables.C), tables.items
        self.I[at.I_PLACES] = len(problem.places)
        self.I[at.I_RIVAL] = 1 if problem.case.rival else 0
        alliance = problem.case.alliance
        self.I[at.I_ALLIANCE] = 0 if alliance is None else 2 if alliance.decides == "consensus" else 1
        self.I[at.I_PLACE_SIDE : at.I_PLACE_SIDE + len(problem.place_sides)] = problem.place_sides
        self.steps = len(problem.T)
        self.mask = inside
        self.checkpoints = self._checkpoints(run_out) if last is None else self._until(last)

    def _until(self, last: int) -> list[int]:
        """Steps with something to judge up to ``last``, which ends the run."""
        return sorted({step for step in self.tables.due if step <= last} | {last})

    def _checkpoints(self, run_out: bool) -> list[int]:
        C, R, J = self.tables.C, self.tables.R, self.tables.J
        wanted: set[int] = set()
        for slot in range(len(self.tables.clamp_ids)):
            if C[slot, at.CLAMP_KIND] > 0:
                wanted.add(min(max(int(np.ceil(C[slot, at.CLAMP_LAST])), 1), self.steps) - 1)
        live = 0
        for step, rows in self.tables.due.items():
            if any(R[j, at.R_POWER] > 0.0 for j in rows):
                live = max(live, step)
        last = self.steps - 1 if run_out else max(wanted | {live})
        for step, rows in self.tables.due.items():
            # items that weigh nothing yet are judged too (their likelihood is wanted), but do not prolong the run
            if step <= last and any(J[j, at.J_KIND] == at.NOTE or self.mask[j] for j in rows):
                wanted.add(step)
        return sorted(wanted | {last})

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Block:
        """A block at the clock's start; ``values`` [row, particle], ``keys`` uint64[noise block * LANES]."""
        p, tables = self.problem, self.tables
        P = parameter_block(values, p.distance, worlds)
        S = start(P, keys, p.M, p.names, p.places, self.size).reshape(-1, LANES)
        own = keys.reshape(-1, LANES)[-start_ids(len(p.names), len(p.places)) :]
        S[self.size.series_row :][: 2 * len(tables.bias_means) : 2] = tables.bias_means[:, None]
        fixed = self._fixed
        if len(fixed.slots):
            u = uniform_array(own[fixed.ids], fixed.keys)
            place = told_position(position(p.edges, fixed.first + u * (fixed.last - fixed.first)))
            S[self.size.clamp_row + fixed.slots] = place
            # E1: the density per step of the hour drawn is weighed by the width of the window in steps
            gain = np.log((fixed.last - fixed.first) / (24.0 * p.T[place.astype(int), at.DAYS]))
            S[self.size.item_row + tables.C[fixed.slots, at.CLAMP_ITEM].astype(int)] += gain
            S[at.WEIGHT] += (tables.C[fixed.slots, at.CLAMP_POWER, None] * gain).sum(axis=0)
        return Block(
            S.reshape(-1),
            P,
            lined_up(((at.AHEAD + len(p.names) * at.N_AHEAD) * int(LANES),)),
            np.zeros(p.K.shape[1], np.uint64),
            keys,
        )

    @cached_property
    def _fixed(self) -> Fixed:
        """The acts that the evidence fixes (E1)."""
        tables = self.tables
        slots = [slot for slot in range(len(tables.clamp_ids)) if tables.C[slot, at.CLAMP_KIND] == 1]
        windows = [self.docket.entries[int(tables.C[slot, at.CLAMP_ITEM])].window for slot in slots]
        edges = np.array(windows, float).reshape(-1, 2)
        return Fixed(
            np.array(slots, int),
            np.array([self._own_id(slot) for slot in slots], int),
            np.array([name_key("when", tables.clamp_ids[slot]) for slot in slots], np.uint64)[:, None],
            edges[:, :1],
            edges[:, 1:],
        )

    def _own_id(self, slot: int) -> int:
        """Noise id, among those of the start, that draws when a fixed act happens: that of its threshold, which it does not need."""
        event = int(np.flatnonzero(self.tables.slots == slot)[0])
        if event < at.N_DECISIONS:
            return event
        region, place = divmod(event - at.N_DECISIONS, at.N_PLACES)
        return place_id(len(self.problem.names), len(self.problem.places), region, place)

    def _arguments(self, block: Block) -> tuple:
        """What every kernel that advances a block is given before the steps."""
        p, t = self.problem, self.tables
        return block.S, block.P, block.w, block.keys, block.events, p.K, p.T, self.I, p.M, t.slots, t.C

    def advance(self, block: Block, first: int, last: int) -> None:
        """Run steps ``first`` to before ``last``."""
        advance(*self._arguments(block), first, last)

    def loglik(self, block: Block, step: int) -> None:
        """Judge the items due at the end of ``step``; their log likelihoods go to the block's weight."""
        rows = self.tables.due.get(step)
        if rows is not None:
            report(block.S, block.P, block.w, self.I, self.tables.J, self.tables.R, rows)

    def gather(self, block: Block, ancestors: NDArray) -> None:
        """Lane i goes on from lane ``ancestors[i]``; keys stay with the slot."""
        gather_rows(block.S, ancestors)

    def items(self, block: Block) -> NDArray:
        """Log likelihood of each item along each lane's path, float64[item, LANES] (a view)."""
        S = block.S.reshape(-1, LANES)
        return S[self.size.item_row : self.size.item_row + self.tables.items]

    def expected(self, block: Block) -> NDArray:
        """What each item was expected to say along each lane's path: log(figure + ½) or a share, float64[item, LANES] (a view)."""
        S = block.S.reshape(-1, LANES)
        return S[self.size.expected_row : self.size.expected_row + self.tables.items]

    def path(self, block: Block, out: NDArray) -> None:
        """National quantities (NATIONAL) and regional crowds now, float32[quantity, LANES]."""
        record_path(block.S, block.P, block.w, len(self.problem.names), _NATIONAL, out)

    @property
    def noise_keys(self) -> NDArray:
        """Name of each noise id as a key, uint64[noise block]."""
        return self.problem.noise.names

    @property
    def path_rows(self) -> int:
        """Rows of :meth:`path`."""
        return len(NATIONAL) + len(self.problem.names)
