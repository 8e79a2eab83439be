"""Counterfactuals that the case asks for."""

from __future__ import annotations

from realpolitik.case.changes import RIGHT, parse_change
from realpolitik.case.filling import fill, items
from realpolitik.case.mistakes import Mistake
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position
from realpolitik.case.reading.context import Context, told_once
from realpolitik.case.records import Change, WhatIf
from realpolitik.case.schema import WhatIfForm


def read_what_ifs(root: Node, context: Context) -> tuple[WhatIf, ...]:
    """What-ifs in the order of the file; ids used twice and changes that cannot be read are reported where they stand."""
    found: list[WhatIf] = []
    first: dict[str, Position] = {}
    for node in items(root.get("what_ifs"), context.report, "what_ifs"):
        form = fill(WhatIfForm, node, context.report, "what-if")
        path = f"what-if {form.id}" if form is not None else "what-if"
        changes = _changes(node.get("change"), node.at, context, path)
        if form is None:
            continue
        if not told_once(form.id, node, first, context, path):
            continue
        found.append(WhatIf(form.id, form.says or "; ".join(change.text for change in changes), changes, node.at))
    return tuple(found)


def _changes(node: Node | None, at: Position, context: Context, path: str) -> tuple[Change, ...]:
    """The changes under `change`: a text, a mapping of one manner to one decision, or a list of these."""
    if node is None:
        return ()
    found = []
    for entry in node.value if node.kind == "list" else [node]:
        try:
            change = None if context.clock is None else parse_change(_text(entry), context.clock, context.parameters)
        except Mistake as mistake:
            context.report.add(entry.at, f"{path}, change", mistake.wrong, mistake.right)
            continue
        if change is not None:
            found.append(change)
    return tuple(found)


def _text(node: Node) -> str:
    """A change as one text; YAML reads `never: accept help` without quotes as a mapping."""
    if node.kind == "mapping" and len(node.value) == 1:
        ((manner, what),) = node.value.items()
        if what.kind == "text":
            return f"{manner}: {what.value}"
    if node.kind != "text":
        raise Mistake(f"a {node.kind} stands where a change belongs", RIGHT)
    return node.value
