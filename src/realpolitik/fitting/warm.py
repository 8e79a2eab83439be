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
from pathlib import Path

import numpy as np

from realpolitik.case.reader import load
from realpolitik.case.starter import new
from realpolitik.chance.compiled import cache_folder
from realpolitik.crisis import armed, street
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import NAMES
from realpolitik.fitting.account import replay
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.model import Block, CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.reference import ReferenceModel, reference_problem

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


def mechanisms(model: CrisisModel, block: Block) -> None:
    """Call the mechanisms that a step comes to last, with arguments of the types that they have there."""
    S, P, w, events = block.S, block.P, block.w, block.events
    keys, event, hour, days = block.keys[: int(LANES)], events[0], 0.0, float(model.problem.T[0, at.DAYS])
    row = at.N_NATION * LANES
    street.leave_street(S, P, w, keys, events, 0, days)
    armed.armed_exits(S, P, w, keys, event, event, event, row, row, row, row, row, 0, days)
    armed.enter(S, P, w, keys, event, row, row, hour, days)
    street.sweep(S, P, w, keys, event, 0, hour, days)
    armed.security_losses(S, P, w, keys, event, event, 0, days)
    street.release(S, P, w, keys, events, days)
    armed.allied_losses(S, P, w, keys, event, 0.0, days)


def half(other: bool) -> None:
    """Compile this process's half, or the other's."""
    gc.disable()  # a compiler makes objects by the million, and nearly all stay
    try:
        crisis, reference = models()
        if not other:
            crisis.advance(first_block(crisis), 0, 1)
            return
        mechanisms(crisis, first_block(crisis))
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
