"""A run on disk: nothing half-written, nothing lost by a stop, nothing taken from another run."""

import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import xarray as xr

from realpolitik.case.reader import load
from realpolitik.case.shipped import shipped
from realpolitik.case.starter import new
from realpolitik.errors import RunError
from realpolitik.fitting import runfolder
from realpolitik.fitting.runfolder import RunFolder, find_resumable, run_key, safe_name
from realpolitik.fitting.tree import posterior_tree

KEY = run_key(seed=1)


@pytest.fixture
def case(tmp_path, monkeypatch):
    """The starter case, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return load(new("harbour"))


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def folder(case, runs):
    return RunFolder.create(runs, case, KEY, "realpolitik weigh harbour")


def stage(n):
    return {"z": np.full((2, 3), float(n)), "ids": np.arange(2, dtype=np.uint64)}


def test_the_name_tells_case_and_time(folder, runs):
    assert folder.path.parent == runs
    assert re.fullmatch(r"harbour-\d{8}T\d{6}Z-[0-9a-f]{8}", folder.path.name)


def test_run_json_tells_what_was_asked_of_whom(folder, case):
    about = json.loads((folder.path / "run.json").read_text("utf-8"))
    assert about == folder.about
    assert (about["case"], about["key"], about["fingerprint"]) == ("harbour", KEY, case.fingerprint)
    assert about["finished"] is None
    assert {"processor", "python", "numpy", "numba"} <= set(about["machine"])


def test_the_key_depends_on_every_part_and_on_no_order():
    parts = {"seed": 1, "accounts": ("a", "b"), "as_of": datetime(2022, 1, 5, tzinfo=UTC)}
    assert run_key(**parts) == run_key(**dict(reversed(parts.items())))
    assert len({run_key(**parts), run_key(**parts | {"seed": 2}), run_key(**parts | {"as_of": None})}) == 3


@pytest.mark.parametrize("name", [*shipped(), "harbour"])
def test_the_copy_is_the_case_that_was_read(tmp_path, monkeypatch, runs, name):
    monkeypatch.chdir(tmp_path)
    case = load(new(name)) if name == "harbour" else load(name)
    made = RunFolder.create(runs, case, KEY, "")
    assert load(made.path / "case").fingerprint == case.fingerprint
    assert not (made.path / "case" / "README.md").exists()


def test_evidence_in_a_file_of_its_own_is_copied(case, runs):
    text = (case.folder / "case.yaml").read_text("utf-8")
    head, found, inline = text.partition("  - {id: E1,")
    assert found
    (case.folder / "more").mkdir()
    rows = "id,what,when,reported,by,grade\nX1,concede,2024-03-03,2024-03-04,Radio,B2\n"
    (case.folder / "more" / "items.csv").write_text(rows, "utf-8")
    (case.folder / "case.yaml").write_text(f"{head}  - {{file: more/items.csv}}\n{found}{inline}", "utf-8")
    changed = load(case.folder)
    made = RunFolder.create(runs, changed, KEY, "")
    assert load(made.path / "case").fingerprint == changed.fingerprint


def test_a_case_edited_since_it_was_read_is_refused(case, runs):
    with (case.folder / "case.yaml").open("a", encoding="utf-8") as file:
        file.write("# a word more\n")
    with pytest.raises(RunError, match="changed after they were read; start again"):
        RunFolder.create(runs, case, KEY, "")
    assert list(runs.iterdir()) == []


def test_a_case_made_in_python_has_nothing_to_copy(case, runs):
    made = RunFolder.create(runs, replace(case, name="../../own/..", fingerprint=""), KEY, "")
    assert made.path.parent == runs
    assert made.path.name.startswith("own-")
    assert list((made.path / "case").iterdir()) == []


def test_two_runs_begun_in_one_second_have_two_folders(case, runs, monkeypatch):
    class Frozen(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 11, 22, 10, tzinfo=tz)

    monkeypatch.setattr(runfolder, "datetime", Frozen)
    paths = {RunFolder.create(runs, case, KEY, "").path for _ in range(3)}
    assert len(paths) == 3


def test_the_last_stage_comes_back(folder):
    assert folder.latest_stage("palace plot") is None
    for n in (9, 10, 2):
        folder.save_stage("palace plot", n, stage(n), {"temperature": n / 10})
    number, arrays, meta = folder.latest_stage("palace plot")
    assert (number, meta) == (10, {"temperature": 1.0})
    assert np.array_equal(arrays["z"], stage(10)["z"])
    assert folder.warnings == []


@pytest.mark.parametrize("left", [0, 1, 100, -1])
def test_a_torn_stage_is_passed_over_with_a_warning(folder, left):
    folder.save_stage("plot", 1, stage(1), {})
    path = folder.save_stage("plot", 2, stage(2), {})
    path.write_bytes(path.read_bytes()[:left])
    assert folder.latest_stage("plot")[0] == 1
    assert len(folder.warnings) == 1
    assert "2.npz" in folder.warnings[0]
    assert "going on from the stage before" in folder.warnings[0]


def test_a_stage_of_another_run_set_or_number_is_not_taken(folder, case, runs):
    other = RunFolder.create(runs, case, run_key(seed=2), "")
    target = folder.save_stage("plot", 1, stage(1), {}).parent
    shutil.copy(other.save_stage("plot", 5, stage(5), {}), target / "5.npz")
    shutil.copy(folder.save_stage("anger", 6, stage(6), {}), target / "6.npz")
    shutil.copy(target / "1.npz", target / "7.npz")
    (target / "notes.npz").write_bytes(b"")
    assert folder.latest_stage("plot")[0] == 1
    assert len(folder.warnings) == 3


@pytest.mark.parametrize("name", ["", "..", "/etc/passwd", "a/b\\c:*?", "заговор", "con", "x" * 500, "\0\n", "\ud800"])
def test_any_name_of_a_claim_set_has_a_folder_of_its_own(folder, name):
    path = folder.save_stage(name, 1, stage(1), {})
    assert path.parent.parent == folder.path / "stages"
    assert folder.latest_stage(name)[0] == 1
    assert folder.latest_stage(f"{name}.") is None
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,60}", path.parent.name)


def test_safe_names_never_lead_elsewhere():
    assert safe_name("..") == safe_name("") == "unnamed"
    assert "/" not in safe_name("a/../b")


def test_a_run_that_is_going_on_is_not_resumed(folder, runs):
    assert find_resumable(runs, KEY) is None
    folder.close()
    assert find_resumable(runs, run_key(seed=2)) is None
    found = find_resumable(runs, KEY)
    assert found.path == folder.path
    assert found.about == folder.about


def test_the_newest_unfinished_run_is_resumed(case, runs):
    made = [RunFolder.create(runs, case, KEY, "") for _ in range(3)]
    made[2].finish({})
    made[0].close()
    made[1].close()
    (runs / "somebody").mkdir()
    (runs / "somebody" / "run.json").write_text("half a li", "utf-8")
    assert find_resumable(runs, KEY).path == made[1].path
    assert find_resumable(runs / "none", KEY) is None


def _die_in_the_middle(path, key):
    """A process that stores a stage and is killed while it writes the next."""
    case = load(path.parent / "harbour")
    folder = RunFolder.create(path, case, key, "")
    folder.save_stage("plot", 1, stage(1), {})
    os.fsync = lambda _: os.kill(os.getpid(), 9)
    folder.save_stage("plot", 2, stage(2), {})


def test_a_killed_run_goes_on_from_its_last_whole_stage(case, runs):
    process = multiprocessing.get_context("spawn").Process(target=_die_in_the_middle, args=(runs, KEY))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    assert list(runs.rglob("*.part"))
    found = find_resumable(runs, KEY)
    assert found.latest_stage("plot")[0] == 1
    assert found.warnings == []
    assert not list(runs.rglob("*.part"))


def test_finishing_writes_results_and_latest(folder, runs):
    folder.finish({"accounts": [], "se": np.nan})
    assert folder.results == {"accounts": [], "se": None}
    assert (runs / "latest").read_text("utf-8") == f"{folder.path.name}\n"
    assert json.loads((folder.path / "run.json").read_text("utf-8"))["finished"]
    assert find_resumable(runs, KEY) is None
    assert not list(runs.rglob("*.part"))


def test_two_runs_never_tear_latest(case, runs):
    """Both name themselves over and over; a reader sees one of the two names, whole, at any moment."""
    from concurrent.futures import ThreadPoolExecutor

    made = [RunFolder.create(runs, case, run_key(seed=seed), "") for seed in range(2)]
    names = {f"{folder.path.name}\n" for folder in made}
    made[0].mark_latest()
    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(lambda f=folder: [f.mark_latest() for _ in range(20)]) for folder in made]
        seen = {(runs / "latest").read_text("utf-8") for _ in range(200)}
        for writer in writers:
            writer.result()
    assert seen <= names
    assert sorted(entry.name for entry in runs.iterdir() if entry.is_file()) == ["latest"]


def test_a_full_disk_at_the_end_leaves_a_run_to_resume(folder, runs, monkeypatch):
    folder.save_stage("plot", 1, stage(1), {})

    def refuse(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(RunError, match=r"could not write '.*results\.json': no space is left on the disk"):
            folder.finish({})
        with pytest.raises(RunError, match=r"could not write '.*results\.nc': no space is left on the disk"):
            folder.write_tree(posterior_tree({"plot": {"posterior": {"noise": [1.0]}}}))
    folder.close()
    assert find_resumable(runs, KEY).latest_stage("plot")[0] == 1


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="limits are those of Unix")
def test_a_disk_that_fills_up_under_the_draws_is_told_and_the_process_ends_well(folder):
    """HDF5 itself would take the process with it at its end: nothing of it may hold the file. The limit stands for the disk's end."""
    code = f"""
import resource, signal
from pathlib import Path
import numpy as np
from realpolitik.errors import RunError
from realpolitik.fitting.runfolder import RunFolder
from realpolitik.fitting.tree import posterior_tree
run = RunFolder.__new__(RunFolder)
run.path = Path({str(folder.path)!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    run.write_tree(posterior_tree({{"plot": {{"posterior": {{"noise": np.random.default_rng(1).normal(size=400_000)}}}}}}))
except RunError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "could not write" in done.stdout
    assert "results.nc" in done.stdout
    assert sorted(path.name for path in folder.path.glob("*results*")) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_read_only_folder_is_told(case, runs):
    runs.mkdir()
    runs.chmod(0o500)
    with pytest.raises(RunError, match="writing there is not allowed"):
        RunFolder.create(runs, case, KEY, "")


def test_runs_that_is_a_file_is_told(case, runs):
    runs.write_text("", "utf-8")
    with pytest.raises(RunError, match="is a file, not a folder"):
        RunFolder.create(runs, case, KEY, "")


def test_the_tree_comes_back_in_the_names_arviz_reads(folder):
    entry = {
        "posterior": {"noise": np.arange(4.0), "kappa": np.ones(4)},
        "sample_stats": {"log_likelihood": np.zeros(4)},
        "paths": np.arange(24.0).reshape(2, 3, 4),
        "quantities": ["crowd", "dead"],
        "times": [f"2022-01-0{day}T06:00:00+06:00" for day in (2, 3, 4)],
        "log_likelihood": np.zeros((4, 2)),
        "items": ["T1", "Ü2"],
        "increments": {"Ü2": -2.0, "T1": -1.0},
        "observed": {"value": [206.0, np.nan]},
        "log_evidence": -3.0,
        "se": 0.1,
    }
    folder.write_tree(posterior_tree({"plot/coup": entry, "anger": {"posterior": {}}}, case="harbour", seed=1, as_of=None))
    with xr.open_datatree(folder.path / "results.nc", engine="h5netcdf") as tree:
        tree.load()
    assert tree.attrs["case"] == "harbour"
    plot = tree["plot_coup"]
    assert plot.attrs["account"] == "plot/coup"
    parameters = plot["posterior"]["parameters"]
    assert parameters.dims == ("chain", "draw", "parameter")
    assert parameters.sizes["chain"] == 1
    assert parameters.sel(parameter="noise").values.tolist() == [[0.0, 1.0, 2.0, 3.0]]
    paths = plot["posterior_predictive"]["paths"]
    assert paths.dims == ("chain", "draw", "quantity", "time")
    assert paths.dtype == np.float32
    assert paths.sel(quantity="dead", draw=3).values.tolist() == [[15.0, 19.0, 23.0]]
    assert paths["time"].values[0] == np.datetime64("2022-01-02T00:00")
    assert plot["sample_stats"]["increments"].sel(item="Ü2") == -2.0
    assert plot["sample_stats"]["log_marginal_likelihood"] == -3.0
    assert plot["log_likelihood"]["items"].shape == (1, 4, 2)
    assert plot["observed_data"]["value"].sel(item="T1") == 206.0
    assert list(tree["anger"].children) == []
