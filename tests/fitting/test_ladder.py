"""Estimates from a ladder: constants of Gaussians known by algebra, parts of items, spacing."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from realpolitik.fitting.ladder import credit, drift, evidence, first_rungs, log_constants, spaced

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
    seen = [energy(draws(50, 12, seed)) for seed in range(40)]
    found = np.array([(*evidence(e, BETAS), drift(e, BETAS)) for e in seen])
    assert np.sqrt(np.mean(found[:, 1] ** 2)) == pytest.approx(found[:, 0].std(ddof=1), rel=0.3)
    assert abs(found[:, 0].mean() - exact(BETAS)[-1]) < 4.0 * found[:, 0].std(ddof=1) / np.sqrt(40)
    assert found[:, 2].std(ddof=1) == pytest.approx(2.0 * found[:, 0].std(ddof=1), rel=0.4)


@pytest.mark.parametrize("spread", [10.0, 100.0, 5000.0])
def test_constants_of_rungs_that_hardly_overlap(spread):
    """Energies N(-10^6, s²) on the lower rung are N(-10^6 + Δβ s², s²) on the upper, with log ratio -10^6 Δβ + (Δβ s)² / 2: also where
    the two are 200 standard deviations apart, the error then that of the nearest states (a few of Δβ s)."""
    gap, n = 0.02, 4000
    rng = np.random.default_rng(2)
    e = np.stack([rng.normal(-1e6, spread, n), rng.normal(-1e6 + gap * spread**2, spread, n)], axis=-1)[:, None, :]
    exact = -1e6 * gap + 0.5 * (gap * spread) ** 2
    assert log_constants(e, np.array([0.0, gap]))[1] == pytest.approx(exact, abs=0.02 + (0.0 if spread < 50 else gap * spread))


def test_the_jackknife_of_a_mean_is_its_standard_error():
    """Rungs so near that the ratio is Δβ times the mean energy: the error is that of the mean over ladders. A single ladder tells none."""
    betas, e = np.array([0.0, 1e-6]), np.random.default_rng(4).normal(-3.0, 2.0, (30, 8, 2))
    value, error = evidence(e, betas)
    assert value == pytest.approx(1e-6 * e.mean(), rel=1e-5)
    assert error == pytest.approx(1e-6 * e.mean(axis=(0, 2)).std(ddof=1) / math.sqrt(8), rel=1e-3)
    assert drift(e, betas) == pytest.approx(1e-6 * (e[15:].mean() - e[:15].mean()), rel=1e-3)
    assert math.isnan(evidence(e[:, :1], betas)[1])
    assert math.isnan(drift(e[:1], betas))


def test_items_that_learn_at_different_powers_get_their_own_integrals():
    """A sharp observation and a vague one of the same number, of powers 1 and 0.5: p ∫ E_β[ℓ] dβ of each by quadrature, within 0.05."""
    seen, sds, powers = np.array([1.5, -2.0]), np.array([0.2, 2.0]), np.array([1.0, 0.5])

    def moments(beta):
        precision = 1.0 + beta * (powers / sds**2).sum()
        return beta * (powers * seen / sds**2).sum() / precision, 1.0 / precision

    def expected(beta, i):
        mean, variance = moments(beta)
        return powers[i] * (-0.5 * ((seen[i] - mean) ** 2 + variance) / sds[i] ** 2 - math.log(sds[i]))

    betas = np.concatenate([[0.0], np.geomspace(0.003, 1.0, 9)])
    at = np.array([moments(beta) for beta in betas])
    z = np.random.default_rng(6).normal(at[:, 0], np.sqrt(at[:, 1]), (1000, 16, len(betas)))
    items = -0.5 * np.square((seen - z[..., None]) / sds) - np.log(sds)
    e = items @ powers
    total = log_constants(e, betas)[-1]
    exact = np.array([quad(expected, 0.0, 1.0, args=(i,), points=[0.01, 0.1])[0] for i in (0, 1)])
    assert total == pytest.approx(exact.sum(), abs=0.03)
    assert credit(e, items, powers, betas, float(total)) == pytest.approx(exact, abs=0.05)


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


@pytest.mark.parametrize("rungs", [2, 3, 8])
def test_the_first_rungs_lead_from_the_prior_to_the_posterior(rungs):
    found = first_rungs(rungs)
    assert len(found) == rungs
    assert (found[0], found[-1]) == (0.0, 1.0)
    assert np.all(np.diff(found) > 0.0)


def test_spacing_again_and_again_makes_all_swaps_equally_likely():
    """Refusals between rungs of the Gaussian, from 200,000 pairs of states: from geometric rungs, equal to a tenth after six times."""
    rng, betas = np.random.default_rng(8), first_rungs(6)
    for number in range(7):
        precision = 1.0 + betas / SD**2
        e = energy(rng.normal(betas * MEAN / SD**2 / precision, 1.0 / np.sqrt(precision), (200_000, len(betas))))
        refused = (1.0 - np.exp(np.minimum(np.diff(betas) * (e[:, :-1] - e[:, 1:]), 0.0))).mean(axis=0)
        if number == 0:
            assert refused.max() > 1.5 * refused.min()
        found, betas = refused, spaced(betas, refused)
    assert found == pytest.approx(np.full(5, found.mean()), rel=0.1)


def test_a_world_that_cannot_be_stays_out():
    """Prior states that the evidence rules out count as nothing: log of the share that lives is what they take off."""
    e, impossible = energy(draws(4000, 8)), np.random.default_rng(9).random((4000, 8)) < 0.75
    e[:, :, 0][impossible] = -1e9
    assert log_constants(e, BETAS)[1:] == pytest.approx(exact(BETAS[1:]) + math.log(0.25), abs=0.04)
    assert np.all(np.isfinite(evidence(e, BETAS)))
    part = credit(e, e[..., None], np.ones(1), BETAS, float(log_constants(e, BETAS)[-1]))
    assert np.all(np.isfinite(part))
