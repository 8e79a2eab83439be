"""Estimates from a ladder: constants of Gaussians known by algebra, parts of items, spacing."""

import numpy as np
import pytest

from realpolitik.fitting.ladder import credit, evidence, first_rungs, log_constants, spaced

MEAN, SD = 1.5, 0.6  # of one observation y = 1.5 with noise 0.6 of z ~ N(0, 1)
BETAS = np.array([0.0, 0.1, 0.35, 1.0])


def energy(z):
    return -0.5 * np.square((MEAN - z) / SD)


def draws(passes, ladders, seed=1):
    """Independent states of every rung: prior · exp(β E) is normal."""
    precision = 1.0 + BETAS / SD**2
    return np.random.default_rng(seed).normal(BETAS * MEAN / SD**2 / precision, 1.0 / np.sqrt(precision), (passes, ladders, len(BETAS)))


def exact(beta):
    """log ∫ N(z; 0, 1) exp(β E(z)) dz."""
    s = SD**2 / np.maximum(beta, 1e-300)
    return np.where(beta > 0.0, 0.5 * np.log(s / (1.0 + s)) - 0.5 * MEAN**2 / (1.0 + s), 0.0)


def test_constants_of_gaussians():
    """4,000 x 16 independent states: log Z of every rung within 0.01, and the error of it is told."""
    z = draws(4000, 16)
    assert log_constants(energy(z), BETAS) == pytest.approx(exact(BETAS), abs=0.01)


def test_the_error_is_that_of_ladders():
    """Forty sets of 50 x 12 states: the jackknife states the spread within a quarter, and is no larger for being asked of halves."""
    found = np.array([evidence(energy(draws(50, 12, seed)), BETAS) for seed in range(40)])
    assert np.sqrt(np.mean(found[:, 1] ** 2)) == pytest.approx(found[:, 0].std(ddof=1), rel=0.3)
    assert abs(found[:, 0].mean() - exact(BETAS)[-1]) < 4.0 * found[:, 0].std(ddof=1) / np.sqrt(40)
    assert found[:, 2].std(ddof=1) == pytest.approx(2.0 * found[:, 0].std(ddof=1), rel=0.4)


def test_items_get_their_part_of_the_thermodynamic_integral():
    """Two items that share the energy 3 to 1 share the log evidence 3 to 1; powers count."""
    e = energy(draws(2000, 16))
    items = np.stack([0.75 * e, 0.5 * e], axis=-1)
    powers = np.array([1.0, 0.5])
    total = log_constants(e, BETAS)[-1]
    part = credit(e, items, powers, BETAS, float(total))
    assert part.sum() == pytest.approx(total)
    assert part[0] / part[1] == pytest.approx(3.0, rel=1e-6)
    assert part[0] == pytest.approx(0.75 * exact(BETAS)[-1], abs=0.02)


def test_rungs_are_spaced_by_what_is_refused():
    """Where swaps are refused in proportion to β's square, rungs come to stand at square roots."""
    betas = np.linspace(0.0, 1.0, 201)
    found = spaced(betas, np.diff(betas**2) * 100.0)
    assert (found[0], found[-1]) == (0.0, 1.0)
    assert found == pytest.approx(np.sqrt(np.linspace(0.0, 1.0, 201)), abs=0.08)
    assert np.all(np.diff(spaced(BETAS, np.array([0.1, np.nan, 0.9]))) > 0.0)
    assert first_rungs(2).tolist() == [0.0, 0.02] or first_rungs(2)[-1] == 1.0


def test_a_world_that_cannot_be_stays_out():
    """Energies of -1e9 on low rungs leave every number finite."""
    e = energy(draws(100, 4))
    e[:, :, 0][e[:, :, 0] < -4.0] = -1e9
    assert np.all(np.isfinite(evidence(e, BETAS)))
