"""A process that reads spoiled cases, one after the other, under limits; its parent is `running`.

Reads numbers of cases from stdin, one a line, and writes one JSON line for each. A case may use SECONDS of processor time; one that
takes longer, or more memory than the process may have, is a finding. A case that hangs without using the processor is the parent's to
notice.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from .judging import judged
from .mutations import spoiled

SECONDS = 2.0
MEMORY = 2**30


class TooLong(BaseException):
    """Not an `Exception`: nothing on the way may swallow it."""


def _too_long(signal_number: int, frame: object) -> None:
    raise TooLong


def outcome(folder: Path) -> tuple[str, str, float]:
    """("valid", "refused" or "fault"), what the fault was, and seconds of processor time."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    began = time.process_time()
    try:
        ended, why = judged(folder), ""
    except TooLong:
        ended, why = "fault", f"more than {SECONDS:g} s\n" + traceback.format_exc()
    except MemoryError:
        ended, why = "fault", "more than 1 GB\n" + traceback.format_exc()
    except (Exception, RecursionError):
        ended, why = "fault", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    return ended, why, time.process_time() - began


def write(folder: Path, files: dict[str, bytes]) -> None:
    """A folder with these files and no others."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if old.name not in files:
            old.unlink()
    for name, raw in files.items():
        (folder / name).write_bytes(raw)


def main() -> None:
    """Work until stdin ends."""
    seed = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    memory = Path("/dev/shm")  # files are written a hundred times a second
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as scratch:
        folder = Path(scratch) / "case"
        for line in sys.stdin:
            number = int(line)
            files, done = spoiled(number, seed)
            write(folder, files)
            ended, why, seconds = outcome(folder)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(json.dumps({"number": number, "ended": ended, "why": why, "done": done, "seconds": seconds, "mb": peak}), flush=True)


if __name__ == "__main__":
    main()
