"""What was known at earlier dates: the dates are chosen from the case, and a fit at a date is a fit of the file cut there."""

import math
from dataclasses import replace

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.case.starter import new
from realpolitik.fitting.account import climb
from realpolitik.fitting.dates import _settled, _work_at, dates_of, fit_at
from realpolitik.fitting.settings import Settings

SETTINGS = Settings(ladders=16, rungs=8, worlds=1, passes=120)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return rp.load(new("harbour", tmp_path_factory.mktemp("dates")))


def test_dates_part_the_reports_and_hold_those_of_the_questions():
    case = rp.load("kazakhstan-2022")
    dates = dates_of(case, 3)
    known = {h: sum(i.reported <= h for i in case.evidence) for h in {*dates, *(q.asked for q in case.questions)}}
    for question in case.questions:
        assert min(abs(known[question.asked] / known[h] - 1.0) for h in dates) < 0.05
    assert 312.0 not in dates  # two reports more than on the 12th
    assert dates == sorted(set(dates))
    first, last = min(i.reported for i in case.evidence), max(i.reported for i in case.evidence)
    assert all(first <= hours < last for hours in dates)
    known = [sum(i.reported <= hours for i in case.evidence) for hours in dates]
    assert known == sorted(known)


def test_nothing_later_than_the_date_enters(case):
    """A fit at a date is the same, bit for bit, whatever was reported later."""
    reported = sorted(i.reported for i in case.evidence)
    hours = 0.5 * (reported[len(reported) // 2 - 1] + reported[len(reported) // 2])
    claims = next(c for a in case.accounts.values() for _, c in a.mixture)
    cut = replace(case, evidence=tuple(i for i in case.evidence if i.reported <= hours))
    assert 0 < len(cut.evidence) < len(case.evidence)
    whole, part = (fit_at(c, claims, hours, SETTINGS, 1) for c in (case, cut))
    assert whole.log_evidence == part.log_evidence
    assert (whole.items == part.items).all()


def test_a_date_after_everything_agrees_with_the_run(case, tmp_path):
    """Fitted with less work at the last date: the evidence of the whole run within 4 of the stated errors together."""
    run = rp.weigh(case, runs=tmp_path)
    for claims, draws in run.posterior.sets.items():
        found = fit_at(case, claims, max(i.reported for i in case.evidence), SETTINGS, 5)
        assert abs(found.log_evidence - draws.log_evidence) < 4.0 * math.hypot(found.se, draws.se) + 0.05


def test_a_short_fit_keeps_the_second_half_of_its_passes(case):
    hours = max(i.reported for i in case.evidence)
    claims = max((s for a in case.accounts.values() for _, s in a.mixture), key=len)
    settings = Settings(ladders=16, rungs=4, worlds=1, passes=16)
    work, problem, when = _work_at(case, claims, hours, settings, 1)
    whole = climb(when, work, problem, settings, 1, work.model.noise_keys)
    kept = _settled(whole, settings.passes)
    np.testing.assert_array_equal(kept.energies, whole.energies[8:])
    np.testing.assert_array_equal(kept.top_energy, whole.top_energy[8:])
    np.testing.assert_array_equal(kept.kept, whole.kept[whole.at >= 8])
    np.testing.assert_array_equal(kept.at, whole.at[whole.at >= 8] - 8)
    longer = climb(when, work, problem, replace(settings, passes=40), 1, work.model.noise_keys)
    assert _settled(longer, 40) is longer  # its first round is gone already
