"""A run's worlds under another docket: the power of all items follows their number, credits add up, and other worlds are refused."""

from dataclasses import replace

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.case.records import Item
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.pareto import weigh_up
from realpolitik.fitting.rehearing import law_changes, model_of, rehear

from ..answers.posteriors import judged_prior

CLAIMS = ("organised-cells",)


@pytest.fixture(scope="module")
def case():
    return rp.load("kazakhstan-2022")


@pytest.fixture(scope="module")
def early(case):
    """Worlds of the prior and their likelihood under the reports of the first days."""
    return judged_prior(case, [CLAIMS], draws=256, as_of=60.0)


def heard(early, case, as_of=60.0):
    docket = build_docket(case, as_of)
    return rehear(early.sets[CLAIMS], early.docket, model_of(case, docket, CLAIMS), early.seed), docket


def with_item(case, **more):
    given = {"id": "new", "what": "crowd", "where": "Almaty", "mode": "now", "reported": 50.0, "by": ("Reuters",), "grade": "B2", **more}
    return replace(case, evidence=(*case.evidence, Item(**given)))


def test_the_same_docket_changes_nothing(early, case):
    found, _ = heard(early, case)
    assert found.weighed.log_evidence == early.sets[CLAIMS].log_evidence
    assert found.weighed.k == -np.inf
    assert all(abs(nats) < 1e-9 for nats in found.credit.values())


def test_what_says_nothing_of_worlds_still_weakens_all_items(early, case):
    """A statement on a claim that the set does not hold has likelihood one and is an item more: only the power of the others changes."""
    spoken = with_item(case, what="statement", where=None, mode=None, claim="palace-plot", says="true", grade="A1")
    found, docket = heard(early, spoken)
    assert power(docket) < power(early.docket)
    plain = (power(docket) / power(early.docket) - 1.0) * early.sets[CLAIMS].log_likelihood
    assert found.weighed.log_evidence - early.sets[CLAIMS].log_evidence == pytest.approx(weigh_up(plain)[0], abs=1e-9)
    assert found.credit["new"] == pytest.approx(0.0, abs=1e-9)


def test_a_report_that_cannot_be_judged_moves_nothing(early, case):
    from realpolitik.case.values import exact

    found, _ = heard(early, with_item(case, when=(40.0, 44.0), value=exact(3000.0), grade="F6"))
    assert found.weighed.log_evidence == pytest.approx(early.sets[CLAIMS].log_evidence, abs=1e-12)


def test_credits_add_up_and_the_new_item_has_most_of_them(early, case):
    from realpolitik.case.values import exact

    found, _ = heard(early, with_item(case, when=(40.0, 44.0), value=exact(30_000.0)))
    change = found.weighed.log_evidence - early.sets[CLAIMS].log_evidence
    assert sum(found.credit.values()) == pytest.approx(change, abs=1e-9)
    assert abs(change) > 0.1
    assert max(found.credit, key=lambda name: abs(found.credit[name])) == "new"


def test_from_no_evidence_it_is_the_mean_likelihood_of_the_prior(case):
    bare = judged_prior(case, [CLAIMS], draws=512, as_of=-1.0)
    docket = build_docket(case, 36.0)
    model = model_of(case, docket, CLAIMS)
    found = rehear(bare.sets[CLAIMS], bare.docket, model, bare.seed)
    judged = judged_prior(case, [CLAIMS], draws=512, as_of=36.0).sets[CLAIMS]
    assert found.weighed.log_evidence == pytest.approx(weigh_up(judged.log_likelihood)[0], abs=1e-9)


def test_only_what_makes_worlds_or_sets_counts_as_law(case):
    first = next(iter(case.accounts.values()))
    told = replace(case, accounts={**case.accounts, first.name: replace(first, says="other words", at=case.evidence[0].at)})
    assert law_changes(case, told) == []
    assert law_changes(case, replace(case, questions=(), documents=(), audiences=(), evidence=())) == []
    claim = next(iter(case.claims.values()))
    assert law_changes(case, replace(case, claims={**case.claims, claim.name: replace(claim, prior_odds=3.0)})) == []
    assert law_changes(case, replace(case, claims={**case.claims, claim.name: replace(claim, sets=())})) == ["claims"]
    grown = (replace(case.regions[0], population=1.0), *case.regions[1:])
    assert law_changes(case, replace(case, regions=grown, sparks=())) == ["regions", "sparks"]
    fewer = {name: a for name, a in case.accounts.items() if name != first.name}
    assert law_changes(case, replace(case, accounts=fewer)) == ["accounts"]
