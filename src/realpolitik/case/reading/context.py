"""What sections of a case need to know of each other while they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from realpolitik.case import times
from realpolitik.case.clock import Clock
from realpolitik.case.files import Folder
from realpolitik.case.mistakes import Mistake, Report, did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position

_SEVERAL = {"region": "regions", "agency": "agencies", "claim": "claims"}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Context:
    """The sections read so far. Names are None while they are unknown, so that one mistake is told once; they are keys of a dict, which
    keeps their order and finds one among many at once."""

    folder: Folder
    report: Report
    parameters: Collection[str] | None = None
    zone: str = "UTC"
    clock: Clock | None = None
    regions: Collection[str] | None = None
    agencies: Collection[str] | None = None
    claims: Collection[str] | None = None
    reporters: dict[str, Position] = field(default_factory=dict)

    def speak_of_day(self, day: datetime) -> None:
        """Let remedies that show a time show this day, the clock's first."""
        written = f"{day:%Y-%m-%d}"
        self.report.examples |= {times.DAY: written, f"{times.DAY}T14:00": f"{written}T14:00", times.RIGHT: times.right(written)}

    @property
    def day(self) -> str:
        """A day to show in a remedy: the clock's first, if there is one."""
        return self.report.examples.get(times.DAY, times.DAY)

    def hours(self, moment: datetime) -> float:
        """Hours since the clock's start (since an arbitrary one while the clock is unknown)."""
        if self.clock is not None:
            return self.clock.hours(moment)
        return (moment - _EPOCH).total_seconds() / 3600.0

    def moment(self, written: str | None, node: Node, key: str, path: str) -> times.Moment | None:
        """The moment under `key` of `node`; a mistake is reported."""
        if written is None:
            return None
        try:
            return times.moment(written, self.zone)
        except Mistake as mistake:
            self.report.add(place(node, key), f"{path}, {key}", mistake.wrong, mistake.right)
        return None

    def span(self, written: str | None, node: Node, key: str, path: str) -> tuple[float, float] | None:
        """The span under `key` of `node` in hours, inside the clock; a mistake is reported."""
        if written is None:
            return None
        try:
            begins, ends = times.span(written, self.zone)
        except Mistake as mistake:
            self.report.add(place(node, key), f"{path}, {key}", mistake.wrong, mistake.right)
            return None
        span = self.hours(begins), self.hours(ends)
        if self.within_clock(span, written, node, key, path):
            return span
        return None

    def within_clock(self, span: tuple[float, float], written: str, node: Node, key: str, path: str, some: bool = False) -> bool:
        """Whether a span of hours lies in the clock, before its very end if there is to be `some` of the clock left; reported if not."""
        clock = self.clock
        if clock is None or (span[0] >= -1e-9 and span[1] <= clock.duration_hours + (-1e-9 if some else 1e-9)):
            return True
        first, last = (f"{moment:%Y-%m-%dT%H:%M}" for moment in (clock.moment(0.0), clock.moment(clock.duration_hours)))
        if some and 0.0 <= span[0] <= span[1] <= clock.duration_hours + 1e-9:
            wrong, right = f"{quoted(written)} is the clock's very end, after which nothing can follow", f"write a time before {last}"
        else:
            wrong, right = f"{quoted(written)} lies outside the clock", f"the clock runs from {first} to {last}"
        self.report.add(place(node, key), f"{path}, {key}", wrong, right)
        return False

    def known(self, names: Iterable[str], among: Collection[str] | None, what: str, node: Node, key: str, path: str) -> bool:
        """Whether every name is among the known ones; unknown ones are reported where they stand."""
        fine = True
        for name in names:
            if among is None or name in among:
                continue
            fine = False
            several = _SEVERAL[what]
            right = did_you_mean(name, among, several) or f"the case has no {several} yet"
            wrong = f"{quoted(name)} is not one of the {several}"
            self.report.add(place(node, key, name), f"{path}, {key}", wrong, right)
        return fine


def place(node: Node, key: str, member: str | None = None) -> Position:
    """Where the value of `key` stands, or one member of its list; else the mapping itself."""
    value = node.value.get(key) if node.kind == "mapping" else None
    if value is None:
        return node.at
    if member is not None and value.kind == "list":
        for entry in value.value:
            if entry.kind == "text" and entry.value.strip() == member:
                return entry.at
    return value.at


def told_once(name: str, node: Node, first: dict[str, Position], context: Context, path: str) -> bool:
    """Whether an id stands here for the first time; noted in `first`, or reported with both places."""
    here = place(node, "id")
    if name in first:
        wrong = f"the id {quoted(name)} stands here a second time; the first is at {first[name]}"
        context.report.add(here, path, wrong, "give it an id of its own")
        return False
    first[name] = here
    return True
