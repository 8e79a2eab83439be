"""How far the log evidence of one set of claims moves from seed to seed, beside the error each run states.

python -m realpolitik.fitting.seeds kazakhstan-2022 --claims organised-cells --effort quick --seeds 4
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from realpolitik.case.reader import load
from realpolitik.crisis.parameters import TABLE
from realpolitik.fitting.efforts import EFFORTS
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.weigh import fit_set, fly


def spread(case_name: str, claims: Sequence[str], settings: Settings, seeds: Sequence[int]) -> list[tuple[float, float, float, float]]:
    """(log evidence, its stated standard error, drift, seconds) of each seed, in nats and seconds."""
    case = load(case_name, parameters=[row.name for row in TABLE])
    chosen = tuple(sorted(claims))
    docket, problem = build_docket(case), build_problem(case, chosen)

    def one(seed: int) -> tuple[float, float, float, float]:
        began = time.perf_counter()
        found = fit_set(chosen, problem, docket, settings, seed, fly(case, docket, settings, seed))
        return found.log_evidence, found.se, found.sample.drift, time.perf_counter() - began

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = list(pool.map(one, seeds))
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m realpolitik.fitting.seeds", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("case")
    parser.add_argument("--claims", default="", help="claims of the set, separated by commas; none if left out")
    parser.add_argument("--effort", choices=list(EFFORTS), default="quick")
    parser.add_argument("--seeds", type=int, default=4)
    told = parser.parse_args(arguments)
    claims = [c.strip() for c in told.claims.split(",") if c.strip()]
    rows = np.array(spread(told.case, claims, EFFORTS[told.effort], range(1, told.seeds + 1)))
    print("seed  log evidence  s.e.  drift  seconds")
    for seed, (value, se, drift, seconds) in enumerate(rows, 1):
        print(f"{seed:4d}  {value:12.2f}  {se:4.2f}  {drift:5.2f}  {seconds:7.1f}")
    if len(rows) > 1:
        stated = float(np.sqrt(np.mean(rows[:, 1] ** 2)))
        print(f"spread over seeds {rows[:, 0].std(ddof=1):.2f}, stated {stated:.2f} (root mean square), mean {rows[:, 0].mean():.2f}")


if __name__ == "__main__":
    main()
