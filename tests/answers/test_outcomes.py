"""What came of a question, read from the analyst's words, and base rates as probabilities."""

from datetime import UTC, datetime

import pytest

from realpolitik.answers import outcomes
from realpolitik.case.clock import Clock
from realpolitik.case.distributions import Distribution
from realpolitik.case.records import BaseRate, Question
from realpolitik.case.values import parse

CLOCK = Clock(datetime(2022, 1, 2, tzinfo=UTC), datetime(2022, 1, 20, tzinfo=UTC), 6.0)


def came(text, by=240.0, value=None, number=False, as_of=None):
    asked = Question(id="Q", asks="?", asked=0.0, by=by, came=text, value=None if value is None else parse(value))
    return outcomes.outcome(asked, CLOCK, as_of, number)


@pytest.mark.parametrize(
    ("text", "happened"),
    [("yes", True), ("No, denied in June", False), ("yes, from 18 to 24", True), ("2022-01-11", True), ("2022-01-12", False),
     ("notable", None), ("neither openly", None), ("mostly abstained, once with Russia", None)],
)  # fmt: skip
def test_yes_no_a_date_by_the_date_or_neither(text, happened):
    assert came(text).happened is happened


def test_figures():
    assert came("238", number=True).number == 238
    assert came("225..238", number=True).number == 231.5
    assert came("238", value=">=200").happened is True
    assert came("238", value="<=200").happened is False
    assert came("many", number=True).number is None


def test_a_run_knows_what_its_evidence_reaches():
    assert came("no").known
    assert came("2022-01-10", as_of=240.0).known
    assert not came("2022-01-10", as_of=200.0).known
    assert not came("no", as_of=239.0).known  # that it did not happen is known when its day is over
    assert came("no", as_of=240.0).known
    assert outcomes.outcome(Question(id="Q", asks="?", asked=0.0), CLOCK, None, False) is None


def test_base_rates():
    """Jeffreys: 0 of 10 is not never. beta(0.5, 10.5) has its 95 % point at .1708 (scipy.stats)."""
    found = outcomes.base_probability(BaseRate("0 of 10", "x", came=0.0, of=10.0))
    assert found["probability"] == pytest.approx(0.5 / 11)
    assert found["high"] == pytest.approx(0.17077, abs=1e-5)
    assert outcomes.base_probability(BaseRate("0.2", "x", share=0.2))["probability"] == 0.2
    spread = outcomes.base_quantiles(BaseRate("3", "x", spread=Distribution("lognormal", 10.0, 1.0)))
    assert spread["quantiles"]["50"] == pytest.approx(10.0)
    assert spread["quantiles"]["95"] == pytest.approx(51.80, abs=0.01)


def test_scores_of_what_is_missing_are_none():
    assert outcomes.score_event(None, True) is None
    assert outcomes.score_event(0.5, None) is None
    assert outcomes.score_number([1.0], None, {}, None) is None
    assert outcomes.score_event(0.0, True)["log"] == pytest.approx(6.9078, abs=1e-4)  # kept finite: worlds are counted


def test_a_figure_is_scored_by_its_worlds_and_its_intervals():
    """All worlds at 10, 12 came: CRPS 2; WIS (½·2 + .05·40·2 + .25·4·2)/2.5 = 2."""
    quantiles = outcomes.named([10.0] * 5)
    assert outcomes.score_number([10.0, 10.0], [0.5, 0.5], quantiles, 12.0) == {"crps": pytest.approx(2.0), "wis": pytest.approx(2.0)}
