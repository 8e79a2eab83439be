"""`audiences`: one JSON document, or tables that say who is withheld."""

import json
from types import SimpleNamespace

import pytest

DOCUMENT = {
    "accounts": [{"name": "plot", "probability": 0.7}, {"name": "uprising", "probability": 0.3}],
    "audiences": [
        {"name": "sceptic", "probabilities": {"plot": 0.2, "uprising": 0.8}},
        {"name": "far\x1b[31m away", "probabilities": None},
    ],
    "tipping": [{"first": "plot", "second": "uprising", "bans": 0.37, "kind": "interest", "who": "government", "trust": 0.43,
                 "withheld": []},
                {"first": "plot", "second": "x", "bans": 2.0, "kind": None, "who": None, "trust": None, "withheld": ["TASS"]}],
    "sizes": [{"claim": "cells", "parameter": "organised_cells", "unit": "people", "least": 300.0, "largest": 10000.0, "beyond": False,
               "unsure": True}],
}  # fmt: skip


@pytest.fixture
def saved(monkeypatch):
    run = SimpleNamespace(notes=[], audiences=lambda progress: DOCUMENT)
    monkeypatch.setattr("realpolitik.answers.run.Run.open", lambda run_name, runs: run)


def test_json_is_one_document(realpolitik, saved):
    done = realpolitik("audiences", "latest", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == DOCUMENT


def test_tables_say_the_odds_and_what_is_withheld(realpolitik, saved):
    lines = [line.split() for line in realpolitik("audiences").stdout.splitlines()]
    assert ["plot", "70", "%", "20", "%", "withheld"] in lines
    assert ["plot", "over", "uprising", "0.37", "all", "government", "reporters", "0.43"] in lines
    assert ["plot", "over", "x", "2.00", "withheld:", "TASS", "-"] in lines
    assert ["cells", "organised_cells", "300", "to", "10,000?", "people"] in lines
    assert not any("\x1b" in word for line in lines for word in line)
