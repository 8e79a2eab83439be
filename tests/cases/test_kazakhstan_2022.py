"""The shipped case Kazakhstan, January 2022: complete, traceable, and graded by one rule."""

import csv
import itertools
import re
from functools import cache
from math import log

import numpy as np
import pytest

from realpolitik.case.reader import load
from realpolitik.crisis.parameters import NAMES

# Ids of the fact table: first and last of each unbroken run.
RUNS = {
    "T": "001-015 020-036 040-066 070-129 140-164 170-176 180-195",
    "A": "01-22",
    "B": "01-26",
    "F": "01-26",
    "H": "1-8",
}
SEPARATING = {"T054", "T059", "T060", "T070", "T092", "T113", "T180", "T188"}
ARMED = ("foreign-fighters", "organised-cells", "organised-crime")


@cache
def case():
    return load("kazakhstan-2022", parameters=NAMES)


def table(name):
    with open(case().folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows():
    found = {"1i", "1j", "3a"}
    for letter, runs in RUNS.items():
        for run in runs.split():
            first, last = run.split("-")
            found |= {f"{letter}{n:0{len(first)}d}" for n in range(int(first), int(last) + 1)}
    return found


def test_every_item_names_a_row():
    assert len(case().evidence) >= 80
    assert {item.row for item in case().evidence} <= rows()
    assert {item.row for item in case().evidence} >= SEPARATING
    asked = {question.id: question.row for question in case().questions}
    assert {row for name, row in asked.items() if name == row} == {f"F{n:02d}" for n in range(1, 27)}
    assert set(asked.values()) <= rows()


def test_the_items_that_separate_the_accounts_say_what_they_should():
    items = {item.id: item for item in case().evidence}
    assert items["T054"].what == "post abandoned"
    assert {items[i].where for i in ("T059a", "T059b", "T059c", "T059d")} == {
        "Almaty",
        "Kyzylorda",
        "Almaty Region",
        "Zhambyl",
    }
    assert items["T060"].what == "post held"
    assert items["T070"].what == items["T092a"].what == "order lethal force"
    assert items["T070"].when[1] < items["T092a"].when[1] < items["T070"].reported
    assert (items["T113a"].says, items["T113b"].says) == ("true", "false")
    assert (items["T180c"].value.centre, items["T180c"].of) == (19, 766)
    assert items["T188a"].value.centre == 2960


def test_the_regions_of_the_time():
    assert len(case().regions) == 17
    assert sum(region.population for region in case().regions) == 19_503_159
    assert sum(region.police for region in case().regions) == case().agencies[0].strength == 73_500


def test_hardship_and_minority_follow_from_their_sources():
    sources = {source["region"]: source for source in table("region-sources.csv")}
    regions = case().regions
    people = np.array([region.population for region in regions])
    income = np.array([log(116_126 / float(sources[region.name]["income_2020_kzt_month"])) for region in regions])
    rates = [sources[region.name]["poverty_2021_percent"] for region in regions]
    known = [place for place, rate in enumerate(rates) if rate]
    assert len(known) == 8
    slope, level = np.polyfit(income[known], [log(float(rates[place]) / 5.2) for place in known], 1)
    poverty = np.array([log(float(r) / 5.2) if r else level + slope * x for r, x in zip(rates, income, strict=True)])
    hardship = np.exp(0.5 * (income + poverty))
    hardship /= np.average(hardship, weights=people)
    np.testing.assert_allclose([region.hardship for region in regions], hardship, atol=0.0051)
    minority = [1 - float(sources[region.name]["kazakh_percent"]) / 100 for region in regions]
    np.testing.assert_allclose([region.minority for region in regions], minority, atol=0.0006)


def gains(item, kinds):
    """docs/grades.md, part 4: no disinterested kind among the reporters, and the report serves them."""
    blames = item.says == "true" and item.claim in {*ARMED, "palace-plot", "foreign-sponsor"}
    clears = item.says == "false" and item.claim == "ruler-purge"
    state = blames or clears or item.what in {"seat held", "seat retaken", "post held"}
    served = {
        **dict.fromkeys(("decree", "official", "court"), state),
        "patron": blames or clears or item.what in {"complete withdrawal", "allied dead"},
        "insider": blames or clears,
        "rival": item.says == "false" and item.claim == "palace-plot",
        "accused": item.says == "false",
        "opposition": False,
    }
    return kinds <= set(served) and any(served[kind] for kind in kinds)


def graded(item, letter, kinds):
    """docs/grades.md, parts 3 and 4."""
    several = len(kinds) > 1 and set(kinds) & {"press", "rights", "instrument"}
    best = "A1" if several or "instrument" in kinds else "A2"
    code = {"A": best, "B": "B2", "C": "C3", "D": "D4"}[letter]
    lower = {"A1": "B2", "A2": "B2", "B2": "C3", "C3": "D4", "D4": "E5"}
    return lower[code] if gains(item, set(kinds)) else code


def test_every_grade_follows_from_the_rule():
    gradings = {grading["id"]: grading for grading in table("grading.csv")}
    assert gradings.keys() == {item.id for item in case().evidence}
    for item in case().evidence:
        grading = gradings[item.id]
        assert grading["row"] == item.row
        assert item.grade == grading["grade"] == graded(item, grading["letter"], grading["kinds"].split(";")), item.id


def test_claims_set_parameters_that_exist():
    claims = case().claims
    assert len(claims) >= 7
    assert len(case().accounts) >= 8
    assert {setting.parameter for claim in claims.values() for setting in claim.sets} <= set(NAMES)
    assert all(claim.prior_odds == 1 for claim in claims.values())


def test_claims_about_armed_people_differ_in_nothing_but_who_how_many_and_how_able():
    claims = [case().claims[name] for name in ARMED]
    days = [next(s.prior for s in claim.sets if s.parameter.endswith("_day")) for claim in claims]
    assert len({claim.where for claim in claims}) == len({(day.a, day.b) for day in days}) == 1


def test_told_stories():
    accounts = case().accounts
    assert accounts["uprising"].mixture == ((1.0, ()),)
    assert accounts["article-b"].claims == ("organised-cells", "palace-plot")
    odds = {claims: weight for weight, claims in accounts["article-a"].mixture}
    assert odds == pytest.approx({(): 0.7, ("palace-plot",): 0.3})
    assert all(account.told_by for account in accounts.values())


def test_the_clock_is_fine_on_the_hot_days():
    edges = case().clock.edges_hours
    steps = np.diff(edges)
    hot = (edges[:-1] >= 48) & (edges[:-1] < 144)
    assert set(steps[hot]) == {1.0}
    assert set(steps[~hot]) == {6.0}
    assert edges[-1] == 18 * 24


def test_reporters_of_one_kind_are_treated_alike():
    reporters = case().reporters
    assert reporters["RFE/RL"].interest == reporters["TASS"].interest == reporters["Xinhua"].interest == "patron"
    assert reporters["Interior Ministry"].interest == reporters["General Prosecutor"].interest == "government"


def test_every_claim_of_both_articles_is_listed():
    ids = {document.name: [claim["id"] for claim in document.claims] for document in case().documents}
    assert ids["article-a"] == [f"A{n:02d}" for n in range(1, 23)]
    assert ids["article-b"] == [f"B{n:02d}" for n in range(1, 27)]
    cited = {row for document in case().documents for claim in document.claims for row in claim["rows"]}
    assert all(re.fullmatch(r"[TFH]\d+|3[abcd]|static", row) for row in cited)


def test_every_reporter_is_declared_in_the_case_file():
    declared = {name for name, reporter in case().reporters.items() if reporter.at.file.endswith("case.yaml")}
    assert {name for item in case().evidence for name in item.by} == declared


def test_issues_are_coded_by_one_rule_and_from_rows_that_exist():
    issues = case().issues
    assert [issue.id for issue in issues] == ["I1", "I2", "I3", "I4", "I5"]
    saliences, widths = {(16, 4), (10, 10), (4, 16)}, {12, 18}
    for issue in issues:
        assert {party.name for party in issue.parties} == {case().ruler, *(patron.name for patron in case().patrons)}
        assert {(party.salience.a, party.salience.b) for party in issue.parties} <= saliences
        assert set(issue.rows) <= rows()
        assert issue.came is not None
        assert issue.status_quo.kind == "normal"
        for party in issue.parties:
            # What an actor wanted is judged from what was known, never from what came.
            assert not any(row.startswith("F") for row in party.rows)
            assert set(party.rows) <= rows() | {"3b"}
            assert party.basis == "judgement"
            assert party.position.b in widths
            assert party.capability.kind == "lognormal"
            assert party.capability.b > 0.3


def test_capabilities_follow_trade_or_one_judgement_of_security():
    ruler, security, trade = case().ruler, {}, {}
    for issue in case().issues:
        outside = {party.name: party.capability.median for party in issue.parties if party.name != ruler}
        (security if issue.id in ("I1", "I2") else trade)[issue.id] = outside
        assert next(party for party in issue.parties if party.name == ruler).capability.median == 100
    assert security["I1"] == security["I2"]
    assert sum(security["I1"].values()) == 100
    assert trade["I4"] == trade["I5"]
    # Shares of 2021: 3b. Four fifths of the oil, 54 of 67.6 Mt, leave by Russia.
    assert {name: trade["I4"][name] for name in ("Russia", "China", "European Union")} == {
        "Russia": 24, "China": 18, "European Union": 29.5,
    }  # fmt: skip
    assert trade["I3"] == trade["I4"] | {"Russia": round(100 * 54 / 67.6)}


def test_questions_that_bargaining_answers():
    asked = {question.id: question for question in case().questions if question.engine == "bargaining"}
    answered = {name: issue for issue in case().issues for name, _ in issue.answers}
    assert set(asked) == set(answered)
    for name, issue in answered.items():
        assert issue.by is not None
        assert asked[name].by is not None
        assert abs(issue.by - asked[name].by) <= 4 * 24


def test_the_points_that_mean_yes_begin_half_way_to_the_mark_before():
    """The rule of the case's README: one that a reader can check against the scale."""
    for issue in case().issues:
        marks = [point for point, _ in issue.scale]
        half = {0.5 * (a + b) for a, b in itertools.pairwise(marks)}
        for name, points in issue.answers:
            edge = points.low if points.form == "at_least" else points.high
            assert any(abs(edge - h) <= 0.5 for h in half) or edge in marks, (issue.id, name, edge)
