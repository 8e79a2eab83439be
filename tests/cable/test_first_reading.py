"""What a first reader of a cable stumbled over: counts that cannot be checked, jumps, who leads, accounts that are ruled out, names."""

from __future__ import annotations

import re

import pytest

from realpolitik.cable.figures import table
from realpolitik.cable.page import build
from realpolitik.cable.parts import believe, map_labels, odds_course, odds_numbers
from realpolitik.cable.view import View

from .test_gaps import words


def rows(markup):
    return [[words(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in re.findall("<tr>(.*?)</tr>", markup)]


def test_every_count_can_be_checked_by_the_reader(document):
    document["evidence"] = [
        {"id": "a", "value": "2000..10000"},
        {"id": "b", "value": "~3000"},
        {"id": "c", "value": "125"},
        {"id": "d", "value": "32"},
    ]
    document["predictive"]["items"] = [
        {"id": "a", "observed": 6000.0, "low": 219.6, "median": 1004.9, "high": 4092.7, "inside": True},
        {"id": "b", "observed": 3000.0, "low": 3523.4, "median": 19000.0, "high": 100170.5, "inside": True},
        {"id": "c", "observed": 125.0, "low": 0.0, "median": 4.1, "high": 31.8, "inside": False},
        {"id": "d", "observed": 32.0, "low": 0.0, "median": 4.1, "high": 31.8, "inside": True},
    ]
    shown = rows(believe._predictive(View(document)))[1:]
    assert [row[2] for row in shown] == ["2,000 to 10,000", "about 3,000 (2,400 to 3,600)", "125", "32"]
    for row in shown:
        allowed, interval = ([int(x.replace(",", "")) for x in re.findall(r"[\d,]+", cell)] for cell in row[2:4])
        inside = interval[0] <= allowed[-1] and allowed[-2 if len(allowed) > 1 else 0] <= interval[1]
        assert row[5] == ("yes" if inside else "no")
    assert "about 300 allows 240 to 360" in words(build(document))


@pytest.fixture
def jumping(small):
    """Two accounts; the second gains 62 points between the last earlier date and the end."""
    accounts = [
        {"name": "b", "probability": 0.68, "low": 0.42, "high": 0.88, "se": 0.4},
        {"name": "t", "probability": 0.10, "low": 0.03, "high": 0.23, "se": 0.4},
    ]
    evidence = [
        {"id": "E1", "reported": "2022-01-10", "bans": {"b": 0.0, "t": 0.2}},
        {"id": "E2", "reported": "2022-02-10", "bans": {"b": 0.4, "t": -0.1}},
    ]
    steps = [
        {"reported": "2022-01-07T00:00:00+06:00", "items": 0, "probabilities": {"b": 0.1, "t": 0.3}},
        {"reported": "2022-01-17T00:00:00+06:00", "items": 1, "probabilities": {"b": 0.06, "t": 0.32}, "low": {"b": 0.01, "t": 0.07},
         "high": {"b": 0.19, "t": 0.67}, "se": {"x": 1.04}},
        {"reported": "2025-11-27T00:00:00+05:00", "items": 2, "probabilities": {"b": 0.68, "t": 0.1}, "low": {"b": 0.42, "t": 0.03},
         "high": {"b": 0.88, "t": 0.23}, "se": {"x": 0.83}},
    ]  # fmt: skip
    return small | {"accounts": accounts, "evidence": evidence, "odds_over_time": steps, "leave_out": [], "prior_sensitivity": []}


def test_a_jump_is_told_beside_the_chart(jumping):
    text = words(odds_course.block(View(jumping))).replace("\u2060", "")
    assert "B jumps at the end: 6% (1–19%) on the reports to 17 Jan 2022, 68% (42–88%) on all of them, 62 points up" in text
    assert "smaller fits with larger errors (largest standard error then 1.04 nats, at the end 0.83)" in text
    assert "What was reported between (one item) accounts for only 32% of it" in text
    assert "moves the odds between b and t, the likeliest other account then, by 0.5 bans" in text
    assert "these odds moved by 1.6" in text
    assert text.index("jumps at the end") < text.index("From left to right")


def test_items_that_account_for_a_jump_or_not_at_all(jumping):
    later = jumping["evidence"][1]["bans"]
    later["b"] = 1.5
    assert "(one item) accounts for it" in odds_course.block(View(jumping))
    later["b"] = -0.5
    assert "(one item) does not account for it" in odds_course.block(View(jumping))


def test_what_cannot_be_computed_is_left_out(jumping):
    del jumping["odds_over_time"][1]["items"]
    text = odds_course.block(View(jumping))
    assert "jumps at the end" in text
    assert "reported between" not in text
    jumping["odds_over_time"][1]["high"]["b"] = 0.5
    assert "jumps at the end" not in odds_course.block(View(jumping))


def test_who_leads_stands_next_to_the_name_of_the_change(document):
    document["leave_out"][0] |= {"name": "counts", "kind": "counts", "probabilities": {"uprising": 0.9, "palace plot": 0.1}}
    page = build(document)
    part = page[page.index("How the odds change, largest change first") :]
    shown = rows(part[: part.index("</table>")])
    assert shown[0][:2] == ["Change", "Leads"]
    assert shown[1][:2] == ["As weighed", "palace plot"]
    assert next(row for row in shown if "Without all counts" in row[0])[1] == "uprising"


def test_wide_tables_tell_that_they_scroll(page):
    assert 'class="scroll wide"' in table([1, 2, 3, 4, 5], [])
    assert 'class="scroll"' in table([1, 2, 3, 4], [])
    assert 'class="scroll wide"' in table([1, 2], [], wide=True)
    assert 'class="scroll"' in table([1, 2, 3, 4, 5], [], kind="matrix")  # set anew on narrow screens
    assert ".wide:before{content:" in page


def test_odds_before_the_evidence_and_perhaps(document):
    account = document["accounts"][0]
    account |= {"name": "the article", "claims": ["plot", "cells"], "prior": 0.0714}
    account["mixture"] = [[0.3, ["plot", "cells"]], [0.7, ["cells"]]]
    shown = rows(odds_numbers.block(View(document)))
    assert shown[0][:4] == ["Account", "Claims", "Before", "Probability"]
    row = next(row for row in shown if row[0] == "the article")
    assert row[1:3] == ["perhaps plot (0.3) and cells", "7%"]
    assert "Upright mark: before any evidence" in words(build(document))


def test_accounts_that_are_ruled_out_decide_nothing(document):
    names = [str(a["name"]) for a in document["accounts"]]
    for i, account in enumerate(document["accounts"]):
        account["probability"] = (0.6, 0.39, 0.005)[i] if i < 3 else 0.001
    telling, idle = ({"id": x, "what": "crowd", "bans": dict.fromkeys(names, 0.0), "diagnosticity": 0.0} for x in ("T1", "T2"))
    telling["bans"][names[1]] = -0.3
    idle["bans"][names[5]] = -4.0
    document["evidence"] = [idle, telling]
    view = View(document)
    assert view.in_play == names[:2]
    assert [item["id"] for item in view.evidence] == ["T1", "T2"]
    assert view.spread(idle) == 0.0
    assert view.relative(telling)[names[0]] == pytest.approx(0.15)
    assert "compared with the mean of the two accounts that are likeliest" in words(build(document))
    assert f"among {names[0]} and {names[1]}; the other accounts are as good as ruled out" in words(build(document)).replace("&#x27;", "'")


def test_names_on_the_map_do_not_run_over_one_another():
    dots = [(100.0, 100.0, 12.0, "Turkestan"), (118.0, 112.0, 10.0, "Shymkent"), (140.0, 100.0, 9.0, "Zhambyl"), (100.0, 99.0, 4.0, "Abai")]
    spots = map_labels.placed(dots, 300, 200)
    boxes = []
    for (_, _, _, name), spot in zip(dots, spots, strict=True):
        if spot is not None:
            x, foot, anchor = spot
            wide = 6.4 * len(name)
            left = {"middle": x - wide / 2, "start": x, "end": x - wide}[anchor]
            boxes.append((left, foot - 10, left + wide, foot + 3))
    assert len(boxes) >= 3
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
    assert map_labels.placed([(10.0, 10.0, 4.0, "a very long name of a region " * 9)], 100, 100) == [None]


@pytest.mark.parametrize(("drift", "said"), [(0.3, False), (0.8, True), (-0.8, True)])
def test_ranges_of_chains_that_still_moved_are_told_as_too_narrow(small, drift, said):
    assert ("so the ranges may be too narrow" in build(small | {"diagnostics": [{"account": "any", "drift": drift}]})) is said
