"""Axes with round numbers: steps of 1, 2 or 5 times a power of ten."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from realpolitik.cable.figures import along
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.wording import finite


@dataclass(frozen=True)
class Scale:
    """An axis from its first mark to its last."""

    marks: tuple[float, ...]

    def at(self, value: Any) -> float:
        """Place of a value on the axis, 0 to 1; its ends for what lies beyond."""
        first, last = self.marks[0], self.marks[-1]
        return min(1.0, max(0.0, ((finite(value) or 0.0) - first) / (last - first)))

    def span(self, low: Any, high: Any) -> str:
        """From one value to another, as CSS."""
        return f"left:{along(self.at(low))};width:{along(self.at(high) - self.at(low))}"

    @property
    def grid(self) -> str:
        """CSS that puts the lines of a track under the marks."""
        return f"--grid:{100 / (len(self.marks) - 1):.4f}%"

    def axis(self, show: Callable[[float], str]) -> Safe:
        """The foot of a set of bars."""
        return h("div", h("div", [h("span", show(mark)) for mark in self.marks], class_="axis"), class_="bar foot")


def scale(*values: Any, most: int = 5) -> Scale:
    """The axis with at most `most` round steps that holds zero and every finite value.

    Examples
    --------
    >>> scale(17.2).marks
    (0.0, 5.0, 10.0, 15.0, 20.0)
    >>> scale(-21.3, 0.0).marks
    (-25.0, -20.0, -15.0, -10.0, -5.0, 0.0)
    """
    known = [0.0, *(x for x in map(finite, values) if x is not None)]
    low, high = min(known), max(known)
    if high <= low:
        high = low + 1.0
    power = math.floor(math.log10((high - low) / most))
    for exponent in (power, power + 1):
        for lead in (1, 2, 5):
            first, last = (round_to(x / (lead * 10.0**exponent)) for round_to, x in ((_floor, low), (_ceil, high)))
            if last - first <= most:
                return Scale(tuple(_clean(i * lead, exponent) for i in range(first, last + 1)))
    return Scale((low, high))  # cannot happen: the last step is ten times the range over `most`


def _floor(x: float) -> int:
    return math.floor(x + 1e-9)


def _ceil(x: float) -> int:
    return math.ceil(x - 1e-9)


def _clean(count: int, exponent: int) -> float:
    """`count` times a power of ten, without the crumbs of binary fractions."""
    return float(f"{count}e{exponent}")
