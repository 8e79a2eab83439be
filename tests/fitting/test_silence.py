"""E2: what a case does not tell counts, of public acts and of seats of government."""

from dataclasses import replace

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.case.records import Item, Reporter
from realpolitik.chance.keys import combine_array
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS
from realpolitik.fitting.coarsening import informative
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.silence import LAG, unlisted_acts, unlisted_seats
from realpolitik.fitting.synthetic import synthesise

WORLDS = 4096


@pytest.fixture(scope="module")
def case():
    return load("three-towns")


def seat(what, grade="C3", where="Hills", **more):
    return Item(id="X", what=what, where=where, when=(48.0, 60.0), reported=72.0, by=("Daily",), origin="X", grade=grade, **more)


def silent(case, as_of=None):
    return {e.item.id: e for e in build_docket(case, as_of).entries if e.silent}


@pytest.mark.parametrize("what", ["seat stormed", "seat abandoned", "seat retaken"])
def test_a_report_of_a_loss_breaks_the_silence_about_that_seat_alone(case, what):
    assert unlisted_seats(case, case.evidence) == ["Hills"]
    assert unlisted_seats(case, [seat(what)]) == ["Capital", "Harbour"]
    assert unlisted_seats(case, [seat(what, absent=True)]) == ["Capital", "Harbour"]


@pytest.mark.parametrize("item", [seat("seat held"), seat("seat stormed", "F6"), seat("post stormed"), seat("seat stormed", "D4")])
def test_what_tells_of_no_loss_or_says_nothing_leaves_the_silence(case, item):
    assert unlisted_seats(case, [item]) == ["Capital", "Harbour", "Hills"]


def test_a_rumour_of_the_worst_grade_leaves_an_act_unlisted(case):
    rumour = Item(id="X", what="purge", when=(48.0, 60.0), reported=72.0, by=("Daily",), origin="X", grade="F6")
    assert "purge" in unlisted_acts(case, [rumour])
    assert "purge" not in unlisted_acts(case, [replace(rumour, grade="D1")])


@pytest.mark.parametrize(("grade", "trust", "broken"), [("A1", 0.0, True), ("C3", 0.0, False), ("C3", 0.01, True)])
@pytest.mark.parametrize(("what", "silence"), [("purge", "no purge"), ("seat stormed", "no seat lost: Hills")])
def test_no_act_is_fixed_twice_by_one_whom_the_case_does_not_trust_and_by_silence(case, what, silence, grade, trust, broken):
    """Grade A1 fixes its act under any trust (E1), so it breaks the silence under any; a lower grade without trust says nothing."""
    case = replace(
        case, evidence=(*case.evidence, seat(what, grade)), reporters={**case.reporters, "Daily": Reporter("Daily", trust=trust)}
    )
    docket = build_docket(case)
    assert (silence not in docket.ids) is broken
    slots = CrisisModel(build_problem(case, ()), docket, np.ones(len(docket.entries))).tables.slots
    assert len(slots[slots >= 0]) == sum(e.treatment in ("clamped", "absence") for e in docket.entries)


def test_silence_about_a_seat_ends_a_day_before_the_last_report_and_that_about_an_act_with_it(case):
    known = silent(case, 120.0)
    last = max(i.reported for i in case.evidence if i.reported <= 120.0)
    assert known["no seat lost: Hills"].window == (0.0, last - LAG)
    assert known["no resign"].window == (0.0, last)
    assert not any("seat" in name for name in silent(case, 20.0))
    late = replace(case.evidence[0], id="late", origin="late", reported=1000.0)  # told long after the clock: silence to its end
    assert silent(replace(case, evidence=(*case.evidence, late)))["no seat lost: Hills"].window == (0.0, 240.0)


def test_all_silent_seats_are_one_report_to_the_weight_of_the_evidence(case):
    none = replace(case, evidence=tuple(i for i in case.evidence if not i.what.startswith("seat ")))
    assert sum(name.startswith("no seat") for name in silent(none)) == 3
    gone = sum(1.0 - 1.0 / ratio for ratio in (16.8, 2.2))  # the two seats of the template: A2 and C3
    assert informative(build_docket(none)) == pytest.approx(informative(build_docket(case)) - gone)


def test_a_silent_seat_weighs_as_much_as_worlds_without_evidence_keep_it(case):
    """The mean weight of worlds that cannot lose a seat is the share of free worlds that do not, within 4 standard errors."""
    problem = build_problem(case, ())
    held = replace(build_docket(case), entries=tuple(e for e in build_docket(case).entries if e.item.what == "seat lost"))
    free = replace(held, entries=())
    row = (problem.names.index("Hills"), problem.places.index("seat"))
    found = []
    for docket in (held, free):
        model = CrisisModel(problem, docket, np.ones(len(docket.entries)), run_out=True)
        values = problem.prior.transform(np.zeros((WORLDS, problem.prior.dimension)))
        for name, value in {"contagion": 4.0, "storm": 3.0, "restraint": 0.02}.items():
            values[problem.prior.names.index(name)] = value
        ids = combine_array(np.arange(WORLDS, dtype=np.uint64)[:, None], model.noise_keys[None, :])

        def look(model, block, step, ancestors, shares):
            return None if shares is None else block.S.reshape(-1, at.LANES)[model.size.place(*row) + at.LOST_AT].copy()

        run = run_filter(model, values, ids, 1, 1, probe=lambda: look)
        found.append((np.exp(run.evidence), np.concatenate(run.extra)))
    (weights, kept), (_, lost) = found
    assert not np.any((kept >= 0.0) & (kept < 228.0))  # silence ends 12 hours before the clock does
    share = np.mean((lost < 0.0) | (lost >= 228.0))
    assert 0.05 < share < 0.95
    error = np.hypot(weights.std() / np.sqrt(WORLDS), np.sqrt(share * (1.0 - share) / WORLDS))
    assert weights.mean() == pytest.approx(share, abs=4.0 * error)


def test_a_synthetic_crisis_is_silent_only_about_seats_that_stood(case):
    """And tells of every other seat; acts likewise."""
    told = 0
    for number in range(24):
        crisis = synthesise(case, 2, number)
        names = [r.name for r in case.regions]
        for entry in silent(crisis.case).values():
            if entry.item.where is not None:
                lost = crisis.world.lost[names.index(entry.item.where), 0]
                assert lost < 0.0 or lost >= entry.window[1] - 12.0
            else:
                assert crisis.world.decisions[DECISIONS.index(entry.item.what)] < 0.0
        told += any(i.id == "also seat lost: Hills" for i in crisis.case.evidence)
    assert told > 0
