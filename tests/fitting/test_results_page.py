"""Every field of a run's results is told in docs/results.md."""

import re
from pathlib import Path

import pytest

from realpolitik.api import load
from realpolitik.case.starter import new
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.weigh import weigh

PAGE = (Path(__file__).parents[2] / "docs" / "results.md").read_text("utf-8")
TOLD = {
    path
    for cell in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    for path in re.findall(r"`([^`]+)`", cell)
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("harbour")
    case = load(new("harbour", folder))
    few = Settings(ladders=8, rungs=4, worlds=1, passes=4, pilot=2)
    return case, weigh(case, settings=few, runs=folder / "runs", threads=1).results


def paths(value, names, path=""):
    """Paths of all fields, with a stand-in for each account and quantity; a map to plain values is one field."""
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        return set().union(*(paths(entry, names, f"{path}[]") for entry in value))
    if not isinstance(value, dict) or not value:
        return {path}
    if set(value) <= names and not any(isinstance(entry, dict) for entry in value.values()):
        return {path}
    found = set()
    for key, entry in value.items():
        shown = "{quantity}" if path == "series" else "{account}" if key in names else key
        found |= paths(entry, names, f"{path}.{shown}".removeprefix("."))
    return found


def known(path):
    """Whether a path is told, itself, or, where it is empty, by what it may hold."""
    return any(told.removesuffix("[]") == path or told.startswith((path + "[", path + ".")) for told in TOLD)


def test_every_field_is_told(results):
    case, document = results
    missing = sorted(path for path in paths(document, set(case.accounts)) if not known(path))
    assert not missing


def test_every_field_told_is_there(results):
    top = {re.split(r"[.\[]", path)[0] for path in TOLD}
    assert top == set(results[1])
