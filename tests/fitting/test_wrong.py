"""Simulators that are wrong on purpose are wrong in the way they say, and in no other."""

from collections import Counter

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.crisis.mobilisation import deter
from realpolitik.crisis.parameters import NAMES, index
from realpolitik.errors import RunError
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.grading import SHIPPED, ReportingLaw
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.synthetic import synthesise
from realpolitik.fitting.tables import build_tables
from realpolitik.fitting.wrong.kinds import BY_NAME, CALM, KINDS, Wrong, kind_of
from realpolitik.fitting.wrong.reporters import Strategy, expectations, official
from realpolitik.fitting.wrong.substitution import Edit, substituted


@pytest.fixture(scope="module")
def case():
    return load("three-towns")


def test_each_kind_comes_as_often_and_each_family_both_teaches_and_tests():
    drawn = Counter(kind_of(7, n).name for n in range(1, 2 * len(KINDS) + 1))
    assert set(drawn.values()) == {2}
    assert len(drawn) == len(KINDS) == len(BY_NAME)
    assert [kind_of(7, n).name for n in range(1, 15)] != [kind_of(8, n).name for n in range(1, 15)]
    assert sum(kind.training for kind in KINDS) == len(KINDS) // 2
    for family in {kind.family for kind in KINDS}:
        assert {kind.training for kind in KINDS if kind.family == family} == {True, False}


@pytest.mark.parametrize(("name", "exponent"), [("hill-2", 2), ("hill-8", 8)])
def test_the_substitution_took(name, exponent):
    step = substituted(BY_NAME[name].edits)
    package = step.__name__.rpartition(".")[0]
    import sys

    other = sys.modules[f"{package}.mobilisation"].deter
    for ratio in (0.5, 1.0, 1.7):
        assert other(ratio * 3.0, 3.0) == pytest.approx(1.0 / (1.0 + ratio**exponent))
        assert deter(ratio * 3.0, 3.0) == pytest.approx(1.0 / (1.0 + ratio**4))


def test_what_is_not_there_cannot_be_replaced():
    with pytest.raises(ValueError, match="stands there 0 times"):
        substituted((Edit("mobilisation", "no such line", ""),))
    with pytest.raises(ValueError, match="no step of the crisis"):
        substituted((Edit("truth", "def measure", "def  measure"),))


def test_a_simulator_that_changes_nothing_gives_the_shipped_crisis(case):
    """Both by the class of wrong models and by recompiled copies of the kernels."""
    plain = synthesise(case, 1, 5)
    for edits in ((), (Edit("mobilisation", "SPONSORED_SPARK = 0.002", "SPONSORED_SPARK = 0.0020"),)):
        same = synthesise(case, 1, 5, Wrong("nothing", "none", True, "", edits))
        assert same.case.evidence == plain.case.evidence
        assert (same.account, same.dead, same.told) == (plain.account, plain.dead, plain.told)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_changes_some_crisis_and_none_changes_who_is_true(case, kind):
    changed = False
    for number in range(1, 13):
        plain, other = synthesise(case, 1, number), synthesise(case, 1, number, kind)
        assert (other.account, other.claims) == (plain.account, plain.claims)
        assert np.array_equal(other.z, plain.z)
        changed |= other.case.evidence != plain.case.evidence
    assert changed


def test_parameters_are_driven_where_the_kinds_say():
    values = np.full((len(NAMES), 2), 2.0)
    for name, factor in (("slope-third", 1 / 3), ("slope-triple", 3.0)):
        own = values.copy()
        BY_NAME[name].values(own)
        assert own[index("threat_slope")] == pytest.approx(2.0 * factor)
        assert np.sum(own != values) == 2
    own = values.copy()
    BY_NAME["slope-none"].values(own)
    assert own[index("threat_slope")].tolist() == [0.0, 0.0]
    assert own[index("hazard_emergency")] == pytest.approx(2.0 * np.exp(2.0 * (CALM - 1.0)))
    assert own[index("hazard_accept")] == pytest.approx(2.0)  # the patron's own


def test_kernels_of_contagion():
    distance = np.array([[0.0, 10.0, 90.0], [10.0, 0.0, 50.0], [90.0, 50.0, 0.0]])
    assert BY_NAME["contagion-none"].kernel(distance).tolist() == np.eye(3).tolist()
    nearest = BY_NAME["contagion-nearest"].kernel(distance)
    assert nearest.tolist() == [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]
    assert BY_NAME["contagion-nearest"].kernel(np.zeros((1, 1))).tolist() == [[1.0]]


def test_without_contagion_only_the_town_of_the_spark_rises(case):
    for number in range(1, 7):
        crisis = synthesise(case, 1, number, BY_NAME["contagion-none"])
        crowds = {i.id: i.value.centre for i in crisis.case.evidence if i.what == "crowd" and i.where == "Hills"}
        assert len(crowds) == 1
        if crisis.claims == ():  # no armed men elsewhere who could bring people out
            assert max(crowds.values()) < 50.0 or crowds["C3"] > 1e3  # a wrong figure knows no bounds


def test_figures_follow_the_other_law_and_are_judged_by_the_shipped_one(case):
    docket = build_docket(case)
    problem, on = build_problem(case, ()), np.ones(len(docket.entries))

    def tables(law=SHIPPED):
        return build_tables(case, docket, on, on, {}, (), problem.places, law)

    shipped, double, slow = tables(), tables(ReportingLaw(bias=2.0)), tables(ReportingLaw(closing=4.0))
    from realpolitik.crisis import layout as at

    assert double.bias_means == pytest.approx(2.0 * shipped.bias_means)
    rows = shipped.R[:, at.R_VARIANCE] > 0.0
    assert (double.R[rows, at.R_VARIANCE] > shipped.R[rows, at.R_VARIANCE]).all()
    tolls = shipped.R[:, at.R_GAP] < -1e-3
    # The mean gap is log(share) exp(-age / tau): four times slower is the fourth root of how much of it is left.
    share = np.log(shipped.R[tolls, at.R_GAP] / slow.R[tolls, at.R_GAP])
    assert tolls.sum() >= 3
    assert (share < 0.0).any()
    assert (share <= 1e-12).all()


def test_wrong_figures_come_twice_as_often_with_wider_tails(case):
    from realpolitik.fitting.reporting import Figures

    docket = build_docket(case)
    problem, on = build_problem(case, ()), np.ones(len(docket.entries))
    tables = build_tables(case, docket, on, on, {}, (), problem.places)
    j = docket.ids.index("C1")
    off = {}
    for law in (SHIPPED, BY_NAME["wrong-figures"].law):
        drawn = []
        for seed in range(4000):
            figures = Figures(tables, np.random.default_rng(seed), law)
            drawn.append(abs(np.log((figures.count(j, docket.entries[j].item.value, 1000.0).centre + 0.5) / 1000.5)))
        off[law] = np.mean(np.array(drawn) > 3.0)  # beyond any rounding, bias or gap
    # Twice the chance, and a Cauchy of scale 4 instead of 2 beyond 3: 0.59 of its mass instead of 0.37.
    assert off[BY_NAME["wrong-figures"].law] / off[SHIPPED] == pytest.approx(2.0 * 0.59 / 0.374, rel=0.2)


def test_strategic_reporters_lean_or_keep_silent_only_where_their_account_is_false(case):
    assert official(case) == "invasion"
    docket = build_docket(case)
    d1, c1, f1 = (docket.ids.index(name) for name in ("D1", "C1", "F1"))
    ministry, paper = docket.entries[d1].item, docket.entries[c1].item
    expected = expectations(case, [("foreign-fighters",)], 3)
    false, true = Strategy(case, "official", (), 3), Strategy(case, "official", ("foreign-fighters",), 3)
    assert false.truth(d1, ministry, False, 10.0) == pytest.approx(np.sqrt(10.5 * (expected[d1] + 0.5)) - 0.5)
    assert true.truth(d1, ministry, False, 10.0) == 10.0
    assert false.truth(c1, paper, False, 10.0) == 10.0  # a neutral reporter
    silent = Strategy(case, "silent", ("palace-plot",), 3)
    assert np.isnan(silent.truth(d1, ministry, False, 3.0 * expected[d1] + 3.0))
    assert silent.truth(d1, ministry, False, expected[d1]) == expected[d1]
    captive = next(i for i in case.evidence if i.what == "statement")
    assert false.says(captive, "false") == "true"
    assert silent.says(captive, "false") == "false"
    assert f1 in expected
    exile = docket.entries[docket.ids.index("C3")]
    partisan = Strategy(case, "partisan", ("foreign-fighters",), 3)
    assert partisan.truth(docket.ids.index("C3"), exile.item, False, 1e6) < 1e5
    assert partisan.truth(d1, ministry, False, 10.0) == 10.0


def test_a_figure_kept_back_is_missing(case):
    kept = 0
    for number in range(1, 15):
        crisis = synthesise(case, 1, number, BY_NAME["silent"])
        ids = {i.id for i in crisis.case.evidence}
        missing = {"D1", "D2", "K3"} - ids
        assert not missing or crisis.account != "invasion"
        assert len(crisis.figures) == 11 - len(missing)
        kept += len(missing)
    assert kept > 0


def test_a_case_whose_ruler_tells_nothing_has_no_strategic_reporters(case):
    from dataclasses import replace

    with pytest.raises(RunError, match="no account of three-towns is told by the queen"):
        official(replace(case, ruler="the queen"))
