"""YAML nodes: places, YAML 1.2 texts, limits."""

from __future__ import annotations

import pytest

from realpolitik.case.mistakes import Report
from realpolitik.case.nodes import parse


def read(text: str):
    report = Report()
    return parse(text, "f", report), [str(problem) for problem in report.problems]


def test_every_scalar_stays_its_text_and_only_null_is_nothing():
    root, problems = read("a: NO\nb: 12:30\nc: [on, 012, 1e3, ~, null, 'null', '']\nd:\n")
    assert problems == []
    assert root is not None
    assert root.plain() == {"a": "NO", "b": "12:30", "c": ["on", "012", "1e3", None, None, "null", ""]}


def test_nodes_know_where_they_stand():
    root, _ = read("a: 1\nb:\n  - x\n  - {c: y}\n")
    assert root is not None
    assert root.key_at("b") == ("f", 2, 1)
    assert [node.at for node in root.value["b"].value] == [("f", 3, 5), ("f", 4, 5)]
    assert root.value["b"].value[1].value["c"].at == ("f", 4, 9)


def test_an_alias_is_what_it_names():
    root, problems = read("a: &x {b: 1}\nc: *x\n")
    assert problems == []
    assert root is not None
    assert root.plain() == {"a": {"b": "1"}, "c": {"b": "1"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "f:3:1: the key 'a' stands here a second time; the first is at 1:1; keep one"),
        ("? [a]\n: b\n", "f:1:3: a list cannot be a key"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins here"),
        ("a: !!python/object/apply:os.system [x]\n", "f:1:4: the tag"),
        ("a:\n\t- b\n", "f:2:1: this is not YAML"),
        ("a: [b\n", "this is not YAML: did not find expected ',' or ']'"),
        ("a: 'b\n", "(while scanning a quoted scalar that begins at 1:4); close the quote or bracket"),
        (
            "\n".join(f"a{n}: &a{n} [{'x' if n == 0 else f'*a{n - 1}'}]" for n in range(60)),
            "levels deep through aliases",
        ),
    ],
)
def test_refusals(text, said):
    problems = read(text)[1]
    assert said in problems[0]
