"""docs/aftermath.md says what the code does: its fields, its rules by name, its terms and its figures."""

import re
from pathlib import Path

import numpy as np

from realpolitik.answers import information, positions
from realpolitik.answers.aftermath import aftermath
from realpolitik.answers.concession import TERMS
from realpolitik.answers.rules import POWER, RULES
from realpolitik.api import load

PAGE = (Path(__file__).parents[2] / "docs" / "aftermath.md").read_text("utf-8")
NAMED = set(re.findall(r"`([a-z_]+)(?:\[\])?`", PAGE))


def keys(value):
    """Names of the fields of a document; names of patrons, questions and rules are no fields."""
    if isinstance(value, list):
        return set().union(*map(keys, value), set())
    if not isinstance(value, dict):
        return set()
    own = {name for name in value if re.fullmatch("[a-z_]+", name)}
    return own.union(*map(keys, value.values()))


def test_every_field_is_told():
    told = aftermath(load("kazakhstan-2022"), draws=20).document()
    assert keys(told) - NAMED == set()
    assert {"policy_leverage", "towards", "moved", "stays"} <= keys(told)


def test_rules_and_terms_are_those_of_the_code():
    assert re.findall(r"^\| `(mean|median|election|challenge)`", PAGE, re.MULTILINE) == list(RULES)
    for term in TERMS.values():
        row = f"| `{term.name}` | {term.prior.text} | {term.unit} | {term.meaning} | {term.basis} | {term.source} |"
        assert row in PAGE
    assert len(re.findall(r"^\| `[a-z_]+` \| (?:beta|lognormal)", PAGE, re.MULTILINE)) == len(TERMS)


def test_figures_are_those_of_the_code():
    assert "a quarter of the scale" in PAGE
    assert positions.ERROR == 0.25
    assert "by the square of their strength" in PAGE
    assert POWER == 2.0
    assert "at most eight groups" in PAGE
    assert len(information.shared_bins([np.arange(1000.0)])) == 9
