"""An account that cannot produce the evidence says so, and of what; the others go on, and no number that is none comes out."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.cable.page import build
from realpolitik.cli.summary import of_run
from realpolitik.fitting import weigh as weighing
from realpolitik.fitting.deaths import LOWEST, deaths, made_whole
from realpolitik.fitting.model import CrisisModel

from .weighed import Weighed, holes, whole

CLAIMS = """claims:
  never-concedes: {says: The ruler never concedes., sets: {hazard_concede: 0}}
  always-cuts: {says: The ruler would cut the internet at once., sets: {hazard_blackout: 1e12, threat_slope: 0}}
"""
ACCOUNTS = """accounts:
  stubborn: {says: No concession was possible., claims: [never-concedes]}
  perhaps stubborn: {says: Perhaps none was., perhaps: {never-concedes: 0.5}}
  silenced: {says: The net had to go., claims: [always-cuts]}
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    starter = Path(weighing.__file__).parents[1] / "case" / "starter.yaml"
    text = starter.read_text("utf-8").replace("@NAME@", "deaths").replace("@TITLE@", "Deaths")
    text = "".join(line for line in text.splitlines(keepends=True) if "what: cut internet" not in line)
    for heading, more in (("claims:", CLAIMS), ("accounts:", ACCOUNTS)):
        line = next(line for line in text.splitlines() if line.startswith(heading))
        text = text.replace(line, more.rstrip("\n"))
    folder = tmp_path_factory.mktemp("case")
    (folder / "case.yaml").write_text(text)
    return load(folder)


@pytest.fixture(scope="module")
def weighed(case, tmp_path_factory):
    return Weighed(case, tmp_path_factory.mktemp("runs"))


def test_an_account_that_cannot_act_as_it_did_names_the_act(weighed):
    dead = weighed.accounts["stubborn"]["dead"]
    assert (dead["item"], dead["what"], dead["items"]) == ("E3", "concede", ["E3"])
    assert -40.0 <= dead["log_likelihood"] < -38.0  # the floor of E1, and what the act's window is worth
    assert -20.0 < dead["others"] < 0.0
    assert weighed.accounts["stubborn"]["probability"] < 1e-6


def test_an_account_that_could_not_leave_undone_what_was_not_done_names_that(weighed):
    dead = weighed.accounts["silenced"]["dead"]
    assert (dead["item"], dead["what"]) == ("no cut internet", "cut internet (did not happen)")
    assert -1e6 < dead["log_likelihood"] < -40.0


def test_an_account_that_lives_in_one_of_its_sets_lives(weighed):
    assert weighed.accounts["perhaps stubborn"]["dead"] is None
    assert weighed.accounts["perhaps stubborn"]["probability"] > 0.05


def test_it_is_said_in_the_warnings_the_terminal_and_the_cable(weighed):
    results = weighed.run.results
    said = next(w for w in results["warnings"] if w.startswith("stubborn"))
    assert said.startswith("stubborn cannot produce E3, concede: every one of its worlds dies of it; its best world gives it -40 nats")
    assert "bans or more" in said
    printed = of_run(results, Path("cable.html"))
    assert f"Warning: {said}" in printed
    assert "out: cannot produce E3" in printed
    page = build(results)
    assert "It cannot produce E3 (concede): every one of its worlds dies of it." in page
    assert page.count("stubborn cannot produce E3, concede") == 1  # part 10


def test_the_others_go_on_as_if_it_were_not_there(case, weighed, tmp_path):
    alone = Weighed(case, tmp_path, accounts=["perhaps stubborn"])
    assert alone.accounts["perhaps stubborn"]["log_evidence"] == weighed.accounts["perhaps stubborn"]["log_evidence"]


def test_no_hole_is_left(weighed):
    assert not holes(weighed.document)
    assert all(whole(fit) for fit in [*weighed.fits.values(), weighed.reference])


@pytest.fixture(params=["no chance", "no number"])
def broken(request, monkeypatch):
    """The law of reports spoiled: for sets of claims that hold the one given, E2 has no chance, or no number, in every world."""
    own, told = CrisisModel.loglik, {"no chance": -np.inf, "no number": np.nan}[request.param]

    def spoil(chosen):
        def loglik(self, block, step):
            own(self, block, step)
            if chosen(self.problem.claims) and step == self.checkpoints[-1]:
                self.items(block)[self.docket.ids.index("E2")] = told
                block.weight[:] = told

        monkeypatch.setattr(CrisisModel, "loglik", loglik)

    return spoil


def test_a_likelihood_that_is_no_number_is_a_death_too(case, broken, weighed, tmp_path):
    broken(lambda claims: "always-cuts" in claims)
    found = Weighed(case, tmp_path)
    dead = found.accounts["silenced"]["dead"]
    assert "E2" in dead["items"]
    assert found.accounts["silenced"]["probability"] == 0.0
    assert not holes(found.document)
    assert all(whole(fit) for fit in found.fits.values())
    for name in ("stubborn", "perhaps stubborn"):
        assert found.accounts[name]["log_evidence"] == weighed.accounts[name]["log_evidence"]
    total = sum(item["bans"]["silenced"] for item in found.document["evidence"])
    assert total * math.log(10.0) == pytest.approx(found.accounts["silenced"]["log_evidence"])


def test_where_all_die_the_odds_are_the_prior_odds_and_the_fit_is_poor(case, broken, tmp_path):
    broken(lambda claims: True)
    found = Weighed(case, tmp_path)
    assert not holes(found.document)
    assert all(account["dead"] for account in found.accounts.values())
    assert sum(account["probability"] for account in found.accounts.values()) == pytest.approx(1.0)
    assert found.document["fit"] == "poor"
    build(found.run.results)


def test_a_fit_without_holes_is_left_as_it_is(weighed):
    for fit in weighed.fits.values():
        assert made_whole(fit) is fit


def test_a_hole_in_part_of_the_worlds_kills_nobody(case, weighed):
    fit = next(iter(weighed.fits.values()))
    items = fit.replay.items.copy()
    items[0, 0] = np.nan
    mended = made_whole(replace(fit, replay=replace(fit.replay, items=items)))
    assert mended.replay.items[0, 0] == LOWEST
    assert mended.log_evidence == fit.log_evidence
    assert [d.index for d in deaths(case, weighed.docket, mended)] == [d.index for d in deaths(case, weighed.docket, fit)]
