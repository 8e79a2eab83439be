"""Warnings: what is probably a slip in a case that can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from realpolitik.case import load
from realpolitik.case.doubts import doubts
from realpolitik.case.shipped import shipped
from realpolitik.crisis.parameters import TABLE

DOUBTFUL = [
    ("City Hall: government, Radio", "Cty Hall: government, Radio",
     "case.yaml:18:23: reporters: no report is by 'Cty Hall', so its interest and trust count for nothing; did you mean 'City Hall' (E2)?"),
    ("City Hall: government, Radio", "Gazette: opposition, City Hall: government, Radio",
     "no report is by 'Gazette', so its interest and trust count for nothing; write the name as its reports do"),
    ("ever: 12,", "ever: 900000,", "case.yaml:22:5: evidence E2, ever: 900,000 exceeds the population of the country, 520,000; check"),
    ("ever: 12,", "ever: 12..530000,", "evidence E2, ever: 530,000 exceeds"),
    ("now: 2000..5000", "now: ~450000", "evidence E1, now: 450,000 exceeds the population of Harbour, 400,000"),
    ("strength: 1500", "strength: 1500000", "agency 'Police', strength: 1,500,000 exceeds the population of the country"),
    ("size: about 500 (200 to 1200)", "size: 125000", "spark, size: 125,000 exceeds the population of Hills, 120,000"),
    ("by: 2024-03-20", "by: 2024-03-10, what: dead, value: '>=600000'", "question Q1, value: 600,000 exceeds"),
]  # fmt: skip


def test_a_prior_below_zero_is_doubted_where_the_model_has_none(case):
    usual = {row.name: row.prior for row in TABLE}
    [doubt] = doubts(case.load("about 200 (50 to 800)", "about -200 (-500 to -80)"), usual)
    assert "claim 'cells', sets, organised_cells: 'about -200 (-500 to -80)' lies below 0, where the model's own prior" in str(doubt)
    assert doubts(case.load(), usual) == []


@pytest.mark.parametrize(("old", "new", "said"), DOUBTFUL, ids=lambda text: str(text)[:40])
def test_a_probable_slip_is_told_and_the_case_is_read(case, old, new, said):
    [doubt] = doubts(case.load(old, new))
    assert said in str(doubt)


def test_a_statement_dated_before_the_crisis_is_doubted(case):
    row = "id,what,reported,by,grade,claim,speaker,says\nE7,statement,1924-03-03,Radio,C3,cells,the mayor,true\n"
    [doubt] = doubts(case.load(evidence=row))
    assert "evidence.csv:2:1: evidence E7, reported: '1924-03-03' is before the clock begins; check the date" in str(doubt)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ever: 12,", "ever: <=900000,"),
        ("troops: 200..400", "troops: 900000"),
        ("claims: [{id: N1,", "claims: [{id: N1, by: Gazette,"),
    ],
)
def test_what_may_be_meant_is_not_doubted(case, old, new):
    yaml = case.changed("City Hall: government, Radio", "Gazette: opposition, City Hall: government, Radio") if "Gazette" in new else None
    read = load(case.write(yaml.replace(old, new))) if yaml else case.load(old, new)
    assert doubts(read) == []


@pytest.mark.parametrize("name", list(shipped()))
def test_no_shipped_case_is_doubted(name):
    assert doubts(load(name)) == []


def test_a_case_without_evidence_is_doubted(case):
    first, *_ = doubts(replace(case.load(), evidence=()))
    assert "case.yaml:1:1: evidence: there is no item of evidence, so the odds will be the prior odds" in str(first)
