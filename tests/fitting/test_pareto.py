"""Pareto smoothing: k of tails known, and weights at the edge of what a number can hold."""

import numpy as np
import pytest

from realpolitik.fitting.pareto import GOOD, smooth


@pytest.mark.parametrize("shape", [0.2, 0.5, 1.0])
def test_k_is_that_of_the_tail(shape):
    """Weights from a generalised Pareto distribution, 20,000 of them: k within 0.15, drawn to 0.5 by the weak prior of ten."""
    u = np.random.default_rng(3).random(20_000)
    _, k = smooth(np.log(1.0 + (u**-shape - 1.0) / shape))
    assert k == pytest.approx(shape, abs=0.15)


def test_one_weight_beside_a_tail_of_next_to_nothing_is_not_believed():
    """Excesses of 1e-318 and a single one of 1: no overflow, k beyond belief, the weights still sum to one."""
    lw = np.concatenate([np.linspace(-745.0, -715.0, 127), [0.0]])
    smoothed, k = smooth(lw)
    assert k > GOOD
    assert np.isfinite(smoothed).all()
    assert np.exp(smoothed).sum() == pytest.approx(1.0)
