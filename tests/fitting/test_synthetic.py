"""Reports of synthetic crises follow the law that judges them."""

from dataclasses import replace

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.reporting import answer, place_window, soft_window
from realpolitik.fitting.synthetic import synthesise


@pytest.fixture(scope="module")
def case():
    return load("three-towns")


@pytest.mark.parametrize("number", range(8))
def test_the_model_gives_the_true_world_the_density_that_the_figures_were_drawn_with(case, number):
    """Both R1 to R3 (biases, gaps, wrong figures, shares) and the times at which the truth is read."""
    crisis = synthesise(case, 3, number)
    docket = build_docket(crisis.case)
    only = tuple(e for e in docket.entries if e.treatment in ("count", "share"))
    assert len(only) == len(crisis.figures) == 11
    problem = build_problem(crisis.case, crisis.claims)
    model = CrisisModel(problem, Docket(only, docket.information, docket.first_toll), np.ones(len(only)), run_out=True)
    found = run_filter(model, problem.prior.transform(crisis.z), crisis.ids, 1, 3).items[0]
    assert found.sum() == pytest.approx(crisis.told, abs=1e-6)


def test_the_same_numbers_give_the_same_crisis_and_others_another(case):
    one, again, other = synthesise(case, 1, 5), synthesise(case, 1, 5), synthesise(case, 1, 6)
    assert one.case.evidence == again.case.evidence
    assert one.account == again.account
    assert one.case.evidence != other.case.evidence


def test_accounts_come_as_often_as_their_prior_odds_say(case):
    claims = {**case.claims, "palace-plot": replace(case.claims["palace-plot"], prior_odds=3.0)}
    from realpolitik.fitting.synthetic import truth_of

    rng = np.random.default_rng(1)
    told = [truth_of(replace(case, claims=claims), rng)[0] for _ in range(6000)]
    shares = [told.count(name) / 6000 for name in case.accounts]
    assert shares == pytest.approx([1 / 6, 1 / 6, 1 / 6, 3 / 6], abs=0.02)


def test_every_public_act_is_dated_or_did_not_happen(case):
    from realpolitik.crisis.layout import DECISIONS, PUBLIC

    for number in range(10):
        docket = build_docket(synthesise(case, 2, number).case)
        treated = {e.item.what: e.treatment for e in docket.entries if e.item.what in DECISIONS}
        assert set(treated) >= PUBLIC
        assert set(treated.values()) <= {"clamped", "absence"}


def test_windows_of_low_grade_have_the_likelihood_of_r4():
    """Of windows near and far from the act, the ratio of their frequencies where it happened and where not is that of R4."""
    rng, eps, width, end, moment, n = np.random.default_rng(2), 0.25, 12.0, 240.0, 120.0, 60_000
    happened = [soft_window(eps, width, moment, end, rng) for _ in range(n)]
    not_so = [soft_window(eps, width, None, end, rng) for _ in range(n)]
    absent = [sum(w is None for w in ws) / n for ws in (happened, not_so)]
    assert absent[0] / absent[1] == pytest.approx(eps, rel=0.05)

    def share(windows, low, high):
        return sum(w is not None and low <= w[0] < high for w in windows) / n

    inside = share(happened, moment - width, moment) / share(not_so, moment - width, moment)
    assert inside == pytest.approx(1.0 / eps, rel=0.1)
    far = share(happened, 180.0, 230.0) / share(not_so, 180.0, 230.0)
    assert far == pytest.approx(1.0, rel=0.1)
    six = np.exp(-0.5)  # mean of exp(-d / 6) over a window that begins 2 to 4 hours after the act, nearly
    near = share(happened, moment + 2.0, moment + 4.0) / share(not_so, moment + 2.0, moment + 4.0)
    assert near == pytest.approx(((1.0 - eps) * six + eps) / eps, rel=0.15)


def test_a_window_holds_its_moment():
    rng = np.random.default_rng(3)
    for _ in range(50):
        first, last = place_window(30.0, 6.0, rng)
        assert first <= 30.0 <= last == pytest.approx(first + 6.0)


def test_a_statement_is_worth_its_ratio(case):
    from realpolitik.fitting.grading import statement_ratio

    item = next(i for i in case.evidence if i.what == "statement")
    rng = np.random.default_rng(4)
    true = [np.mean([answer(case, item, held, rng) == "true" for _ in range(20_000)]) for held in (True, False)]
    assert true[0] / true[1] == pytest.approx(statement_ratio(case, item, 1.0), rel=0.05)
