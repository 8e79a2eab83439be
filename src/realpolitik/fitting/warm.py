"""Compiling ahead, in two processes, so that a first run waits for less than half of it.

Numba compiles under a lock, so threads of one process would wait for each other. What the other process compiles comes back through the
cache on disk: the mechanisms that draw nothing and the law of reports, which are ready when the step of the crisis asks for them. Then a
run can begin, and the other process goes on with the reference account beside the pilot, which leaves a core free; :func:`rest` waits
for that.
Where the cache cannot be written, each run compiles for itself.
"""

from __future__ import annotations

import atexit
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
from realpolitik.chance.compiled import cache_folder, not_shared
from realpolitik.crisis import armed, decisions, loyalty, midpoint, mobilisation, places, reports, street
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import NAMES
from realpolitik.fitting.account import replay
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_block
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.reference import ReferenceModel, reference_problem

_ROWS, _KEYS, _INTEGERS, _TABLE = float64[::1], uint64[::1], int64[::1], float64[:, ::1]
_ACTS = (_INTEGERS, _INTEGERS, _TABLE, int64, int64)  # sizes, slots, table of clamps, its first row, that of the items
_LONGEST = 300.0  # seconds to wait for the other process before compiling here


def models() -> tuple[CrisisModel, ReferenceModel]:
    """The starter case under no claim and under the reference account."""
    with tempfile.TemporaryDirectory() as folder:
        case = load(new("warm", Path(folder)), parameters=NAMES)
    docket = build_docket(case)
    ones = np.ones(len(docket.entries))
    crisis = CrisisModel(build_problem(case, ()), docket, ones, mask=ones, run_out=True)
    return crisis, ReferenceModel(reference_problem(case), docket, ones, mask=ones, run_out=True)


def drawing() -> Iterator[tuple[Any, tuple]]:
    """What draws, and the mechanisms that do; then places: (kernel, types of its arguments in a step)."""
    yield street.leave_street, (_ROWS, _ROWS, _ROWS, _KEYS, _KEYS, int64, float64)
    yield street.rejoin, (_ROWS, _ROWS, _KEYS, uint64, int64, float64)
    yield mobilisation.join, (_ROWS, _ROWS, _KEYS, uint64, int64, float64)
    yield street.sweep, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, int64, float64, float64)
    yield street.release, (_ROWS, _ROWS, _ROWS, _KEYS, _KEYS, float64)
    yield armed.enter, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, int64, int64, float64, float64)
    yield armed.security_losses, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, uint64, int64, float64)
    yield armed.allied_losses, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, float64, float64)
    yield armed.armed_exits, (_ROWS, _ROWS, _ROWS, _KEYS, *[uint64] * 3, *[int64] * 6, float64)
    yield places.places, (_ROWS, _ROWS, _ROWS, _KEYS, _KEYS, *_ACTS, int64, int64, float64, float64)


def without_draws() -> Iterator[tuple[Any, tuple]]:
    """What draws nothing: decisions, the look ahead, joining, what befalls places, crowds, loyalty, rates, and the law of reports."""
    yield decisions.decide, (_ROWS, _ROWS, _ROWS, _KEYS, uint64, *_ACTS, int64, float64, float64)
    yield midpoint.look_ahead, (_ROWS, _ROWS, _ROWS, _INTEGERS, _TABLE, int64, float64, float64, int64, *[boolean] * 3)
    yield mobilisation.hazard_of_joining, (_ROWS, _ROWS, _ROWS, _INTEGERS, _TABLE, int64, float64, float64, int64)
    yield places.press, (_ROWS, _ROWS, _ROWS, int64, float64)
    yield places.retake, (_ROWS, _ROWS, int64, int64, float64, float64)
    yield places.lose_as_fixed, (_ROWS, _ROWS, int64, boolean, int64, _TABLE, int64, int64, int64, float64, float64)
    yield places.lose, (_ROWS, _ROWS, _KEYS, uint64, int64, boolean, *[float64] * 4)
    yield mobilisation.national_mood, (_ROWS, _ROWS, _ROWS, _TABLE, int64, *[float64] * 4)
    yield mobilisation.gather_crowds, (_ROWS, _ROWS, _INTEGERS, _TABLE)
    yield loyalty.command, (_ROWS, _ROWS, _ROWS, *[float64] * 4)
    yield loyalty.cohesion, (_ROWS, _ROWS, int64, *[float64] * 3)
    yield loyalty.presence, (_ROWS, _ROWS, *[float64] * 3)
    yield midpoint.half_of_those_faced, (_ROWS, _ROWS, _ROWS, int64, boolean, boolean)
    yield midpoint.people_now, (_ROWS, _ROWS, _ROWS, _INTEGERS)
    yield street.street_rates, (_ROWS, _ROWS, float64)
    yield armed.armed_rates, (_ROWS, _ROWS)
    yield reports.report, (_ROWS, _ROWS, _ROWS, _INTEGERS, int64[:, ::1], _TABLE, _INTEGERS)


def model() -> None:
    """Compile what worlds of a crisis need to run and be judged."""
    for kernel, types in drawing():
        kernel.compile(types)
    crisis, _ = models()
    values = crisis.problem.prior.transform(np.zeros((int(LANES), crisis.problem.prior.dimension)))
    run_block(crisis, values, np.repeat(crisis.noise_keys, LANES), 1)


def others() -> None:
    """Compile, in a process of its own, what :func:`model` does not come to first; then the reference account and what a fit keeps."""
    with not_shared():
        for kernel, types in without_draws():
            kernel.compile(types)
    _, reference = models()
    ids = reference.noise_keys[None, :].copy()
    replay(reference, reference.problem.prior.transform(np.zeros((1, reference.problem.prior.dimension))), ids, 1, 1, None)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """A compiler makes objects by the million, and nearly all stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


_process: subprocess.Popen | None = None


def everything() -> None:
    """Compile what worlds need, and begin with the rest. Slow once, nothing afterwards; a failure elsewhere is left to the run itself."""
    global _process
    with contextlib.suppress(OSError):
        cache_folder().mkdir(parents=True, exist_ok=True)
        _process = subprocess.Popen(
            [sys.executable, "-m", "realpolitik.fitting.warm"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(rest, 0.0)
    with _uncollected():
        model()


def rest(patience: float = _LONGEST) -> None:
    """Wait for what :func:`everything` left to the other process, if it did; end it if that takes longer than ``patience`` (seconds)."""
    if _process is not None and _process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            _process.wait(patience)
        if _process.poll() is None:
            _process.kill()


if __name__ == "__main__":
    with _uncollected():
        others()
