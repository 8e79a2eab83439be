"""`what-if`: what it asks the run for, and what it prints."""

import json
from types import SimpleNamespace

import pytest

from realpolitik.errors import UsageError
from tests.cli.results import rough

DEAD = {"mean": 3803.0, "se": 700.0, "low": -11.0, "half_low": 0.0, "median": 12.0, "half_high": 300.0, "high": 2000.0}
CHANGE = {"mean": -0.25, "low": -0.28, "high": -0.22, "se": 0.02}


def document(changes):
    one = {
        "id": "asked",
        "says": "; ".join(changes),
        "changes": list(changes),
        "differences": {"survival": CHANGE, "deaths": DEAD},
        "changed": {"survival": {"mean": 0.75, "low": 0.72, "high": 0.78}, "deaths": {**DEAD, "median": 250.0}},
        "variance_ratio": {"survival": None},
        "worlds_changed": 1.0,
        "notes": ["mind \x1b[31mthis"],
    }
    return {
        "draws": 640,
        "horizon": "2022-01-20T00:00:00+06:00",
        "factual": {"survival": {"mean": 1.0, "low": 1.0, "high": 1.0}, "deaths": {**DEAD, "median": 238.0}},
        "quantities": {"survival": {"unit": "probability"}, "deaths": {"unit": "people"}},
        "sentence": "The number of dead is moved\x1b[31m.",
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

    run = SimpleNamespace(notes=[], results=rough(), what_if=what_if)
    monkeypatch.setattr("realpolitik.answers.run.Run.open", lambda run_name, runs: run)
    return calls


def test_json_is_one_document(realpolitik, asked):
    done = realpolitik("what-if", "latest", "--change", "never: accept help", "--change", "no blackout", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["differences"] == {"survival": CHANGE, "deaths": DEAD}
    assert asked == [("never: accept help", "no blackout")]


def test_without_a_change_the_case_is_asked(realpolitik, asked):
    shown = realpolitik("what-if").stdout
    assert asked == [()]
    assert "640 worlds" in shown
    rows = {line.split("  ")[0]: line.split() for line in shown.splitlines()}
    assert rows["survival"][1:] == ["chance", "100", "%", "75", "%", "(72", "to", "78)", "-25.0", "(-28.0", "to", "-22.0)", "-", "-"]
    # the mean of a count stands nowhere: what holds it is no spread over worlds
    assert rows["deaths"][1:] == ["people", "238", "250", "+12", "0", "to", "300", "-11", "to", "2,000"]
    assert "as simulated" in shown
    assert "half of worlds" in shown
    assert "90 % of worlds" in shown
    assert "variance ratio" not in shown
    assert "The number of dead is moved" in shown
    assert "This run is rough" in shown
    assert "\x1b" not in shown


def test_a_mistake_is_wrong_usage_and_lists_names(realpolitik, asked):
    done = realpolitik("what-if", "latest", "--change", "never: fly")
    assert done.exit_code == 2
    assert "decisions are: concede" in done.stderr
    assert "Traceback" not in done.stderr
