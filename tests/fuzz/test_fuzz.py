"""The fuzzer in its short form, and that it notices what it is there to notice."""

from __future__ import annotations

import os
import resource
import signal
import time

import pytest

from realpolitik.errors import CaseError, Problem

from . import judging, worker
from .corpus import corpus
from .mutations import spoiled
from .running import Worker, run

FILES = 250


def test_spoiled_cases_are_read_or_refused_with_a_place():
    ended = {"valid": 0, "refused": 0}
    for found in run(range(FILES), seed=2022):
        assert found["ended"] in ended, found
        ended[found["ended"]] += 1
    # were nearly all refused at the first line, little of the reader would be tried
    assert ended["valid"] > FILES / 20
    assert ended["refused"] > FILES / 2


def test_a_number_names_a_spoiled_case_for_good():
    assert spoiled(7, seed=3) == spoiled(7, seed=3) != spoiled(8, seed=3)


@pytest.mark.parametrize("name", sorted(corpus()))
def test_what_is_spoiled_was_sound(name, tmp_path):
    worker.write(tmp_path / "case", corpus()[name])
    assert judging.judged(tmp_path / "case") == "valid"


@pytest.fixture
def outcome(tmp_path, monkeypatch):
    """What the worker makes of a reader that does something else."""
    before = signal.signal(signal.SIGPROF, worker._too_long)
    monkeypatch.setattr(worker, "SECONDS", 0.2)

    def of(load):
        monkeypatch.setattr(judging, "load", load)
        return worker.outcome(tmp_path)[:2]

    yield of
    signal.signal(signal.SIGPROF, before)


def test_a_hang_is_noticed(outcome):
    def load(folder):
        while True:
            time.perf_counter()

    ended, why = outcome(load)
    assert ended == "fault"
    assert why.startswith("more than 0.2 s")


def test_a_traceback_is_noticed(outcome):
    assert "KeyError: 'x'" in outcome(lambda folder: {}["x"])[1]


@pytest.mark.parametrize(
    "problem",
    [
        Problem("case.yaml:1:1", "", "wrong"),  # in no folder
        Problem("{folder}/case.yaml", "", "wrong"),
        Problem("{folder}/case.yaml:0:1", "", "wrong"),
        Problem("{folder}/case.yaml:9:1", "", "wrong"),  # the file has three lines
        Problem("{folder}/case.yaml:1:1", "", ""),
        Problem("{folder}/case.yaml:1:1", "", "x" * 5000),
    ],
    ids=range(6),
)
def test_a_problem_without_a_place_or_a_word_is_noticed(outcome, tmp_path, problem):
    (tmp_path / "case.yaml").write_text("a\nb\nc\n")

    def load(folder):
        place = problem.position.replace("{folder}", str(folder))
        raise CaseError([Problem(place, problem.path, problem.wrong)])

    assert "Broken" in outcome(load)[1]


def test_a_hole_in_a_case_is_noticed(outcome):
    from dataclasses import replace

    from realpolitik.case import load as read

    case = read("three-towns")
    hollow = replace(case, regions=(replace(case.regions[0], population=float("nan")), *case.regions[1:]))
    assert "population is nan" in outcome(lambda folder: hollow)[1]
    assert outcome(lambda folder: case)[0] == "valid"


def test_the_worker_has_less_than_a_gigabyte():
    """And its parent survives it."""
    child = Worker(seed=1)
    try:
        assert child.judge(0)["ended"] in ("valid", "refused")
        if hasattr(resource, "prlimit"):
            assert resource.prlimit(child.process.pid, resource.RLIMIT_AS) == (worker.MEMORY, worker.MEMORY)
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait()
        lost = child.judge(1)
        assert (lost["ended"], lost["why"]) == ("fault", "the process ended with -9")
    finally:
        child.close()
