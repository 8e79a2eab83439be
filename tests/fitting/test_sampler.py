"""The sampler on plain state: known evidence, resume, bookkeeping of items."""

import math

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import kstest, multivariate_normal, norm

from realpolitik.case.records import Region
from realpolitik.chance.keys import name_key, uniform_array
from realpolitik.crisis.layout import N_DECISIONS
from realpolitik.fitting import ladder
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.filter import Filtered, run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import WAYS, Guide, first_guide, learn, propose, usable
from realpolitik.fitting.renewal import Structure, fresh_ids
from realpolitik.fitting.sampler import (
    STAGE,
    State,
    advance,
    dump,
    finish,
    finished,
    initialise,
    log_evidence,
    restore,
    without_evidence,
)
from realpolitik.fitting.settings import Settings, rounds
from tests.crisis.worlds import country
from tests.known_answers.models.linear_gaussian import LinearGaussian, kalman

SETTINGS = Settings(ladders=16, rungs=5, worlds=1, passes=128)
SEEN, NOISE = np.array([2.0, -1.0, 0.5, 1.5]), 0.5
DESIGN = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.3, -0.2, 0.1]])


def regression(z, ids):
    """Exact likelihood of a linear regression on z ~ N(0, I): four items, no Monte Carlo error."""
    items = norm.logpdf(SEEN, z @ DESIGN.T, NOISE)
    return Filtered(items.sum(axis=1), items, [])


def flat(z, ids):
    return Filtered(np.zeros(len(z)), np.zeros((len(z), 1)), [])


def posterior():
    """Mean, covariance and log evidence of the regression, by algebra."""
    precision = np.eye(3) + DESIGN.T @ DESIGN / NOISE**2
    covariance = np.linalg.inv(precision)
    mean = covariance @ DESIGN.T @ SEEN / NOISE**2
    evidence = multivariate_normal.logpdf(SEEN, np.zeros(4), DESIGN @ DESIGN.T + NOISE**2 * np.eye(4))
    return mean, covariance, float(evidence)


def fit(likelihood=regression, seed=1, dimension=3, items=4, settings=SETTINGS, stages=None, structure=None, **more):
    state = initialise(likelihood, seed, "test", dimension, settings, structure=structure, **more)
    while not finished(state, settings) and stages != 0:
        state = advance(state, likelihood, np.ones(items), seed, "test", settings, structure)
        stages = None if stages is None else stages - 1
    return state


def same(a, b):
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(dump(a).values(), dump(b).values(), strict=True))


def test_evidence_of_a_linear_regression():
    """Log evidence known by algebra; within 0.15 and within 4 of the stated s.e."""
    value, error = log_evidence(fit(settings=Settings(32, 5, 1, 256)))
    assert value == pytest.approx(posterior()[2], abs=0.15)
    assert abs(value - posterior()[2]) < 4.0 * error
    assert 0.0 < error < 0.15


def test_posterior_of_a_linear_regression():
    """Mean and s.d. of each parameter, within 4 s.e. of 512 draws taken as 128 independent ones; the free third one
    included."""
    draws, (mean, covariance, _) = finish(fit(), np.ones(4), 1, "test").z, posterior()
    sd = np.sqrt(np.diag(covariance))
    assert len(draws) == 512
    assert np.all(np.abs(draws.mean(axis=0) - mean) < 4 * sd / np.sqrt(128))
    assert draws.std(axis=0) == pytest.approx(sd, rel=4 / np.sqrt(2 * 128))


def test_evidence_does_not_depend_on_the_rungs():
    """Few or many rungs reach the same evidence within their errors."""
    for rungs in (3, 9):
        value, error = log_evidence(fit(settings=Settings(16, rungs, 1, 200)))
        assert abs(value - posterior()[2]) < 4.0 * max(error, 0.03)


def test_standard_error_matches_the_spread_over_seeds():
    """Twenty seeds: their spread is the jackknife's within a factor of 1.7 (chi-square with 19 degrees of freedom, 99.9 %); what a run
    states is not below it, and at most twice, since half the drift within a run counts too."""
    settings = Settings(16, 4, 1, 160)
    states = [fit(seed=s, settings=settings) for s in range(20)]
    runs = np.array([log_evidence(state) for state in states])
    spread = runs[:, 0].std(ddof=1)
    assert abs(runs[:, 0].mean() - posterior()[2]) < 4 * spread / np.sqrt(20)
    jackknife = np.array([ladder.evidence(state.energies, state.betas)[1] for state in states])
    assert np.sqrt(np.mean(jackknife**2)) / 1.7 < spread < 1.7 * np.sqrt(np.mean(jackknife**2))
    assert np.all(runs[:, 1] >= jackknife)
    assert np.sqrt(np.mean(runs[:, 1] ** 2)) < 2.0 * np.sqrt(np.mean(jackknife**2))


def test_items_share_the_log_evidence_without_a_rest():
    """The items' parts add up to the log evidence."""
    state = fit()
    increments = finish(state, np.ones(4), 1, "test").increments
    assert increments.sum() == pytest.approx(log_evidence(state)[0], abs=1e-9)
    assert abs(increments.sum() - posterior()[2]) < 0.2


def test_an_item_the_parameters_do_not_touch_is_credited_its_own_density():
    """A fifth item of constant log density -2.5 takes exactly its share, whatever the others do, within the rule's rest."""

    def likelihood(z, ids):
        run = regression(z, ids)
        items = np.column_stack([run.items, np.full(len(z), -2.5)])
        return Filtered(items.sum(axis=1), items, [])

    state = fit(likelihood, items=5)
    assert finish(state, np.ones(5), 1, "test").increments[4] == pytest.approx(-2.5, abs=0.1)
    assert log_evidence(state)[0] == pytest.approx(posterior()[2] - 2.5, abs=0.2)


def test_a_flat_likelihood_leaves_the_prior():
    """No information: evidence exactly zero, draws still standard normal (mean within 4 s.e., s.d. within 13 %)."""
    state = fit(flat, items=1)
    draws = finish(state, np.ones(1), 1, "test").z
    assert log_evidence(state) == (0.0, 0.0)
    assert np.all(np.abs(draws.mean(axis=0)) < 4 / np.sqrt(256))
    assert draws.std(axis=0) == pytest.approx(np.ones(3), rel=0.13)


def test_same_seed_same_bits_and_another_seed_differs():
    assert same(fit(seed=3), fit(seed=3))
    assert not np.array_equal(fit(seed=3).z, fit(seed=4).z)


@pytest.mark.parametrize("stages", [0, 1, 2, 3, 4])
def test_dump_and_restore_at_any_stage_go_on_to_the_same_bits(stages):
    """A killed run that is restored from its arrays ends where the unbroken one ends, within a round and at its end."""
    half = fit(stages=stages)
    stored = {name: array.copy() for name, array in dump(half).items()}
    assert all(isinstance(array, np.ndarray) and array.dtype != object for array in stored.values())
    state = restore(stored)
    assert isinstance(state, State)
    assert same(state, half)
    while not finished(state, SETTINGS):
        state = advance(state, regression, np.ones(4), 1, "test", SETTINGS)
    assert same(state, fit())


@pytest.mark.parametrize("passes", [1, 31, 33, 90, 200])
def test_a_stop_after_every_stage_changes_nothing(passes):
    """Stored and restored after every stage, whether a round ends with one, amid one or there is a single round."""
    settings = Settings(4, 3, 1, passes)
    state, stages = initialise(regression, 5, "test", 3, settings), []
    while not finished(state, settings):
        state = restore({name: array.copy() for name, array in dump(state).items()})
        state = advance(state, regression, np.ones(4), 5, "test", settings)
        stages.append(state.passes)
    assert same(state, fit(seed=5, settings=settings))
    assert set(np.cumsum(rounds(passes))) <= set(stages)
    assert max(np.diff([0, *stages])) <= STAGE
    sample = finish(state, np.ones(4), 5, "test")
    assert len(sample.z) == min(4 * rounds(passes)[-1], 512)


@pytest.mark.parametrize("passes", [20, 128, 400])
def test_what_is_kept_of_a_round_belongs_together(passes):
    """Energies, items, parameters and noise of every kept state are of one and the same world, swaps and stages notwithstanding."""

    def noisy(z, ids):
        items = norm.logpdf(SEEN, z @ DESIGN.T, NOISE) + uniform_array(ids[:, None], np.arange(4, dtype=np.uint64))
        return Filtered(items.sum(axis=1), items, [])

    settings, powers = Settings(8, 4, 1, passes), np.ones(4)
    state = fit(noisy, settings=settings)
    last = rounds(passes)[-1]
    assert len(state.energies) == last
    assert len(state.at) <= 48
    assert np.all(np.diff(state.at) == state.at[1] - state.at[0])
    assert last - state.at[-1] <= state.at[1]
    kept = state.kept.reshape(len(state.at), 8, 4, 4)
    assert kept.sum(axis=-1) == pytest.approx(state.energies[state.at], rel=1e-5, abs=1e-4)
    again = noisy(state.z, state.ids)
    assert np.array_equal(again.evidence, state.energy)
    assert np.array_equal(again.items, state.items)
    assert np.array_equal(state.energies[-1], state.energy.reshape(8, 4))
    sample = finish(state, powers, 1, "test")
    again = noisy(sample.z, sample.ids)
    assert np.array_equal(again.evidence, sample.log_likelihood)
    assert np.array_equal(again.items, sample.items)
    assert np.isin(sample.log_likelihood, state.energies[:, :, -1]).all()
    assert 0.0 < sample.barrier < 3.0
    assert np.all((sample.accepted > 0.0) & (sample.accepted <= 1.0))
    assert sample.accepted[0] == pytest.approx(1.0)


def test_swaps_leave_every_rung_its_own_law():
    """Each rung of the regression holds prior · likelihood^β: its mean energy is that of the tempered normal, within 5 s.e.."""
    state = fit(settings=Settings(32, 5, 1, 400))
    assert state.betas[1] > 0.0
    for t, beta in enumerate(state.betas):
        covariance = np.linalg.inv(np.eye(3) + beta * DESIGN.T @ DESIGN / NOISE**2)
        mean = beta * covariance @ DESIGN.T @ SEEN / NOISE**2
        away = SEEN - DESIGN @ mean
        spread = np.trace(DESIGN @ covariance @ DESIGN.T)
        exact = -0.5 * (away @ away + spread) / NOISE**2 - 4 * math.log(NOISE * math.sqrt(2 * math.pi))
        by_ladder = state.energies[:, :, t].mean(axis=0)
        assert abs(by_ladder.mean() - exact) < 5.0 * by_ladder.std(ddof=1) / math.sqrt(32), beta


def test_a_fit_without_evidence_draws_from_the_prior():
    """Nothing has a power: one pass, 512 draws, all different and standard normal."""
    settings = without_evidence(Settings(16, 8, 1, 480, 520))
    state = fit(flat, items=1, settings=settings)
    draws = finish(state, np.zeros(1), 1, "test")
    assert state.passes == 1
    assert len(np.unique(draws.z)) == 512 * 3
    assert len(np.unique(draws.ids)) == 512
    assert kstest(draws.z.ravel(), "norm").pvalue > 1e-3
    assert np.all(draws.increments == 0.0)
    assert log_evidence(state) == (0.0, 0.0)


@pytest.mark.parametrize("settings", [Settings(0, 4, 1, 10), Settings(2, 1, 1, 10), Settings(2, 4, 1, 0)])
def test_a_fit_that_could_tell_nothing_is_refused(settings):
    with pytest.raises(ValueError, match="a ladder, two rungs and a pass"):
        initialise(regression, 1, "test", 3, settings)


@pytest.mark.parametrize("settings", [Settings(1, 4, 1, 300), Settings(16, 2, 1, 600)])
def test_the_fewest_ladders_and_rungs(settings):
    """A single ladder tells no error; two rungs are the prior and the posterior."""
    state = fit(settings=settings)
    value, error = log_evidence(state)
    assert (state.betas[0], state.betas[-1]) == (0.0, 1.0)
    assert value == pytest.approx(posterior()[2], abs=1.5)
    assert math.isnan(error) == (settings.ladders == 1)


def test_rounds_double_and_the_last_is_half_of_all():
    for passes in (1, 15, 31, 32, 100, 333):
        found = rounds(passes)
        assert sum(found) == passes
        assert passes < 32 or found[-1] == passes - passes // 2
        assert all(later >= sum(found[: k + 1]) - 1 for k, later in enumerate(found[1:]))
    state = fit()
    assert len(state.energies) == rounds(SETTINGS.passes)[-1]


def test_shares_learn_to_leave_no_direction_behind():
    """Two ways move directions apart: the way that alone moves the slow one gains; what is unusable stays at zero."""
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


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_every_way_to_propose_leaves_the_prior_as_it_is(way):
    """Taken always and accepted always, a way keeps standard normal numbers standard normal: 4,000 particles, five steps, p > 1e-4
    in each of three coordinates, sum and difference of two among them."""
    n = 4000
    structure = Structure(np.eye(3, dtype=bool), np.array([0, 1, 2, 3, 0, 1]), np.array([0, 0, 0, 0, 1, -1]))
    root = np.array([[3.0, 1.0, 0.0], [1.0, 8.0, 2.0], [0.0, 2.0, 1.0]])
    shares = np.eye(len(WAYS))[way]
    guide = Guide(np.stack([root @ root, np.eye(3)]), shares)
    z = np.random.default_rng(way).standard_normal((n, 3))
    ids = fresh_ids(np.uint64(1), n, np.arange(6, dtype=np.uint64))
    for number in range(5):
        z, renewed, chosen = propose(z, ids, np.arange(n) % 2, np.uint64(100 + number), [guide], structure)
        assert np.all(chosen == way)
    assert renewed.shape == ids.shape
    for column in (z[:, 0], z[:, 1], z[:, 2], (z[:, 0] + z[:, 1]) / math.sqrt(2.0), (z[:, 1] - z[:, 2]) / math.sqrt(2.0)):
        assert kstest(column, "norm").pvalue > 1e-4


def test_a_ladder_learns_from_the_other_half():
    """The curvature that the first half of the ladders goes by is measured at the second half's particles, and the other way round."""

    def bent(z, ids):
        # the slope of the item is 1 where z > 0 and 5 where z < 0
        items = np.where(z[:, :1] > 0.0, z[:, :1], 5.0 * z[:, :1])
        return Filtered(items.sum(axis=1), items, [])

    settings = Settings(8, 3, 1, 64)
    state = initialise(bent, 1, "test", 1, settings)
    for _ in range(2):
        state = advance(state, bent, np.ones(1), 1, "test", settings)
    ladder_of = np.repeat(np.arange(8), 3)[:, None]
    moved = restore({**dump(state), "z": np.where(ladder_of < 4, 2.0, -2.0), "curvature": np.zeros_like(state.curvature)})
    run = bent(moved.z, moved.ids)
    moved = restore({**dump(moved), "items": run.items, "energy": run.evidence})
    after = advance(moved, bent, np.ones(1), 1, "test", settings)
    assert after.curvature[-1, 0, 0, 0] == pytest.approx(25.0, rel=1e-6)
    assert after.curvature[-1, 1, 0, 0] == pytest.approx(1.0, rel=1e-6)
    assert np.all(after.curvature[0] == 0.0)


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

    def likelihood(z, ids):
        table = np.repeat(values, len(z), axis=1)
        table[1] = np.exp(0.7 * z[:, 0])
        return run_filter(Walk(y), table, ids, 1, 6)

    settings = Settings(32, 4, 1, 300)
    names = np.array([name_key("observation", t) for t in range(3)], np.uint64)
    state = fit(likelihood, dimension=1, items=1, settings=settings, noise_names=names)
    value, error = log_evidence(state)
    assert abs(value - exact) < 4.0 * max(error, 0.02)
    assert error < 0.1
    assert state.ids.shape == (128, 3)


# ---- noise ids are keyed by name (T8.13)


REGIONS = [Region(name, 3e5, 48.0 + k, 60.0 + k) for k, name in enumerate(("North", "South", "West"))]


def chance_of(*regions):
    """Noise ids of all particles by (piece of the clock, region or nation) and by (place or reserves, region), from a flat likelihood."""
    model = CrisisModel(build_problem(country(*regions, days=20), ()), Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
    settings = Settings(16, 4, 1, 1)
    state = fit(flat, items=1, dimension=2, settings=settings, stages=0, noise_names=model.noise_keys)
    where, noise, places = [*(r.name for r in regions), "the nation"], model.problem.noise, len(model.problem.places)
    assert state.ids.shape == (64, len(model.noise_keys))
    named, begun, first = {}, 0, np.flatnonzero(noise.piece < 0)[0]
    for b in range(len(model.noise_keys)):
        if noise.piece[b] >= 0:
            named[int(noise.piece[b]), where[noise.region[b]]] = state.ids[:, b]
        else:  # decisions in their order, then reserves by region, then places by region
            begun = b - first
            kind = begun if begun < N_DECISIONS else "reserves" if begun < N_DECISIONS + len(regions) else "place"
            if kind == "place":
                kind = f"place {(begun - N_DECISIONS - len(regions)) % places}"
            named[f"start {kind}", where[noise.region[b]]] = state.ids[:, b]
    return named


@pytest.mark.parametrize("place", [0, 1, 2])
def test_t8_13_adding_a_region_leaves_the_chance_of_others_as_it_was(place):
    """T8.13: wherever West stands in the list of regions, every particle of North, South and the nation has the noise
    ids that it has without West, in every piece of the clock and at the start; West has its own."""
    north, south, west = REGIONS
    two = chance_of(north, south)
    order = [north, south]
    order.insert(place, west)
    three = chance_of(*order)
    assert {piece for piece, _ in two if isinstance(piece, int)} == set(range(20))
    for name, ids in two.items():
        assert np.array_equal(three[name], ids), name
    assert {where for _, where in three.keys() - two.keys()} == {"West"}


def test_t8_13_no_two_blocks_of_chance_are_the_same():
    """T8.13: pieces, thresholds, regions and particles all have chance of their own."""
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
    state = fit(settings=Settings(16, 4, 1, 4), noise_names=names)
    assert np.array_equal(restore(dump(state)).noise_names, names)
    assert same(restore(dump(state)), state)
