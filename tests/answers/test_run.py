"""Opening a saved run, and every way in which there is none."""

import json
import os
from types import SimpleNamespace

import pytest

import realpolitik
from realpolitik.answers.run import Run
from realpolitik.case.reader import load
from realpolitik.case.starter import new
from realpolitik.errors import RunError
from realpolitik.fitting.runfolder import RunFolder
from realpolitik.fitting.tree import posterior_tree


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A run of the starter case that is under way."""
    monkeypatch.chdir(tmp_path)
    return RunFolder.create(tmp_path / "runs", load(new("harbour")), "key", "realpolitik weigh harbour --seed 3")


@pytest.fixture
def finished(folder, results):
    folder.write_tree(posterior_tree({"uprising": {"posterior": {"noise": [1.0, 2.0]}}}))
    folder.finish(results)
    return folder


def test_a_run_opens_by_latest_by_name_and_by_path(finished, results):
    for name in ("latest", finished.path.name, str(finished.path), finished.path):
        run = Run.open(name)
        assert run.results == results
        assert run.folder.samefile(finished.path)
        assert run.notes == []


def test_odds_and_evidence_are_tables(finished):
    run = Run.open()
    assert list(run.odds.columns) == ["account", "probability", "low", "high", "log_evidence", "se"]
    assert run.odds["account"].tolist() == ["uprising", "plot"]
    assert run.evidence.loc["T1", "plot"] == -2.5
    assert run.evidence.index.tolist() == ["T1", "T2", "T3"]


def test_missing_numbers_are_missing_in_the_tables(finished, results):
    results["accounts"][0]["probability"] = None
    results["evidence"][0]["bans"] = {}
    run = Run(finished.path, results)
    assert run.odds["probability"].isna().tolist() == [False, True]
    assert run.evidence.loc["T1"].isna().all()


def test_the_posterior_is_read_into_memory(finished):
    run = Run.open()
    assert run.tree["uprising/posterior"]["parameters"].sel(parameter="noise").values.tolist() == [[1.0, 2.0]]
    (finished.path / "results.nc").write_bytes(b"torn")
    assert run.tree is not None
    with pytest.raises(RunError, match=r"results\.nc' is torn or was not written"):
        _ = Run.open().tree
    (finished.path / "results.nc").unlink()
    with pytest.raises(RunError, match="kept no posterior"):
        _ = Run.open().tree


def test_the_cable_is_written_into_the_folder(finished, monkeypatch):
    path = Run.open().report()
    assert path.parent.samefile(finished.path)
    assert "<html" in path.read_text("utf-8")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(RunError, match="no space is left on the disk"):
        Run.open().report()


def test_no_run_yet(tmp_path):
    with pytest.raises(RunError, match=r"there is no run in '.*' yet; make one with: realpolitik run CASE"):
        Run.open("latest", tmp_path / "runs")


@pytest.mark.parametrize("name", ["nowhere", "", "a\0b", "x" * 5000, "../.."])
def test_a_run_that_is_not_there(tmp_path, name):
    with pytest.raises(RunError, match=r"there is no run|is not a run"):
        Run.open(name, tmp_path / "runs")


def test_latest_that_is_gone_or_leads_elsewhere(finished):
    latest = finished.path.parent / "latest"
    latest.write_text("harbour-gone\n", "utf-8")
    with pytest.raises(RunError, match="harbour-gone, is no longer in"):
        Run.open()
    for text in ("", "../harbour", "/etc", ".", "a\nb", "\x1b[0m"):
        latest.write_text(text, "utf-8")
        with pytest.raises(RunError, match="does not name a run"):
            Run.open()
    latest.write_bytes(b"\xff\xfe")
    with pytest.raises(RunError, match="could not read"):
        Run.open()


def test_an_unfinished_run_says_how_to_go_on(folder):
    with pytest.raises(RunError, match="was not finished; go on with: realpolitik weigh harbour --seed 3 --resume"):
        Run.open(folder.path)


def test_a_foreign_folder_is_no_run(tmp_path):
    with pytest.raises(RunError, match=r"is not a run: it holds no results\.json"):
        Run.open(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"accounts": 1, "evidence": []}'])
def test_broken_results_are_refused(finished, content):
    (finished.path / "results.json").write_text(content, "utf-8")
    with pytest.raises(RunError, match=r"results\.json' (is torn|does not hold the results)"):
        Run.open()


def test_a_run_of_another_version_opens_with_a_note(finished):
    for name, change in (("results.json", {"version": "9.0.0"}), ("run.json", {"format": "realpolitik run 9"})):
        path = finished.path / name
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    notes = Run.open().notes
    assert any("version 9.0.0 made this run" in note for note in notes)
    assert any("'realpolitik run 9'" in note for note in notes)


def test_weigh_gives_an_opened_run(finished, monkeypatch, results):
    import sys

    asked = {}

    def compute(case, **options):
        asked.update(options, case=case)
        return finished

    monkeypatch.setitem(sys.modules, "realpolitik.fitting.weigh", SimpleNamespace(weigh=compute))
    run = realpolitik.weigh("harbour", effort="standard", runs="runs")
    assert isinstance(run, realpolitik.Run)
    assert run.results == results
    assert asked["case"].name == "harbour"
    assert asked["effort"] == "standard"
