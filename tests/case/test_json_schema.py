"""The JSON Schema: valid itself, true of the starter and of the small case, false of a misspelt key."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest

from realpolitik.case import new, words
from realpolitik.case.json_schema import json_schema
from realpolitik.case.mistakes import Report
from realpolitik.case.nodes import parse
from realpolitik.case.words import OBSERVABLES

VALID = (Path(__file__).parent / "harbour" / "case.yaml").read_text()
jsonschema = pytest.importorskip("jsonschema")


def plain(text: str):
    root = parse(text, "case.yaml", Report())
    assert root is not None
    return root.plain()


@pytest.fixture(scope="module")
def validator():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(json.loads(json.dumps(schema)))


def test_the_schema_accepts_what_loads(validator, tmp_path):
    validator.validate(plain((new("strike", tmp_path) / "case.yaml").read_text()))
    validator.validate(plain(VALID))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("evidence", 0, "what"), "crowed"),
        (("evidence", 0, "grade"), "G7"),
        (("evidence", 0, "wher"), "Harbour"),
        (("ruller",), "x"),
        (("clock", "start"), None),
        (("accounts",), []),
    ],
)
def test_the_schema_refuses_what_does_not(validator, path, value):
    broken = copy.deepcopy(plain(VALID))
    place = broken
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not validator.is_valid(broken)


def test_every_key_is_described_and_every_observable_is_listed():
    schema = json_schema()
    forms = [schema, *schema["$defs"].values()]
    for form in forms:
        for key, field in form["properties"].items():
            assert field.get("description"), key
    assert schema["$defs"]["ItemForm"]["properties"]["what"]["enum"] == list(OBSERVABLES)


def test_no_example_is_taken_from_a_shipped_case():
    written = json.dumps(json_schema()) + json.dumps(words.TIME_SPELLINGS)
    assert not re.search(r"2022|Almaty|Astana|Tokayev|CSTO|Mangystau|kazakh", written, re.IGNORECASE)
