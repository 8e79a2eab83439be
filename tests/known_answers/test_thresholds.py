"""T1.1 and T1.2: thresholds. Granovetter's map, written here, and the tipping point that our own joining rule has."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from realpolitik.case.records import Region
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.start import ADULTS, MOST
from tests.crisis.worlds import STILL, Worlds, country


def joined(thresholds):
    """Granovetter 1978: who joins when those with a threshold up to the number already in follow; the lowest fixed
    point from 0."""
    inside = 0
    while (now := int(np.sum(np.asarray(thresholds) <= inside))) > inside:
        inside = now
    return inside


def equilibrium(sigma, mean=25.0, n=100.0):
    """Lowest fixed point of r <- n Φ((r - mean) / σ), reached from 0: the first sign change on a fine grid,
    polished."""

    def gap(r):
        return n * norm.cdf((r - mean) / sigma) - r

    r = np.linspace(0.0, n, 200_001)
    first = np.argmax(gap(r) < 0.0)
    return brentq(gap, r[first - 1], r[first], xtol=1e-12) if gap(r[first]) < 0.0 else n


def jump(mean):
    """Spread at which the lower equilibrium disappears: bisected on whether the crowd stays below its half."""
    low, high = 5.0, 30.0
    while high - low > 1e-5:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if equilibrium(middle, mean) < 50.0 else (low, middle)
    return low


def test_t1_1_one_threshold_decides():
    """T1.1: thresholds 0 to 99 bring out all 100; with the single threshold 1 raised to 2, one person."""
    thresholds = np.arange(100)
    assert joined(thresholds) == 100
    assert joined(np.where(thresholds == 1, 2, thresholds)) == 1


@pytest.mark.parametrize(("mean", "sigma"), [(20, 9.144), (25, 12.222), (30, 15.668), (40, 24.135)])
def test_t1_2_the_jump(mean, sigma):
    """T1.2: spread of normal thresholds at which the equilibrium jumps, to 0.001."""
    assert jump(mean) == pytest.approx(sigma, abs=1e-3)


@pytest.mark.parametrize(("sigma", "crowd"), [(10, 0.77), (12, 4.02), (20, 99.99), (30, 99.34), (50, 90.5)])
def test_t1_2_equilibria(sigma, crowd):
    """T1.2: equilibria of the map at mean 25, to the digits published."""
    assert equilibrium(sigma) == pytest.approx(crowd, abs=0.006 if sigma < 50 else 0.06)


def test_t1_2_around_the_jump():
    """T1.2: 6.04 just below the jump, everyone just above it."""
    assert equilibrium(12.222) == pytest.approx(6.04, abs=0.15)
    assert equilibrium(12.223) > 99.0


HALF, FORCE, R0, PEOPLE = 1.0, 200_000.0, 4.0, 10_000_000.0


def crowds_after(sizes, steps=24, **parameters):
    """Crowds that face a fixed force used in full, as shares of where they began; small steps, one size for each
    lane."""
    settings = {
        **STILL,
        "mobilisable": MOST,
        "contagion": R0,
        "spell_end": 1.0,
        "deterrence_half": HALF,
        "restraint": 1.0,
    }
    worlds = Worlds(
        country(Region("Harbour", PEOPLE / (ADULTS * MOST)), police=FORCE / 0.95, days=5),
        {**settings, **parameters},
        hours=1.0,
    )
    worlds.out(np.asarray(sizes, float))
    start = worlds.get(at.STREET)
    worlds.run(steps)
    return worlds.get(at.STREET) / start


def test_our_rule_tips():
    """T1.1's lesson in our own rule, M1.3: nearly equal crowds, opposite outcomes.

    A crowd x grows iff R0 deter(F / (x + 1 % of the mobilisable + 1)) > 1, that is above F / (R0 - 1)^(1/4) less those
    100,001 people. At 10 % under that size all of 64 worlds have shrunk after a day, at 10 % above all of 64 have
    grown.
    """
    tip = FORCE / HALF / (R0 - 1.0) ** 0.25 - 0.01 * PEOPLE - 1.0
    ratio = crowds_after(np.repeat([0.9 * tip, 1.1 * tip], LANES // 2))
    assert ratio[: LANES // 2].max() < 1.0
    assert ratio[LANES // 2 :].min() > 1.0


def test_without_force_nothing_tips():
    """M1.3: the same two crowds both grow when no force is used."""
    assert crowds_after(np.repeat([47_000.0, 57_000.0], LANES // 2), restraint=0.0).min() > 1.0


def test_the_tipping_point_is_where_the_rule_puts_it():
    """M1.1 and M1.3: across crowds from half to twice the tipping size, growth changes its sign within 5 % of that
    size."""
    tip = FORCE / HALF / (R0 - 1.0) ** 0.25 - 0.01 * PEOPLE - 1.0
    sizes = np.round(tip * np.geomspace(0.5, 2.0, LANES))
    grown = crowds_after(sizes, steps=12) > 1.0
    assert not np.any(grown[sizes < 0.95 * tip])
    assert np.all(grown[sizes > 1.05 * tip])
