"""T0: the discretisation itself. Competing exits must not depend on the length of the step."""

import numpy as np
import pytest
from scipy.stats import chisquare

from realpolitik.chance.draws import FREE, LANES
from realpolitik.chance.keys import combine_array, lane_keys, name_key
from realpolitik.crisis.exits import X, leavers, split

RATE = FREE * LANES  # scratch rows that belong to the caller
POOL, PART, OTHER = RATE + LANES, RATE + 2 * LANES, RATE + 3 * LANES


def scratch():
    return np.zeros((FREE + 6) * LANES)


def blocks(count, seed=1):
    keys = lane_keys(seed, np.arange(count, dtype=np.uint64), LANES)
    return [keys[b * LANES : (b + 1) * LANES] for b in range(count)]


def event(*names):
    return name_key(*names)


@pytest.mark.parametrize("hours", [1.0, 3.0, 6.0, 12.0])
def test_t0_1_occupancy_does_not_depend_on_the_step(hours):
    """T0.1, exits.py: after 10 days at hazard 0.13 a day, Binomial(1000, exp(-1.3)) remain for every step length.

    12,800 worlds: the mean is known to 4 standard errors (0.5 people), the variance to 4 of its own, sqrt(2/n) = 1.25 %
    each.
    """
    n, rate, days = 1000.0, 0.13, 10.0
    left = []
    for keys in blocks(100):
        S, w = np.full(LANES, n), scratch()
        for step in range(round(24 * days / hours)):
            w[RATE : RATE + LANES] = rate
            leavers(S, w, 0, RATE, keys, combine_array(event("leave"), np.uint64(step)), hours / 24.0)
        left.append(S)
    left, p = np.concatenate(left), np.exp(-rate * days)
    sd = np.sqrt(n * p * (1 - p))
    assert left.mean() == pytest.approx(n * p, abs=4 * sd / np.sqrt(left.size))
    assert left.var() == pytest.approx(sd * sd, rel=4 * np.sqrt(2 / left.size))


def test_t0_1_shares_of_competing_exits_follow_their_hazards():
    """T0.1, exits.py: with hazards 0.3, 0.15 and 0.05 those who left went 6 : 3 : 1; multinomial chi-square over all
    worlds."""
    hazards, went = (0.3, 0.15, 0.05), np.zeros(3)
    for keys in blocks(40):
        S, w = np.full(LANES, 200.0), scratch()
        w[RATE : RATE + LANES] = w[OTHER : OTHER + LANES] = sum(hazards)
        leavers(S, w, 0, RATE, keys, event("leave"), 2.0)
        w[POOL : POOL + LANES] = w[X : X + LANES]
        before = w[POOL : POOL + LANES].copy()
        for j in (0, 1):
            w[PART : PART + LANES] = hazards[j]
            split(w, POOL, PART, OTHER, keys, event("split", j))
            went[j] += w[X : X + LANES].sum()
        went[2] += w[POOL : POOL + LANES].sum()
        assert np.all(before == 200.0 - S)
    assert chisquare(went, went.sum() * np.array(hazards) / sum(hazards)).pvalue > 0.001


def test_t0_1_the_last_exit_takes_everyone_who_remains():
    """exits.py: splitting off a part equal to the rest leaves nobody behind, whatever rounding did to the hazards."""
    keys, w = blocks(1)[0], scratch()
    w[POOL : POOL + LANES] = 17.0
    w[PART : PART + LANES] = w[OTHER : OTHER + LANES] = 0.1 + 0.2
    split(w, POOL, PART, OTHER, keys, event("all"))
    assert np.all(w[X : X + LANES] == 17.0)
    assert np.all(w[POOL : POOL + LANES] == 0.0)


def test_t0_2_reed_frost_household_of_three():
    """T0.2, exits.py: one index case, two susceptibles, p = 0.3: final sizes 0.490, 0.294, 0.216 (chi-square, 25,600
    households).

    In each generation a susceptible escapes each infective with probability q = 0.7: hazard -log q per infective and
    day.
    """
    sizes = np.zeros(3)
    for keys in blocks(200):
        S, w = np.concatenate([np.full(LANES, 2.0)]), scratch()
        infective = np.ones(LANES)
        for generation in range(3):
            w[RATE : RATE + LANES] = -np.log(0.7) * infective
            leavers(S, w, 0, RATE, keys, combine_array(event("infect"), np.uint64(generation)), 1.0)
            infective = w[X : X + LANES].copy()
        sizes += np.bincount((2 - S).astype(int), minlength=3)
    q, p = 0.7, 0.3
    exact = np.array([q * q, 2 * p * q * q, p * p * (1 + 2 * q)])
    assert exact == pytest.approx([0.490, 0.294, 0.216])
    assert chisquare(sizes, sizes.sum() * exact).pvalue > 0.001


def extinction(r0, days, tolerance=1e-14):
    """Extinction probability of one active person when time is cut into steps: root of g(s) = (r + (1 - r) s) exp(R0 Δ
    (s - 1))."""
    leave, s = 1.0 - np.exp(-days), 0.0
    while True:
        new = (leave + (1.0 - leave) * s) * np.exp(r0 * days * (s - 1.0))
        if abs(new - s) < tolerance:
            return new
        s = new


def test_t0_3_chance_of_no_take_off():
    """T0.3, exits.py: from 3 active people with R0 = 2, 1 / 8 of outbreaks die out.

    Whoever leaves within a step still draws others out until its end, which makes it 0.118 at a step of 0.02 spells
    (exact, from the branching process in steps) and 1 / 8 as the step shrinks. Simulated share within 4 s.e. of the
    exact one, 3,200 outbreaks: 0.023. An outbreak of 150 active people counts as taken off: it dies out with
    probability 2^-150.
    """
    days, people = 0.02, 1e6
    exact = extinction(2.0, days) ** 3
    assert exact == pytest.approx(0.125, abs=0.008)
    assert extinction(2.0, 0.0005) ** 3 == pytest.approx(0.125, abs=2e-4)
    died = 0
    for keys in blocks(25, seed=3):
        S, w = np.concatenate([np.full(LANES, people), np.full(LANES, 3.0)]), scratch()
        for step in range(1000):
            active = S[LANES:].copy()
            if np.all((active == 0.0) | (active > 150.0)):
                break
            running = (active > 0.0) & (active <= 150.0)
            w[RATE : RATE + LANES] = np.where(running, 2.0 * active / people, 0.0)
            leavers(S, w, 0, RATE, keys, combine_array(event("start"), np.uint64(step)), days)
            new = w[X : X + LANES].copy()
            w[RATE : RATE + LANES] = np.where(running, 1.0, 0.0)
            leavers(S, w, LANES, RATE, keys, combine_array(event("stop"), np.uint64(step)), days)
            S[LANES:] += new
        died += int((S[LANES:] == 0.0).sum())
    n = 25 * LANES
    assert died / n == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / n))
