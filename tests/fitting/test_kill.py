"""A run that is killed without warning and resumed gives the numbers of one that was never stopped, and loses at most one stage."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from realpolitik.case.starter import new

COMMAND = [sys.executable, "-m", "realpolitik", "weigh"]


def weigh(case, runs, *options):
    done = subprocess.run([*COMMAND, str(case), "--runs", str(runs), "--json", *options], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def numbers(document):
    return [(a["name"], a["log_evidence"], a["se"], a["probability"]) for a in document["accounts"]]


def stages(runs):
    return sorted(runs.glob("*/stages/*/*.npz"))


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return new("harbour", tmp_path_factory.mktemp("killed"))


@pytest.fixture(scope="module")
def unbroken(case, tmp_path_factory):
    return weigh(case, tmp_path_factory.mktemp("unbroken"))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_9_at_any_moment_then_resume(case, unbroken, tmp_path, seed):
    """Killed after a random number of stages; the stages stored by then are not computed again."""
    rng = np.random.default_rng(seed)
    wanted = int(rng.integers(1, 12))
    process = subprocess.Popen([*COMMAND, str(case), "--runs", str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 240.0
    while len(stages(tmp_path)) < wanted and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(float(rng.uniform(0.0, 0.05)))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not list(tmp_path.glob("*/results.json")), "the run ended before it was killed"
    kept = {path: path.stat().st_mtime_ns for path in stages(tmp_path)}
    assert len(kept) >= wanted
    resumed = weigh(case, tmp_path, "--resume")
    assert numbers(resumed) == numbers(unbroken)
    assert len(list(tmp_path.glob("*/run.json"))) == 1, "a resumed run goes on in its own folder"
    again = [path for path, written in kept.items() if path.stat().st_mtime_ns != written]
    assert len(again) <= 1, "more than one stage was computed again"
