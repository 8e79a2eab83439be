"""The second opinion on the synthetic crises of a calibration: the same reports, weighed by forests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from realpolitik.answers.abc.forest import opinion
from realpolitik.answers.abc.reference import reference
from realpolitik.answers.abc.summaries import Summaries
from realpolitik.answers.abc.table import SECOND
from realpolitik.case.records import Case
from realpolitik.errors import RunError
from realpolitik.fitting import blind, sampler, storage
from realpolitik.fitting.efforts import EFFORTS
from realpolitik.fitting.odds import shares_of_accounts
from realpolitik.fitting.synthetic import synthesise
from realpolitik.fitting.wrong.kinds import kind_of


def about(folder: Path) -> dict[str, Any] | None:
    """What a calibration's folder says of itself, None if it is not one."""
    path = folder / blind.ABOUT
    return storage.read_json(path) if path.is_file() else None


def compare(
    case: Case, folder: Path, rows: int, trees: int, seed: int, threads: int, tell: Callable[[float, str], None] | None = None
) -> list[dict[str, Any]]:
    """Form the second opinion on every finished crisis in ``folder``; gives it beside what was stated (rows of table.py).

    Raises
    ------
    RunError
        When the crises are another version's or another case's (they could not be made again), or none is finished.
    """
    told = about(folder) or {}
    wrong = bool(told.get("wrong"))
    if told.get("where") or told.get("forecasts"):
        raise RunError(f"'{folder}' holds forecasts, or crises chosen for a decision: the second opinion goes with crises of all kinds")
    plan = blind.Calibration(case, told.get("effort", ""), EFFORTS.get(told.get("effort", ""), EFFORTS["quick"]), told.get("seed", 0),
                             tuple(told.get("weights", ())), wrong)  # fmt: skip
    if plan.key != told.get("key"):
        raise RunError(f"'{folder}' holds crises of another version, case or effort: they cannot be made again; calibrate anew")
    files = blind.finished(folder)
    weighed = [storage.read_json(files[number]) for number in sorted(files)]
    if not weighed:
        raise RunError(f"'{folder}' holds no finished crisis")
    with ThreadPoolExecutor(threads) as pool:
        table = reference(case, rows, seed, folder.parent, None, pool, None if tell is None else lambda done, said: tell(0.7 * done, said))
    summaries = Summaries(case)
    if tell is not None:
        tell(0.7, "reports of the crises")
    crises = [synthesise(case, plan.seed, row["number"], kind_of(plan.seed, row["number"]) if wrong else None) for row in weighed]
    observed = np.stack([summaries.row(crisis.case.evidence) for crisis in crises])
    if tell is not None:
        tell(0.75, "forests")
    sets = list(table.sets)
    found = opinion(table.rows, table.labels, len(sets), observed, trees, int(sampler.stream(seed, "forest") >> np.uint64(33)), threads)
    shares = shares_of_accounts(case, list(case.accounts), sets)
    sd = np.sqrt(np.square(found.sd) @ np.square(shares.T))
    made = {"case": case.name, "effort": plan.effort, "rows": rows, "trees": trees, "seed": seed, "error": found.error}
    names, joined = list(case.accounts), []
    for row, p, s in zip(weighed, found.probabilities @ shares.T, sd, strict=True):
        own = {w: {part: row[w][part] for part in ("stated", "sd")} for w in plan.weights}
        own[SECOND] = {part: dict(zip(names, values.tolist(), strict=True)) for part, values in (("stated", p), ("sd", s))}
        joined.append({"number": row["number"], "account": row["account"], "about": made, **own})
    return joined
