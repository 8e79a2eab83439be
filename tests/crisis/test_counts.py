"""Counts against people: whole counts drawn as multinomials follow the law of simulating every person one by one (M1.5,
M2, M3).

A small country of two regions, 480 people who could take to the street, eleven steps of six hours. The reference below
knows no binomial and no key: every person draws whether he joins, goes home, comes back at once, is arrested, dies, takes
up arms, lays them down. The hazards are those at the crowds expected in the middle of the step (S1, S2); a group that
people came into within the step faces its exits for the less of it (S3), and who goes home has half a step to come back.
2,560 worlds of the product against 2,560 of the reference, compared by two-sample chi-square tests on the
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
    "death_unarmed": 0.05, "arming": 0.4, "armed_exit": 0.6, "armed_arrest": 2.0, "armed_death": 10.0,
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


def national(crowd, armed):
    """Share of each region's people who are out, armed or not (M1.2), and the nation's share in the street."""
    return [(c + a) / n for c, a, n in zip(crowd, armed, SIZES, strict=True)], sum(crowd) / sum(SIZES)


def hazards(k, near, far, crowd, armed, kappa, spark):
    """M1.1, M2.1 to M2.4 and M3.1 to M3.3 in region k for given crowds, one number for each world: the hazard of joining,
    those of the street (home, death, arrest, arming) and those of the armed (home, death, arrest)."""
    r = RATES
    used, posture = r["restraint"] * POLICE * 0.95 * SIZES[k] / sum(SIZES), r["restraint"]
    ratio = used / ((crowd + armed + 0.01 * SIZES[k] + 1.0) * r["deterrence_half"])
    exposure = (1 - r["far_share"]) * (kappa[k, 0] * near[0] + kappa[k, 1] * near[1]) + r["far_share"] * far
    join = r["spell_end"] * r["contagion"] * REGIONS[k].hardship * exposure / (1.0 + ratio**4) + spark
    same, g, h = np.ones_like(crowd), grip(used / (crowd + armed + 1.0)), grip(used / (5.0 * armed + 1.0))
    street = [r["spell_end"] * (1 + r["dispersal"] * posture * g), r["death_unarmed"] * same, r["arrest"] * posture * g, r["arming"] * same]
    guns = [r["armed_exit"] * (1 + 3 * posture * h), r["armed_death"] * 0.05 * h, r["armed_arrest"] * posture * h]
    return join, street, guns


def in_the_middle(k, state, crowd, armed, rates):
    """S1 and S2: the street and the armed expected in the middle of a step, by the hazards at its start."""
    join, street, guns = rates
    at_home = np.sum((state[k] == QUIET) | (state[k] == HOME), axis=1)
    return (
        crowd[k] * np.exp(-sum(street) * DAYS / 2) + at_home * (1.0 - np.exp(-join * DAYS / 2)),
        armed[k] * np.exp(-sum(guns) * DAYS / 2) + crowd[k] * street[3] * DAYS / 2,
    )


def stay(new, all_of_them):
    """S3: part of a step for which each of a group faces its exits, where those ``new`` to it are there for half a step."""
    return 1.0 - 0.5 * new.sum(axis=1) / np.maximum(all_of_them.sum(axis=1), 1)


def one_by_one(worlds, seed, spark):
    """The reference: state of every person of every world, [world, person] for each region; yields them after each
    step."""
    rng, r = np.random.default_rng(seed), RATES
    state = [np.full((worlds, n), QUIET) for n in SIZES]
    km = distances(np.array([g.latitude for g in REGIONS]), np.array([g.longitude for g in REGIONS]))
    kappa = distance_kernel(km, np.array([r["kernel_scale"]]), np.array([r["kernel_exponent"]]))[:, :, 0]
    for step in range(STEPS):
        lit = [spark / SIZES[0] if step < 4 else 0.0, 0.0]
        crowd, armed = ([np.sum(s == who, axis=1) for s in state] for who in (STREET, ARMED))
        near, far = national(crowd, armed)
        now = [hazards(k, near, far, crowd[k], armed[k], kappa, lit[k]) for k in (0, 1)]
        half = [in_the_middle(k, state, crowd, armed, now[k]) for k in (0, 1)]
        crowd, armed = [h[0] for h in half], [h[1] for h in half]
        near, far = national(crowd, armed)
        for k in (0, 1):
            s = state[k].copy()
            join, street, guns = hazards(k, near, far, crowd[k], armed[k], kappa, lit[k])
            joined = np.zeros_like(s, bool)
            for who in (QUIET, HOME):
                joined |= leave(rng, s == who, "j", [join])[0]
            out = (s == STREET) | joined
            s[joined] = STREET
            home, dead, held, arms = leave(rng, out, "hdaw", [h * stay(joined, out) for h in street])
            back = leave(rng, home, "j", [join / 2])[0]
            for door, to in zip((home & ~back, dead, held, arms), (HOME, DEAD, HELD, ARMED), strict=True):
                s[door] = to
            fight = s == ARMED  # those who took up arms in this step among them
            doors = leave(rng, fight, "xda", [h * stay(arms, fight) for h in guns])
            for door, to in zip(doors, (HOME, DEAD_ARMED, HELD), strict=True):
                s[door] = to
            state[k] = s
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
