"""The posterior at a date: weights are those of the replay, later acts are free, draws fitted at the date come first."""

import shutil

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.answers.filtered import population_at
from realpolitik.crisis import layout as at
from realpolitik.fitting.at_date import dated_folder, dates_kept, fitted, nearest, posterior_at
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.posterior import save_draws


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from realpolitik.case.starter import new

    folder = tmp_path_factory.mktemp("dated")
    return rp.weigh(rp.load(new("harbour", folder)), runs=folder / "runs", seed=3)


def test_after_the_last_report_nothing_is_weighed(run):
    found = posterior_at(run, 1e6)
    for claims, s in found.sets.items():
        assert np.ptp(s.weight) == 0.0
        assert s.weight.sum() == pytest.approx(1.0)
        assert s.log_evidence == run.posterior.sets[claims].log_evidence
        assert s.believed


def test_weights_and_evidence_are_those_of_the_replay(run):
    """Z at the date = Z of the run times the mean of likelihood ratios; smoothing touches the tail alone."""
    hours, posterior = 100.0, run.posterior
    found = posterior_at(run, hours)
    docket = build_docket(posterior.case, hours)
    assert set(docket.ids) < set(posterior.docket.ids) | {e.item.id for e in docket.entries if e.treatment == "absence"}
    for claims, s in found.sets.items():
        draws, model = posterior.sets[claims], posterior.model(claims, docket)
        ratio = run_filter(model, model.problem.prior.transform(draws.z), draws.ids, 1, posterior.seed).evidence - draws.log_likelihood
        plain = draws.log_evidence + np.log(np.mean(np.exp(ratio)))
        assert s.se >= draws.se
        assert s.weight.sum() == pytest.approx(1.0)
        if s.believed:
            assert s.log_evidence == pytest.approx(plain, abs=0.3)
        order = np.argsort(ratio)
        assert np.all(np.diff(s.weight[order][: len(ratio) // 2]) >= 0)  # the lower half keeps its order


def test_an_act_that_was_reported_later_is_free(run):
    """The demand of the 4th is fixed in the run; on the 3rd the model decides whether and when."""

    def conceded(model):
        class Probe:
            def __call__(self, model, block, step, ancestors, shares):
                return block.S.reshape(-1, at.LANES)[at.TAKEN + at.CONCEDE].copy()

        return Probe

    def hours_of(cut):
        found = posterior_at(run, cut, probe=conceded)
        return np.concatenate([np.concatenate(s.worlds)[: len(s.draws.z)] for s in found.sets.values()])

    assert np.all((hours_of(1e6) > 80.0) & (hours_of(1e6) < 92.0))
    free = hours_of(60.0)
    assert np.any((free < 0.0) | (free > 92.0))
    assert not np.any((free >= 0.0) & (free < 48.0))  # a public act that nobody had reported had not happened


def test_a_later_report_does_not_make_an_act_listed(run):
    """That the case lists the act at all is known from the 4th on."""
    case = run.posterior.case
    before = {e.event for e in build_docket(case, 60.0).entries if e.treatment == "absence"}
    after = {e.event for e in build_docket(case).entries if e.treatment == "absence"}
    assert ("concede",) in before
    assert ("concede",) not in after


def test_draws_fitted_at_the_date_are_taken_as_they_are_and_weighed_for_days_near_it(run, tmp_path):
    """Draws of a run of that day, kept with the later run: at the day no weights; with one report more, weights from them."""
    case = run.posterior.case
    hours = 60.0
    earlier = rp.weigh(case, runs=tmp_path, seed=5, as_of=case.clock.moment(hours))
    assert posterior_at(run, hours).origin is None
    for draws in earlier.posterior.sets.values():
        save_draws(dated_folder(run.folder, hours), draws)
    try:
        assert dates_kept(run.folder) == [hours]
        found = posterior_at(run, hours)
        assert found.origin == hours
        for claims, s in found.sets.items():
            assert s.k == -np.inf
            assert np.array_equal(s.draws.z, earlier.posterior.sets[claims].z)
            assert s.log_evidence == earlier.posterior.sets[claims].log_evidence
        near = posterior_at(run, 75.0)  # E2 is known by then, E3 is not
        assert near.origin == hours
        docket = build_docket(case, 75.0)
        assert [one.hours for one in fitted(run)] == [None, hours]
        assert nearest(run, docket).hours == hours
        assert nearest(run, docket).apart(docket) == len(set(docket.ids) ^ set(build_docket(case, hours).ids))
        # leverage starts from the same draws by the same rule
        there = population_at(run, hours)
        assert there.how == "fitted"
        assert there.docket.ids == build_docket(case, hours).ids
        for claims, s in near.sets.items():
            model = run.posterior.model(claims, docket)
            value = run_filter(model, model.problem.prior.transform(s.draws.z), s.draws.ids, 1, run.posterior.seed).evidence
            order = np.argsort(value - s.draws.log_likelihood)
            assert np.all(np.diff(s.weight[order][: len(value) // 2]) >= 0)
        assert posterior_at(run, 1e6).origin is None
        next(iter((dated_folder(run.folder, hours) / "posterior").glob("*.npz"))).unlink()
        assert posterior_at(run, hours).origin is None  # no draws of some sets alone
    finally:
        shutil.rmtree(dated_folder(run.folder, hours))


def test_a_run_that_knows_less_is_taken_at_what_it_knows(run, tmp_path):
    case = run.posterior.case
    earlier = rp.weigh(case, runs=tmp_path, seed=3, as_of=case.clock.moment(60.0))
    found = posterior_at(earlier, 200.0)
    assert found.hours == 60.0
    assert all(np.ptp(s.weight) == 0.0 for s in found.sets.values())
