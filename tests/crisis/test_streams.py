"""T8.10, T8.12, T8.13: chance is keyed by name, so that one change leaves every other draw as it was; and nobody gets
lost."""

import numpy as np
import pytest

from realpolitik.case.records import Region
from realpolitik.crisis import layout as at
from tests.crisis.worlds import STILL, Worlds, country

NORTH, SOUTH = Region("North", 4e5, 50.0, 70.0), Region("South", 3e5, 49.0, 71.0)
WEST = Region("West", 2e5, 48.0, 60.0)
SPARKS = [("North", 0.0, 2.0, 400.0), ("South", 12.0, 2.0, 300.0)]
LIVELY = {
    "arming": 0.05,
    "death_unarmed": 0.01,
    "hazard_emergency": 2.0,
    "hazard_lethal": 1.0,
    "storm": 3.0,
    "backlash": 0.0,
    "fear": 0.0,
    "anger": 0.0,
}


def whole(worlds):
    return np.concatenate([block.S for block in worlds.blocks])


def test_same_seed_same_bits():
    """T8.10: the same seed gives the same state bit for bit; another seed does not."""
    case = country(NORTH, SOUTH, police=500.0, sparks=SPARKS)
    first, again, other = (Worlds(case, LIVELY, blocks=2, seed=s, flat=False).run() for s in (4, 4, 5))
    assert np.array_equal(whole(first), whole(again))
    assert not np.array_equal(whole(first), whole(other))


def test_running_in_parts_is_running_at_once():
    """T8.10: nothing but the state carries over from step to step."""
    case = country(NORTH, SOUTH, police=500.0, sparks=SPARKS)
    parts = Worlds(case, LIVELY, flat=False)
    for _ in range(len(parts.T)):
        parts.run(1)
    assert np.array_equal(whole(parts), whole(Worlds(case, LIVELY, flat=False).run()))


def test_adding_a_region_leaves_the_draws_of_others_unchanged():
    """T8.13: with no pull between regions, North and South have the same people on the street, bit for bit, with or
    without West.

    Noise ids follow the names of regions here; the states compared include thresholds, so every draw of a region is.
    """
    parameters = {**STILL, "contagion": 0.0, "arming": 0.05, "death_unarmed": 0.02, "clash_wounds": 0.1, "noise": 0.3}
    parameters |= {"disposition North": 1.0, "disposition South": 1.0}
    two = Worlds(country(NORTH, SOUTH, sparks=SPARKS), parameters).run()
    three = Worlds(country(WEST, NORTH, SOUTH, sparks=SPARKS), parameters).run()
    for k in (0, 1):
        for row in range(at.N_REGION):
            assert np.array_equal(two.get(row, k), three.get(row, k + 1)), row
    assert two.get(at.STREET, 0).max() > 0
    assert two.get(at.DEAD, 1).max() > 0


def test_one_decision_more_leaves_every_other_draw_as_it_was():
    """T8.12 and T8.13: a concession without effect, in every world, changes its own rows and nothing else."""
    case = country(NORTH, SOUTH, police=500.0, sparks=SPARKS)
    never = Worlds(case, {**LIVELY, "hazard_concede": 0.0, "concession_effect": 0.0}).run()
    always = Worlds(case, {**LIVELY, "hazard_concede": 50.0, "concession_effect": 0.0}).run()
    assert np.all(always.get(at.TAKEN + at.CONCEDE, None) >= 0.0)
    rows = [b.S.reshape(-1, at.LANES) for b in (never.blocks[0], always.blocks[0])]
    changed = np.flatnonzero(np.any(rows[0] != rows[1], axis=1))
    assert set(changed) == {at.TAKEN + at.CONCEDE, at.WAIT + at.CONCEDE}


def test_a_spark_in_one_region_reaches_no_other_that_hears_nothing():
    """T8.13: without contagion, twice the people at North's spark leave South bit for bit as it was."""
    parameters = {**STILL, "contagion": 0.0}
    small = Worlds(country(NORTH, SOUTH, sparks=SPARKS), parameters).run()
    large = Worlds(country(NORTH, SOUTH, sparks=[("North", 0.0, 2.0, 800.0), SPARKS[1]]), parameters).run()
    assert np.array_equal(small.get(at.STREET, 1), large.get(at.STREET, 1))
    assert large.get(at.RETURNED, 0).sum() > 1.5 * small.get(at.RETURNED, 0).sum()


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_appears_or_gets_lost(seed):
    """M1.5, M2, M3: quiet, home, street, armed, detained and dead add up to the mobilisable people in every world and
    region.

    Detained people stay counted where they were taken (the row counts everyone ever detained); no cells, no foreigners.
    """
    worlds = Worlds(country(NORTH, SOUTH, police=800.0, sparks=SPARKS), {**LIVELY, "release": 0.0, "restraint": 0.5}, seed=seed)
    for _ in range(8):
        worlds.run(5)
        for k in (0, 1):
            rows = (at.QUIET, at.RETURNED, at.STREET, at.LOCAL, at.DETAINED, at.DEAD, at.DEAD_ARMED)
            assert np.array_equal(sum(worlds.get(row, k) for row in rows), worlds.get(at.MOBILISABLE, k))
            assert min(worlds.get(row, k).min() for row in rows) >= 0.0
    assert worlds.get(at.DETAINED).max() > 0
