"""The reports of a crisis as one row of numbers, in the order of the case's evidence.

A figure is log(figure + ½), a bound ±1 for "at least" and "at most", a share the part of those looked at; an act whether it happened, its
hour (a day after the clock's end where it did not) and, of a place, whether it was stormed; "held" and statements are 0 or 1. A report
that is missing has a flag of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case, Item
from realpolitik.crisis.layout import DECISIONS
from realpolitik.fitting.evidence import Entry, build_docket

NEVER = 24.0  # hours after the clock's end: when what did not happen is put


class Summaries:
    """What of a case's reports is looked at; ``names`` of the columns."""

    def __init__(self, case: Case):
        entries = build_docket(case).entries
        self.end = float(case.clock.edges_hours[-1]) + NEVER
        self.entries = [e for e in entries if e.treatment not in ("copy", "restated") and not e.silent]
        self.unlisted = [f"also {e.item.id.removeprefix('no ')}" for e in entries if e.silent]
        self.names: list[str] = []
        for e in self.entries:
            self.names += [e.item.id, *(f"{e.item.id} {part}" for part in self._parts(e)[1:])]
        for name in self.unlisted:
            self.names += [name, f"{name} hour"]

    def _parts(self, e: Entry) -> tuple[str, ...]:
        if e.treatment in ("count", "share"):
            return ("value", "missing")
        if e.treatment == "statement" or e.item.what.endswith(" held"):
            return ("value",)
        return ("value", "hour") if e.item.what in DECISIONS else ("value", "hour", "stormed")

    def row(self, reports: Iterable[Item]) -> NDArray:
        """Reports of a crisis, of the case itself or synthetic, float64[column]."""
        found = {item.id: item for item in reports}
        values: list[float] = []
        for e in self.entries:
            item = found.get(e.item.id)
            if e.treatment in ("count", "share"):
                values += [0.0, 1.0] if item is None else [self._figure(item), 0.0]
            elif e.treatment == "statement":
                values.append(float(item is not None and item.says == "true"))
            elif e.item.what.endswith(" held"):
                values.append(float(item is not None))
            else:
                values += self._act(item)
                if e.item.what not in DECISIONS:
                    values.append(float(item is not None and not item.absent and item.what.endswith("stormed")))
        for name in self.unlisted:
            values += self._act(found.get(name))
        return np.array(values)

    def _act(self, item: Item | None) -> list[float]:
        if item is None or item.absent:
            return [0.0, self.end]
        return [1.0, 0.5 * (item.when[0] + item.when[1]) if item.when else item.reported]

    @staticmethod
    def _figure(item: Item) -> float:
        value = item.value
        if item.of is not None:
            return value.centre / max(item.of, 1.0)
        if value.form in ("at_least", "at_most"):
            return 1.0 if value.form == "at_least" else -1.0
        if value.form == "range":
            return 0.5 * math.log(max(value.low + 0.5, 1e-9)) + 0.5 * math.log(max(value.high + 0.5, 1e-9))
        return math.log(max(value.centre, 0.0) + 0.5)
