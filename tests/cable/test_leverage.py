"""Part 5 of the cable: the sentence follows the numbers, gaps stay gaps, nobody without a channel is a loser."""

import re

import pytest

from realpolitik.cable.page import build
from realpolitik.cable.parts import leverage
from realpolitik.cable.view import View


def points(mean):
    return {"mean": mean, "low": mean - 0.01, "high": mean + 0.01, "se": 0.006, "spread": 0.1}


def moment(name, day, gain, assumed):
    return {
        "name": name,
        "at": f"2022-01-{day}T12:00:00+06:00",
        "worlds": "worlds fitted to the reports up to then",
        "supported": points(0.8),
        "acts": {"refused silently": {"survival": points(0.8 - gain), "leverage": points(gain), "possible": 0.6}},
        "leverage": points(gain),
        "split": {"signal": points(gain), "panic": points(0.0)},
        "prior": points(0.02),
        "contraction": 0.1 if assumed else 0.5,
        "assumed": assumed,
        "hindsight": points(gain),
        "others_react": None,
        "policies": {"survival": {"as it goes": {"supported": 0.8, "alone": 0.7}}, "frozen": 0.1, "reacting": 0.05},
        "players": {"shares": {"Russia": {"shapley": 0.1, "last": 0.05, "first": 0.2}}},
    }


def row(patron, verdict, channels=()):
    column = {"verdict": verdict, "before": points(0.01), "peak": points(0.1), "after": points(0.0)}
    claimed = [{"document": "article-a", "id": "A21", "claim": "loses", "fared": "failed"}]
    return {"patron": patron, "channels": list(channels), "survival": column, "policy": column, "claimed": claimed}


@pytest.fixture
def answer():
    return {
        "patron": "Russia",
        "horizon_days": 14.0,
        "acts": {"refused silently": "support ends"},
        "moments": [moment("before", "01", 0.02, True), moment("peak", "05", 0.12, False), moment("after", "19", 0.0, False)],
        "necessity": {"necessity": 0.25},
        "concession": {"agreed": 0.5, "credible": 0.9, "concession": points(0.1), "later": {"concession": points(0.05)}},
        "ledger": {"rows": [row("Russia", "lost", ["troops"]), row("China", "not modelled")]},
    }


def shown(answer):
    return leverage.part(View({"answers": {"leverage": answer}}))


def test_the_sentence_is_made_from_the_numbers(answer):
    text = shown(answer).sentence
    assert "Had Russia ended its support on 5 Jan, the ruler's chance to last 14 days more would have been 12.0 points below 80%" in text
    assert "2.0 on 1 Jan and 0 on 19 Jan (assumed, not learnt: 1 Jan)" in text
    assert "Russia lost by it; what China did has no channel in the model" in text


def test_the_ledger_and_the_numbers_are_there(answer):
    html = "".join(part for part in shown(answer).body if part)
    assert "article-a: loses (A21; failed)" in html
    assert "Still open in 60% of the worlds." in html
    assert "no channel" in html
    assert "Shapley" in html
    assert html.count("<table") == 8
    assert "25% would have lost him without help" in html


@pytest.mark.parametrize("hole", ["patron", "horizon_days", "acts", "moments", "necessity", "concession", "ledger"])
def test_gaps_stay_gaps(answer, hole, tree):
    answer[hole] = None
    tree(build({"answers": {"leverage": answer}}))
    del answer[hole]
    tree(build({"answers": {"leverage": answer}}))


@pytest.mark.parametrize("place", range(3))
def test_gaps_in_a_moment_stay_gaps(answer, place, tree):
    for name in list(answer["moments"][place]):
        answer["moments"][place][name] = None
        tree(build({"answers": {"leverage": answer}}))


def test_gaps_in_the_ledger_stay_gaps(answer, tree):
    for name in list(answer["ledger"]["rows"][0]):
        answer["ledger"]["rows"][0][name] = None
        tree(build({"answers": {"leverage": answer}}))


def test_without_the_answer_there_is_no_part():
    assert leverage.part(View({})) is None
    assert shown({"moments": [], "ledger": {"rows": []}}) is None


def test_text_of_the_case_stays_text(answer):
    answer["patron"] = answer["ledger"]["rows"][0]["patron"] = "<script>alert(1)</script>"
    answer["ledger"]["rows"][0]["claimed"][0]["fared"] = "<img src=x>"
    html = "".join(part for part in shown(answer).body if part)
    assert not re.search("<(script|img)", html)
