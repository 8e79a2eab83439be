"""Every claim by itself (docs/answers-claims.md, V5 to V8): the prior over sets, the likelihood of each, a known answer, what is kept."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from realpolitik.answers.combined import _compared, _odds, combined
from realpolitik.answers.run import Run
from realpolitik.api import load
from realpolitik.cli.main import app
from realpolitik.errors import RunError
from realpolitik.fitting import renewal, switches
from realpolitik.fitting.account import climb
from realpolitik.fitting.encompassing import Encompassing, Visited, visit
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.sampler import stream
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.switches import Together, switches_of
from realpolitik.fitting.weigh import weigh, work_of

FEW = Settings(ladders=16, rungs=4, worlds=1, passes=4, pilot=4)


@pytest.fixture(scope="module")
def together(kazakhstan):
    return Together(kazakhstan)


def test_v5_claims_that_set_one_parameter_hang_on_one_switch(kazakhstan, together):
    both = next(s for s in switches_of(kazakhstan) if "organised-cells" in {c for p in s.positions for c in p})
    assert both.positions == ((), ("organised-cells",), ("organised-crime",))
    assert len(together.sets) == 3 * 2**5
    assert not any({"organised-cells", "organised-crime"} <= set(held) for held in together.sets)
    assert together.chance.sum() == pytest.approx(1.0)


def test_v5_prior_odds_are_those_of_the_claims(kazakhstan):
    claims = dict(kazakhstan.claims) | {"ruler-purge": replace(kazakhstan.claims["ruler-purge"], prior_odds=3.0)}
    own = Together(replace(kazakhstan, claims=claims))
    z = np.random.default_rng(1).standard_normal((20_000, own.dimension))
    share = np.bincount(own.which(z), minlength=len(own.sets)) / len(z)
    holds = np.array(["ruler-purge" in held for held in own.sets])
    assert own.chance[holds].sum() == pytest.approx(0.75)
    assert share[holds].sum() == pytest.approx(0.75, abs=0.02)
    crime = np.array(["organised-crime" in held for held in own.sets])
    assert share[crime].sum() == pytest.approx(1 / 3, abs=0.02)


@pytest.mark.parametrize("held", [(), ("organised-cells", "palace-plot"), ("foreign-fighters",), ("foreign-sponsor", "price-grievance")])
def test_v6_a_particle_has_the_likelihood_of_the_set_it_holds(kazakhstan, together, held):
    docket = build_docket(kazakhstan)
    encompassing = Encompassing(kazakhstan, docket, together, 1)
    z = np.random.default_rng(2).standard_normal((8, together.dimension))
    first = together.dimension - len(together.switches)
    for k, switch in enumerate(together.switches):
        position = switch.positions.index(tuple(c for c in held if any(c in p for p in switch.positions)))
        ends = np.concatenate([[-4.0], switch.cuts, [4.0]])
        z[:, first + k] = 0.5 * (ends[position] + ends[position + 1])
    ids = renewal.fresh_ids(stream(1, "ids"), len(z), encompassing.model.noise_keys)
    problem = build_problem(kazakhstan, held)
    named = [(together.names[row], part) for row, part in together.drivers]
    columns = [named.index((problem.prior.names[row], part)) for row, part in problem.prior.drivers]
    alone = work_of(held, problem, docket, FEW, 1)(z[:, columns], ids)
    found = encompassing(z, ids)
    np.testing.assert_array_equal(found.items, alone.items)
    np.testing.assert_allclose(found.evidence, alone.evidence, rtol=1e-12)


class Constant:
    """A likelihood that hangs on the set alone: the posterior of a set is known."""

    def __init__(self, together: Together, nats: np.ndarray):
        self.together, self.nats, self.powers = together, nats, np.ones(1)

    def __call__(self, z, ids):
        found = self.nats[self.together.which(z)]
        return Filtered(found, found[:, None], [])


def test_v6_sets_are_visited_as_often_as_they_are_likely(kazakhstan, together):
    nats = 4.0 * np.array(["foreign-sponsor" in s for s in together.sets]) - 3.0 * np.array(["ruler-purge" in s for s in together.sets])
    problem = replace(build_problem(kazakhstan, ()), prior=together)
    settings = Settings(ladders=16, rungs=6, worlds=1, passes=400, pilot=0)
    state = climb("known", Constant(together, nats), problem, settings, 1, problem.noise.names)
    held = together.which(state.top_z.reshape(-1, together.dimension))
    weight = together.chance * np.exp(nats)
    for name in ("foreign-sponsor", "ruler-purge", "organised-crime"):
        holds = np.array([name in s for s in together.sets])
        assert holds[held].mean() == pytest.approx(weight[holds].sum() / weight.sum(), abs=0.04)


def test_v6_without_evidence_the_prior_comes_back(kazakhstan):
    found = visit(replace(kazakhstan, evidence=()), FEW, 1)
    holds = np.array(["palace-plot" in held for held in found.sets])
    assert found.share.mean(axis=0)[holds].sum() == pytest.approx(0.5, abs=0.07)
    assert found.share.sum(axis=1) == pytest.approx(1.0)


def test_v6_claims_in_other_regions_and_claims_that_add_have_the_likelihood_of_their_own_fit(kazakhstan):
    claims = dict(kazakhstan.claims)
    claims["organised-cells"] = replace(claims["organised-cells"], where=("Shymkent",))
    more = replace(claims["organised-crime"].sets[0], how="add")
    claims["organised-crime"] = replace(claims["organised-crime"], sets=(more,), where=())
    case = replace(kazakhstan, claims=claims)
    own, docket = Together(case), build_docket(case)
    assert len(own.switches) == len(claims)  # what adds excludes nothing
    encompassing = Encompassing(case, docket, own, 1)
    z = np.random.default_rng(3).standard_normal((16, own.dimension))
    ids = renewal.fresh_ids(stream(1, "ids"), len(z), encompassing.model.noise_keys)
    found, held = encompassing(z, ids), own.which(z)
    named = [(own.names[row], part) for row, part in own.drivers]
    for k in range(len(z)):
        problem = build_problem(case, own.sets[held[k]])
        columns = [named.index((problem.prior.names[row], part)) for row, part in problem.prior.drivers]
        alone = work_of(own.sets[held[k]], problem, docket, FEW, 1)(z[k : k + 1, columns], ids[k : k + 1])
        np.testing.assert_array_equal(found.items[k], alone.items[0])


def test_v6_the_same_seed_gives_the_same_shares_and_a_case_without_claims_has_one_set(kazakhstan):
    case = load("three-towns")
    one, again = (visit(case, FEW, 3) for _ in range(2))
    np.testing.assert_array_equal(one.share, again.share)
    bare = replace(case, claims={})
    assert Together(bare).sets == [()]


def test_too_many_sets_of_claims_are_refused(kazakhstan, monkeypatch):
    monkeypatch.setattr(switches, "MOST", 50)
    with pytest.raises(RunError, match="can be held together"):
        Together(kazakhstan)


def test_v7_a_claim_that_no_ladder_holds_is_not_impossible():
    never = _odds(np.zeros(16), 0.5, 32)
    assert never["probability"] == 0.0
    assert 0.05 < never["high"] < 0.2
    even = _odds(np.tile([0.4, 0.6], 8), 0.5, 32)
    assert even["low"] < 0.5 < even["high"]
    assert even["bans"] == pytest.approx(0.0, abs=1e-6)
    # bans are those of the probability that stands beside them
    few = _odds(np.array([0.02] * 15 + [0.4]), 0.25, 32)
    assert few["bans"] == pytest.approx(np.log10(few["probability"] / (1.0 - few["probability"])) - np.log10(1 / 3))
    assert few["bans_low"] <= few["bans"] <= few["bans_high"]
    # no more draws than there are, whether ladders agree exactly or nearly
    alike, nearly = _odds(np.full(16, 0.25), 0.5, 32), _odds(np.array([0.25] * 15 + [0.2501]), 0.5, 32)
    assert alike["high"] - alike["low"] == pytest.approx(nearly["high"] - nearly["low"], rel=0.01)
    assert 0.05 < alike["high"] - alike["low"] < 0.07


def test_v8_a_rare_claim_that_no_draw_holds_does_not_disagree():
    visited = Visited([(), ("a",)], np.array([0.5, 0.5]), np.tile([1.0, 0.0], (16, 1)), 32, 0.0, 100)
    rare, common = (_compared(visited, np.zeros(16), np.full(4096, p)) for p in (0.0006, 0.2))
    assert abs(rare["errors"]) < 1.0
    assert common["errors"] < -2.5


def test_v8_the_answer_is_kept_shown_and_compared(tmp_path):
    run = Run.open(weigh_small(tmp_path), tmp_path)
    found = combined(run, FEW)
    assert [c["name"] for c in found["claims"]] == list(run.posterior.case.claims)
    assert all(0.0 <= c["low"] <= c["high"] <= 1.0 for c in found["claims"])
    assert all(r["apart"] is not None and r["errors"] is not None for r in found["told"])
    assert sum(s["probability"] for s in found["sets"]) <= 1.0 + 1e-9
    assert run.everything["answers"]["combined"] == json.loads(json.dumps(found))
    run.threads = 1
    assert combined(run, FEW) == found
    page = run.report().read_text("utf-8")
    assert "Every hidden claim by itself" in page
    assert "gains most" in page  # the case has no documents, so hidden claims are all that the part tells


def test_v8_with_one_set_there_is_nothing_to_compare(tmp_path):
    case = load("three-towns")
    first = next(iter(case.accounts))
    found = combined(Run.open(weigh(case, settings=FEW, accounts=[first], runs=tmp_path, threads=1).path, tmp_path), FEW)
    assert (found["told"], found["agree"]) == ([], None)


def weigh_small(folder):
    return weigh(load("three-towns"), settings=FEW, runs=folder, threads=1).path


def test_the_command_says_whether_the_fits_agree(tmp_path, monkeypatch):
    from realpolitik.fitting import efforts

    monkeypatch.setitem(efforts.EFFORTS, "quick", FEW)
    done = CliRunner().invoke(app, ["weigh", "three-towns", "--combine", "--json", "--runs", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["combined"]["possible"] >= 4
    done = CliRunner().invoke(app, ["weigh", "three-towns", "--combine", "--runs", str(tmp_path)])
    assert "with the accounts' own fits." in done.stdout
    run = next(path.name for path in tmp_path.iterdir() if (path / "results.json").exists())
    done = CliRunner().invoke(app, ["claims", run, "--combine", "--runs", str(tmp_path)])
    assert "claim by itself" in done.stdout
