"""Part 9 of the cable: the sentence follows the verdicts, gaps stay gaps, text of the case stays text."""

import re

import pytest

from realpolitik.cable.page import build
from realpolitik.cable.parts import claims
from realpolitik.cable.view import View


def claim(name, verdict, *ties):
    return {"id": name, "says": f"{name} says.", "fared": "true", "rows": [], "verdict": verdict, "ties": list(ties)}


@pytest.fixture
def results():
    reports = {"kind": "reports", "for": ["T1"], "against": ["T2", "T3"], "bans_for": 1.3, "bans_against": 0.4, "verdict": "supported"}
    hidden = {"kind": "hidden", "name": "plot", "asserted": False, "says": "x", "probability": 0.8, "bans": 1.0, "low": 0.6, "high": 2.0}
    question = {"kind": "question", "id": "F1", "asks": "Are they gone?", "expected": True, "came": "no", "probability": 0.2}
    rows = [claim("A1", "supported", reports), claim("A2", "contradicted", hidden), claim("A3", "failed", question)]
    rows.append(claim("A4", "untested"))
    return {"answers": {"claims": {"hidden": [], "documents": [
        {"name": "note", "title": "A note", "published": "2024-03-06", "counts": {}, "claims": rows}]}}}  # fmt: skip


def shown(results):
    return "".join(map(str, claims.part(View(results)).body))


def test_the_sentence_counts_the_verdicts(results):
    text = claims.part(View(results)).sentence
    assert text == (
        "Of four claims in one document the evidence supports one, contradicts one, is divided on none and does not test one; "
        "of one forecast, one failed."
    )


def test_every_verdict_says_its_ground(results):
    html = shown(results)
    assert "reported by T1 (1.3 bans); against it T2 and T3 (0.4 bans)" in html
    assert "denies plot: the evidence gives it +1.0 bans (+0.6 to +2.0)" in html
    assert "F1: Are they gone? Expected yes; the model gave yes 20%; came: no" in html
    assert "left:25.00%;width:25.00%" in html
    assert "One claim untested" in html


@pytest.mark.parametrize("hole", ["name", "title", "published", "counts"])
def test_gaps_in_a_document_stay_gaps(results, hole, tree):
    results["answers"]["claims"]["documents"][0][hole] = None
    tree(build(results))


@pytest.mark.parametrize("hole", ["id", "says", "fared", "verdict", "ties"])
def test_gaps_in_a_claim_stay_gaps(results, hole, tree):
    for value in (None, "x"):
        results["answers"]["claims"]["documents"][0]["claims"][0][hole] = value
        tree(build(results))


def test_gaps_in_a_tie_stay_gaps(results, tree):
    for number in range(3):
        row = results["answers"]["claims"]["documents"][0]["claims"][number]
        for hole in list(row["ties"][0]):
            row["ties"] = [{**row["ties"][0], hole: None}]
            tree(build(results))


def test_without_documents_there_is_no_part(results):
    assert claims.part(View({})) is None
    for nothing in (None, [], "x", [{}]):
        results["answers"]["claims"]["documents"] = nothing
        assert claims.part(View(results)) is None


def test_text_of_the_case_stays_text(results):
    row = results["answers"]["claims"]["documents"][0]
    row |= {"name": "<script>1</script>", "title": "<img src=x>"}
    row["claims"][0] |= {"says": "<img src=y>", "fared": "<b>", "id": "<script>"}
    row["claims"][2]["ties"][0] |= {"asks": "<img src=z>", "came": "<script>"}
    assert not re.search("<(script|img)", shown(results))
