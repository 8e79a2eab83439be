"""Prior predictive check: is every figure something that at least one account could have led one to expect?

``python -m realpolitik.fitting.prior_check kazakhstan-2022`` prints, for each figure outside the 98 % range of every account's prior
predictive, the range that came nearest. Acts fixed by the evidence happen when they did; nothing else of the evidence is used.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from realpolitik.case.records import Case
from realpolitik.fitting import sampler
from realpolitik.fitting.account import replay
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.predictive import check
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids
from realpolitik.fitting.weigh import sets_of

PARTICLES = 1024
_NOTHING = 1e-12  # power of an item that is judged and weighs nothing


def prior_predictive(case: Case, seed: int = 1, particles: int = PARTICLES) -> dict[str, dict]:
    """For each figure: whether some account's 98 % prior predictive range holds it, and the ranges by set of claims."""
    docket = build_docket(case)
    found: dict[str, dict] = {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for claims in sets_of(case, list(case.accounts)):
            problem = build_problem(case, claims)
            nothing = np.full(len(docket.entries), _NOTHING)
            # mask 0: no figure teaches a reporter's bias; every item is judged all the same
            model = CrisisModel(problem, docket, nothing, mask=np.zeros(len(nothing)), last=len(problem.T) - 1)
            key = sampler.stream(seed, "prior check", *claims)
            z = normals(key, (particles, problem.prior.dimension))
            ids = fresh_ids(key, particles, model.noise_keys)
            kept = replay(model, problem.prior.transform(z), ids, 1, seed, pool)
            flat = np.full(particles, 1.0 / particles)
            for c in check(docket, kept.reports, kept.expected, flat, np.ones(len(nothing), bool)):
                item = docket.entries[c.index].item
                row = found.setdefault(
                    item.id,
                    {"what": item.what, "where": item.where, "observed": c.observed, "inside": False, "ranges": {}},
                )
                row["inside"] |= c.outer_low <= c.observed <= c.outer_high
                row["ranges"][" + ".join(claims) or "no claim"] = (c.outer_low, c.outer_high)
    return found


def main() -> None:
    """Print the figures that no account expects."""
    from realpolitik.case.reader import load
    from realpolitik.crisis.parameters import NAMES

    found = prior_predictive(load(sys.argv[1], parameters=NAMES))
    out = {name: row for name, row in found.items() if not row["inside"]}
    print(f"{len(found) - len(out)} of {len(found)} figures lie inside the 98 % range of at least one account's prior predictive")
    for name, row in out.items():
        widest = max(row["ranges"].items(), key=lambda r: r[1][1])
        low, high = widest[1]
        told = f"{row['what']}, {row['where'] or 'nation'}: {row['observed']:g}"
        print(f"{name}: {told}; {widest[0]} expects {low:.4g} to {high:.4g}")


if __name__ == "__main__":
    main()
