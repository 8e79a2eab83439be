"""Reweighing: exact against models built anew, and a bridge that arrives where plain weights do."""

from dataclasses import replace

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.judging import Bench, Terms
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.reweigh import moved, reweigh, reweigh_terms, weigh_up

from ..answers.posteriors import judged_prior

SETS = (("organised-cells",), ())


@pytest.fixture(scope="module")
def posterior():
    return judged_prior(rp.load("kazakhstan-2022"), SETS, draws=130)


def fresh(posterior, claims, trust=None, mask=None):
    """Log likelihood of each draw's world under a model made for these terms alone."""
    mask = np.ones(len(posterior.docket.entries)) if mask is None else mask
    model = CrisisModel(posterior.problem(claims), posterior.docket, posterior.weight * mask, trust, run_out=True, mask=mask)
    draws = posterior.sets[claims]
    return run_filter(model, model.problem.prior.transform(draws.z), draws.ids, 1, posterior.seed).evidence


def test_one_replay_judged_under_many_terms_is_what_each_would_give_alone(posterior):
    trusts = [{"General Prosecutor": 0.0}, {"General Prosecutor": 0.5, "Kloop": 0.3}, dict.fromkeys(posterior.case.reporters, 0.25)]
    out = frozenset({"T147", "T021a", "T048"})
    mask = np.array([name not in out for name in posterior.docket.ids], float)
    terms = [Terms(), *map(Terms, trusts), Terms(out=out)]
    for claims in SETS:
        draws = posterior.sets[claims]
        found = Bench(posterior).likelihood(claims, draws.z, draws.ids, terms)
        assert np.allclose(found[0], draws.log_likelihood, rtol=0, atol=1e-9)
        for got, trust in zip(found[1:-1], trusts, strict=True):
            assert np.allclose(got, fresh(posterior, claims, trust), rtol=0, atol=1e-9)
        assert np.allclose(found[-1], fresh(posterior, claims, mask=mask), rtol=0, atol=1e-9)


def test_terms_that_change_nothing_change_nothing(posterior):
    claims = SETS[0]
    same = reweigh(posterior, claims)
    assert same.log_evidence == posterior.sets[claims].log_evidence
    assert same.se == posterior.sets[claims].se
    assert same.k == -np.inf
    assert np.allclose(same.weight, 1.0 / len(same.weight))


def test_weights_are_the_ratio_of_the_likelihoods(posterior):
    claims, trust = (), {"RFE/RL": 0.5}
    found = reweigh(posterior, claims, trust=trust, passes=0)
    ratio = fresh(posterior, claims, trust) - posterior.sets[claims].log_likelihood
    value, mc, weight, k = weigh_up(ratio)
    assert found.log_evidence == pytest.approx(posterior.sets[claims].log_evidence + value, abs=1e-9)
    assert found.se == pytest.approx(np.hypot(posterior.sets[claims].se, mc))
    assert np.allclose(found.weight, weight)
    assert found.k == pytest.approx(k, abs=1e-6)


def test_a_narrower_prior_of_one_parameter_is_its_density_ratio(posterior):
    claims = ()
    bench = Bench(posterior)
    names = [bench.model(claims).problem.prior.names[row] for row, _ in bench.model(claims).problem.prior.drivers]
    z = posterior.sets[claims].z[:, names.index("contagion")]
    found = reweigh_terms(bench, claims, [Terms(width={"contagion": 0.5})])[0]
    expected = weigh_up(-1.5 * z * z + np.log(2.0))
    assert found.log_evidence - posterior.sets[claims].log_evidence == pytest.approx(expected[0])
    # draws of a standard normal: the ratio of two densities has mean one
    assert abs(expected[0]) < 4 * expected[1]


def test_many_equal_weights_have_a_tail_of_their_own():
    rng = np.random.default_rng(5)
    distinct = rng.normal(size=200)
    once, often = weigh_up(distinct), weigh_up(np.repeat(distinct, 5))
    assert once[3] == pytest.approx(often[3])
    assert once[0] == pytest.approx(often[0])
    assert weigh_up(np.array([0.0] * 99 + [50.0]))[3] == np.inf


def regions_of(bench, claims):
    prior = bench.model(claims).problem.prior
    return [i for i, (row, _) in enumerate(prior.drivers) if prior.names[row].startswith("disposition ")]


def test_a_bridge_to_other_widths_has_a_known_end(posterior):
    # before the first report the prior is the posterior, and the mean of the weights is one whatever the width
    bare = judged_prior(posterior.case, [()], draws=256, as_of=-1.0)
    bench, width = Bench(bare), {f"disposition {r.name}": 0.5 for r in bare.case.regions}
    plain = reweigh_terms(bench, (), [Terms(width=width)])[0]
    assert not plain.good
    after = moved(bench, (), Terms(width=width), passes=40)
    assert after.passes > 4
    assert abs(after.log_evidence) < 4 * after.mc
    assert np.average(after.z[:, regions_of(bench, ())] ** 2, axis=0, weights=after.weight).mean() == pytest.approx(0.25, rel=0.3)


def test_a_bridge_to_other_trust_arrives_where_plain_weights_do(posterior):
    # the reports of the first three days, drawn from the prior by their likelihood
    early = judged_prior(posterior.case, [()], draws=1024, as_of=60.0)
    draws = early.sets[()]
    rng = np.random.default_rng(3)
    share = np.exp(draws.log_likelihood - draws.log_likelihood.max())
    kept = rng.choice(len(share), 256, p=share / share.sum())
    one = replace(draws, z=draws.z[kept], ids=draws.ids[kept], log_likelihood=draws.log_likelihood[kept], items=draws.items[kept])
    bench = Bench(replace(early, sets={(): one}))
    nobody = Terms(dict.fromkeys(early.case.reporters, 0.0))
    gain = Bench(early).likelihood((), draws.z, draws.ids, [nobody])[0] - draws.log_likelihood
    expected = np.log(np.sum(share * np.exp(gain)) / share.sum())
    after = moved(bench, (), nobody, passes=8)
    assert after.passes > 0
    assert abs(after.log_evidence - expected) < 4 * after.mc + 0.3


def test_a_bridge_is_the_same_bits_again(posterior):
    terms = Terms({"General Prosecutor": 0.0})
    first, again = (moved(Bench(posterior), (), terms, passes=2) for _ in range(2))
    assert np.array_equal(first.z, again.z)
    assert np.array_equal(first.ids, again.ids)
    assert first.log_evidence == again.log_evidence
