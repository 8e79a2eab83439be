"""Worlds of a wrong simulator: the shipped model with other values, another kernel of contagion, or edited kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.model import Block, CrisisModel
from realpolitik.fitting.problem import Problem
from realpolitik.fitting.wrong.kinds import Wrong
from realpolitik.fitting.wrong.substitution import advance_of


class WrongModel(CrisisModel):
    """The crisis as a wrong simulator has it, evidence unseen."""

    def __init__(self, problem: Problem, wrong: Wrong):
        super().__init__(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
        self.wrong, self.kernels = wrong, advance_of(wrong.edits)

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Block:
        """As the shipped model, from the simulator's own values and kernel of contagion."""
        values = values.copy()
        if self.wrong.values is not None:
            self.wrong.values(values)
        block = super().start(values, keys, worlds)
        if self.wrong.kernel is not None:
            kappa = self.wrong.kernel(self.problem.distance).reshape(-1, 1)
            first = int(self.I[at.I_KAPPA])
            block.P.reshape(-1, LANES)[first : first + len(kappa)] = kappa
        return block

    def advance(self, block: Block, first: int, last: int) -> None:
        """Run steps ``first`` to before ``last``."""
        if self.kernels is None:
            super().advance(block, first, last)
        else:
            self.kernels(*self._arguments(block), first, last)
