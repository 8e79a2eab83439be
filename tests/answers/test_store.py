"""All answers of a run: side by side, told on as one, each kept; what one cannot say is a note and stops no other."""

from __future__ import annotations

import sys
from threading import get_ident
from types import SimpleNamespace

import pytest

from realpolitik.answers import store
from realpolitik.errors import RunError


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run with four answers; the third cannot be given."""
    began = []

    def of(name):
        def answer(run, progress):
            began.append((name, run.threads, get_ident()))
            progress("part", 0.5, "half")
            if name == "third":
                raise RunError("the run kept no draws")
            return {"name": name}

        return SimpleNamespace(answer=answer)

    for name in ("first", "second", "third", "fourth"):
        monkeypatch.setitem(sys.modules, f"answers_of.{name}", of(name))
    monkeypatch.setattr(store, "ANSWERS", {name: f"answers_of.{name}" for name in ("first", "second", "third", "fourth")})
    monkeypatch.setattr(store, "AFTER_DATES", frozenset())
    monkeypatch.setattr(store, "LONG", frozenset({"fourth"}))
    return SimpleNamespace(folder=tmp_path, notes=[], threads=None, posterior=None, began=began)


def test_all_are_given_and_kept_but_the_one_that_cannot_be(run):
    told = []
    found = store.answer_all(run, lambda *words: told.append(words))
    assert list(found) == ["first", "second", "fourth"]
    assert run.notes == ["third: the run kept no draws"]
    assert {path.name for path in (run.folder / "answers").iterdir()} == {"first.json", "second.json", "fourth.json"}
    assert next(name for name, _, _ in run.began) == "first"
    assert {name for name, _, _ in run.began[1:]} == {"second", "third", "fourth"}
    assert {stage for stage, _, _ in told} == {"answers"}
    assert told[0] == ("answers", 0.5, "first, half")
    assert max(done for _, done, _ in told[1:]) <= 0.5 + 1e-9


def test_the_longest_begins_before_the_others(run, monkeypatch):
    monkeypatch.setattr(store.os, "cpu_count", lambda: 1)
    store.answer_all(run)
    assert [name for name, _, _ in run.began] == ["first", "fourth", "second", "third"]


def test_they_share_the_cores_and_leave_the_run_as_it_was(run, monkeypatch):
    monkeypatch.setattr(store.os, "cpu_count", lambda: 6)
    store.answer_all(run)
    assert {name: threads for name, threads, _ in run.began} == {"first": 6, "second": 2, "third": 2, "fourth": 2}
    assert run.threads is None


def test_a_stop_ends_all(run):
    def stop(stage, done, message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.answer_all(run, stop)
    assert run.threads is None
