"""`leverage`: what it asks the run for, and what it prints."""

import json
from types import SimpleNamespace

import pytest

from tests.cli.results import rough

SUMMARY = {"mean": 0.05, "low": 0.03, "high": 0.07, "se": 0.01, "spread": 0.1}


def moment(name, assumed):
    return {
        "name": name,
        "at": "2022-01-05T20:00:00+06:00",
        "worlds": "worlds fitted to the reports up to then",
        "supported": {**SUMMARY, "mean": 0.8},
        "acts": {"refused silently": {"survival": SUMMARY, "leverage": SUMMARY, "possible": 1.0}},
        "split": {"signal": SUMMARY},
        "prior": SUMMARY,
        "hindsight": SUMMARY,
        "contraction": 0.1 if assumed else 0.6,
        "assumed": assumed,
    }


def row(patron, verdict, direction=None):
    column = {"verdict": verdict, "direction": direction}
    return {"patron": patron, "channels": [], "survival": column, "policy": column, "claimed": [{"document": "a\x1b", "claim": "loses"}]}


@pytest.fixture
def asked(monkeypatch):
    calls = []

    def leverage(*dates, progress):
        calls.append(dates)
        return {
            "patron": "Russia",
            "horizon_days": 14.0,
            "moments": [moment("before", True), moment("peak", False)],
            "necessity": {"necessity": 0.25},
            "concession": {"agreed": 0.5, "credible": 0.9, "concession": SUMMARY},
            "ledger": {
                "rows": [row("Russia", "gained", "gained"), row("China", "assumed, not learnt", "lost"), row("Turkey", "not modelled")]
            },
        }

    opened = SimpleNamespace(notes=[], results={}, leverage=leverage)
    monkeypatch.setattr("realpolitik.answers.run.Run.open", lambda name, runs: opened)
    return calls


def test_json_is_one_document(realpolitik, asked):
    done = realpolitik("leverage", "latest", "--at", "2022-01-05", "--at", "2022-01-10", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["patron"] == "Russia"
    assert asked == [("2022-01-05", "2022-01-10")]


def test_the_table_says_what_is_assumed_and_what_is_not_modelled(realpolitik, asked):
    shown = realpolitik("leverage").stdout
    assert asked == [()]
    lines = {line.split("  ")[0]: line for line in shown.splitlines()}
    assert lines["refused silently"].count("5.0 (3.0 to 7.0)") == 2
    assert lines["refused silently"].count("assumed: 5.0") == 1
    assert lines["rests on"].split()[2:] == ["assumed,", "not", "learnt", "learnt:", "60", "%"]
    assert shown.index("rests on") < shown.index("refused silently")
    assert "How these differ: a moment's leverage rests on what was reported by then" in shown
    assert '`what-if --change "never: accept help"`' in shown
    assert "gained" in lines["Russia"]
    assert "assumed, not learnt (lost)" in lines["China"]
    assert lines["Turkey"].count("not modelled") == 2
    assert "25 % of the worlds" in shown
    assert "\x1b" not in shown


def opened(monkeypatch, document, results):
    run = SimpleNamespace(notes=[], results=results, leverage=lambda *dates, progress: document)
    monkeypatch.setattr("realpolitik.answers.run.Run.open", lambda name, runs: run)


NOBODY = {"patron": None, "horizon_days": 14.0, "moments": [], "ledger": {"rows": []}}


def test_a_case_without_patrons_says_so_and_stops(realpolitik, monkeypatch):
    opened(monkeypatch, NOBODY, rough())
    assert realpolitik("leverage").stdout == "this case has no patron, so nobody's leverage can be told\n"
    opened(monkeypatch, NOBODY | {"ledger": {"rows": [row("Turkey", "not modelled")]}}, {})
    shown = realpolitik("leverage").stdout
    assert shown.startswith("No patron of this case acts in the model, so nobody's leverage can be told.")
    assert "Turkey" in shown


def test_acts_of_patrons_without_troops_are_told_as_assumed(realpolitik, monkeypatch):
    bare = {"name": "peak", "at": "2022-01-05T20:00:00+06:00", "worlds": "worlds", "patrons": {"China": {"money": SUMMARY}}}
    opened(monkeypatch, NOBODY | {"moments": [bare], "ledger": {"rows": [row("China", "assumed, not learnt")]}}, {})
    shown = realpolitik("leverage").stdout
    assert "Leverage of the patrons" in shown
    assert any(line.split() == ["China:", "money", "assumed:", "5.0", "(3.0", "to", "7.0)"] for line in shown.splitlines())


def test_shares_of_a_rough_run_are_about_so_large(realpolitik, monkeypatch):
    document = NOBODY | {"patron": "Russia", "moments": [moment("peak", True)], "necessity": {"necessity": 0.25}}
    opened(monkeypatch, document, rough())
    shown = realpolitik("leverage").stdout
    assert "necessity: about 25 % of the worlds" in shown
    assert shown.rstrip().endswith("--effort standard")
