"""Numbers in plain words."""

from __future__ import annotations

import math

import pytest

from realpolitik.cable import wording as w


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0, "<1%"),
        (0.0099, "<1%"),
        (0.014, "1%"),
        (0.5, "50%"),
        (0.99, "99%"),
        (0.991, ">99%"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_percent(p, text):
    assert w.percent(p) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.004, "less than 1 in 100"),
        (0.04, "about 4 in 100"),
        (0.08, "about 1 in 10"),
        (0.46, "about 5 in 10"),
        (0.96, "about 96 in 100"),
        (0.999, "more than 99 in 100"),
        (None, "unknown"),
    ],
)
def test_chance(p, text):
    assert w.chance(p) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.52, 0.69, "52–69%"),
        (0.001, 0.002, "<1%"),
        (0.001, 0.05, "<1% to 5%"),
        (0.97, 0.999, "97% to >99%"),
        (None, None, "–"),
        (None, 0.2, "20%"),
    ],
)
def test_percent_range(low, high, text):
    assert w.percent_range(low, high).replace("\u2060", "") == text


@pytest.mark.parametrize(
    ("bans", "sd", "text"),
    [
        (0.3, 0, "bare mention"),
        (0.5, 0, "substantial"),
        (1.5, 0, "strong"),
        (-2.5, 0, "decisive"),
        (0.5, 0.1, "bare mention to substantial"),
        (0.1, 2.0, "bare mention to decisive"),
        (None, 0, "not known"),
    ],
)
def test_strength_follows_kass_and_raftery(bans, sd, text):
    assert w.strength(bans, sd) == text


@pytest.mark.parametrize(
    ("bans", "text"),
    [(0.5, "3.2 times"), (-1.65, "45 times"), (3.07, "1,200 times"), (7, "over a million times")],
)
def test_factor(bans, text):
    assert w.factor(bans) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (1234.5, "1,234"),
        (-3, "−3"),
        (0.12345, "0.123"),
        (0, "0"),
        (206, "206"),
        (None, "–"),
        ("x", "–"),
        (1e-7, "1.0e-07"),
    ],
)
def test_number(x, text):
    assert w.number(x) == text


def test_signs_and_zeros():
    assert w.signed(-0.04) == "0"
    assert w.signed(-1.26) == "−1.3"
    assert w.fixed(-0.001) == "0.00"
    assert w.exact(1_234_567.0) == "1,234,567"
    assert w.exact(292.4896) == "292"


def test_counting():
    assert w.count(1, "item") == "one item"
    assert w.count(85, "item") == "85 items"
    assert w.of(3, 8, "parameter") == "three of eight parameters"
    assert w.of(3, 41, "parameter") == "3 of 41 parameters"
    assert w.listing([]) == ""
    assert w.listing(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("2022-01-05T14:00+06:00", "5 Jan 14:00"),
        ("2022-01-05T14:00..2022-01-05T15:30", "5 Jan 14:00–15:30"),
        ("2022-01-05..2022-01-07", "5 Jan – 7 Jan"),
        (["2022-01-05", "2022-01-05"], "5 Jan"),
        ("evening of the 5th", "evening of the 5th"),
        (None, ""),
    ],
)
def test_span(when, text):
    assert w.span(when) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("200..230", "200 to 230"),
        ("2000..10000", "2,000 to 10,000"),
        ("~3000", "about 3,000"),
        (">=10", "at least 10"),
        ("149 of 211", "149 of 211"),
        (206, "206"),
        (None, ""),
        ({"low": 200, "high": 230, "form": "range"}, "200 to 230"),
        ({"low": 9, "high": None, "form": "at_least"}, "at least 9"),
        ({"low": 2, "high": 2, "form": "exact"}, "2"),
        ({"centre": 300, "form": "about"}, "about 300"),
    ],
)
def test_amount(value, text):
    assert w.amount(value) == text
