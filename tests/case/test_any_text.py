"""Whatever a cell or a scalar holds, its reader gives something whole or a `Mistake`, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from math import isfinite, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realpolitik.case import fields, grades, priors, scalars, times, values
from realpolitik.case.mistakes import Mistake
from realpolitik.case.priors import FARTHEST, LARGEST
from realpolitik.case.words import GRADES
from realpolitik.errors import printable

MANY = settings(max_examples=150, deadline=None)
PIECES = st.sampled_from(
    [*" .,:;-+−~≈<>=()[]/…–TZeE'\u00a0\u202f\u202e\x00\n", "..", "to", "about", "at least", "UTC", "jan", "24:00", "h", "min"]
)
NUMBERS = st.one_of(
    st.integers(0, 10**20).map(str),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.sampled_from(["0", "1e308", "1e-320", "9" * 70, "1,000", "1.000", "2024", "2024-03-01", "31", "0.5", "-0"]),
)
ANYTHING = st.one_of(st.text(max_size=30), st.lists(st.one_of(PIECES, NUMBERS), max_size=8).map("".join), NUMBERS)


def read(reader, text, *more):
    """What a reader gives, or None where it refuses; its words can be printed."""
    try:
        return reader(text, *more)
    except Mistake as mistake:
        wrong, right = mistake.wrong, mistake.right
    assert wrong
    assert printable(wrong + right) == wrong + right
    assert len(wrong + right) < 1500
    return None


@given(ANYTHING)
@MANY
def test_values(text):
    value = read(values.parse, text)
    if value is None:
        return
    assert 0.0 <= value.low <= value.high
    assert value.low <= value.centre <= value.high
    assert isfinite(value.centre)
    assert isfinite(value.high) == (value.form != "at_least")
    again = values.parse(str(value))
    assert (again.form, again.centre) == (value.form, pytest.approx(value.centre))


@given(ANYTHING, st.sampled_from(["UTC", "Asia/Almaty", "+05:30", "Europe/Berlin"]))
@MANY
def test_times(text, zone):
    moment, span = read(times.moment, text, zone), read(times.span, text, zone)
    if moment is not None:
        assert timedelta(0) <= moment.ends - moment.begins <= timedelta(hours=25)
        assert moment.begins.utcoffset() is not None
        assert span == (moment.begins, moment.ends)
    if span is not None:
        assert span[0] <= span[1]


@given(ANYTHING)
@MANY
def test_steps_and_zones(text):
    hours = read(times.step_hours, text)
    assert hours is None or 0.0 < hours < 1e6
    read(times.zone, text)


@given(ANYTHING)
@MANY
def test_grades(text):
    grade = read(grades.parse, text)
    assert grade is None or grade in GRADES


@given(st.text(max_size=3) | st.tuples(st.sampled_from("AbFßΑ"), st.sampled_from("16²７")).map("".join))
@MANY
def test_short_texts_are_grades_only_where_they_are_listed(text):
    grade = read(grades.parse, text)
    assert (grade is not None) == (text.strip().upper() in GRADES)


@given(ANYTHING)
@MANY
def test_numbers_odds_and_texts(text):
    for reader in (scalars.number, fields.odds):
        number = read(reader, text)
        assert number is None or isfinite(number)
    odds = read(fields.odds, text)
    assert odds is None or odds > 0.0
    clean = read(scalars.text, text)
    assert clean is None or not any(c in clean for c in "\x00\x1b\u202e\u2066\x85")
    name = read(scalars.name, text)
    assert name is None or (0 < len(name) <= 120 and name == " ".join(name.split()))
    flag = read(scalars.flag, text)
    assert flag in (None, True, False)


SIZES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e3, 1e3), st.sampled_from([0.0, 1e30, 1e-30, 5e-324, 1.7e308])
)
CALLS = st.builds(
    lambda kind, a, b: f"{kind}({a!r}, {b!r})" if kind not in ("half_normal", "fixed") else f"{kind}({a!r})",
    st.sampled_from(["lognormal", "normal", "beta", "uniform", "half_normal", "fixed"]),
    SIZES,
    SIZES,
)
ABOUTS = st.builds(lambda a, b, c: f"about {a!r} ({b!r} to {c!r})", SIZES, SIZES, SIZES) | st.lists(SIZES, min_size=3, max_size=3).map(
    lambda three: "about {1!r} ({0!r} to {2!r})".format(*sorted(three))
)


@given(CALLS | ABOUTS | ANYTHING)
@settings(max_examples=400, deadline=None)
def test_a_prior_that_is_read_gives_numbers_wherever_it_is_asked(text):
    prior = read(priors.parse, text)
    if prior is None:
        return
    with np.errstate(all="raise", under="ignore"):
        far = prior.from_standard_normal(np.linspace(-FARTHEST, FARTHEST, 41))
    assert np.all(np.isfinite(far))
    assert np.all(np.diff(far) >= -1e-9 * np.abs(far[1:]))  # rises with the number that drives it
    assert np.max(np.abs(far)) <= LARGEST * (1.0 + 1e-9)
    assert not isnan(prior.median)
