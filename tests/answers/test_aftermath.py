"""The aftermath of a case: forecasts, drift, policy leverage and scores, from named chance."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from realpolitik.answers.aftermath import aftermath, probability
from realpolitik.answers.bargaining import mean, median
from realpolitik.answers.bargaining import without as left_out
from realpolitik.answers.positions import draw_table
from realpolitik.answers.rules import RULES
from realpolitik.answers.scores import crps_samples
from realpolitik.api import load
from realpolitik.case.distributions import Distribution
from realpolitik.case.records import Issue, Party, Patron
from realpolitik.case.values import parse
from realpolitik.errors import UsageError
from tests.crisis.worlds import country

DRAWS = 1500
NORMAL, FIXED = (lambda a, b: Distribution("normal", a, b)), (lambda a: Distribution("fixed", a))


def party(name, position, salience=0.5, capability=10.0, spread=8.0):
    capability = Distribution("lognormal", capability, 0.3) if spread else FIXED(capability)
    return Party(
        name=name, position=NORMAL(position, spread) if spread else FIXED(position), salience=FIXED(salience), capability=capability
    )


def issue(name="I1", parties=(), **more):
    parties = parties or (party("the ruler", 50), party("North", 90), party("South", 20))
    return Issue(**{
        "id": name, "says": "Who runs the pier.", "scale": ((0.0, "the harbour"), (100.0, "the North")), "asked": 24.0,
        "status_quo": NORMAL(50, 5), "parties": tuple(parties), **more,
    })  # fmt: skip


def pier(*issues):
    return country(patrons=(Patron("North"), Patron("South"), Patron("West")), issues=issues or (issue(),))


@pytest.fixture(scope="module")
def shipped():
    return load("kazakhstan-2022")


def test_every_draw_is_the_rule_applied_to_it():
    case = pier()
    table = draw_table(case.issues[0], DRAWS, 1)
    for name, rule in (("mean", mean), ("median", median)):
        found = aftermath(case, draws=DRAWS, rule=name).settled[0]
        weight = table.capability * table.salience
        np.testing.assert_allclose(found.outcome, rule(table.position, weight))
        np.testing.assert_allclose(found.without[:, 0], left_out(table.position, weight, 1, rule))
        assert np.isnan(found.without[:, 2]).all()  # West has no part in it


def test_policy_leverage_is_the_way_to_the_ideal():
    """Under the weighted mean a patron moves the outcome by its share of the weight times what it wanted of it."""
    found = aftermath(pier(), draws=DRAWS)
    table = found.tables[0]
    share = table.capability[:, 1] * table.salience[:, 1] / (table.capability * table.salience).sum(axis=1)
    settled = found.settled[0]
    expected = share * np.abs(settled.ideal[:, 0] - settled.without[:, 0])
    np.testing.assert_allclose(settled.policy_leverage[:, 0], expected, atol=1e-9)
    assert np.all(settled.policy_leverage[:, :2] >= 0.0)


def test_leverage_moves_the_outcome_to_the_patron_and_nothing_else():
    case = pier(issue(), issue("I2", (party("the ruler", 40), party("South", 80))))
    plain = aftermath(case, draws=DRAWS)
    same = aftermath(case, np.ones((7, 3)), draws=DRAWS)
    more = aftermath(case, [2.0, 1.0, 1.0], draws=DRAWS)
    for a, b in zip(plain.settled, same.settled, strict=True):
        for name in ("outcome", "forecast", "before", "without", "status_quo"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    first, second = more.settled
    np.testing.assert_array_equal(first.before, plain.settled[0].outcome)
    toward = np.sign(first.ideal[:, 0] - first.before)
    assert np.all((first.outcome - first.before) * toward >= 0.0)
    assert np.mean(np.abs(first.outcome - first.before)) > 3.0
    np.testing.assert_array_equal(first.without[:, 0], plain.settled[0].without[:, 0])
    # North has no part in the second issue, which stays bit for bit.
    np.testing.assert_array_equal(second.outcome, plain.settled[1].outcome)
    gone = aftermath(case, [0.0, 1.0, 1.0], draws=DRAWS).settled[0]
    np.testing.assert_allclose(gone.outcome, first.without[:, 0])


def test_draws_of_leverage_are_gone_through_in_turn():
    factors = np.array([[0.5, 1.0, 1.0], [4.0, 1.0, 1.0]])
    mixed = aftermath(pier(), factors, draws=10).settled[0].outcome
    low, high = (aftermath(pier(), row, draws=10).settled[0].outcome for row in factors)
    np.testing.assert_array_equal(mixed, np.where(np.arange(10) % 2 == 0, low, high))
    assert len(aftermath(pier(), np.ones((40, 3)), draws=10).settled[0].outcome) == 40


def test_chance_is_named():
    """An added issue or actor, more draws or another rule leave every other number; another seed none."""
    case = pier()
    base = aftermath(case, draws=DRAWS)
    bigger = pier(issue("I0"), issue(parties=(party("the ruler", 50), party("South", 20), party("North", 90), party("West", 10))))
    table, wider = base.tables[0], aftermath(bigger, draws=2 * DRAWS).tables[1]
    order = [wider.actors.index(name) for name in table.actors]
    for name in ("position", "salience", "capability"):
        np.testing.assert_array_equal(getattr(wider, name)[:DRAWS, order], getattr(table, name))
    np.testing.assert_array_equal(wider.status_quo[:DRAWS], table.status_quo)
    again, other = aftermath(case, draws=DRAWS), aftermath(case, seed=2, draws=DRAWS)
    assert json.dumps(again.document()) == json.dumps(base.document())
    assert not np.any(other.settled[0].outcome == base.settled[0].outcome)
    np.testing.assert_array_equal(aftermath(case, draws=DRAWS, rule="median").others["mean"][0], base.settled[0].forecast)


def test_a_misjudged_capability_is_misjudged_in_every_issue():
    found = aftermath(pier(issue("I1"), issue("I2")), draws=DRAWS)
    np.testing.assert_array_equal(found.tables[0].capability, found.tables[1].capability)
    assert not np.any(found.tables[0].position[:, 0] == found.tables[1].position[:, 0])


def test_the_forecast_has_the_error_of_such_forecasts_and_stays_on_the_scale():
    wide = issue(
        parties=(party("the ruler", 50, spread=0), party("North", 50, spread=0)), scale=((0.0, "a"), (1000.0, "b")), status_quo=FIXED(50)
    )
    error = aftermath(pier(issue(parties=wide.parties)), draws=20_000).settled[0].forecast - 50.0
    # A normal of sd 25 cut at two sd has a sd of 0.88 times that.
    assert error.std() == pytest.approx(25.0 * 0.8796, rel=0.02)
    assert np.abs(error).max() <= 50.0
    settled = aftermath(pier(wide), draws=DRAWS).settled[0]
    assert np.all((settled.forecast >= 0.0) & (settled.forecast <= 1000.0))
    assert np.all(settled.outcome == 50.0)


def test_a_position_beyond_the_scale_is_at_its_end():
    table = draw_table(issue(parties=(party("the ruler", 0), party("North", 100))), DRAWS, 1)
    assert table.position.min() == 0.0
    assert table.position.max() == 100.0
    assert 0.4 < np.mean(table.position[:, 0] == 0.0) < 0.6


def test_units_of_a_scale_do_not_matter():
    """The same issue in points of 10 and of 100 has the same figures in points of 100, under every rule."""

    def told(factor):
        prior = lambda d: replace(d, a=factor * d.a, b=factor * d.b)  # noqa: E731
        small = issue(came=parse(f"{40 * factor:g}..{60 * factor:g}"), came_on=100.0)
        parties = tuple(replace(p, position=prior(p.position)) for p in small.parties)
        scale = tuple((factor * point, says) for point, says in small.scale)
        return replace(small, scale=scale, parties=parties, status_quo=prior(small.status_quo))

    for rule in RULES:
        small, large = (aftermath(pier(told(f)), draws=300, rule=rule).document() for f in (0.1, 1.0))
        for key in ("drift", "moved"):
            assert small["issues"][0][key] == pytest.approx(large["issues"][0][key], abs=0.002)
        assert small["crps"] == pytest.approx(large["crps"], abs=0.002)
        assert small["patrons"]["North"]["policy_leverage"] == pytest.approx(large["patrons"]["North"]["policy_leverage"], abs=0.002)


def test_scores_against_what_came():
    case = pier(issue(came=parse("40..60"), came_on=100.0))
    found = aftermath(case, draws=DRAWS)
    scored = found.document()["issues"][0]["came"]
    assert set(scored["crps"]) == {*RULES, "stays"}
    exact = float(crps_samples(found.settled[0].forecast, 50.0))
    assert scored["crps"]["mean"]["centre"] == pytest.approx(exact, abs=1e-3)
    assert scored["crps"]["mean"]["low"] <= scored["crps"]["mean"]["centre"] <= scored["crps"]["mean"]["high"]
    assert found.document()["crps"]["mean"] == scored["crps"]["mean"]["centre"]
    assert aftermath(pier(), draws=DRAWS).document()["crps"] is None


def test_a_question_is_answered_by_its_points():
    case = pier(issue(answers=(("F1", parse(">=60")), ("F2", parse("<=60")), ("F3", parse("0..100")))))
    settled = aftermath(case, draws=DRAWS).settled[0]
    assert probability(settled, "F1") == np.mean(settled.forecast >= 60)
    assert probability(settled, "F1") + probability(settled, "F2") == pytest.approx(1.0)
    assert probability(settled, "F3") == 1.0
    with pytest.raises(UsageError, match="does not answer 'F9'; it answers: F1, F2, F3"):
        probability(settled, "F9")


@pytest.mark.parametrize("rule", RULES)
def test_of_two_actors_the_one_that_stays_decides(rule):
    """With the patron out, the other of two has its way under every rule; with equals both in, neither is ignored by the mean."""
    settled = aftermath(pier(issue(parties=(party("the ruler", 20), party("North", 80)))), draws=200, rule=rule).settled[0]
    np.testing.assert_allclose(settled.without[:, 0], draw_table(settled.issue, 200, 1).position[:, 0])
    assert np.all(settled.policy_leverage[:, 0] >= 0.0)
    assert settled.policy_leverage[:, 0].mean() > 5.0


def test_mistakes_are_named():
    case = pier()
    for arguments, said in (
        ({"rule": "vote"}, "there is no rule 'vote'; rules are: mean, median, election, challenge"),
        ({"multipliers": np.ones((4, 2))}, r"the shape \(4, 2\); give one for each of the 3 patrons"),
        ({"multipliers": [1.0, -1.0, 1.0]}, "0 or more, and finite"),
        ({"multipliers": [1.0, np.nan, 1.0]}, "0 or more, and finite"),
        ({"draws": 1}, "two draws are the fewest"),
    ):
        with pytest.raises(UsageError, match=said):
            aftermath(case, **arguments)


def test_a_case_without_issues_has_an_empty_aftermath():
    found = aftermath(replace(pier(), issues=()), draws=5)
    assert found.document()["issues"] == []
    assert found.document()["patrons"] == {"North": None, "South": None, "West": None}
    assert found.dataset().sizes == {"issue": 0, "draw": 5, "patron": 3}


def test_the_dataset_holds_the_draws():
    data = aftermath(pier(), draws=DRAWS).dataset()
    assert data["policy_leverage"].dims == ("issue", "draw", "patron")
    assert float(data["outcome"].sel(issue="I1").mean()) == pytest.approx(53, abs=5)
    assert np.isnan(data["ideal"].sel(patron="West")).all()
    assert data.attrs["rule"] == "mean"


def test_the_shipped_case_told_in_full(shipped):
    """A JSON document of every issue; patrons pull as they should, and the rules stand beside the forecast of no change."""
    told = aftermath(shipped, draws=DRAWS).document()
    json.dumps(told, allow_nan=False)
    assert [entry["id"] for entry in told["issues"]] == ["I1", "I2", "I3", "I4", "I5"]
    assert set(told["patrons"]) == {patron.name for patron in shipped.patrons}
    for entry in told["issues"]:
        assert entry["forecast"]["high"] - entry["forecast"]["low"] > entry["outcome"]["high"] - entry["outcome"]["low"]
        assert sum(actor["share"]["mean"] for actor in entry["actors"]) == pytest.approx(1.0, abs=0.005)
        assert all(0.0 < p < 1.0 for p in entry["answers"].values())
        assert entry["came"]["on"] > (shipped.clock.moment(0.0) + timedelta(days=300)).isoformat()
    assert set(told["crps"]) == {*RULES, "stays"}
    doubled = np.ones(len(shipped.patrons))
    doubled[0] = 2.0
    moved = {entry["id"]: entry["moved"] for entry in aftermath(shipped, doubled, draws=DRAWS).document()["issues"]}
    assert moved["I1"]["low"] > 0.0  # toward Russia's alliance
    assert moved["I2"]["low"] > 0.0
    assert moved["I3"]["high"] < 0.0  # away from routes round Russia
