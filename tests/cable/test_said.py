"""Names, reported figures and accounts in words; what was reported stands beside what was simulated."""

from __future__ import annotations

import re

import pytest

from realpolitik.cable import said
from realpolitik.cable.page import build
from realpolitik.cable.parts import compared, history
from realpolitik.cable.view import View

from .test_gaps import words


def seen(identity, day, value, low=None, high=None):
    return {"id": identity, "time": f"2022-01-{day}T12:00:00+06:00", "low": low, "value": value, "high": high, "by": "AP", "grade": "B2"}


@pytest.mark.parametrize("by", ["Interior Ministry, AP", ["Interior Ministry", "AP"]])
def test_reporters_are_never_spelt_out(document, by):
    for entry in document["series"].values():
        for one in entry["observed"]:
            one["by"] = by
    document["evidence"][0]["by"] = "Interior Ministry"
    page = build(document)
    assert "I, n, t, e" not in page
    assert "Interior Ministry, AP" in words(page)
    assert "Interior Ministry" in View(document).reporters
    assert not [name for name in View(document).reporters if len(name) == 1]


def test_people():
    assert said.people("AP") == ["AP"]
    assert said.people(["AP", "TASS"]) == ["AP", "TASS"]
    assert said.people("") == said.people(None) == said.people(7) == []


@pytest.mark.parametrize(
    ("figure", "item", "text"),
    [
        (seen("a", "12", 12000.0, 9600.0, 14400.0), {"value": "~12000"}, "about 12,000"),
        (seen("a", "12", 12000.0, 9600.0, 14400.0), None, "9,600 to 14,400"),
        (seen("a", "12", 2.0, 2.0), None, "at least 2"),
        (seen("a", "12", 40.0, None, 40.0), None, "at most 40"),
        (seen("a", "12", 211.0, 211.0, 211.0), None, "211"),
        (seen("a", "12", None), None, ""),
    ],
)
def test_a_figure_is_told_as_reported(figure, item, text):
    assert said.figure(figure, item) == text


def test_what_was_reported_stands_beside_what_was_simulated(document):
    document["series"]["detained"]["observed"] = [seen("d2", "12", 12000.0, 9600.0, 14400.0), seen("d1", "06", 2298.0, 2298.0, 2298.0)]
    document["series"]["crowd"]["observed"] = [seen("c1", "04", 36831.0), seen("c2", "05", 50000.0), seen("c3", "07", 1750.0)]
    document["series"]["civilians dead"]["observed"] = []
    document["evidence"] = [
        {"id": "d2", "what": "detained", "value": "~12000"},
        {"id": "s1", "what": "seat stormed", "where": "Almaty", "when": "2022-01-05"},
        {"id": "s2", "what": "seat retaken", "where": "Almaty", "when": "2022-01-06"},
        {"id": "s3", "what": "seat held", "where": "Shymkent", "when": "2022-01-05"},
        {"id": "s4", "what": "seat abandoned", "where": "Aktobe", "when": "2022-01-04"},
    ]
    text = history.part(View(document)).sentence
    assert "highest reported: 50,000 on 5 Jan" in text
    assert "last reported: about 12,000 on 12 Jan" in text
    assert "no figure for the whole country was reported" in text
    assert "what happened in the simulated worlds, where reporters may count late or low" in text
    assert "the case's reports tell of two seats (Aktobe and Almaty)" in text


def test_no_report_of_a_seat_is_said(document):
    document["evidence"] = []
    assert compared.seats(View(document), 3.2).endswith("while the case's reports tell of none")


def test_map_and_regions_say_what_silence_about_a_seat_counts_for(page):
    assert words(page).replace("&#x27;", "'").count(compared.SILENCE) == 3


@pytest.mark.parametrize(
    ("account", "text"),
    [
        ({"name": "b", "says": "A plot. It failed.", "told_by": ["article B"]}, "b (“A plot”, told by article B)"),
        ({"name": "b", "says": "A plot.", "told_by": ["x", "y", "z", "w"]}, "b (“A plot”, told by x, y and others)"),
        ({"name": "b", "says": None, "told_by": "x"}, "b (told by x)"),
        ({"name": "b"}, "b"),
        ({"name": "b", "says": "Dr. Smith and the U.S. led it."}, "b (“Dr. Smith and the U.S. led it”)"),
        ({"name": "b", "says": "Gen. Lee was paid. He left."}, "b (“Gen. Lee was paid”)"),
        ({"name": "b", "says": "Paid for by the U.S."}, "b (“Paid for by the U.S.”)"),
        ({"name": "b", "says": "It began in 2022. Nobody led."}, "b (“It began in 2022”)"),
        ({"name": "b", "says": 'Did the rival plan? "Yes."'}, "b (“Did the rival plan?”)"),
        ({"name": "b", "says": "About 3.5 thousand. men vs. Others fled."}, "b (“About 3.5 thousand. men vs. Others fled”)"),
    ],
)
def test_an_account_is_introduced(account, text):
    assert said.introduced(account) == text


def test_long_words_are_cut_between_words():
    text = said.introduced({"name": "b", "says": "word " * 60})
    assert len(text) < 110
    assert "word …”" in text


def test_the_headline_says_who_tells_the_leader(page):
    summary = words(re.search(r'<p class="summary">(.*?)</p>', page)[1])
    assert "Palace plot (“The rival&#x27;s men stood aside and steered the violence”, told by exiles and Massimov case)" in summary


def test_a_ban_is_explained_where_it_first_stands(page):
    text = words(page[page.index("<header>") :])
    assert text.index("7.4 bans (a ban is a factor of ten)") == text.index(re.search(r"[\d.]+ bans", text)[0])
    told = "arms-ban is ahead of the ban lifted by 2.1 bans, and 1 ban is the least."
    assert said.with_bans(told) == told.replace("2.1 bans", "2.1 bans (a ban is a factor of ten)")
    assert said.with_bans("urban and banned") == "urban and banned"


def test_jargon_is_in_plain_words_in_sight(document):
    document["evidence"][0]["treatment"] = "copy"
    shown = words(build(document))
    assert "clamped" not in shown
    assert "taken as fact" in shown
    assert "copy of another report, adds nothing" in shown
    first = shown.index("Pareto k")
    assert shown[first:].startswith("Pareto k, good below 0.7")
