"""Noise ids: one for each piece of the clock and region and one for each threshold, by names that nothing else moves."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.case.clock import Clock
from realpolitik.case.records import Item, Region
from realpolitik.case.values import exact
from realpolitik.chance.keys import combine_array, lane_keys
from realpolitik.crisis import layout as at
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.noise import CALM, HOT, noise_of, pieces_of
from realpolitik.fitting.problem import build_problem, structure_of
from tests.crisis.worlds import START, STILL, country

NAMES, PLACES = ("North", "South", "West"), ("seat", "Police", "Guard")


@pytest.mark.parametrize("name", ["three-towns", "kazakhstan-2022"])
def test_names_are_unique_and_known_to_the_structure(name):
    """Every id has a name of its own, an owner, and a piece of the clock (or the start); no set of claims changes them."""
    case = load(name)
    problem = build_problem(case, ())
    noise, structure, regions = problem.noise, structure_of(problem), len(case.regions)
    pieces = int(problem.T[-1, at.PIECE]) + 1
    assert len(np.unique(noise.names)) == len(noise.names) == pieces * (regions + 1) + at.N_DECISIONS + regions * (1 + len(problem.places))
    assert set(noise.region) == set(range(regions + 1))
    assert set(noise.piece) == set(range(-1, pieces))
    assert np.array_equal(structure.region, noise.region)
    assert np.array_equal(structure.piece, noise.piece)
    for claims in {claims for account in case.accounts.values() for _, claims in account.mixture}:
        assert np.array_equal(build_problem(case, claims).noise.names, noise.names)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_region_more_leaves_the_names_of_the_others(place):
    """Wherever it stands in the list; the new names are all its own."""
    before = noise_of(4, NAMES, PLACES)
    order = [*NAMES[:place], "East", *NAMES[place:]]
    after = noise_of(4, tuple(order), PLACES)
    owners = [[*NAMES, "the nation"], [*order, "the nation"]]
    named = [
        {int(name): (names[k], int(piece)) for name, k, piece in zip(noise.names, noise.region, noise.piece, strict=True)}
        for noise, names in zip((before, after), owners, strict=True)
    ]
    assert named[0].items() <= named[1].items()
    more = [named[1][name] for name in named[1].keys() - named[0].keys()]
    assert sorted(more) == sorted([("East", piece) for piece in range(4)] + [("East", -1)] * (1 + len(PLACES)))


def test_an_agency_and_a_piece_more_leave_the_names_of_the_others():
    names = set(noise_of(4, NAMES, PLACES).names)
    assert names < set(noise_of(4, NAMES, (*PLACES, "Army")).names)
    assert names < set(noise_of(5, NAMES, PLACES).names)


def clocked(step, fine):
    hot = START + timedelta(days=2), START + timedelta(days=4), fine
    return replace(country(days=10), clock=Clock(START, START + timedelta(days=10), step, (hot,)))


@pytest.mark.parametrize(("step", "fine"), [(24.0, 6.0), (6.0, 1.0), (1.0, 0.5)])
def test_pieces_follow_the_spans_of_the_clock_and_not_its_steps(step, fine):
    """Two calm days, two hot ones, six calm ones: a piece a day and a piece every six hours, whatever the steps."""
    case = clocked(step, fine)
    edges = np.concatenate([[0.0, 24.0], 48.0 + HOT * np.arange(8), 96.0 + CALM * np.arange(7)])
    assert pieces_of(case) == pytest.approx(edges)
    problem = build_problem(case, ())
    piece, begins = problem.T[:, at.PIECE].astype(int), problem.edges[:-1]
    assert np.all(begins >= edges[piece] - 1e-9)
    assert np.all(problem.edges[1:] <= edges[piece + 1] + 1e-9)
    assert np.array_equal(problem.noise.names, build_problem(clocked(24.0, 6.0), ()).noise.names)


def test_a_piece_of_a_region_moves_what_happens_there_and_from_then_on():
    """With no pull between regions, the ids of North's third day leave South, the nation's thresholds and the days before as they were."""
    regions = Region("North", 4e5, 50.0, 70.0), Region("South", 3e5, 49.0, 71.0)
    case = country(*regions, sparks=[("North", 0.0, 10.0, 400.0), ("South", 0.0, 10.0, 300.0)])
    problem = build_problem(case, ())
    model = CrisisModel(problem, build_docket(case), np.zeros(0), run_out=True)
    values = problem.prior.transform(np.zeros((at.LANES, problem.prior.dimension)))
    for name, value in {**STILL, "contagion": 0.0, "noise": 0.3}.items():
        values[problem.prior.names.index(name)] = value
    ids = combine_array(np.arange(at.LANES, dtype=np.uint64)[:, None], model.noise_keys[None, :])
    other = ids.copy()
    column = np.flatnonzero((problem.noise.region == 0) & (problem.noise.piece == 2))
    assert len(column) == 1
    other[:, column] += np.uint64(1)

    def crowds(chosen, steps):
        block = model.start(values, lane_keys(1, chosen, 1).reshape(-1), 1)
        model.advance(block, 0, steps)
        S = block.S.reshape(-1, at.LANES)
        north, south = model.size.region(0), model.size.region(1)
        return S[north:south].copy(), S[south : south + south - north].copy(), S[at.WAIT : at.WAIT + at.N_DECISIONS].copy()

    assert all(np.array_equal(a, b) for a, b in zip(crowds(ids, 8), crowds(other, 8), strict=True))
    one, two = crowds(ids, 12), crowds(other, 12)
    assert np.mean(np.any(one[0] != two[0], axis=0)) > 0.5
    assert np.array_equal(one[1], two[1])
    assert np.array_equal(one[2], two[2])


@pytest.mark.parametrize("what", ["concede", "seat stormed"])
def test_a_fixed_act_draws_its_time_from_the_id_of_its_own_threshold(what):
    """That id, renewed, moves the hour of the act; all others, renewed, leave it where it was."""
    more = {"where": "South"} if what == "seat stormed" else {}
    act = Item(id="A1", what=what, when=(24.0, 120.0), reported=230.0, by=("Radio",), origin="A1", grade="A1", **more)
    count = Item(id="A2", what="dead", mode="ever", value=exact(3.0), as_of=200.0, reported=231.0, by=("Radio",), origin="A2", grade="A1")
    case = replace(country(Region("North", 4e5), Region("South", 3e5), police=100.0), evidence=(act, count))
    problem, docket = build_problem(case, ()), build_docket(case)
    assert docket.entries[0].treatment == "clamped"
    model = CrisisModel(problem, docket, np.ones(len(docket.entries)))
    values = problem.prior.transform(np.zeros((at.LANES, problem.prior.dimension)))
    ids = combine_array(np.arange(at.LANES, dtype=np.uint64)[:, None], model.noise_keys[None, :])
    first = int(np.flatnonzero(problem.noise.piece < 0)[0])
    places = len(problem.places)
    own = first + (list(at.DECISIONS).index("concede") if what == "concede" else at.N_DECISIONS + 2 + places)
    assert problem.noise.region[own] == (2 if what == "concede" else 1)

    def hours(chosen):
        block = model.start(values, lane_keys(1, chosen, 1).reshape(-1), 1)
        return problem.edges[block.S.reshape(-1, at.LANES)[model.size.clamp_row].astype(int)]

    mine, others = ids.copy(), ids + np.uint64(1)
    mine[:, own] += np.uint64(1)
    others[:, own] = ids[:, own]
    assert np.array_equal(hours(others), hours(ids))
    assert np.mean(hours(mine) != hours(ids)) > 0.7
    assert hours(ids).min() >= 24.0
    assert hours(ids).max() < 120.0
    assert np.abs(np.mean(hours(ids)) - 69.0) < 10.0  # uniform over the window, in steps of six hours
