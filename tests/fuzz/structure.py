"""Ways to spoil the tree of a YAML file and write it back: parts swapped, repeated by alias, nested, cyclic, very wide or very deep."""

from __future__ import annotations

from random import Random
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_STR = "tag:yaml.org,2002:str"
SCALARS = [
    "",
    "~",
    "0",
    "-1",
    "1e300",
    "1e18",
    "1e-300",
    "NO",
    "nan",
    "x" * 130,
    "2024-03-05",
    "about 1 (0.5 to 2)",
    "<b>",
    "\u202e",
    "[",
    "a;b",
    ">=9",
]
PAYLOADS = [
    # each level names the one before nine times
    "\n".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9) if i else '1'}]" for i in range(9)),
    "x: " + "[" * 60 + "]" * 60,
    "x: " + "{a: " * 60 + "}" * 60,
    "? [a, b]\n: c",
    "? {a: b}\n: c",
    "x: &x [*x]",
    "x: &x {y: *x}",
    "<<: {name: y}",
    "x: !!python/name:os.system y",
    "x: !!float nan",
    "x: !!binary aGk=",
    "%YAML 9.9\n---\na: b",
    "a: b\n---\nc: d",
    "evidence: {" + ", ".join(f"k{i}: 1" for i in range(3000)) + "}",
    "reporters: {" + ", ".join(f"k{i}: x" for i in range(3000)) + "}",
    "watch: [" + ", ".join(f"{{id: W{i}, what: ded}}" for i in range(2000)) + "]",
    "clock: {" + ", ".join(f"stat{i}: 1" for i in range(3000)) + "}",
    "accounts: {a: {claims: [" + ", ".join(f"c{i}" for i in range(5000)) + "]}}",
    "claims: {a: {says: x, sets: {" + ", ".join(f"p{i}: 1" for i in range(3000)) + "}}}",
]


def _all(node: Any) -> list[Any]:
    """Every node once, however often it is used."""
    seen: dict[int, Any] = {}
    todo = [node]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen[id(node)] = node
        if isinstance(node, yaml.MappingNode):
            todo += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value
    return list(seen.values())


def _put(rng: Random, parent: Any, new: Any) -> None:
    if isinstance(parent, yaml.MappingNode):
        if parent.value and rng.random() < 0.8:
            at = rng.randrange(len(parent.value))
            key, value = parent.value[at]
            parent.value[at] = (new, value) if rng.random() < 0.15 else (key, new)
        else:
            parent.value.append((yaml.ScalarNode(_STR, f"k{rng.randrange(9)}"), new))
    elif parent.value and rng.random() < 0.8:
        parent.value[rng.randrange(len(parent.value))] = new
    else:
        parent.value.insert(rng.randrange(len(parent.value) + 1), new)


def _wrapped(rng: Random, node: Any, depth: int) -> Any:
    for _ in range(depth):
        if rng.random() < 0.5:
            node = yaml.SequenceNode("tag:yaml.org,2002:seq", [node], flow_style=True)
        else:
            node = yaml.MappingNode("tag:yaml.org,2002:map", [(yaml.ScalarNode(_STR, "a"), node)], flow_style=True)
    return node


def _change(rng: Random, nodes: list[Any], holders: list[Any]) -> None:
    parent, other = rng.choice(holders), rng.choice(nodes)
    how = rng.randrange(8)
    if how <= 1:
        style = rng.choice((None, '"', "'", "|"))
        _put(rng, parent, yaml.ScalarNode(_STR, rng.choice(SCALARS), style=style))
    elif how <= 3:
        _put(rng, parent, other)  # written as an alias; a cycle where it holds its parent
    elif how == 4:
        _put(rng, parent, _wrapped(rng, other, rng.choice((1, 2, 5, 39, 45, 120))))
    elif how == 5:
        _put(rng, parent, yaml.SequenceNode("tag:yaml.org,2002:seq", []))
    elif how == 6:
        _put(rng, parent, yaml.MappingNode("tag:yaml.org,2002:map", []))
    elif parent.value:
        at = rng.randrange(len(parent.value))
        if rng.random() < 0.5:
            del parent.value[at]
        else:
            parent.value += [parent.value[at]] * rng.choice((1, 2, 50, 2000))


def _shallow(text: str) -> bool:
    """Whether libyaml's composer, which calls itself for every level, can be trusted with a text; a deep one ends the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent))
        depth -= isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent))
        if depth > 500:
            return False
    return True


def spoil_structure(rng: Random, raw: bytes) -> bytes:
    """The tree changed in one to three places; a file that is no YAML any more gets a payload instead."""
    # Composed, a long file would take all the memory that reading it may have.
    if rng.random() < 0.15 or len(raw) > 400_000:
        return raw + b"\n" + rng.choice(PAYLOADS).encode() + b"\n"
    try:
        text = raw.decode("utf-8")
        if not _shallow(text):
            return raw + b"\n" + rng.choice(PAYLOADS).encode() + b"\n"
        root = yaml.compose(text, Loader=_LOADER)
        nodes = _all(root)
        holders = [node for node in nodes if not isinstance(node, yaml.ScalarNode)]
        for _ in range(rng.choice((1, 1, 2, 3)) if holders else 0):
            _change(rng, nodes, holders)
        return yaml.serialize(root, Dumper=_DUMPER, allow_unicode=True).encode("utf-8", "surrogatepass")
    except (yaml.YAMLError, UnicodeError, RecursionError, TypeError, AttributeError, ValueError):
        return raw + b"\n" + rng.choice(PAYLOADS).encode() + b"\n"
