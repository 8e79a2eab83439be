"""T1.6 and T1.7: why deterrence is steep (M1.3)."""

import numpy as np
import pytest

from realpolitik.chance.compiled import kernel
from realpolitik.crisis.mobilisation import deter
from tests.known_answers.models.civil_violence import outbursts, run

TICKS = 900  # of the 3,000 of the published runs; counts of outbursts are scaled by it


@kernel
def deter_all(x, out):
    for i in range(x.size):
        out[i] = deter(x[i], 1.0)


def steep(x):
    x = np.atleast_1d(np.asarray(x, float))
    out = np.empty_like(x)
    deter_all(x, out)
    return out


def smooth(x):
    """Share not deterred under Epstein's literal rule at the same ratio of force."""
    return np.exp(-2.3 * np.asarray(x, float))


def activity(seed, legitimacy=0.82, floored=True, ticks=TICKS):
    active = np.zeros(ticks)
    run(seed, legitimacy, 30.0, floored, active)
    return active[ticks // 15 :]


def test_t1_6_the_literal_rule_never_breaks_out():
    """T1.6: with 1 - exp(-2.3 C/A) and the inputs of run 2, activity stays below 50 of 1,120 people over 400 ticks."""
    assert activity(1, floored=False, ticks=400).max() < 50


def test_t1_6_a_stepped_rule_gives_punctuated_outbreaks():
    """T1.6: with the floored ratio the same country is calm at the median and breaks out above 250 people, again and
    again.

    Published: more than 50 outbursts in 3,000 ticks; in 840 ticks (the first 60 are left out) that is 14.
    """
    active = activity(1)
    assert np.median(active) <= 2
    assert active.max() > 250
    assert outbursts(active) >= 14


@pytest.mark.parametrize("floored", [False, True])
def test_t1_7_silence_from_a_legitimacy_of_one_less_threshold(floored):
    """T1.7: at L >= 1 - T = 0.9 nobody can ever act, under either rule; just below, somebody does."""
    assert activity(2, legitimacy=0.9, floored=floored, ticks=100).max() == 0
    assert activity(2, legitimacy=0.85, floored=floored, ticks=100).max() > 0


def test_our_rule_turns_at_a_ratio_of_one():
    """T1.6, M1.3: our factor on joining falls by 0.88 between half and twice its half-point, the literal rule's by
    0.31.

    Below half the half-point force deters hardly anyone (6 %), where the literal rule already deters two in three; so a
    crowd that grows crosses from deterred to safe within two doublings of its size, which is what makes outbreaks
    punctuated.
    """
    low, middle, high = steep([0.5, 1.0, 2.0])
    assert middle == 0.5
    assert low - high == pytest.approx(16 / 17 - 1 / 17)
    assert float(smooth(0.5) - smooth(2.0)) == pytest.approx(0.3066, abs=1e-4)
    assert 1.0 - low < 0.06
    assert 1.0 - smooth(0.5) > 0.65


def test_our_rule_is_steepest_near_one_and_the_literal_rule_at_zero():
    """M1.3: the slope of 1 / (1 + x^4) is largest at (3/5)^(1/4) = 0.88; that of exp(-2.3 x) at 0: no threshold at
    all."""
    x = np.linspace(0.0, 3.0, 30_001)
    assert x[np.argmin(np.gradient(steep(x), x))] == pytest.approx(0.6**0.25, abs=1e-3)
    assert x[np.argmin(np.gradient(smooth(x), x))] == 0.0


def test_deterrence_is_none_without_force_and_full_under_overwhelming_force():
    """M1.3 at its ends."""
    assert steep(0.0)[0] == 1.0
    assert steep(1e6)[0] < 1e-20
