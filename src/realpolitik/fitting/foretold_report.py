"""Forecasts of synthetic crises as one table, and how often they came true.

The table (CSV, one line per crisis) is what is committed: all figures of docs/validation-forecasts.md are computed from it again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from realpolitik.errors import RunError, printable
from realpolitik.fitting import calibration as c
from realpolitik.fitting.calibration_report import WEIGHTS, figures, interval, markdown, of_stated, reliability, stated_of, told

ABOUT = ("case", "effort", "law")
LEVELS = (0.5, 0.8, 0.9)
BINS = 10


def is_foretold(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these are forecasts of crises."""
    return bool(rows) and "date" in rows[0]


def table_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """The crises as CSV: number, true account, date, reports known; which acts came; by weight odds, places, widths and chances."""
    weights = [w for w in WEIGHTS if w in rows[0]]
    lines = []
    for row in rows:
        line: dict[str, Any] = {name: row[name] for name in ("number", "account", *ABOUT, "known")} | {"date": f"{row['date']:.2f}"}
        line |= {f"took: {act}": int(took) for act, took in row["took"].items()}
        for w in weights:
            own = row[w]
            line |= {f"{w}: {a}": f"{p:.6f}" for a, p in own["stated"].items()} | {f"{w} s.e.": f"{own['se']:.3f}"}
            for what, digits in (("place", 5), ("width", 4), ("chance", 6)):
                line |= {f"{w} {what}: {name}": f"{value:.{digits}f}" for name, value in own[what].items()}
        lines.append(line)
    heads = list(dict.fromkeys(head for line in lines for head in line))
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows behind :func:`table_of`; an empty list where the file is a table of another kind.

    Raises
    ------
    RunError
        When the file cannot be read or is damaged.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        return [_row(line) for line in lines] if lines and "date" in lines[0] else []
    except OSError as error:
        raise RunError(f"could not read '{printable(str(path))}': {error.strerror or error}") from None
    except (KeyError, ValueError, TypeError, AttributeError, csv.Error):
        raise RunError(f"'{printable(str(path))}' is not a table of `realpolitik calibrate --forecasts --save`") from None


def _row(line: Mapping[str, str]) -> dict[str, Any]:
    def named(head: str) -> dict[str, float]:
        return {k.removeprefix(head): float(v) for k, v in line.items() if k.startswith(head) and v != ""}

    row: dict[str, Any] = {"number": int(line["number"]), "account": line["account"], "date": float(line["date"])}
    row |= {name: line[name] for name in ABOUT} | {"known": int(line["known"])}
    row["took"] = {act: bool(took) for act, took in named("took: ").items()}
    for w in WEIGHTS:
        if stated := named(f"{w}: "):
            row[w] = {"stated": stated, "se": float(line[f"{w} s.e."])}
            row[w] |= {what: named(f"{w} {what}: ") for what in ("place", "width", "chance")}
            if row["account"] not in stated or set(row[w]["chance"]) != set(row["took"]):
                raise ValueError(row["account"])
    return row


def report(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything that follows from the crises, by weight: odds of the date, coverage and places of figures, chances of acts."""
    found: dict[str, Any] = {"crises": len(rows), **{name: rows[0][name] for name in ABOUT}}
    weights = [w for w in WEIGHTS if w in rows[0]]
    accounts = list(rows[0][weights[0]]["stated"])
    truth = np.array([accounts.index(row["account"]) for row in rows])
    found["known"] = float(np.median([row["known"] for row in rows]))
    found["weights"] = {w: _of_weight(rows, w, truth) for w in weights}
    return found


def _of_weight(rows: Sequence[Mapping[str, Any]], w: str, truth: np.ndarray) -> dict[str, Any]:
    places = [list(row[w]["place"].values()) for row in rows]
    names = list(dict.fromkeys(name for row in rows for name in row[w]["place"]))
    by_name = {name: [row[w]["place"][name] for row in rows if name in row[w]["place"]] for name in names}
    widths = [v for row in rows for v in row[w]["width"].values()]
    return {
        "odds": of_stated(stated_of(rows, w), truth),
        "forecasts": sum(map(len, places)),
        "coverage": {f"{level:g}": told(coverage(places, level)) for level in LEVELS},
        "places": {name: _histogram(found) for name, found in by_name.items()} | {"all": _histogram([p for own in places for p in own])},
        "width": float(np.exp(np.median(widths))),
        "acts": acts([(list(row[w]["chance"].values()), list(row["took"].values())) for row in rows]),
    }


def _histogram(places: Sequence[float]) -> list[int]:
    return np.histogram(places, BINS, (0.0, 1.0))[0].tolist()


def coverage(places: Sequence[Sequence[float]], level: float) -> c.Estimate:
    """Share of truths inside the central interval of a level; forecasts of one crisis [crisis][forecast] are no independent witnesses."""
    inside = [np.abs(np.asarray(own) - 0.5) <= 0.5 * level for own in places]
    return c.ratio([float(own.sum()) for own in inside], [len(own) for own in inside])


def acts(pairs: Sequence[tuple[Sequence[float], Sequence[bool]]]) -> dict[str, Any]:
    """Chances given to acts and what came, [crisis] (chances, taken): slope, mean difference, Brier score beside that of the mean share."""
    crisis = np.repeat(np.arange(len(pairs)), [len(p) for p, _ in pairs])
    stated = np.concatenate([np.asarray(p, float) for p, _ in pairs])
    came = np.concatenate([np.asarray(t, float) for _, t in pairs])
    logistic = c.clustered_slope(stated, came, crisis)
    off = [float(np.sum(np.asarray(p, float) - np.asarray(t, float))) for p, t in pairs]
    return {
        "pairs": len(stated),
        "came": int(came.sum()),
        "slope": told(logistic[0] if logistic else None),
        "stated_minus_came": told(c.ratio(off, [len(p) for p, _ in pairs])),
        "brier": float(np.mean(np.square(stated - came))) if len(stated) else None,
        "brier_of_share": float(np.mean(np.square(came.mean() - came))) if len(stated) else None,
        "reliability": c.binned(stated, came),
    }


def text_of(found: Mapping[str, Any]) -> str:
    """The report as Markdown: figures and acts, then the places, the reliability of acts, and the odds of the dates."""
    weights = found["weights"]
    heads = ["", *(WEIGHTS[w] for w in weights)]
    first = next(iter(weights.values()))
    figures_, acts_ = f"{first['forecasts']:,} forecasts of figures", f"{first['acts']['pairs']:,} of acts"
    parts = [
        f"{found['crises']} synthetic crises, case {found['case']}, effort {found['effort']}, law {found['law']}; "
        f"{found['known']:.0f} reports and denials known at the median date. {figures_}, {acts_}, of which {first['acts']['came']:,} came."
    ]
    lines = [[f"figures inside the {float(level):.0%} interval", *(interval(r["coverage"][level]) for r in weights.values())]
             for level in first["coverage"]]  # fmt: skip
    lines.append(["median width of the 90 % interval, as a factor", *(f"{r['width']:.1f}" for r in weights.values())])
    lines.append(["acts: logistic calibration slope", *(interval(r["acts"]["slope"], True) for r in weights.values())])
    lines.append(["acts: stated less came", *(interval(r["acts"]["stated_minus_came"]) for r in weights.values())])
    for name, key in (("acts: Brier score", "brier"), ("the same, the mean share of all acts said of each", "brier_of_share")):
        scores = [r["acts"][key] for r in weights.values()]
        lines.append([name, *("too few to say" if score is None else f"{score:.3f}" for score in scores)])
    parts.append(markdown(heads, lines))
    parts.append("Where the truth lies in its forecast, counts by tenth (flat if calibrated).")
    parts.append(markdown(["figure", *heads[1:]], [
        [name, *(" ".join(map(str, r["places"][name])) for r in weights.values())] for name in first["places"]]))  # fmt: skip
    parts.append("Acts by the chance they were given, and how many were taken.")
    parts.append(reliability({w: r["acts"] for w, r in weights.items()}))
    parts.append("Odds of the accounts at the date.")
    parts.append(markdown(heads, figures([r["odds"] for r in weights.values()])))
    return "\n\n".join(parts)
