"""`forecast` prints one JSON document, or tables that say what is withheld and why."""

import json
from types import SimpleNamespace

import pytest

from realpolitik.answers.run import Run
from tests.cli.results import rough

NOTHING = dict.fromkeys(
    ("why", "note", "probability", "low", "high", "quantiles", "accounts", "rules", "pareto_k", "base_rate", "scores", "base_scores",
     "came", "earlier", "happened", "number"))  # fmt: skip


def question(identity, **more):
    told = {"id": identity, "asks": f"what of {identity}", "engine": "crisis", "answer": "probability", "said": [], "known": True}
    days = {"asked": "2022-01-12T00:00:00+06:00", "by": "2022-01-20T00:00:00+06:00", "evidence_to": "2022-01-11T17:12:00+06:00"}
    return NOTHING | told | days | more


DOCUMENT = {
    "case": "demo",
    "label": "retrospective: known",
    "scores": {"questions": ["Q1"], "model": {"brier": 0.0625, "log": 0.3}, "base_rate": {"brier": 0.25, "log": 0.7}},
    "questions": [
        question("Q1", probability=0.75, low=0.6, high=0.9, came="yes", scores={"brier": 0.0625, "log": 0.3},
                 base_rate={"probability": 0.5, "low": 0.4, "high": 0.6, "text": "5 of 10", "source": "books"},
                 accounts=[{"name": "plot", "answer": "probability", "probability": 0.7, "low": None, "high": None}, {"name": "uprising"}],
                 said=[{"document": "note", "says": "It will.\x1b[2J", "fared": "true"}], base_scores={"brier": 0.25, "log": 0.7},
                 earlier={"probability": 0.1, "evidence_to": "2022-01-08T00:00:00+06:00"}),
        question("Q2", answer="withheld", why="withheld: Pareto k 0.9"),
        question("Q3", answer="quantiles", quantiles={"5": 1.0, "50": 2000.0, "95": 3000.0}),
        question("Q5", answer="none", why="not answered by the model: it does not say what. Write what: crowd"),
        question("Q6", answer="none", engine="outside", why="the model says nothing"),
        question("Q4", engine="bargaining", probability=0.5, rules={"mean": 0.5, "median": 0.4}, note="a note"),
    ],
}  # fmt: skip


@pytest.fixture
def opened(monkeypatch, tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "forecast.json").write_text(json.dumps(DOCUMENT), "utf-8")
    opened = SimpleNamespace(folder=tmp_path, results={}, notes=["made elsewhere"])
    monkeypatch.setattr(Run, "open", lambda run, runs: opened)
    return opened


def test_json_is_one_document_and_nothing_else(realpolitik, opened):
    shown = realpolitik("forecast", "latest", "--json")
    assert shown.exit_code == 0
    assert json.loads(shown.stdout) == DOCUMENT
    assert json.loads(realpolitik("forecast", "--question", "Q2", "--json").stdout) == DOCUMENT["questions"][1]


def test_the_table_tells_each_forecast_beside_its_base_rate(realpolitik, opened):
    shown = realpolitik("forecast").stdout
    rows = {line.split()[0]: line for line in shown.splitlines() if line.startswith("Q")}
    assert rows["Q1"].split("  ")[-1] == "what of Q1"
    assert rows["Q1"].split()[2:-3] == ["75.0", "%", "(60", "to", "90)", "50.0", "%", "(40", "to", "60)", "yes", "0.062", "0.250"]
    assert "2,000 (1 to 3,000)" in rows["Q3"]
    assert "withheld: Pareto k 0.9" in shown
    assert "model 0.062, base rate 0.250" in shown
    assert "Scores are retrospective: known." in shown


def test_one_question_in_full(realpolitik, opened):
    shown = realpolitik("forecast", "latest", "--question", "Q1").stdout
    assert "asked 2022-01-11, by 2022-01-19, answered by crisis" in shown  # midnight ends the day before
    assert "evidence up to 2022-01-11 17:12" in shown
    assert "uprising: withheld" in shown
    assert "plot: 70.0 %" in shown
    assert "base rate: 50.0 % (40 to 60), 5 of 10: books" in shown
    assert "the run before, on evidence up to 2022-01-07, said 10.0 %" in shown
    assert "\x1b" not in shown
    assert "rule median: 40.0 %" in realpolitik("forecast", "latest", "--question", "Q4").stdout


def test_an_unknown_question_gets_the_names(realpolitik, opened):
    shown = realpolitik("forecast", "--question", "F99")
    assert shown.exit_code == 2
    assert shown.stderr == "note: made elsewhere\nError: demo has no question 'F99'; it has: Q1, Q2, Q3, Q5, Q6, Q4\n"


def test_a_question_that_the_case_could_ask_better_is_told_how(realpolitik, opened):
    shown = realpolitik("forecast").stdout
    assert "Q5: not answered by the model: it does not say what. Write what: crowd" in shown
    assert "Q6: " not in shown


def test_a_rough_run_says_so_where_the_crisis_answers(realpolitik, opened):
    assert "rough" not in realpolitik("forecast").stdout
    opened.results = rough()
    assert "This run is rough" in realpolitik("forecast").stdout
    assert "This run is rough" in realpolitik("forecast", "--question", "Q1").stdout
    assert "rough" not in realpolitik("forecast", "--question", "Q4").stdout
