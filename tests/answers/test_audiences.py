"""Audiences: odds under their trust, nothing from telling a story twice, tipping trust on a case whose answer is known."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from realpolitik.answers import audiences, hearing, sizes, tipping
from realpolitik.answers.doubted import whose
from realpolitik.answers.hearing import Hearing, trust_of
from realpolitik.case.records import Audience
from realpolitik.fitting.judging import Bench, Terms
from realpolitik.fitting.reweigh import Reweighed, weigh_up

from .posteriors import judged_prior

SETS = [("foreign-fighters",), ("organised-cells",), ("palace-plot",), ()]
EVIDENCE = dict(zip(SETS, (-10.0, -10.5, -11.0, -12.0), strict=True))


@pytest.fixture(scope="module")
def case(kazakhstan):
    return kazakhstan


@pytest.fixture(scope="module")
def names(case):
    return [n for n, a in case.accounts.items() if all(claims in SETS for _, claims in a.mixture)]


@pytest.fixture(scope="module")
def run(case, names):
    # a few days of evidence, so that draws of the prior are not too far from the posterior to be asked
    posterior = judged_prior(case, SETS, draws=96, evidence=EVIDENCE, as_of=72.0)
    return SimpleNamespace(posterior=posterior, results={"accounts": [{"name": n} for n in names]}, notes=[], executor=None, threads=None)


@pytest.fixture(scope="module")
def document(run):
    return audiences.answer(run)


def reweighed(value, k=0.0, se=0.1):
    return Reweighed((), value, se, se, np.zeros(0), np.zeros(0), np.zeros(0), k)


def test_the_document_is_json_without_nan_and_says_what_was_asked(document, case, names):
    json.dumps(document, allow_nan=False)
    assert [a["name"] for a in document["audiences"]] == [a.name for a in case.audiences]
    assert len(document["audiences"]) >= 4
    assert len(document["tipping"]) == len(names) * (len(names) - 1) // 2
    for a in document["audiences"]:
        if not a["withheld"]:
            assert sum(a["probabilities"].values()) == pytest.approx(1.0)
            assert all(row["low"] <= row["probability"] <= row["high"] for row in a["accounts"])
    assert {c["claim"] for c in document["sizes"]} == {"foreign-fighters", "organised-cells", "palace-plot"}


def test_half_trust_in_each_interest_is_told_and_what_is_not_tested_says_so(document, case):
    rows = {row["interest"]: row for row in document["interests"]}
    assert set(rows) == {r.interest for r in case.reporters.values()}
    for name, row in rows.items():
        assert row["reporters"] == sum(r.interest == name for r in case.reporters.values())
        assert row["tested"] == ({"kind": "interest", "who": name} in document["tried"])
        assert row["tested"] or row["accounts"] is None
        if row["tested"] and not row["withheld"]:
            assert sum(a["probability"] for a in row["accounts"]) == pytest.approx(1.0)
            assert row["leader"] in row["probabilities"]
    labels = {r["label"] for part in ("sensitivity", "sensitivity_withheld") for r in document[part]}
    assert {f"half trust in all {name} reporters" for name, row in rows.items() if row["tested"]} <= labels
    for a in document["audiences"]:
        assert (a["why"] is None) == (a["remedy"] is None) == (not a["withheld"])


def test_trust_goes_from_the_reporter_to_his_interest_to_everyone(case):
    trust = trust_of(case, Audience("x", trust={"government": 0.5, "Akorda": 0.2, "everyone": 0.9}))
    assert trust["Akorda"] == 0.2
    assert trust["General Prosecutor"] == 0.5
    assert trust["Vlast"] == 0.9
    assert set(trust_of(case, Audience("y")).values()) == {1.0}


def test_without_trust_or_odds_of_its_own_an_audience_has_the_odds_of_the_run(case, names):
    found = {s: reweighed(EVIDENCE[s]) for s in SETS}
    assert Hearing.of(case, names, SETS, Audience("x")).told(found) == Hearing.of(case, names, SETS).told(found)


def test_prior_odds_move_the_odds_by_their_ratio(case, names):
    found = {s: reweighed(EVIDENCE[s], se=0.0) for s in SETS}
    before = Hearing.of(case, names, SETS).told(found)["probabilities"]
    # article-a tells the plot too, with weight 0.3: odds on the account alone also take from its share of that set
    shared = 5.0 * (5.0 / 5.3) * (1.3 / 1.0)
    for given, expected in (({"prior_odds": {"palace-plot": 5.0}}, 5.0), ({"account_odds": {"palace-plot": 5.0}}, shared)):
        after = Hearing.of(case, names, SETS, Audience("x", **given)).told(found)["probabilities"]
        moved = (after["palace-plot"] / after["foreign-terrorists"]) / (before["palace-plot"] / before["foreign-terrorists"])
        assert moved == pytest.approx(expected)


def test_a_copied_account_changes_no_claim_for_any_audience(case, names):
    found = {s: reweighed(EVIDENCE[s]) for s in SETS}
    copied = replace(case, accounts={**case.accounts, "copy": replace(case.accounts["foreign-terrorists"], name="copy")})
    heard = [None, *case.audiences, Audience("x", account_odds={"foreign-terrorists": 4.0, "copy": 4.0, "uprising": 0.5})]
    for audience in heard:
        one = Hearing.of(case, names, SETS, audience).told(found)["claims"]
        two = Hearing.of(copied, [*names, "copy"], SETS, audience).told(found)["claims"]
        for a, b in zip(one, two, strict=True):
            assert a["probability"] == pytest.approx(b["probability"], abs=1e-12)


def test_what_is_not_to_be_believed_is_withheld_where_it_counts(case, names):
    found = {s: reweighed(EVIDENCE[s]) for s in SETS}
    hearing = Hearing.of(case, names, SETS)
    told = hearing.told({**found, SETS[0]: reweighed(-10.0, k=0.9)})
    assert told["withheld"]
    assert told["probabilities"] is None
    assert told["accounts"] is None
    assert told["pareto_k"] == 0.9
    assert not hearing.told({**found, SETS[3]: reweighed(-40.0, k=0.9)})["withheld"]


def test_the_tipping_trust_lies_where_the_lead_is_gone(case, names):
    hearing = Hearing.of(case, names, SETS)
    base = {s: reweighed(EVIDENCE[s]) for s in SETS}
    who = ("reporter", "X")
    # the leader loses 0.8 nats at half trust and 3 at none: even with the second at 1 - 0.5 * (0.5 / 0.8)
    drop = {0.5: 0.8, 0.25: 1.5, 0.0: 3.0}
    found = {(who, t): {**base, SETS[0]: reweighed(-10.0 - drop[t])} for t in tipping.LEVELS}
    rows = {(r["first"], r["second"]): r for r in tipping.tipping(hearing, base, [who], found)}
    row = rows["foreign-terrorists", "hijacked-protest"]
    assert (row["who"], row["kind"]) == ("X", "reporter")
    assert row["trust"] == pytest.approx(1.0 - 0.5 * 0.5 / 0.8)
    assert row["bans"] == pytest.approx(0.5 / tipping.BAN)
    assert rows["hijacked-protest", "palace-plot"]["trust"] is None
    # what cannot be followed down to where the lead would go is not known, and is never called no turn
    far = {key: {**sets, SETS[0]: reweighed(-10.0, k=2.0)} for key, sets in found.items()}
    unsaid = tipping.tipping(hearing, base, [who], far)[0]
    assert (unsaid["trust"], unsaid["withheld"]) == (None, [{"kind": "reporter", "who": "X", "known_to": 1.0}])
    bad = {key: {**sets, SETS[0]: reweighed(sets[SETS[0]].log_evidence, k=2.0)} for key, sets in found.items()}
    doubtful = tipping.tipping(hearing, base, [who], bad)[0]
    assert (doubtful["trust"], [one["who"] for one in doubtful["withheld"]]) == (None, ["X"])


def test_a_reporter_may_bear_the_name_of_an_interest(case, names):
    hearing = Hearing.of(case, names, SETS)
    base = {s: reweighed(EVIDENCE[s]) for s in SETS}
    chosen = [("reporter", "government"), ("interest", "government")]
    # the reporter is followed down to a quarter, the interest nowhere
    bad = {("reporter", 0.0), ("interest", 0.5), ("interest", 0.25), ("interest", 0.0)}
    found = {(w, t): {**base, SETS[0]: reweighed(-10.0, k=2.0 if (w[0], t) in bad else 0.0)} for w in chosen for t in tipping.LEVELS}
    row = tipping.tipping(hearing, base, chosen, found)[0]
    assert row["withheld"] == [
        {"kind": "reporter", "who": "government", "known_to": 0.25},
        {"kind": "interest", "who": "government", "known_to": 1.0},
    ]
    assert [whose(one) for one in row["withheld"]] == ["government", "all government reporters"]


def test_tipping_knows_the_draws_that_the_odds_of_an_interest_are_told_from(run, monkeypatch):
    # every set of the government's half trust is out of reach, until it is moved
    def out_of_reach(bench, sets, terms, *_):
        return {s: [reweighed(EVIDENCE[s], k=0.0 if not t.trust else 2.0) for t in terms] for s in sets}

    seen = {}
    monkeypatch.setattr(audiences, "reweigh_sets", out_of_reach)
    monkeypatch.setattr(hearing, "moved", lambda bench, s, terms: reweighed(EVIDENCE[s], k=0.1))
    monkeypatch.setattr(audiences, "widths", lambda *_: [])
    monkeypatch.setattr(audiences, "sizes", lambda *_: [])
    monkeypatch.setattr(audiences, "MOVED", 99)
    tipped = tipping.tipping

    def told(own, base, chosen, at_level):
        seen.update(at_level)
        return tipped(own, base, chosen, at_level)

    monkeypatch.setattr(tipping, "tipping", told)
    document = audiences.answer(run)
    tested = [row for row in document["interests"] if row["tested"]]
    assert tested
    for row in tested:
        assert not row["withheld"]
        assert row["why"] is None
        assert all(one.good for one in seen[("interest", row["interest"]), audiences.HALF].values())
    # so half trust in an interest is known wherever its odds are told
    unsaid = [one for pair in document["tipping"] for one in pair["withheld"] if one["kind"] == "interest"]
    assert unsaid
    assert all(one["known_to"] == audiences.HALF for one in unsaid)


def test_screening_finds_only_those_whose_word_stands_alone(run, case, names):
    bench = Bench(run.posterior)
    chosen = tipping.screened(bench, Hearing.of(case, names, SETS))
    assert len([w for w in chosen if w[0] == "reporter"]) <= tipping.MOST
    alone = {e.item.by[0] for e in run.posterior.docket.entries if len(e.item.by) == 1}
    assert {name for kind, name in chosen if kind == "reporter"} <= alone
    # every interest with a side of its own and a report on its word alone is asked, near or not
    for interest in ("government", "opposition", "patron"):
        assert (("interest", interest) in chosen) == bool(tipping.alone(bench, ("interest", interest)))
    assert all(set(t.trust.values()) == {level} for (_, level), t in tipping.terms_of(bench, chosen).items())


def test_the_curve_of_a_size_agrees_with_a_set_that_has_it(case):
    # with no evidence every size is as good as another
    bare = judged_prior(case, SETS, draws=64, as_of=-1.0)
    for curve in sizes.sizes(Bench(bare), SETS):
        assert all(abs(r["bans"]) < 1e-9 for r in curve["sizes"])
        assert curve["least"] == 0.0
        assert curve["beyond"]


def test_sizes_from_above_and_from_below_meet(case):
    # evidence of the first days hardly knows of armed people, so that both ways to a size are good and must agree
    early = judged_prior(case, [("organised-cells",), ()], draws=128, as_of=50.0)
    bench = Bench(early)
    weighed = {s: weigh_up(early.sets[s].log_likelihood) for s in early.sets}
    # draws of the prior stand for the posterior of a run: give each set the evidence and the draws that go with it
    rng = np.random.default_rng(1)
    for s, d in early.sets.items():
        kept = rng.choice(len(d.z), len(d.z), p=weighed[s][2])
        early.sets[s] = replace(
            d, z=d.z[kept], ids=d.ids[kept], log_likelihood=d.log_likelihood[kept], items=d.items[kept], log_evidence=weighed[s][0]
        )
    draws = early.sets["organised-cells",]
    for x in (0.0, 300.0):
        row = {"size": x, "log_evidence": np.nan, "se": 0.0, "pareto_k": np.inf}
        below = sizes._from_below(bench, "organised-cells", "organised_cells", draws, row)
        assert abs(below["log_evidence"] - early.sets[()].log_evidence) < 0.6
        if x == 0.0:  # no cells are no cells, bit for bit
            assert below["log_evidence"] == pytest.approx(early.sets[()].log_evidence, abs=1e-9)


def test_a_size_fixed_is_a_parameter_fixed(run):
    bench, draws = Bench(run.posterior), run.posterior.sets["foreign-fighters",]
    none = bench.likelihood(draws.claims, draws.z, draws.ids, [Terms()], {"infiltrators": 0.0})
    many = bench.likelihood(draws.claims, draws.z, draws.ids, [Terms()], {"infiltrators": 30000.0})
    assert not np.allclose(none, many)
    prior = bench.model(draws.claims).problem.prior
    column = [prior.names[row] for row, _ in prior.drivers].index("infiltrators")
    z = draws.z.copy()
    z[:, column] = -z[:, column]
    assert np.array_equal(none, bench.likelihood(draws.claims, z, draws.ids, [Terms()], {"infiltrators": 0.0}))
