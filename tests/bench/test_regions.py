"""The epidemic in seventeen regions: its data, its people, and its likelihood by a second, plain implementation."""

import numpy as np
import pytest
from scipy.stats import nbinom

from realpolitik.bench.intervals import log_mean
from realpolitik.bench.regions import (
    BETA,
    EXITS,
    FIRST_ILL,
    FLOOR,
    REGIONS,
    REPORTED,
    SEEDED,
    SIZE,
    STEPS,
    Regions,
    mixing,
    population,
    reports,
    simulate,
)
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import lane_keys
from realpolitik.fitting.filter import run_filter


def test_the_shipped_reports_are_those_that_the_docstring_names():
    assert np.array_equal(reports(), simulate(1))
    assert reports().shape == (STEPS, REGIONS)


def test_nobody_appears_or_is_lost():
    model = Regions(reports())
    block = model.start(np.array([[BETA]]), lane_keys(1, np.zeros(1, np.uint64), 256), 256)
    model.advance(block, 0, 40)
    table = block.table()
    assert np.array_equal(table.sum(axis=2), np.broadcast_to(population()[None, :, None], (2, REGIONS, LANES)))
    assert table.min() >= 0.0
    assert table[:, :, 5].sum() > 0.0


def plain_filter(seen, worlds, rng):
    """Bootstrap filter with NumPy's binomials, resampling at every step: another implementation, written from the docstring alone."""
    ei, ih, ir, hd, hr, rs = EXITS
    s, e, i, h, r = (np.zeros((worlds, REGIONS), np.int64) for _ in range(5))
    s[:] = population()
    for k in SEEDED:
        s[:, k] -= int(FIRST_ILL)
        i[:, k] = int(FIRST_ILL)
    total = 0.0
    for y in seen:
        infected = rng.binomial(s, 1.0 - np.exp(-BETA * (i / population()) @ mixing().T))
        new, to_h, dead, lost = rng.binomial(e, ei), rng.binomial(i, ih), rng.binomial(h, hd), rng.binomial(r, rs)
        well, home = rng.binomial(i - to_h, ir), rng.binomial(h - dead, hr)
        s, e, i, h, r = s + lost - infected, e + infected - new, i + new - to_h - well, h + to_h - dead - home, r + well + home - lost
        mean = REPORTED * new + FLOOR
        weight = nbinom.logpmf(y, SIZE, SIZE / (SIZE + mean)).sum(axis=1)
        top = weight.max()
        share = np.exp(weight - top)
        total += top + np.log(share.mean())
        chosen = rng.choice(worlds, worlds, p=share / share.sum())
        s, e, i, h, r = (x[chosen] for x in (s, e, i, h, r))
    return total


def test_the_likelihood_is_that_of_a_second_implementation():
    """30 steps, 60 filters each; within four standard errors of the difference."""
    seen, rng = reports()[:30], np.random.default_rng(1)
    ids = np.arange(60, dtype=np.uint64)
    ours, a = log_mean(run_filter(Regions(seen), np.full((1, 60), BETA), ids, 512, 1).evidence)
    theirs, b = log_mean([plain_filter(seen, 500, rng) for _ in range(60)])
    assert a < 0.2
    assert b < 0.2
    assert ours == pytest.approx(theirs, abs=4.0 * np.hypot(a, b))
