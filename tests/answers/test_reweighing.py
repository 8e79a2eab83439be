"""A line of evidence more, weighed from a run: what a fresh fit gives within the stated error, and plain answers where it cannot be."""

import json
from dataclasses import replace
from math import hypot, log

import pytest

import realpolitik as rp
from realpolitik.case.records import Item
from realpolitik.case.starter import new
from realpolitik.case.values import exact
from realpolitik.errors import RunError
from realpolitik.fitting.efforts import EFFORTS
from realpolitik.fitting.posterior import reference_folder, save_draws
from realpolitik.fitting.reference import reference_problem
from realpolitik.fitting.weigh import REFERENCE, draws_of, fit_set

DETAINED = Item(
    id="E9", what="detained", mode="ever", value=exact(50.0), as_of=60.0, reported=72.0, by=("Harbour Radio",), origin="E9", grade="B2"
)


def with_reference(run):
    """The run with the draws of its reference account."""
    posterior = run.posterior
    fit = fit_set(REFERENCE, reference_problem(posterior.case), posterior.docket, EFFORTS["quick"], posterior.seed)
    assert fit.log_evidence == run.results["reference"]["log_evidence"]
    save_draws(reference_folder(run.folder), draws_of(fit))
    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reweighed")
    return with_reference(rp.weigh(rp.load(new("harbour", folder)), runs=folder / "runs", seed=3))


@pytest.fixture(scope="module")
def case(run):
    return rp.load(run.posterior.case.folder)


def more(case, *items):
    return replace(case, evidence=(*case.evidence, *items))


def agrees(found, fresh):
    """Log evidences of both within four standard errors of their difference; returns how many accounts were told."""
    told = 0
    for account, row in zip(found["accounts"], fresh.results["accounts"], strict=True):
        assert account["name"] == row["name"]
        if account["withheld"]:
            continue
        told += 1
        assert abs(account["after"]["log_evidence"] - row["log_evidence"]) < 4.0 * hypot(account["after"]["se"], row["se"])
    return told


def test_an_added_line_agrees_with_a_fresh_fit(run, case, tmp_path):
    changed = more(case, DETAINED)
    found, fresh = run.reweigh(changed), rp.weigh(changed, runs=tmp_path, seed=11)
    assert agrees(found, fresh) == len(found["accounts"])
    reference = found["reference"]
    assert not reference["withheld"]
    gap = abs(reference["after"]["log_evidence"] - fresh.results["reference"]["log_evidence"])
    assert gap < 4.0 * hypot(reference["after"]["se"], fresh.results["reference"]["se"])
    assert [(c["id"], c["change"]) for c in found["changed"]] == [("E9", "added")]
    assert found["coarsening"]["after"] == fresh.results["coarsening"]


def test_three_towns_with_a_line_more_and_one_graded_anew_agrees_with_a_fresh_fit(tmp_path):
    case = rp.load("three-towns")
    base = rp.weigh(case, runs=tmp_path, seed=3)
    item = next(i for i in case.evidence if i.mode == "ever" and i.grade[0] in "ABC")
    evidence = tuple(replace(i, grade="D4") if i is item else i for i in case.evidence)
    extra = replace(item, id="X1", origin="X1", by=("a new paper",), reported=item.reported + 5.0, grade="C3")
    changed = replace(case, evidence=(*evidence, extra))
    found, fresh = base.reweigh(changed), rp.weigh(changed, runs=tmp_path, seed=11)
    assert agrees(found, fresh) >= 2
    assert {c["id"]: c["change"] for c in found["changed"]} == {"X1": "added", item.id: "altered"}
    assert found["reference"] is None or found["reference"]["before"]["log_evidence"] == base.results["reference"]["log_evidence"]


def test_items_add_up_to_the_change_of_every_account(run, case):
    found = run.reweigh(more(case, DETAINED))
    json.dumps(found, allow_nan=False)
    for account in found["accounts"]:
        bans = sum(item["bans"][account["name"]] for item in found["items"])
        assert bans * log(10) == pytest.approx(account["change"], abs=1e-9)
        before = account["before"]["log_evidence"]
        assert account["after"]["log_evidence"] - before == pytest.approx(account["change"])
        assert account["after"]["se"] == pytest.approx(hypot(account["before"]["se"], account["change_se"]))
    assert found["items"][0]["id"] == "E9"
    # a toll told earlier makes the later one riper: E4 is as it was and counts otherwise
    most = max((i for i in found["items"] if i["id"]), key=lambda i: abs(i["moves"]))
    assert f"Most by {most['id']}" in found["sentence"]


def test_the_same_evidence_is_said_to_be_the_same(run, case):
    found = run.reweigh(case.folder)
    assert found["sentence"] == "The evidence is that of the run: nothing to weigh again."
    assert found["changed"] == []
    rows = {a["name"]: a for a in run.results["accounts"]}
    for account in found["accounts"]:
        assert account["change"] == pytest.approx(0.0, abs=1e-9)
        assert account["after"]["probability"] == pytest.approx(rows[account["name"]]["probability"], abs=1e-9)
    # words and places in the file are not evidence
    shifted = tuple(replace(i, note="moved", at=case.evidence[0].at) for i in case.evidence)
    assert run.reweigh(replace(case, evidence=shifted))["changed"] == []


def test_what_the_worlds_cannot_tell_is_withheld_and_the_way_out_is_named(run, case):
    """Four sure reporters of a crowd twice as large: next to no world of the run has it."""
    crowds = [replace(case.evidence[0], id=f"S{n}", origin=f"S{n}", by=(f"Radio {n}",), value=exact(9000.0), grade="A1") for n in range(4)]
    found = run.reweigh(more(case, *crowds))
    assert all(a["withheld"] for a in found["accounts"])
    assert found["withheld"]
    for account in found["accounts"]:
        assert (account["pareto_k"] or 0.0) > 0.7 if account["withheld"] else (account["pareto_k"] or 0.0) <= 0.7
        assert account["after"] is None if account["withheld"] else account["after"]["probability"] is None
    assert found["weigh_anew"] == f"realpolitik weigh {case.folder} --effort quick --seed 3"
    assert found["weigh_anew"] in found["sentence"]


def test_reporters_and_prior_odds_may_change_too(run, case):
    odds = {n: replace(c, prior_odds=4.0) for n, c in case.claims.items()}
    found = run.reweigh(replace(case, claims=odds))
    was, now = ({a["name"]: a[when]["probability"] for a in found["accounts"]} for when in ("before", "after"))
    ratio = (now["steered"] / now["anger"]) / (was["steered"] / was["anger"])
    assert ratio == pytest.approx(4.0, rel=0.1)  # not exactly: the Monte Carlo error is folded in
    doubted = {**case.reporters, "City Hall": replace(case.reporters["City Hall"], trust=0.0)}
    found = run.reweigh(replace(case, reporters=doubted))
    assert [(c["id"], c["what"]) for c in found["changed"]] == [("City Hall", "reporter")]
    assert found["coarsening"]["after"]["informative_items"] < found["coarsening"]["before"]["informative_items"]


def test_other_worlds_and_other_cases_are_refused(run, case):
    with pytest.raises(RunError, match=r"in more than its evidence: agencies and sparks\. .* weigh it anew: realpolitik weigh "):
        run.reweigh(replace(case, agencies=(), sparks=()))
    with pytest.raises(RunError, match="weighed harbour, not elsewhere; name a run of elsewhere with --from RUN"):
        run.reweigh(replace(case, name="elsewhere"))


def test_a_run_of_a_date_hears_nothing_later(case, tmp_path):
    earlier = rp.weigh(case, runs=tmp_path, seed=3, as_of=case.clock.moment(60.0))
    assert earlier.reweigh(more(case, DETAINED))["changed"] == []
    assert [c["id"] for c in earlier.reweigh(more(case, replace(DETAINED, as_of=50.0, reported=55.0)))["changed"]] == ["E9"]
