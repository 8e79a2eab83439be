"""T5.1 to T5.7: published measures of dependence, Shapley values, and the algebra of leverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from realpolitik.answers import concession
from realpolitik.answers.dependence import asymmetry, concentration, first_mover_share, net_power
from realpolitik.answers.shapley import first_in, last_in, shapley, value_of_sets

# T5.5: cumulative hazard 2, halved by the patron, and cut to 0.4 of itself by the security forces.
V = np.exp(-2.0 * np.array([1.0, 0.5, 0.4, 0.5 * 0.4]))


def test_t5_1_concentration_of_trade():
    """T5.1: one partner 100; n equal ones 100/sqrt(n); shares .5, .3, .2 give 61.64."""
    assert concentration([7.0]) == 100.0
    for n in (2, 4, 25):
        assert concentration(np.full(n, 3.0)) == pytest.approx(100.0 / np.sqrt(n), abs=1e-12)
    assert concentration([0.5, 0.3, 0.2]) == pytest.approx(61.64, abs=5e-3)
    assert concentration([[5.0, 3.0, 2.0], [1.0, 0.0, 0.0]]) == pytest.approx([61.6441, 100.0], abs=1e-4)
    with pytest.raises(ValueError, match="somebody trades"):
        concentration([0.0, 0.0])


def test_t5_1_influence_is_an_asymmetry():
    """T5.1: the influence term is a difference of shares, and turns its sign with the point of view."""
    assert asymmetry(0.24, 0.03) == pytest.approx(0.21)
    assert asymmetry(0.03, 0.24) == -asymmetry(0.24, 0.03)


def test_t5_2_alternating_offers():
    """T5.2: discounts of 0.9 give the first mover 0.5263; as rounds shorten his share goes to r2 / (r1 + r2)."""
    assert first_mover_share(0.9, 0.9) == pytest.approx(0.5263, abs=5e-5)
    r1, r2 = 0.1, 0.3
    gaps = [abs(first_mover_share(np.exp(-r1 * dt), np.exp(-r2 * dt)) - r2 / (r1 + r2)) for dt in (1.0, 0.1, 0.01, 1e-5)]
    assert np.all(np.diff(gaps) < 0.0)
    assert gaps[-1] < 1e-5


def test_t5_3_weighted_majority():
    """T5.3: weights 4, 4, 4, 2, 2, 1 with a quota of 12: .2333 three times, .15 twice, 0."""
    weight = np.array([4, 4, 4, 2, 2, 1])
    value = [sum(weight[i] for i in range(6) if (s >> i) & 1) >= 12 for s in range(64)]
    np.testing.assert_allclose(shapley(value), [7 / 30] * 3 + [0.15] * 2 + [0.0], atol=1e-12)


@pytest.mark.parametrize(("members", "needed", "permanent", "other"), [
    (15, 9, 421 / 2145, 4 / 2145), (11, 7, 76 / 385, 1 / 462),
])  # fmt: skip
def test_t5_3_the_security_council(members, needed, permanent, other):
    """T5.3: 421/2145 and 4/2145 with 15 members, 76/385 and 1/462 with 11; the five permanent ones have a veto."""
    sets = np.arange(1 << members)
    passes = (np.array([int(s).bit_count() for s in sets]) >= needed) & (sets & 31 == 31)
    np.testing.assert_allclose(shapley(passes), [permanent] * 5 + [other] * (members - 5), atol=1e-12)


@given(st.integers(1, 5).flatmap(lambda n: arrays(float, (2, 1 << n), elements=st.floats(-5.0, 5.0))), st.data())
@settings(deadline=None, max_examples=60)
def test_t5_3_axioms(value, data):
    """Shares add up, do not depend on the order of the players' names, are linear, and a player who adds nothing gets nothing."""
    n = value.shape[1].bit_length() - 1
    share = shapley(value)
    np.testing.assert_allclose(share.sum(axis=1), value[:, -1] - value[:, 0], atol=1e-9)
    np.testing.assert_allclose(shapley(2.0 * value[0] - value[1]), 2.0 * share[0] - share[1], atol=1e-9)
    order = data.draw(st.permutations(range(n)))
    renamed = [sum(1 << order[i] for i in range(n) if (s >> i) & 1) for s in range(1 << n)]
    np.testing.assert_allclose(shapley(value[0][renamed]), share[0][order], atol=1e-9)
    idle = np.concatenate([value[0], value[0]])
    np.testing.assert_allclose(shapley(idle), [*share[0], 0.0], atol=1e-9)


def test_values_by_name_and_wrong_sizes():
    value = value_of_sets(["patron", "army"], lambda names: np.full(3, float(len(names) == 2)))
    np.testing.assert_array_equal(value, [[0.0, 0.0, 0.0, 1.0]] * 3)
    np.testing.assert_array_equal(shapley(value), 0.5)
    with pytest.raises(ValueError, match="a power of two"):
        shapley(np.zeros(12))
    with pytest.raises(ValueError, match="16 are the most"):
        value_of_sets([str(i) for i in range(17)], len)


@given(st.integers(1, 6).flatmap(lambda n: st.tuples(*(arrays(float, n, elements=st.floats(0.0, 1.0)) for _ in "ab"))))
@settings(deadline=None, max_examples=200)
def test_t5_4_a_ruler_who_reacts_depends_less(survival):
    """T5.4: vulnerability is never above sensitivity when the ruler takes the policy of the best survival."""
    supported, alone = survival
    sensitivity, vulnerability = concession.frozen_and_reacting(supported, alone)
    assert vulnerability <= sensitivity
    assert sensitivity == supported.max() - alone[np.argmax(supported)]
    assert vulnerability == supported.max() - alone.max()


def test_t5_4_reacting_makes_a_difference():
    """T5.4: a ruler who concedes only when he is left alone."""
    stand, concede = (0.8, 0.2), (0.7, 0.5)
    sensitivity, vulnerability = concession.frozen_and_reacting([stand[0], concede[0]], [stand[1], concede[1]])
    assert (sensitivity, vulnerability) == (pytest.approx(0.6), pytest.approx(0.3))


def test_t5_5_last_in_first_in_and_shapley():
    """T5.5: v = .13534, .36788, .44933, .67032; last in .22099, first in .23254, Shapley .22677; necessity .3297."""
    np.testing.assert_allclose(V, [0.13534, 0.36788, 0.44933, 0.67032], atol=5e-6)
    assert last_in(V)[0] == pytest.approx(0.22099, abs=5e-6)
    assert first_in(V)[0] == pytest.approx(0.23254, abs=5e-6)
    assert shapley(V)[0] == pytest.approx(0.22677, abs=5e-6)
    assert concession.leverage(V[3], V[2]) == last_in(V)[0]
    assert concession.necessity(V[3], V[2]) == pytest.approx(0.3297, abs=5e-5)
    assert concession.log_hazard_ratio(V[3], V[2]) == pytest.approx(np.log(0.5))


def test_t5_5_substitutes_and_complements():
    """T5.5: with substitutes the last to come adds less than on average, with complements (useful only if the army holds) more."""
    substitutes, complements = [0.0, 0.6, 0.6, 0.7], [0.1, 0.1, 0.2, 0.7]
    assert last_in(substitutes)[0] < shapley(substitutes)[0]
    assert last_in(complements)[0] > shapley(complements)[0]


def test_t5_6_the_concession():
    """T5.6: L = .22099, W = 10, V = 4, k = 1, beta = .5: concession 1.16297 of a surplus of 2.09388."""
    made = concession.bargain(last_in(V)[0], 10.0, 4.0, 1.0, 0.5)
    assert made.agreed
    # The published figure to five decimals, from the leverage to five decimals.
    assert concession.bargain(0.22099, 10.0, 4.0, 1.0, 0.5).concession == pytest.approx(1.16297, abs=1e-5)
    assert made.concession == pytest.approx(1.16297, abs=1e-5)
    assert made.surplus == pytest.approx(2.09388, abs=1e-5)


@given(st.floats(0.0, 1.0), st.floats(0.1, 20.0), st.floats(0.0, 20.0), st.floats(0.0, 5.0), st.floats(0.0, 1.0))
@settings(deadline=None, max_examples=200)
def test_t5_6_nash_divides_the_surplus_by_weight(gain, worth, stake, cost, weight):
    """T5.6: each side's gain over disagreement is its weight's share of the surplus; there is no bargain without one."""
    made = concession.bargain(gain, worth, stake, cost, weight)
    assert made.agreed == (made.surplus >= 0.0)
    if not made.agreed:
        assert np.isnan(made.concession)
        return
    assert gain * worth - made.concession == pytest.approx((1.0 - weight) * made.surplus, abs=1e-9)
    assert gain * stake - cost + made.concession == pytest.approx(weight * made.surplus, abs=1e-9)


def test_t5_6_leverage_buys_only_where_the_patron_has_little_at_stake():
    """T5.6: the concession rises with leverage by beta W - (1 - beta) V, and the threat is believed while L V < k."""
    few, many = (concession.bargain(np.array([0.2, 0.3]), 10.0, stake, 0.5, 0.5).concession for stake in (2.0, 18.0))
    assert np.diff(few)[0] == pytest.approx(0.1 * (0.5 * 10 - 0.5 * 2))
    assert np.diff(many)[0] == pytest.approx(0.1 * (0.5 * 10 - 0.5 * 18))
    assert concession.credible([0.2, 0.3], 2.0, 0.5).tolist() == [True, False]


def test_t5_6_net_power_is_a_difference_of_dependences():
    """Emerson: W L less V share irreplaceability."""
    assert net_power(0.3, 10.0, 4.0, 0.5, 0.5) == pytest.approx(2.0)


def test_t5_7_a_bargain_that_is_opened_again():
    """T5.7: without renegotiation the concession stays, with endless renegotiation it is what today's leverage is worth."""
    days = np.array([0.0, 10.0, 30.0, 31.0, 400.0])
    current = np.array([1.2, 0.9, 0.3, 0.1, 0.05])
    np.testing.assert_array_equal(concession.renegotiated(days, current, 0.0), 1.2)
    np.testing.assert_array_equal(concession.renegotiated(days, current, np.inf), current)
    paid = concession.renegotiated(days, current, [0.0, 0.001, 0.05, np.inf])
    assert np.all(np.diff(paid[:, -1]) < 0.0)
    np.testing.assert_allclose(paid[:, 0], 1.2)
    # Leverage that dropped at once to 0.3: what is left of the promise decays at the rate.
    half = concession.renegotiated([0.0, 1e-6, 20.0], [1.0, 0.3, 0.3], np.log(2.0) / 20.0)
    assert half[-1] == pytest.approx(0.3 + 0.7 * 0.5, abs=1e-6)
    with pytest.raises(ValueError, match="do not rise"):
        concession.renegotiated([0.0, 0.0], [1.0, 1.0], 0.1)


def test_supporters_do_not_interact_when_values_add():
    """Where supporters add up, last in, first in and Shapley are one figure."""
    worth = np.array([0.1, 0.25, 0.3])
    value = [sum(worth[list(c)]) for s in range(8) for c in [[i for i in range(3) if (s >> i) & 1]]]
    for share in (shapley(value), first_in(value), last_in(value)):
        np.testing.assert_allclose(share, worth)
