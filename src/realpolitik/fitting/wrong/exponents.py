"""The committed exponents: a line for each law of odds, effort and case that was measured on wrong simulators.

The table ships with the program. A line holds for the law and effort it names and for nothing else; where none does, none is used.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realpolitik import __version__
from realpolitik.errors import RunError, printable
from realpolitik.fitting import storage

TABLE = Path(__file__).with_name("exponents.csv")
HEADS = ("case", "effort", "law", "version", "exponent", "best", "low", "high", "crises", "exponent_full_weight")
"""``exponent`` is applied to the odds as stated (coarsened by ζ); that at full weight is kept for comparison."""
WEIGHT = "coarsened"


def read(path: Path = TABLE) -> list[dict[str, Any]]:
    """All lines. RunError when the file is not such a table."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        return [_line(line) for line in lines]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"could not read '{printable(str(path))}': {error.strerror or error}") from None
    except (KeyError, ValueError, TypeError, csv.Error):
        raise RunError(f"'{printable(str(path))}' is not a table of exponents") from None


def _line(line: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: line[name] for name in HEADS}
    found |= {name: float(line[name]) for name in ("exponent", "best", "low", "high")}
    found["crises"] = int(line["crises"])
    found["exponent_full_weight"] = float(line["exponent_full_weight"]) if line["exponent_full_weight"] else None
    if not 0.0 <= found["exponent"] <= 1.0:
        raise ValueError("exponent")
    return found


def holding(law: Any, effort: Any, case: Any, path: Path = TABLE) -> dict[str, Any] | None:
    """The line for this law and effort: of the case itself, else of another case (the latest line); None where there is none."""
    lines = [line for line in read(path) if (line["law"], line["effort"]) == (law, effort)]
    own = [line for line in lines if line["case"] == case]
    return (own or lines)[-1] if lines else None


def add(found: Mapping[str, Any], path: Path = TABLE) -> dict[str, Any]:
    """Write the exponent of a report of wrong simulators into the table, in place of a line for the same case, effort and law.

    Raises
    ------
    RunError
        When the report has no exponent, or the table cannot be read or written.
    """
    own = found["weights"].get(WEIGHT)
    fitted = own and own["exponent"]
    if not fitted:
        raise RunError("too few crises to fit an exponent: nothing was written")
    full = (found["weights"].get("full") or {}).get("exponent")
    line = {name: found[name] for name in ("case", "effort", "law")} | {"version": __version__}
    line |= {"exponent": fitted["value"], **{name: fitted[name] for name in ("best", "low", "high", "crises")}}
    line["exponent_full_weight"] = full["value"] if full else None
    same = ("case", "effort", "law")
    lines = [old for old in read(path) if any(old[name] != line[name] for name in same)] + [line]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows([[_cell(each[name]) for name in HEADS] for each in lines])
    storage.write_text(path, text.getvalue())
    return line


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
