"""Tools as processes: start them, give them tasks, time the answers.

Each tool runs in processes of its own, pinned to a core where the system allows it, so that one thread means one core and two
processes mean two. Time is taken here, from the task sent to the last answer read, and so the same way for all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realpolitik.bench.influenza import BOYS, IN_BED, SIZE, SUBSTEPS
from realpolitik.bench.regions import told
from realpolitik.errors import RunError

PEERS = {"particles": "particles>=0.4,<0.5", "pypomp": "pypomp>=1.1,<2", "mesa": "mesa>=3.3,<4"}
"""Other tools and what to install; the dependency group ``bench`` of the source lists the same."""
ALSO = ("networkx>=3",)  # Mesa's examples import it without asking for it

_SCRIPTS = Path(__file__).parent / "peers"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_LISTED = "import importlib.metadata as m,json;print(json.dumps({d.metadata['Name'].lower():d.version for d in m.distributions()}))"


def cores() -> list[int]:
    """The cores to use: two, or one where there is no second."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))[:2]
    return list(range(os.cpu_count() or 1))[:2]


def installed(python: str) -> dict[str, str]:
    """Versions of what an interpreter has, by name in small letters.

    Raises
    ------
    RunError
        When there is no such interpreter.
    """
    try:
        listed = subprocess.run([python, "-c", _LISTED], capture_output=True, text=True, check=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        raise RunError(f"could not run '{python}': {getattr(error, 'strerror', None) or 'it is not a Python that works'}") from None
    return json.loads(listed.stdout)


def remedy(missing: Sequence[str]) -> str:
    """How to get the tools that are missing."""
    wanted = " ".join(f"'{entry}'" for entry in (*PEERS.values(), *ALSO))
    return (
        f"not installed: {', '.join(missing)}. They ask for an older NumPy than realpolitik, so give them an environment of their own:\n"
        f"  python -m venv peers && peers/bin/python -m pip install {wanted}\n"
        "(in a clone, with pip 25.1 or newer: peers/bin/python -m pip install --group bench), then realpolitik bench --peers "
        "peers/bin/python"
    )


@dataclass
class Worker:
    """A running tool; ``core`` None leaves it free to use all of ``cores``."""

    tool: str
    process: subprocess.Popen
    log: Any

    @classmethod
    def start(cls, tool: str, python: str, core: int | None) -> Worker:
        """Start a tool and tell it the models; it is ready when this returns."""
        own = tool == "realpolitik"
        command = [sys.executable, "-m", "realpolitik.bench.ours"] if own else [python, str(_SCRIPTS / f"with_{tool}.py")]
        environment = dict(os.environ)
        if not own:
            environment.pop("PYTHONPATH", None)
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        if core is not None:
            environment |= dict.fromkeys(_ONE_THREAD, "1")
        before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
        log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - lives as long as the process
        try:
            if before is not None:  # a child inherits where its parent may run
                os.sched_setaffinity(0, cores() if core is None else [core])
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8", env=environment
            )
        finally:
            if before is not None:
                os.sched_setaffinity(0, before)
        worker = cls(tool, process, log)
        flu = {"boys": BOYS, "size": SIZE, "substeps": SUBSTEPS, "reports": list(IN_BED)}
        worker.send({"influenza": flu, "regions": told()})
        worker.answer()
        return worker

    def send(self, task: dict[str, Any]) -> None:
        """Give a task."""
        try:
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()
        except OSError:
            raise self._died() from None

    def answer(self) -> dict[str, Any]:
        """Wait for the answer."""
        line = self.process.stdout.readline()
        if not line:
            raise self._died()
        return json.loads(line)

    def _died(self) -> RunError:
        self.process.wait()
        self.log.seek(0)
        said = [line for line in self.log.read().splitlines() if line.strip()]
        return RunError(f"{self.tool} stopped: {said[-1] if said else f'exit code {self.process.returncode}'}")

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


def ask(workers: Sequence[Worker], tasks: Sequence[dict[str, Any]]) -> tuple[float, list[dict[str, Any]]]:
    """Give each worker its task at the same time; seconds until the last answer, and the answers."""
    began = time.perf_counter()
    for worker, task in zip(workers, tasks, strict=True):
        worker.send(task)
    answers = [worker.answer() for worker in workers]
    return time.perf_counter() - began, answers
