"""R6: what a figure is compared with is the truth of its moment, not of the end of the step that holds it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from realpolitik import load
from realpolitik.answers.observables import Observable, Reader
from realpolitik.case.records import Item
from realpolitik.chance.draws import LANES
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import QUANTITIES
from realpolitik.crisis.reports import _held
from realpolitik.crisis.truth import measure
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids
from realpolitik.fitting.tables import truth_of
from realpolitik.fitting.witness import witness


class Levels:
    """Probe: a quantity of the nation or a region at every edge of the clock, [edge, LANES], and what items expected."""

    def __init__(self, quantity, region):
        self.quantity, self.region, self.seen = quantity, region, [np.zeros(LANES)]

    def __call__(self, model, block, step, ancestors, shares):
        if shares is not None:
            return np.stack(self.seen), model.expected(block).copy()
        measure(block.S, block.P, block.w, len(model.problem.names), self.quantity, self.region)
        self.seen.append(block.w[at.A * LANES : (at.A + 1) * LANES].copy())
        return None


def _at(edges, levels, hour):
    return np.stack([np.interp(hour, edges, lane) for lane in levels.T])


@pytest.mark.parametrize(
    ("case", "item", "quantity", "moment", "since"),
    [
        ("three-towns", "C3", "crowd", 87.0, None),
        ("kazakhstan-2022", "T005b", "crowd", 15.0, None),
        ("kazakhstan-2022", "T124a", "detained", 224.0, None),
        ("kazakhstan-2022", "T124b", "detained", 224.0, 200.0),
    ],
)
def test_a_count_is_that_of_its_moment(case, item, quantity, moment, since):
    case = load(case)
    docket, edges = build_docket(case), case.clock.edges_hours
    assert moment not in edges
    problem, ones = build_problem(case, ()), np.ones(len(docket.entries))
    model = CrisisModel(problem, docket, ones, mask=ones, run_out=True)
    values = problem.prior.transform(normals(np.uint64(3), (int(LANES), problem.prior.dimension)))
    ids = fresh_ids(np.uint64(4), int(LANES), model.noise_keys)
    j = docket.ids.index(item)
    region = model.tables.J[j, at.J_REGION]
    levels, expected = run_filter(model, values, ids, 1, 5, probe=lambda: Levels(QUANTITIES.index(quantity), region)).extra[0]
    truth = _at(edges, levels, moment) - (0.0 if since is None else _at(edges, levels, since))
    # of a reporter who is heard first here his bias is the mean of all like him; of another it is what his figures before taught
    first = model.tables.J[j, at.J_SERIES] not in model.tables.J[:j, at.J_SERIES]
    off = expected[j] - np.log(truth + 0.5)
    if first:
        bias = model.tables.bias_means[model.tables.J[j, at.J_SERIES]] + model.tables.R[j, at.R_GAP]
        np.testing.assert_allclose(off, bias, atol=1e-9)
    assert truth.max() > 0.0

    free = CrisisModel(problem, build_docket(replace(case, evidence=())), np.zeros(0), mask=np.zeros(0), run_out=True)
    worlds = witness(free, model.tables, values, ids, 5)
    levels, _ = run_filter(free, values, ids, 1, 5, probe=lambda: Levels(QUANTITIES.index(quantity), region)).extra[0]
    truth = _at(edges, levels, moment) - (0.0 if since is None else _at(edges, levels, since))
    np.testing.assert_allclose([w.counts[j] for w in worlds], truth, atol=1e-6)
    assert len(np.unique(truth)) > 2


def test_what_a_new_figure_is_made_of_where_its_ends_share_a_step():
    edges = np.array([0.0, 6.0, 12.0, 18.0])
    item = Item(id="N", what="detained", mode="new", when=(7.5, 10.5), reported=12.0)
    assert truth_of(edges, item) == [(0, pytest.approx(-0.5)), (1, pytest.approx(0.5))]
    assert truth_of(edges, replace(item, when=(0.0, 12.0))) == [(1, 1.0)]
    assert truth_of(edges, replace(item, when=(6.0, 12.0))) == [(0, -1.0), (1, 1.0)]
    assert truth_of(edges, replace(item, mode="now", when=(0.0, 0.0))) == [(0, 0.0)]


def test_a_place_is_held_or_not_at_the_end_of_the_window_itself():
    S, place = np.full((12, LANES), -1.0), 2
    S[place + at.LOST_AT, :5] = [9.0, 10.5, 9.0, 9.0, -1.0]  # by ten: lost, not yet, lost and back, lost and not yet back, never
    S[place + at.BACK_AT, :5] = [-1.0, -1.0, 9.5, 10.5, -1.0]
    S[0] = S[1] = 0.0
    R = np.zeros((1, at.N_REPORT_FLOAT))
    R[0, at.R_TO] = 10.0
    _held(S.reshape(-1), R, 0, place * int(LANES), 1 * int(LANES), False, 0)
    assert np.round(np.exp(S[0, :5])).tolist() == [0.0, 1.0, 1.0, 0.0, 1.0]


def _tables(evidence):
    case = replace(load("three-towns"), evidence=tuple(evidence))
    docket, problem = build_docket(case), build_problem(case, ())
    ones = np.ones(len(docket.entries))
    return docket, CrisisModel(problem, docket, ones, mask=ones, run_out=True).tables


def test_figures_of_one_series_are_judged_in_the_order_of_their_moments_also_within_a_step():
    crowd = next(i for i in load("three-towns").evidence if i.id == "C1")
    later = replace(crowd, id="later", origin="later", when=(46.0, 46.0), reported=60.0)
    before = replace(crowd, id="before", origin="before", when=(38.0, 38.0), reported=70.0)
    docket, tables = _tables([later, before])
    assert docket.ids[:2] == ("later", "before")
    (rows,) = (rows for rows in tables.due.values() if {0, 1} <= set(rows.tolist()))
    assert [j for j in rows if j < 2] == [1, 0]
    assert tables.R[1, at.R_PERSIST] == 0.0 < tables.R[0, at.R_PERSIST]  # the first to be judged is the first heard


def test_a_new_figure_is_of_its_span_whatever_else_it_says():
    edges = np.array([0.0, 24.0, 48.0, 120.0])
    item = Item(id="N", what="detained", mode="new", when=(24.0, 48.0), as_of=120.0, reported=130.0)
    assert truth_of(edges, item) == [(0, -1.0), (1, 1.0)]


@pytest.mark.parametrize(("reported", "moment"), [(100.0, 84.0), (80.0, 80.0), (72.0, 72.0)])
def test_a_figure_is_of_no_later_than_its_report(reported, moment):
    """A crowd of some hour of a day, told before noon, was not counted at noon."""
    item = replace(next(i for i in load("three-towns").evidence if i.id == "C3"), when=(72.0, 96.0), as_of=None, reported=reported)
    edges = np.arange(0.0, 241.0, 12.0)
    assert truth_of(edges, item)[-1][0] == int(np.ceil(moment / 12.0)) - 1
    assert sum(part * edges[step + 1] for step, part in truth_of(edges, item)) == pytest.approx(moment)


def test_forecasts_read_whole_numbers_at_any_moment():
    case = load("three-towns")
    model = CrisisModel(build_problem(case, ()), build_docket(replace(case, evidence=())), np.zeros(0), mask=np.zeros(0), run_out=True)
    edges = case.clock.edges_hours
    asked = [Observable("crowd", 87.0, ever=False), Observable("crowd", float(edges[7]), ever=False), Observable("detained", 87.0)]
    values = model.problem.prior.transform(normals(np.uint64(3), (int(LANES), model.problem.prior.dimension)))
    ids = fresh_ids(np.uint64(4), int(LANES), model.noise_keys)
    rows = run_filter(model, values, ids, 1, 5, probe=lambda: Reader(case, model, asked)).extra[0]
    levels, _ = run_filter(model, values, ids, 1, 5, probe=lambda: Levels(QUANTITIES.index("crowd"), -1)).extra[0]
    np.testing.assert_array_equal(rows, np.round(rows))
    np.testing.assert_allclose(rows[0], _at(edges, levels, 87.0), atol=0.51)
    np.testing.assert_array_equal(rows[1], levels[7])
    assert rows[0].max() > 0.0
