"""The case's clock: where its time begins and ends, and how finely it is cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MOST_STEPS = 20_000
"""No case may have more steps than this."""


@dataclass(frozen=True)
class Clock:
    """Time of a case.

    Parameters
    ----------
    start, end : aware datetime
    step_hours : float
    fine : tuple of (start, end, step_hours)
        Spans with a step of their own, in order, none overlapping.
    timezone : str
        Name of the zone that times without one are written in.
    """

    start: datetime
    end: datetime
    step_hours: float
    fine: tuple[tuple[datetime, datetime, float], ...] = ()
    timezone: str = "UTC"

    def hours(self, moment: datetime) -> float:
        """Hours from the clock's start to an aware `moment`; negative before it."""
        # Subtracting two times of one zone would count wall-clock hours, wrong across a change of the clocks.
        return (moment.astimezone(UTC) - self._start_utc) / timedelta(hours=1)

    @cached_property
    def _start_utc(self) -> datetime:
        return self.start.astimezone(UTC)

    def moment(self, hours: float) -> datetime:
        """The moment `hours` after the start, in the case's own time zone."""
        from realpolitik.case.times import zone

        # Counted in UTC: adding hours to a local time would skip or repeat those of a clock change.
        return (self.start.astimezone(UTC) + timedelta(hours=float(hours))).astimezone(zone(self.timezone))

    @property
    def duration_hours(self) -> float:
        """Hours from start to end."""
        return self.hours(self.end)

    def stretches(self) -> list[tuple[float, float, float, int]]:
        """Stretches of equal steps: (begins, ends, step) in hours and the place in `fine`, -1 outside it."""
        found: list[tuple[float, float, float, int]] = []
        here = 0.0
        for place, (begins, ends, step) in enumerate(self.fine):
            first, last = self.hours(begins), self.hours(ends)
            if first > here:
                found.append((here, first, self.step_hours, -1))
            found.append((first, last, step, place))
            here = last
        if self.duration_hours > here:
            found.append((here, self.duration_hours, self.step_hours, -1))
        return found

    @cached_property
    def edges_hours(self) -> np.ndarray:
        """Edges of the steps in hours since the start, shape [steps + 1], strictly rising, the first 0."""
        import numpy as np

        edges = [np.zeros(1)]
        for begins, ends, step, _ in self.stretches():
            count = round((ends - begins) / step)
            edges.append(begins + (ends - begins) * np.arange(1, count + 1) / count)
        result = np.concatenate(edges)
        result.setflags(write=False)
        return result

    @property
    def steps(self) -> int:
        """Number of steps."""
        return sum(round((ends - begins) / step) for begins, ends, step, _ in self.stretches())
