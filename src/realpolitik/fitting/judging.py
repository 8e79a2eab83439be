"""Worlds run once and judged under several terms: who is trusted how far, and what is left out.

What a world does is settled by its parameters, its chance and the acts that are fixed; terms change only what reports of it are worth.
So one replay serves any number of terms, each with its own report table and its own memory of every reporter's bias. A fixed act stays
fixed under all terms: distrust takes nothing from it, leaving it out takes its weight.

ζ is that of the whole docket under all terms, so that likelihoods under two terms compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.draws import LANES
from realpolitik.crisis import layout as at
from realpolitik.crisis.reports import report
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import Block, CrisisModel
from realpolitik.fitting.posterior import Posterior
from realpolitik.fitting.tables import Tables, build_tables

Set = tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """Under what a posterior is asked again.

    ``trust`` by reporter, 0 to 1, as in the case where it says nothing; ``out`` ids of items left out; ``width`` factor on the prior
    standard deviation by parameter name, in the units of the sampler (log for a log-normal), 1 where it says nothing.
    """

    trust: Mapping[str, float] = field(default_factory=dict)
    out: frozenset[str] = frozenset()
    width: Mapping[str, float] = field(default_factory=dict)

    @property
    def judged(self) -> tuple:
        """What of the terms concerns reports, as a key."""
        return tuple(sorted(self.trust.items())), self.out


@dataclass
class _Judged(Block):
    """A block with what each of the terms remembers: series and notes float64[row, LANES] and items float64[item, LANES] of each."""

    series: list[NDArray] = field(default_factory=list)
    found: list[NDArray] = field(default_factory=list)


class Judge(CrisisModel):
    """The crisis model whose items are judged under each of ``tables`` in turn; for one world per particle."""

    def __init__(self, base: CrisisModel, tables: Sequence[Tables]):
        self.__dict__.update(base.__dict__)
        self.judging = list(tables)
        heard = {step for table in tables for step in table.due if step <= base.checkpoints[-1]}  # also from whom the case does not trust
        self.checkpoints = sorted({*base.checkpoints, *heard})
        self.size = replace(base.size, memory=max(t.memory for t in (base.tables, *tables)))

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Block:
        """A block at the clock's start, with nothing heard yet under any terms."""
        block = super().start(values, keys, worlds)
        memory = []
        for table in self.judging:
            rows = np.zeros((table.memory, LANES))
            rows[: 2 * len(table.bias_means) : 2] = table.bias_means[:, None]
            memory.append(rows)
        found = [np.zeros((table.items, LANES)) for table in self.judging]
        return _Judged(block.S, block.P, block.w, block.events, block.keys, memory, found)

    def loglik(self, block: _Judged, step: int) -> None:
        """Judge the items due at the end of ``step`` under each of the terms."""
        S, first, series = block.S.reshape(-1, LANES), self.size.item_row, self.size.series_row
        for table, memory, found in zip(self.judging, block.series, block.found, strict=True):
            rows = table.due.get(step)
            if rows is None:
                continue
            held = slice(series, series + len(memory))
            S[held] = memory
            report(block.S, block.P, block.w, self.I, table.J, table.R, rows)
            memory[:] = S[held]
            own = rows[table.J[rows, at.J_KIND] != at.NOTE]
            found[own] = S[first + own]
            S[first + own] = 0.0

    def items(self, block: _Judged) -> NDArray:
        """Log likelihood of each item under each of the terms, float64[terms * item, LANES]."""
        fixed = super().items(block)
        return np.concatenate([found + fixed for found in block.found])


class Bench:
    """A posterior with what its replays need, built once and kept: models by set of claims, report tables by terms."""

    def __init__(self, posterior: Posterior, pool: Executor | None = None):
        self.posterior, self.pool = posterior, pool
        self.ids = posterior.docket.ids
        self._models: dict[Set, CrisisModel] = {}
        self._tables: dict[tuple, Tables] = {}

    def model(self, claims: Set) -> CrisisModel:
        """The model of one set of claims under the run's own terms."""
        if claims not in self._models:
            self._models[claims] = self.posterior.model(claims)
        return self._models[claims]

    def width(self, claims: Set, terms: Terms) -> NDArray:
        """Factor on the prior standard deviation of each coordinate of z, float64[dimension]."""
        prior = self.model(claims).problem.prior
        return np.array([float(terms.width.get(prior.names[row], 1.0)) for row, _ in prior.drivers])

    def inside(self, terms: Terms) -> NDArray:
        """1 for an item that is in, 0 for one that is out, float64[item]."""
        return np.array([0.0 if name in terms.out else 1.0 for name in self.ids])

    def tables(self, claims: Set, terms: Terms) -> Tables:
        """The report table of one set of claims under some terms."""
        case, docket = self.posterior.case, self.posterior.docket
        if terms.judged not in self._tables:
            # Built as if every claim were held, because building costs more than judging; only statements know the claims.
            whole = (np.ones(len(docket.entries)), self.inside(terms), dict(terms.trust))
            made = build_tables(case, docket, *whole, tuple(case.claims), self.model(claims).problem.places)
            self._tables[terms.judged] = made
        table = self._tables[terms.judged]
        not_held = [
            j
            for j, e in enumerate(docket.entries)
            if e.treatment == "statement" and e.item.claim not in claims and e.item.claim in case.claims
        ]
        if not not_held:
            return table
        R = table.R.copy()
        R[not_held, at.R_VALUE] = 0.0
        return replace(table, R=R)

    def judge(self, claims: Set, z: NDArray, ids: NDArray, terms: Sequence[Terms], fixed: Mapping[str, float] | None = None) -> NDArray:
        """Log likelihood of each item in each particle's world under each of the terms, float64[terms, particle, item].

        ``fixed`` holds parameters at a value, whatever z says.
        """
        judge = Judge(self.model(claims), [self.tables(claims, t) for t in terms])
        prior = judge.problem.prior
        values = prior.transform(z)
        for name, value in (fixed or {}).items():
            values[prior.names.index(name)] = value
        found = run_filter(judge, values, ids, 1, self.posterior.seed, self.pool).items
        return found.reshape(len(z), len(terms), -1).transpose(1, 0, 2)

    def likelihood(
        self, claims: Set, z: NDArray, ids: NDArray, terms: Sequence[Terms], fixed: Mapping[str, float] | None = None
    ) -> NDArray:
        """Log likelihood at weight ζ of each particle's world under each of the terms, float64[terms, particle]."""
        inside = np.stack([self.inside(t) for t in terms])
        return self.posterior.weight * np.einsum("tpj,tj->tp", self.judge(claims, z, ids, terms, fixed), inside)
