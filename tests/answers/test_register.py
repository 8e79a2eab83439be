"""The forecast register: lines are added, never lost, and the file is whole or as it was."""

import os

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
