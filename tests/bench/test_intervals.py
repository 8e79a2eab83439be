"""Medians, ratios and exponents: cover what they say, and are exact where the answer is known."""

import numpy as np
import pytest

from realpolitik.bench.intervals import efficiency_ratio, exponent, log_mean, median_interval


@pytest.mark.parametrize("n", [6, 9, 24, 51])
def test_the_interval_holds_the_median_in_95_of_100(n):
    rng = np.random.default_rng(n)
    held = 0
    for _ in range(4000):
        _, low, high = median_interval(rng.exponential(size=n))
        held += low <= np.log(2.0) <= high
    assert held / 4000 >= 0.95 - 4.0 * np.sqrt(0.95 * 0.05 / 4000)


def test_few_values_give_all_of_them():
    assert median_interval([3.0, 1.0]) == (2.0, 1.0, 3.0)
    assert median_interval([4.0]) == (4.0, 4.0, 4.0)


def test_log_mean_of_a_lognormal():
    x = np.random.default_rng(1).normal(-60.0, 0.5, 4000)
    centre, error = log_mean(x)
    assert centre == pytest.approx(-60.0 + 0.125, abs=4.0 * error)
    assert error == pytest.approx(np.sqrt(np.expm1(0.25) / 4000), rel=0.15)


def test_ratio_of_squared_errors():
    rng = np.random.default_rng(2)
    ratio, low, high = efficiency_ratio(rng.normal(-5.0, 0.1, 400), rng.normal(-5.0, 0.3, 400), -5.0)
    assert low < 9.0 < high
    assert low < ratio < high


def test_exponent_of_a_power_law():
    sizes = (2, 4, 8)
    assert exponent(sizes, [[0.3 * s**1.5 for s in sizes], [0.7 * s**1.5 for s in sizes]]) == pytest.approx((1.5, 1.5, 1.5))
