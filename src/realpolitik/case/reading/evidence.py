"""The evidence: a list in case.yaml, a table, or a list that names tables; and who reported it."""

from __future__ import annotations

from realpolitik.case import tables
from realpolitik.case.filling import entries, fill, items, keys_of
from realpolitik.case.mistakes import quoted
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position
from realpolitik.case.reading import item
from realpolitik.case.reading.context import Context, told_once
from realpolitik.case.records import Item, Reporter
from realpolitik.case.schema import ItemForm, ReporterForm

NEEDED = ("id", "what", "reported", "by", "grade")
"""Columns that evidence.csv must have."""


def read(root: Node, context: Context) -> tuple[Item, ...]:
    """Every item, in the order of the files; ids used twice are reported with both places."""
    found: list[Item] = []
    first: dict[str, Position] = {}
    for node in _nodes(root.get("evidence"), context):
        form = fill(ItemForm, node, context.report, _path(node))
        if form is None:
            _note_id(node, first, context)
            continue
        if not _note_id(node, first, context):
            continue
        record = item.build(form, node, context)
        if record is not None:
            found.append(record)
    return tuple(found)


def read_reporters(root: Node, evidence: tuple[Item, ...], context: Context) -> dict[str, Reporter]:
    """Reporters by name: those the case declares, then every other one its evidence names, as neutral.

    Two spellings of one name that differ in case only are reported: they would count as two witnesses.
    """
    reporters: dict[str, Reporter] = {}
    for name, node in entries(root.get("reporters"), context.report, "reporters"):
        form = ReporterForm() if node.is_null else fill(ReporterForm, _interested(node), context.report, name)
        if form is not None:
            trust = 1.0 if form.trust is None else form.trust
            reporters[name] = Reporter(name, form.interest or "neutral", trust, node.at)  # type: ignore[arg-type]
    folded = {name.casefold(): reporter for name, reporter in reporters.items()}
    for record in evidence:
        for name in record.by:
            if name in reporters:
                continue
            other = folded.get(name.casefold())
            if other is not None:
                wrong = f"the reporter {quoted(name)} is also written {quoted(other.name)} (at {other.at})"
                context.report.add(record.at, f"evidence {record.id}, by", wrong, "write one name one way")
                continue
            reporters[name] = folded[name.casefold()] = Reporter(name, at=record.at)
    return reporters


def _nodes(source: Node | None, context: Context) -> list[Node]:
    if source is None:
        return []
    if source.kind == "text":
        return _table(source, context)
    nodes: list[Node] = []
    for node in items(source, context.report, "evidence"):
        file = node.get("file")
        if file is None or len(node.value) != 1:
            nodes.append(node)
        elif file.kind == "text":
            nodes.extend(_table(file, context))
        else:
            context.report.add(file.at, "evidence, file", f"a {file.kind} stands here", "write file: evidence.csv")
    return nodes


def _table(source: Node, context: Context) -> list[Node]:
    text = context.folder.text(source.value, source.at)
    if text is None:
        return []
    file = context.folder.shown(source.value)
    return tables.rows(text, file, context.report, keys_of(ItemForm), NEEDED) or []


def _path(node: Node) -> str:
    name = node.get("id")
    return f"evidence {name.value[:40].strip()}" if name is not None and name.kind == "text" else "evidence"


def _note_id(node: Node, first: dict[str, Position], context: Context) -> bool:
    """Remember an item's id; False when another item has it."""
    name = node.get("id")
    if name is None or name.kind != "text":
        return True
    own = " ".join(name.value.split())
    return told_once(own, node, first, context, f"evidence {own[:40]}")


def _interested(node: Node) -> Node:
    """A text alone is the interest."""
    if node.kind != "text":
        return node
    mapping = Node("mapping", {"interest": node}, node.file, node.line, node.column)
    mapping.keys["interest"] = (node.line, node.column)
    return mapping
