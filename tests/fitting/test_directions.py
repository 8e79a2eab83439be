"""Likelihood-informed directions, renewal of chance, and the pilot."""

import numpy as np
import pytest

from realpolitik.chance.keys import name_key
from realpolitik.fitting.directions import STEP, curvature, directions, probes
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.pilot import begin, pilot_of
from realpolitik.fitting.priors import Prior
from realpolitik.fitting.renewal import AFTER, ALL, NONE, SCATTER, SPAN, Structure, fresh_ids, renew_ids, renewals
from realpolitik.fitting.sampler import Settings, advance, finished, initialise, log_evidence


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
