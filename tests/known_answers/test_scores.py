"""T8.14 and T8.15: proper scores, by their published values and against the scoringrules package."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtri

from realpolitik.answers import scores

EXACT = {0.0: 0.233695, 1.0: 0.602441}
HUB = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
scoringrules = pytest.importorskip("scoringrules")


@pytest.mark.parametrize("came", EXACT)
def test_t8_14_crps_of_a_normal(came):
    """T8.14: .233695 at 0 and .602441 at 1, by a fine grid of quantiles as draws and as quantiles."""
    levels = (np.arange(20_000) + 0.5) / 20_000
    grid = ndtri(levels)
    assert scores.crps_samples(grid, came) == pytest.approx(EXACT[came], abs=2e-5)
    assert scores.crps_quantiles(grid, levels, came) == pytest.approx(EXACT[came], abs=2e-5)


@pytest.mark.parametrize(("alpha", "expected"), [
    (np.arange(1, 1000) / 1000.0, {0.0: 0.23381, 1.0: 0.60274}), (HUB, {0.0: 0.21307, 1.0: 0.53439}),
], ids=["999 intervals", "11 intervals"])  # fmt: skip
def test_t8_14_weighted_interval_score(alpha, expected):
    """T8.14: .23381 and .60274 with 999 intervals, .21307 and .53439 with the eleven of the COVID-19 forecast hub."""
    for came, value in expected.items():
        found = scores.weighted_interval_score(0.0, ndtri(alpha / 2), ndtri(1 - alpha / 2), alpha, came)
        assert found == pytest.approx(value, abs=6e-6)


def test_t8_15_the_climatology_of_coup_attempts():
    """T8.15: a rate of .0106 a year, told of every leader, scores .01049."""
    came = np.zeros(10_000)
    came[:106] = 1.0
    assert scores.brier(np.full(10_000, 0.0106), came).mean() == pytest.approx(0.01049, abs=5e-6)


@given(arrays(int, 40, elements=st.integers(0, 10)), arrays(int, 40, elements=st.integers(0, 1)))
@settings(deadline=None, max_examples=100)
def test_t8_15_parts_of_the_brier_score(tenths, came):
    """T8.15: reliability - resolution + uncertainty is the mean Brier score."""
    p = tenths / 10.0
    parts = scores.murphy(p, came)
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(scores.brier(p, came).mean(), abs=1e-12)


def test_who_tells_the_truth_scores_best():
    """All scores are proper: on average over what comes, the forecast that is right has the lowest."""
    rng = np.random.Generator(np.random.Philox(key=3))
    came = rng.normal(0.0, 1.0, 4000)
    grid = ndtri((np.arange(200) + 0.5) / 200)
    alpha = HUB
    for wrong in (1.6 * grid, 0.6 * grid, grid + 0.4):
        assert scores.crps_samples(grid[None], came).mean() < scores.crps_samples(wrong[None], came).mean()

    def interval(k):
        return scores.weighted_interval_score(0.0, k * ndtri(alpha / 2), k * ndtri(1 - alpha / 2), alpha, came).mean()

    assert interval(1.0) < min(interval(1.6), interval(0.6))
    hit = rng.random(20_000) < 0.3
    for score in (scores.brier, scores.log_score):
        assert score(0.3, hit).mean() < min(score(0.2, hit).mean(), score(0.4, hit).mean())


def test_log_score_of_certainty():
    assert scores.log_score([1.0, 0.0, 0.5], [1, 1, 0]).tolist() == [0.0, np.inf, pytest.approx(np.log(2.0))]


@given(arrays(float, (3, 17), elements=st.floats(-10.0, 10.0)), arrays(float, 3, elements=st.floats(-10.0, 10.0)))
@settings(deadline=None, max_examples=100)
def test_t8_14_scoringrules_agrees_on_samples(samples, came):
    """T8.14, oracle: CRPS of an ensemble."""
    expected = scoringrules.crps_ensemble(came, samples, estimator="nrg")
    np.testing.assert_allclose(scores.crps_samples(samples, came), expected, atol=1e-9)


@given(arrays(float, 9, elements=st.floats(-10.0, 10.0)), arrays(float, 9, elements=st.floats(0.1, 5.0)), st.floats(-10.0, 10.0))
@settings(deadline=None, max_examples=100)
def test_weights_count_as_copies(samples, weight, came):
    """A sample of weight two is a sample told twice; weights need no norm; a sample of weight nothing is not there."""
    whole = np.ceil(weight)
    twice = scores.crps_samples(np.repeat(samples, whole.astype(int)), came)
    assert scores.crps_samples(samples, came, whole) == pytest.approx(twice, abs=1e-9)
    assert scores.crps_samples(samples, came, 7.0 * whole) == pytest.approx(twice, abs=1e-9)
    assert scores.crps_samples([*samples, 1e6], came, [*whole, 0.0]) == pytest.approx(twice, abs=1e-9)


@given(arrays(float, 5, elements=st.floats(-10.0, 10.0)), st.floats(-10.0, 10.0), st.floats(0.01, 0.99), st.booleans())
@settings(deadline=None, max_examples=100)
def test_t8_14_scoringrules_agrees_on_quantiles_intervals_and_events(numbers, came, p, happened):
    """T8.14, oracle: quantile CRPS, interval score, weighted interval score, Brier and logarithmic score."""
    quantiles, levels = np.sort(numbers), np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    expected = scoringrules.crps_quantile(came, quantiles, levels)
    assert scores.crps_quantiles(quantiles, levels, came) == pytest.approx(float(expected), abs=1e-9)
    low, high, alpha = quantiles[[0, 1]], quantiles[[4, 3]], np.array([0.2, 0.6])
    each = [scoringrules.interval_score(came, lo, hi, a) for lo, hi, a in zip(low, high, alpha, strict=True)]
    np.testing.assert_allclose(scores.interval_score(low, high, alpha, came), each, atol=1e-9)
    weighted = scoringrules.weighted_interval_score(came, quantiles[2], low, high, alpha)
    assert scores.weighted_interval_score(quantiles[2], low, high, alpha, came) == pytest.approx(float(weighted), abs=1e-9)
    assert scores.brier(p, happened) == pytest.approx(float(scoringrules.brier_score(float(happened), p)))
    assert scores.log_score(p, happened) == pytest.approx(float(scoringrules.log_score(float(happened), p)))
