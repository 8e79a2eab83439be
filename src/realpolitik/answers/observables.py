"""What a question or a candidate asks of a world: one number per world, read while its worlds run.

A count is read at its moment, as rule R6 reads a report, and rounded; a share at the end of the step that holds it. A decision or the loss
of a place is read at the end of the run from the hour at which it happened, so that "by a date" is exact to a 64th of a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.case.words import FALLS, OBSERVABLES
from realpolitik.chance.draws import LANES
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS, QUANTITIES
from realpolitik.crisis.truth import measure
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.tables import in_step, step_of

_MANNER = {"stormed": at.STORMED, "abandoned": at.ABANDONED}


@dataclass(frozen=True)
class Observable:
    """One thing of a world: ``what`` as evidence names it, in a region or the nation, read at ``hour`` (or having happened by then)."""

    what: str
    hour: float
    where: str | None = None
    agency: str | None = None
    ever: bool = True

    @property
    def is_event(self) -> bool:
        """Whether it happens or not, rather than being counted."""
        return self.what == FALLS or OBSERVABLES[self.what].kind in ("decision", "place", "post")

    @property
    def is_share(self) -> bool:
        """Whether it is a part of something, between 0 and 1."""
        return not self.is_event and OBSERVABLES[self.what].kind == "share"

    @property
    def quantity(self) -> int:
        """Which quantity of ``crisis.truth.measure`` it is; only for what is counted."""
        special = {("detained", False): at.Q_HELD, ("seats lost", True): at.Q_SEATS_EVER}.get((self.what, self.ever))
        return QUANTITIES.index(self.what) if special is None else special


class Reader:
    """Probe of one block of worlds that reads observables; used as ``lambda: Reader(case, model, observables)``.

    What it returns is float64[observable, LANES]: a count, a share, or 1 where an event happened by its hour and 0 where not.
    """

    def __init__(self, case: Case, model: CrisisModel, observables: Sequence[Observable]) -> None:
        edges = np.asarray(case.clock.edges_hours, float)
        self.observables, self.regions = observables, list(model.problem.names)
        self.places, self.rows = model.problem.places, np.zeros((len(observables), LANES))
        self.due: dict[int, list[tuple[int, float]]] = {}
        for j, o in enumerate(observables):
            for step, part in self._seen(edges, o):
                self.due.setdefault(step, []).append((j, part))

    @staticmethod
    def _seen(edges: NDArray, o: Observable) -> list[tuple[int, float]]:
        if o.is_event:
            return []
        return [(step_of(edges, o.hour), 1.0)] if o.is_share else in_step(edges, o.hour)

    def __call__(self, model: CrisisModel, block: Any, step: int, ancestors: NDArray | None, shares: NDArray | None) -> NDArray:
        """Read what is due at the end of a step, and at the end of the run what happened."""
        if shares is not None:
            S = block.S.reshape(-1, LANES)
            for j, o in enumerate(self.observables):
                if o.is_event:
                    self.rows[j] = self._happened(model, S, o)
                elif not o.is_share:
                    self.rows[j] = np.round(self.rows[j])  # bounds are of whole numbers, and a line between two is not
            return self.rows
        if ancestors is None:
            for j, part in self.due.get(step, ()):
                self.rows[j] += part * self._count(block, self.observables[j])
        return self.rows

    def _count(self, block: Any, o: Observable) -> NDArray:
        measure(block.S, block.P, block.w, len(self.regions), o.quantity, -1 if o.where is None else self.regions.index(o.where))
        return block.w[at.A * LANES : (at.A + 1) * LANES].copy()

    def _place(self, model: CrisisModel, o: Observable) -> int:
        """First row of the place that is meant; agencies beyond the fourth share the last."""
        place = 0
        if o.what.startswith("post"):
            named = o.agency in self.places
            place = self.places.index(o.agency) if named else len(self.places) - 1
        return model.size.place(self.regions.index(o.where), place)

    def _happened(self, model: CrisisModel, S: NDArray, o: Observable) -> NDArray:
        if o.what == FALLS:
            return ((S[at.FALLEN] >= 0.0) & (S[at.FALLEN] <= o.hour)).astype(float)
        if o.what in DECISIONS:
            when = S[at.TAKEN + DECISIONS.index(o.what)]
            return ((when >= 0.0) & (when <= o.hour)).astype(float)
        place, manner = self._place(model, o), o.what.split()[1]
        when = S[place + (at.BACK_AT if manner == "retaken" else at.LOST_AT)]
        how = manner == "retaken" or S[place + at.HOW] == _MANNER[manner]
        return ((when >= 0.0) & (when <= o.hour) & how).astype(float)
