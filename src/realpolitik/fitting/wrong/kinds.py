"""The wrong simulators: which law each breaks and how, and which of them teach the exponent and which test it.

What is changed stands beside what the shipped model has. None of them changes how the reports are weighed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.crisis.parameters import DECISION_PARAMETERS, index
from realpolitik.fitting.grading import SHIPPED, ReportingLaw
from realpolitik.fitting.wrong.substitution import Edit

_SQUARED = "    force, half = force * force, half * half\n"
_URGENT = tuple(index(name) for name in list(DECISION_PARAMETERS.values())[:10])  # decisions of the ruler and his rivals
CALM = 0.5  # the threat that decisions are taken at for ever where it does not drive them


@dataclass(frozen=True)
class Wrong:
    """One wrong simulator.

    ``training``: whether it teaches the exponent (else it tests it). ``edits`` of kernels; ``values`` changes parameters [row, world] in
    place; ``kernel`` gives κ [region, region] from distances; ``law`` of figures; ``strategy`` of reporters (reporters.py).
    """

    name: str
    family: str
    training: bool
    says: str
    edits: tuple[Edit, ...] = ()
    values: Callable[[NDArray], None] | None = None
    kernel: Callable[[NDArray], NDArray] | None = None
    law: ReportingLaw = SHIPPED
    strategy: str = ""


def _hill(squarings: int) -> tuple[Edit, ...]:
    return (Edit("mobilisation", 2 * _SQUARED, squarings * _SQUARED),)


def _slope(factor: float) -> Callable[[NDArray], None]:
    def change(values: NDArray) -> None:
        values[index("threat_slope")] *= factor

    return change


def _unmoved(values: NDArray) -> None:
    """M6.1 with the threat held at CALM: rates as they are there, and no slope."""
    slope = index("threat_slope")
    values[list(_URGENT)] *= np.exp(values[slope] * (CALM - 1.0))
    values[slope] = 0.0


def _far(share: float) -> Callable[[NDArray], None]:
    def change(values: NDArray) -> None:
        values[index("far_share")] = share

    return change


def _own(distance: NDArray) -> NDArray:
    return np.eye(len(distance))


def _nearest(distance: NDArray) -> NDArray:
    """Half of what is near comes from the region itself, half from the nearest other one."""
    regions = len(distance)
    kappa = np.eye(regions)
    if regions > 1:
        others = distance + np.diag(np.full(regions, np.inf))
        kappa[np.arange(regions), np.argmin(others, axis=1)] = 1.0
    return kappa / kappa.sum(axis=1, keepdims=True)


KINDS: tuple[Wrong, ...] = (
    Wrong("hill-2", "deterrence", True, "deterrence turns with exponent 2 (M1.3 has 4)", _hill(1)),
    Wrong("hill-8", "deterrence", False, "deterrence turns with exponent 8 (M1.3 has 4)", _hill(3)),
    Wrong("slope-third", "decisions", True, "threat_slope a third of what its prior gives", values=_slope(1.0 / 3.0)),
    Wrong("slope-triple", "decisions", False, "threat_slope three times what its prior gives", values=_slope(3.0)),
    Wrong("slope-none", "decisions", True, f"decisions come as at threat {CALM}, whatever the threat", values=_unmoved),
    Wrong("contagion-none", "contagion", True, "no contagion between regions", values=_far(0.0), kernel=_own),
    Wrong("contagion-nearest", "contagion", False, "near contagion from the nearest region only", kernel=_nearest),
    Wrong("contagion-free", "contagion", False, "contagion without distance (far_share 1)", values=_far(1.0)),
    Wrong("bias-double", "reports", True, "reporters' biases twice as large, mean and sd", law=ReportingLaw(bias=2.0)),
    Wrong("tolls-slow", "reports", False, "tolls close four times slower", law=ReportingLaw(closing=4.0)),
    Wrong("wrong-figures", "reports", True, "wrong figures twice as often, tails twice as wide", law=ReportingLaw(wrong=2.0, tail=2.0)),
    Wrong("official", "strategy", True, "a government whose account is false leans to it; captives confess", strategy="official"),
    Wrong("partisan", "strategy", False, "government and opposition both lean to their accounts", strategy="partisan"),
    Wrong("silent", "strategy", False, "a government keeps back figures that speak against its account", strategy="silent"),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(seed: int, number: int) -> Wrong:
    """The simulator of crisis ``number`` (from 1): each run of as many crises as there are kinds holds each once, in random order."""
    batch, place = divmod(number - 1, len(KINDS))
    rng = np.random.Generator(np.random.Philox(key=[seed, 0x77726F6E67 + batch]))
    return KINDS[int(rng.permutation(len(KINDS))[place])]
