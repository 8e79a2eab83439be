"""The forecast register: lines are added, never lost, and the file is whole or as it was."""

import os
import subprocess
import sys

import pytest

from realpolitik.answers import register
from realpolitik.errors import RunError


def line(run, question, **more):
    asked = {"id": question, "engine": "outside", "came": None, "probability": 0.5, **more}
    return register.entry(run, "2022-01-20", "demo", "2022-01-11", asked)


def test_no_register_yet_is_an_empty_one(tmp_path):
    assert register.read(tmp_path, "demo") == []
    register.add(tmp_path, [])
    assert not (tmp_path / register.REGISTER).exists()


def test_a_run_replaces_its_own_lines_only(tmp_path):
    register.add(tmp_path, [line("one", "Q1"), line("one", "Q2")])
    register.add(tmp_path, [line("two", "Q1")])
    register.add(tmp_path, [line("one", "Q1", probability=0.25)])
    found = [(e["run"], e["question"], e["probability"]) for e in register.read(tmp_path, "demo")]
    assert found == [("two", "Q1", 0.5), ("one", "Q1", 0.25)]
    assert register.read(tmp_path, "another") == []


def test_whether_the_outcome_was_known_is_kept(tmp_path):
    register.add(tmp_path, [line("one", "Q1"), line("one", "Q2", came="yes")])
    assert [e["retrospective"] for e in register.read(tmp_path, "demo")] == [False, True]


def test_strange_lines_are_passed_over_and_kept(tmp_path):
    path = tmp_path / register.REGISTER
    strange = b'{"case": "demo"}\nnot json\n[1]\n\xff\xfe\n' + b"[" * 100_000 + b"\n"
    path.write_bytes(strange)
    register.add(tmp_path, [line("one", "Q1")])
    assert path.read_bytes().startswith(strange)
    assert [e["question"] for e in register.read(tmp_path, "demo")] == ["Q1"]


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    register.add(tmp_path, [line("one", "Q1")])
    before = (tmp_path / register.REGISTER).read_bytes()

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(RunError, match="no space is left"):
        register.add(tmp_path, [line("two", "Q1")])
    assert (tmp_path / register.REGISTER).read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [register.REGISTER]


def test_two_processes_at_once_lose_no_line(tmp_path):
    """Each adds the lines of many runs; whoever reads, adds and writes without waiting for the other would lose some of his."""
    told = """
import sys
from pathlib import Path
from realpolitik.answers import register
who, runs = sys.argv[1], Path(sys.argv[2])
sys.stdin.readline()
asked = {"id": "Q1", "engine": "outside", "came": None, "probability": 0.5}
for n in range(60):
    register.add(runs, [register.entry(f"{who} {n}", "2022-01-20", "demo", "2022-01-11", asked)])
"""
    both = [subprocess.Popen([sys.executable, "-c", told, who, str(tmp_path)], stdin=subprocess.PIPE) for who in "ab"]
    for process in both:
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in both:
        process.stdin.close()
        assert process.wait(120) == 0
    runs = [entry["run"] for entry in register.read(tmp_path, "demo")]
    assert sorted(runs) == sorted(f"{who} {n}" for who in "ab" for n in range(60))
    assert [p.name for p in tmp_path.iterdir()] == [register.REGISTER]
