"""The sampler on plain state: known evidence, resume, bookkeeping of items."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

from realpolitik.case.records import Region
from realpolitik.chance.keys import name_key
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.filter import Filtered, run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import WAYS, first_guide, fresh_ids, learn, moments, usable
from realpolitik.fitting.sampler import (
    Settings,
    State,
    advance,
    dump,
    finished,
    initialise,
    log_evidence,
    restore,
)
from tests.crisis.worlds import country
from tests.known_answers.models.linear_gaussian import LinearGaussian, kalman

SETTINGS = Settings(particles=512, worlds=8, groups=8, moves=3, keep=0.5)
SEEN, NOISE = np.array([2.0, -1.0, 0.5, 1.5]), 0.5
DESIGN = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.3, -0.2, 0.1]])


def regression(z, ids, temperature):
    """Exact likelihood of a linear regression on z ~ N(0, I): four items, no Monte Carlo error."""
    items = norm.logpdf(SEEN, z @ DESIGN.T, NOISE)
    return Filtered(temperature * items.sum(axis=1), items, [])


def posterior():
    """Mean, covariance and log evidence of the regression, by algebra."""
    precision = np.eye(3) + DESIGN.T @ DESIGN / NOISE**2
    covariance = np.linalg.inv(precision)
    mean = covariance @ DESIGN.T @ SEEN / NOISE**2
    evidence = multivariate_normal.logpdf(SEEN, np.zeros(4), DESIGN @ DESIGN.T + NOISE**2 * np.eye(4))
    return mean, covariance, float(evidence)


def fit(likelihood=regression, seed=1, dimension=3, items=4, settings=SETTINGS, stop=None, **more):
    state = initialise(likelihood, seed, "test", dimension, settings, **more)
    while not finished(state) and state.stage != stop:
        state = advance(state, likelihood, np.ones(items), seed, "test", settings)
    return state


def same(a, b):
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(dump(a).values(), dump(b).values(), strict=True))


def test_evidence_of_a_linear_regression():
    """Log evidence known by algebra; within 0.2 and within 4 of the sampler's own s.e. over sub-runs."""
    value, error = log_evidence(fit(settings=Settings(1024, 8, 8, 3, 0.5)))
    assert value == pytest.approx(posterior()[2], abs=0.2)
    assert abs(value - posterior()[2]) < 4.0 * error
    assert 0.0 < error < 0.2


def test_posterior_of_a_linear_regression():
    """Mean and s.d. of each parameter, within 4 s.e. of 512 particles taken as 128 independent ones; the free third one
    included."""
    state, (mean, covariance, _) = fit(), posterior()
    sd = np.sqrt(np.diag(covariance))
    assert np.all(np.abs(state.z.mean(axis=0) - mean) < 4 * sd / np.sqrt(128))
    assert state.z.std(axis=0) == pytest.approx(sd, rel=4 / np.sqrt(2 * 128))


def test_evidence_does_not_depend_on_the_tempering():
    """Bolder or more timid stages reach the same evidence within their errors."""
    for keep in (0.3, 0.8):
        settings = Settings(512, 8, 8, 3, keep)
        state = fit(settings=settings)
        value, error = log_evidence(state)
        assert abs(value - posterior()[2]) < 4.0 * max(error, 0.03)
    assert state.stage > fit().stage


def test_standard_error_matches_the_spread_over_seeds():
    """Twelve seeds: their spread is what a run states, within a factor of 1.8 (chi-square with 11 degrees of freedom,
    99.9 %)."""
    settings = Settings(256, 8, 8, 2, 0.5)
    runs = np.array([log_evidence(fit(seed=s, settings=settings)) for s in range(12)])
    assert abs(runs[:, 0].mean() - posterior()[2]) < 4 * runs[:, 0].std(ddof=1) / np.sqrt(12) + 0.02
    stated = np.sqrt(np.mean(runs[:, 1] ** 2))
    assert stated / 1.8 < runs[:, 0].std(ddof=1) < 1.8 * stated


def test_items_share_the_log_evidence_without_a_rest():
    """The items' parts add up to the log evidence of the pooled run; an item that no parameter explains differs by its
    own density."""
    state = fit()
    assert state.increments.sum() == pytest.approx(state.history[:, 2].sum(), abs=1e-9)
    assert abs(state.increments.sum() - posterior()[2]) < 0.2


def test_an_item_the_parameters_do_not_touch_is_credited_its_own_density():
    """A fifth item of constant log density -2.5 takes exactly its share, whatever the others do, within the rule's rest
    (0.02)."""

    def likelihood(z, ids, temperature):
        run = regression(z, ids, temperature)
        items = np.column_stack([run.items, np.full(len(z), -2.5)])
        return Filtered(temperature * items.sum(axis=1), items, [])

    state = fit(likelihood, items=5)
    assert state.increments[4] == pytest.approx(-2.5, abs=0.25)
    assert log_evidence(state)[0] == pytest.approx(posterior()[2] - 2.5, abs=0.2)


def test_a_flat_likelihood_leaves_the_prior():
    """No information: one stage, evidence exactly zero, particles still standard normal (mean within 4 s.e., s.d.
    within 12 %)."""
    state = fit(lambda z, ids, temperature: Filtered(np.zeros(len(z)), np.zeros((len(z), 1)), []), items=1)
    assert state.stage == 1
    assert log_evidence(state)[0] == 0.0
    assert np.all(np.abs(state.z.mean(axis=0)) < 4 / np.sqrt(512))
    assert state.z.std(axis=0) == pytest.approx(np.ones(3), rel=0.13)


def test_same_seed_same_bits_and_another_seed_differs():
    assert same(fit(seed=3), fit(seed=3))
    assert not np.array_equal(fit(seed=3).z, fit(seed=4).z)


@pytest.mark.parametrize("stop", [0, 1, 2])
def test_dump_and_restore_at_any_stage_go_on_to_the_same_bits(stop):
    """A killed run that is restored from its arrays ends where the unbroken one ends."""
    half = fit(stop=stop)
    stored = {name: array.copy() for name, array in dump(half).items()}
    assert all(isinstance(array, np.ndarray) and array.dtype != object for array in stored.values())
    state = restore(stored)
    assert isinstance(state, State)
    assert same(state, half)
    while not finished(state):
        state = advance(state, regression, np.ones(4), 1, "test", SETTINGS)
    assert same(state, fit())


def test_temperature_rises_to_one_and_keeps_its_share():
    """Every stage but the last keeps about the wanted share of the effective sample size."""
    history = fit().history
    assert np.all(np.diff(history[:, 0]) > 0.0)
    assert history[-1, 0] == 1.0
    assert history[:-1, 1] == pytest.approx(np.full(len(history) - 1, SETTINGS.keep), abs=0.02)
    assert history[-1, 1] >= SETTINGS.keep - 0.02


def test_log_evidence_of_sub_runs():
    """Log of the mean over sub-runs; no error from a single one."""
    state = fit(stop=1)
    evidence = np.array([-3.0, -2.0, -2.5, -3.5, -2.2, -2.9, -3.1, -2.6])
    several = restore({**dump(state), "evidence": evidence})
    assert log_evidence(several)[0] == pytest.approx(logsumexp(evidence) - np.log(8))
    ratio = np.exp(evidence - evidence.max())
    assert log_evidence(several)[1] == pytest.approx(ratio.std(ddof=1) / np.sqrt(8) / ratio.mean(), rel=0.15)
    single = restore({**dump(state), "evidence": np.array([-3.0])})
    assert log_evidence(single)[0] == -3.0
    assert math.isnan(log_evidence(single)[1])


def test_what_proposals_are_fitted_to_has_the_particles_own_spread():
    """Mean and variances as they are, with weights; correlations shrunk towards zero, never turned."""
    z = np.random.default_rng(1).normal(size=(4000, 2)) @ np.array([[1.0, 0.8], [0.0, 0.6]])
    weight = np.where(np.arange(4000) < 2000, 1.0 / 2000, 0.0)
    mean, covariance = moments(z, weight)
    sample = np.cov(z[:2000].T, bias=True)
    assert mean == pytest.approx(z[:2000].mean(axis=0))
    assert np.diag(covariance) == pytest.approx(np.diag(sample))
    assert 0.5 < covariance[0, 1] / sample[0, 1] < 1.0


def test_shares_learn_to_leave_no_coordinate_behind():
    """Two ways move coordinates apart: the way that alone moves the slow one gains; what is unusable stays at zero."""
    guide = first_guide(2, None, 1)
    on = usable(None, 1)
    jumps, uses = np.zeros((len(WAYS), 3)), on * 100.0
    fast, slow = np.flatnonzero(on)[:2]
    jumps[fast], jumps[slow] = [50.0, 0.0, 0.0], [0.0, 5.0, 0.0]
    shares = learn(guide, jumps, uses, on)
    assert shares.sum() == pytest.approx(1.0)
    assert np.all(shares[~on] == 0.0)
    assert shares[slow] == pytest.approx(shares[fast], rel=1e-6)  # the multiplicative rule: equal gain of log rate
    assert shares[fast] > 5 * shares[np.flatnonzero(on)[2]]


def test_a_sub_run_is_not_fitted_to_itself():
    """Sub-runs of the first half stand at +5, those of the second at -5: each is proposed to from where the other stands."""

    def flat(z, ids, position):
        return Filtered(np.zeros(len(z)), np.zeros((len(z), 1)), [])

    start = fit(flat, items=1, stop=0)
    first = np.arange(512)[:, None] < 256
    state = restore({**dump(start), "z": np.where(first, 5.0, -5.0) + 0.1 * start.z, "position": np.array(0.5)})
    after = advance(state, flat, np.ones(1), 1, "test", replace(SETTINGS, worlds=1, moves=0))
    assert after.mean[0] == pytest.approx(np.full(3, -5.0), abs=0.1)
    assert after.mean[1] == pytest.approx(np.full(3, 5.0), abs=0.1)


def test_one_world_per_particle_and_noise_in_blocks():
    """The crisis is fitted with one world per particle, its chance in blocks that proposals renew in part: here three
    observations of a random walk, each with its own noise block. Evidence of the walk integrated over its step size, by
    Kalman filter and quadrature."""
    y, values = np.array([0.9, -0.3, 1.4]), np.array([[1.0], [1.0], [0.5], [0.0], [1.0]])
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    exact = logsumexp([kalman(y, 1.0, math.exp(0.7 * z), 0.5, 0.0, 1.0)[0] for z in nodes], b=weights / weights.sum())

    class Walk(LinearGaussian):
        def start(self, values, keys, worlds):
            self.keys = keys.reshape(3, -1)
            return super().start(values, self.keys[0], worlds)

        def advance(self, block, first, last):
            for t in range(first, last):
                block.keys = np.ascontiguousarray(self.keys[t])
                super().advance(block, t, t + 1)

    def likelihood(z, ids, temperature):
        table = np.repeat(values, len(z), axis=1)
        table[1] = np.exp(0.7 * z[:, 0])
        return run_filter(Walk(y, power=temperature), table, ids, 1, 6)

    settings = Settings(1024, 1, 8, 6, 0.6)
    names = np.array([name_key("observation", t) for t in range(3)], np.uint64)
    state = fit(likelihood, dimension=1, items=1, settings=settings, noise_names=names)
    value, error = log_evidence(state)
    assert abs(value - exact) < 4.0 * max(error, 0.02)
    assert error < 0.1
    assert state.ids.shape == (1024, 3)


# ---- noise ids are keyed by name (T8.13)


REGIONS = [Region(name, 3e5, 48.0 + k, 60.0 + k) for k, name in enumerate(("North", "South", "West"))]


def chance_of(*regions):
    """Noise ids of all particles by (period, region or nation), from a likelihood that is flat."""
    model = CrisisModel(build_problem(country(*regions, days=20), ()), Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
    state = fit(lambda z, ids, at: Filtered(np.zeros(len(z)), np.zeros((len(z), 1)), []), items=1, dimension=2,
                settings=Settings(64, 1, 4, 2, 0.5), stop=0, noise_names=model.noise_keys)  # fmt: skip
    where = [*(r.name for r in regions), "the nation"]
    assert state.ids.shape == (64, model.noise_blocks)
    return {(b // len(where), where[b % len(where)]): state.ids[:, b] for b in range(model.noise_blocks)}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_t8_13_adding_a_region_leaves_the_chance_of_others_as_it_was(place):
    """T8.13: wherever West stands in the list of regions, every particle of North, South and the nation has the noise
    ids that it has without West, in every period; West has its own."""
    north, south, west = REGIONS
    two = chance_of(north, south)
    order = [north, south]
    order.insert(place, west)
    three = chance_of(*order)
    assert {period for period, _ in two} == {0, 1, 2}
    for name, ids in two.items():
        assert np.array_equal(three[name], ids), name
    assert {where for _, where in three.keys() - two.keys()} == {"West"}


def test_t8_13_no_two_blocks_of_chance_are_the_same():
    """T8.13: periods, regions and particles all have chance of their own."""
    ids = np.concatenate(list(chance_of(*REGIONS).values()))
    assert len(np.unique(ids)) == ids.size


def test_t8_13_renewed_ids_are_keyed_by_name_too():
    """T8.13: an id that a proposal renews is named by its block, not by its column."""
    key, names = np.uint64(7), np.array([name_key("noise", j) for j in range(3)], np.uint64)
    assert np.array_equal(fresh_ids(key, 16, names)[:, [2, 0]], fresh_ids(key, 16, names[[2, 0]]))
    assert fresh_ids(key, 16, None).shape == (16,)


def test_dump_keeps_the_names_of_noise():
    """A restored state renews ids under the same names."""
    names = np.array([3, 1, 2], np.uint64)
    state = fit(settings=Settings(64, 1, 4, 1, 0.5), stop=1, noise_names=names)
    assert np.array_equal(restore(dump(state)).noise_names, names)
    assert same(restore(dump(state)), state)
