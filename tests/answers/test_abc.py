"""A second opinion: the reports of a crisis as numbers, a table of simulated ones, forests whose answer is known, agreement with odds."""

import numpy as np
import pytest

from realpolitik.answers.abc import forest, on_crises
from realpolitik.answers.abc.agreement import agreement, text_of
from realpolitik.answers.abc.reference import reference
from realpolitik.answers.abc.summaries import Summaries
from realpolitik.answers.abc.table import read_table, table_of
from realpolitik.api import load
from realpolitik.errors import RunError, UsageError
from realpolitik.fitting import blind, storage
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.synthetic import synthesise
from realpolitik.fitting.wrong.kinds import BY_NAME


@pytest.fixture(scope="module")
def case():
    return load("three-towns")


@pytest.fixture(scope="module")
def table(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    return folder, reference(case, 600, 1, folder)


def test_the_real_reports_are_read_as_they_stand(case):
    summaries = Summaries(case)
    row = dict(zip(summaries.names, summaries.row(case.evidence), strict=True))
    assert np.exp(row["C4"]) == pytest.approx(6000.5)
    assert np.exp(row["C2"]) == pytest.approx(np.sqrt(3000.5 * 8000.5))  # a range, by its middle on the log scale
    assert row["F1"] == pytest.approx(4 / 60)
    assert (row["P1"], row["P1 hour"], row["P1 stormed"]) == (1.0, 24 * 4 + 13.5, 1.0)
    assert (row["P2"], row["P2 stormed"]) == (1.0, 0.0)
    assert row["S1"] == 1.0
    assert row["also purge"] == 0.0
    assert row["also purge hour"] == 10 * 24 + 24
    assert not any(value for name, value in row.items() if name.endswith("missing"))
    assert "G1" in row
    assert "also declare emergency" not in row


def test_synthetic_reports_have_the_same_columns_and_say_what_is_missing(case):
    summaries = Summaries(case)
    rows = [summaries.row(synthesise(case, 1, n, BY_NAME["silent"]).case.evidence) for n in range(1, 15)]
    assert np.isfinite(rows).all()
    missing = [summaries.names.index(name) for name in ("D1 missing", "D2 missing", "K3 missing")]
    assert np.sum(np.array(rows)[:, missing]) > 0


def test_the_table_holds_each_set_by_its_prior_odds_and_is_read_again(case, table, monkeypatch):
    folder, made = table
    assert made.rows.shape == (600, len(Summaries(case).names))
    assert np.bincount(made.labels).tolist() == [150] * 4
    assert len(set(made.labels[:20].tolist())) > 1  # in random order
    monkeypatch.setattr("realpolitik.answers.abc.reference._simulated", lambda *_: pytest.fail("simulated again"))
    again = reference(case, 600, 1, folder)
    assert np.array_equal(again.rows, made.rows)
    monkeypatch.undo()
    assert np.array_equal(reference(case, 600, 1).rows, made.rows)
    assert not np.array_equal(reference(case, 600, 2).rows, made.rows)


def test_a_torn_table_is_made_anew(case, tmp_path):
    made = reference(case, 40, 3, tmp_path)
    (path,) = tmp_path.glob("reference-three-towns-*.npz")
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(RunError):
        storage.load_arrays(path)
    assert np.array_equal(reference(case, 40, 3, tmp_path).rows, made.rows)
    assert storage.load_arrays(path)


def test_forests_give_the_posterior_of_a_problem_whose_posterior_is_known():
    """Two normal laws a distance apart, and three summaries that say nothing."""
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1], 2000)
    rows = np.column_stack([rng.normal(1.5 * labels, 1.0), rng.normal(size=(4000, 3)), np.ones(4000)])
    order = rng.permutation(4000)
    at = np.array([-0.5, 0.0, 0.75, 1.6, 2.5])
    observed = np.column_stack([at, np.zeros((5, 3)), np.ones(5)])
    found = forest.opinion(rows[order], labels[order], 2, observed, 60, 1)
    exact = 1.0 / (1.0 + np.exp(-1.5 * (at - 0.75)))
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(5))
    assert found.probabilities[:, 1] == pytest.approx(exact, abs=0.15)
    # Half a distance of 1.5 sd: the best rule is wrong in 22.7 % of cases.
    assert found.error == pytest.approx(0.227, abs=0.05)
    assert ((found.sd > 0.0) & (found.sd < 0.12)).all()
    off = (found.probabilities[:, 1] - exact) / np.hypot(found.sd[:, 1], 0.03)
    assert (np.abs(off) < 3.5).all()
    again = forest.opinion(rows[order], labels[order], 2, observed, 60, 1, threads=2)
    assert np.array_equal(again.probabilities, found.probabilities)


def test_three_models_share_what_the_first_leaves():
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 3, 3000)
    rows = np.column_stack([rng.normal(labels == 2, 0.3), rng.normal(size=3000)])
    found = forest.opinion(rows, labels, 3, np.array([[0.0, 0.0]]), 100, 1)
    assert found.probabilities[0, 2] < 0.1
    assert found.probabilities[0, :2] == pytest.approx([0.5, 0.5], abs=0.15)


def test_what_lies_beyond_the_simulations_is_noticed():
    rows = np.random.default_rng(3).normal(size=(4000, 2))
    assert forest.outside(rows, np.array([[0.0, 9.0]])).tolist() == [[False, True]]


def test_without_scikit_learn_it_is_said_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(UsageError, match=r"pip install 'realpolitik\[abc\]'"):
        forest.opinion(np.zeros((8, 1)), np.zeros(8, int), 2, np.zeros((1, 1)), 10, 1)


def told(number, account, p, second):
    def both(value, sd):
        return {"stated": {"a": value, "b": 1 - value}, "sd": {"a": sd, "b": sd}}

    about = {"case": "towns", "effort": "quick", "rows": 1000, "trees": 50, "seed": 1, "error": 0.3}
    return {"number": number, "account": account, "about": about, "full": both(p, 0.03), "second": both(second, 0.04)}


def test_agreement_is_within_the_joint_error(tmp_path):
    rows = [told(1, "a", 0.6, 0.68), told(2, "a", 0.6, 0.75), told(3, "b", 0.6, 0.3), told(4, "b", 0.2, 0.2)]
    found = agreement(rows)
    own = found["weights"]["full"]
    assert own["joint_error"] == pytest.approx(0.05)
    assert own["gap"]["max"] == pytest.approx(0.3)  # of the leader of the second opinion: b has 0.4 and 0.7
    assert own["differ"] == 0.5  # 0.08 is within 0.098; 0.15 and 0.3 are not
    assert own["same_leader"] == 0.75
    scores = [np.log(0.6 / 0.68), np.log(0.6 / 0.75), np.log(0.4 / 0.7), 0.0]
    assert own["paired"]["value"] == pytest.approx(np.mean(scores))
    assert own["paired"]["low"] < np.mean(scores) < own["paired"]["high"]
    assert "| crises further apart than 1.96 joint errors | 0.500 |" in text_of(found)
    path = tmp_path / "both.csv"
    path.write_text(table_of(rows), "utf-8")
    assert table_of(read_table(path)) == table_of(rows)
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(RunError, match="is not a table"):
        read_table(path)


def test_both_weigh_the_same_crises(case, tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    tiny = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)
    monkeypatch.setitem(on_crises.EFFORTS, "tiny", tiny)
    plan = blind.Calibration(case, "tiny", tiny, 1, ("full",))
    folder = blind.open_folder(plan, tmp_path, False)
    with pytest.raises(RunError, match="no finished crisis"):
        on_crises.compare(case, folder, 200, 20, 1, 1)
    weighed = blind.calibrate(plan, folder, [1, 2, 3], 1)
    both = on_crises.compare(case, folder, 400, 40, 1, 1)
    assert [(row["account"], row["full"]["stated"]) for row in both] == [(row["account"], row["full"]["stated"]) for row in weighed]
    assert both[0]["about"] | {"error": 0} == {"case": "three-towns", "effort": "tiny", "rows": 400, "trees": 40, "seed": 1, "error": 0}
    assert agreement(both)["weights"]["full"]["paired"] is not None
    assert both == on_crises.compare(case, folder, 400, 40, 1, 1)
    storage.write_json(folder / blind.ABOUT, on_crises.about(folder) | {"seed": 2})
    with pytest.raises(RunError, match="cannot be made again"):
        on_crises.compare(case, folder, 400, 40, 1, 1)
