"""The clock: its steps, its hours across a change of the clocks."""

from __future__ import annotations

import numpy as np
import pytest

from realpolitik.case.clock import Clock
from realpolitik.case.times import span

ZONE = "Asia/Almaty"


def clock(days: str, step: float, *fine: tuple[str, float], zone: str = ZONE) -> Clock:
    return Clock(*span(days, zone), step, tuple((*span(part, zone), hours) for part, hours in fine), zone)


def test_edges_of_even_steps():
    edges = clock("2022-01-02..2022-01-03", 6.0).edges_hours
    np.testing.assert_allclose(edges, np.arange(0.0, 49.0, 6.0))


def test_a_fine_span_has_steps_of_its_own():
    hot = clock("2022-01-02..2022-01-20", 6.0, ("2022-01-04..2022-01-07", 1.0))
    widths = np.diff(hot.edges_hours)
    assert hot.steps == len(widths) == 8 + 96 + 52
    np.testing.assert_allclose(widths, [6.0] * 8 + [1.0] * 96 + [6.0] * 52)
    assert hot.edges_hours[-1] == hot.duration_hours == 456.0


def test_edges_cannot_be_changed_by_mistake():
    with pytest.raises(ValueError, match="read-only"):
        clock("2022-01-02..2022-01-03", 6.0).edges_hours[0] = 1.0


def test_hours_are_those_that_pass_not_those_on_the_wall():
    spring = clock("2022-03-26..2022-03-27", 1.0, zone="Europe/Berlin")
    assert spring.duration_hours == 47.0
    assert f"{spring.moment(27.0):%d %H:%M}" == "27 04:00"


@pytest.mark.parametrize("hours", [0.0, 1.5, 455.75])
def test_a_moment_and_its_hours_are_inverse(hours):
    kept = clock("2022-01-02..2022-01-20", 6.0)
    assert kept.hours(kept.moment(hours)) == hours
