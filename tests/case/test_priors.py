"""Priors: every spelling, and every refusal with the spelling that would be right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realpolitik.case.mistakes import Mistake
from realpolitik.case.priors import parse


@pytest.mark.parametrize(
    ("written", "kind", "a", "b"),
    [
        ("lognormal(15000, 0.63)", "lognormal", 15000, 0.63),
        ("Normal( -2 , 0.5 )", "normal", -2, 0.5),
        ("beta(2, 98)", "beta", 2, 98),
        ("uniform(-1, 1e3)", "uniform", -1, 1000),
        ("half_normal(0.5)", "half_normal", 0.5, 0),
        ("half-normal(0.5)", "half_normal", 0.5, 0),
        ("fixed(3)", "fixed", 3, 0),
        ("-0.5", "fixed", -0.5, 0),
        ("12,000", "fixed", 12000, 0),
    ],
)
def test_spellings(written, kind, a, b):
    prior = parse(written)
    assert (prior.kind, prior.a, prior.b, prior.text) == (kind, a, b, written)


def test_about_is_a_median_and_a_90_percent_range():
    prior = parse("about 15,000 (5,000 to 45,000)")
    assert prior.kind == "lognormal"
    np.testing.assert_allclose(prior.quantile([0.05, 0.5, 0.95]), [5000, 15000, 45000], rtol=1e-9)
    assert parse("~15000 (5000..45000)").b == prior.b
    spread = parse("about 0.5 (-1 to 2)")
    assert spread.kind == "normal"
    np.testing.assert_allclose(spread.quantile([0.05, 0.5, 0.95]), [-1, 0.5, 2], rtol=1e-9)


@pytest.mark.parametrize(
    ("written", "wrong", "right"),
    [
        ("lognorml(1, 2)", "'lognorml' is not a distribution", "did you mean 'lognormal'?"),
        ("gamma(1, 2)", "'gamma' is not a distribution", "there are: lognormal, normal, beta"),
        ("lognormal(1)", "has 1 number, lognormal takes 2", "write lognormal(median, log sd)"),
        ("half_normal(1, 2)", "has 2 numbers, half_normal takes 1", "write half_normal(scale)"),
        ("beta()", "has 0 numbers", "write beta(a, b)"),
        ("lognormal(-1, 2)", "is not above 0", "positive median"),
        ("lognormal(1, -2)", "the log sd in", "positive log sd"),
        ("normal(1, 0)", "the sd in", "positive sd"),
        ("beta(0, 2)", "a shape in", "both above 0"),
        ("uniform(3, 1)", "low is not below high", "write uniform(1, 3)"),
        ("uniform(1, 1)", "low is not below high", "uniform(low, high)"),
        ("half_normal(0)", "the scale in", "positive scale"),
        ("normal(a, 1)", "'a' is not a number", "write a decimal number"),
        ("normal(nan, 1)", "'nan' is not a number", "write a decimal number"),
        ("about 5", "says no range", "about 15000 (5000 to 40000)"),
        ("about 5 (9 to 7)", "does not rise", "write (7 to 9)"),
        ("about 5 (6 to 7)", "outside its own 90 % range", "widen the range"),
        ("lognormal(15000", "has an open parenthesis", "quotes"),
        ("many", "is not a prior", "write a number"),
        ("", "is not a prior", "write a number"),
        ("1" * 300, "is not a prior", "write a number"),
    ],
)
def test_refusals(written, wrong, right):
    with pytest.raises(Mistake) as caught:
        parse(written)
    assert wrong in caught.value.wrong
    assert right in caught.value.right


@given(st.text(max_size=40))
@settings(max_examples=80, deadline=None)
def test_any_text_is_a_prior_or_a_mistake(text):
    try:
        prior = parse(text)
    except Mistake:
        return
    assert np.all(np.isfinite(prior.from_standard_normal(np.array([-1.0, 0.0, 1.0]))))
