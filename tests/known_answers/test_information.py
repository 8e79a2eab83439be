"""T7.1, T7.2 and the expected bits of section 7.4: persuasion, biased reading, collection planning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from realpolitik.answers.belief import biased_update, persuasion
from realpolitik.answers.information import count, entropy, expected_bits, from_counts, of_test, posterior, shared_bins
from realpolitik.fitting.odds import combine

BELIEFS = np.linspace(0.0, 1.0, 101)


def test_t7_1_persuasion():
    """T7.1: prior guilt .3, acted on from .5: beliefs 0 and .5, act with probability .6; in general p/t."""
    value, beliefs, chances = persuasion(0.3, BELIEFS, (BELIEFS >= 0.5).astype(float))
    assert value == pytest.approx(0.6)
    assert beliefs.tolist() == [0.0, 0.5]
    assert chances == pytest.approx([0.4, 0.6])
    for p, t in ((0.1, 0.5), (0.2, 0.8), (0.05, 0.25)):
        assert persuasion(p, BELIEFS, (t - 1e-9 <= BELIEFS).astype(float))[0] == pytest.approx(p / t)


@given(arrays(float, 21, elements=st.floats(-3.0, 3.0)), st.floats(0.0, 1.0))
@settings(deadline=None, max_examples=200)
def test_t7_1_a_persuader_keeps_the_mean_belief_and_never_loses(worth, prior):
    """T7.1: posteriors average to the prior, and committing is worth at least saying nothing."""
    grid = np.linspace(0.0, 1.0, 21)
    value, beliefs, chances = persuasion(prior, grid, worth)
    assert chances @ beliefs == pytest.approx(prior)
    assert chances.sum() == pytest.approx(1.0)
    assert value >= np.interp(prior, grid, worth) - 1e-9
    assert value <= worth.max() + 1e-9


@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0))
def test_t7_2_unbiased_reading_is_bayes(log_odds, log_ratio):
    """T7.2: all coefficients one give exactly Bayes' rule."""
    after = float(biased_update(log_odds, log_ratio))
    assert after == log_odds + log_ratio
    exact = combine(np.exp(log_odds), [np.exp(log_ratio)])
    assert 1.0 / (1.0 + np.exp(-after)) == pytest.approx(exact, rel=1e-9)


@given(st.floats(0.01, 5.0), st.lists(st.floats(-5.0, 5.0), max_size=20))
def test_t7_2_who_hears_nothing_against_his_view_never_turns(log_odds, items):
    """T7.2: with disconfirming 0 no sequence of items turns a belief over; with half it can."""
    belief = log_odds
    for ratio in items:
        belief = float(biased_update(belief, ratio, disconfirming=0.0))
        assert belief >= log_odds
    assert biased_update(log_odds, -20.0, disconfirming=0.5) < 0.0


@pytest.mark.parametrize(("prior", "sensitivity", "specificity", "bits"), [
    (0.5, 0.9, 0.9, 0.5310), (0.5, 0.8, 0.8, 0.2781), (0.1, 0.9, 0.9, 0.2111), (0.3, 0.7, 0.9, 0.2628),
])  # fmt: skip
def test_t7_4_expected_bits_of_a_test(prior, sensitivity, specificity, bits):
    """T7.4, section 7.4: published expected information of a binary test, to 1e-4."""
    assert of_test(prior, sensitivity, specificity) == pytest.approx(bits, abs=1e-4)


tables = st.tuples(st.integers(2, 4), st.integers(2, 5)).flatmap(
    lambda shape: st.tuples(arrays(float, shape[0], elements=st.floats(0.01, 1.0)), arrays(float, shape, elements=st.floats(0.0, 1.0)))
)


@given(tables)
@settings(deadline=None, max_examples=200)
def test_t7_4_bits_are_a_drop_in_entropy(drawn):
    """Section 7.4: H(prior) - E[H(posterior)], never below nothing and never above H(prior)."""
    weight, table = drawn
    prior = weight / weight.sum()
    predictive = (table + 1e-3) / (table + 1e-3).sum(axis=1, keepdims=True)
    bits = expected_bits(prior, predictive)
    after = posterior(prior, predictive)
    expected = entropy(prior) - (prior @ predictive) @ entropy(after)
    assert bits == pytest.approx(expected, abs=1e-9)
    assert 0.0 <= bits <= entropy(prior) + 1e-12
    # Posteriors average to the prior.
    np.testing.assert_allclose((prior @ predictive) @ after, prior)


def test_t7_3_a_row_alike_under_all_accounts_is_worth_no_bits():
    """T7.3: a candidate that every account foresees alike has no bits, and leaves the prior."""
    prior = np.array([0.5, 0.2, 0.3])
    predictive = np.tile([0.1, 0.7, 0.2], (3, 1))
    assert expected_bits(prior, predictive) == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(posterior(prior, predictive), np.tile(prior, (3, 1)))


def test_t7_3_a_copy_of_an_observation_adds_no_bits():
    """T7.3: seeing one thing told twice is worth what seeing it once is; two independent tests are worth more."""
    prior, table = np.array([0.4, 0.6]), np.array([[0.8, 0.2], [0.3, 0.7]])
    copy = np.stack([np.diag(row).ravel() for row in table])
    assert expected_bits(prior, copy) == pytest.approx(expected_bits(prior, table))
    apart = np.stack([np.outer(row, row).ravel() for row in table])
    assert expected_bits(prior, table) < expected_bits(prior, apart) < 2.0 * expected_bits(prior, table)


def test_bits_from_few_worlds_do_not_invent_a_difference():
    """Accounts that foresee alike, known from 200 worlds each: no bits on average, where plain counting finds some."""
    rng = np.random.Generator(np.random.Philox(key=7))
    prior, found, plain = np.array([0.5, 0.3, 0.2]), [], []
    for trial in range(60):
        counts = rng.multinomial(200, [0.3, 0.3, 0.2, 0.2], size=3)
        bits = from_counts(prior, counts, name=str(trial))
        found.append(bits.mean)
        plain.append(float(expected_bits(prior, counts / 200.0)))
        assert 0.0 <= bits.low <= bits.mean <= bits.high
    assert np.mean(plain) > 0.006
    assert np.mean(found) < 0.4 * np.mean(plain)


def test_the_interval_of_the_bits_covers_the_truth():
    """90 % intervals over 200 runs of 400 worlds each cover the exact bits between 84 and 97 % of the time."""
    rng = np.random.Generator(np.random.Philox(key=8))
    prior, table = np.array([0.5, 0.5]), np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
    exact, covered, means = expected_bits(prior, table), 0, []
    for trial in range(200):
        counts = np.stack([rng.multinomial(400, row) for row in table])
        bits = from_counts(prior, counts, name=str(trial))
        covered += bits.low <= exact <= bits.high
        means.append(bits.mean)
    assert 168 <= covered <= 194
    assert np.mean(means) == pytest.approx(exact, abs=4 * np.std(means) / np.sqrt(200) + 5e-4)


def test_the_error_of_the_odds_is_folded_in():
    """The interval widens with the spread of the accounts' probabilities, and one candidate's chance is its own."""
    counts = np.array([[300, 100], [100, 300]])
    prior = np.array([0.9, 0.1])
    spread = np.stack([np.linspace(0.75, 0.99, 50), 1.0 - np.linspace(0.75, 0.99, 50)], axis=1)
    sure, unsure = from_counts(prior, counts, name="a"), from_counts(prior, counts, spread, name="a")
    assert sure.mean == unsure.mean
    assert unsure.high - unsure.low > 1.5 * (sure.high - sure.low)
    assert from_counts(prior, counts, name="a").low == sure.low
    assert from_counts(prior, counts, name="b").low != sure.low
    with pytest.raises(ValueError, match="without worlds"):
        from_counts(prior, [[1, 2], [0, 0]])


def test_counts_are_cut_into_shared_groups():
    """A number is cut at quantiles of all accounts together; weights count as the worlds they are worth."""
    rng = np.random.Generator(np.random.Philox(key=9))
    samples = [rng.normal(0.0, 1.0, 2000), rng.normal(1.5, 1.0, 2000)]
    edges = shared_bins(samples)
    counts = count(samples, edges)
    assert counts.sum(axis=1).tolist() == [2000.0, 2000.0]
    assert np.all(counts.sum(axis=0) > 300.0)
    bits = from_counts([0.5, 0.5], counts)
    # Exact information of two normals 1.5 apart, by quadrature; cutting into eight loses little of it.
    y = np.linspace(-8.0, 10.0, 20001)
    dense = np.exp(-0.5 * np.square(y - np.array([[0.0], [1.5]]))) / np.sqrt(2.0 * np.pi) * (y[1] - y[0])
    exact = expected_bits([0.5, 0.5], dense / dense.sum(axis=1, keepdims=True))
    assert 0.9 * exact < bits.mean < exact + (bits.high - bits.low)
    half = count(samples, edges, [np.repeat([1.0, 0.0], 1000), np.ones(2000)])
    assert half.sum(axis=1).tolist() == [1000.0, 2000.0]
    # A figure of whole people has ties: equal edges fall together.
    assert shared_bins([np.zeros(50), np.zeros(50)]).tolist() == [-np.inf, 0.0, np.inf]
    assert count([np.zeros(5), np.ones(5)], [-np.inf, 0.5, np.inf]).tolist() == [[5.0, 0.0], [0.0, 5.0]]
