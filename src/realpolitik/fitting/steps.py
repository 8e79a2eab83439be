"""How much the length of a step matters: the worlds of a run's draws, made with coarser and finer steps.

    python -m realpolitik.fitting.steps RUN [--worlds N]

Parameters are those of the run's posterior draws, chance is fresh, and acts that the evidence fixes happen when it says. For every quantity
the mean of log(1 + x) is compared with that of steps of an eighth of an hour: by how much it is off at the worst of the times looked at,
the mean over the run's sets of claims; and by how much that differs between two sets, for only that can move odds. Errors of chance
are stated beside. The steps are those of the hot days (``fine`` of the clock) or, where a case has none, all.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.crisis.layout import QUANTITIES
from realpolitik.crisis.reports import paths_by_world
from realpolitik.fitting import storage
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import NATIONAL
from realpolitik.fitting.posterior import Posterior, Set, load_posterior
from realpolitik.fitting.renewal import fresh_ids
from realpolitik.fitting.runfolder import RESULTS
from realpolitik.fitting.simulate import Recorder

FINEST = 0.125  # hours
COARSER = (3.0, 1.0, 0.5)
TIMES = 8  # moments looked at, evenly over the days with these steps


@dataclass(frozen=True)
class Steps:
    """One step length: ``off`` float64[set, quantity, time], mean of log(1 + x) less that of the finest steps; ``error`` its s.e."""

    hours: float
    off: NDArray
    error: NDArray


def with_steps(case: Case, hours: float) -> Case:
    """The case with steps of ``hours`` on its hot days, or throughout where it has none."""
    clock = case.clock
    if clock.fine:
        return replace(case, clock=replace(clock, fine=tuple((begins, ends, hours) for begins, ends, _ in clock.fine)))
    return replace(case, clock=replace(clock, step_hours=hours))


def moments(case: Case) -> NDArray:
    """Hours at which worlds are compared."""
    clock = case.clock
    begins, ends = (clock.hours(clock.fine[0][0]), clock.hours(clock.fine[-1][1])) if clock.fine else (0.0, float(clock.duration_hours))
    return begins + (ends - begins) * np.arange(1, TIMES + 1) / TIMES


def measure(
    posterior: Posterior, worlds: int, pool: ThreadPoolExecutor, coarser: Sequence[float] = COARSER, finest: float = FINEST
) -> list[Steps]:
    """Compare steps of ``coarser`` hours with the finest, ``worlds`` worlds (at least) of each set of claims."""
    told: dict[float, list[NDArray]] = {hours: [] for hours in (finest, *coarser)}
    for claims in posterior.sets:
        for hours, found in told.items():
            found.append(_levels(posterior, claims, with_steps(posterior.case, hours), worlds, pool))
    found = []
    for hours in coarser:
        apart = [coarse - fine for coarse, fine in zip(told[hours], told[finest], strict=True)]
        error = np.array([a.std(axis=0, ddof=1) / np.sqrt(len(a)) for a in apart])
        found.append(Steps(hours, np.array([a.mean(axis=0) for a in apart]), error))
    return found


def _levels(posterior: Posterior, claims: Set, case: Case, worlds: int, pool: ThreadPoolExecutor) -> NDArray:
    """log(1 + x) of the national quantities, float64[world, quantity, time]."""
    model = replace(posterior, case=case).model(claims, build_docket(case, posterior.as_of))
    z = np.repeat(posterior.sets[claims].z, -(-worlds // len(posterior.sets[claims].z)), axis=0)
    key = combine_array(np.uint64(posterior.seed), name_key("steps", *claims))
    run = run_filter(
        model, model.problem.prior.transform(z), fresh_ids(key, len(z), model.noise_keys), 1, posterior.seed, pool, probe=Recorder
    )
    paths = np.empty((len(z), model.path_rows, model.steps), np.float32)
    list(pool.map(paths_by_world, run.extra, [paths[b * LANES : (b + 1) * LANES] for b in range(len(run.extra))]))
    at = np.searchsorted(model.problem.edges, moments(case) - 1e-6) - 1
    return np.log1p(np.maximum(paths[:, : len(NATIONAL)][:, :, at].astype(float), 0.0))


def rows(found: Sequence[Steps]) -> list[tuple[str, list[tuple[float, float, float]]]]:
    """By quantity and step: how far off at worst on average over sets, the largest difference of two sets, its s.e."""
    told = []
    for q, quantity in enumerate(NATIONAL):
        cells = []
        for one in found:
            off, error = one.off[:, q], one.error[:, q]
            mean, apart = off.mean(axis=0), np.ptp(off, axis=0)
            worst, widest = int(np.argmax(np.abs(mean))), int(np.argmax(apart))
            ends = np.argmax(off[:, widest]), np.argmin(off[:, widest])
            cells.append((float(mean[worst]), float(apart[widest]), float(np.hypot(*error[ends, widest]))))
        told.append((QUANTITIES[quantity], cells))
    return told


def text_of(found: Sequence[Steps]) -> str:
    """A Markdown table."""
    head = [f"{one.hours:g} h: off | apart (s.e.)" for one in found]
    lines = ["| log(1 + x) of | " + " | ".join(head) + " |", "|---|" + "---|---|" * len(found)]
    for name, cells in rows(found):
        lines.append(f"| {name} | " + " | ".join(f"{mean:+.3f} | {apart:.3f} ({error:.3f})" for mean, apart, error in cells) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of one run."""
    parser = argparse.ArgumentParser(prog="python -m realpolitik.fitting.steps", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, metavar="RUN", help="run folder")
    parser.add_argument("--worlds", type=int, default=4000, help="worlds of each set of claims [4000]")
    asked = parser.parse_args(arguments)
    with ThreadPoolExecutor() as pool:
        print(text_of(measure(load_posterior(asked.run, storage.read_json(asked.run / RESULTS)), asked.worlds, pool)))


if __name__ == "__main__":
    main()
