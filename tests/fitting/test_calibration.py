"""Statistics of calibration: forecasters whose faults are known."""

import numpy as np
import pytest

from realpolitik.fitting import calibration as c


def forecaster(power=1.0, crises=400, accounts=4, seed=1, spread=1.5):
    """Stated probabilities p^power renormalised, where p are right."""
    rng = np.random.default_rng(seed)
    logs = spread * rng.normal(size=(crises, accounts))
    right = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    truth = np.array([rng.choice(accounts, p=p) for p in right])
    stated = right**power
    return stated / stated.sum(axis=1, keepdims=True), truth


def test_a_perfect_forecaster_is_found_to_be_one():
    stated, truth = forecaster()
    slope, intercept = c.logistic_slope(stated, truth)
    assert slope.low < 1.0 < slope.high
    assert intercept.low < 0.0 < intercept.high
    power = c.exponent(stated, truth)
    assert power.low < 1.0 < power.high
    gap = c.stated_minus_hit(stated, truth)
    assert gap.low < 0.0 < gap.high
    null = c.against_null(stated, truth)
    assert null.error <= null.high


def test_intervals_hold_a_perfect_forecasters_slope_19_times_in_20():
    found = [forecaster(crises=100, seed=s) for s in range(300)]
    slopes = [c.logistic_slope(*f)[0] for f in found]
    powers = [c.exponent(*f) for f in found]
    gaps = [c.stated_minus_hit(*f) for f in found]
    for what, at in ((slopes, 1.0), (powers, 1.0), (gaps, 0.0)):
        assert 0.91 <= np.mean([e.low <= at <= e.high for e in what]) <= 0.985
    assert np.mean([e.value for e in powers]) == pytest.approx(1.0, abs=0.05)


def test_an_overconfident_forecaster_is_caught():
    stated, truth = forecaster(power=2.0)
    slope, _ = c.logistic_slope(stated, truth)
    assert slope.high < 1.0
    power = c.exponent(stated, truth)
    assert power.low < 0.5 < power.high < 1.0
    assert c.stated_minus_hit(stated, truth).low > 0.0
    null = c.against_null(stated, truth)
    assert null.error > null.high
    assert null.share < 0.01


def test_tempering_undoes_what_was_overdone_and_favours_nobody_beyond_the_prior():
    stated, _ = forecaster(power=2.0, crises=3)
    assert c.tempered(stated, 0.5) == pytest.approx(forecaster(crises=3)[0])
    prior = np.array([0.1, 0.2, 0.3, 0.4])
    assert c.tempered(stated, 0.0, prior) == pytest.approx(np.tile(prior, (3, 1)))
    assert c.tempered(stated, 1.0, prior) == pytest.approx(stated)
    halved = c.tempered(stated, 0.5, prior) / prior
    assert halved[:, 0] / halved[:, 1] == pytest.approx(np.sqrt((stated[:, 0] / prior[0]) / (stated[:, 1] / prior[1])))


def test_the_exponent_leaves_the_prior_where_it_is():
    """Evidence overdone by a power of two before uneven prior odds: the exponent finds a half, which p^b alone would not."""
    rng = np.random.default_rng(5)
    prior = np.array([0.7, 0.2, 0.1])
    ratios = np.exp(rng.normal(size=(2000, 3)))
    right = prior * ratios / (prior * ratios).sum(axis=1, keepdims=True)
    truth = np.array([rng.choice(3, p=p) for p in right])
    bold = prior * ratios**2 / (prior * ratios**2).sum(axis=1, keepdims=True)
    found = c.exponent(bold, truth, prior)
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.15
    assert not c.exponent(bold, truth).low < 0.5 < c.exponent(bold, truth).high


def test_one_whose_odds_are_too_mild_has_a_slope_above_one():
    stated, truth = forecaster(power=0.5)
    assert c.logistic_slope(stated, truth)[0].low > 1.0
    assert c.exponent(stated, truth).low > 1.0
    assert c.stated_minus_hit(stated, truth).high < 0.0


def test_a_forecaster_who_is_always_right_has_no_finite_slope():
    truth = np.arange(40) % 2
    stated = np.where(np.arange(2) == truth[:, None], 0.9, 0.1)
    assert c.logistic_slope(stated, truth) is None
    assert c.exponent(stated, truth) is None
    assert c.led(stated, truth).value == 1.0


def test_known_numbers():
    stated = np.array([[0.8, 0.2], [0.8, 0.2], [0.35, 0.65], [0.35, 0.65]])
    truth = np.array([0, 1, 1, 1])
    assert c.stated_minus_hit(stated, truth).value == pytest.approx(0.725 - 0.75)
    assert c.led(stated, truth).value == 0.75
    # bins 0.2, 0.3, 0.6, 0.8: |0.2 - 1/2|, |0.35 - 0|, |0.65 - 1|, |0.8 - 1/2|, a quarter of the pairs each
    assert c.calibration_error(stated, truth) == pytest.approx((0.3 + 0.35 + 0.35 + 0.3) / 4)
    table = [r for r in c.reliability(stated, truth) if r["pairs"]]
    assert [(r["pairs"], r["true"]) for r in table] == [(2, 1), (2, 0), (2, 2), (2, 1)]
    assert c.log_score(stated, truth) == pytest.approx(-np.log([0.8, 0.2, 0.65, 0.65]).mean())


def test_ranks():
    counts, p = c.rank_histogram((np.arange(100) + 0.5) / 100)
    assert counts == [10] * 10
    assert p == pytest.approx(1.0)
    assert c.rank_histogram(np.full(50, 0.95))[1] < 1e-6
