"""T4.2: patrons choose the crises they enter, so comparing crises with and without their troops misleads."""

import numpy as np
import pytest

from realpolitik.answers.selection import average_effect, naive_effect
from realpolitik.case.records import Alliance, Region, Rival
from realpolitik.crisis import layout as at
from tests.crisis.worlds import LANES, Worlds, country

BLOCKS = 16


def crises(entered):
    """Survival [world] in crises of unlike danger when the patron's troops are in the worlds `entered` (bool[LANES]).

    Every world has its own contagion; the patron's acts are given, the ruler may fall, and chance is the same in every call.
    """
    case = country(
        Region("Harbour", 4e6), days=20.0, police=4_000.0, sparks=[("Harbour", 0.0, 2.0, 5000.0)],
        alliance=Alliance("the pact"), rival=Rival("the heir"),
    )  # fmt: skip
    given = dict.fromkeys(("hazard_request", "hazard_accept", "hazard_deploy", "hazard_announce", "hazard_withdraw"), 0.0)
    hot = {"hazard_resign": 0.2, "contingent": 4000.0, "troops_free": 1.5, "signal": 0.6, **given}
    worlds = Worlds(case, {**hot, "contagion": DANGER}, blocks=BLOCKS, z=np.zeros((LANES, prior_dimension(case))))
    for decision in (at.REQUEST, at.ACCEPT, at.DEPLOY):
        worlds.take(decision, np.where(entered, 0.0, -1.0))
    worlds.run()
    return (worlds.get(at.FALLEN, None) < 0.0).astype(float)


def prior_dimension(case):
    from realpolitik.fitting.problem import build_problem

    return build_problem(case, ()).prior.dimension


DANGER = np.linspace(0.05, 1.2, LANES)


@pytest.fixture(scope="module")
def both():
    return crises(np.ones(LANES, bool)), crises(np.zeros(LANES, bool))


def test_t4_2_help_changes_survival_and_danger_lowers_it(both):
    """The crises are of unlike danger, and troops make a difference in them; else there would be nothing to select on."""
    helped, alone = both
    by_danger = alone.reshape(BLOCKS, LANES).mean(axis=0)
    assert np.corrcoef(DANGER, by_danger)[0, 1] < -0.4
    assert average_effect(helped, alone) > 0.03


@pytest.mark.parametrize(("enters", "sign"), [("hard", -1), ("easy", 1)])
def test_t4_2_sign_of_the_selection(both, enters, sign):
    """T4.2: the naive comparison is below the true average effect when the patron enters hard cases, above it when easy ones."""
    helped, alone = both
    middle = np.median(DANGER)
    entered = middle < DANGER if enters == "hard" else middle >= DANGER
    survived = crises(entered)
    where = np.tile(entered, BLOCKS)
    # The worlds are the same ones: whoever is entered fares as in the arm where all are.
    np.testing.assert_array_equal(survived, np.where(where, helped, alone))
    assert sign * (naive_effect(survived, where) - average_effect(helped, alone)) > 0.05


def test_t4_2_a_patron_who_does_not_choose_is_compared_fairly(both):
    """T4.2: where entering is a matter of chance the two agree within their error."""
    helped, alone = both
    where = np.random.Generator(np.random.Philox(key=5)).random(helped.size) < 0.5
    survived = np.where(where, helped, alone)
    error = np.sqrt(survived[where].var() / where.sum() + survived[~where].var() / (~where).sum())
    assert naive_effect(survived, where) == pytest.approx(average_effect(helped, alone), abs=4 * error)


def test_naive_effect_is_a_regression_slope_and_weights_are_copies():
    survived, helped = np.array([1.0, 0, 1, 1, 0, 0]), np.array([1, 1, 1, 0, 0, 0], bool)
    assert naive_effect(survived, helped) == pytest.approx(np.polyfit(helped, survived, 1)[0])
    copies = [1, 2, 1, 3, 1, 1]
    weighted = naive_effect(survived, helped, copies)
    assert weighted == pytest.approx(naive_effect(np.repeat(survived, copies), np.repeat(helped, copies)))
    assert np.isnan(naive_effect(survived, np.ones(6, bool)))
