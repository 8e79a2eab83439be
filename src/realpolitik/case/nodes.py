"""YAML as a tree of nodes that remember where they stand.

Built from libyaml's events by a loop, not by recursion: depth, aliases and size are limited before they can do
harm, duplicate keys are seen, and no tag ever makes an object.
"""

from __future__ import annotations

from typing import Any, Literal

import yaml

from realpolitik.case.mistakes import Report, quoted
from realpolitik.case.position import Position
from realpolitik.case.scalars import NULLS

MOST_NODES = 200_000
"""Nodes a file may hold, aliases counted as often as they are used."""
DEEPEST = 40
"""Levels of nesting a case may have."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")} | {"!"}
_QUOTES = ("'", '"', "|", ">")
_HINTS = (
    ("tab character", "indent with spaces, not tabs"),
    ("cannot start any token", "indent with spaces, not tabs, and put a text with special characters in quotes"),
    ("mapping values are not allowed", "put a text that holds ': ' in quotes"),
    ("could not find expected ':'", "write 'key: value', with quotes round a text that spans lines"),
    ("did not find expected ',' or", "close the bracket, and put a text with a comma in quotes"),
    ("did not find expected '-' indicator", "align the items of the list"),
    ("did not find expected key", "align the keys of the mapping, and close every quote"),
    ("unexpected end of stream", "close the quote or bracket"),
    ("undefined alias", "write *name only after &name, and put a text that starts with * in quotes"),
)

# Shared by all texts and lists, never written to.
_NO_KEYS: dict[str, tuple[int, int]] = {}


class Node:
    """A mapping, list or text with its place.

    `value` is a dict of name to Node, a list of Nodes, or the text itself; `keys` holds the places of a mapping's
    keys; `is_null` marks a plain scalar that means nothing; `flow` a mapping written in braces.
    """

    __slots__ = ("column", "file", "flow", "height", "is_null", "keys", "kind", "line", "size", "value")

    def __init__(self, kind: Literal["mapping", "list", "text"], value: Any, file: str, line: int, column: int) -> None:
        self.kind = kind
        self.value = value
        self.file = file
        self.line = line
        self.column = column
        self.keys: dict[str, tuple[int, int]] = {} if kind == "mapping" else _NO_KEYS
        self.is_null = False
        self.flow = False
        self.size = 1
        self.height = 0

    @property
    def at(self) -> Position:
        """Where the node begins."""
        return Position(self.file, self.line, self.column)

    def key_at(self, key: str) -> Position:
        """Where the mapping's `key` stands (the mapping itself if it has none such)."""
        line, column = self.keys.get(key, (self.line, self.column))
        return Position(self.file, line, column)

    def get(self, key: str) -> Node | None:
        """The value of `key` unless it is missing or null."""
        node = self.value.get(key) if self.kind == "mapping" else None
        return None if node is None or node.is_null else node

    def plain(self) -> Any:
        """Dicts, lists and texts without places; what is null is left out of dicts and None in lists."""
        if self.kind == "text":
            return None if self.is_null else self.value
        if self.kind == "list":
            return [node.plain() for node in self.value]
        return {key: node.plain() for key, node in self.value.items() if not node.is_null}


def parse(text: str, file: str, report: Report) -> Node | None:
    """The tree of a YAML text, or None when a problem that stops reading was added to `report`."""
    try:
        builder = _Builder(file, report)
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
            if builder.stopped:
                return None
        return builder.root
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)
        problem = str(error.problem or "cannot be read")
        begun = error.context_mark
        if begun and error.context and (begun.line, begun.column) != (mark.line, mark.column):
            problem += f" ({error.context} that begins at {begun.line + 1}:{begun.column + 1})"
        right = next((hint for sign, hint in _HINTS if sign in problem), "see the lines above for a colon or quote")
        report.add(at, "", f"this is not YAML: {problem}", right)
    except yaml.YAMLError:
        report.add(Position(file, 1, 1), "", "this is not YAML", "write a case as in `realpolitik new`")
    return None


def _short(anchor: str) -> str:
    """An anchor's name as a message can hold it; nothing limits its length."""
    return anchor if len(anchor) <= 40 else f"{anchor[:39]}…"


class _Builder:
    """Turns events into nodes with a stack of what is open."""

    def __init__(self, file: str, report: Report) -> None:
        self.file = file
        self.report = report
        self.root: Node | None = None
        self.stopped = False
        self.documents = 0
        self.nodes = 0
        self.stack: list[Node] = []
        self.waiting: list[tuple[str, int, int] | None] = []
        self.anchors: dict[str, Node] = {}
        self.open_anchors: dict[int, str] = {}

    def take(self, event: Any) -> None:
        kind = type(event)
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if kind is yaml.ScalarEvent:
            if event.anchor is None and event.tag is None and self._plain_key(event.value, line, column):
                return
            node = Node("text", event.value, self.file, line, column)
            node.is_null = event.style not in _QUOTES and event.value in NULLS and event.tag is None
            self._open(node, event)
            self._close(node)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            node = Node("mapping", {}, self.file, line, column)
            if kind is yaml.SequenceStartEvent:
                node = Node("list", [], self.file, line, column)
            node.flow = bool(event.flow_style)
            self._open(node, event)
            self.stack.append(node)
            self.waiting.append(None)
            if len(self.stack) > DEEPEST:
                self._stop(node.at, f"nested more than {DEEPEST} levels deep", "a case needs no more than five")
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            node = self.stack.pop()
            self.waiting.pop()
            self._close(node)
        elif kind is yaml.AliasEvent:
            self._alias(event.anchor, Position(self.file, line, column))
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self._stop(Position(self.file, line, column), "a second document begins here", "take out the '---'")

    def _plain_key(self, name: str, line: int, column: int) -> bool:
        """Take a text as the next key, which needs no node of its own; False when no key is awaited."""
        if not self.stack or self.stack[-1].kind != "mapping" or self.waiting[-1] is not None:
            return False
        self.waiting[-1] = (name, line, column)
        self.nodes += 1
        self.stack[-1].size += 1
        return True

    def _open(self, node: Node, event: Any) -> None:
        if event.tag is not None and event.tag not in _TAGS:
            self.report.add(node.at, "", f"the tag {quoted(event.tag)} is not allowed", "take the tag out")
        self.nodes += 1
        if event.anchor is not None and node.kind != "text":
            self.open_anchors[id(node)] = event.anchor
            self.anchors.pop(event.anchor, None)
        elif event.anchor is not None:
            self.anchors[event.anchor] = node
        if self.nodes > MOST_NODES:
            self._stop(node.at, f"more than {MOST_NODES:,} entries, aliases counted as often as used", "cut the file")

    def _alias(self, anchor: str, at: Position) -> None:
        if anchor in self.open_anchors.values():
            self._stop(at, f"*{_short(anchor)} stands inside &{_short(anchor)}: it would hold itself", "write it out")
            return
        node = self.anchors.get(anchor)
        if node is None:
            self._stop(at, f"*{_short(anchor)} has no &{_short(anchor)} before it", "put a text that starts with * in quotes")
            return
        self.nodes += node.size
        if self.nodes > MOST_NODES:
            self._stop(at, f"aliases blow the file up to more than {MOST_NODES:,} entries", "write it out")
            return
        if len(self.stack) + node.height > DEEPEST:
            self._stop(at, f"nested more than {DEEPEST} levels deep through aliases", "write it out")
            return
        self._close(node, at)

    def _close(self, node: Node, used_at: Position | None = None) -> None:
        if self.open_anchors:
            anchor = self.open_anchors.pop(id(node), None)
            if anchor is not None:
                self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.size += node.size
        if node.height >= parent.height:
            parent.height = node.height + 1
        if parent.kind == "list":
            parent.value.append(node)
            return
        key = self.waiting[-1]
        if key is None:
            at = used_at or node.at
            self.waiting[-1] = (self._key(node, at), at.line, at.column)
            return
        self.waiting[-1] = None
        name, line, column = key
        if name in parent.value:
            first_line, first_column = parent.keys[name]
            self.report.add(
                Position(self.file, line, column),
                "",
                f"the key {quoted(name)} stands here a second time; the first is at {first_line}:{first_column}",
                "keep one of them",
            )
            return
        parent.value[name] = node
        parent.keys[name] = (line, column)

    def _key(self, node: Node, at: Position) -> str:
        if node.kind != "text":
            self.report.add(at, "", f"a {node.kind} cannot be a key", "write a name before the colon")
            return f"<{node.kind} at {at.line}:{at.column}>"
        return str(node.value)

    def _stop(self, at: Position, wrong: str, right: str) -> None:
        self.stopped = True
        self.report.add(at, "", wrong, right)
