"""`what-if`: what it asks the run for, and what it prints."""

import json
from types import SimpleNamespace

import pytest

from realpolitik.errors import UsageError

CHANGE = {"mean": -0.25, "low": -0.28, "high": -0.22, "se": 0.02}


def document(changes):
    one = {
        "id": "asked",
        "says": "; ".join(changes),
        "changes": list(changes),
        "differences": {"survival": CHANGE},
        "changed": {"survival": {**CHANGE, "mean": 0.75}},
        "variance_ratio": {"survival": None},
        "worlds_changed": 1.0,
        "notes": ["mind \x1b[31mthis"],
    }
    return {
        "draws": 640,
        "horizon": "2022-01-20T00:00:00+06:00",
        "factual": {"survival": {**CHANGE, "mean": 1.0}},
        "what_ifs": [one],
        "differences": one["differences"],
    }


@pytest.fixture
def asked(monkeypatch):
    calls = []

    def what_if(*changes, progress):
        calls.append(changes)
        if "never: fly" in changes:
            raise UsageError("'fly' is not a decision; decisions are: concede")
        return document(changes or ("no help",))

    run = SimpleNamespace(notes=[], what_if=what_if)
    monkeypatch.setattr("realpolitik.answers.run.Run.open", lambda run_name, runs: run)
    return calls


def test_json_is_one_document(realpolitik, asked):
    done = realpolitik("what-if", "latest", "--change", "never: accept help", "--change", "no blackout", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["differences"] == {"survival": CHANGE}
    assert asked == [("never: accept help", "no blackout")]


def test_without_a_change_the_case_is_asked(realpolitik, asked):
    shown = realpolitik("what-if").stdout
    assert asked == [()]
    assert "640 worlds" in shown
    assert shown.splitlines()[4].split() == ["survival", "1", "0.75", "-0.25", "-0.28", "to", "-0.22", "-"]
    assert "\x1b" not in shown


def test_a_mistake_is_wrong_usage_and_lists_names(realpolitik, asked):
    done = realpolitik("what-if", "latest", "--change", "never: fly")
    assert done.exit_code == 2
    assert "decisions are: concede" in done.stderr
    assert "Traceback" not in done.stderr
