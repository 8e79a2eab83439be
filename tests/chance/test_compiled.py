"""Machine code is kept under a hash of all kernel sources: an edit is seen by the next process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import realpolitik
from realpolitik.chance import compiled
from realpolitik.chance.compiled import door
from realpolitik.chance.draws import FREE, LANES
from realpolitik.crisis.rows import any_positive

PACKAGE = Path(realpolitik.__file__).parent
RUN = """
import numpy as np
from realpolitik.chance.compiled import cache_folder
from realpolitik.chance.keys import uniforms
cached = lambda: any(cache_folder().glob("**/*.nbc"))
before, out = cached(), np.empty(1)
uniforms(np.zeros(1, np.uint64), np.uint64(1), out)
print(before, repr(float(out[0])), cached())
"""


def copied(tmp_path):
    """A copy of the part that holds keys and draws."""
    root = tmp_path / "realpolitik"
    shutil.copytree(PACKAGE / "chance", root / "chance", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "__init__.py").write_text("")
    return root


def run(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-W", "error", "-c", RUN]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    before, value, after = done.stdout.split()
    return before == "True", float(value), after == "True"


def test_an_edited_callee_is_seen_by_the_next_run(tmp_path):
    """Numba alone would serve the old machine code: `uniforms` is untouched, the function that it calls is not."""
    root = copied(tmp_path)
    before, value, after = run(tmp_path)
    assert (before, after) == (False, True)
    assert 0.0 < value < 1.0
    path = root / "chance" / "keys.py"
    whole, half = "+ 0.5) * 2.220446049250313e-16", "+ 0.5) * 1.1102230246251565e-16"
    path.write_text(path.read_text("utf-8").replace(whole, half))
    before, halved, _ = run(tmp_path)
    assert before is False
    assert halved == pytest.approx(0.5 * value, rel=1e-12)


def test_the_digest_names_every_kernel_source(tmp_path, monkeypatch):
    """An edit of any file that holds kernels, or the row numbers that kernels freeze, changes the folder."""
    root = tmp_path / "realpolitik"
    for floor in ("chance", "crisis", "fitting"):
        shutil.copytree(PACKAGE / floor, root / floor, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "__file__", str(root / "chance" / "compiled.py"))
    seen = {compiled.sources_digest()}
    for path in (
        "chance/keys.py",
        "chance/elementary.py",
        "crisis/layout.py",
        "crisis/street.py",
        "fitting/resampling.py",
    ):
        with (root / path).open("a", encoding="utf-8") as file:
            file.write("\n# edited\n")
        seen.add(compiled.sources_digest())
    assert len(seen) == 6


def test_an_inner_kernel_lets_python_in_through_a_door_alone():
    w = np.zeros(FREE * LANES)
    w[:LANES] = 0.5
    with pytest.raises(TypeError, match="any_positive is called by kernels alone"):
        any_positive(w, 0)
    assert door(any_positive)(w, 0)
    assert not door(any_positive)(w, int(LANES))
