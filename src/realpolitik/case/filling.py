"""From a node to a filled-in form: every mistake gets the place it stands at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError

from realpolitik.case.mistakes import Mistake, Report, did_you_mean, nearest, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.scalars import name as read_name
from realpolitik.case.schema import Form

Filled = TypeVar("Filled", bound=Form)
_LOOKED_AT = 100  # unknown keys among which a missing one is sought


def fill(form: type[Filled], node: Node, report: Report, path: str, skip: tuple[str, ...] = ()) -> Filled | None:
    """The form filled in from a mapping node, or None with its problems reported.

    `skip` names keys that the caller reads from the node itself.
    """
    if node.kind != "mapping":
        wrong = f"{_seen(node)} stands where a mapping belongs"
        report.add(node.at, path, wrong, f"write {{{_first_key(form)}: …}} or the keys below it, indented")
        return None
    known = keys_of(form)
    for key, value in node.value.items():
        # Null means "not given" and is left out below, which must not hide a misspelt key.
        if value.is_null and key not in known:
            unknown_key(node, key, known, report, path)
    try:
        return form.model_validate({key: value for key, value in _entries(node) if key not in skip})
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            _report(form, fault, node, report, path)
    return None


def entries(node: Node | None, report: Report, path: str) -> Iterator[tuple[str, Node]]:
    """Names and nodes of a mapping whose keys are names the analyst chose."""
    if node is None:
        return
    if node.kind != "mapping":
        report.add(node.at, path, f"{_seen(node)} stands where a mapping belongs", "write 'name: …' for each, indented")
        return
    for key, value in node.value.items():
        try:
            yield read_name(key), value
        except Mistake as mistake:
            report.add(node.key_at(key), path, mistake.wrong, mistake.right)


def items(node: Node | None, report: Report, path: str) -> Iterator[Node]:
    """Nodes of a list."""
    if node is None:
        return
    if node.kind != "list":
        report.add(node.at, path, f"{_seen(node)} stands where a list belongs", "write '- …' for each, indented")
        return
    for value in node.value:
        if value.is_null:
            report.add(value.at, path, "an empty entry", "fill it in or take it out")
        else:
            yield value


def unknown_key(node: Node, key: str, known: list[str], report: Report, path: str) -> None:
    """Report a key that is not one of `known`."""
    wrong = f"the key {quoted(key)} is not known"
    cut = node.flow and node.value[key].is_null
    if key == "<<":
        right = "YAML 1.2 has no merge key: write the entries out"
    elif cut:
        right = "inside { } a comma ends a text: put a text that holds a comma in quotes"
    else:
        right = did_you_mean(key, known, "keys")
    report.add(node.key_at(key), path, wrong, right)


def _entries(node: Node) -> Iterator[tuple[str, Any]]:
    for key, value in node.value.items():
        if not value.is_null:
            yield key, value.plain()


def _report(form: type[Form], fault: Any, node: Node, report: Report, path: str) -> None:
    place = fault["loc"]
    key = str(place[0]) if place else ""
    if fault["type"] == "extra_forbidden":
        unknown_key(node, key, keys_of(form), report, path)
    elif fault["type"] == "missing":
        if is_misspelt(key, node, keys_of(form)):
            return
        report.add(node.at, path, f"{quoted(key)} is missing", f"add {key}: {report.examples.get(example := _example(form, key), example)}")
    else:
        mistake = fault.get("ctx", {}).get("error")
        wrong, right = (mistake.wrong, mistake.right) if isinstance(mistake, Mistake) else (fault["msg"], "")
        at = node.value[key].at if key in node.value else node.at
        report.add(at, f"{path}, {key}" if path else key, wrong, right)


def is_misspelt(key: str, node: Node, known: list[str]) -> bool:
    """Whether a missing key is there under a wrong spelling, which has been reported already."""
    unknown = (written for written in node.value if written not in known)
    return any(nearest(written, known) == key for written in islice(unknown, _LOOKED_AT))


def keys_of(form: type[Form]) -> list[str]:
    """The keys of a form as they are written."""
    return [field.alias or name for name, field in form.model_fields.items()]


def _example(form: type[Form], key: str) -> str:
    for name, field in form.model_fields.items():
        if (field.alias or name) == key and field.examples:
            return str(field.examples[0])
    return "…"


def _first_key(form: type[Form]) -> str:
    return keys_of(form)[0]


def _seen(node: Node) -> str:
    if node.is_null:
        return "nothing"
    return f"the text {quoted(node.value, 30)}" if node.kind == "text" else f"a {node.kind}"
