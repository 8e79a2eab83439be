"""T8.10 to T8.13 for what-ifs: worlds of the shipped case, its acts fixed by the evidence, replayed with nothing fixed but a change."""

from dataclasses import replace

import numpy as np
import pytest

from realpolitik.case.reader import load
from realpolitik.case.records import Region
from realpolitik.chance.keys import lane_keys
from realpolitik.crisis import layout as at
from realpolitik.fitting.abduction import abduct
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.intervention import NEVER, Arm, Fixed, never
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids
from realpolitik.fitting.replay import replay
from tests.crisis.worlds import country

SEED, DRAWS = 7, 384


class LastState:
    def __call__(self, model, block, step, ancestors, shares):
        return block.S.reshape(-1, at.LANES).copy() if shares is not None else None


class Worlds:
    """Draws of the prior whose acts happen when the evidence says, their final states, and what their replays need."""

    def __init__(self, case, claims=("organised-cells", "palace-plot")):
        docket = build_docket(case)
        self.problem = build_problem(case, claims)
        n = len(docket.entries)
        self.model = CrisisModel(self.problem, docket, np.full(n, 0.3), run_out=True, mask=np.ones(n))
        z = normals(np.uint64(11), (DRAWS, self.problem.prior.dimension))
        ids = fresh_ids(np.uint64(11), DRAWS, self.model.noise_keys)
        values = self.problem.prior.transform(z)
        found = abduct(self.model, values, ids, SEED)
        fixed = run_filter(self.model, values, ids, 1, SEED, probe=LastState)
        keep = found.sound
        assert keep.sum() >= 20, "too few worlds of the prior give every act a hazard"
        self.values, self.ids = values[:, keep], ids[keep]
        self.abducted = replace(found, values=found.values[:, keep], taken=found.taken[:, keep], places=found.places[:, keep])
        self.state = np.concatenate(fixed.extra, axis=1)[:, :DRAWS][:, keep]

    def replay(self, arm=None):
        return replay(self.problem, self.values, self.ids, SEED, arm, self.abducted, keep=True)

    @property
    def story(self):
        """State rows that tell the world: everything but weights, thresholds and what belongs to the evidence."""
        places = [self.model.size.place(k, j) for k in range(len(self.problem.names)) for j in range(at.N_PLACES)]
        told = {at.WEIGHT, at.FAULT, *range(at.WAIT, at.WAIT + at.N_DECISIONS), *(p + at.LOSE_WAIT for p in places)}
        return np.array([row for row in range(self.model.size.clamp_row) if row not in told])


@pytest.fixture(scope="module")
def worlds():
    return Worlds(load("kazakhstan-2022"))


@pytest.fixture(scope="module")
def factual(worlds):
    return worlds.replay()


def test_t8_10_changing_nothing_is_the_factual_path_bit_for_bit(worlds, factual):
    """T8.10: with every act free again and its threshold abducted, each acts when it did; all people are where they were."""
    assert np.array_equal(factual.end[worlds.story], worlds.state[worlds.story])
    assert np.array_equal(factual.taken, worlds.abducted.taken)
    assert (worlds.abducted.taken[at.DEPLOY] >= 0.0).all(), "the evidence fixes the deployment"


def test_t8_10_the_replay_depends_on_its_thresholds(worlds, factual):
    """T8.10 can fail: without abduction the acts happen at other times, or never."""
    free = replay(worlds.problem, worlds.values, worlds.ids, SEED)
    assert (free.taken[at.DEPLOY] != factual.taken[at.DEPLOY]).mean() > 0.9


def test_t8_11_under_the_factual_acts_the_counterfactual_mean_is_the_posterior_one(worlds, factual):
    """T8.11: holding every decision as it was changes no quantity of any world."""
    places = np.where(worlds.abducted.places >= 0.0, worlds.abducted.places, NEVER)
    held = worlds.replay(Arm({decision: Fixed(places[decision]) for decision in range(at.N_DECISIONS)}))
    for name, values in factual.values.items():
        np.testing.assert_array_equal(held.values[name], values, err_msg=name)


def test_t8_12_removing_what_never_happened_changes_nothing(worlds, factual):
    """T8.12: the evidence says nobody refused and nobody resigned; forbidding both leaves every world as it was."""
    assert (worlds.abducted.taken[[at.REFUSE, at.RESIGN]] < 0.0).all()
    without = worlds.replay(never(at.REFUSE, at.RESIGN))
    assert np.array_equal(without.end[worlds.story], factual.end[worlds.story])


def test_a_change_leaves_everything_before_it_as_it_was(worlds, factual):
    """Help withheld: nothing that was decided before the acceptance moves, no troops come, and some worlds do change."""
    without = worlds.replay(never(at.ACCEPT))
    asked = worlds.abducted.taken[at.ACCEPT]
    before = (factual.taken >= 0.0) & (factual.taken < asked)
    assert before.sum() > 5 * len(asked)
    assert np.array_equal(without.taken[before], factual.taken[before])
    assert (without.values["help"] == 0.0).all()
    assert (without.values["days of allied troops"] == 0.0).all()
    assert np.any(without.values["detained"] != factual.values["detained"])


def test_later_decisions_are_free(worlds, factual):
    """Without an emergency no order to shoot is given, since the model gives it none; the act was fixed by evidence in the fit."""
    without = worlds.replay(never(at.EMERGENCY))
    assert (factual.taken[at.LETHAL] >= 0.0).any()
    assert (without.taken[at.LETHAL] < 0.0).all()


def test_thresholds_lie_where_the_evidence_puts_them(worlds):
    """An act that did not happen needs more hazard than it met: with its own threshold alone it would have happened in some worlds."""
    free = replay(worlds.problem, worlds.values, worlds.ids, SEED)
    assert (free.taken[at.RESIGN] >= 0.0).any()
    row = {r: i for i, r in enumerate(worlds.abducted.rows)}[at.WAIT + at.RESIGN]
    assert (worlds.abducted.values[row] > 0.0).all()


def test_t8_13_another_region_moves_no_threshold_of_a_what_if():
    """T8.13: a distant region adds its own draws; the thresholds of decisions, and of North's places, stay as they were."""
    north, south, far = Region("North", 4e5, 50.0, 70.0), Region("South", 3e5, 49.0, 71.0), Region("Far", 1e4, -50.0, -70.0)
    two, three = thresholds(north, south), thresholds(far, north, south)
    for name, rows in two.items():
        assert np.array_equal(rows, three[name]), name


def thresholds(*regions):
    case = country(*regions, sparks=[("North", 0.0, 2.0, 400.0)])
    problem = build_problem(case, ())
    model = CrisisModel(problem, build_docket(case), np.zeros(0), run_out=True)
    ids = fresh_ids(np.uint64(3), at.LANES, model.noise_keys)
    values = problem.prior.transform(np.zeros((at.LANES, problem.prior.dimension)))
    S = model.start(values, np.ascontiguousarray(lane_keys(SEED, ids, 1)).reshape(-1), 1).S.reshape(-1, at.LANES)
    seat = model.size.place([region.name for region in regions].index("North"), at.SEAT)
    return {"decisions": S[at.WAIT : at.WAIT + at.N_DECISIONS], "seat": S[[seat + at.LOSE_WAIT, seat + at.BACK_WAIT]]}
