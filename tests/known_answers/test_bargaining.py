"""T6.1 and T6.3 to T6.7: spatial bargaining, with the published example of lead times for car emission standards."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from realpolitik.answers.bargaining import mean, median, weights
from realpolitik.answers.challenge import challenges, expected_utility, one_round, risk_exponents, win_probability
from realpolitik.answers.election import distribution, election, support
from realpolitik.answers.election import win_probability as victory
from realpolitik.answers.exchange import exchange, outcomes

# NL, BE, LU, DE, FR, IT, UK, IE, DK, GR
YEARS = np.array([4.0, 7, 4, 4, 10, 10, 10, 7, 4, 7])
CAPABILITY = np.array([0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08])
SALIENCE = np.array([0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7])
WEIGHT = weights(CAPABILITY, SALIENCE)
NL, FR, BE = 0, 4, 1

actors = st.integers(2, 6)
positions = actors.flatmap(
    lambda n: st.tuples(
        arrays(float, n, elements=st.integers(0, 20).map(float)),
        arrays(float, n, elements=st.floats(0.1, 10.0)),
        arrays(float, n, elements=st.floats(0.05, 1.0)),
    )
)


def test_t6_1_weighted_mean_and_median_of_the_published_example():
    """T6.1: 7.389955686853767 and 7."""
    assert mean(YEARS, WEIGHT) == pytest.approx(7.389955686853767, abs=1e-12)
    assert median(YEARS, WEIGHT) == 7.0


def test_t6_1_draws_are_bargained_one_by_one():
    """T6.1 over an array [draw, actor]: each draw is as if it stood alone."""
    moved = np.stack([YEARS, YEARS[::-1], YEARS + 1.0])
    each = [mean(x, WEIGHT) for x in moved]
    np.testing.assert_allclose(mean(moved, WEIGHT), each)
    assert mean(moved, WEIGHT)[2] == pytest.approx(8.389955686853767)
    np.testing.assert_array_equal(median(moved, WEIGHT), [median(x, WEIGHT) for x in moved])


def test_t6_3_chances_of_winning_and_risk_exponents_as_printed():
    """T6.3: P(4 beats 7) = .366322, P(10 beats 7) = .496307, P(10 beats 4) = .575342; risk exponents of the first pass."""
    p = win_probability(YEARS, WEIGHT)
    assert p[NL, BE] == pytest.approx(0.366322, abs=1e-6)
    assert p[FR, BE] == pytest.approx(0.496307, abs=1e-6)
    assert p[FR, NL] == pytest.approx(0.575342, abs=1e-6)
    printed = [1.11718, 1.00441, 0.5, 1.11718, 1.01758, 1.01758, 2.0, 0.64826, 1.45371, 1.55687]
    np.testing.assert_allclose(risk_exponents(YEARS, WEIGHT, SALIENCE), printed, atol=1e-5)


@given(positions)
@settings(deadline=None, max_examples=200)
def test_t6_4_properties_of_challenges(drawn):
    """T6.4: P_i + P_j = 1; risk exponents within 0.5 and 2; actors at one place never move; the outcome moves with the scale."""
    x, c, s = drawn
    w = weights(c, s)
    p = win_probability(x, w)
    np.testing.assert_allclose(p + p.T, 1.0, atol=1e-12)
    risk = risk_exponents(x, w, s)
    assert np.all((risk >= 0.5 - 1e-12) & (risk <= 2.0 + 1e-12))
    np.testing.assert_array_equal(one_round(np.full(len(x), 7.0), w, s), 7.0)
    # A round has ties, so only what the move is decided by is compared bit by bit near them.
    np.testing.assert_allclose(expected_utility(3.0 * x + 40.0, w, s), expected_utility(x, w, s), atol=1e-9)
    np.testing.assert_allclose(mean(3.0 * x + 40.0, w), 3.0 * mean(x, w) + 40.0)
    np.testing.assert_allclose(median(3.0 * x + 40.0, w), 3.0 * median(x, w) + 40.0)


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 5.0), (0.5, 0.0), (16.0, -64.0)])
def test_t6_4_rounds_of_challenges_move_with_the_scale(scale, shift):
    """T6.4: translation and scaling of the positions carry over to every round of the published example."""
    x, moved = YEARS, scale * YEARS + shift
    for _ in range(5):
        x, moved = one_round(x, WEIGHT, SALIENCE), one_round(moved, WEIGHT, SALIENCE)
        np.testing.assert_allclose(moved, scale * x + shift, atol=1e-9)
    assert not np.array_equal(x, YEARS)
    assert challenges(YEARS, CAPABILITY, SALIENCE) == median(x, WEIGHT)


@given(positions)
@settings(deadline=None, max_examples=100)
def test_nobody_is_moved_past_the_positions_there_are(drawn):
    """Every rule settles between the outermost positions, and on the one position where all agree."""
    x, c, s = drawn
    w = weights(c, s)
    for outcome in (mean(x, w), median(x, w), election(x, w), challenges(x, c, s)):
        assert x.min() - 1e-9 <= outcome <= x.max() + 1e-9


@pytest.mark.parametrize(("power", "two_to_one", "eleven_to_ten"), [
    (1, 2 / 3, 0.524), (2, 4 / 5, 0.548), (4, 16 / 17, 0.594), (8, 256 / 257, 0.682),
])  # fmt: skip
def test_t6_5_the_stronger_side_wins(power, two_to_one, eleven_to_ten):
    """T6.5: strength 2 to 1 wins 2/3, 4/5, 16/17, 256/257; 11 to 10 .524, .548, .594, .682."""
    assert victory(2.0, 1.0, power) == pytest.approx(two_to_one, abs=1e-12)
    assert victory(11.0, 10.0, power) == pytest.approx(eleven_to_ten, abs=5e-4)
    # Between two actors the chain settles at just these chances.
    np.testing.assert_allclose(distribution([0.0, 1.0], [2.0, 1.0], power), [two_to_one, 1.0 - two_to_one], atol=1e-9)


def test_t6_5_a_strength_of_nothing_is_a_tie():
    """T6.5: V(a, a) is one half."""
    assert victory(0.0, 0.0) == 0.5
    assert np.all(np.diagonal(support(YEARS, WEIGHT)) == 0.0)


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=9, unique=True).filter(lambda x: len(x) % 2 == 1))
@settings(deadline=None, max_examples=60)
def test_t6_6_equal_actors_with_single_peaks_settle_on_the_median(places):
    """T6.6: with certainty of the stronger side and an odd number of equal actors all mass is on the median (Black)."""
    x = np.array(places, float)
    chances = distribution(x, np.ones(len(x)), np.inf)
    assert chances[x == np.median(x)] == pytest.approx(1.0)
    assert median(x, np.ones(len(x))) == np.median(x)


def test_t6_6_the_limit_is_reached_as_the_power_grows():
    """T6.6: the mass on the median rises with the power, toward one."""
    x = np.array([0.0, 2.0, 5.0, 6.0, 10.0])
    mass = [distribution(x, np.ones(5), power)[2] for power in (1.0, 4.0, 16.0, 64.0, 256.0)]
    assert np.all(np.diff(mass) > 0.0)
    assert mass[0] < 0.6
    assert mass[-1] == pytest.approx(1.0, abs=1e-4)


shares = st.floats(0.05, 1.0)


@given(shares, shares, shares, shares, st.floats(0.1, 5.0), st.floats(0.1, 5.0), st.floats(0.1, 20.0), st.floats(0.0, 100.0))
@settings(deadline=None, max_examples=200)
def test_t6_7_gains_of_an_exchange_are_equal_and_above_nothing(sia, sib, sja, sjb, ci, cj, third, place):
    """T6.7: two actors on opposite sides of two issues gain alike, and something, when their relative saliences differ."""
    x = np.array([[0.0, 0.0], [100.0, 100.0], [place, 50.0]])
    s = np.array([[sia, sib], [sja, sjb], [0.5, 0.5]])
    c = np.array([ci, cj, third])
    traded = exchange(x, c, s, 0, 1)
    np.testing.assert_allclose(traded.before, outcomes(x, c, s))
    assert traded.gain[0] == pytest.approx(traded.gain[1], abs=1e-9)
    bias = abs(sia * sjb - sib * sja)
    assert traded.gain[0] >= 0.0
    if bias > 1e-6:
        assert traded.gain[0] > 0.0
        assert np.all(traded.after != traded.before)
        # One issue goes to each partner, and nobody's gain is the other's only: third parties bear what is left.
        assert np.sign(traded.after - traded.before).sum() == 0.0


@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_t6_7_equal_relative_salience_leaves_nothing_to_trade(factor):
    """T6.7: where both issues matter to both in the same proportion nothing moves."""
    x = np.array([[0.0, 0.0], [100.0, 100.0], [30.0, 80.0]])
    s = np.array([[0.8, 0.4], [0.8 * factor, 0.4 * factor], [0.5, 0.5]])
    traded = exchange(x, [1.0, 2.0, 1.0], s, 0, 1)
    np.testing.assert_array_equal(traded.after, traded.before)
    np.testing.assert_array_equal(traded.gain, 0.0)


def test_t6_7_actors_on_one_side_do_not_trade():
    """T6.7: exchange needs both outcomes to lie between the two."""
    x = np.array([[0.0, 0.0], [100.0, 10.0], [50.0, 90.0]])
    traded = exchange(x, [1.0, 1.0, 3.0], [[0.9, 0.1], [0.1, 0.9], [0.5, 0.5]], 0, 1)
    np.testing.assert_array_equal(traded.after, traded.before)
