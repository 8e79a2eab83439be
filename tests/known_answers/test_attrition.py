"""T2: losses in armed clashes, through the product's rule M3.5 (loss hazard = rate · armed / force)."""

import math

import numpy as np
import pytest

from realpolitik.case.records import Region
from realpolitik.chance.draws import FREE, LANES
from realpolitik.chance.keys import lane_keys, name_key
from realpolitik.crisis import layout as at
from tests.crisis.worlds import STILL, Worlds, country
from tests.known_answers.models.duel import aimed, ambush, whole_people


def test_t2_1_square_law():
    """T2.1, M3.5: a = b = 0.02 an hour, 100 against 80: 60 survive, at atanh(0.8)/0.02 = 54.93 h.

    The rule holds down to one person, so the run stops there, where 0.02 · 60 an hour makes the last one fall within
    0.83 h; a x² - b y² is kept to 1e-3 by midpoint steps of 0.01 h.
    """
    x, y, hours = aimed(100.0, 80.0, 0.02, 0.02, 0.01, 100_000)
    assert math.sqrt(x * x - y * y) == pytest.approx(60.0, abs=1e-3)
    assert hours + math.atanh(y / x) / 0.02 == pytest.approx(54.93, abs=0.02)
    assert math.atanh(0.8) / 0.02 == pytest.approx(54.93, abs=0.005)


def test_t2_2_numbers_count_squared():
    """T2.2, M3.5: twice as many reds beat greens three times as effective, and end as many as the greens began."""
    reds, greens, _ = aimed(2000.0, 1000.0, 0.01, 0.03, 0.005, 200_000)
    assert greens < 2.0
    assert math.sqrt(reds**2 - 3.0 * greens**2) == pytest.approx(1000.0, abs=1.0)


@pytest.mark.parametrize(("guerrillas", "winner"), [(98.0, "troops"), (102.0, "guerrillas")])
def test_t2_3_ambush_law_parity(guerrillas, winner):
    """T2.3, M3.5: with a = 0.001, b = 0.05, 100 troops are at parity with 100 guerrillas; 2 % decide. b G - a C²/2 is
    kept."""
    a, b, troops = 0.001, 0.05, 100.0
    left_g, left_c, _ = ambush(guerrillas, troops, a, b, 0.01, 1_000_000)
    assert (left_c > left_g) == (winner == "troops")
    assert b * left_g - 0.5 * a * left_c**2 == pytest.approx(b * guerrillas - 0.5 * a * troops**2, abs=1e-3)
    assert b * 100.0 - 0.5 * a * troops**2 == 0.0


def win_table(most):
    """P(X wins) of the stochastic square law with a = b, by recursion: the next loss is X's with probability y / (x +
    y)."""
    p = np.zeros((most + 1, most + 1))
    p[1:, 0] = 1.0
    for x in range(1, most + 1):
        for y in range(1, most + 1):
            p[x, y] = (y * p[x - 1, y] + x * p[x, y - 1]) / (x + y)
    return p


def mean_survivors(n):
    """Mean survivors of n against n."""
    m = np.zeros((n + 1, n + 1))
    m[:, 0] = m[0, :] = np.arange(n + 1)
    for x in range(1, n + 1):
        for y in range(1, n + 1):
            m[x, y] = (y * m[x - 1, y] + x * m[x, y - 1]) / (x + y)
    return m[n, n]


def test_t2_4_exact_chances():
    """T2.4: the table of the stochastic square law, to its last digit."""
    p = win_table(100)
    known = {(10, 7): 0.8952, (20, 14): 0.9627, (10, 5): 0.9878, (50, 40): 0.9661, (100, 90): 0.8955}
    for (x, y), chance in known.items():
        assert p[x, y] == pytest.approx(chance, abs=6e-5)


def test_t2_4_exact_survivors_and_kingmans_law():
    """T2.4: mean survivors of equal sides, and their growth as N^(3/4) with Kingman's constant 1.0506 (within 1 % at
    400)."""
    for n, survivors in {10: 5.715, 50: 19.509, 100: 32.963}.items():
        assert mean_survivors(n) == pytest.approx(survivors, abs=6e-4)
    constant = 2 * 3**-0.25 * math.gamma(0.75) / math.sqrt(math.pi)
    assert constant == pytest.approx(1.0506, abs=1e-4)
    assert mean_survivors(400) == pytest.approx(93.689, abs=6e-4)
    assert mean_survivors(400) / 400**0.75 == pytest.approx(constant, rel=0.01)


@pytest.mark.parametrize(("x", "y"), [(10, 7), (20, 14), (10, 5)])
def test_t2_4_whole_people_follow_the_law(x, y):
    """T2.4, M3.5: the product's hazard and draws in small steps give the exact chance.

    3,072 duels: 4 s.e. is at most 0.022; a step of 1/(50 (x + y)) puts two losses into one step in 2 % of steps, which
    moves the chance by less than 0.005 (both sides draw from the same state, so a duel can end with nobody: counted
    half).
    """
    blocks, wins = 24, 0.0
    for b in range(blocks):
        keys = lane_keys(1, np.array([b], np.uint64), LANES)
        S = np.zeros(4 * LANES)
        S[:LANES], S[LANES : 2 * LANES] = x, y
        whole_people(S, np.zeros(FREE * LANES), keys, name_key("duel", x, y), 1.0, 1.0 / (50 * (x + y)), 100_000)
        left, right = S[:LANES], S[LANES : 2 * LANES]
        assert np.all((left == 0) | (right == 0))
        wins += np.sum(left > 0) + 0.5 * np.sum((left == 0) & (right == 0))
    n, exact = blocks * LANES, win_table(20)[x, y]
    assert wins / n == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / n) + 0.005)


def test_security_dead_in_the_full_step():
    """M3.5 in the whole step: 400 cells of skill 1.5 at a rate of 0.02 kill force · (1 - exp(-0.02 · 600 Δ / force)) in
    a step.

    Counts of 1,280 worlds within 4 s.e. of that mean, and their variance that of the binomial within 4 of its own.
    """
    parameters = {**STILL, "security_loss": 0.02, "organised_cells": 1.0, "cell_day": 99.0, "cell_skill": 1.5}
    worlds = Worlds(country(Region("Harbour", 1e6), police=5000.0), parameters, blocks=10)
    worlds.put(at.CELLS, 400.0)
    worlds.run(1)
    force, dead = math.floor(5000.0 * 0.95), worlds.get(at.SECURITY_DEAD)
    p = 1.0 - math.exp(-0.02 * 600.0 / (5000.0 * 0.95) * 0.25)
    sd = math.sqrt(force * p * (1 - p))
    assert dead.mean() == pytest.approx(force * p, abs=4 * sd / math.sqrt(dead.size))
    assert dead.var() == pytest.approx(sd * sd, rel=4 * math.sqrt(2 / dead.size))
