"""The reference table: reports simulated from the prior predictive of every set of claims, as many as its prior odds give it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realpolitik.answers.abc.summaries import Summaries
from realpolitik.case.records import Case
from realpolitik.chance.compiled import law_digest
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.errors import RunError
from realpolitik.fitting import sampler, storage
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.odds import prior_of_sets
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.runfolder import run_key, safe_name
from realpolitik.fitting.synthetic import Reports
from realpolitik.fitting.tables import build_tables
from realpolitik.fitting.weigh import sets_of
from realpolitik.fitting.witness import prior_worlds

Set = tuple[str, ...]
CHUNK = 1024  # worlds simulated at once


@dataclass(frozen=True)
class Reference:
    """``rows`` float32[simulation, column] of :class:`Summaries`, in random order; ``labels`` int[simulation] index into ``sets``."""

    rows: NDArray
    labels: NDArray
    sets: tuple[Set, ...]
    names: tuple[str, ...]


def reference(
    case: Case,
    number: int,
    seed: int,
    folder: Path | None = None,
    accounts: Sequence[str] | None = None,
    pool: Executor | None = None,
    tell: Callable[[float, str], None] | None = None,
) -> Reference:
    """Simulate the table, or read it where an earlier call kept it in ``folder`` under the same law, case and seed."""
    sets = sets_of(case, list(accounts or case.accounts))
    key = run_key(fingerprint=case.fingerprint, kernels=law_digest(), number=number, seed=seed, sets=sets, reference=1)
    path = None if folder is None else folder / f"reference-{safe_name(case.name)}-{key[:12]}.npz"
    names = tuple(Summaries(case).names)
    if path is not None and path.is_file():
        with contextlib.suppress(RunError):  # a torn table is made anew
            arrays, meta = storage.load_arrays(path)
            if meta.get("key") == key:
                return Reference(arrays["rows"], arrays["labels"], tuple(sets), names)
    shares = np.exp(prior_of_sets(case, sets))
    ends = np.round(np.cumsum(shares) * number).astype(int)
    counts = np.diff(ends, prepend=0)
    blocks, labels, done = [], [], 0
    for k, claims in enumerate(sets):
        for first in range(0, int(counts[k]), CHUNK):
            size = min(CHUNK, int(counts[k]) - first)
            if tell is not None:
                tell(done / number, f"reports of {' + '.join(claims) or 'no claim'}")
            blocks.append(_simulated(case, claims, size, _key(seed, claims, first), pool))
            labels += [k] * size
            done += size
    order = np.random.Generator(np.random.Philox(key=int(sampler.stream(seed, "order of the reference table")))).permutation(number)
    made = Reference(np.concatenate(blocks).astype(np.float32)[order], np.array(labels)[order], tuple(sets), names)
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage.unwritable(path, error) from error
        storage.save_arrays(path, {"rows": made.rows, "labels": made.labels}, {"key": key})
    return made


def _key(seed: int, claims: Set, first: int) -> np.uint64:
    own = combine_array(sampler.stream(seed, "reference table"), name_key("claims", *claims))
    return combine_array(own, np.uint64(first))


def _simulated(case: Case, claims: Set, number: int, key: np.uint64, pool: Executor | None) -> NDArray:
    """Summaries of reports of ``number`` worlds from the prior of one set of claims."""
    problem, docket, summaries = build_problem(case, claims), build_docket(case), Summaries(case)
    on = np.ones(len(docket.entries))
    tables = build_tables(case, docket, on, on, {}, claims, problem.places)
    rng = np.random.Generator(np.random.Philox(key=int(combine_array(key, name_key("reports")))))
    worlds = prior_worlds(problem, tables, number, key, pool)
    return np.stack([summaries.row(Reports(case, docket, tables, problem, world, rng).items()) for world in worlds])
