"""Compiling ahead: both models' kernels at the same time, in two processes, so that a first run waits for the longer one only.

Numba compiles under a lock, so threads of one process would wait for each other. What the other process compiles comes back through the
cache on disk; where that cannot be written, each run compiles for itself.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

import numpy as np

from realpolitik.chance.compiled import cache_folder

_LONGEST = 300.0  # seconds to wait for the other process before compiling here


def one_block(kind: str) -> None:
    """Run one block of the starter case under the reference account (``reference``) or under no claim (``crisis``)."""
    import tempfile
    from pathlib import Path

    from realpolitik.case.reader import load
    from realpolitik.case.starter import new
    from realpolitik.crisis.parameters import NAMES
    from realpolitik.fitting.account import replay
    from realpolitik.fitting.evidence import build_docket
    from realpolitik.fitting.model import CrisisModel
    from realpolitik.fitting.problem import build_problem
    from realpolitik.fitting.reference import ReferenceModel, reference_problem

    with tempfile.TemporaryDirectory() as folder:
        case = load(new("warm", Path(folder)), parameters=NAMES)
    docket = build_docket(case)
    ones = np.ones(len(docket.entries))
    if kind == "reference":
        model = ReferenceModel(reference_problem(case), docket, ones, mask=ones, run_out=True)
    else:
        model = CrisisModel(build_problem(case, ()), docket, ones, mask=ones, run_out=True)
    z = np.zeros((1, model.problem.prior.dimension))
    ids = model.noise_keys[None, :].copy()
    replay(model, model.problem.prior.transform(z), ids, 1, 1, None)


def everything() -> None:
    """Compile what a weighing needs. Slow once, nothing afterwards; a failure here is left to the run itself."""
    other = None
    with contextlib.suppress(OSError):
        cache_folder().mkdir(parents=True, exist_ok=True)
        other = subprocess.Popen(
            [sys.executable, "-m", "realpolitik.fitting.warm", "reference"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        one_block("crisis")
        if other is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                other.wait(_LONGEST)
    finally:
        if other is not None and other.poll() is None:
            other.kill()


if __name__ == "__main__":
    one_block(sys.argv[1])
