"""Forward worlds only: what an account leads one to expect, before any evidence is looked at."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.crisis.layout import LANES, QUANTITIES
from realpolitik.crisis.reports import paths_by_world
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import NATIONAL, CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids

if TYPE_CHECKING:
    import xarray


class Recorder:
    """Probe that keeps the path of every lane of a block, float32[time, quantity, LANES]."""

    def __init__(self) -> None:
        self.path: NDArray | None = None

    def __call__(self, model: Any, block: Any, step: int, ancestors: NDArray | None, shares: NDArray | None) -> NDArray:
        if self.path is None:
            self.path = np.empty((model.steps, model.path_rows, LANES), np.float32)
        if shares is None:
            model.path(block, self.path[step])
        return self.path


def simulate(case: Case, account: str, worlds: int, seed: int = 1, threads: int | None = None) -> xarray.Dataset:
    """Simulate worlds under the prior of one account, to the clock's end, with paths kept.

    Parameters
    ----------
    worlds : int
        How many; each has its own draw of the parameters. Of a mixture, each set gets its share.

    Returns
    -------
    xarray.Dataset
        ``paths`` [world, quantity, time] float32 (people, troops, weapons, seats, regions, index), ``claims`` [world].
    """
    import xarray as xr

    labels: list[str] = []
    paths = np.empty((worlds, len(NATIONAL) + len(case.regions), len(case.clock.edges_hours) - 1), np.float32)
    mixture = case.accounts[account].mixture
    left = worlds
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        for number, (weight, claims) in enumerate(mixture):
            n = left if number == len(mixture) - 1 else round(worlds * weight)
            left -= n
            if n < 1:
                continue
            problem = build_problem(case, claims)
            model = CrisisModel(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
            key = combine_array(np.uint64(seed), name_key("simulate", *claims))
            z = normals(key, (n, problem.prior.dimension))
            ids = fresh_ids(key, n, model.noise_keys)
            run = run_filter(model, problem.prior.transform(z), ids, 1, seed, pool, probe=Recorder)
            own = paths[len(labels) : len(labels) + n]
            list(pool.map(paths_by_world, run.extra, [own[b * LANES : (b + 1) * LANES] for b in range(len(run.extra))]))
            labels += [" + ".join(claims) or "no claim"] * n
    names = [QUANTITIES[q] for q in NATIONAL] + [f"crowd {r.name}" for r in case.regions]
    times = np.array([np.datetime64(case.clock.moment(h).replace(tzinfo=None), "s") for h in case.clock.edges_hours[1:]])
    return xr.Dataset(
        {
            "paths": (("world", "quantity", "time"), paths),
            "claims": ("world", np.array(labels)),
        },
        coords={"quantity": names, "time": times},
        attrs={"case": case.name, "account": account, "seed": seed},
    )
