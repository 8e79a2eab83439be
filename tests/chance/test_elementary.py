"""exp, log and the normal quantile against NumPy and SciPy."""

import math

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from realpolitik.chance.compiled import kernel
from realpolitik.chance.elementary import fexp, flog, normal_cdf, normal_quantile


@kernel
def apply_exp(x, out):
    for i in range(x.size):
        out[i] = fexp(x[i])


@kernel
def apply_log(x, out):
    for i in range(x.size):
        out[i] = flog(x[i])


@kernel
def apply_quantile(x, out):
    for i in range(x.size):
        out[i] = normal_quantile(x[i])


def of(function, x):
    out = np.empty_like(x)
    function(x, out)
    return out


def test_exp_keeps_its_promised_relative_error():
    """Stated: 1e-14 over the range where exp neither over- nor underflows."""
    x = np.concatenate([np.linspace(-690.0, 690.0, 20_001), [0.0, -1e-300, 1e-8, -1e-8]])
    assert np.max(np.abs(of(apply_exp, x) / np.exp(x) - 1.0)) < 1e-14


def test_exp_is_clipped_at_700():
    assert of(apply_exp, np.array([-1e9, 1e9])) == pytest.approx([math.exp(-700.0), math.exp(700.0)], rel=1e-13)


def test_exp_of_zero_and_log_of_one_are_exact():
    """A hazard of zero must give a probability of exactly zero."""
    assert of(apply_exp, np.zeros(1))[0] == 1.0
    assert of(apply_log, np.ones(1))[0] == 0.0


def test_log_keeps_its_promised_relative_error():
    """Stated: 1e-15; a few units in the last place near one, where the result is small."""
    x = np.concatenate([np.logspace(-299, 299, 20_001), 1.0 + np.linspace(-0.3, 0.4, 5_001)])
    x = x[x != 1.0]
    assert np.max(np.abs(of(apply_log, x) / np.log(x) - 1.0)) < 4e-15


def test_log_reads_tiny_and_zero_as_1e_300():
    assert of(apply_log, np.array([0.0, 1e-310])) == pytest.approx([math.log(1e-300)] * 2, rel=1e-14)


def test_normal_quantile_keeps_its_promised_relative_error():
    """Stated: 1.2e-9 (Acklam), centre and both tails; the half itself is exactly zero.

    Tails to 1e-7 only: u − 1/2 has an absolute error of 5e-17, which is a relative error of the tail that grows as u
    falls.
    """
    tail = np.logspace(-7, -1.7, 2_001)
    u = np.concatenate([np.linspace(0.02, 0.98, 10_001), tail, 1.0 - tail])
    u = u[np.abs(u - 0.5) > 1e-12]
    assert np.max(np.abs(of(apply_quantile, u) / ndtri(u) - 1.0)) < 1.3e-9
    assert of(apply_quantile, np.array([0.5]))[0] == 0.0


def test_normal_quantile_of_every_uniform_that_is_drawn():
    """Stated: 1.2e-9 for the uniforms of keys.py, (k + 1/2) / 2^52, out to the first and the last."""
    k = np.unique(np.floor(np.logspace(0, 14, 20_001))) - 1.0
    u = (k + 0.5) * 2.0**-52
    assert np.max(np.abs(of(apply_quantile, u) / ndtri(u) - 1.0)) < 1.2e-9
    assert np.array_equal(of(apply_quantile, 1.0 - u), -of(apply_quantile, u))


def test_normal_quantile_in_the_far_tails():
    """Below 1e-7 the probability of the tail is right to 2e-16 (the bits of u that u − 1/2 keeps) and 1e-7 of itself.

    So z is off by 4e-4 at most, at 1e-15.
    """
    u = np.logspace(-15, -7, 2_001)
    assert of(apply_quantile, u) == pytest.approx(ndtri(u), rel=5e-4)
    assert np.all(np.abs(ndtr(of(apply_quantile, u)) - u) < 2e-16 + 1e-7 * u)


def test_normal_quantile_is_odd_and_rises():
    u = np.linspace(1e-6, 0.5, 4_001)
    z = of(apply_quantile, np.concatenate([u, 1.0 - u[::-1]]))
    assert np.all(np.diff(z) >= 0.0)
    assert z == pytest.approx(-z[::-1], rel=1e-9, abs=1e-15)


def test_normal_cdf_undoes_the_quantile():
    for z in (-6.0, -1.0, 0.0, 0.3, 4.0):
        assert ndtri(normal_cdf(z)) == pytest.approx(z, abs=1e-7)
