"""Axes have round marks, few of them, and hold what is drawn."""

import math

import pytest

from realpolitik.cable.scales import scale


@pytest.mark.parametrize(
    "values",
    [(22.9,), (0.229,), (-0.24, -0.02), (-0.21, 0.13), (1e-7,), (0.0,), (None, math.nan, 3.0), (5e8,), (), (1.0000000001,)],
)
def test_marks_are_round_and_hold_every_value(values):
    marks = scale(*values).marks
    step = marks[1] - marks[0]
    lead = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(lead - x) for x in (1, 2, 5)) < 1e-6
    assert all(abs(mark / step - round(mark / step)) < 1e-6 for mark in marks)
    assert 2 <= len(marks) <= 6
    for x in (0.0, *values):
        if x is not None and math.isfinite(x):
            assert marks[0] <= x + 1e-9 * step
            assert x <= marks[-1] + 1e-8 * abs(x)


def test_the_axis_of_the_first_cable():
    assert scale(0.229).marks == (0.0, 0.05, 0.1, 0.15, 0.2, 0.25)
    assert scale(-0.2418, -0.02).marks == (-0.25, -0.2, -0.15, -0.1, -0.05, 0.0)


def test_places_and_grid():
    drawn = scale(20.0)
    assert drawn.marks == (0.0, 5.0, 10.0, 15.0, 20.0)
    assert drawn.at(10.0) == 0.5
    assert drawn.at(99.0) == 1.0
    assert drawn.span(5.0, 10.0) == "left:25.00%;width:25.00%"
    assert drawn.grid == "--grid:25.0000%"
    assert "<span>15</span>" in drawn.axis(lambda mark: f"{mark:g}")
