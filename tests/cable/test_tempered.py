"""Part 1: odds beside the same tempered; part 10: a second opinion. With holes, hostile text, and without either."""

from __future__ import annotations

import pytest

from realpolitik.cable.page import build
from realpolitik.cable.parts import odds_tempered, second_opinion
from realpolitik.cable.view import View
from realpolitik.cable.wording import percent_range

from .test_escaping import HOSTILE
from .test_gaps import words

LINE = {"case": "three-towns", "effort": "quick", "exponent": 0.62, "low": 0.5, "high": 0.75}


@pytest.fixture
def tempered(small):
    names = [a["name"] for a in small["accounts"]]
    accounts = {name: {"probability": 0.5 - 0.1 * k, "low": 0.3 - 0.1 * k, "high": 0.6} for k, name in enumerate(names)}
    found = {"exponent": LINE, "own": False, "why": None, "accounts": accounts}
    return small | {"tempering": found, "coarsening": {"power": 0.37}}


@pytest.fixture
def asked(small):
    names = [a["name"] for a in small["accounts"]]
    rows = [
        {"name": n, "odds": 0.4, "low": 0.2, "high": 0.6, "second": 0.7 - 0.5 * k, "sd": 0.05, "coarsened": 0.6}
        for k, n in enumerate(names)
    ]
    document = {
        "accounts": rows,
        "leader": names[0],
        "same_leader": True,
        "rows": 20000,
        "summaries": 310,
        "outside": [],
        "forest_error": 0.31,
    }
    return small | {"answers": {"second-opinion": document}}


def test_both_odds_stand_beside_each_other(tempered):
    text = words(build(tempered))
    assert "If the model were exactly true" in text
    assert "once the evidence was counted 0.62 (0.50 to 0.75) times as heavily as it was" in text
    assert "That is another case: nothing measured shows that it holds" in text
    assert "all evidence counts 0.37 times as heavily as it would if the model were exact" in text
    tempered["tempering"]["own"] = True
    assert "That is another case" not in words(build(tempered))


def test_a_power_of_one_tempers_nothing_and_says_so(tempered):
    tempered["tempering"]["exponent"] = LINE | {"exponent": 1.0, "best": 1.29, "low": 0.84, "high": 1.91}
    text = words(build(tempered))
    assert "odds were worth what they said or more" in text
    assert "bolder odds would have done best, with the evidence counted 1.29 times (0.84 to 1.91) as heavily" in text
    assert "makes no odds bolder than they were weighed" in text
    assert "That is another case" in text
    assert "Odds as weighed, and tempered" not in text


def test_rough_odds_get_ranges_only(tempered):
    rough = [a | {"se": 2.0} for a in tempered["accounts"]]
    shown = words(odds_tempered.block(View(tempered | {"accounts": rough})))
    assert "50%" not in shown
    assert percent_range(0.3, 0.6) in shown


def test_without_an_exponent_it_says_so_and_guesses_nothing(small):
    why = "none has been measured for effort thorough and law 12ab"
    page = build(small | {"tempering": {"exponent": None, "own": False, "why": why, "accounts": {}}})
    assert f"cannot be said here: {why}." in words(page)
    assert "Tempered" not in words(page)
    assert odds_tempered.block(View(small)) is None


def test_a_second_opinion_is_shown_once_asked_for(asked, small):
    text = words(build(asked))
    assert "random forests on 20,000 simulated sets of reports, also puts" in text
    assert "wrong in 31% of simulated crises" in text
    asked["answers"]["second-opinion"] |= {"same_leader": False, "outside": ["x"] * 40}
    text = words(build(asked))
    assert "does not agree who leads" in text
    assert "40 of 310 numbers it looks at lie beyond" in text
    assert second_opinion.block(View(small)) is None
    assert "A second opinion" not in words(build(small))


@pytest.mark.parametrize("holes", [{}, {"accounts": {}}, {"exponent": {}}, {"exponent": LINE, "accounts": {"x": None}}, {"why": None}])
def test_holes_leave_gaps(small, holes):
    assert build(small | {"tempering": holes})
    assert build(small | {"answers": {"second-opinion": {"accounts": [{}, None], **holes}}})


def test_hostile_text_stays_text(tempered, asked, tree):
    tempered["tempering"]["exponent"] = {**LINE, "case": HOSTILE}
    tempered["tempering"]["why"] = HOSTILE
    asked["answers"]["second-opinion"]["leader"] = HOSTILE
    for results in (tempered, asked):
        page = build(results)
        assert "<script>alert" not in page
        assert not tree(page).find("img")
