"""Moved draws under other prior widths: exact where the answer is known, believable where plain weights are not."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.answers.widths import MECHANISMS, groups, parameters
from realpolitik.crisis.parameters import NAMES, TABLE
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.judging import Bench, Terms
from realpolitik.fitting.matching import match, matched
from realpolitik.fitting.pareto import weigh_up
from realpolitik.fitting.reweigh import reweigh_terms

from ..answers.posteriors import judged_prior


@pytest.fixture(scope="module")
def case():
    return rp.load("kazakhstan-2022")


def all_regions(case, factor):
    return Terms(width={f"disposition {r.name}": factor for r in case.regions})


def test_before_any_evidence_width_changes_no_evidence(case):
    bare = judged_prior(case, [()], draws=256, as_of=-1.0)
    bench = Bench(bare)
    for factor in (0.5, 2.0):
        terms = all_regions(case, factor)
        assert not reweigh_terms(bench, (), [terms])[0].good
        found = matched(bench, (), terms)
        assert found.good
        assert abs(found.log_evidence) < 4.0 * found.mc + 1e-9


def test_of_a_normal_posterior_the_map_leaves_nothing_to_weigh():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((200, 2))
    x = np.repeat((x - x.mean(axis=0)) / x.std(axis=0), 2, axis=0)  # both halves have the moments of the law
    z = np.array([0.8, -0.3]) + np.array([0.5, 0.9]) * x  # what two normal observations leave of a standard normal prior
    sd = np.array([2.0, 0.5])
    moved, stretch = match(z, sd)
    precision = 1.0 / np.array([0.25, 0.81]) - 1.0  # of the observations
    seen = np.array([0.8, -0.3]) / np.array([0.25, 0.81]) / precision

    def density(at, width):
        return (-0.5 * np.square(at / width) - 0.5 * precision * np.square(at - seen)).sum(axis=1)

    weight = density(moved, sd) - density(z, 1.0) + np.log(stretch).sum(axis=1)
    assert np.ptp(weight) < 1e-9
    kept, still = match(z, np.ones(2))
    assert np.array_equal(kept, z)
    assert np.array_equal(still, np.ones_like(z))


def test_it_arrives_where_a_prior_of_that_width_would_have_started(case):
    """Evidence under the wider prior, from draws of that prior, against draws of the posterior under the narrower one, moved."""
    early = judged_prior(case, [()], draws=2048, as_of=40.0)
    draws, factor = early.sets[()], 2.0
    terms = all_regions(case, factor)
    wide = draws.z * Bench(early).width((), terms)
    model = early.model(())
    under_wide = run_filter(model, model.problem.prior.transform(wide), draws.ids, 1, early.seed).evidence
    (ours, ours_se, share, _), (theirs, theirs_se, _, _) = weigh_up(draws.log_likelihood), weigh_up(under_wide)
    kept = np.random.default_rng(3).choice(len(share), 512, p=share)
    one = replace(draws, z=draws.z[kept], ids=draws.ids[kept], log_likelihood=draws.log_likelihood[kept], items=draws.items[kept])
    bench = Bench(replace(early, sets={(): replace(one, log_evidence=ours)}))
    found = matched(bench, (), terms)
    plain = reweigh_terms(bench, (), [terms])[0]
    assert found.good
    assert not plain.good
    assert abs(plain.log_evidence - theirs) > 1.0
    # moments of 256 draws in 17 coordinates cost about a tenth of a nat
    assert abs(found.log_evidence - theirs) < 4.0 * np.hypot(found.mc, np.hypot(ours_se, theirs_se)) + 0.1


def test_trust_and_items_are_not_its_business(case):
    bare = judged_prior(case, [()], draws=64, as_of=-1.0)
    with pytest.raises(ValueError, match="only widths"):
        matched(Bench(bare), (), Terms({"RFE/RL": 0.5}))


def test_every_uncertain_parameter_belongs_to_a_mechanism_a_claim_or_a_place(case):
    bare = judged_prior(case, [(), tuple(case.claims)[:1]], draws=64, as_of=-1.0)
    bench, sets = Bench(bare), list(bare.sets)
    found = groups(bench, sets)
    assert list(found)[-1] == "all priors"
    together = {name for label, names in found.items() if label != "all priors" for name in names}
    reports_only = {"background_foreign"}
    claims = {s.parameter for c in case.claims.values() for s in c.sets}
    sparks = {n for n in parameters(bench, sets) if n.startswith("spark ")}
    assert set(parameters(bench, sets)) - reports_only - claims - sparks <= together
    spans = [(NAMES.index(a), NAMES.index(b)) for a, b in MECHANISMS.values()]
    assert spans[0][0] == 0
    assert all(b + 1 == c for (_, b), (c, _) in itertools.pairwise(spans))
    assert {row.meaning for row in TABLE[spans[-1][1] + 1 :] if row.name not in reports_only and row.prior.kind != "fixed"} == set()
