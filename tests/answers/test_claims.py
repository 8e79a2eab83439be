"""Verdicts on documents' claims follow from numbers by the rule of docs/answers-claims.md."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from realpolitik.answers import claims
from realpolitik.answers.hearing import Hearing
from realpolitik.case.records import Document
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.posterior import Draws, Posterior
from realpolitik.fitting.results import Odds, _claims
from realpolitik.fitting.weigh import sets_of

NONE = np.zeros((0, 0))


def run_of(case, evidence, se=0.1, as_of=None, forecast=None, names=None):
    """A run whose sets have these log evidences; claims need no draws."""
    names = names or list(case.accounts)
    sets = {s: Draws(s, NONE, NONE, NONE, NONE, evidence.get(s, -10.0), se) for s in sets_of(case, names)}
    posterior = Posterior(case, build_docket(case), 1, as_of, sets)
    answers = {} if forecast is None else {"forecast": forecast}
    return SimpleNamespace(posterior=posterior, results={"accounts": [{"name": n} for n in names]}, answers=answers, notes=[])


@pytest.fixture(scope="module")
def case(kazakhstan):
    return kazakhstan


def judged(case, evidence, *texts, **more):
    """Verdicts on claims written as mappings."""
    document = Document("d", claims=tuple({"id": str(i), **text} for i, text in enumerate(texts)))
    found = claims.answer(run_of(replace(case, documents=(document,)), evidence, **more))
    return found["documents"][0]["claims"]


def test_every_claim_of_the_articles_gets_a_verdict(case):
    found = claims.answer(run_of(case, {}))
    json.dumps(found, allow_nan=False)
    verdicts = {c["id"]: c["verdict"] for d in found["documents"] for c in d["claims"]}
    assert len(verdicts) == 48
    assert set(verdicts.values()) <= set(claims.VERDICTS)
    assert all(sum(d["counts"].values()) == len(d["claims"]) for d in found["documents"])
    # reports and outcomes do not depend on the odds: a withdrawal announced, another toll later, officers shot, forecasts that failed
    assert [verdicts[name] for name in ("A01", "A02", "A15", "A21", "B25", "A07")] == [
        "supported", "mixed", "contradicted", "failed", "failed", "untested"]  # fmt: skip


def test_hidden_claims_are_judged_by_what_the_evidence_adds(case):
    strong = {s: (-5.0 if "palace-plot" in s else -15.0) for s in sets_of(case, list(case.accounts))}
    texts = ({"asserts": ("palace-plot",)}, {"denies": ("palace-plot",)}, {"asserts": ("palace-plot", "foreign-fighters")})
    rows = judged(case, strong, *texts)
    assert [row["verdict"] for row in rows] == ["supported", "contradicted", "mixed"]
    assert rows[0]["ties"][0]["bans"] > 2.0
    assert [row["verdict"] for row in judged(case, {}, *texts)] == ["untested"] * 3
    # an error of many nats leaves both sides open
    assert judged(case, {}, {"asserts": ("palace-plot",)}, se=6.0)[0]["verdict"] == "mixed"


def test_reports_count_by_grade_and_once_by_origin(case):
    rows = judged(
        case, {}, {"reports": ("T125a",)}, {"against": "T125a"}, {"reports": ("T077a",)}, {"reports": ("T125a",), "against": ("T056",)},
        {"reports": ("T021a",)}, {"reports": ("T021a", "T021b")}, {"reports": ("T119b",)},
    )  # fmt: skip
    assert [row["verdict"] for row in rows[:4]] == ["supported", "contradicted", "untested", "mixed"]
    assert rows[4]["ties"][0]["bans_for"] == rows[5]["ties"][0]["bans_for"] == pytest.approx(np.log10(7.0))
    assert rows[6]["ties"][0]["bans_for"] == 0.0  # what Putin says of causes is no report of an act


def test_forecasts_are_judged_by_what_came(case):
    rows = judged(
        case, {}, {"expects": ("F12",)}, {"rules_out": ("F12",)}, {"expects": ("F12",), "rules_out": ("F16",)}, {"expects": ("F05",)},
        {"expects": ("F12",), "reports": ("T125a",)},
    )  # fmt: skip
    assert [row["verdict"] for row in rows] == ["failed", "came true", "partly came true", "open", "failed"]
    early = judged(case, {}, {"expects": ("F12",)}, as_of=240.0)
    assert (early[0]["verdict"], early[0]["ties"][0]["came"]) == ("open", None)


def test_what_the_model_gave_that_day_stands_beside(case):
    forecast = {"documents": [{"name": "d", "questions": [{"id": "F12", "probability": 0.2}, {"id": "F19", "probability": 0.1}]}]}
    rows = judged(case, {}, {"expects": ("F12", "F19")}, forecast=forecast)
    assert [tie["probability"] for tie in rows[0]["ties"]] == [0.2, None]  # F19 is outside the model: a base rate is not its forecast


def test_a_copied_account_changes_no_claims_odds(case):
    evidence = {("palace-plot",): -8.0, ("foreign-fighters",): -9.0}
    copied = replace(case, accounts={**case.accounts, "again": replace(case.accounts["foreign-terrorists"], name="again")})
    one, two = (claims.answer(run_of(c, evidence))["hidden"] for c in (case, copied))
    assert one == two


def test_odds_are_the_sums_over_sets(case):
    run = run_of(case, {("palace-plot",): -8.0}, se=0.0)
    sets = sets_of(case, list(case.accounts))
    hearing = Hearing.of(case, list(case.accounts), sets)
    mean, _ = hearing.probabilities({s: run.posterior.sets[s].log_evidence for s in sets}, dict.fromkeys(sets, 0.0))
    row = next(r for r in claims.answer(run)["hidden"] if r["name"] == "palace-plot")
    assert row["probability"] == pytest.approx(sum(p for s, p in zip(sets, mean, strict=True) if "palace-plot" in s))
    assert row["sets"] == sum("palace-plot" in s for s in sets)
    alone = claims.answer(run_of(case, {}, names=["palace-plot"]))["hidden"]
    assert next(r for r in alone if r["name"] == "palace-plot")["bans"] is None


def test_bans_are_the_log_odds_of_the_probability_less_those_of_the_prior(case):
    """One definition with the odds of claims in results.json: the mean over the error, not the median of the log odds."""
    names = list(case.accounts)
    sets = sets_of(case, names)
    # the errors and spacings of a quick run, where the median would be 0.1 bans off
    evidence = {s: -70.0 - 1.5 * i for i, s in enumerate(sets)}
    run = run_of(case, evidence, se=0.8)
    fits = {s: SimpleNamespace(log_evidence=evidence[s], se=0.8) for s in sets}
    stored = {row["name"]: row for row in _claims(case, Odds(case, names, sets, fits))}
    for row in claims.answer(run)["hidden"]:
        odds = [p / (1.0 - p) for p in (row["probability"], row["prior"])]
        assert row["bans"] == pytest.approx(np.log10(odds[0]) - np.log10(odds[1]))
        assert row["bans"] == pytest.approx(stored[row["name"]]["bans"])
        assert row["probability"] == pytest.approx(stored[row["name"]]["probability"])
        assert row["low"] <= row["bans"] <= row["high"]


def test_claims_are_in_the_projects_own_words(case):
    # short sentences of our own: nothing long enough to have been lifted, and no quotation marks
    for document in case.documents:
        for claim in document.claims:
            assert len(str(claim["says"]).split()) <= 24
            assert not set('"“”«»') & set(str(claim["says"]))


def test_the_page_names_every_key_and_verdict():
    page = (Path(__file__).parents[2] / "docs" / "answers-claims.md").read_text("utf-8")
    for word in (*claims.VERDICTS, "asserts", "denies", "expects", "rules_out", "reports", "against"):
        assert word in page.lower()
