"""`claims`: one JSON document, or tables."""

import json
from types import SimpleNamespace

import pytest

from tests.cli.results import rough

DOCUMENT = {
    "hidden": [
        {"name": "plot", "says": "A plot\x1b[31m.", "prior": 0.25, "probability": 0.8, "bans": 1.01, "low": 0.2, "high": 2.0,
         "probability_low": 0.6, "probability_high": 0.9},
        {"name": "cells", "says": "Cells.", "prior": None, "probability": None, "bans": None, "low": None, "high": None},
    ],
    "documents": [{"name": "note", "counts": {"supported": 1, "mixed": 0}, "claims": [
        {"id": "N1", "verdict": "supported", "says": "They were \x1b[31msteered."}]}],
}  # fmt: skip


@pytest.fixture
def saved(monkeypatch):
    run = SimpleNamespace(notes=[], results={}, claims=lambda progress: DOCUMENT)
    monkeypatch.setattr("realpolitik.answers.run.Run.open", lambda run_name, runs: run)
    return run


def test_json_is_one_document(realpolitik, saved):
    done = realpolitik("claims", "latest", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == DOCUMENT


def test_tables_tell_odds_and_verdicts(realpolitik, saved, monkeypatch):
    shown = realpolitik("claims").stdout
    lines = [line.split() for line in shown.splitlines()]
    assert any(line[:8] == ["plot", "25", "%", "80", "%", "+1.01", "(+0.20", "to"] for line in lines)
    assert any(line[:4] == ["cells", "-", "-", "-"] for line in lines)
    assert "note: 1 supported" in shown
    assert any(line[:2] == ["N1", "supported"] for line in lines)
    assert "\x1b" not in shown
    monkeypatch.setitem(DOCUMENT, "documents", [])
    assert "names no documents" in realpolitik("claims").stdout


def test_a_rough_run_gives_no_probability_without_its_range(realpolitik, saved):
    saved.results = rough()
    shown = realpolitik("claims").stdout
    assert any(line.split()[:7] == ["plot", "25", "%", "80", "%", "(60", "to"] for line in shown.splitlines())
    assert shown.rstrip().endswith("What should settle it: realpolitik weigh demo --effort standard")
