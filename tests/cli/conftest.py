"""Fixtures of the command tests: a runner, and an engine that answers at once."""

import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from realpolitik.cli.main import app
from tests.cli.results import FakeRun


@pytest.fixture
def realpolitik():
    """Run one command line in this process."""
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.fixture
def engine(monkeypatch, tmp_path):
    """Put a case and a weighing that cost nothing in place of the real ones; gives the calls made."""
    calls = []
    case = SimpleNamespace(
        name="demo",
        clock=SimpleNamespace(timezone="Asia/Almaty", start=datetime(2024, 3, 1)),
        accounts={"uprising": None, "plot": None},
        regions=[1],
        claims={"palace-plot": None},
        evidence=[1, 2, 3],
        questions=[],
        issues=[],
        documents=[],
    )

    def weigh(case, **options):
        calls.append(options)
        options["progress"]("compiling (once for this version)", 0.0, "")
        return FakeRun(tmp_path)

    monkeypatch.setattr("realpolitik.api.weigh", weigh)
    monkeypatch.setattr("realpolitik.answers.store.ANSWERS", {})
    monkeypatch.setitem(
        sys.modules,
        "realpolitik.answers.run",
        SimpleNamespace(Run=SimpleNamespace(open=lambda run, runs: FakeRun(Path(runs) / run))),
    )
    monkeypatch.setattr("realpolitik.api.load", lambda name: case)
    monkeypatch.setattr("realpolitik.case.doubts.doubts", lambda case, usual: [])
    monkeypatch.setattr("realpolitik.cli.cases._unreported", lambda case: ([], []))
    return calls
