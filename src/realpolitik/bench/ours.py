"""realpolitik itself, as one of the tools: the filter and the sampler that fit a crisis, on the models that others can run too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from realpolitik.bench import growth
from realpolitik.bench.influenza import TRUTH, Influenza
from realpolitik.bench.peers.serve import serve
from realpolitik.bench.regions import BETA, Regions, reports
from realpolitik.fitting.filter import Filtered, run_filter
from realpolitik.fitting.sampler import advance, finished, initialise, log_evidence
from realpolitik.fitting.settings import Settings

_LANES = {"influenza": 16384, "regions": 1024}  # worlds a task of a thread runs: enough to make calls from Python cheap


def filters(model: str, count: int, worlds: int, seed: int, threads: int) -> dict[str, Any]:
    """Log likelihood estimates of ``count`` independent filters."""
    ids = np.arange(count, dtype=np.uint64)
    own = Influenza() if model == "influenza" else Regions(reports())
    rows = [*TRUTH, 1.0] if model == "influenza" else [BETA]
    values = np.repeat(np.array(rows)[:, None], count, axis=1)
    with ThreadPoolExecutor(threads) as pool:
        found = run_filter(own, values, ids, worlds, seed, pool if threads > 1 else None, lanes=_LANES[model])
    return {"values": found.evidence.tolist()}


def evidence(seed: int, settings: dict[str, Any], threads: int) -> dict[str, Any]:
    """Log evidence of the flu under β ~ U(1, 4), γ ~ U(0.2, 1.2), by the sampler."""
    plan = Settings(**settings)

    with ThreadPoolExecutor(threads) as pool:

        def likelihood(z: NDArray, ids: NDArray) -> Filtered:
            u = ndtr(z)
            values = np.array([1.0 + 3.0 * u[:, 0], 0.2 + u[:, 1], np.ones(len(z))])
            return run_filter(Influenza(power=1.0), values, ids, plan.worlds, seed, pool if threads > 1 else None, lanes=2048)

        state = initialise(likelihood, seed, "influenza", 2, plan)
        while not finished(state, plan):
            state = advance(state, likelihood, np.ones(1), seed, "influenza", plan)
    value, error = log_evidence(state)
    return {"values": [value], "errors": [error]}


def prepare(told: dict[str, Any]) -> dict[str, Any]:
    """The tasks by name; the models are the package's own."""
    return {
        "filter": filters,
        "evidence": evidence,
        "growth": lambda what, size: {"values": [growth.seconds(what, size)]},
        "shipped": lambda: {"values": [], **growth.shipped_world()},
    }


if __name__ == "__main__":
    serve(prepare)
