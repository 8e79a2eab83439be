"""E1 and E2: an act that the evidence fixes is weighted by exactly the probability that the model gives to the report.

One decision at a constant hazard (no threat in it), everything else still: the probability of the act within a window
[a, b] is exp(-λ a) - exp(-λ b), that of no act up to b is exp(-λ b).
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare

from realpolitik.case.records import Alliance, Item, Region
from realpolitik.chance.keys import combine_array
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import CELLS, in_force, pass_time
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from tests.crisis.worlds import STILL, Worlds, country

RATE, PARTICLES = 0.4, 2048


def act(first, last, **more):
    return Item(
        id="A1", what="concede", when=(first, last), reported=230.0, by=("Radio",), origin="A1", grade="A1", **more
    )  # fmt: skip


def weighed(case, parameters, worlds=1, probe=None):
    """The filter's run over PARTICLES particles under the item A1 of a case alone, all else still but ``parameters``; A1's treatment."""
    problem, docket = build_problem(case, ()), build_docket(case)
    model = CrisisModel(problem, docket, np.array([e.item.id == "A1" for e in docket.entries], float))
    values = problem.prior.transform(np.zeros((PARTICLES, problem.prior.dimension)))
    for name, value in {**STILL, "threat_slope": 0.0, **parameters}.items():
        values[problem.prior.names.index(name)] = value
    ids = combine_array(np.arange(PARTICLES, dtype=np.uint64)[:, None], model.noise_keys[None, :])
    run = run_filter(model, values, ids, worlds, 1, probe=probe)
    return run, next(e.treatment for e in docket.entries if e.item.id == "A1")


def likelihoods(item, step=6.0, worlds=1):
    """Ẑ of every particle for one item about the concession, and its treatment."""
    case = replace(country(Region("Harbour", 1e6), days=10, step=step), evidence=(item,))
    run, treatment = weighed(case, {"hazard_concede": RATE}, worlds)
    return np.exp(run.evidence), treatment


def happens(first, last):
    return np.exp(-RATE * first / 24.0) - np.exp(-RATE * last / 24.0)


@pytest.mark.parametrize("step", [1.0, 6.0])
@pytest.mark.parametrize(("first", "last"), [(0.0, 12.0), (24.0, 60.0), (48.0, 240.0)])
def test_a_clamped_act_has_the_probability_of_its_window(first, last, step):
    """E1: mean of Ẑ over 2,048 particles within 4 s.e. of the probability of a window that ends on edges of steps."""
    z, treatment = likelihoods(act(first, last), step)
    assert treatment == "clamped"
    error = z.std(ddof=1) / np.sqrt(PARTICLES)
    assert z.mean() == pytest.approx(happens(first, last), abs=4 * error + 1e-12)
    assert error < 0.02 * z.mean()


def test_two_halves_of_a_window_add_up():
    """E1: cutting a window in two loses nothing, also where the cut lies within a step."""
    whole, left, right = (likelihoods(act(*w))[0] for w in ((24.0, 72.0), (24.0, 45.0), (45.0, 72.0)))
    error = np.sqrt(sum(z.var() for z in (whole, left, right)) / PARTICLES)
    assert left.mean() + right.mean() == pytest.approx(whole.mean(), abs=4 * error)


@pytest.mark.parametrize("worlds", [1, 8, 32])
def test_many_worlds_of_a_particle_are_weighted_alike(worlds):
    """E1 through the filter's resampling: the estimate stays unbiased with any number of worlds."""
    z, _ = likelihoods(act(24.0, 60.0), worlds=worlds)
    assert z.mean() == pytest.approx(happens(24.0, 60.0), abs=4 * z.std(ddof=1) / np.sqrt(PARTICLES) + 1e-12)


def test_an_absence_is_survival():
    """E2: no act for five days costs exactly five days of hazard, in every particle."""
    z, treatment = likelihoods(act(0.0, 120.0, absent=True))
    assert treatment == "absence"
    assert z == pytest.approx(np.full(PARTICLES, np.exp(-RATE * 5.0)), rel=1e-9)


@pytest.mark.parametrize("last", [61.5, 63.0])
def test_an_absence_that_ends_within_a_step_is_survival_to_its_end(last):
    """E2: steps of six hours, a span that ends a quarter or a half into one: its hours count and no more."""
    z, _ = likelihoods(act(0.0, last, absent=True))
    assert z == pytest.approx(np.full(PARTICLES, np.exp(-RATE * last / 24.0)), rel=1e-9)


def test_an_act_may_come_before_the_span_of_its_absence_within_the_same_step():
    """E2: not done between the 27th hour and the 58th, in steps of 12 h: chance that the one time lies elsewhere."""
    z, _ = likelihoods(act(27.0, 58.5, absent=True), 12.0)
    gone = np.isclose(z, 1.0)
    assert z[~gone] == pytest.approx(np.full(np.sum(~gone), np.exp(-RATE * 31.5 / 24.0)), rel=1e-9)
    error = z.std(ddof=1) / np.sqrt(PARTICLES)
    assert z.mean() == pytest.approx(1.0 - happens(27.0, 58.5), abs=4 * error)
    assert gone.mean() == pytest.approx(happens(0.0, 27.0), abs=0.05)


def test_a_seat_is_spared_for_its_span():
    """E2 for a place: stormed at a constant rate from the second day on, but not between the 27th hour and the 58th."""
    storm, size = 0.4, 2e5
    item = replace(act(27.0, 58.5, absent=True), what="seat stormed", where="Harbour")
    case = replace(country(Region("Harbour", 1e6), days=10, step=12.0, sparks=[("Harbour", 0.0, 0.5, size)]), evidence=(item,))
    run, treatment = weighed(case, {"storm": storm, "spell_end": 0.0, "mobilisable": 0.5, "spark 1": size})
    assert treatment == "absence"
    z = np.exp(run.evidence)
    gone = np.isclose(z, 1.0)
    assert 0.2 < gone.mean() < 0.4  # it fell before the span
    assert z[~gone] == pytest.approx(np.full(np.sum(~gone), np.exp(-storm * 31.5 / 24.0)), rel=1e-4)


@pytest.mark.parametrize(("opens", "shuts"), [(0.0, 1.0), (10.5 / CELLS, 1.0), (0.0, 40.5 / CELLS), (10.5 / CELLS, 40.5 / CELLS)])
def test_an_act_has_the_part_of_a_64th_that_is_left_to_it(opens, shuts):
    """E1: where an act follows another, or is barred by one, within its own 64th, it has half of it. Density times width,
    summed over the 64ths of a step, is exactly the chance of the act in it; and a free act is told to where it is likely."""
    rate, rows = 1.7, at.N_NATION + 3
    S, w = np.zeros((rows, at.LANES)), np.zeros((at.AHEAD, at.LANES))
    cells = np.arange(at.LANES) % int(CELLS)
    clamp, item, wait, done = at.N_NATION, at.N_NATION + 1, at.WAIT, at.TAKEN
    S[clamp], S[done] = (cells + 0.5) / CELLS, -1.0
    w[at.A], w[at.OPEN], w[at.SHUT] = rate, 1.0 - opens, shuts
    C = np.zeros((1, at.N_CLAMP))
    C[0, at.CLAMP_KIND], C[0, at.CLAMP_POWER] = 1.0, 1.0
    flat, scratch = S.reshape(-1), w.reshape(-1)
    row = at.A * at.LANES
    pass_time(flat, scratch, row, wait * at.LANES, done * at.LANES, 0, C, clamp * at.LANES, item * at.LANES, 0, 0.0, 1.0)
    weights = np.where(S[item] > -39.0, np.exp(S[item]), 0.0)[: int(CELLS)] / CELLS
    assert weights.sum() == pytest.approx(1.0 - np.exp(-rate * (shuts - opens)), rel=1e-6)
    assert np.array_equal(weights > 0.0, (cells[: int(CELLS)] >= int(opens * CELLS)) & (cells[: int(CELLS)] < np.ceil(shuts * CELLS)))

    # with the thresholds that were left behind (a what-if), each free act happens in its own 64th again
    possible = S[item] > -39.0
    S[done] = -1.0
    pass_time(flat, scratch, row, wait * at.LANES, done * at.LANES, -1, C, clamp * at.LANES, item * at.LANES, 0, 0.0, 1.0)
    assert S[done][possible] == pytest.approx(24.0 * (cells[possible] + 0.5) / CELLS)


SHARE = 0.5


def granted(first, last, step):
    """Ẑ of every particle for a grant in a window that the evidence fixes; help was asked for as the clock starts."""
    accept = replace(act(first, last), what="accept request")
    # rumours that weigh nothing here leave what they are about free to happen; without them silence would deny it
    request, refuse = (replace(accept, id=what, what=what, origin=what, grade="C3") for what in ("request help", "refuse request"))
    case = country(Region("Harbour", 1e6), days=10, step=step, alliance=Alliance("the pact", decides="one man"))
    case = replace(case, evidence=(request, accept, refuse))
    taken = []

    def probe():
        def look(model, block, step, ancestors, shares):
            if shares is not None:
                taken.append((block.S.reshape(-1, at.LANES)[at.TAKEN : at.TAKEN + at.N_DECISIONS].copy(), block.weight))

        return look

    run, treatment = weighed(case, {"hazard_request": 1e4, "hazard_accept": 1.0, "accept_share": SHARE}, probe=probe)
    assert treatment == "clamped"
    return np.exp(run.evidence), np.concatenate([t[0] for t in taken], axis=1)


@pytest.mark.parametrize(("first", "last"), [(36.0, 84.0), (37.0, 39.0), (45.0, 47.0)])
@pytest.mark.parametrize("step", [1.0, 6.0, 12.0])
def test_a_fixed_grant_stands_against_a_refusal(step, first, last):
    """E1, M6.2: a request is answered once. Fixed by the evidence, the grant happens in every world that can have it,
    the refusal then in none, and the weight is the chance that the grant comes first: the share of an exponential time
    that starts with the request, in the first 64th of the first step and told as its middle. Within that step the answer
    may follow already (S5), so that the weight does not hang on the length of the step."""
    z, taken = granted(first, last, step)
    possible = z > 1e-12
    assert np.all(taken[at.ACCEPT][possible] >= first - step / CELLS)
    assert np.all(taken[at.REFUSE][possible] < 0.0)
    assert np.mean(taken[at.REQUEST] < 1.01 * step / CELLS) > 0.99
    asked = step / CELLS / 2.0
    exact = SHARE * (np.exp(-(first - asked) / 24.0) - np.exp(-(last - asked) / 24.0))
    error = z.std(ddof=1) / np.sqrt(PARTICLES)
    assert z.mean() == pytest.approx(exact, abs=4 * error)
    assert error < 0.06 * exact


@pytest.mark.parametrize("step", [1.0, 6.0, 12.0])
def test_no_refusal_costs_its_hazard_up_to_the_grant(step):
    """E2, M6.2: help is asked for as the clock starts; that nobody refuses up to the 57th hour has the chance that nobody answers
    or that the answer grants. A grant of the model's own ends the hazard of a refusal at its hour, within its step too."""
    refuse = replace(act(0.0, 57.0, absent=True), what="refuse request")
    rumours = tuple(replace(act(0.0, 57.0), id=w, what=w, origin=w, grade="C3") for w in ("request help", "accept request"))
    case = country(Region("Harbour", 1e6), days=10, step=step, alliance=Alliance("the pact", decides="one man"))
    case = replace(case, evidence=(refuse, *rumours))
    run, treatment = weighed(case, {"hazard_request": 1e4, "hazard_accept": 2.0, "accept_share": SHARE})
    assert treatment == "absence"
    z = np.exp(run.evidence)
    answered = 1.0 - np.exp(-2.0 * (57.0 - step / CELLS / 2.0) / 24.0)
    assert z.mean() == pytest.approx(1.0 - (1.0 - SHARE) * answered, abs=4 * z.std(ddof=1) / np.sqrt(PARTICLES))
    assert z.std() < 0.4


def test_free_acts_follow_their_hazard():
    """M6.1: unclamped, the act is an exponential time: share done by each day within 4 s.e. of 2,560 worlds (0.04)."""
    worlds = Worlds(country(days=10), {**STILL, "hazard_concede": RATE, "threat_slope": 0.0}, blocks=20)
    for day in range(1, 11):
        worlds.run(4)
        done = worlds.get(at.TAKEN + at.CONCEDE, None) >= 0.0
        assert done.mean() == pytest.approx(1.0 - np.exp(-RATE * day), abs=0.04)
    for decision in set(range(at.N_DECISIONS)) - {at.CONCEDE}:
        assert np.all(worlds.get(at.TAKEN + decision, None) < 0.0)


def exponential(edges, rate):
    """Probability of an exponential time between each two neighbours of ``edges`` (days)."""
    return -np.diff(np.exp(-rate * np.asarray(edges)))


def test_hours_of_free_acts_follow_their_hazard_within_a_step():
    """S5: the hour of a free act has the law of its hazard at a resolution finer than the step: 2,560 exponential times at
    1.6 a day (0.8 a step) in steps of 12 h, by chi-square. By the 1.5 h up to the fourth step; and, of those within five days,
    the 64th of the step in which they lie, against the exponential cut off at the step's end."""
    rate, hours, days = 1.6, 12.0, 5
    worlds = Worlds(country(days=days, step=hours), {**STILL, "hazard_concede": rate, "threat_slope": 0.0}, blocks=20).run()
    taken = worlds.get(at.TAKEN + at.CONCEDE, None)
    done = taken[taken >= 0.0]
    assert done.max() < 24.0 * days
    assert len(worlds.T) == 24 * days / hours

    edges = np.append(np.arange(33) * 1.5 / 24.0, np.inf)
    found = np.histogram(np.where(taken >= 0.0, taken / 24.0, 1e3), edges)[0]
    assert chisquare(found, taken.size * exponential(edges, rate)).pvalue > 1e-3

    cell = done % hours * CELLS / hours
    assert cell == pytest.approx(np.floor(cell) + 0.5, abs=1e-6)
    found = np.bincount(np.floor(cell).astype(int), minlength=int(CELLS))
    within = exponential(np.arange(CELLS + 1.0) * hours / CELLS / 24.0, rate)
    assert chisquare(found, done.size * within / within.sum()).pvalue > 1e-3
    assert chisquare(found).pvalue < 1e-4  # a law that is level within the step would be told from it


@pytest.mark.parametrize("days", [1.0 / 24.0, 0.25, 0.5])
def test_an_act_is_in_force_for_what_is_left_of_its_step(days):
    """S5: the part of a step that lies after the act."""
    begin = 60.0
    end = begin + 24.0 * days
    for done, part in (
        (-1.0, 0.0),  # never
        (0.0, 1.0),  # with the start of the clock, steps ago
        (begin, 1.0),
        (begin + 6.0 * days, 0.75),
        (begin + 12.0 * days, 0.5),
        (end, 0.0),
        (end + 1.0, 0.0),  # after the step
    ):
        assert in_force(done, end, days) == pytest.approx(part, abs=1e-12)


@pytest.mark.parametrize("step", [3.0, 12.0])
def test_what_an_act_allows_waits_for_its_hour_and_no_longer(step):
    """S5, M6.1: lethal force can be ordered under an emergency only. Both hazards are constant: the emergency is declared at an
    exponential hour, and the order follows at another from there on, within the same step too. Share ordered within a
    day = that of the sum of two exponential times; 10,240 worlds, 4 s.e. = 0.02."""
    first, then = 1.5, 2.5
    parameters = {**STILL, "hazard_emergency": first, "hazard_lethal": then, "threat_slope": 0.0}
    worlds = Worlds(country(days=1, step=step), parameters, blocks=80).run()
    emergency, lethal = (worlds.get(at.TAKEN + d, None) for d in (at.EMERGENCY, at.LETHAL))
    ordered = lethal >= 0.0
    assert np.all(emergency[ordered] >= 0.0)
    assert np.all(lethal[ordered] >= emergency[ordered])
    assert np.any(lethal[ordered] // step == emergency[ordered] // step)
    exact = 1.0 - (then * np.exp(-first) - first * np.exp(-then)) / (then - first)
    assert ordered.mean() == pytest.approx(exact, abs=0.02)
