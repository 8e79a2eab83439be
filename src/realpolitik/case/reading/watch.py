"""The watch-list: what could still become known, beside the usual list."""

from __future__ import annotations

from realpolitik.case.filling import fill, items
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position
from realpolitik.case.reading.asked import check
from realpolitik.case.reading.context import Context, told_once
from realpolitik.case.records import Candidate
from realpolitik.case.schema import WatchForm


def read_watch(root: Node, context: Context) -> tuple[Candidate, ...]:
    """Candidates in the order of the file; ids used twice, and dates outside the clock, are reported."""
    found: list[Candidate] = []
    first: dict[str, Position] = {}
    for node in items(root.get("watch"), context.report, "watch"):
        form = fill(WatchForm, node, context.report, "watch")
        if form is None:
            continue
        path = f"watch {form.id}"
        if not told_once(form.id, node, first, context, path):
            continue
        by = _by(form, node, context, path)
        if not check(form, node, context, path) or by is None:
            continue
        found.append(
            Candidate(
                id=form.id,
                what=form.what,
                by=by,
                says=form.says or "",
                where=form.where,
                agency=form.agency,
                mode=form.mode,  # type: ignore[arg-type]
                value=form.value,
                at=node.at,
            )
        )
    return tuple(found)


def _by(form: WatchForm, node: Node, context: Context, path: str) -> float | None:
    """The hour by which it is watched for; the end of the clock where none is given, None with the mistake reported."""
    end = 0.0 if context.clock is None else context.clock.duration_hours
    if form.by is None:
        return end
    when = context.moment(form.by, node, "by", path)
    if when is None:
        return None
    hours = context.hours(when.ends)
    return hours if context.within_clock((hours, hours), form.by, node, "by", path) else None
