"""Synthetic crises weighed blind: resumable, the same on any number of threads, and by the ordinary fit."""

import json

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.errors import RunError
from realpolitik.fitting import blind, calibration_report
from realpolitik.fitting.settings import Settings

TINY = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)


@pytest.fixture(scope="module")
def plan():
    return blind.Calibration(load("three-towns"), "tiny", TINY, 1, ("coarsened", "full"))


@pytest.fixture(scope="module")
def done(plan, tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    folder = blind.open_folder(plan, runs, False)
    return runs, folder, blind.calibrate(plan, folder, [1, 2], 2)


def same(row):
    return {k: v for k, v in row.items() if not k.endswith("seconds")}


def test_each_crisis_states_probabilities_and_ranks(done):
    for row in done[2]:
        for weight in ("coarsened", "full"):
            assert sum(row[weight]["stated"].values()) == pytest.approx(1.0)
            assert all(0.0 <= r <= 1.0 for r in row[weight]["ranks"].values())
            assert set(row[weight]["ranks"]) == {*blind.PARAMETERS, blind.DEAD, blind.TOLD}
    assert done[2][0]["coarsened"]["stated"] != done[2][0]["full"]["stated"]


def test_nothing_is_weighed_twice_and_a_shard_on_one_thread_gives_the_same(plan, done, tmp_path, monkeypatch):
    runs, _, rows = done
    with pytest.raises(RunError, match="2 finished crises; go on with --resume"):
        blind.open_folder(plan, runs, False)
    alone = blind.open_folder(plan, tmp_path, False)
    assert [same(r) for r in blind.calibrate(plan, alone, [2], 1)] == [same(rows[1])]
    monkeypatch.setattr(blind, "weigh_one", lambda *_: pytest.fail("weighed again"))
    assert blind.calibrate(plan, blind.open_folder(plan, runs, True), [1, 2], 1) == rows


def test_a_torn_or_foreign_crisis_is_refused(plan, done, tmp_path):
    folder = blind.open_folder(plan, tmp_path, False)
    (folder / "crisis-00001.json").write_text('{"key": "another"}')
    with pytest.raises(RunError, match="another calibration"):
        blind.calibrate(plan, folder, [1], 1)
    (folder / "crisis-00001.json").write_text('{"key": ')
    with pytest.raises(RunError, match="torn"):
        blind.calibrate(plan, folder, [1], 1)
    (folder / "calibration.json").write_text(json.dumps({"key": "another"}))
    with pytest.raises(RunError, match="another calibration"):
        blind.open_folder(plan, tmp_path, True)


def test_the_table_holds_all_that_the_report_needs(done, tmp_path):
    rows = done[2] * 4
    path = tmp_path / "table.csv"
    path.write_text(calibration_report.table_of(rows), "utf-8")
    again, first = calibration_report.report(calibration_report.read_table(path)), calibration_report.report(rows)
    for weight in ("coarsened", "full"):
        one, other = again["weights"][weight], first["weights"][weight]
        assert one["stated_minus_hit"]["value"] == pytest.approx(other["stated_minus_hit"]["value"], abs=1e-5)
        assert one["ranks"] == other["ranks"]
    assert json.loads(json.dumps(first, allow_nan=False))["crises"] == 8


def test_wrong_crises_are_weighed_by_the_shipped_model_and_keep_their_simulator(plan, tmp_path):
    from dataclasses import replace

    wrong = replace(plan, wrong=True, weights=("coarsened",))
    assert wrong.key != replace(plan, weights=("coarsened",)).key
    folder = blind.open_folder(wrong, tmp_path, False)
    assert folder.name.startswith("calibrate-wrong-three-towns-tiny-")
    (row,) = blind.calibrate(wrong, folder, [3], 1)
    assert row["simulator"] == blind.kind_of(1, 3).name
    assert row["law"] == blind.law_of_odds(TINY)
    assert row["prior"] == pytest.approx(dict.fromkeys(row["prior"], 0.25))
    path = tmp_path / "table.csv"
    path.write_text(calibration_report.table_of([row]), "utf-8")
    (again,) = calibration_report.read_table(path)
    assert {k: again[k] for k in ("simulator", "law", "case", "effort")} == {k: row[k] for k in ("simulator", "law", "case", "effort")}
    assert again["prior"] == row["prior"]


def test_ranks_break_ties_by_chance():
    rng = np.random.default_rng(1)
    found = [blind.rank(0.0, np.zeros(9), rng) for _ in range(500)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.05)
    assert min(found) < 0.05
    assert max(found) > 0.95
