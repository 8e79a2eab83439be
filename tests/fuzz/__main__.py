"""`python -m tests.fuzz --files 100000`: read so many spoiled cases and say what came of it; ends with 1 where there is a fault."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from .mutations import spoiled
from .running import run
from .worker import write


def main() -> int:
    """Run, tell, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=100_000, help="how many spoiled cases")
    parser.add_argument("--first", type=int, default=0, help="number of the first, to go on where a run stopped")
    parser.add_argument("--seed", type=int, default=1, help="other numbers of cases for another seed")
    parser.add_argument("--write", type=int, metavar="NUMBER", help="write this one case to the folder `fuzzed` instead")
    options = parser.parse_args()
    if options.write is not None:
        files, done = spoiled(options.write, options.seed)
        write(Path("fuzzed"), files)
        print("; ".join(done))
        return 0
    began, ended, slowest, memory = time.perf_counter(), Counter(), (0.0, -1), 0
    for found in run(range(options.first, options.first + options.files), options.seed):
        ended[found["ended"]] += 1
        slowest, memory = max(slowest, (found["seconds"], found["number"])), max(memory, found["mb"])
        if found["ended"] == "fault":
            print(f"\ncase {found['number']} ({'; '.join(found['done'])}): {found['why']}", flush=True)
        done = sum(ended.values())
        if done % 1000 == 0 or done == options.files:
            rate = done / (time.perf_counter() - began)
            print(
                f"{done:,} cases, {rate:.0f} a second: {ended['valid']:,} valid, {ended['refused']:,} refused, {ended['fault']} faults; "
                f"slowest {slowest[0]:.2f} s (case {slowest[1]}), most memory {memory} MB",
                flush=True,
            )
    return 1 if ended["fault"] else 0


if __name__ == "__main__":
    sys.exit(main())
