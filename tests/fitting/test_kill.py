"""A run that is killed without warning and resumed gives the numbers of one that was never stopped, and loses at most one stage.

Real processes, killed at moments drawn from a seed; ``REALPOLITIK_LONG=1`` kills more of them, and calibrations too.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.case.starter import new
from realpolitik.fitting import weigh as weighing
from realpolitik.fitting.runfolder import FIT
from tests.long import LONG

COMMAND = [sys.executable, "-m", "realpolitik", "weigh"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def weigh(case, runs, *options):
    done = subprocess.run([*COMMAND, str(case), "--runs", str(runs), "--json", *options], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def begin(*words):
    return subprocess.Popen([sys.executable, "-m", "realpolitik", *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(process):
    """Whether it was still at work."""
    at_work = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return at_work


def numbers(document):
    return [(a["name"], a["log_evidence"], a["se"], a["probability"]) for a in document["accounts"]]


def stages(runs):
    """Stored stages and finished fits."""
    return sorted(runs.glob("*/stages/*/*.npz"))


def written(runs):
    return {path: path.stat().st_mtime_ns for path in stages(runs)}


def kill_after(process, runs, wanted):
    """Kill a weighing once it has stored so many files."""
    until = time.monotonic() + 240.0
    while len(stages(runs)) < wanted and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    assert kill(process), "the run ended before it was killed"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return new("harbour", tmp_path_factory.mktemp("killed"))


@pytest.fixture(scope="module")
def unbroken(case, tmp_path_factory):
    """The document of a weighing that nobody stopped, and how long it took."""
    began = time.monotonic()
    return weigh(case, tmp_path_factory.mktemp("unbroken")), time.monotonic() - began


@pytest.fixture(scope="module")
def halfway(case, tmp_path_factory):
    """The runs folder of a weighing killed when one set was fitted and another begun; to be copied."""
    runs = tmp_path_factory.mktemp("halfway")
    process = begin("weigh", case, "--runs", runs)
    until = time.monotonic() + 240.0
    while time.monotonic() < until and process.poll() is None:
        fitted = {path.parent for path in stages(runs) if path.name == FIT}
        if fitted and len([path for path in stages(runs) if path.parent not in fitted]) >= 2:
            break
        time.sleep(0.002)
    assert kill(process), "the run ended before it was killed"
    return runs


@pytest.mark.parametrize("seed", range(1, 11) if LONG else [1, 2])
def test_kill_9_at_any_moment_then_resume(case, unbroken, tmp_path, seed):
    """Killed after a random number of stages; the stages stored by then are not computed again."""
    rng = np.random.default_rng(seed)
    wanted = int(rng.integers(1, 12))
    process = begin("weigh", case, "--runs", tmp_path)
    until = time.monotonic() + 240.0
    while len(stages(tmp_path)) < wanted and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(float(rng.uniform(0.0, 0.05)))
    kill(process)
    assert not list(tmp_path.glob("*/results.json")), "the run ended before it was killed"
    kept = written(tmp_path)
    assert len(kept) >= wanted
    resumed = weigh(case, tmp_path, "--resume")
    assert numbers(resumed) == numbers(unbroken[0])
    assert len(list(tmp_path.glob("*/run.json"))) == 1, "a resumed run goes on in its own folder"
    again = [path for path, at in kept.items() if path.exists() and path.stat().st_mtime_ns != at]
    assert len(again) <= 1, "more than one stage was computed again"


@pytest.mark.parametrize("seed", range(1, 9) if LONG else [1])
def test_killed_again_and_again_until_it_is_done(case, unbroken, tmp_path, seed):
    """Killed at random moments of a whole run's length, several times in a row; what one attempt stored, no later one computes again."""
    rng = np.random.default_rng(seed)
    kills, kept = 0, {}
    for _ in range(1000 if LONG else 4):
        process = begin("weigh", case, "--runs", tmp_path, "--resume")
        try:
            process.wait(float(rng.uniform(0.0, 1.2)) * unbroken[1])
            assert process.returncode == 0
            break
        except subprocess.TimeoutExpired:
            kills += kill(process)
        now = written(tmp_path)
        again = [path for path, at in kept.items() if path in now and now[path] != at]
        assert len(again) <= 1
        kept = now
    assert kills or LONG
    # A run that an attempt ended is not resumed: its results are read.
    done = [json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*/results.json")]
    resumed = done[0] if done else weigh(case, tmp_path, "--resume")
    assert numbers(resumed) == numbers(unbroken[0])
    assert len(list(tmp_path.glob("*/run.json"))) == 1


def test_a_set_that_was_fitted_is_not_fitted_again(case, unbroken, halfway, tmp_path, monkeypatch):
    """Its last chains and its replay are kept too, not only its stages."""
    runs = shutil.copytree(halfway, tmp_path / "runs")
    fitted = [path.parent.name for path in stages(runs) if path.name == FIT]
    assert fitted
    began, fit_unit = [], weighing.fit_unit

    def recorded(unit, *rest):
        began.append(unit.name)
        return fit_unit(unit, *rest)

    monkeypatch.setattr(weighing, "fit_unit", recorded)
    resumed = weighing.weigh(load(case), runs=runs, resume=True).results
    assert numbers(resumed) == numbers(unbroken[0])
    sets = 1 + len(weighing.sets_of(load(case), list(load(case).accounts)))
    assert began.count(weighing.PILOT) == 1, "the others begin from it"
    assert len(began) == len(set(began)) == 1 + sets - len(fitted)


def test_torn_and_foreign_progress_is_passed_over_with_a_word(case, unbroken, halfway, tmp_path):
    """A torn fit, a torn stage, a stage of another seed: each is named, and the numbers are those of an uninterrupted run."""
    runs = shutil.copytree(halfway, tmp_path / "runs")
    fit = next(path for path in stages(runs) if path.name == FIT)
    fit.write_bytes(fit.read_bytes()[:-100])
    begun = next(path.parent for path in stages(runs) if not (path.parent / FIT).exists())
    last = max(int(path.stem) for path in begun.glob("*.npz"))
    (begun / f"{last}.npz").write_bytes((begun / f"{last}.npz").read_bytes()[:1000])
    other = begin("weigh", case, "--runs", tmp_path / "other", "--seed", 2)
    kill_after(other, tmp_path / "other", 1)
    shutil.copy(stages(tmp_path / "other")[0], begun / f"{last + 1}.npz")
    weigh(case, runs, "--resume")
    done = json.loads(next(runs.glob("*/results.json")).read_text("utf-8"))
    assert numbers(done) == numbers(unbroken[0])
    told = [text for text in done["warnings"] if "going on from" in text]
    assert len(told) == 3
    assert sum(f"{FIT}' is torn or damaged; delete it; going on from its last stage" in text for text in told) == 1
    assert sum(f"{last}.npz' is torn or damaged; delete it; going on from the stage before" in text for text in told) == 1
    assert sum(f"{last + 1}.npz' belongs to another run" in text for text in told) == 1


@pytest.mark.parametrize(
    ("options", "why"), [(["--seed", "2"], "another seed"), (["--effort", "standard"], "another effort"), ([], "another text of the case")]
)
def test_an_unfinished_run_of_another_question_is_left_alone_and_that_is_said(case, halfway, tmp_path, options, why):
    runs = shutil.copytree(halfway, tmp_path / "runs")
    asked = shutil.copytree(case, tmp_path / "case")
    if not options:
        with (asked / "case.yaml").open("a", encoding="utf-8") as file:
            file.write("# a word more\n")
    process = subprocess.Popen(
        [*COMMAND, str(asked), "--runs", str(runs), "--resume", *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    first = process.stderr.readline()
    process.kill()
    process.communicate()
    assert f"is unfinished but was asked otherwise ({why}); this begins anew" in first
    assert first.startswith("note: ")


@pytest.mark.skipif(not LONG, reason="weighs many crises: in the long form")
@pytest.mark.parametrize("seed", range(1, 4))
def test_a_calibration_killed_again_and_again(tmp_path, seed):
    words = ["calibrate", "three-towns", "--crises", "4", "--resume", "--json", "--runs"]

    def rows(runs):
        found = [json.loads(path.read_text("utf-8")) for path in sorted(runs.glob("*/crisis-*.json"))]
        return [{k: v for k, v in row.items() if not k.endswith("seconds")} for row in found]

    began = time.monotonic()
    assert begin(*words, tmp_path / "unbroken").wait() == 0
    whole, rng = time.monotonic() - began, np.random.default_rng(seed)
    kept = {}
    for _ in range(1000):
        process = begin(*words, tmp_path / "killed")
        try:
            assert process.wait(float(rng.uniform(0.0, 1.2)) * whole) == 0
            break
        except subprocess.TimeoutExpired:
            kill(process)
        now = {path: path.stat().st_mtime_ns for path in tmp_path.glob("killed/*/crisis-*.json")}
        assert kept.items() <= now.items(), "a finished crisis was weighed again"
        kept = now
    assert rows(tmp_path / "killed") == rows(tmp_path / "unbroken")
