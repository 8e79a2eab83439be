"""Leverage: arms with fresh chance from a moment on, what they are made of, and the ledger."""

import json
from dataclasses import replace

import numpy as np
import pytest

from realpolitik.answers import acts, filtered, ledger, leverage
from realpolitik.answers.concession import frozen_and_reacting
from realpolitik.answers.standing import contraction, futures_at, summary, variance
from realpolitik.case.reader import load
from realpolitik.crisis import layout as at
from realpolitik.crisis.parameters import NAMES
from realpolitik.errors import UsageError
from realpolitik.fitting.intervention import Arm
from tests.answers.prior_run import prior_run

PEAK = 92.0


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    made = prior_run(load("kazakhstan-2022", NAMES), draws=192)
    made.folder = tmp_path_factory.mktemp("run")
    return made


@pytest.fixture(scope="module")
def futures(run):
    population = filtered.population_at(run, None)
    return futures_at(run.posterior, population, PEAK, None, draws=24, repeats=8)


@pytest.fixture(scope="module")
def document(run):
    return leverage.answer(run, lambda stage, done, message: None)


def test_worlds_follow_the_evidence_up_to_the_moment(run, futures):
    """The evidence fixes the concession (hour 82 to 84) and the storming of Almaty's seat: they stand in every world at hour 92."""
    conceded = futures.state(at.TAKEN + at.CONCEDE)
    assert conceded.min() > 81.0
    assert conceded.max() < 85.0
    assert (futures.state(at.TAKEN + at.REQUEST) < 0.0).all(), "help was asked for later"
    state = next(iter(futures.parts.values()))[0].state
    # the futures of one draw stand alike
    assert np.array_equal(state[:, 0], state[:, 7])
    assert not np.array_equal(state[:, 0], state[:, 8])


def test_chance_after_the_moment_is_fresh_and_shared_by_the_arms(futures):
    taken = [np.concatenate([o.taken for o in futures.run(arm).values()], axis=1) for arm in (acts.supported, acts.never_asked)]
    asked = taken[0][at.REQUEST].reshape(-1, 8)
    assert len(np.unique(asked[0])) > 1, "the same draw asks at different hours"
    assert np.array_equal(*(hours[at.CONCEDE] for hours in taken))
    lethal = [hours[at.LETHAL] for hours in taken]
    # what happens before any request is the same in both arms
    request = taken[0][at.REQUEST]
    early = (request < 0.0) | ((lethal[0] >= 0.0) & (lethal[0] < request))
    assert early.any()
    assert np.array_equal(lethal[0][early], lethal[1][early])


def test_fixed_acts_are_free_after_the_moment(futures):
    """The evidence fixes an emergency at hour 89.5 to 93.5; what it fixes after hour 92 is the model's own now."""
    taken = np.concatenate([o.taken for o in futures.run(acts.supported).values()], axis=1)
    deployed = taken[at.DEPLOY]
    assert ((deployed < 100.0) | (deployed > 120.0)).any(), "the evidence puts it between hours 103 and 119"


def test_without_signal_and_troops_support_is_silence(futures):
    """What support does in the model is its signal and its troops, nothing else; with own chance that is exact in every world."""
    nothing = lambda standing: acts.without_signal(standing).also(acts.without_troops(standing))  # noqa: E731
    assert np.array_equal(futures.survival(nothing), futures.survival(acts.refused_silently))


def test_silence_is_never_to_ask_where_nobody_has_asked(futures):
    assert np.array_equal(futures.survival(acts.never_asked), futures.survival(acts.refused_silently))


def test_panic_costs(futures):
    """An agency that loses heart does not help the ruler: over all worlds the public act is no better for him."""
    silent, public = futures.survival(acts.refused_silently), futures.survival(acts.withdrawn_publicly)
    assert public.mean() < silent.mean()


def test_a_public_refusal_panics_when_it_comes(futures):
    outcomes = futures.run(acts.refused_publicly)
    taken = np.concatenate([o.taken for o in outcomes.values()], axis=1)
    answered = taken[at.REFUSE] >= 0.0
    assert answered.any()
    assert (taken[at.REFUSE][answered] > taken[at.REQUEST][answered]).all()
    assert (taken[[at.ACCEPT, at.DEPLOY]] < 0.0).all()


def test_t5_4_choosing_anew_is_never_worse_for_the_ruler(document):
    """T5.4 on worlds: vulnerability is not above sensitivity."""
    policies = document["moments"][1]["policies"]
    assert policies["reacting"] <= policies["frozen"] + 1e-9
    survival = policies["survival"]
    s1, s0 = (np.array([survival[name][side] for name in survival]) for side in ("supported", "alone"))
    assert [float(v) for v in frozen_and_reacting(s1, s0)] == pytest.approx([policies["frozen"], policies["reacting"]], abs=1e-5)


def test_t5_5_shares_of_the_players_add_up(document):
    """T5.3 and T5.5 on worlds: Shapley's shares add up to what everybody together adds."""
    players = document["moments"][1]["players"]
    assert list(players["shares"]) == ["Russia", "Police", "National Guard", "Army", "KNB"]
    total = sum(share["shapley"] for share in players["shares"].values())
    assert total == pytest.approx(players["everybody"] - players["nobody"], abs=1e-4)


def test_the_split_adds_up(document):
    for moment in document["moments"]:
        split = {name: part["mean"] for name, part in moment["split"].items()}
        named = {name: act["leverage"]["mean"] for name, act in moment["acts"].items()}
        assert split["signal"] + split["freed troops"] == pytest.approx(named["refused silently"], abs=1e-5)
        assert split["signal"] + split["freed troops"] + split["panic"] == pytest.approx(named["withdrawn publicly"], abs=1e-5)


def test_a_spark_that_nobody_knew_of_is_in_no_world_of_the_day_before(run):
    """The price rises on 2 January: on 31 December nothing brings people out, at noon of the 2nd it does."""
    nothing = filtered.prior_population(run.posterior)
    alone = replace(nothing, groups={(): nothing.groups[()]})
    dead = {}
    for hours in (-24.0, 12.0):
        futures = futures_at(run.posterior, alone, hours, None, draws=24, repeats=4)
        dead[hours] = np.concatenate([outcome.values["deaths"] for outcome in futures.run(lambda standing: Arm()).values()])
    assert not dead[-24.0].any()
    assert dead[12.0].any()


def test_the_ledger_does_not_count_the_crisis_to_come_as_leverage_lost(document):
    row = next(row for row in document["ledger"]["rows"] if row["patron"] == "Russia")
    assert document["moments"][0]["leverage"]["high"] < 0.02
    assert row["survival"]["direction"] != "lost"
    assert row["policy"]["direction"] != "lost"


def test_before_any_report_leverage_is_assumed(document):
    before = document["moments"][0]
    assert before["name"] == "before"
    assert before["how"] == "nothing"
    assert before["contraction"] == 0.0
    assert before["assumed"]
    json.dumps(document, allow_nan=False)


def test_a_patron_without_a_channel_is_not_judged(document):
    """Never in the losers' column, nor in the winners', of either kind of leverage."""
    rows = {row["patron"]: row for row in document["ledger"]["rows"]}
    assert list(rows) == ["Russia", "China", "European Union", "United States", "Turkey"]
    for name in ("European Union", "United States", "Turkey"):
        assert rows[name]["channels"] == []
        assert {rows[name][column]["verdict"] for column in ("survival", "policy")} == {"not modelled"}
    for column in ("survival", "policy"):
        judged = {name for names in document["ledger"][column].values() for name in names}
        assert judged <= {"Russia", "China"}


def test_a_loser_needs_a_channel_whatever_the_numbers(run):
    """Russia's leverage made to grow a lot takes weight from the others in the aftermath; those without a channel still do not lose."""
    case = run.posterior.case
    grown = {"values": np.ones((20, 8)), "patrons": {}, "contraction": 0.5}
    none = {"values": np.zeros((20, 8)), "patrons": {}, "contraction": 0.5}
    found = ledger.ledger(case, 1, "Russia", none, grown, {})
    rows = {row["patron"]: row for row in found["rows"]}
    assert rows["Russia"]["policy"]["multiplier"] == pytest.approx(2.0)
    assert found["survival"]["gained"] == found["policy"]["gained"] == ["Russia"]
    assert found["survival"]["lost"] == found["policy"]["lost"] == []
    brief = ledger.ledger(case, 1, "Russia", none, none, {}, grown)
    assert brief["rows"][0]["survival"]["verdict"] == "gained for a while"
    back = ledger.ledger(case, 1, "Russia", grown, none, {})
    assert back["survival"]["lost"] == back["policy"]["lost"] == ["Russia"]


def test_documents_stand_beside(document):
    rows = {row["patron"]: [(c["document"], c["id"], c["claim"]) for c in row["claimed"]] for row in document["ledger"]["rows"]}
    assert rows["Russia"] == [("article-a", "A20", "gains"), ("article-b", "B24", "gains")]
    assert rows["China"] == [("article-a", "A21", "loses"), ("article-b", "B24", "gains")]
    assert rows["Turkey"] == [("article-b", "B24", "loses")]


def test_another_who_may_step_in_lowers_leverage(document):
    for moment in document["moments"]:
        react = moment["others_react"]
        assert react["patrons"] == ["China"]
        assert react["leverage"]["mean"] == pytest.approx(0.75 * moment["leverage"]["mean"], abs=1e-5)


def test_dates_can_be_asked(run):
    found = leverage.leverage(run, ("2022-01-05T20:00",))
    assert [moment["at"] for moment in found["moments"]] == ["2022-01-05T20:00:00+06:00"]
    for text, told in (("tomorrow", "is not a time"), ("2023-01-01", "the clock runs from 2022-01-02")):
        with pytest.raises(UsageError, match=told):
            leverage.leverage(run, (text,))


def test_a_case_without_patrons_has_no_leverage(run):
    posterior = run.posterior
    alone = replace(posterior.case, alliance=None, patrons=())
    found = leverage.leverage(type(run)(posterior=replace(posterior, case=alone), results={}, folder=run.folder))
    assert found["moments"] == []
    assert found["ledger"]["rows"] == []


def test_arms_of_other_patrons(futures):
    """Commitment lifts cohesion where it was low, and money makes the concession; both change some worlds."""
    free = futures.run(lambda standing: Arm())
    paid = futures.run(acts.money)
    assert all((o.taken[at.CONCEDE] >= 0.0).all() for o in paid.values())
    lifted = futures.run(acts.commitment)
    assert any(not np.array_equal(a.values["detained"], b.values["detained"]) for a, b in zip(free.values(), lifted.values(), strict=True))


def test_variance_over_parameters_is_free_of_chance():
    rng = np.random.default_rng(1)
    p = rng.beta(2.0, 2.0, 4000)
    draws = (rng.random((4000, 8)) < p[:, None]).astype(float)
    assert variance(draws) == pytest.approx(p.var(), rel=0.1)
    same = (rng.random((4000, 8)) < 0.5).astype(float)
    assert variance(same) < 0.003
    assert contraction(draws, same) == pytest.approx(1.0, abs=0.06)
    assert contraction(same * 0.0, draws) is None
    told = summary(draws)
    assert told["low"] < 0.5 < told["high"]


@pytest.mark.parametrize(("hours", "how"), [(-24.0, "nothing"), (None, "fitted")])
def test_where_worlds_come_from(run, hours, how):
    found = filtered.population_at(run, hours)
    assert found.how == how
    assert sum(weight.sum() for _, _, weight in found.groups.values()) == pytest.approx(1.0)


def test_worlds_that_the_reports_of_a_day_narrow_too_far_are_tempered(run):
    found = filtered.population_at(run, PEAK)
    assert found.how in ("weighed", "prior", "tempered")
    assert found.k <= 0.7
    assert 0.0 < found.share <= 1.0
    assert (found.how == "tempered") == (found.share < 1.0)
    assert found.docket.information <= PEAK


def test_draws_fitted_at_the_date_are_used_as_they_are(run):
    """A population that the run fitted at a date is taken for that date, and for a moment near it."""
    from realpolitik.fitting.at_date import dated_folder
    from realpolitik.fitting.posterior import save_draws

    for draws in run.posterior.sets.values():
        items = np.zeros((len(draws.z), 1))
        save_draws(dated_folder(run.folder, 96.0), replace(draws, items=items))
    try:
        exact = filtered.population_at(run, 96.0)
        assert exact.how == "fitted"
        assert exact.docket.information <= 96.0
        near = filtered.population_at(run, 90.0)
        assert near.how in ("weighed", "near")
        if near.how == "near":
            assert "2022-01-06 00:00" in near.label
        later = filtered.population_at(run, 200.0)
        assert later.how in ("weighed", "earlier")
        if later.how == "earlier":
            assert later.docket.information <= 96.0
            assert "later reports are not counted" in later.label
    finally:
        import shutil

        shutil.rmtree(run.folder / "posterior")
