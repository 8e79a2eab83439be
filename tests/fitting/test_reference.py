"""The reference account: runs on any case, is the same on any number of threads, and its rates are what they say."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from realpolitik.case.reader import load
from realpolitik.case.records import Alliance
from realpolitik.case.starter import new
from realpolitik.chance.keys import lane_keys
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS, LANES
from realpolitik.crisis.parameters import NAMES
from realpolitik.crisis.reference import OWN
from realpolitik.crisis.start import ADULTS, MOST
from realpolitik.fitting import sampler
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.reference import PARAMETERS, SHARED, ReferenceModel, reference_problem
from realpolitik.fitting.settings import Settings

SETTINGS = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)
WORLDS = 1280


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return load(new("harbour-strike", tmp_path_factory.mktemp("cases")), parameters=NAMES)


def fit(case, threads):
    problem, docket = reference_problem(case), build_docket(case)
    change = np.ones(len(docket.entries))
    with ThreadPoolExecutor(threads) as pool:

        def likelihood(z, ids):
            model = ReferenceModel(problem, docket, change)
            return run_filter(model, problem.prior.transform(z), ids, SETTINGS.worlds, 7, pool)

        state = sampler.initialise(
            likelihood, 7, "reference", problem.prior.dimension, SETTINGS, ReferenceModel(problem, docket, change).noise_keys
        )
        while not sampler.finished(state, SETTINGS):
            state = sampler.advance(state, likelihood, change, 7, "reference", SETTINGS)
    return state


def fixed(problem, **rows):
    """Medians of the prior for WORLDS particles, some rows replaced; '_' stands for a blank where the row has one."""
    values = problem.prior.transform(np.zeros((WORLDS, problem.prior.dimension)))
    for name, value in rows.items():
        key = name if name in problem.prior.names else name.replace("_", " ")
        values[problem.prior.names.index(key)] = value
    return values


def noise(model, particles):
    """Different noise ids for all blocks of all particles."""
    return np.arange(particles * len(model.noise_keys), dtype=np.uint64).reshape(particles, -1)


def run(case, values):
    """States of WORLDS worlds after all steps, nothing observed: float64[row, world]."""
    problem = reference_problem(case)
    model = ReferenceModel(problem, build_docket(replace(case, evidence=())), np.zeros(0), run_out=True)
    keys = lane_keys(1, noise(model, WORLDS), 1)
    states = []
    for b in range(0, WORLDS, LANES):
        block = model.start(values[:, b : b + LANES], keys[:, b : b + LANES].reshape(-1), 1)
        model.advance(block, 0, model.steps)
        states.append(block.S.reshape(-1, LANES))
    return np.concatenate(states, axis=1), problem


def test_every_row_has_a_prior_and_a_place(case):
    assert tuple(p.name for p in PARAMETERS) == OWN
    problem = reference_problem(case)
    assert problem.prior.names[: len(NAMES) + len(OWN)] == NAMES + OWN
    driven = {problem.prior.names[j] for j, _ in problem.prior.drivers}
    assert driven & set(NAMES) == set(SHARED)
    assert problem.claims == ()


def test_same_bits_on_one_thread_and_on_two(case):
    one, two = fit(case, 1), fit(case, 2)
    for name, array in sampler.dump(one).items():
        assert np.array_equal(array, sampler.dump(two)[name], equal_nan=True), name
    value, error = sampler.log_evidence(one)
    assert np.isfinite(value)
    assert np.isfinite(error)
    assert value < 0.0


def test_no_evidence_says_nothing(case):
    state = fit(replace(case, evidence=()), 1)
    assert sampler.log_evidence(state) == (0.0, 0.0)


def test_masked_evidence_says_nothing(case):
    problem, docket = reference_problem(case), build_docket(case)
    model = ReferenceModel(problem, docket, np.zeros(len(docket.entries)))
    z = np.random.default_rng(1).normal(size=(16, problem.prior.dimension))
    assert np.all(run_filter(model, problem.prior.transform(z), noise(model, 16), 8, 1).evidence == 0.0)


def test_decisions_come_at_their_rates(case):
    values = fixed(reference_problem(case), rate_concede=0.1, rate_resign=0.02)
    states, problem = run(case, values)
    days = problem.edges[-1] / 24.0
    for decision, rate in (("concede", 0.1), ("resign", 0.02)):
        share = (states[at.TAKEN + DECISIONS.index(decision)] >= 0.0).mean()
        expected = 1.0 - np.exp(-rate * days)
        assert share == pytest.approx(expected, abs=4.0 * np.sqrt(expected * (1.0 - expected) / WORLDS))
    # no rival, no alliance: nothing to sideline, nobody to ask
    for decision in (at.SIDELINE, at.PURGE, at.COUP, at.REQUEST, at.ACCEPT, at.DEPLOY, at.WITHDRAW):
        assert np.all(states[at.TAKEN + decision] < 0.0)


def test_counts_grow_at_their_rates(case):
    rows = {"rate_dead": 5.0, "rate_detained": 20.0, "violence_power": 0.0, "detention_power": 0.0, "armed_share": 0.25}
    states, problem = run(case, fixed(reference_problem(case), **rows))
    exposed = problem.M[0, at.POP] / 1e6 * problem.edges[-1] / 24.0
    first = at.N_NATION
    for row, rate in ((at.DEAD, 3.75), (at.DEAD_ARMED, 1.25), (at.DETAINED, 20.0)):
        mean = rate * exposed
        assert states[first + row].mean() == pytest.approx(mean, abs=4.0 * np.sqrt(mean / WORLDS))
        assert states[first + row].var() == pytest.approx(mean, rel=0.2)


def test_places_are_lost_in_the_ratio_of_the_rates(case):
    rows = {"rate_stormed": 0.06, "rate_abandoned": 0.02, "rate_retaken": 1e-9}
    states, problem = run(case, fixed(reference_problem(case), **rows))
    seat = at.N_NATION + at.PLACE
    lost = states[seat + at.STATUS] > 0.0
    expected = 1.0 - np.exp(-0.08 * problem.edges[-1] / 24.0)
    assert lost.mean() == pytest.approx(expected, abs=4.0 * np.sqrt(expected / WORLDS))
    assert (states[seat + at.HOW][lost] == at.STORMED).mean() == pytest.approx(0.75, abs=0.06)


def test_a_place_is_lost_for_as_long_as_its_rate_says(case):
    """X6: a place may be retaken from its own hour on; at eight a day in steps of six hours, after three hours on average."""
    rows = {"rate_stormed": 2.0, "rate_abandoned": 2.0, "rate_retaken": 8.0}
    states, problem = run(case, fixed(reference_problem(case), **rows))
    assert np.diff(problem.edges).max() == 6.0
    seat = at.N_NATION + at.PLACE
    back, lost = states[seat + at.BACK_AT], states[seat + at.LOST_AT]
    again = back >= 0.0
    assert again.mean() > 0.9
    assert np.all(back[again] >= lost[again] - 1e-9)
    assert (back - lost)[again].mean() == pytest.approx(3.0, abs=4.0 * 3.0 / np.sqrt(again.sum()))


def test_of_two_answers_the_first_stands(case):
    """X7: in steps of six hours a grant at two a day and a refusal at one share the answers two to one."""
    asking = replace(case, alliance=Alliance("the pact", decides="one man"), evidence=())
    rates = {"rate_request_help": 50.0, "rate_accept_request": 2.0, "rate_refuse_request": 1.0}
    states, _ = run(asking, fixed(reference_problem(asking), **rates))
    granted, refused = (states[at.TAKEN + d] >= 0.0 for d in (at.ACCEPT, at.REFUSE))
    assert not np.any(granted & refused)
    assert granted.mean() == pytest.approx(2.0 / 3.0, abs=4.0 * np.sqrt(2.0 / 9.0 / WORLDS))


def test_a_fixed_act_weighs_what_a_constant_hazard_says(case):
    act = next(i for i in case.evidence if i.what == "concede")
    alone = replace(case, evidence=(act,))
    problem, docket = reference_problem(alone), build_docket(alone)
    powers = np.array([e.item.id == act.id for e in docket.entries], float)
    rate = 0.3
    model = ReferenceModel(problem, docket, powers)
    found = run_filter(model, fixed(problem, rate_concede=rate), noise(model, WORLDS), 8, 3).evidence
    first, last = docket.entries[0].window
    expected = np.exp(-rate * first / 24.0) - np.exp(-rate * last / 24.0)
    assert np.exp(found).mean() == pytest.approx(expected, rel=0.03)


def test_every_region_may_bring_out_the_same_share_of_its_adults(case):
    """X1: the most that can be out in a region is a fixed share of its people, whatever the parameters; that of the
    political accounts' dispositions (M1.6) has no place here."""
    regions = tuple(replace(case.regions[0], name=name) for name in ("North", "South", "West"))
    several = replace(case, regions=regions, evidence=(), sparks=(), claims={}, accounts={}, capital="North")
    problem = reference_problem(several)
    model = ReferenceModel(problem, build_docket(several), np.zeros(0), run_out=True)
    z = np.random.default_rng(2).normal(size=(LANES, problem.prior.dimension))
    block = model.start(problem.prior.transform(z), lane_keys(1, noise(model, LANES), 1).reshape(-1), 1)
    for k, region in enumerate(regions):
        most = block.S.reshape(-1, LANES)[model.size.region(k) + at.MOBILISABLE]
        assert most == pytest.approx(np.full(LANES, region.population * ADULTS * MOST), abs=1.0)
