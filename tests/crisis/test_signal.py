"""M5.2: a commitment lifts cohesion once, at whatever hour of a step it is made."""

import numpy as np
import pytest

from realpolitik.case.records import Alliance, Region
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import combine_array
from realpolitik.crisis import layout as at
from realpolitik.fitting.intervention import Arm, Fixed, Hook
from realpolitik.fitting.problem import build_problem, position
from realpolitik.fitting.replay import FreeModel, replay
from tests.crisis.worlds import STILL, country

SIGNAL = 0.5
LOW = 0.4


@pytest.fixture(scope="module")
def problem():
    region = Region("Harbour", 1e6)
    return build_problem(country(region, days=4, step=6.0, police=1000.0, alliance=Alliance("the pact", decides="one man")), ())


def lowered(S, P, changed):
    S[[at.COHESION, at.RIVAL_COHESION]] = LOW


def cohesion_after(problem, hour):
    """Cohesion at the end where help is granted at ``hour``, nothing else moving it."""
    values = problem.prior.transform(np.zeros((int(LANES), problem.prior.dimension)))
    for name, value in {**STILL, "signal": SIGNAL, "cohesion_loss": 0.0, "cohesion_recovery": 0.0}.items():
        values[problem.prior.names.index(name)] = value
    ids = combine_array(np.arange(int(LANES), dtype=np.uint64)[:, None], FreeModel(problem).noise_keys[None, :])
    when = np.full(int(LANES), float(position(problem.edges, np.array([hour]))[0]))
    end = replay(problem, values, ids, 1, Arm({at.ACCEPT: Fixed(when)}, hooks=(Hook(0, lowered),)), keep=True).end
    return end[at.COHESION], end[at.RIVAL_COHESION]


@pytest.mark.parametrize("hour", [0.0, 23.9, 24.0, 24.1, 27.0, 27.1, 30.0, 48.0, 95.9])
def test_a_commitment_is_a_signal_once_at_the_border_of_a_step_too(problem, hour):
    expected = LOW + SIGNAL * (0.95 - LOW)
    for found in cohesion_after(problem, hour):
        assert found == pytest.approx(np.full(int(LANES), expected), abs=1e-9)
