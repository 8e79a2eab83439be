"""Likelihood-informed directions, renewal of chance, and the pilot."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from realpolitik.api import load
from realpolitik.chance.keys import name_key
from realpolitik.fitting.directions import STEP, curvature, directions, of_ladders, probed, probes
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.pilot import begin, pilot_of
from realpolitik.fitting.priors import Prior
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.renewal import AFTER, ALL, NONE, SCATTER, SPAN, Structure, fresh_ids, renew_ids, renewals
from realpolitik.fitting.sampler import advance, finish, finished, initialise, log_evidence
from realpolitik.fitting.settings import Settings


@pytest.mark.parametrize("d", [1, 2, 3, 10, 79])
def test_directions_are_eigenvectors(d):
    """Rows orthogonal to 1e-12; along them the curvature is what it says to a hundredth of what two directions know."""
    root = np.random.default_rng(d).standard_normal((d, 40)) * np.exp(np.random.default_rng(1).standard_normal(40))
    H = root @ root.T / 10.0
    values, rows = directions(H)
    assert rows @ rows.T == pytest.approx(np.eye(d), abs=1e-12)
    told = rows @ H @ rows.T
    assert np.diag(told) == pytest.approx(values, rel=1e-9, abs=1e-9)
    known = 1.0 + values
    off = np.abs(told - np.diag(np.diag(told))) / np.sqrt(known[:, None] * known[None, :])
    assert off.max() < 0.011
    assert np.sort(values)[-1] == pytest.approx(np.linalg.eigvalsh(H)[-1], rel=1e-3)


def test_curvature_is_the_information():
    """Items y_i ~ N(a_i z, s): the mean outer product of scores over data from the model is A'A / s²."""
    rng = np.random.default_rng(3)
    A, s, n = np.array([[1.0, 0.5], [0.0, 2.0], [1.0, -1.0]]), 0.8, 4000
    z = rng.standard_normal((n, 2))
    y = z @ A.T + s * rng.standard_normal((n, 3))

    def items(at, seen):
        return -0.5 * np.square((seen - at @ A.T) / s)

    moved = items(probes(z), np.repeat(y, 2, axis=0)).reshape(n, 2, 3)
    powers = np.array([1.0, 0.3, 0.5])
    exact = (A.T * powers) @ A / s**2
    assert curvature(items(z, y), moved, powers) == pytest.approx(exact, rel=0.15, abs=0.1)
    assert probes(z)[1] - z[0] == pytest.approx([0.0, STEP])


def test_curvature_leaves_out_what_is_no_number():
    at = np.array([[-1.0], [np.nan], [-1.0]])
    moved = np.array([[[-1.0 + STEP]], [[0.0]], [[-np.inf]]])
    assert curvature(at, moved, np.ones(1)) == pytest.approx(np.ones((1, 1)))
    assert np.all(curvature(at[1:2], moved[1:2], np.ones(1)) == 0.0)


STRUCTURE = Structure(
    np.zeros((2, 1), bool), np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 2]), np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, -1, -1, -1, -1])
)


def test_renewed_ids_are_those_of_fresh_ones():
    names = np.array([name_key("noise", j) for j in range(13)], np.uint64)
    ids, other = fresh_ids(np.uint64(1), 64, names), fresh_ids(np.uint64(2), 64, names)
    renewed = np.random.default_rng(1).random(ids.shape) < 0.3
    assert np.array_equal(renew_ids(np.uint64(2), ids, names, renewed), np.where(renewed, other, ids))


def test_kinds_of_renewal_touch_what_they_say():
    n = 600
    kind, size = np.repeat([NONE, SCATTER, SPAN, SPAN, AFTER, ALL], 100), np.repeat([0, 3, 1, np.inf, 0, 0], 100)
    whose = np.arange(n) % 3
    found = renewals(np.uint64(5), kind, size, 13, STRUCTURE, whose)
    assert not found[:100].any()
    assert np.all((found[100:200].sum(axis=1) >= 1) & (found[100:200].sum(axis=1) <= 3))
    for rows, row in zip(found[200:300], whose[200:300], strict=True):
        assert rows.sum() == 1
        assert STRUCTURE.region[rows][0] == row
        assert STRUCTURE.piece[rows][0] >= 0
    for rows, row in zip(found[300:400], whose[300:400], strict=True):
        assert np.array_equal(rows, STRUCTURE.region == row)
    for rows in found[400:500]:
        first = STRUCTURE.piece[rows].min()
        assert np.array_equal(rows, STRUCTURE.piece >= max(first, 0))
    assert found[500:].all()
    assert found[100:200].any(axis=0).all(), "every id is renewed now and then"


def test_a_pilot_lends_what_is_shared_and_moves_no_answer():
    """From a pilot far off, shared coordinates begin where it stands, others at the prior; the evidence is that of algebra."""
    one = Prior(("a", "b"), ((), ()), ((0, 0), (1, 0)))
    two = Prior(("b", "c", "a"), ((), (), ()), ((0, 0), (1, 0), (2, 0)))

    def likelihood(z, ids):
        items = -0.5 * np.square((1.0 - z[:, -1:]) / 0.5)
        return Filtered(items.sum(axis=1), items, [])

    settings = Settings(16, 4, 1, 200)
    first = initialise(likelihood, 1, "pilot", 2, settings)
    pilot = pilot_of(first, one)
    pilot.z[:] = [30.0, -30.0]
    pilot.curvature[1:] = np.array([[4.0, 1.0], [1.0, 9.0]])
    state = initialise(likelihood, 2, "set", 3, settings)
    begun = begin(state, pilot, two, likelihood)
    assert np.all(begun.z[:, [2, 0]] == [30.0, -30.0])
    assert np.array_equal(begun.z[:, 1], state.z[:, 1])
    assert np.array_equal(begun.curvature[-1, 0], [[9.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 4.0]])
    while not finished(begun, settings):
        begun = advance(begun, likelihood, np.ones(1), 2, "set", settings)
    value, error = log_evidence(begun)
    exact = 0.5 * np.log(0.25 / 1.25) - 0.5 / 1.25
    assert abs(value - exact) < 4.0 * max(error, 0.02)


@pytest.mark.parametrize("away", [0.0, 25.0])
def test_where_a_pilot_stands_moves_no_answer(away):
    """A regression of two parameters, begun from a pilot that has fitted it and from one 25 standard deviations off: evidence and means
    are those of algebra either way."""
    A, y, s = np.array([[1.0, 0.0], [1.0, 1.0], [0.5, -1.0]]), np.array([1.0, -0.5, 2.0]), 0.6

    def likelihood(z, ids):
        items = norm.logpdf(y, z @ A.T, s)
        return Filtered(items.sum(axis=1), items, [])

    def climbed(state, name):
        while not finished(state, settings):
            state = advance(state, likelihood, np.ones(3), 3, name, settings)
        return state

    prior, settings = Prior(("a", "b"), ((), ()), ((0, 0), (1, 0))), Settings(16, 5, 1, 240)
    pilot = pilot_of(climbed(initialise(likelihood, 3, "pilot", 2, settings), "pilot"), prior)
    pilot = replace(pilot, z=pilot.z + away)
    state = begin(initialise(likelihood, 3, "set", 2, settings), pilot, prior, likelihood)
    assert np.array_equal(state.energy, likelihood(state.z, state.ids).evidence)
    assert np.array_equal(state.z, pilot.z)
    assert np.array_equal(state.ids, pilot.ids)
    state = climbed(state, "set")
    covariance = np.linalg.inv(np.eye(2) + A.T @ A / s**2)
    mean = covariance @ A.T @ y / s**2
    value, error = log_evidence(state)
    assert abs(value - multivariate_normal.logpdf(y, np.zeros(3), A @ A.T + s**2 * np.eye(3))) < 4.0 * error
    assert error < 0.25
    draws = finish(state, np.ones(3), 3, "set").z
    sd = np.sqrt(np.diag(covariance))
    assert np.all(np.abs(draws.mean(axis=0) - mean) < 4.0 * sd / np.sqrt(128))
    assert draws.std(axis=0) == pytest.approx(sd, rel=0.25)


def test_a_set_of_claims_takes_the_coordinates_it_shares_with_no_claim():
    """On a shipped case: every coordinate has a name of its own, and a set of claims has all but those that its claims set."""
    case = load("kazakhstan-2022")
    bare = build_problem(case, ()).prior
    state = initialise(flat, 1, "pilot", bare.dimension, Settings(2, 3, 1, 1), np.arange(4, dtype=np.uint64))
    pilot = pilot_of(state, bare)
    assert len(set(pilot.names)) == bare.dimension
    claims = sorted({claims for account in case.accounts.values() for _, claims in account.mixture}, key=len)[-1]
    prior = build_problem(case, claims).prior
    own = initialise(flat, 1, "set", prior.dimension, Settings(2, 3, 1, 1), np.arange(4, dtype=np.uint64))
    begun = begin(own, pilot, prior, flat)
    names = pilot_of(own, prior).names
    assert len(set(names)) == prior.dimension
    for j, name in enumerate(names):
        there = pilot.z[:, pilot.names.index(name)] if name in pilot.names else own.z[:, j]
        assert np.array_equal(begun.z[:, j], there), name
    assert 0.5 * len(names) < len(set(names) & set(pilot.names))
    assert np.array_equal(begun.ids, pilot.ids)


def flat(z, ids):
    return Filtered(np.zeros(len(z)), np.zeros((len(z), 1)), [])


@pytest.mark.parametrize(("ladders", "every"), [(1, 1), (2, 1), (5, 1), (1, 2), (5, 2), (5, 3)])
def test_curvature_of_a_linear_gaussian_is_its_information_on_every_rung(ladders, every):
    """Items E_i = c_i'z are straight, so their scores are exact: Σ p c c' for both halves on all rungs but the prior."""
    C, powers = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]]), np.array([1.0, 0.4])

    def straight(z, ids):
        items = z @ C.T
        return Filtered(items @ powers, items, [])

    z = np.random.default_rng(1).standard_normal((ladders * 4, 3))
    ids = np.arange(len(z), dtype=np.uint64)
    asked = []
    found = of_ladders(lambda *a: asked.append(len(a[1])) or straight(*a), z, ids, straight(z, ids).items, ladders, powers, every)
    assert asked == [2 * 3 * probed(4, every)]
    assert found.shape == (4, 2, 3, 3)
    assert np.all(found[0] == 0.0)
    assert found[1:] == pytest.approx(np.broadcast_to((C.T * powers) @ C, (3, 2, 3, 3)), abs=1e-9)
