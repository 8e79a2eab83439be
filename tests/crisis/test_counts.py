"""Counts against people: whole counts drawn as multinomials follow the law of simulating every person one by one (M1.5,
M2, M3).

A small country of two regions, 480 people who could take to the street, eleven steps of six hours. The reference below
knows no binomial and no key: every person draws whether he joins, goes home, is arrested, dies, takes up arms, lays
them down. 2,560 worlds of the product against 2,560 of the reference, compared by two-sample chi-square tests on the
whole distribution of each count, at two times. Seeds are fixed: with some twenty tests, a limit of p > 1e-4 would fail
a right model once in 500 seeds, so this one either always passes or never.
"""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from realpolitik.case.records import Region
from realpolitik.crisis import layout as at
from realpolitik.crisis.start import ADULTS, MOST, distance_kernel, distances
from tests.crisis.worlds import STILL, Worlds, country

SIZES, BLOCKS, STEPS, DAYS, POLICE = (300, 180), 20, 11, 0.25, 60.0
REGIONS = (
    Region("North", SIZES[0] / (ADULTS * MOST), 50.0, 70.0, hardship=1.3),
    Region("South", SIZES[1] / (ADULTS * MOST), 49.0, 70.5, hardship=0.8),
)
RATES = {
    "spell_end": 0.5, "contagion": 3.0, "mobilisable": MOST, "far_share": 0.3, "kernel_scale": 30.0,
    "kernel_exponent": 0.75, "deterrence_half": 2.0, "restraint": 0.4, "dispersal": 2.0, "arrest": 0.4,
    "death_unarmed": 0.05, "arming": 0.1, "armed_exit": 0.6, "armed_arrest": 0.5, "armed_death": 2.0,
}  # fmt: skip
QUIET, HOME, STREET, ARMED, HELD, DEAD, DEAD_ARMED = range(7)
ROWS = {
    STREET: at.STREET,
    HOME: at.RETURNED,
    ARMED: at.LOCAL,
    HELD: at.DETAINED,
    DEAD: at.DEAD,
    DEAD_ARMED: at.DEAD_ARMED,
}
NAMES = {STREET: "street", HOME: "home", ARMED: "armed", HELD: "detained", DEAD: "dead", DEAD_ARMED: "dead armed"}


def grip(ratio):
    return ratio / (ratio + 0.2)


def leave(rng, people, choices, hazards):
    """Which of the ``people`` (a mask) leave by which door: a draw for each person; returns the mask of each choice."""
    total = sum(hazards)
    u = rng.random(people.shape)
    gone = people & (u < 1.0 - np.exp(-total * DAYS)[:, None])
    v = rng.random(people.shape) * total[:, None]
    edges = np.cumsum(hazards, axis=0)
    return [gone & (v >= (edges[j - 1][:, None] if j else 0.0)) & (v < edges[j][:, None]) for j in range(len(choices))]


def one_by_one(worlds, seed, spark):
    """The reference: state of every person of every world, [world, person] for each region; yields them after each
    step."""
    rng, r = np.random.default_rng(seed), RATES
    state = [np.full((worlds, n), QUIET) for n in SIZES]
    km = distances(np.array([g.latitude for g in REGIONS]), np.array([g.longitude for g in REGIONS]))
    kappa = distance_kernel(km, np.array([r["kernel_scale"]]), np.array([r["kernel_exponent"]]))[:, :, 0]
    population = sum(SIZES)
    for step in range(STEPS):
        street = [np.sum(s == STREET, axis=1) for s in state]
        armed = [np.sum(s == ARMED, axis=1) for s in state]
        near = [(a + b) / n for a, b, n in zip(street, armed, SIZES, strict=True)]
        far = sum(street) / population
        new = [s.copy() for s in state]
        for k, s in enumerate(state):
            force = POLICE * 0.95 * SIZES[k] / population
            used, posture = r["restraint"] * force, r["restraint"]
            ratio = used / ((street[k] + armed[k] + 0.01 * SIZES[k] + 1.0) * r["deterrence_half"])
            exposure = (1 - r["far_share"]) * (kappa[k, 0] * near[0] + kappa[k, 1] * near[1]) + r["far_share"] * far
            join = r["spell_end"] * r["contagion"] * REGIONS[k].hardship * exposure / (1.0 + ratio**4)
            if k == 0 and step < 4:
                join = join + spark / SIZES[0]
            for who in (QUIET, HOME):
                new[k][leave(rng, s == who, "j", [join])[0]] = STREET
            g = grip(used / (street[k] + armed[k] + 1.0))
            doors = leave(
                rng, s == STREET, "hdaw",
                [r["spell_end"] * (1 + r["dispersal"] * posture * g), np.full(worlds, r["death_unarmed"]),
                 r["arrest"] * posture * g, np.full(worlds, r["arming"])],
            )  # fmt: skip
            for door, to in zip(doors, (HOME, DEAD, HELD, ARMED), strict=True):
                new[k][door] = to
            g = grip(used / (5.0 * armed[k] + 1.0))
            doors = leave(
                rng, s == ARMED, "xda",
                [r["armed_exit"] * (1 + 3 * posture * g), r["armed_death"] * 0.05 * g, r["armed_arrest"] * posture * g],
            )  # fmt: skip
            for door, to in zip(doors, (HOME, DEAD_ARMED, HELD), strict=True):
                new[k][door] = to
        state = new
        yield step, state


@pytest.fixture(scope="module")
def both():
    """Counts of the product and of the reference: {(step, region, compartment): (counts, counts)}."""
    spark = 40.0
    worlds = Worlds(country(*REGIONS, days=3, police=POLICE, sparks=[("North", 0.0, 1.0, spark)]), {
        **STILL, **RATES, "disposition North": 1.0, "disposition South": 1.0}, blocks=BLOCKS)  # fmt: skip
    assert [worlds.get(at.MOBILISABLE, k)[0] for k in (0, 1)] == list(SIZES)
    found = {}
    for step, state in one_by_one(BLOCKS * 128, 2024, spark):
        worlds.run(1)
        if step in (3, STEPS - 1):
            for k in (0, 1):
                for who, row in ROWS.items():
                    found[step, k, who] = worlds.get(row, k), np.sum(state[k] == who, axis=1)
    return found


def bins(a, b):
    """Edges that hold at least 40 of the pooled counts each."""
    pooled = np.sort(np.concatenate([a, b]))
    return np.unique(np.concatenate([[-0.5], pooled[40 :: max(len(pooled) // 24, 40)] + 0.5, [pooled[-1] + 0.5]]))


@pytest.mark.parametrize("step", [3, STEPS - 1])
@pytest.mark.parametrize("region", [0, 1])
@pytest.mark.parametrize("who", ROWS, ids=NAMES.get)
def test_counts_follow_the_law_of_single_people(both, step, region, who):
    """Whole distribution of one count in one region after one day, and at the end."""
    ours, theirs = both[step, region, who]
    edges = bins(ours, theirs)
    if len(edges) < 3:  # nearly always the same number: compare how often it is
        assert abs(np.mean(ours) - np.mean(theirs)) <= 4 * np.sqrt((np.var(ours) + np.var(theirs)) / ours.size) + 1e-12
        return
    table = np.array([np.histogram(x, edges)[0] for x in (ours, theirs)])
    table = table[:, table.sum(axis=0) > 0]
    assert chi2_contingency(table).pvalue > 1e-4


@pytest.mark.parametrize("region", [0, 1])
def test_counts_move_together_as_those_of_people_do(both, region):
    """Correlation of the street with the detained at the end, within 4 s.e. of the difference of two samples of
    2,560."""
    last = STEPS - 1
    ours, theirs = (np.corrcoef(both[last, region, STREET][j], both[last, region, HELD][j])[0, 1] for j in (0, 1))
    assert abs(np.arctanh(ours) - np.arctanh(theirs)) < 4 * np.sqrt(2 / (BLOCKS * 128 - 3))


def test_the_comparison_has_something_to_compare(both):
    """Every compartment is used, and spread out, in at least one region."""
    for who in ROWS:
        assert max(np.mean(both[STEPS - 1, k, who][0]) for k in (0, 1)) > 0.2
        assert max(len(np.unique(both[STEPS - 1, k, who][0])) for k in (0, 1)) > 3
