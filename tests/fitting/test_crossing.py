"""From one evidence to another: the change of the log evidence is that of algebra."""

import numpy as np
import pytest
from scipy.stats import norm

from realpolitik.chance.keys import name_key
from realpolitik.fitting.crossing import Work, cross
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.renewal import Structure, fresh_ids

NAMES = np.array([name_key("noise", j) for j in range(4)], np.uint64)
STRUCTURE = Structure(np.eye(2, dtype=bool), np.array([0, 1, 2, 0]), np.array([0, 0, 0, -1]))


def seen(z, where, noise):
    items = norm.logpdf(where, z, noise)
    return Filtered(items.sum(axis=1), items, [])


def of(where, noise):
    """Log evidence of two observations, each of its own coordinate z ~ N(0, 1)."""
    return float(norm.logpdf(where, 0.0, np.sqrt(1.0 + noise**2)).sum())


@pytest.mark.parametrize(("to", "noise"), [((0.5, -1.0), 0.3), ((0.9, -0.7), 0.3), ((0.5, -1.0), 0.15)])
def test_the_change_is_known(to, noise):
    """Figures moved by more than their errors, or told twice as sharply: within 4 stated errors, which are below 0.15; no change is
    exactly none."""
    start, sd = np.array([0.5, -1.0]), 0.3
    mean, spread = start / (1.0 + sd**2), np.sqrt(sd**2 / (1.0 + sd**2))
    z = mean + spread * np.random.default_rng(1).standard_normal((256, 2))
    ids = fresh_ids(np.uint64(3), 256, NAMES)

    def both(z, ids):
        return seen(z, start, sd), seen(z, np.array(to), noise)

    found = cross(z, ids, NAMES, both, np.ones(2), STRUCTURE, np.uint64(9), Work(ladders=16, rungs=4, passes=300))
    exact = of(np.array(to), noise) - of(start, sd)
    if to == tuple(start) and noise == sd:
        assert (found.change, found.error) == (0.0, 0.0)
    assert abs(found.change - exact) < 4.0 * max(found.error, 1e-9) + 1e-9
    assert found.error < 0.15
    again = cross(z, ids, NAMES, both, np.ones(2), STRUCTURE, np.uint64(9), Work(ladders=16, rungs=4, passes=300))
    assert found == again
