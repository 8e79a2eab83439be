"""Run numbered spoiled cases through a worker, and start another where one is lost."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a worker that says nothing is taken for hung, whatever it waits for."""


class Worker:
    """A child process; what it prints on stderr (a crash of the interpreter) is shown."""

    def __init__(self, seed: int) -> None:
        # One thread of linear algebra: its stacks would count against the memory a case may use.
        paths = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", f"{__package__}.worker", str(seed)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def judge(self, number: int) -> dict[str, Any]:
        """The worker's line for one case; a fault where the worker is lost."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(f"{number}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return self._lost(number)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if line.endswith("\n"):
            return json.loads(line)
        if ready:  # the end of its output: the process is about to be gone
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5.0)
        return self._lost(number)

    def _lost(self, number: int) -> dict[str, Any]:
        code = self.process.poll()
        self.close()
        why = "hung" if code is None else f"the process ended with {code}"
        return {"number": number, "ended": "fault", "why": why, "done": [], "seconds": 0.0, "mb": 0}

    def close(self) -> None:
        """End the child."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what was written to a dead child
                    pipe.close()
        self.process.wait()


def run(numbers: Iterable[int], seed: int) -> Iterator[dict[str, Any]]:
    """Judge every numbered case in turn."""
    worker = Worker(seed)
    try:
        for number in numbers:
            found = worker.judge(number)
            yield found
            if worker.process.poll() is not None:
                worker = Worker(seed)
    finally:
        worker.close()
