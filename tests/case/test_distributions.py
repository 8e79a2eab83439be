"""Distributions: quantiles against SciPy, widths about the same median."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from realpolitik.case.distributions import Distribution
from realpolitik.case.priors import parse

CASES = [
    (Distribution("lognormal", 15000.0, 0.6), stats.lognorm(0.6, scale=15000.0)),
    (Distribution("normal", -2.0, 0.5), stats.norm(-2.0, 0.5)),
    (Distribution("beta", 2.0, 98.0), stats.beta(2.0, 98.0)),
    (Distribution("beta", 0.7, 0.4), stats.beta(0.7, 0.4)),
    (Distribution("uniform", -1.0, 3.0), stats.uniform(-1.0, 4.0)),
    (Distribution("half_normal", 0.5), stats.halfnorm(scale=0.5)),
]
LEVELS = np.array([1e-6, 0.01, 0.05, 0.3, 0.5, 0.9, 0.999, 1 - 1e-9])


@pytest.mark.parametrize(("ours", "theirs"), CASES, ids=lambda one: getattr(one, "kind", ""))
def test_quantiles_median_and_sd_are_those_of_scipy(ours, theirs):
    np.testing.assert_allclose(ours.quantile(LEVELS), theirs.ppf(LEVELS), rtol=1e-6)
    assert ours.median == pytest.approx(theirs.median())
    assert ours.sd == pytest.approx(theirs.std())


@pytest.mark.parametrize("ours", [one for one, _ in CASES], ids=lambda one: one.kind)
def test_shapes_are_kept_and_values_rise_with_z(ours):
    z = np.linspace(-8.0, 8.0, 34).reshape(2, 17)
    x = ours.from_standard_normal(z)
    assert x.shape == z.shape
    assert np.all(np.isfinite(x))
    assert np.all(np.diff(x.ravel()) >= 0.0)


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.7])
@pytest.mark.parametrize("ours", [one for one, _ in CASES[:5]], ids=lambda one: f"{one.kind}-{one.a:g}")
def test_scaled_keeps_the_median(ours, factor):
    scaled = ours.scaled(factor)
    assert scaled.median == pytest.approx(ours.median)
    if ours.kind == "lognormal":
        assert scaled.b == pytest.approx(ours.b * factor)
    elif not (ours.b < 1.0 and factor > 1.0):  # a U-shaped beta is nearly as wide as can be
        assert scaled.sd == pytest.approx(ours.sd * factor)


def test_a_fixed_number_has_no_width():
    fixed = parse("3")
    np.testing.assert_array_equal(fixed.from_standard_normal(np.array([-2.0, 0.0, 2.0])), 3.0)
    assert fixed.sd == 0.0
    assert fixed.scaled(2.0) is fixed


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_width_is_multiplied_by_a_positive_number(factor):
    with pytest.raises(ValueError, match="positive number"):
        parse("normal(0, 1)").scaled(factor)
