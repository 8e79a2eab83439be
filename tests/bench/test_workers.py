"""Tools as processes, and other tools that are never needed."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

from realpolitik.bench.influenza import LOG_LIKELIHOOD
from realpolitik.bench.workers import ALSO, PEERS, Worker, ask, installed, remedy
from realpolitik.errors import RunError

ROOT = Path(__file__).parents[2]


def test_the_dependency_group_is_what_the_program_tells_to_install():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["dependency-groups"]["bench"] == [*PEERS.values(), *ALSO]


def test_no_other_tool_is_imported_by_the_package():
    forbidden = {"particles", "pypomp", "mesa", "jax"}
    for path in (ROOT / "src").rglob("*.py"):
        if path.name.startswith("with_"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not forbidden & {name.split(".")[0] for name in names}, path


def test_what_is_missing_is_named_with_its_remedy():
    said = remedy(["pypomp"])
    assert said.startswith("not installed: pypomp.")
    assert all(entry in said for entry in PEERS.values())


def test_what_an_interpreter_has():
    assert installed(sys.executable)["numpy"]
    with pytest.raises(RunError, match="could not run 'no-such-python'"):
        installed("no-such-python")


def test_our_side_filters_in_a_process_of_its_own():
    """Thirty filters of 1,024 worlds, s.d. 0.08 each; threads do not change a bit."""
    worker = Worker.start("realpolitik", sys.executable, None)
    try:
        task = {"do": "filter", "model": "influenza", "count": 30, "worlds": 1024, "seed": 1}
        one, two = (ask([worker], [task | {"threads": threads}])[1][0]["values"] for threads in (1, 2))
    finally:
        worker.stop()
    assert one == two
    assert sum(one) / 30 == pytest.approx(LOG_LIKELIHOOD - 0.003, abs=4.0 * 0.08 / 30**0.5)


def test_a_tool_that_dies_is_told_of():
    worker = Worker.start("realpolitik", sys.executable, None)
    try:
        with pytest.raises(RunError, match="realpolitik stopped: KeyError: 'unheard of'"):
            ask([worker], [{"do": "unheard of"}])
    finally:
        worker.stop()
