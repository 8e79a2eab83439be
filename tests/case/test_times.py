"""Times: every spelling, time zones, changes of the clocks, refusals, and the round trip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realpolitik.case.mistakes import Mistake
from realpolitik.case.times import moment, span, step_hours, zone

ALMATY = timezone(timedelta(hours=6))


@pytest.mark.parametrize(
    "written",
    [
        "2022-01-05T14:00",
        "2022-01-05 14:00",
        "2022-01-05 14:00:00",
        "2022-1-5 14:00",
        "2022/01/05 14:00",
        "05.01.2022 14:00",
        "5.1.2022 14:00",
        "5 January 2022 14:00",
        "5 Jan 2022, 14:00",
        "2022-01-05T08:00Z",
        "2022-01-05T08:00+00:00",
        "2022-01-05 09:00 +0100",
        "2022-01-05T11:00+03",
    ],
)
def test_one_moment_in_every_spelling(written):
    read = moment(written, "Asia/Almaty")
    assert read.begins == read.ends == datetime(2022, 1, 5, 14, tzinfo=ALMATY)
    assert not read.is_day


def test_a_date_alone_is_its_whole_day():
    read = moment("2022-01-05", "Asia/Almaty")
    assert read.is_day
    assert read.begins == datetime(2022, 1, 5, tzinfo=ALMATY)
    assert read.ends == datetime(2022, 1, 6, tzinfo=ALMATY)
    assert moment("2022-01-05T24:00", "Asia/Almaty").begins == read.ends


@pytest.mark.parametrize(
    ("written", "begins", "ends"),
    [
        ("2022-01-05T14:00..15:30", (5, 14, 0), (5, 15, 30)),
        ("2022-01-05T14:00..2022-01-05T15:30", (5, 14, 0), (5, 15, 30)),
        ("2022-01-05T14:00 to 15:30", (5, 14, 0), (5, 15, 30)),
        ("2022-01-05 22:00 .. 24:00", (5, 22, 0), (6, 0, 0)),
        ("2022-01-05..2022-01-07", (5, 0, 0), (8, 0, 0)),
        ("2022-01-05", (5, 0, 0), (6, 0, 0)),
        ("05.01.2022..07.01.2022", (5, 0, 0), (8, 0, 0)),
    ],
)
def test_spans(written, begins, ends):
    expected = tuple(datetime(2022, 1, *part, tzinfo=ALMATY) for part in (begins, ends))
    assert span(written, "Asia/Almaty") == expected


@pytest.mark.parametrize(
    ("written", "wrong", "right"),
    [
        ("1/5/2022", "day/month or month/day", "write 2022-05-01 if the day comes first, 2022-01-05 if the month"),
        ("2022-02-30", "is not in the calendar", "write"),
        ("2022-01-05T25:00", "is not a time of day", "write"),
        ("2022-01-05T24:30", "is not a time of day", "write"),
        ("2022-01", "is not a time", "write"),
        ("12:30", "is not a time", "write"),
        ("yesterday", "is not a time", "write"),
        ("0001-01-01", "is out of reach", "write"),
        ("2022-01-05T14:00..13:00", "ends before it begins", "write the earlier end first"),
        ("2022-01-05..2022-01-04", "ends before it begins", "write 2022-01-04..2022-01-05 if the two are swapped"),
        ("2022-01-05 to 2021-12-31", "ends before it begins", "write 2021-12-31..2022-01-05"),
        ("2022-01-05..15:00", "has a time at its end but none at its start", "write"),
        ("2022-01-05T14:00+99:00", "is not a time zone", "write"),
    ],
)
def test_what_is_no_time_is_refused_with_the_right_spelling(written, wrong, right):
    with pytest.raises(Mistake) as caught:
        span(written, "Asia/Almaty")
    assert wrong in caught.value.wrong
    assert right in caught.value.right


@pytest.mark.parametrize("written", ["2022-03-27T02:30", "2022-10-30T02:30"])
def test_an_hour_that_a_clock_change_skips_or_repeats_is_refused_without_an_offset(written):
    with pytest.raises(Mistake, match="change of the clocks"):
        moment(written, "Europe/Berlin")
    assert moment(written + "+01:00", "Europe/Berlin").begins.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(("name", "hours"), [("UTC", 0), ("Z", 0), ("+05:30", 5.5), ("UTC-3", -3), ("Asia/Almaty", 6)])
def test_zones(name, hours):
    assert datetime(2022, 1, 5, tzinfo=zone(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "Asia/Almati", "../../etc/passwd", "+25", "/etc", "Asia/", "\0"])
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(Mistake, match="is not a time zone"):
        zone(name)


@pytest.mark.parametrize(("written", "hours"), [("6h", 6), ("30min", 0.5), ("90 min", 1.5), ("1d", 24), ("0.5 h", 0.5)])
def test_steps(written, hours):
    assert step_hours(written) == hours


@pytest.mark.parametrize("written", ["6", "0h", "h", "-1h", "1w", "6h6h"])
def test_what_is_no_step_is_refused(written):
    with pytest.raises(Mistake, match="is not the length of a step"):
        step_hours(written)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))
@settings(max_examples=60, deadline=None)
def test_a_moment_written_out_reads_as_itself(local, offset):
    exact = local.replace(second=0, microsecond=0, tzinfo=timezone(timedelta(hours=offset)))
    assert moment(exact.isoformat(timespec="minutes"), "Asia/Almaty").begins == exact
    assert moment(f"{exact.astimezone(UTC):%d.%m.%Y %H:%M}", "UTC").begins == exact
