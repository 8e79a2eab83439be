"""A dask scheduler and workers as processes of this machine: for tests, for measuring, and for a first try before a real cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from realpolitik.errors import RunError

# Without its nanny a worker does not see to the first three: more threads than its own would only get in the way of the others. The last
# keeps the scheduler from handing a worker a second unit while it has one: units are long, and another worker may be idle by then.
_SETTINGS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1") | {
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0"
}
_LONGEST = 60.0  # seconds to wait for the scheduler to say where it listens


@dataclass(frozen=True)
class Loopback:
    """``address`` of the scheduler; ``scheduler`` and ``workers``, processes that may be killed."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]


@contextmanager
def loopback(workers: int = 2, log: Path | None = None) -> Iterator[Loopback]:
    """Start a scheduler and single-threaded workers on 127.0.0.1 that end with the block.

    ``log`` is a file for what they say. RunError when the scheduler does not start.
    """
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="realpolitik-dask-", ignore_cleanup_errors=True)))
        said = held.enter_context(open(log or folder / "log", "ab"))
        told = folder / "scheduler.json"

        def start(program: str, *words: str) -> subprocess.Popen:
            command = [sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1", "--no-dashboard", *words]
            command += ["--scheduler-file", str(told)]
            process = subprocess.Popen(command, env=os.environ | _SETTINGS, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            held.callback(_end, process)
            return process

        scheduler = start("dask_scheduler", "--port", "0")
        address = _address(told, scheduler)
        # No nanny: a worker that is killed stays dead. No limit of memory: the machine's own holds.
        options = ("--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--local-directory", str(folder))
        yield Loopback(address, scheduler, [start("dask_worker", *options) for _ in range(workers)])


def _address(told: Path, scheduler: subprocess.Popen) -> str:
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until and scheduler.poll() is None:
        try:
            return str(json.loads(told.read_bytes())["address"])
        except (OSError, ValueError, KeyError):  # not there yet, or half written
            time.sleep(0.05)
    raise RunError("the scheduler did not start; is dask.distributed installed?")


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
