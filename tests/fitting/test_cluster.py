"""A real scheduler and two worker processes on loopback give the numbers of one machine, whatever happens to them.

``REALPOLITIK_LONG=1`` kills workers in ten weighings instead of one.
"""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.errors import RunError, UsageError
from realpolitik.fitting import blind, executors, weigh
from realpolitik.fitting.dates import fit_dates
from realpolitik.fitting.efforts import Dated
from realpolitik.fitting.executors import Done, Failed, cluster, outcomes
from realpolitik.fitting.judging import Bench, Terms
from realpolitik.fitting.loopback import loopback
from realpolitik.fitting.parcel import computes_with, opened, pack
from realpolitik.fitting.reweigh_sets import reweigh_sets
from realpolitik.fitting.runfolder import FIT, RunFolder, find_resumable
from realpolitik.fitting.settings import Settings
from tests.answers.posteriors import judged_prior
from tests.long import LONG

TINY = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)
LONGER = replace(TINY, passes=200, pilot=100)  # long enough for a worker to be caught in the middle


@pytest.fixture(scope="module")
def case():
    return load("three-towns")


@pytest.fixture(scope="module")
def here():
    """The scheduler and its two workers, which no test may kill."""
    with loopback(2) as found:
        yield found


@pytest.fixture(scope="module")
def workers(here):
    with cluster("dask", here.address) as found:
        yield found


def numbers(results):
    """All of a results document but what it cost, which a unit taken up again counts from there."""
    cost = ("seconds", "cpu_seconds", "threads", "world_steps")
    told = {k: v for k, v in results.items() if k not in cost}
    told["diagnostics"] = [{k: v for k, v in row.items() if k not in cost} for row in told["diagnostics"]]
    return json.loads(json.dumps(told))


def weighed(case, runs, settings=TINY, **options):
    return weigh.weigh(case, settings=settings, runs=runs, threads=2, **options)


@pytest.fixture(scope="module")
def alone(case, tmp_path_factory):
    """Weighed on threads, without a cluster."""
    return numbers(weighed(case, tmp_path_factory.mktemp("alone")).results)


@pytest.fixture(scope="module")
def alone_longer(case, tmp_path_factory):
    """The same with more passes."""
    return numbers(weighed(case, tmp_path_factory.mktemp("longer"), LONGER).results)


def test_weighing_gives_the_same_numbers_and_draws(case, workers, alone, tmp_path):
    told = []
    folder = weighed(case, tmp_path, executor=workers, progress=lambda *words: told.append(words))
    assert numbers(folder.results) == alone
    assert folder.results["cpu_seconds"] > 0.0
    assert list(folder.path.glob("stages/*/[0-9]*.npz")), "workers that see the run's folder keep their stages in it"
    assert not list(folder.path.glob(f"stages/*/{FIT}")), "finished fits are kept only until the run is finished"
    assert [message for _, _, message in told if message.startswith("done, ")][-1] == "done, 0 to come"
    parts = [part for _, part, _ in told]
    assert parts[-1] == 1.0


def test_calibration_gives_the_same_rows(case, workers, tmp_path):
    plan = blind.Calibration(case, "tiny", TINY, 1, ("coarsened", "full"))

    def rows(where, **options):
        found = blind.calibrate(plan, blind.open_folder(plan, tmp_path / where, False), [1, 2, 3], 2, **options)
        return [{k: v for k, v in row.items() if not k.endswith("seconds")} for row in found]

    assert rows("cluster", executor=workers) == rows("alone")


def test_fits_at_dates_give_the_same_draws(case, workers):
    sets, dated = weigh.sets_of(case, list(case.accounts))[:2], Dated(2, TINY)
    with ThreadPoolExecutor(2) as pool:
        alone = fit_dates(case, sets, dated, 1, pool)
        spread = fit_dates(case, sets, dated, 1, pool, executor=workers)
    assert len(alone) >= 2
    for one, other in zip(alone, spread, strict=True):
        for claims in sets:
            for name in ("z", "ids", "log_likelihood", "items", "log_evidence", "se"):
                assert np.array_equal(getattr(one.sets[claims], name), getattr(other.sets[claims], name)), name


def test_sensitivity_gives_the_same_numbers(case, workers):
    sets = weigh.sets_of(case, list(case.accounts))[:2]
    posterior = judged_prior(case, sets)
    terms = [Terms(), Terms(trust={"Daily": 0.5}), Terms(out=frozenset({"C1"})), Terms(width={"contagion": 2.0})]
    bench = Bench(posterior)
    alone, spread = reweigh_sets(bench, sets, terms), reweigh_sets(bench, sets, terms, workers)
    assert list(alone) == list(spread) == sets
    for claims in sets:
        assert len({found.log_evidence for found in alone[claims]}) == len(terms)
        for one, other in zip(alone[claims], spread[claims], strict=True):
            assert (one.log_evidence, one.se, one.k) == (other.log_evidence, other.se, other.k)
            assert np.array_equal(one.weight, other.weight)


@pytest.mark.skipif(not LONG, reason="computes every answer twice: in the long form")
def test_run_gives_the_same_answers(case, here, tmp_path):
    words = [sys.executable, "-m", "realpolitik", "run", "three-towns", "--json", "--runs"]
    spread = ["--executor", "dask", "--scheduler", here.address]
    for where, more in (("alone", []), ("spread", spread)):
        subprocess.run([*words, str(tmp_path / where), *more], check=True, stdout=subprocess.DEVNULL)
    for name in ("odds-over-time", "audiences"):
        one, other = (json.loads(next(tmp_path.glob(f"{w}/*/answers/{name}.json")).read_text("utf-8")) for w in ("alone", "spread"))
        assert one == other


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("seed", range(10) if LONG else [1])
def test_a_worker_killed_in_the_middle_costs_at_most_a_stage(case, alone_longer, tmp_path, seed):
    """Killed at a random moment while both workers are in the middle of a set; the other one takes over."""
    rng = np.random.default_rng(seed)
    with loopback(2) as here, cluster("dask", here.address) as workers:
        seen, ended = {}, threading.Event()

        def in_the_middle():
            begun = {path.parent for path in tmp_path.glob("*/stages/*/[0-9]*.npz")}
            return len([folder for folder in begun if not (folder / FIT).exists()]) >= 2

        def kill():
            while not in_the_middle() and not ended.is_set():
                time.sleep(0.002)
            time.sleep(float(rng.uniform(0.0, 0.1)))
            victim = here.workers[int(rng.integers(2))]
            victim.kill()
            victim.wait()
            if not ended.is_set():
                seen.update((path, path.stat().st_mtime_ns) for path in tmp_path.glob("*/stages/*/[0-9]*.npz"))

        def told(stage, part, message):
            if stage == "answers":  # every set is fitted
                ended.set()

        killer = threading.Thread(target=kill)
        killer.start()
        results = weighed(case, tmp_path, LONGER, executor=workers, progress=told).results
        killer.join()
        assert sum(worker.poll() is not None for worker in here.workers) == 1
    assert seen, "the sets were fitted before a worker was killed"
    assert numbers(results) == alone_longer
    again = [path for path, written in seen.items() if path.stat().st_mtime_ns != written]
    assert len(again) <= 1, "more than one stage was computed again"


def test_a_failed_set_is_told_with_its_stage_the_rest_is_kept_and_resume_ends_it(case, workers, alone, tmp_path, monkeypatch):
    created = {}
    create = RunFolder.create

    def blocked(runs, *rest):
        """The new run's folder, with a file where the stages of one set belong."""
        folder = create(runs, *rest)
        created["stages"] = folder._stages("palace-plot")
        created["stages"].parent.mkdir()
        created["stages"].write_text("in the way")
        return folder

    monkeypatch.setattr(RunFolder, "create", blocked)
    with pytest.raises(
        RunError, match=r"^palace-plot failed, before its first stage: .* is a file, not a folder.*\nwhat was finished is kept"
    ):
        weighed(case, tmp_path, executor=workers)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/stages/*/*.npz")}
    assert sum(path.name == FIT for path in kept) == 4
    created["stages"].unlink()
    folder = weighed(case, tmp_path, executor=workers, resume=True)
    assert numbers(folder.results) == alone
    assert all(path.stat().st_mtime_ns == written for path, written in kept.items() if path.exists())


def test_what_goes_wrong_in_a_unit_comes_back_as_data(case, workers, tmp_path):
    def unit(claims):
        return weigh.SetUnit(parcel, claims, None, TINY, 1, tmp_path, "no run")

    parcel = pack(case)
    found = dict(outcomes(weigh.fit_unit, [unit(()), unit(("no such claim",)), unit(("palace-plot",))], None, workers))
    assert found[1] == Failed("no such claim", "before its first stage", "KeyError: 'no such claim'")
    assert isinstance(found[0], Done)
    assert isinstance(found[2], Done)


def test_a_worker_that_would_compute_other_bits_refuses(case, workers, tmp_path):
    other = tuple((what, "other" if what in ("numpy", "program") else which) for what, which in computes_with())
    unit = weigh.SetUnit(replace(pack(case), made_by=other), (), None, TINY, 1, tmp_path, "no run")
    (_, found), *_ = outcomes(weigh.fit_unit, [unit], None, workers)
    assert "other bits than the sender, which has program other instead of" in found.error
    assert "numpy other instead of" in found.error


def test_a_lost_scheduler_ends_the_run_with_a_sentence(case, tmp_path):
    with loopback(1) as here, cluster("dask", here.address) as workers:
        timer = threading.Thread(target=lambda: (_wait_for(tmp_path.glob, "*/stages/*/[0-9]*.npz"), here.scheduler.kill()))
        timer.start()
        with pytest.raises(RunError, match=r"(?s)failed, .*the scheduler let go of it or went away.*--resume"):
            weighed(case, tmp_path, LONGER, executor=workers)
        timer.join()
    assert find_resumable(tmp_path, json.loads(next(tmp_path.glob("*/run.json")).read_text())["key"]) is not None


def _wait_for(glob, pattern):
    until = time.monotonic() + 60.0
    while not list(glob(pattern)) and time.monotonic() < until:
        time.sleep(0.01)


def test_a_case_changed_in_python_cannot_be_sent(case, workers, tmp_path):
    with pytest.raises(UsageError, match="changed in Python"):
        weighed(replace(case, evidence=case.evidence[:3]), tmp_path, executor=workers)
    with pytest.raises(UsageError, match="has no files"):
        weighed(replace(case, fingerprint=""), tmp_path, executor=workers)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["three-towns", "kazakhstan-2022"])
def test_what_crosses_is_small_and_is_the_case(name):
    import pickle

    sent = load(name)
    parcel = pack(sent)
    assert len(pickle.dumps(parcel)) < 64_000
    read = opened(parcel)
    assert read.fingerprint == sent.fingerprint
    assert [item.id for item in read.evidence] == [item.id for item in sent.evidence]


@pytest.mark.parametrize("command", ["run", "weigh", "calibrate"])
def test_dask_is_asked_for_when_it_is_missing(command, monkeypatch):
    from typer.testing import CliRunner

    from realpolitik.cli.main import app

    def told(*words):
        done = CliRunner().invoke(app, [command, "three-towns", *words])
        assert done.exit_code == 2
        return done.stderr

    assert "--executor dask --scheduler tcp://HOST:8786" in told("--executor", "dask")
    assert "go together" in told("--scheduler", "tcp://127.0.0.1:9")
    assert "take threads or dask" in told("--executor", "slurm")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'realpolitik[dask]'" in told("--executor", "dask", "--scheduler", "tcp://127.0.0.1:9")


def test_no_scheduler_and_no_workers_are_told(monkeypatch):
    monkeypatch.setattr(executors, "_ANSWERS", 0.5)
    monkeypatch.setattr(executors, "_PATIENCE", 0.5)
    with pytest.raises(RunError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"), cluster("dask", "tcp://127.0.0.1:9"):
        pass
    with pytest.raises(RunError, match="no scheduler answers at somewhere"), cluster("dask", "somewhere"):
        pass
    none = pytest.raises(RunError, match="has no workers; start some with: dask worker tcp://")
    with loopback(0) as empty, none, cluster("dask", empty.address):
        pass
