"""`audiences`: one JSON document, or tables that say who is withheld."""

import json
from types import SimpleNamespace

import pytest

from tests.cli.results import rough

DOCUMENT = {
    "accounts": [{"name": "plot", "probability": 0.7, "low": 0.42, "high": 0.876},
                 {"name": "uprising", "probability": 0.3, "low": 0.1, "high": 0.6}],
    "audiences": [
        {"name": "sceptic", "probabilities": {"plot": 0.2, "uprising": 0.8}},
        {"name": "far\x1b[31m away", "probabilities": None, "pareto_k": 0.79, "trust": {"government": 0.5}, "prior_odds": {"cells": 3.0},
         "account_odds": {}},
    ],
    "tried": [{"kind": "reporter", "who": "TASS"}, {"kind": "interest", "who": "government"}],
    "interests": [
        {"interest": "government", "reporters": 17, "items": 40, "tested": True, "withheld": True, "pareto_k": 1.2, "accounts": None},
        {"interest": "opposition", "reporters": 2, "items": 3, "tested": True, "withheld": False, "pareto_k": 0.1,
         "accounts": [{"name": "plot", "probability": 0.6, "low": 0.5, "high": 0.7},
                      {"name": "uprising", "probability": 0.4, "low": 0.3, "high": 0.5}]},
        {"interest": "patron", "reporters": 1, "items": 0, "tested": False, "withheld": False, "pareto_k": None, "accounts": None},
        {"interest": "neutral", "reporters": 41, "items": 80, "tested": False, "withheld": False, "pareto_k": None, "accounts": None},
    ],
    "tipping": [{"first": "plot", "second": "y", "bans": 0.1, "kind": None, "who": None, "trust": None, "withheld": []},
                {"first": "plot", "second": "uprising", "bans": 0.37, "kind": "interest", "who": "government", "trust": 0.43,
                 "withheld": []},
                {"first": "plot", "second": "x", "bans": 2.0, "kind": None, "who": None, "trust": None, "withheld": [
                    {"kind": "reporter", "who": "TASS", "known_to": 0.5}, {"kind": "interest", "who": "government", "known_to": 1.0}]}],
    "sizes": [{"claim": "cells", "parameter": "organised_cells", "unit": "people", "least": 300.0, "largest": 10000.0, "beyond": False,
               "unsure": True}],
}  # fmt: skip


@pytest.fixture
def saved(monkeypatch):
    run = SimpleNamespace(notes=[], results={"command": "realpolitik weigh demo --seed 1"}, audiences=lambda progress: DOCUMENT)
    monkeypatch.setattr("realpolitik.answers.run.Run.open", lambda run_name, runs: run)
    return run


def test_json_is_one_document(realpolitik, saved):
    done = realpolitik("audiences", "latest", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == DOCUMENT


def test_tables_say_the_odds_and_what_is_withheld(realpolitik, saved):
    lines = [line.split() for line in realpolitik("audiences").stdout.splitlines()]
    assert ["plot", "70", "%", "20", "%", "withheld"] in lines
    assert ["plot", "over", "uprising", "0.37", "all", "government", "reporters", "0.43"] in lines
    assert ["cells", "organised_cells", "300", "to", "10,000?", "people"] in lines
    assert not any("\x1b" in word for line in lines for word in line)


def test_what_is_withheld_says_why_and_what_would_answer(realpolitik, saved):
    shown = realpolitik("audiences").stdout
    assert "away is withheld: the worlds of this run were fitted under the case's own trust" in shown
    assert "(Pareto k 0.79, above 0.7)" in shown
    assert "give the reporters this trust (government 0.5) and the claims these prior_odds (cells 3), then: " in shown
    assert "realpolitik weigh COPY --seed 1" in shown


def test_distrust_of_a_whole_interest_is_told_or_said_not_to_be_tested(realpolitik, saved, monkeypatch):
    shown = realpolitik("audiences").stdout
    assert "all 17 government reporters: withheld, " in shown
    assert "all 2 opposition reporters: plot 60 % leads before uprising 40 %" in shown
    idle = "the one patron reporter, on whose word alone no report rests"
    assert f"Not tested: half trust in {idle} or all 41 neutral reporters together." in shown
    monkeypatch.delitem(DOCUMENT, "interests")
    monkeypatch.setitem(DOCUMENT, "tried", ["TASS", "government"])  # as versions without interests named them
    assert "Not tested: half trust in all opposition reporters or all patron reporters together." in realpolitik("audiences").stdout


def test_pairs_with_an_answer_come_first_and_the_empty_ones_are_one_line(realpolitik, saved):
    shown = realpolitik("audiences").stdout
    lines = shown[shown.index("Trust at which") :].splitlines()
    assert lines[2].startswith("plot over uprising")
    assert lines[3].startswith("Not known for plot over x: trust in TASS below 0.5 or all government reporters below that of the case")
    assert lines[4] == "No loss of trust in TASS or all government reporters turns plot over y."
    assert "nobody tried" not in shown


def test_documents_of_older_versions_name_without_a_kind(realpolitik, saved, monkeypatch):
    now = realpolitik("audiences").stdout
    monkeypatch.setitem(DOCUMENT, "tried", ["TASS", "government"])
    older = {"withheld": ["TASS", "government"], "known_to": {"TASS": 0.5, "government": 1.0}}
    monkeypatch.setitem(DOCUMENT, "tipping", [*DOCUMENT["tipping"][:2], DOCUMENT["tipping"][2] | older])
    assert realpolitik("audiences").stdout == now


def test_a_reporter_may_bear_the_name_of_an_interest(realpolitik, saved, monkeypatch):
    monkeypatch.setitem(DOCUMENT, "tried", [{"kind": "reporter", "who": "government"}])
    assert "No loss of trust in government turns plot over y." in realpolitik("audiences").stdout


def test_a_rough_run_gives_no_probability_without_its_range(realpolitik, saved):
    saved.results = rough()
    shown = realpolitik("audiences").stdout
    lines = [line.split() for line in shown.splitlines()]
    assert ["plot", "70", "%", "(42", "to", "88)", "about", "20", "%", "withheld"] in lines
    assert "plot 60 % (50 to 70) leads" in shown
    assert "This run is rough: a log evidence is known to no better than 0.83 nats, above 0.5." in shown
    assert shown.rstrip().endswith("What should settle it: realpolitik weigh demo --effort standard")
