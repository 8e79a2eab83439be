"""Forecasts: every engine, what was known on the day, scores beside base rates, and what earlier runs said."""

import json

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.answers import register
from realpolitik.answers.forecast import answer, forecast, one
from realpolitik.errors import UsageError


@pytest.fixture(scope="module")
def run(asked_run):
    return asked_run


@pytest.fixture(scope="module")
def document(run):
    return forecast(run)


def test_the_document_is_plain_json_and_the_same_every_time(run, document):
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert forecast(run) == document


def test_every_engine_answers_or_says_why_not(document):
    answers = {q["id"]: q["answer"] for q in document["questions"]}
    assert answers["Q4"] == answers["Q7"] == answers["Q9"] == "probability"
    assert answers["Q5"] == answers["Q6"] == answers["Q8"] == answers["Q10"] == "none"
    whys = {q["id"]: q["why"] for q in document["questions"]}
    assert "no base rate" in whys["Q5"]
    assert "Write what: with a count or a decision" in whys["Q6"]
    assert 'such as `what: crowd, mode: now, value: "<=100"`' in whys["Q6"]
    assert "the clock of the case ends on 10 March 2024" in whys["Q8"]
    assert "fits the scale of no issue" in whys["Q10"]


def test_outside_is_the_base_rate_and_says_so(document):
    q = one(document, "Q4")
    assert q["probability"] == 0.1
    assert q["note"].startswith("the model says nothing")
    assert q["scores"] == q["base_scores"]
    assert q["scores"]["brier"] == pytest.approx(0.01)


def test_a_date_after_all_reports_is_the_run_itself(run, document):
    """Nothing is weighed: every draw of a set counts alike, and accounts by their odds."""
    q = one(document, "Q7")
    assert q["pareto_k"] is None
    assert q["effective"] == pytest.approx(len(next(iter(run.posterior.sets.values())).z))
    each = {a["name"]: a["probability"] for a in q["accounts"]}
    odds = {a["name"]: a["probability"] for a in run.results["accounts"]}
    assert q["probability"] == pytest.approx(sum(odds[name] * each[name] for name in each), abs=1e-6)
    assert q["low"] <= q["probability"] <= q["high"]


def test_a_figure_is_told_in_quantiles_that_agree_with_the_probability_of_a_bound(document):
    number, bound = one(document, "Q2"), one(document, "Q3")
    assert number["answer"] == bound["answer"].replace("probability", "quantiles")
    if number["answer"] == "quantiles":
        q = np.array([number["quantiles"][level] for level in ("5", "25", "50", "75", "95")])
        assert np.all(np.diff(q) >= 0)
        assert (q[4] >= 10) == (bound["probability"] > 0.05)
        assert number["scores"]["crps"] >= 0
    assert number["base_scores"]["crps"] > 0  # a base rate is scored whatever the model says
    assert bound["happened"] is False


def test_what_was_reported_after_the_question_is_not_used(run, document):
    """The demand was granted on the 4th; on the evidence of the 2nd nobody knows, and the act is free in the worlds."""
    q = one(document, "Q1")
    assert q["evidence_to"].startswith("2024-03-03T00:00")
    assert q["happened"] is True
    assert q["answer"] in ("probability", "withheld")
    if q["answer"] == "probability":
        assert q["probability"] < 1.0
        assert max(a["probability"] for a in q["accounts"]) < 1.0


def test_weights_that_cannot_be_trusted_withhold_the_forecast(run, monkeypatch):
    monkeypatch.setattr("realpolitik.fitting.at_date.weigh_up", lambda x: (0.0, 0.0, np.full(len(x), 1 / len(x)), 0.9))
    q = one(forecast(run), "Q1")
    assert q["answer"] == "withheld"
    assert q["probability"] is None
    assert "Pareto k 0.9, above 0.7" in q["why"]
    assert "--as-of 2024-03-02" in q["why"]
    assert all(a.get("probability") is None for a in q["accounts"])


def test_a_run_of_the_day_needs_no_weights_and_does_not_know_the_outcome(run, tmp_path):
    from datetime import datetime

    case = run.posterior.case
    earlier = rp.weigh(case, runs=tmp_path, seed=3, as_of=case.clock.moment(48.0))
    q = one(forecast(earlier), "Q1")
    assert datetime.fromisoformat(q["evidence_to"]) == case.clock.moment(48.0)
    assert q["answer"] == "probability"
    assert q["pareto_k"] is None
    assert not q["known"]
    assert one(forecast(run), "Q1")["known"]
    assert q["scores"]["brier"] == pytest.approx((1 - q["probability"]) ** 2)


def test_documents_stand_beside_the_evidence_of_their_day(document):
    (note,) = document["documents"]
    assert sum(odds["probability"] for odds in note["odds"].values()) == pytest.approx(1.0)
    line = {q["id"]: q for q in note["questions"]}["Q7"]
    assert line["said"] == [{"id": "N1", "says": "The mayor will go.", "fared": "failed"}]
    assert line["probability"] == pytest.approx(one(document, "Q7")["probability"])
    assert line["came"] == "no"


def test_an_unknown_question_gets_the_names(document):
    with pytest.raises(UsageError, match=r"harbour has no question 'Q99'; it has: Q1, Q2, "):
        one(document, "Q99")


def test_the_register_grows_by_runs_and_the_next_one_reads_it(run, tmp_path_factory):
    answer(run, lambda *_: None)
    lines = register.read(run.folder.parent, "harbour")
    said = [line["question"] for line in lines]
    assert "Q4" in said
    assert "Q5" not in said  # nothing was said of it
    assert all(line["run"] == run.folder.name for line in lines)
    assert {line["question"]: line["retrospective"] for line in lines}["Q4"]
    answer(run, lambda *_: None)
    assert [line["question"] for line in register.read(run.folder.parent, "harbour")] == said
    later = rp.weigh(run.posterior.case, runs=run.folder.parent, seed=4)
    before = one(forecast(later), "Q4")["earlier"]
    assert before["run"] == run.folder.name
    assert before["probability"] == 0.1
    assert before["scores"]["brier"] == pytest.approx(0.01)
    assert one(forecast(run), "Q4")["earlier"] is None
