"""How two workers of a cluster compare with two threads: the same work on the same machine, by turns.

    python -m realpolitik.fitting.cluster_efficiency three-towns --crises 8 --rounds 5

*Efficiency* is the time on threads over the time on as many single-threaded workers: 1 where the cluster costs nothing. The scheduler and
the workers are started beforehand and have run each kind of work once. Numbers must agree, or the command fails.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from realpolitik.case.reader import load
from realpolitik.case.records import Case
from realpolitik.crisis.parameters import NAMES
from realpolitik.fitting import blind
from realpolitik.fitting.efforts import EFFORTS
from realpolitik.fitting.executors import cluster, outcomes
from realpolitik.fitting.loopback import loopback
from realpolitik.fitting.parcel import opened, pack
from realpolitik.fitting.weigh import weigh


@dataclass(frozen=True)
class Turn:
    """One kind of work done once: seconds of the clock, of processors, and its numbers."""

    seconds: float
    cpu: float
    numbers: Any


def weighing(case: Case, effort: str, threads: int, executor: Executor | None) -> Turn:
    """One whole ``weigh``."""
    with tempfile.TemporaryDirectory() as runs:
        began = time.perf_counter()
        found = weigh(case, effort, threads=threads, runs=Path(runs), executor=executor).results
        numbers = [(a["log_evidence"], a["se"], a["probability"]) for a in found["accounts"]]
        return Turn(time.perf_counter() - began, found["cpu_seconds"], numbers)


def calibrating(case: Case, effort: str, crises: int, threads: int, executor: Executor | None) -> Turn:
    """So many synthetic crises."""
    plan = blind.Calibration(case, effort, EFFORTS[effort], 1, ("coarsened",))
    with tempfile.TemporaryDirectory() as runs:
        folder = blind.open_folder(plan, Path(runs), False)
        began = time.perf_counter()
        rows = blind.calibrate(plan, folder, range(1, crises + 1), threads, executor=executor)
        seconds = time.perf_counter() - began
        return Turn(seconds, sum(r["cpu_seconds"] for r in rows), [r["coarsened"] for r in rows])


def open_only(unit: blind.CrisisUnit, pool: Executor | None, tell: Callable[[float, str], None]) -> str:
    """A unit of no work: the case is read, nothing is weighed."""
    return opened(unit.plan.case).fingerprint


def sending(case: Case, effort: str, executor: Executor, units: int) -> tuple[float, int]:
    """(seconds a unit, bytes a unit) that it costs to send units of no work and have them back."""
    plan = blind.Calibration(pack(case), effort, EFFORTS[effort], 1, ("coarsened",))
    from distributed.protocol import serialize_bytes

    sent = [blind.CrisisUnit(plan, number) for number in range(units)]
    began = time.perf_counter()
    assert {outcome.value for _, outcome in outcomes(open_only, sent, None, executor)} == {case.fingerprint}
    return (time.perf_counter() - began) / units, len(serialize_bytes(sent[0]))


def compare(one: Callable[[Executor | None], Turn], executor: Executor, rounds: int) -> Iterator[tuple[Turn, Turn]]:
    """(on threads, on workers) of each round, the first of the two by turns; ArithmeticError where their numbers differ."""
    for number in range(rounds + 1):
        order = [None, executor] if number % 2 else [executor, None]
        done = {where is None: one(where) for where in order}
        if done[True].numbers != done[False].numbers:
            raise ArithmeticError("threads and workers gave other numbers")
        if number:  # the first round reads machine code from the disk
            yield done[True], done[False]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m realpolitik.fitting.cluster_efficiency", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("case", nargs="?", default="three-towns")
    parser.add_argument("--effort", choices=list(EFFORTS), default="quick")
    parser.add_argument("--crises", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--units", type=int, default=1000)
    told = parser.parse_args(arguments)
    case, threads = load(told.case, parameters=NAMES), told.workers
    kinds = {
        "weigh": lambda executor: weighing(case, told.effort, threads, executor),
        f"calibrate, {told.crises} crises": lambda executor: calibrating(case, told.effort, told.crises, threads, executor),
    }
    print(f"{case.name} at {told.effort}, {threads} threads against {threads} workers, medians of {told.rounds} rounds (least to most)")
    with loopback(told.workers) as here, cluster("dask", here.address) as workers:
        for name, one in kinds.items():
            pairs = list(compare(one, workers, told.rounds))
            ratios = [a.seconds / b.seconds for a, b in pairs]
            on = [np.median([[a.seconds, b.seconds, a.cpu, b.cpu] for a, b in pairs], axis=0)][0]
            print(
                f"{name}: {on[0]:.1f} s on threads, {on[1]:.1f} s on workers; efficiency {np.median(ratios):.2f} "
                f"({min(ratios):.2f} to {max(ratios):.2f}); processor time {on[2]:.1f} s, {on[3]:.1f} s",
                flush=True,
            )
        seconds, size = sending(case, told.effort, workers, told.units)
        print(f"sending {told.units} units of no work: {1e3 * seconds:.1f} ms and {size / 1e3:.0f} kB each")


if __name__ == "__main__":
    main()
