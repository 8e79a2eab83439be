"""T1.9: one region without noise, police or killing is the single-site epidemic of riots.

    λ' = -ω λ + β s λ,  s' = -β s λ,  ω = 0.26 a day, s(0) = 1, λ(0) = 0.001

The product's own step is run on 10^11 people, 128 worlds averaged, so that chance is below 1e-5. Hazards are taken in the
middle of a step (S1 to S3), so that its error is of second order in its length: it falls fourfold where the step is
halved, and the value extrapolated from Δ and Δ/2 (four times the finer less the coarser, by three) has an error of higher
order. Tolerances: 1e-3 for shares, as the table of known answers asks; a tenth of a day for the time of the peak.

The epidemic removes for good those who leave. Those who go home may come out again in the model (M2.6), also within the
step; for T1.9 people therefore leave the street by the door of no return, M2.3, at the rate ω, and nobody goes home. Where
all go home instead the share of people on the street is logistic growth, a known answer too:

    λ' = ω λ (R0 (1 - λ) - 1),  λ(t) = L / (1 + (L / λ(0) - 1) exp(-ω (R0 - 1) t)),  L = 1 - 1/R0
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from realpolitik.case.records import Region
from realpolitik.crisis import layout as at
from realpolitik.crisis.start import ADULTS, MOST
from tests.crisis.worlds import STILL, Worlds, country

OMEGA, SHOCK, PEOPLE = 0.26, 1e-3, 1e11
KNOWN = {1.5: (0.0640, 43.7, 0.4155), 2.0: (0.1544, 25.9, 0.2025), 3.0: (0.3015, 14.7, 0.0593)}
HORIZON = {1.5: 240.0, 2.0: 150.0, 3.0: 105.0}  # days, until all is over
SELDOM = 1e-9  # per day, of going home where nobody shall


def path(hours, days, start, quiet, **parameters):
    """Share of people on the street at every edge of a step, averaged over worlds; and the worlds at the end."""
    region = Region("Harbour", PEOPLE / (ADULTS * MOST))
    worlds = Worlds(country(region, days=days), {**STILL, "mobilisable": MOST, **parameters}, hours=hours)
    assert worlds.get(at.MOBILISABLE)[0] == pytest.approx(PEOPLE)
    worlds.put(at.STREET, start * PEOPLE)
    worlds.put(at.QUIET, quiet * PEOPLE)
    shares = [start]
    for _ in range(len(worlds.T)):
        worlds.run(1)
        shares.append(worlds.get(at.STREET).mean() / PEOPLE)
    return np.array(shares), worlds


def epidemic(r0, hours):
    """Peak share, its day (both through the three highest points), final share of untouched people."""
    for_good = {"spell_end": SELDOM, "contagion": r0 * OMEGA / SELDOM, "death_unarmed": OMEGA}
    shares, worlds = path(hours, HORIZON[r0], SHOCK, 1.0, **for_good)
    top = int(np.argmax(shares))
    before, middle, after = shares[top - 1 : top + 2]
    shift = 0.5 * (before - after) / (before - 2 * middle + after)
    peak = middle - 0.25 * (before - after) * shift
    return np.array([peak, (top + shift) * hours / 24.0, worlds.get(at.QUIET).mean() / PEOPLE])


def logistic(r0, start, days):
    """The share of people on the street where all who are not there can join."""
    limit = 1.0 - 1.0 / r0
    return limit / (1.0 + (limit / start - 1.0) * np.exp(-OMEGA * (r0 - 1.0) * days))


def equations(r0):
    """Peak share, its day and the final share of untouched people, from the differential equations themselves."""

    def change(_, y):
        return [OMEGA * y[0] * (r0 * y[1] - 1.0), -OMEGA * r0 * y[0] * y[1]]

    def turn(_, y):
        return r0 * y[1] - 1.0

    run = solve_ivp(change, (0.0, 400.0), [SHOCK, 1.0], events=turn, rtol=1e-10, atol=1e-14)
    return np.array([run.y_events[0][0, 0], run.t_events[0][0], run.y[1, -1]])


@pytest.mark.parametrize("r0", KNOWN)
def test_the_published_numbers_are_those_of_the_equations(r0):
    """T1.9 as published, to its last digit; and the invariant λ + s - (ω/β) ln s and s = exp(-R0 (A + 1 - s)) by
    themselves."""
    peak, day, final = equations(r0)
    assert [peak, final] == pytest.approx([KNOWN[r0][0], KNOWN[r0][2]], abs=6e-5)
    assert day == pytest.approx(KNOWN[r0][1], abs=0.06)
    assert peak == pytest.approx(SHOCK + 1.0 - (1.0 + np.log(r0)) / r0, abs=1e-7)
    assert final == pytest.approx(np.exp(-r0 * (SHOCK + 1.0 - final)), abs=1e-7)


@pytest.mark.parametrize("r0", KNOWN)
def test_t1_9_peak_time_and_final_size(r0):
    """T1.9, rules M1.1, M1.5, M2.3, S1, S3: the step converges to the epidemic at second order, and to its numbers when
    extrapolated."""
    coarse, fine, exact = epidemic(r0, 4.0), epidemic(r0, 2.0), equations(r0)
    peak, day, final = (4.0 * fine - coarse) / 3.0
    assert peak == pytest.approx(KNOWN[r0][0], abs=1e-3)
    assert day == pytest.approx(KNOWN[r0][1], abs=0.1)
    assert final == pytest.approx(KNOWN[r0][2], abs=1e-3)
    assert (coarse - exact) / (fine - exact) == pytest.approx(np.full(3, 4.0), abs=0.7)


@pytest.mark.parametrize("r0", [1.5, 2.0, 3.0])
def test_growth_of_a_crowd_of_people_who_come_out_again_is_logistic(r0):
    """M1.1, M1.5, M2.1, M2.6, S1, S3: from one in a hundred on, at steps of 8 h, 4 h and 2 h: the largest error of the whole
    path falls fourfold where the step is halved, and extrapolated the path is that of the equation."""
    start, paths = 0.01, {}
    for hours in (8.0, 4.0, 2.0):
        shares, _ = path(hours, HORIZON[r0] / 3.0, start, 1.0 - start, spell_end=OMEGA, contagion=r0)
        paths[hours] = shares[:: round(8.0 / hours)]
    exact = logistic(r0, start, np.arange(len(paths[8.0])) / 3.0)
    assert exact[-1] > 0.9 * (1.0 - 1.0 / r0)
    errors = [np.max(np.abs(paths[hours] - exact)) for hours in (8.0, 4.0, 2.0)]
    assert [errors[0] / errors[1], errors[1] / errors[2]] == pytest.approx([4.0, 4.0], abs=0.7)
    assert (4.0 * paths[2.0] - paths[4.0]) / 3.0 == pytest.approx(exact, abs=5e-5)


@pytest.mark.parametrize("hours", [2.0, 6.0, 12.0])
def test_with_people_who_come_out_again_the_crowd_settles(hours):
    """M2.6: when those who went home rejoin like the quiet, the share on the street tends to 1 - 1/R0; at any step
    length, but for an error of second order in it."""
    shares, _ = path(hours, 120.0, SHOCK, 1.0 - SHOCK, spell_end=OMEGA, contagion=2.0)
    assert shares[-1] == pytest.approx(0.5, abs=0.006 * (hours / 24.0) ** 2 + 1e-5)


def test_nobody_joins_where_nothing_presses():
    """T1.7's silence in our rule, M1.1: without hardship the joining hazard is exactly zero, whatever the crowd and its
    pull."""
    worlds = Worlds(country(Region("Harbour", 1e6, hardship=0.0)), {**STILL, "contagion": 50.0})
    worlds.out(1000.0)
    quiet = worlds.get(at.QUIET)
    worlds.run(8)
    assert np.array_equal(worlds.get(at.QUIET), quiet)
