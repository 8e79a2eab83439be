"""The clock section: start, end, step and the spans with finer steps."""

from __future__ import annotations

from datetime import datetime

from realpolitik.case import times
from realpolitik.case.clock import MOST_STEPS, Clock
from realpolitik.case.filling import fill, items
from realpolitik.case.mistakes import Mistake
from realpolitik.case.nodes import Node
from realpolitik.case.reading.context import Context, place
from realpolitik.case.schema import ClockForm, FineForm


def read(node: Node | None, context: Context) -> Clock | None:
    """The clock, or None with its problems reported; sets the context's zone."""
    if node is None:
        return None
    form = fill(ClockForm, node, context.report, "clock", skip=("fine",))
    zone = _zone(node, context)
    if form is None or zone is None:
        return None
    start = context.moment(form.start, node, "start", "clock")
    if start is not None:
        context.speak_of_day(start.begins)
    end = context.moment(form.end, node, "end", "clock")
    step = _step(form.step, node, context, "clock")
    fine_nodes = list(items(node.get("fine"), context.report, "clock, fine"))
    fine = [_fine(entry, context) for entry in fine_nodes]
    if start is None or end is None or step is None or None in fine:
        return None
    if end.ends <= start.begins:
        context.report.add(place(node, "end"), "clock, end", "the clock ends before it starts", "write a later end")
        return None
    spans = sorted(((span, entry) for span, entry in zip(fine, fine_nodes, strict=True) if span), key=_first)
    clock = Clock(start.begins, end.ends, step, tuple(span for span, _ in spans), zone)
    return clock if _fits(clock, node, [entry for _, entry in spans], context) else None


def _first(pair: tuple[tuple[datetime, datetime, float], Node]) -> datetime:
    return pair[0][0]


def _zone(node: Node, context: Context) -> str | None:
    zone = node.get("timezone") if node.kind == "mapping" else None
    if zone is None or zone.kind != "text":
        return None
    try:
        times.zone(zone.value)
    except Mistake as mistake:
        context.report.add(zone.at, "clock, timezone", mistake.wrong, mistake.right)
        return None
    context.zone = zone.value.strip()
    return context.zone


def _step(written: str, node: Node, context: Context, path: str) -> float | None:
    try:
        return times.step_hours(written)
    except Mistake as mistake:
        context.report.add(place(node, "step"), f"{path}, step", mistake.wrong, mistake.right)
    return None


def _fine(node: Node, context: Context) -> tuple[datetime, datetime, float] | None:
    path = "clock, fine"
    form = fill(FineForm, node, context.report, path)
    if form is None:
        return None
    begins = context.moment(form.begins, node, "from", path)
    ends = context.moment(form.to, node, "to", path)
    step = _step(form.step, node, context, path)
    if begins is None or ends is None or step is None:
        return None
    if ends.ends <= begins.begins:
        context.report.add(place(node, "to"), path, "the span ends before it begins", "write a later end")
        return None
    return begins.begins, ends.ends, step


def _fits(clock: Clock, node: Node, fine: list[Node], context: Context) -> bool:
    """Whether the spans lie in the clock one after the other and every stretch holds whole steps."""
    reached = 0.0
    for span, entry in zip(clock.fine, fine, strict=True):
        begins, ends = clock.hours(span[0]), clock.hours(span[1])
        if begins < 0.0 or ends > clock.duration_hours:
            context.report.add(entry.at, "clock, fine", "the span leaves the clock", "keep it between start and end")
            return False
        if begins < reached:
            context.report.add(entry.at, "clock, fine", "the span overlaps another", "let one end where the next begins")
            return False
        reached = ends
    total = 0.0
    for begins, ends, step, place_in_fine in clock.stretches():
        steps = (ends - begins) / step
        total += steps
        if total > MOST_STEPS:
            wrong = f"the clock has more than {MOST_STEPS:,} steps"
            context.report.add(place(node, "step"), "clock", wrong, "lengthen the step or shorten the clock")
            return False
        if round(steps) < 1 or abs(steps - round(steps)) > 1e-6:
            where = node if place_in_fine < 0 else fine[place_in_fine]
            wrong = (
                f"steps of {step:g} h do not fill the {ends - begins:g} h from "
                f"{clock.moment(begins):%Y-%m-%dT%H:%M} to {clock.moment(ends):%Y-%m-%dT%H:%M}"
            )
            context.report.add(place(where, "step"), "clock, step", wrong, "move an end, or use a step that divides it")
            return False
    return True
