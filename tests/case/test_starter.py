"""The starter case: it loads, is short, and is never written over anything."""

from __future__ import annotations

import os

import pytest

from realpolitik.case import load, new
from realpolitik.errors import RealpolitikError, UsageError


def test_the_starter_loads_and_is_short(tmp_path):
    folder = new("harbour-strike", tmp_path)
    assert folder == tmp_path / "harbour-strike"
    read = load(folder)
    assert (read.name, len(read.regions), len(read.accounts)) == ("harbour-strike", 1, 2)
    assert len(read.evidence) >= 4
    lines = (folder / "case.yaml").read_text().splitlines()
    assert len(lines) <= 25


def test_nothing_is_overwritten(tmp_path):
    new("strike", tmp_path)
    (tmp_path / "strike" / "case.yaml").write_text("mine")
    with pytest.raises(RealpolitikError, match="is there already; nothing was written"):
        new("strike", tmp_path)
    assert (tmp_path / "strike" / "case.yaml").read_text() == "mine"


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "a b", "-a", "a-", "a" * 61, "a\n", "é"])
def test_names_are_checked(tmp_path, name):
    with pytest.raises(UsageError, match="is not a name for a case"):
        new(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_says_so_and_keeps_nothing(tmp_path, monkeypatch):
    with pytest.raises(RealpolitikError, match=r"cannot be written \(No such file or directory\); nothing was written"):
        new("strike", tmp_path / "missing")
    monkeypatch.setattr("pathlib.Path.write_text", _full)
    with pytest.raises(RealpolitikError, match=r"cannot be written \(No space left on device\); nothing was written"):
        new("strike", tmp_path)
    assert list(tmp_path.iterdir()) == []


def _full(*_args, **_keywords):
    raise OSError(28, "No space left on device")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_says_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RealpolitikError, match="nothing was written"):
        new("strike", tmp_path)
    tmp_path.chmod(0o700)
