"""Compiling ahead, in two processes, so that a first run waits for half of it.

Numba compiles under a lock, so threads of one process would wait for each other. What the other process compiles comes back through the
cache on disk: the mechanisms that a step comes to last, which are ready when :func:`realpolitik.crisis.step.advance` asks for them,
then the reference account and the law of reports. Where the cache cannot be written, each run compiles for itself.
"""

from __future__ import annotations

import contextlib
import gc
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numba import boolean, float64, int64, uint64

from realpolitik.case.reader import load
from realpolitik.case.starter import new
from realpolitik.chance.compiled import cache_folder
from realpolitik.crisis import armed, decisions, midpoint, mobilisation, street
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import NAMES
from realpolitik.fitting.account import replay
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.model import Block, CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.reference import ReferenceModel, reference_problem

_ROWS, _KEYS, _INTEGERS, _TABLE = float64[::1], uint64[::1], int64[::1], float64[:, ::1]
_LONGEST = 300.0  # seconds to wait for the other process before compiling here


def models() -> tuple[CrisisModel, ReferenceModel]:
    """The starter case under no claim and under the reference account."""
    with tempfile.TemporaryDirectory() as folder:
        case = load(new("warm", Path(folder)), parameters=NAMES)
    docket = build_docket(case)
    ones = np.ones(len(docket.entries))
    crisis = CrisisModel(build_problem(case, ()), docket, ones, mask=ones, run_out=True)
    return crisis, ReferenceModel(reference_problem(case), docket, ones, mask=ones, run_out=True)


def first_block(model: CrisisModel) -> Block:
    """A block at the clock's start, every parameter at its median."""
    values = model.problem.prior.transform(np.zeros((int(LANES), model.problem.prior.dimension)))
    return model.start(values, np.repeat(model.noise_keys, LANES), 1)


def first_draws() -> Iterator[tuple[Any, tuple]]:
    """What draws, and the mechanisms of the street that do: (kernel, types of its arguments in a step)."""
    yield street.leave_street, (_ROWS, _ROWS, _ROWS, _KEYS, _KEYS, int64, float64)
    yield street.rejoin, (_ROWS, _ROWS, _KEYS, uint64, int64, float64)
    yield mobilisation.join, (_ROWS, _ROWS, _KEYS, uint64, int64, float64)


def without_draws() -> Iterator[tuple[Any, tuple]]:
    """What comes before anybody draws: the look ahead, decisions, joining."""
    yield decisions.decide, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, _INTEGERS, _INTEGERS, _TABLE, *[int64] * 3, float64, float64)
    yield midpoint.look_ahead, (_ROWS, _ROWS, _ROWS, _INTEGERS, _TABLE, int64, float64, float64, int64, *[boolean] * 3)
    yield mobilisation.hazard_of_joining, (_ROWS, _ROWS, _ROWS, _INTEGERS, _TABLE, int64, float64, float64, int64)


def last_draws() -> Iterator[tuple[Any, tuple]]:
    """The mechanisms that a step comes to last."""
    yield street.sweep, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, int64, float64, float64)
    yield street.release, (_ROWS, _ROWS, _ROWS, _KEYS, _KEYS, float64)
    yield armed.enter, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, int64, int64, float64, float64)
    yield armed.security_losses, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, uint64, int64, float64)
    yield armed.allied_losses, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, float64, float64)


def half(other: bool) -> None:
    """Compile this process's half, or the other's: each begins with what the other does not need at first."""
    gc.disable()  # a compiler makes objects by the million, and nearly all stay
    try:
        for kernel, types in (*without_draws(), *last_draws()) if other else first_draws():
            kernel.compile(types)
        crisis, reference = models()
        if not other:
            crisis.advance(first_block(crisis), 0, 1)
            return
        ids = reference.noise_keys[None, :].copy()
        replay(reference, reference.problem.prior.transform(np.zeros((1, reference.problem.prior.dimension))), ids, 1, 1, None)
    finally:
        gc.enable()


def everything() -> None:
    """Compile what a weighing needs. Slow once, nothing afterwards; a failure here is left to the run itself."""
    process = None
    with contextlib.suppress(OSError):
        cache_folder().mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "realpolitik.fitting.warm"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        half(other=False)
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LONGEST)
    finally:
        if process is not None and process.poll() is None:
            process.kill()


if __name__ == "__main__":
    half(other=True)
