"""Some crises of a committed table, weighed anew: do they come out as the table says?

A table holds for the law of odds that made it (fitting/law.py), whose digest changes with every edit of a file of the law, also one that
changes no number. This tells the two apart, and lets anybody check a table without making all of it again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from realpolitik.errors import RunError, printable
from realpolitik.fitting import calibration_report, foretold_report
from realpolitik.fitting.blind import Calibration, weigh_one

LAW = "law"
"""The column that no comparison looks at: which law made the table is what is asked."""


def again(
    plan: Calibration, path: Path, count: int, threads: int, tell: Callable[[float, str], None] | None = None
) -> dict[int, list[str]]:
    """Weigh ``count`` crises of a table, evenly spread over it, as ``plan`` says; by number the columns that differ.

    Raises
    ------
    RunError
        When the file is no table that such a plan makes.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = {int(line["number"]): line for line in csv.DictReader(file)}
    except (OSError, KeyError, ValueError, TypeError, csv.Error):
        raise RunError(f"'{printable(str(path))}' is not a table of `realpolitik calibrate --save`") from None
    numbers = sorted(lines)
    chosen = sorted({numbers[k] for k in np.linspace(0, len(numbers) - 1, min(count, len(numbers))).round().astype(int)})
    report = calibration_report if plan.dated is None else foretold_report
    found: dict[int, list[str]] = {}
    with ThreadPoolExecutor(threads) as pool:
        for number, row in zip(chosen, pool.map(lambda n: weigh_one(plan, n, None), chosen), strict=True):
            fresh = next(csv.DictReader(io.StringIO(report.table_of([row]))))
            said = lines[number]
            if other := sorted({h for h in fresh if h not in said} | {h for h, value in said.items() if value and h not in fresh}):
                raise RunError(f"'{printable(str(path))}' is a table of another case, or of other options: see its column '{other[0]}'")
            found[number] = [head for head, value in fresh.items() if head != LAW and said[head] != value]
            if tell is not None:
                tell(len(found) / len(chosen), f"crisis {number}")
    return found


def text_of(found: dict[int, list[str]]) -> str:
    """The outcome in words."""
    same = [number for number, columns in found.items() if not columns]
    lines = [f"{len(same)} of {len(found)} crises come out as the table says, to the last digit."]
    for number, columns in found.items():
        if columns:
            lines.append(f"crisis {number} differs in {len(columns)} columns, the first: {columns[0]}")
    return "\n".join(lines)
