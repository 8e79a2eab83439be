"""The encompassing fit: one set of ladders in which every claim is switched on or off by itself (``fitting.switches``).

Hot rungs change sets freely and hand them down by swaps; how often the posterior draws hold a set is its probability. The sampler is that
of every other fit and knows nothing of switches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.crisis import layout as at
from realpolitik.fitting import ladder, sampler
from realpolitik.fitting.account import Work, climb
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.deaths import finite
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.filter import Filtered, run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import Problem, build_problem
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.switches import Set, Together
from realpolitik.fitting.tables import build_tables

NAME, AMONG = "every claim by itself", "the sets that accounts tell"
LONGER = 4  # passes of the encompassing fit for each of a set's own: it has all sets to visit


@dataclass(frozen=True)
class Visited:
    """``sets`` of claims that can be held, ``chance`` [set] before any evidence, ``share`` [ladder, set] of the posterior draws that hold
    each; ``draws`` of each ladder; ``drift`` of the log evidence within the last round (nats); ``passes``."""

    sets: list[Set]
    chance: NDArray
    share: NDArray
    draws: int
    drift: float
    passes: int


class Encompassing(Work):
    """The likelihood of particles that each hold a set of claims of their own, as the sampler calls it."""

    def __init__(self, case: Case, docket: Docket, together: Together, seed: int):
        mask = np.ones(len(docket.entries))
        powers = power(docket) * mask
        self.together, self.mask = together, mask
        problems, self._like = _shapes(case, together)
        self._models = [CrisisModel(problem, docket, powers, mask=mask, run_out=True) for problem in problems]
        super().__init__(self._models[0], together.transform, powers, 1, seed, None)
        self._stated = _statements(case, docket, together, self._models[0], powers, mask)
        self._gain = np.einsum("si,i->s", self._stated, powers)  # no BLAS, whose threads may round in any order

    @property
    def problem(self) -> Problem:
        """The case under no claim in particular."""
        return self._models[0].problem

    def __call__(self, z: NDArray, ids: NDArray) -> Filtered:
        """As in ``Work``; statements about a claim count for the particles that hold it."""
        held, values = self.together.which(z), self.transform(z)
        evidence, items = np.empty(len(z)), np.empty((len(z), len(self.mask)))
        for k, model in enumerate(self._models):
            rows = np.flatnonzero(self._like[held] == k)
            if len(rows):
                run = run_filter(model, values[:, rows], ids[rows], 1, self.seed)
                evidence[rows], items[rows] = run.evidence, run.items
        self.world_steps += float(len(z)) * (self.model.checkpoints[-1] + 1)
        return finite(Filtered(evidence + self._gain[held], items + self._stated[held], []), self.powers)


def _shapes(case: Case, together: Together) -> tuple[list[Problem], NDArray]:
    """Problems without statements of their own that differ in where a claim has its people, and by set which of them it is."""
    reference = build_problem(case, tuple(sorted(case.claims)))
    problems: dict[bytes, Problem] = {}
    like = np.empty(len(together.sets), np.int64)
    for i, held in enumerate(together.sets):
        problem = build_problem(case, held)
        M = problem.M.copy()
        for parameter, column in (("organised_cells", at.CELL_SHARE), ("infiltrators", at.FOREIGN_SHARE)):
            row = problem.prior.rows[problem.prior.names.index(parameter)]
            if all(part.kind == "fixed" and part.a == 0.0 for part in row):
                M[:, column] = reference.M[:, column]  # nobody is there, wherever that would be
        key = M.tobytes()
        problems.setdefault(key, replace(problem, M=M, claims=()))
        like[i] = list(problems).index(key)
    return list(problems.values()), like


def _statements(case: Case, docket: Docket, together: Together, model: CrisisModel, powers: NDArray, mask: NDArray) -> NDArray:
    """What statements about causes are worth under each set, nats [set, item] (rule R5)."""
    everything = build_tables(case, docket, powers, mask, {}, tuple(case.claims), model.problem.places).R
    value = np.zeros((len(together.sets), len(docket.entries)))
    for j, entry in enumerate(docket.entries):
        if entry.treatment == "statement" and entry.item.claim in case.claims:
            value[:, j] = [everything[j, at.R_VALUE] if entry.item.claim in held else 0.0 for held in together.sets]
    return value


def visit(
    case: Case,
    settings: Settings,
    seed: int,
    sets: Sequence[Set] | None = None,
    as_of: float | None = None,
    tell: Callable[[float, str], None] | None = None,
) -> Visited:
    """Fit all claims at once.

    Parameters
    ----------
    settings : Settings
        Of a fit of one set of claims; this one has ``LONGER`` times its passes.
    sets : sequence of sets of claims, optional
        The only ones that can be held; all that are consistent if None.
    as_of : float, optional
        Hours up to which reports count.
    tell : callable, optional
        Told (part done, message) after every stage.

    Raises
    ------
    RunError
        When the case has too many sets of claims.
    """
    together = Together(case, sets)
    name = NAME if sets is None else AMONG
    work = Encompassing(case, build_docket(case, as_of), together, seed)
    settings = replace(settings, passes=LONGER * settings.passes, pilot=0, further=0)
    if not work.powers.any():
        settings = sampler.without_evidence(settings)
    problem = replace(work.problem, prior=together)  # type: ignore[arg-type]
    state = climb(name, work, problem, settings, seed, work.model.noise_keys, tell=tell)
    top = state.top_z if work.powers.any() else state.z.reshape(state.ladders, len(state.betas), -1).transpose(1, 0, 2)
    held = together.which(top.reshape(-1, together.dimension)).reshape(top.shape[:2])
    share = np.stack([np.bincount(column, minlength=len(together.sets)) / len(held) for column in held.T])
    drift = ladder.drift(state.energies, state.betas)
    return Visited(together.sets, together.chance, share, len(held), drift, settings.passes)
