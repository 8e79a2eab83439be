"""T7.3 and T7.4: bookkeeping of evidence."""

from dataclasses import replace

import numpy as np
import pytest

from realpolitik.case.records import Item, Region, Reporter
from realpolitik.case.values import Value
from realpolitik.chance.keys import combine_array
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.odds import combine, softmax
from realpolitik.fitting.problem import build_problem
from tests.crisis.worlds import country


def test_t7_4_likelihood_ratios_multiply_odds():
    """T7.4: prior 0.2 and ratios 5 and 0.5: odds 0.625, posterior 0.3846."""
    assert combine(0.2 / 0.8, [5.0, 0.5]) == pytest.approx(0.625 / 1.625)
    assert combine(0.2 / 0.8, [5.0, 0.5]) == pytest.approx(0.3846, abs=5e-5)
    assert combine(0.25, []) == pytest.approx(0.2)


def test_t7_4_two_accounts_in_odds_and_in_logs_agree():
    """T7.4: softmax over log evidence plus log prior is the same posterior."""
    logs = np.log([0.2, 0.8]) + np.log([5.0, 1.0]) + np.log([0.5, 1.0])
    assert softmax(logs)[0] == pytest.approx(combine(0.25, [5.0, 0.5]))


def test_t7_3_an_item_that_says_the_same_under_all_accounts_changes_nothing():
    """T7.3: a row that is identical across hypotheses leaves every probability, however small the evidence."""
    logs = np.array([-812.0, -815.5, -811.2, -900.0])
    for row in (0.0, -3.7, 250.0, -1e4):
        assert softmax(logs + row) == pytest.approx(softmax(logs), abs=1e-12)
    assert softmax(logs).sum() == pytest.approx(1.0)
    assert list(np.argsort(softmax(logs + 17.0))) == list(np.argsort(logs))


def item(name, low, hour, **more):
    value = Value(low, low, low, "exact")
    return Item(**{
        "id": name, "what": "detained", "as_of": hour, "reported": hour + 3.0, "by": ("Radio One",), "origin": name,
        "grade": "B2", "mode": "ever", "value": value, **more,
    })  # fmt: skip


def evidence(*items):
    """log Ẑ of 256 particles at the median of the prior, one world each, and the treatment of each item."""
    case = country(Region("Harbour", 4e5), days=8, police=1500.0, sparks=[("Harbour", 0.0, 2.0, 3000.0)])
    case = replace(case, evidence=items, reporters={n: Reporter(n) for n in ("Radio One", "Radio Two")})
    problem, docket = build_problem(case, ()), build_docket(case)
    model = CrisisModel(problem, docket, np.ones(len(docket.entries)))
    values = problem.prior.transform(np.zeros((256, problem.prior.dimension)))
    own = np.arange(256, dtype=np.uint64)[:, None]
    ids = combine_array(own, np.arange(len(model.noise_keys), dtype=np.uint64)[None, :])
    return run_filter(model, values, ids, 1, 1).evidence, {e.item.id: e.treatment for e in docket.entries}


def test_t7_3_a_perfect_copy_changes_no_bit():
    """T7.3: a report told twice, by another outlet, of one origin: every particle keeps its log likelihood."""
    first, other = item("E1", 90.0, 60.0), item("E2", 140.0, 110.0)
    copy = item("E3", 90.0, 60.0, by=("Radio Two",), origin="E1")
    alone, _ = evidence(first, other)
    told_twice, treatment = evidence(first, copy, other)
    assert treatment["E3"] == "copy"
    assert np.array_equal(alone, told_twice)
    assert alone.std() > 0.01


def test_t7_3_an_independent_second_report_does_change_it():
    """The other side of the copy: a different origin is a second witness."""
    first, other = item("E1", 90.0, 60.0), item("E2", 140.0, 110.0)
    second = item("E3", 90.0, 60.0, by=("Radio Two",))
    assert not np.allclose(evidence(first, other)[0], evidence(first, second, other)[0])


def test_an_item_of_the_lowest_grade_says_nothing():
    """F6 means uninformative, never false: it leaves every particle's log likelihood as it was, to a constant."""
    first, other = item("E1", 90.0, 60.0), item("E2", 140.0, 110.0)
    rumour = item("E3", 30_000.0, 60.0, by=("Radio Two",), grade="F6")
    change = evidence(first, rumour, other)[0] - evidence(first, other)[0]
    assert np.ptp(change) < 1e-9
