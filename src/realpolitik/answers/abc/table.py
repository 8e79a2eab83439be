"""Crises weighed by both, as one table: what is committed, and what docs/validation-abc.md is computed from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from realpolitik.errors import RunError, printable
from realpolitik.fitting.calibration_report import WEIGHTS

ABOUT = {"case": str, "effort": str, "rows": int, "trees": int, "seed": int, "error": float}
SECOND = "second"


def table_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """The crises as CSV: true account, what each method states of each account and its standard error, and what made it."""
    kinds = [name for name in (*WEIGHTS, SECOND) if name in rows[0]]
    accounts = list(rows[0][SECOND]["stated"])
    heads = ["number", "account", *ABOUT]
    heads += [f"{kind}{part}: {a}" for kind in kinds for part in ("", " sd") for a in accounts]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    for row in rows:
        line = [row["number"], row["account"], *(row["about"][name] for name in ABOUT)]
        writer.writerow(line + [f"{row[kind][part][a]:.6f}" for kind in kinds for part in ("stated", "sd") for a in accounts])
    return text.getvalue()


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows behind :func:`table_of`. RunError when the file cannot be read or is not such a table."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return [_row(line) for line in csv.DictReader(file)]
    except OSError as error:
        raise RunError(f"could not read '{printable(str(path))}': {error.strerror or error}") from None
    except (KeyError, ValueError, TypeError, csv.Error):
        raise RunError(f"'{printable(str(path))}' is not a table of `realpolitik second-opinion --save`") from None


def _row(line: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"number": int(line["number"]), "account": line["account"]}
    row["about"] = {name: kind(line[name]) for name, kind in ABOUT.items()}
    for name in (*WEIGHTS, SECOND):
        stated, sd = ({k.removeprefix(p): float(v) for k, v in line.items() if k.startswith(p)} for p in (f"{name}: ", f"{name} sd: "))
        if stated:
            row[name] = {"stated": stated, "sd": sd}
    if row["account"] not in row[SECOND]["stated"]:
        raise ValueError(row["account"])
    return row
