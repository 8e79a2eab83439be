"""Part 6 of the cable: the sentence follows the numbers, gaps stay gaps, text of the case stays text."""

import re

import pytest

from realpolitik.answers.what_if import headline
from realpolitik.cable.page import build
from realpolitik.cable.parts import what_if
from realpolitik.cable.view import View


def change(mean, low=None, high=None):
    return {"mean": mean, "low": mean if low is None else low, "high": mean if high is None else high}


def one(name, says, survival, deaths, notes=()):
    return {
        "id": name,
        "says": says,
        "changes": [f"never: {name}"],
        "differences": {"survival": change(survival, survival - 0.03, survival + 0.03), "deaths": change(deaths, 0.0, 2 * deaths)},
        "changed": {"survival": change(1.0 + survival), "deaths": change(200.0 + deaths)},
        "variance_ratio": {"survival": 2.5, "deaths": None},
        "worlds_changed": 1.0,
        "notes": list(notes),
    }


@pytest.fixture
def answer():
    return {
        "horizon": "2022-01-20T00:00:00+06:00",
        "draws": 640,
        "left_out": 3,
        "quantities": {"survival": {"unit": "probability", "says": "in office"}},
        "factual": {"survival": change(1.0), "deaths": change(200.0)},
        "what_ifs": [one("help", "Nobody helps.", -0.25, 40.0), one("shots", "No order to shoot.", -0.1, -90.0, ["not modelled: x"])],
    }


def shown(answer):
    return what_if.part(View({"answers": {"what-if": answer}}))


def test_the_sentence_is_made_from_the_numbers(answer):
    text = shown(answer).sentence
    assert "“nobody helps” moves the ruler's survival to 20 Jan most, from 100% to 75%" in text
    assert "“no order to shoot” moves the dead most, by −90 on average" in text
    for found in answer["what_ifs"]:
        found["differences"]["survival"] = change(0.0)
    assert "none moves the ruler's survival" in shown(answer).sentence


def test_the_answers_own_sentence_is_told_once_and_stays_text(answer):
    for found in answer["what_ifs"]:
        found["differences"]["deaths"] |= {"median": 0.0, "se": 30.0}
    answer["sentence"] = headline(answer["what_ifs"])
    assert shown(answer).sentence == answer["sentence"]
    assert "a mean of −90 (s.e. 30) is made by the worlds in which most die" in shown(answer).sentence
    answer["what_ifs"][0]["says"] = "<img src=x> is not sent."
    answer["sentence"] = headline(answer["what_ifs"])
    page = build({"answers": {"what-if": answer}})
    assert "<img" not in page
    assert page.count("is made by the worlds in which most die") == 1
    assert "tried on the same worlds with the same chance" not in page
    for missing in (None, "", 3, [answer["sentence"]]):
        answer["sentence"] = missing
        assert shown(answer).sentence.startswith("Of two changes tried on the same worlds")


def test_the_bar_runs_from_the_middle(answer):
    html = "".join(shown(answer).body)
    assert ">−30<" in html  # the axis is fitted to the changes, −28 to 0 points, in round steps
    assert "left:16.67%;width:83.33%" in html
    assert ">−10<" in html
    assert "−100" not in html
    assert "not modelled: x" in html.replace("Not modelled", "not modelled")
    assert html.count("<table") == 2
    assert "3 worlds were left out" in html


@pytest.mark.parametrize("hole", ["horizon", "draws", "quantities", "factual", "left_out"])
def test_gaps_stay_gaps(answer, hole, tree):
    del answer[hole]
    tree(build({"answers": {"what-if": answer}}))
    answer[hole] = None
    tree(build({"answers": {"what-if": answer}}))


@pytest.mark.parametrize("hole", ["says", "changes", "differences", "changed", "variance_ratio", "notes", "id"])
def test_gaps_in_a_what_if_stay_gaps(answer, hole, tree):
    answer["what_ifs"][0][hole] = None
    tree(build({"answers": {"what-if": answer}}))


def test_without_the_answer_there_is_no_part(answer):
    assert what_if.part(View({})) is None
    answer["what_ifs"] = []
    assert shown(answer) is None


def test_text_of_the_case_stays_text(answer):
    answer["what_ifs"][0]["says"] = "<script>alert(1)</script>"
    answer["what_ifs"][0]["notes"] = ["<img src=x>"]
    html = "".join(shown(answer).body)
    assert not re.search("<(script|img)", html)
