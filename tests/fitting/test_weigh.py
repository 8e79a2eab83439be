"""The main job as a whole, on the starter case: what must not move the odds does not, and what is promised adds up."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.case.records import Account, Item
from realpolitik.case.starter import new
from realpolitik.case.values import exact
from realpolitik.fitting import odds
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.weigh import weigh

TINY = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return load(new("starter", tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="module")
def run(case, tmp_path_factory):
    def make(changed=None, **options):
        folder = weigh(changed or case, settings=TINY, runs=tmp_path_factory.mktemp("runs"), **{"threads": 2, **options})
        return folder.results

    return make


@pytest.fixture(scope="module")
def base(run):
    return run()


def bans(results, claim):
    return next(c["bans"] for c in results["claims"] if c["name"] == claim)


def claims(results):
    return [c["name"] for c in results["claims"] if c["bans"] is not None]


def with_items(case, *items):
    return replace(case, evidence=(*case.evidence, *items))


def toll(case):
    return next(i for i in case.evidence if i.mode == "ever")


def test_bans_add_up_and_probabilities_sum_to_one(base):
    for account in base["accounts"]:
        total = sum(e["bans"][account["name"]] for e in base["evidence"]) * log(10)
        assert total == pytest.approx(account["log_evidence"], abs=0.01)
    assert sum(a["probability"] for a in base["accounts"]) == pytest.approx(1.0)
    assert sum(a["probability_plain"] for a in base["accounts"]) == pytest.approx(1.0)


def test_same_seed_same_numbers_on_one_thread_and_two(run, base):
    other = run(threads=1)
    assert [a["log_evidence"] for a in other["accounts"]] == [a["log_evidence"] for a in base["accounts"]]
    assert [e["bans"] for e in other["evidence"]] == [e["bans"] for e in base["evidence"]]


def test_without_evidence_the_odds_are_the_prior_odds(run, case):
    results = run(replace(case, evidence=()))
    assert [a["log_evidence"] for a in results["accounts"]] == [0.0] * len(results["accounts"])
    sets = [tuple(a["claims"]) for a in results["accounts"]]
    prior = np.exp(odds.prior_of_sets(case, sets))
    assert [a["probability"] for a in results["accounts"]] == pytest.approx(prior.tolist())


def test_a_figure_told_ten_times_is_told_once(run, case, base):
    item = toll(case)
    again = [replace(item, id=f"again {k}", origin=f"again {k}", reported=item.reported + k + 1) for k in range(10)]
    results = run(with_items(case, *again))
    for claim in claims(base):
        assert bans(results, claim) == pytest.approx(bans(base, claim), abs=0.05)


def test_a_copy_of_one_origin_says_nothing_new(run, case, base):
    item = toll(case)
    results = run(with_items(case, replace(item, id="copy", by=("somebody else",), origin=item.origin)))
    assert next(e["treatment"] for e in results["evidence"] if e["id"] == "copy") == "copy"
    for claim in claims(base):
        assert bans(results, claim) == pytest.approx(bans(base, claim), abs=0.05)


def test_a_report_that_cannot_be_judged_moves_nothing(run, case, base):
    wild = Item(
        id="wild",
        what="dead",
        mode="ever",
        value=exact(99999.0),
        as_of=toll(case).as_of,
        reported=toll(case).reported + 1,
        by=("nobody",),
        origin="wild",
        grade="F6",
    )
    results = run(with_items(case, wild))
    for claim in claims(base):
        assert bans(results, claim) == pytest.approx(bans(base, claim), abs=0.05)


def test_an_account_listed_twice_changes_no_claim(run, case, base):
    name, account = next(iter(case.accounts.items()))
    twin = Account(name="twin", mixture=account.mixture)
    results = run(replace(case, accounts={**case.accounts, "twin": twin}))
    for claim in claims(base):
        assert bans(results, claim) == pytest.approx(bans(base, claim), abs=1e-9)
    shared = {a["name"]: a["probability"] for a in results["accounts"]}
    assert shared["twin"] == pytest.approx(shared[name])


def test_the_order_of_the_file_does_not_matter(run, case, base):
    results = run(replace(case, evidence=tuple(reversed(case.evidence))))
    assert [a["log_evidence"] for a in results["accounts"]] == [a["log_evidence"] for a in base["accounts"]]


def test_as_of_is_a_fit_of_the_file_cut_there(run, case):
    hour = sorted(i.reported for i in case.evidence)[len(case.evidence) // 2]
    cut = replace(case, evidence=tuple(i for i in case.evidence if i.reported <= hour))
    early, short = run(as_of=case.clock.moment(hour)), run(cut)
    listed = {i.what for i in case.evidence} - {i.what for i in cut.evidence}
    if not listed:  # a public act reported later is not charged as absent, in a cut file it is
        assert [a["log_evidence"] for a in early["accounts"]] == [a["log_evidence"] for a in short["accounts"]]
    for a, b in zip(early["accounts"], short["accounts"], strict=True):
        assert a["log_evidence"] == pytest.approx(b["log_evidence"], abs=4 * (a["se"] + b["se"]) + 1.0)


def test_t7_4_bookkeeping_of_ratios():
    """T7.4: prior 0.2 (odds 0.25), ratios 5 and 0.5 give 0.3846."""
    assert odds.combine(0.25, [5.0, 0.5]) == pytest.approx(0.3846, abs=5e-5)
    assert odds.softmax(np.log([0.2 * 5 * 0.5, 0.8]))[0] == pytest.approx(0.3846, abs=5e-5)


def test_leaving_nothing_out_changes_nothing_and_ranges_hold_the_probability(base):
    for account in base["accounts"]:
        assert account["low"] <= account["probability"] <= account["high"]
    for item in base["evidence"]:
        assert sum(item["leave_one_out"].values()) == pytest.approx(1.0)
