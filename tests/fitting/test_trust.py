"""Trust that a case states in its reporters: what an audience of that trust would hear, and fewer informative items."""

from dataclasses import replace

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.answers.hearing import trust_of
from realpolitik.case.records import Audience
from realpolitik.fitting.coarsening import informative
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.grading import outlier
from realpolitik.fitting.judging import Bench, Terms

from ..answers.posteriors import judged_prior

WHO = "General Prosecutor"


def doubting(case, trust):
    return replace(case, reporters={**case.reporters, WHO: replace(case.reporters[WHO], trust=trust)})


@pytest.fixture(scope="module")
def case():
    return rp.load("kazakhstan-2022")


def test_reports_are_judged_as_an_audience_of_that_trust_judges_them(case):
    claims = ("organised-cells",)
    plain, doubted = (judged_prior(c, [claims], draws=64) for c in (case, doubting(case, 0.3)))
    draws = plain.sets[claims]
    heard = Bench(plain).judge(claims, draws.z, draws.ids, [Terms({WHO: 0.3})])[0]
    assert np.array_equal(doubted.sets[claims].items, heard)
    assert not np.array_equal(draws.items, heard)
    # what is asked for by name goes before what the case states
    back = Bench(doubted).judge(claims, draws.z, draws.ids, [Terms({WHO: 1.0})])[0]
    assert np.allclose(back, draws.items, rtol=0, atol=1e-12)


def test_whom_the_case_does_not_trust_at_all_an_audience_can_hear_in_full(case):
    """What he reports is due at steps at which nothing else is, notes of R6 among them."""
    claims, who = ("organised-cells",), "Interior Ministry"
    plain = judged_prior(case, [claims], draws=64)
    unheard = judged_prior(replace(case, reporters={**case.reporters, who: replace(case.reporters[who], trust=0.0)}), [claims], draws=64)
    draws = plain.sets[claims]
    heard = Bench(unheard).judge(claims, draws.z, draws.ids, [Terms({who: 1.0})])[0]
    counts = [j for j, e in enumerate(plain.docket.entries) if e.treatment == "count" and e.item.by[:1] == (who,)]
    assert len(counts) > 5
    assert np.allclose(heard[:, counts], draws.items[:, counts], rtol=0, atol=1e-12)


def test_a_doubted_report_is_less_of_an_item(case):
    full, half, none = (informative(build_docket(doubting(case, t))) for t in (1.0, 0.5, 0.0))
    alone = [
        e.item for e in build_docket(case).entries if e.item.by and set(e.item.by) == {WHO} and e.treatment not in ("copy", "restated")
    ]
    assert len(alone) > 1
    assert full - none == pytest.approx(sum(1.0 - outlier(i.grade) for i in alone))
    assert full - half == pytest.approx(sum(outlier(i.grade, 0.5) - outlier(i.grade) for i in alone))


def test_an_audience_that_says_nothing_trusts_as_the_case_does(case):
    doubted = doubting(case, 0.5)
    assert trust_of(doubted, Audience("x"))[WHO] == 0.5
    assert trust_of(doubted, Audience("x", trust={"everyone": 0.9}))[WHO] == 0.9
    assert trust_of(doubted, Audience("x", trust={"government": 0.2}))[WHO] == 0.2
