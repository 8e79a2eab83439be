"""What happens within a step acts for the part of it that is left (S3 to S5): custody, fear, posture, a fall, allied losses.

Each country is so large and so still that counts are their expectations to within a per cent; the expectation is that of
continuous time, or of the rule's own formula where that is named.
"""

import numpy as np
import pytest

from realpolitik.case.records import Alliance, Region, Rival
from realpolitik.crisis import layout as at
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.replay import FreeModel, replay
from tests.crisis.worlds import STILL, Worlds, country

MANY = 1e6  # people on the street
QUIET = {**STILL, "spell_end": 0.0, "contagion": 0.0, "mobilisable": 0.5, "threat_slope": 0.0}


def large(parameters, step, days=1.0, police=0.0, people=MANY, **more):
    """Worlds with ``people`` on the street of one region of ten millions."""
    case = country(Region("Harbour", 1e7), days=days, step=step, police=police, **more)
    worlds = Worlds(case, {**QUIET, **parameters})
    worlds.out(people)
    return worlds


@pytest.mark.parametrize("step", [3.0, 12.0])
def test_those_arrested_within_a_step_face_release_for_half_of_it(step):
    """M2.7: with arrest at the rate a and release at r, a / (r - a) (e^-a - e^-r) of the street is held after a day."""
    a, r = 0.5, 2.0
    worlds = large({"arrest": a, "release": r, "restraint": 1.0}, step, police=1e9).run()
    expected = a / (r - a) * (np.exp(-a) - np.exp(-r))
    # what is left is 0.6 % and 5 %; with release of all for the whole step it was 12 % and 41 %
    assert worlds.get(at.HELD, None).mean() / MANY == pytest.approx(expected, rel=0.01 if step == 3.0 else 0.07)


@pytest.mark.parametrize("step", [3.0, 12.0])
def test_those_killed_within_a_step_fade_for_half_of_it(step):
    """Fear: killed at the rate d, remembered for 1 / m days: d / (m - d) (e^-d - e^-m) of the street is remembered after a day."""
    d, m = 0.1, 2.0
    worlds = large({"death_unarmed": d, "fear_memory": 1.0 / m}, step).run()
    expected = d / (m - d) * (np.exp(-d) - np.exp(-m))
    assert worlds.get(at.FEAR).mean() / MANY == pytest.approx(expected, rel=0.005 if step == 3.0 else 0.05)


def test_posture_acts_with_the_grip_of_its_hour():
    """M5.3, M2.2: an emergency in the middle of a step of 12 h. Grip is nearly linear here, so that arrests follow the mean of
    π² and not the square of the mean: of 0.3 and 0.65 that makes a difference of 14 %."""
    restraint, arrest, police = 0.3, 0.4, 2e4
    worlds = large({"restraint": restraint, "arrest": arrest}, 12.0, police=police)
    worlds.take(at.EMERGENCY, 6.0)
    worlds.run(1)
    held = worlds.get(at.HELD, None).mean() / MANY
    strength = 0.95 * police  # one region: all of the police and of the crowd

    def pull(posture):
        used = strength * posture
        return arrest * posture * used / (used + 0.2 * MANY)

    mean = 0.5 * (pull(restraint) + pull(restraint + 0.5 * (1.0 - restraint)))
    assert held == pytest.approx(1.0 - np.exp(-0.5 * mean), rel=0.02)


def both_acts(step, lethal, blackout, people):
    """Dead of the street and armed dead after half a day, per head, under an emergency from the start; the acts at their hours."""
    rates = {"death_unarmed": 0.01, "death_lethal": 0.1, "blackout_lethality": 3.0, "armed_death": 0.3, "restraint": 0.1}
    worlds = large(rates, step, days=0.5, police=1e6, people=people)
    worlds.put(at.LOCAL, MANY)
    for decision, hour in ((at.EMERGENCY, 0.0), (at.LETHAL, lethal), (at.BLACKOUT, blackout)):
        worlds.take(decision, hour)
    worlds.run()
    return worlds.get(at.DEAD).mean() / MANY, worlds.get(at.DEAD_ARMED).mean() / MANY


@pytest.mark.parametrize(("lethal", "blackout"), [(6.0, 6.0), (6.0, 9.0), (10.8, 3.0)])
def test_deaths_follow_the_order_and_the_blackout_of_their_hour(lethal, blackout):
    """M2.3, M3.3: in one step of 12 h as in steps of a quarter of an hour: under the order the posture is that of the order, and a
    blackout counts for the part of it that lies under the order."""
    coarse, fine = (both_acts(step, lethal, blackout, MANY) for step in (12.0, 0.25))
    assert coarse[0] == pytest.approx(fine[0], rel=0.02)
    assert coarse[1] == pytest.approx(fine[1], rel=0.03)


def test_nobody_joins_under_a_fallen_ruler_from_his_hour_on():
    """M6: the ruler resigns at an hour of a step; a spark that lasts all of it brings out its people up to then."""
    size = 1e5
    for fell, part in ((1.5, 0.125), (9.0, 0.75), (-1.0, 1.0)):
        case = country(Region("Harbour", 1e7), days=1.0, step=12.0, sparks=[("Harbour", 0.0, 0.5, size)])
        worlds = Worlds(case, {**QUIET, "spark 1": size})
        worlds.take(at.RESIGN, fell)
        worlds.run(1)
        assert worlds.get(at.FALLEN, None) == pytest.approx(fell)
        assert worlds.get(at.STREET).mean() / size == pytest.approx(part, rel=0.05)
        street = worlds.get(at.STREET).copy()
        worlds.run(1)
        assert np.array_equal(worlds.get(at.STREET), street)


def test_allied_soldiers_die_of_skilled_fighters_as_others_do():
    """M3.7: a tenth of the hazard of M3.5, which counts the armed by their skill."""
    dead = []
    for skill in (1.0, 4.0):
        alliance = Alliance("the pact", decides="one man")
        fighters = {"cell_skill": skill, "security_loss": 2.0, "contingent": 5e5}
        worlds = large(fighters, 6.0, people=0.0, police=1e5, alliance=alliance)
        worlds.put(at.CELLS, 20_000.0)
        worlds.put(at.TROOPS, 4e5, None)
        worlds.take(at.DEPLOY)
        # the test's cells come from nowhere, so the claim that sends them is put into force by hand
        for block in worlds.blocks:
            block.P.reshape(-1, at.LANES)[worlds.problem.prior.names.index("organised_cells")] = 1.0
        worlds.run(1)
        dead.append(worlds.get(at.ALLIED_DEAD, None).mean())
    assert dead[0] > 100.0
    assert dead[1] / dead[0] == pytest.approx(4.0, rel=0.1)


def test_a_diary_notes_what_stands_at_the_end_of_a_step():
    """The largest crowd, and the last disorder at the hour at which it was still there."""
    size = 50_000.0
    case = country(Region("Harbour", 1e7), days=2.0, step=6.0, sparks=[("Harbour", 24.0, 1.0, size)])
    problem = build_problem(case, ())
    values = problem.prior.transform(np.zeros((at.LANES, problem.prior.dimension)))
    for name, value in {**QUIET, "spark 1": size}.items():
        values[problem.prior.names.index(name)] = value
    ids = np.tile(FreeModel(problem).noise_keys, (at.LANES, 1))
    found = replay(problem, values, ids, 1, keep=True)
    street = found.end[at.N_NATION + at.STREET]
    assert found.values["peak crowd"] == pytest.approx(street)  # nobody goes home, so the end is the peak
    assert found.values["days until order"] == pytest.approx(2.0)
    assert street.mean() == pytest.approx(size, rel=0.05)


@pytest.mark.parametrize("step", [1.0, 12.0])
def test_no_coup_after_the_purge_of_a_step(step):
    """M6: a coup is possible until the purge, within the same step too: c / (c + p) of the first of the two are coups."""
    c, p = 1.5, 2.5
    case = country(Region("Harbour", 1e6), days=1.0, step=step, rival=Rival("the heir"))
    worlds = Worlds(case, {**QUIET, "hazard_purge": p, "hazard_coup": c, "coup_success": 0.0}, blocks=80).run()
    purge, coup = (worlds.get(at.TAKEN + d, None) for d in (at.PURGE, at.COUP))
    both = (purge >= 0.0) & (coup >= 0.0)
    assert both.any()
    assert np.all(coup[both] <= purge[both] + 1e-9)
    assert np.mean(coup >= 0.0) == pytest.approx(c / (c + p) * (1.0 - np.exp(-c - p)), abs=0.02)


def test_nothing_is_decided_after_a_fall():
    """M6: of what a step of 12 h brings only that counts which came before the ruler fell in it."""
    worlds = Worlds(
        country(Region("Harbour", 1e6), days=1.0, step=12.0),
        {**QUIET, "hazard_resign": 3.0, "hazard_concede": 3.0, "hazard_emergency": 3.0, "hazard_lethal": 3.0},
        blocks=20,
    ).run()
    fell = worlds.get(at.FALLEN, None)
    assert np.array_equal(fell, worlds.get(at.TAKEN + at.RESIGN, None))
    assert np.mean(fell >= 0.0) > 0.9
    for decision in (at.CONCEDE, at.EMERGENCY, at.LETHAL):
        taken = worlds.get(at.TAKEN + decision, None)
        assert np.all((taken <= fell) | (fell < 0.0))
    # two equal hazards: half of the concessions come before the fall
    assert np.mean(worlds.get(at.TAKEN + at.CONCEDE, None) >= 0.0) == pytest.approx(0.5 * (1.0 - np.exp(-6.0)), abs=0.04)
