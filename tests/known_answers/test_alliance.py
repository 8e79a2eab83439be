"""T4: the call for allied troops, through the product's decisions in whole worlds."""

import numpy as np
import pytest
from scipy.special import ndtri

from realpolitik.case.records import Alliance, Region, Rival
from realpolitik.chance.keys import combine_array, uniform_array
from realpolitik.crisis import layout as at
from realpolitik.crisis.parameters import TABLE
from realpolitik.fitting.problem import build_problem
from tests.crisis.worlds import STILL, Worlds, country

MEDIAN = {row.name: row.prior.median for row in TABLE}


def with_ally(decides="one man", days=40.0, step=6.0):
    return country(
        Region("Harbour", 4e6), days=days, step=step, police=20_000.0, sparks=[("Harbour", 0.0, 2.0, 5000.0)],
        alliance=Alliance("the pact", decides=decides), rival=Rival("the heir"),
    )  # fmt: skip


def prior_draws(case, particles=at.LANES, seed=9):
    d = build_problem(case, ()).prior.dimension
    lanes = combine_array(np.uint64(seed), np.arange(particles, dtype=np.uint64))
    return ndtri(uniform_array(lanes[:, None], np.arange(d, dtype=np.uint64)[None, :]))


def taken(worlds, decision):
    return worlds.get(at.TAKEN + decision, None)


@pytest.mark.parametrize("step", [1.0, 6.0])
@pytest.mark.parametrize("seed", range(4))
def test_t4_1_order_of_the_patrons_acts(seed, step):
    """T4.1, M6.2 to M6.5, over the whole prior: no answer before the request, no troops before acceptance, no
    withdrawal before troops; each at the hour of the act it follows or later, an hour told to a 64th of the step; in steps
    of 6 h some within the step of the act that they follow; and never both accepted and refused."""
    case = with_ally(step=step, days=20.0)
    worlds = Worlds(case, {"hazard_request": 2.0, "hazard_announce": 2.0}, seed=seed, flat=False, z=prior_draws(case, seed=seed)).run()
    at_once = 0
    for before, after in (
        (at.REQUEST, at.ACCEPT), (at.REQUEST, at.REFUSE), (at.ACCEPT, at.DEPLOY), (at.DEPLOY, at.ANNOUNCE),
        (at.ANNOUNCE, at.WITHDRAW),
    ):  # fmt: skip
        first, then = taken(worlds, before), taken(worlds, after)
        done = then >= 0.0
        assert np.all(first[done] >= 0.0)
        assert np.all(then[done] >= first[done])
        assert done.sum() > 5
        at_once += np.sum(then[done] // step == first[done] // step)
    assert step < 6.0 or at_once > 5
    assert not np.any((taken(worlds, at.ACCEPT) >= 0.0) & (taken(worlds, at.REFUSE) >= 0.0))


def test_t4_1_troops_only_after_the_order_to_deploy():
    """M5.6: no allied soldier stands in the country before deployment or after a completed withdrawal."""
    case = with_ally(days=20.0)
    worlds = Worlds(case, {"hazard_request": 2.0, "hazard_announce": 3.0, "hazard_withdraw": 3.0}, flat=False, z=prior_draws(case))
    seen = 0
    for _ in range(len(worlds.T)):
        worlds.run(1)
        troops = worlds.get(at.TROOPS, None)
        assert np.all(troops[taken(worlds, at.DEPLOY) < 0.0] == 0.0)
        assert np.all(troops[taken(worlds, at.WITHDRAW) >= 0.0] == 0.0)
        seen += int(np.sum(troops > 0.0))
    assert seen > 100


def request_at_once(days=40.0, step=1.0, blocks=20, decides="one man", **parameters):
    """Worlds in which help was requested in the hour before the clock starts, nothing else moving but the patron."""
    patron = {name: MEDIAN[name] for name in ("hazard_accept", "accept_share", "hazard_deploy")}
    case = with_ally(decides, days, step)
    worlds = Worlds(case, {**STILL, "contagion": 0.0, "spark 1": 0.0, **patron, **parameters}, blocks=blocks)
    worlds.take(at.REQUEST)
    return worlds.run()


def erlang(a, d, t):
    """P(X + Y <= t) of two exponential times with rates a and d."""
    if abs(a - d) < 1e-9:
        return 1.0 - np.exp(-a * t) * (1.0 + a * t)
    return 1.0 - (d * np.exp(-a * t) - a * np.exp(-d * t)) / (d - a)


@pytest.mark.parametrize("step", [1.0, 6.0])
def test_t4_1_share_of_requests_granted(step):
    """M6.2: with all the time in the world the patron accepts a share accept_share of requests, whatever the step;
    2,560 worlds, 4 s.e. = 0.04."""
    worlds = request_at_once(step=step)
    assert np.mean(taken(worlds, at.ACCEPT) >= 0.0) == pytest.approx(MEDIAN["accept_share"], abs=0.04)
    assert np.all((taken(worlds, at.ACCEPT) >= 0.0) != (taken(worlds, at.REFUSE) >= 0.0))


def test_t4_1_a_patron_without_a_stake_never_accepts():
    """T4.1, M6.2: with an accept share of zero nobody comes, whatever the hazard."""
    worlds = request_at_once(step=6.0, blocks=2, accept_share=0.0)
    assert np.all(taken(worlds, at.ACCEPT) < 0.0)
    assert np.all(taken(worlds, at.DEPLOY) < 0.0)
    assert np.all(taken(worlds, at.REFUSE) >= 0.0)


@pytest.mark.parametrize("step", [1.0, 6.0])
def test_t4_3_time_from_request_to_first_troops_follows_the_two_hazards(step):
    """T4.3, M6.2 and M6.3, at the medians: share of accepted requests with troops within 48 h is that of two
    exponential times, whatever the step, since an act can be answered from its hour on; 4 s.e. of 10,240 worlds, of which
    the patron accepts a share accept_share."""
    worlds = request_at_once(days=20.0, step=step, blocks=80)
    deployed = taken(worlds, at.DEPLOY)[taken(worlds, at.ACCEPT) >= 0.0]
    share = np.mean((deployed >= 0.0) & (deployed <= 48.0))
    exact = erlang(MEDIAN["hazard_accept"], MEDIAN["hazard_deploy"], 2.0)
    assert share == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / deployed.size))


def test_t4_3_troops_within_48_hours_of_the_request():
    """T4.3: over 80 % of accepted requests to one man bring troops within 48 h at the prior medians."""
    worlds = request_at_once(days=20.0)
    deployed = taken(worlds, at.DEPLOY)[taken(worlds, at.ACCEPT) >= 0.0]
    assert np.mean((deployed >= 0.0) & (deployed <= 48.0)) > 0.8


def test_t4_3_a_consensus_takes_weeks():
    """M6.2: an alliance that decides by consensus answers 27 times more slowly; a twentieth of requests brings troops within 48 h, as two
    exponential times say: 12,800 worlds, 4 s.e. = 0.008."""
    worlds = request_at_once(days=4.0, blocks=100, decides="consensus")
    deployed = taken(worlds, at.DEPLOY)
    exact = MEDIAN["accept_share"] * erlang(MEDIAN["hazard_accept"] / 27.0, MEDIAN["hazard_deploy"], 2.0)
    assert exact == pytest.approx(0.053, abs=0.001)
    assert np.mean((deployed >= 0.0) & (deployed <= 48.0)) == pytest.approx(exact, abs=0.008)


def test_t4_4_presence_does_not_move_joining():
    """T4.4: at day 3 the presence of allied troops changes joining by less than 5 %. In the model it changes nothing at
    all (multiplier exactly 1): where troops free no domestic unit and send no signal, every crowd is the same bit for
    bit with and without them."""
    parameters = {"troops_free": 0.0, "signal": 0.0, "hazard_accept": 0.0, "hazard_announce": 0.0, "hazard_deploy": 0.0}
    case = with_ally(days=10.0)
    alone, guarded = Worlds(case, parameters), Worlds(case, parameters)
    for decision in (at.REQUEST, at.ACCEPT, at.DEPLOY):
        guarded.take(decision)
    alone.run(12)
    guarded.run(12)
    assert np.all(guarded.get(at.TROOPS, None) > 100.0)
    assert np.all(alone.get(at.TROOPS, None) == 0.0)
    assert np.array_equal(alone.get(at.QUIET), guarded.get(at.QUIET))
    assert np.array_equal(alone.get(at.STREET), guarded.get(at.STREET))
    assert alone.get(at.STREET).mean() > 100.0


def test_troops_act_through_the_units_they_free():
    """M5.6: freed units deter; with many of them fewer people join."""
    case = with_ally(days=10.0)
    parameters = {"signal": 0.0, "hazard_accept": 0.0, "hazard_announce": 0.0, "restraint": 1.0, "contingent": 5000.0}
    few, many = (Worlds(case, {**parameters, "troops_free": f}) for f in (0.0, 2.0))
    for worlds in (few, many):
        for decision in (at.REQUEST, at.ACCEPT, at.DEPLOY):
            worlds.take(decision)
        worlds.run(20)
    assert many.get(at.QUIET).mean() > few.get(at.QUIET).mean()
