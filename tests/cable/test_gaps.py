"""Holes in the results leave gaps in the page, never errors; a poor fit and rough odds are said first."""

from __future__ import annotations

import re

import pytest

from realpolitik.cable.page import build
from realpolitik.cable.view import View


def words(text):
    """What a reader sees, without the numbers folded away in scripts."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", text, flags=re.S)))


@pytest.mark.parametrize(
    "results",
    [{}, {"accounts": []}, {"accounts": [{"name": "a"}]}, {"title": None, "accounts": None, "evidence": None}],
)
def test_next_to_nothing_still_makes_a_page(results, tree):
    tree(build(results))


def test_every_top_field_may_be_missing_or_none(small, tree):
    for name in list(small):
        build({key: value for key, value in small.items() if key != name})
    for name in list(small):
        small[name] = None  # fewer and fewer, so that the last page has nothing at all
        tree(build(small))


@pytest.mark.parametrize(
    "part",
    [
        "accounts",
        "claims",
        "evidence",
        "leave_out",
        "odds_over_time",
        "prior_sensitivity",
        "regions",
        "parameters",
        "diagnostics",
    ],
)
def test_every_field_of_a_record_may_be_none(small, tree, part):
    for slim in (small, {**small, "series": {}}):
        record = slim[part][0]
        slim[part] = [dict.fromkeys(record), *({**record, key: None} for key in record), *slim[part][1:]]
        tree(build(slim))


def test_series_with_holes(document, tree):
    entry = document["series"]["crowd"]
    entry["accounts"]["uprising"]["low"][5] = None
    entry["accounts"]["palace plot"] = {"low": [], "median": [], "high": []}
    entry["observed"] += [
        {"id": "X"},
        {"id": "Y", "time": "never", "value": 3.0},
        {"id": "Z", "time": entry["times"][3], "low": 9.0, "high": None},
    ]
    document["series"]["empty"] = {"unit": None, "times": [], "accounts": {}}
    tree(build(document))


def test_poor_fit_is_said_first_with_the_items_missed(document):
    document["fit"] = "poor"
    text = words(build(document))
    assert text.index("None of the accounts explains the evidence well") < text.index("is the likeliest")
    assert "Poor fit" in text
    assert "It does worst on E07" in text


def test_rough_odds_show_ranges_and_no_probability(document):
    document["accounts"][0]["se"] = 0.7
    text = build(document)
    bars = text[text.index('class="bars"') : text.index("Odds of each claim")]
    assert "too rough" in words(text)
    assert "about 5 in 10" not in bars
    assert "background:#" in bars  # the colour marks stay
    assert not re.search(r'<i style="width', bars)
    assert "37\u2060–\u206055%" in bars


def test_claims_of_a_rough_run_have_ranges_too(document):
    document["accounts"][0]["se"] = 0.7
    document["answers"] = {"claims": {"hidden": [{"name": "palace-plot", "probability_low": 0.4, "probability_high": 0.81}]}}
    text = build(document)
    claims = text[text.index("Odds of each claim") : text.index("How the odds change")]
    assert "40\u2060–\u206081%" in claims
    assert "≈ 52%" in words(claims)  # no range is known
    assert not re.search(r"about \d in 10", words(claims))
    assert "This run is rough: each figure stands for a range" in words(text)


def test_stipulated_bans_are_marked_and_rough_reweighing_flagged(page):
    text = words(page)
    assert "† and hatching" in text
    assert "(Pareto k, good below 0.7, is above it)" in text
    assert re.search(r'class="n b \w+ st" data-name="ruler&#x27;s purge">[^<]*<sup>†</sup>', page)


def test_bans_shown_add_up_to_the_log_evidence(page):
    table = page[page.index("Sum of all items") : page.index("Powers of ten of each item")]
    rows = [re.findall(r"−?\d+\.\d\d", row) for row in table.split("Log evidence in bans")]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 9


def test_every_part_opens_with_one_plain_sentence(page):
    leads = [words(lead).strip() for lead in re.findall(r'<p class="lead">(.*?)</p>', page)]
    assert len(leads) == 4
    assert all(lead[0].isupper() and lead.endswith(".") and "  " not in lead for lead in leads)


def test_a_long_case_keeps_the_page_small(document):
    document["evidence"] = [{**document["evidence"][i % 85], "id": f"L{i}"} for i in range(2000)]
    text = build(document)
    assert len(text.encode()) <= 2_000_000
    assert "1,700 items that move the odds less are left out" in text


def test_colours_follow_names_not_odds(document):
    before = View(document).colours
    document["accounts"].reverse()
    for account in document["accounts"]:
        account["probability"] = 1 / 9
    assert View(document).colours == before
