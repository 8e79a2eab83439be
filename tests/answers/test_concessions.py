"""What leverage buys, over draws of the terms that nobody knows."""

import json

import numpy as np
import pytest

from realpolitik.answers.concession import TERMS, bargain
from realpolitik.answers.concessions import concessions, draw_terms

DRAWS = 4000


def test_terms_are_drawn_from_their_priors_by_name():
    terms = draw_terms("Russia", DRAWS)
    assert set(terms) == set(TERMS)
    for name, term in TERMS.items():
        assert term.basis == "judgement"
        assert np.median(terms[name]) == pytest.approx(term.prior.median, rel=0.06)
    again, other = draw_terms("Russia", 10), draw_terms("China", 10)
    for name, drawn in terms.items():
        np.testing.assert_array_equal(drawn[:10], again[name])
        assert not np.any(drawn[:10] == other[name])


def test_more_leverage_buys_more_and_threatens_less():
    """A patron with more at stake in the ruler's survival is less believed when he threatens to leave."""
    told = [concessions("Russia", np.full(DRAWS, gain)) for gain in (0.05, 0.2, 0.6)]
    assert np.all(np.diff([t["concession"]["mean"] for t in told]) > 0.0)
    assert np.all(np.diff([t["credible"] for t in told]) < 0.0)
    assert np.all(np.diff([t["agreed"] for t in told]) >= 0.0)
    json.dumps(told, allow_nan=False)


def test_the_mean_is_that_of_the_bargains_one_by_one():
    gain = np.linspace(0.0, 0.5, DRAWS)
    terms = draw_terms("Russia", DRAWS)
    made = bargain(gain, 1.0, terms["patron_stake"], terms["support_cost"], terms["bargaining_weight"])
    told = concessions("Russia", gain)
    assert told["agreed"] == made.agreed.mean()
    assert 0.8 < told["agreed"] < 1.0
    assert told["concession"]["mean"] == pytest.approx(np.nanmean(made.concession))
    assert told["later"] is None


def test_a_promise_fades_with_the_danger():
    """T5.7 in the answer: once leverage is gone less is paid, the less the longer ago; where it stays, the promise stays."""
    peak, gone = np.full(DRAWS, 0.4), np.full(DRAWS, 0.02)
    paid = [concessions("Russia", peak, gone, days)["later"]["concession"]["mean"] for days in (0.0, 30.0, 180.0, 10_000.0)]
    assert np.all(np.diff(paid) < 0.0)
    assert paid[0] == pytest.approx(concessions("Russia", peak)["concession"]["mean"])
    kept = concessions("Russia", peak, peak, 180.0)
    assert kept["later"]["concession"] == pytest.approx(kept["concession"])


def test_without_leverage_there_is_nothing_to_share():
    told = concessions("Turkey", np.full(50, -0.2))
    assert told["agreed"] == 0.0
    assert told["concession"] is None
    assert told["credible"] == 1.0
