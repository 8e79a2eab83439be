"""Interventions: what a replay holds fixed against the model's own choice (Pearl's second step).

A decision that is changed is taken by nobody's hazard: it never happens, or it happens at a given step of each world, whatever the
gates say. Every other decision is the model's own, with its own threshold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from realpolitik.crisis import layout as at

NEVER = 1 << 30  # a step that no clock reaches


@dataclass(frozen=True)
class Fixed:
    """One decision under intervention: taken at ``steps`` float64[draw], the step and behind
    the point the part of it that has passed; or, where that is None, not taken in [first, last), in steps likewise (``nearest_cell``)."""

    steps: NDArray | None = None
    first: float = 0.0
    last: float = NEVER


@dataclass(frozen=True)
class Hook:
    """Something done to a block before a step: ``act(S, P, chosen)`` with S [row, LANES], P [row, LANES], ``chosen`` the draws in it."""

    step: int
    act: Callable[[NDArray, NDArray, NDArray], None]


@dataclass(frozen=True)
class Arm:
    """One way to run worlds on.

    ``fixed`` maps a decision's number to what is done to it; ``parameters`` maps a parameter's row to its values [draw];
    ``hooks`` act between steps; ``watch`` acts after every step; ``table`` replaces the region table; ``begins`` is the step from which
    the interventions hold (before it everything runs as the evidence has it).
    """

    fixed: dict[int, Fixed] = field(default_factory=dict)
    parameters: dict[int, NDArray] = field(default_factory=dict)
    hooks: tuple[Hook, ...] = ()
    watch: Callable[[NDArray, NDArray, float], None] | None = None
    table: NDArray | None = None

    def also(self, other: Arm) -> Arm:
        """Both; where they fix the same decision or parameter, the other's word counts."""
        return Arm(
            {**self.fixed, **other.fixed},
            {**self.parameters, **other.parameters},
            (*self.hooks, *other.hooks),
            other.watch or self.watch,
            self.table if other.table is None else other.table,
        )


def never(*decisions: int) -> Arm:
    """An arm in which decisions are never taken."""
    return Arm({decision: Fixed() for decision in decisions})


def clamp_table(fixed: dict[int, Fixed], steps: int, regions: int) -> tuple[NDArray, NDArray]:
    """Clamp table float64[decision, N_CLAMP] and slots int64[event] of an intervention; weights are nil."""
    C = np.zeros((at.N_DECISIONS, at.N_CLAMP))
    slots = np.full(at.N_DECISIONS + regions * at.N_PLACES, -1, np.int64)
    for decision, one in fixed.items():
        slots[decision] = decision
        C[decision, at.CLAMP_KIND] = 2.0 if one.steps is None else 1.0
        C[decision, at.CLAMP_FIRST], C[decision, at.CLAMP_LAST] = one.first, min(one.last, steps)
    return C, slots
