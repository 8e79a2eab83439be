"""Part 8 of the cable: the sentence follows the numbers, gaps stay gaps, text of the case stays text."""

import re

import pytest

from realpolitik.cable.page import build
from realpolitik.cable.parts import audiences
from realpolitik.cable.view import View


def odds(**p):
    return [{"name": n, "probability": v, "low": v / 2, "high": min(1.0, 1.5 * v)} for n, v in p.items()]


def heard(name, leader, rows, **more):
    return {"name": name, "says": f"{name} says.", "trust": {"government": 0.5}, "prior_odds": {"cells": 1 / 3}, "account_odds": {},
            "leader": leader, "accounts": rows, "withheld": leader is None, **more}  # fmt: skip


@pytest.fixture
def results():
    return {
        "accounts": [
            {"name": "plot", "probability": 0.7, "log_evidence": -10.0, "se": 0.1},
            {"name": "uprising", "probability": 0.3, "log_evidence": -11.0, "se": 0.1},
        ],
        "answers": {
            "audiences": {
                "audiences": [
                    heard("A", "plot", odds(plot=0.6, uprising=0.4)),
                    heard("B", "uprising", odds(plot=0.1, uprising=0.9)),
                    heard("C", None, None),
                ],
                "tipping": [
                    {"first": "plot", "second": "uprising", "bans": 0.4, "se": 0.1, "kind": "reporter", "who": "TASS", "trust": 0.43,
                     "withheld": []},
                    {"first": "plot", "second": "x", "bans": 1.0, "se": 0.1, "kind": None, "who": None, "trust": None,
                     "withheld": [{"kind": kind, "who": "RIA", "known_to": 0.5} for kind in ("reporter", "interest")]},
                ],
                "tried": [{"kind": "reporter", "who": "TASS"}, {"kind": "interest", "who": "patron"}],
                "interests": [
                    {"interest": "government", "tested": True, "leader": "uprising", "accounts": odds(plot=0.3, uprising=0.7)},
                    {"interest": "patron", "tested": True, "leader": None, "accounts": None, "why": "the worlds do not reach so far"},
                    {"interest": "neutral", "tested": False, "leader": None, "accounts": None},
                ],
                "sizes": [{"claim": "cells", "unit": "people", "least": 0.0, "largest": 300.0, "beyond": False, "unsure": True, "sizes": [
                    {"size": 0.0, "bans": -1.0, "se": 0.1, "pareto_k": None}, {"size": 300.0, "bans": 0.0, "se": 0.1, "pareto_k": 0.2},
                    {"size": 1000.0, "bans": None, "se": 0.1, "pareto_k": 2.0}]}],
                "sensitivity": [{"label": "half trust in TASS", "probabilities": {"plot": 0.2, "uprising": 0.8}, "pareto_k": 0.3}],
            }
        },
    }  # fmt: skip


def test_the_sentence_is_made_from_the_numbers(results):
    text = audiences.part(View(results)).sentence
    assert "A puts plot ahead and B puts uprising ahead" in text
    assert "for one audience the odds cannot be computed" in text
    assert "the lead of plot over uprising would turn if trust in TASS fell to 43%" in text
    answer = results["answers"]["audiences"]
    answer["audiences"] = answer["audiences"][:1] * 2
    answer["tipping"][0]["trust"] = None
    text = audiences.part(View(results)).sentence
    assert "All two audiences put plot ahead" in text
    assert "no single reporter's loss of trust is known to turn" in text


def test_strips_add_up_and_the_withheld_is_said(results):
    html = "".join(map(str, audiences.part(View(results)).body))
    assert "left:0.00%;width:60.00%" in html
    assert "left:60.00%;width:40.00%" in html
    assert "Withheld: too far" in html
    assert "perhaps RIA and all RIA reporters; withheld" in html
    assert "Judged exactly for TASS and all patron reporters," in html
    assert "Not excluded: 0 to 300 people; larger ones cannot be judged." in html
    results["accounts"][0]["se"] = 2.0  # too rough for a probability anywhere on the page
    assert "<strong>30\u2060–\u206090%</strong>" in "".join(map(str, audiences.part(View(results)).body))


def test_a_withheld_audience_says_why_and_what_would_answer(results):
    answer = results["answers"]["audiences"]
    answer["audiences"][2] |= {"why": "the worlds do not reach <so> far", "remedy": "in a copy: realpolitik weigh COPY"}
    html = "".join(map(str, audiences.part(View(results)).body))
    assert "Withheld: the worlds do not reach &lt;so&gt; far. What would answer: in a copy: realpolitik weigh COPY</p>" in html
    assert "Withheld: too far" not in html


def test_distrust_of_a_whole_interest_is_told_or_said_not_to_be(results):
    html = "".join(map(str, audiences.part(View(results)).body))
    row = re.search(r"<tr><th[^>]*>All government reporters</th>(.*?)</tr>", html)[1]
    assert re.findall(r">(\d+%)<small", row) == ["30%", "70%"]
    assert "Withheld for all patron reporters: the worlds do not reach so far. Not tested: all neutral reporters." in html
    del results["answers"]["audiences"]["interests"]
    assert "of one interest were trusted" not in "".join(map(str, audiences.part(View(results)).body))


def test_part_one_shows_the_changes_of_trust(results):
    assert "Half trust in TASS" in build(results)
    results["answers"]["audiences"]["sensitivity"][0]["probabilities"] = None
    assert "Half trust in TASS" not in build(results)


@pytest.mark.parametrize("hole", ["audiences", "tipping", "tried", "interests", "sizes", "sensitivity"])
def test_gaps_stay_gaps(results, hole, tree):
    for value in (None, "x", [None], [{}]):
        results["answers"]["audiences"][hole] = value
        tree(build(results))


@pytest.mark.parametrize("hole", ["says", "trust", "prior_odds", "account_odds", "leader", "accounts"])
def test_gaps_in_an_audience_stay_gaps(results, hole, tree):
    for value in (None, "x", 3):
        results["answers"]["audiences"]["audiences"][0][hole] = value
        tree(build(results))


def test_without_the_answer_there_is_no_part(results):
    assert audiences.part(View({})) is None
    assert audiences.part(View({"answers": {"audiences": {}}})) is None


def test_text_of_the_case_stays_text(results):
    answer = results["answers"]["audiences"]
    answer["audiences"][0] |= {"name": "<script>alert(1)</script>", "says": "<img src=x>", "trust": {"<b>x": 0.5}}
    answer["tipping"][0]["who"] = "<script>"
    answer["sizes"][0]["claim"] = "<img src=y>"
    html = "".join(map(str, audiences.part(View(results)).body))
    assert not re.search("<(script|img|b>x)", html)
