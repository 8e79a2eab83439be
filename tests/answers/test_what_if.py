"""What-ifs: paired differences of posterior worlds with one thing done otherwise."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from realpolitik.answers import what_if
from realpolitik.answers.changes import arm_of
from realpolitik.answers.paired import difference, quantile, variance_ratio
from realpolitik.case.reader import load
from realpolitik.case.records import Change
from realpolitik.crisis.layout import DECISIONS
from realpolitik.crisis.parameters import NAMES
from realpolitik.errors import UsageError
from tests.answers.prior_run import prior_run


@pytest.fixture(scope="module")
def run():
    return prior_run(load("kazakhstan-2022", NAMES))


@pytest.fixture(scope="module")
def document(run):
    return what_if.answer(run, lambda stage, done, message: None)


def by_id(document, name):
    return next(one for one in document["what_ifs"] if one["id"] == name)


def test_nothing_changed_is_exactly_nothing(run):
    found = what_if.ask(run, ["none"])
    assert found["differences"]
    for name, change in found["differences"].items():
        assert {"mean", "low", "high", "se"} <= set(change), name
        assert set(change.values()) == {0.0}, name
    assert found["what_ifs"][0]["worlds_changed"] == 0.0


def test_help_that_never_comes_is_gone_from_every_world(run):
    found = what_if.ask(run, ["never: accept help"])
    changes = found["differences"]
    assert changes["help"]["mean"] == -1.0
    assert changes["days of allied troops"]["high"] < 0.0
    assert any(change["mean"] != 0.0 for name, change in changes.items() if name not in ("help", "days of allied troops"))
    assert "hours to help" not in changes, "no world has it in both arms"
    # without help the leverage of help is nothing; what it was is what is lost
    assert changes["leverage"]["mean"] == -found["factual"]["leverage"]["mean"]


def test_the_case_names_its_what_ifs(run, document):
    assert [one["id"] for one in document["what_ifs"]] == [one.id for one in run.posterior.case.what_ifs]
    assert len(document["what_ifs"]) == 9
    json.dumps(document, allow_nan=False)


def test_a_day_later_is_24_hours_later(document):
    change = by_id(document, "late-help")["differences"]["hours to help"]
    # steps are an hour long then, and six hours from the 8th on
    assert change["low"] == pytest.approx(24.0, abs=3.0)
    assert change["high"] == pytest.approx(24.0, abs=3.0)


def test_troops_that_may_not_leave_stay_to_the_end(document):
    stay = by_id(document, "long-stay")
    assert stay["differences"]["days of allied troops"]["low"] > 0.0
    assert "not modelled" in stay["notes"][0]


def test_a_succession_delays_help_and_stops_some(document):
    change = by_id(document, "succession")["differences"]
    assert change["help"]["mean"] < 0.0
    assert change["hours to help"]["low"] > 0.0


def test_what_the_model_has_no_rule_for_says_so(document):
    minority = by_id(document, "larger-minority")
    assert minority["notes"][0].startswith("not modelled")
    assert minority["worlds_changed"] == 0.0


def test_several_changes_are_one_what_if(run):
    both = what_if.ask(run, ["no blackout", "24h later: help"])
    assert both["what_ifs"][0]["changes"] == ["no blackout", "24h later: help"]
    alone = what_if.ask(run, ["no blackout"])
    assert both["differences"]["hours to help"]["mean"] > alone["differences"]["hours to help"]["mean"] + 15.0


def test_two_words_on_one_decision_are_refused(run):
    with pytest.raises(UsageError, match="both change 'accept request'"):
        what_if.ask(run, ["never: accept help", "24h later: accept help"])


@pytest.mark.parametrize(("text", "told"), [
    ("never: accept hlep", "did you mean 'accept help'"),
    ("never: fly", "decisions are: concede"),
    ("often: help", "ways are: never"),
    ("at 2023-01-01: help", "the clock runs from 2022-01-02T00:00"),
    ("set 3: accept_shore", "did you mean 'accept_share'"),
    ("refused: blackout", "only help can"),
    ("gone 2022-01-05: the ruler", "only one person's going is modelled"),
    ("help", "is not a change"),
])  # fmt: skip
def test_a_mistake_gets_the_names_that_exist(run, text, told):
    with pytest.raises(UsageError, match=told):
        what_if.ask(run, [text])


def test_a_parameter_can_be_set(run):
    found = what_if.ask(run, ["set 0: contingent", "set 0: signal"])
    assert found["differences"]["leverage"]["mean"] <= 0.0
    assert found["what_ifs"][0]["worlds_changed"] > 0.5


@pytest.mark.parametrize(("hour", "barred"), [(24.0, 4), (24.5, 4 + 5 / 64), (27.0, 4.5), (30.0, 5), (1e6, 16)])
def test_not_before_an_hour_is_never_before_it(hour, barred):
    """Steps of 6 h: an act is barred up to the border of 64ths nearest to the hour; it is told to the middle of one, so never before."""
    edges, none = np.arange(17) * 6.0, np.full(2, -1.0)
    group = SimpleNamespace(
        problem=SimpleNamespace(edges=edges), abducted=SimpleNamespace(taken=none[None].repeat(15, 0), places=none[None].repeat(15, 0))
    )
    change = Change("not before", "request help", hours=hour, text="not before: request help")
    fixed = arm_of((change,), group, None).fixed[DECISIONS.index("request help")]
    assert min(fixed.last, len(edges) - 1) == barred
    assert 6.0 * (barred + 0.5 / 64) >= min(hour, 96.0)


def test_intervals_of_counts_and_of_probabilities():
    weight = np.full(100, 0.01)
    changed, factual = np.arange(100.0), np.zeros(100)
    count = difference(changed, factual, weight, probability=False)
    assert (count["low"], count["high"]) == (4.0, 94.0)
    assert (count["half_low"], count["median"], count["half_high"]) == (24.0, 49.0, 74.0)
    assert "median" not in difference(changed, factual, weight, probability=True)
    yes = difference((changed < 30).astype(float), factual, weight, probability=True)
    assert yes["mean"] == pytest.approx(0.3)
    assert yes["se"] == pytest.approx(np.sqrt(0.3 * 0.7 / 100))
    assert yes["high"] - yes["low"] == pytest.approx(2 * 1.6449 * yes["se"], rel=1e-3)
    assert difference(np.array([np.nan]), np.array([1.0]), np.ones(1), False) is None
    assert quantile(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.2, 0.6]), (0.05, 0.5, 0.95)).tolist() == [1.0, 2.0, 3.0]


def test_a_few_terrible_worlds_move_the_mean_and_not_the_middle():
    worlds = np.where(np.arange(100) < 3, 100_000.0, 0.0)
    dead = difference(worlds, np.zeros(100), np.full(100, 0.01), probability=False)
    assert dead["mean"] == pytest.approx(3000.0)
    assert dead["high"] == 0.0, "the mean lies outside of where 90 % of the worlds are"
    assert (dead["half_low"], dead["median"], dead["half_high"]) == (0.0, 0.0, 0.0)
    said = what_if.headline([{"says": "Nobody comes.", "differences": {"deaths": dead}}])
    assert "by +0 in the middle world and +0 to +0 in 90 % of them; a mean of +3,000 (s.e. 1,706)" in said


def test_the_headline_names_what_moves_most_with_its_spread(document):
    assert document["sentence"].count("moved most by") == 2
    assert "the 90 % interval of the mean" in document["sentence"]
    assert "in 90 % of them" in document["sentence"]
    assert what_if.headline([{"says": "x", "differences": {}}]) is None


def test_variance_ratio_of_a_monotone_pair():
    """Research, 8.4: with S1 = .67032 and S0 = .44933 pairing is worth 2.72 times the worlds (T5.5 numbers)."""
    u = (np.arange(100_000) + 0.5) / 100_000
    ratio = variance_ratio((u < 0.67032).astype(float), (u < 0.44933).astype(float), np.full(len(u), 1e-5))
    assert ratio == pytest.approx(2.72, abs=0.01)
    assert variance_ratio(u, u, np.full(len(u), 1e-5)) is None
