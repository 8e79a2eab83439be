"""Values: every spelling, every refusal, and the round trip."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realpolitik.case.mistakes import Mistake
from realpolitik.case.values import exact, parse


@pytest.mark.parametrize(
    ("written", "low", "high", "centre", "form"),
    [
        ("206", 206, 206, 206, "exact"),
        ("012", 12, 12, 12, "exact"),
        ("1e3", 1000, 1000, 1000, "exact"),
        ("12,000", 12000, 12000, 12000, "exact"),
        ("12 000", 12000, 12000, 12000, "exact"),
        ("1\u202f234\u202f567", 1234567, 1234567, 1234567, "exact"),
        ("200..230", 200, 230, 215, "range"),
        ("200-230", 200, 230, 215, "range"),
        ("2,000 to 3,600", 2000, 3600, 2800, "range"),
        ("200–230", 200, 230, 215, "range"),
        (">=9", 9, inf, 9, "at_least"),
        ("at least 9", 9, inf, 9, "at_least"),
        ("> 60", 61, inf, 61, "at_least"),
        ("<=40", 0, 40, 40, "at_most"),
        ("≤ 40", 0, 40, 40, "at_most"),
        ("<40", 0, 39, 39, "at_most"),
        ("~300", 240, 360, 300, "about"),
        ("about 12,000", 9600, 14400, 12000, "about"),
    ],
)
def test_values_read_as_an_analyst_writes_them(written, low, high, centre, form):
    value = parse(written)
    assert (value.low, value.high, value.centre, value.form) == (low, high, centre, form)


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("-3", "is negative"),
        ("many", "is not a value"),
        ("", "is not a value"),
        ("230..200", "runs downward"),
        ("12.000", "can be read in two ways"),
        ("1,23", "is not a value"),
        ("200..", "is not a value"),
        ("<0", "leaves nothing"),
        ("1e999", "larger than any count"),
        ("__import__('os')", "is not a value"),
    ],
)
def test_what_is_no_value_is_refused_with_the_right_spelling(written, wrong):
    with pytest.raises(Mistake) as caught:
        parse(written)
    assert wrong in caught.value.wrong
    assert caught.value.right


counts = st.integers(min_value=0, max_value=10**9)


@given(counts, counts, st.sampled_from(["", ">=", "<=", "~", ".."]))
@settings(max_examples=60, deadline=None)
def test_a_value_written_out_reads_as_itself(one, two, sign):
    if sign == "..":
        low, high = min(one, two), max(one, two)
        value = parse(f"{low}..{high}")
        assert (value.low, value.high) == (low, high)
    else:
        value = parse(f"{sign}{one}")
        assert value.centre == one
    assert parse(str(value)) == value
    assert value.low <= value.centre <= value.high


@given(counts)
@settings(max_examples=30, deadline=None)
def test_thousands_may_be_parted_by_commas_or_spaces(number):
    assert parse(f"{number:,}") == parse(f"{number:,}".replace(",", " ")) == exact(number)
