"""Finished synthetic crises as one table, and what follows from it as one document.

The table (CSV, one line per crisis) is what is committed: all figures of docs/validation.md are computed from it again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from realpolitik.errors import RunError, printable
from realpolitik.fitting import calibration as c

ABOUT = ("simulator", "case", "effort", "law", "where")
"""What a crisis of a wrong simulator, or one chosen for a decision, keeps beside: which one, and what was weighed how."""
WEIGHTS = {"coarsened": "coarsened (ζ)", "full": "full weight (ζ = 1)"}


def table_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """The crises as CSV: number, true account, and by weight what was stated, the largest s.e. and drift, and the ranks."""
    weights = [w for w in WEIGHTS if w in rows[0]]
    about = [name for name in ABOUT if name in rows[0]]
    prior = list(rows[0].get("prior", ()))
    heads, lines = ["number", "account", "zeta", *about, *(f"prior: {a}" for a in prior)], []
    for w in weights:
        heads += [f"{w}: {a}" for a in rows[0][w]["stated"]] + [f"{w} s.e.", f"{w} drift"]
        heads += [f"{w} rank: {q}" for q in rows[0][w]["ranks"]]
    for row in rows:
        line: list[Any] = [row["number"], row["account"], f"{row['zeta']:.4f}", *(row[name] for name in about)]
        line += [f"{row['prior'][a]:.6f}" for a in prior]
        for w in weights:
            own = row[w]
            line += [f"{p:.6f}" for p in own["stated"].values()] + [f"{own['se']:.3f}", f"{own['drift']:.3f}"]
            line += [f"{r:.4f}" for r in own["ranks"].values()]
        lines.append(line)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([heads, *lines])
    return text.getvalue()


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows behind :func:`table_of`.

    Raises
    ------
    RunError
        When the file cannot be read or is not such a table.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        return [_row(line) for line in lines] if lines else []
    except OSError as error:
        raise RunError(f"could not read '{printable(str(path))}': {error.strerror or error}") from None
    except (KeyError, ValueError, TypeError, csv.Error):
        raise RunError(f"'{printable(str(path))}' is not a table of `realpolitik calibrate --save`") from None


def _row(line: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"number": int(line["number"]), "account": line["account"], "zeta": float(line["zeta"])}
    row |= {name: line[name] for name in ABOUT if name in line}
    if prior := {k.removeprefix("prior: "): float(v) for k, v in line.items() if k.startswith("prior: ")}:
        row["prior"] = prior
    for w in WEIGHTS:
        stated = {k.removeprefix(f"{w}: "): float(v) for k, v in line.items() if k.startswith(f"{w}: ")}
        if stated:
            own = {k.removeprefix(f"{w} rank: "): float(v) for k, v in line.items() if k.startswith(f"{w} rank: ")}
            drift = line.get(f"{w} drift") or line[f"{w} climb"]  # what tables of older samplers hold
            row[w] = {"stated": stated, "se": float(line[f"{w} s.e."]), "drift": float(drift), "ranks": own}
            if row["account"] not in stated:
                raise ValueError(row["account"])
    return row


def report(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything that follows from the crises, by weight; None where there are too few to say."""
    found: dict[str, Any] = {"crises": len(rows)}
    if not rows:
        return found
    found |= {name: rows[0][name] for name in ABOUT if name in rows[0]}
    accounts = list(next(rows[0][w] for w in WEIGHTS if w in rows[0])["stated"])
    truth = np.array([accounts.index(row["account"]) for row in rows])
    found |= {
        "accounts": accounts,
        "true": {a: int(np.sum(truth == k)) for k, a in enumerate(accounts)},
        "zeta": float(np.mean([row["zeta"] for row in rows])),
        "weights": {w: of_weight(rows, w, truth) for w in WEIGHTS if w in rows[0]},
    }
    return found


def stated_of(rows: Sequence[Mapping[str, Any]], weight: str) -> np.ndarray:
    """What was stated, float[crisis, account]."""
    stated = np.array([list(row[weight]["stated"].values()) for row in rows])
    return stated / stated.sum(axis=1, keepdims=True)


def of_weight(rows: Sequence[Mapping[str, Any]], weight: str, truth: np.ndarray) -> dict[str, Any]:
    """Everything that follows from what was stated under one weight."""
    stated = stated_of(rows, weight)
    histograms = {}
    for name in rows[0][weight]["ranks"]:
        counts, p = c.rank_histogram([row[weight]["ranks"][name] for row in rows])
        histograms[name] = {"counts": counts, "p": p}
    return of_stated(stated, truth) | {
        "ranks": histograms,
        "se": {"median": float(np.median([row[weight]["se"] for row in rows])), "max": max(row[weight]["se"] for row in rows)},
        "drift": float(np.median([row[weight]["drift"] for row in rows])),
    }


def of_stated(stated: np.ndarray, truth: np.ndarray, prior: np.ndarray | None = None) -> dict[str, Any]:
    """Everything that follows from stated probabilities [crisis, account] and the accounts that were true."""
    enough = len(truth) > 2
    logistic = c.logistic_slope(stated, truth) if enough else None
    return {
        "crises": len(truth),
        "slope": told(logistic[0] if logistic else None),
        "intercept": told(logistic[1] if logistic else None),
        "exponent": told(c.exponent(stated, truth, prior) if enough else None),
        "stated_minus_hit": told(c.stated_minus_hit(stated, truth) if enough else None),
        "stated_of_leader": float(stated.max(axis=1).mean()),
        "led": told(c.led(stated, truth)),
        "calibration_error": asdict(c.against_null(stated, truth)),
        "log_score": c.log_score(stated, truth),
        "reliability": c.reliability(stated, truth),
    }


def told(estimate: c.Estimate | None) -> dict[str, float] | None:
    """An estimate as plain numbers."""
    return None if estimate is None else {**asdict(estimate), "half_width": estimate.half_width}


FIGURES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "logistic calibration slope": lambda r: interval(r["slope"], True),
    "intercept of it": lambda r: interval(r["intercept"]),
    "best power on the odds": lambda r: interval(r["exponent"]),
    "stated of the leader": lambda r: f"{r['stated_of_leader']:.3f}",
    "true account led": lambda r: interval(r["led"]),
    "leader's stated minus hit rate": lambda r: interval(r["stated_minus_hit"]),
    "expected calibration error": lambda r: f"{r['calibration_error']['error']:.3f}",
    "the same of a perfect forecaster: mean, 95 %": lambda r: null(r["calibration_error"]),
    "perfect forecasters with as large an error": lambda r: f"{r['calibration_error']['share']:.3f}",
    "log score, nats": lambda r: f"{r['log_score']:.3f}",
}
"""Lines of the table of figures: name and how :func:`of_stated` fills it."""


def figures(columns: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Rows of the table of figures, a column each."""
    return [[name, *(show(r) for r in columns)] for name, show in FIGURES.items()]


def text_of(found: Mapping[str, Any]) -> str:
    """The report as Markdown: one table of figures, the reliability diagram, the ranks."""
    if not found["crises"]:
        return "No crisis is finished."
    weights = found["weights"]
    true = ", ".join(f"{a} {n}" for a, n in found["true"].items())
    chosen = f" chosen for: {found['where']}, law {found['law']}" if "where" in found else ""
    parts = [f"{found['crises']} synthetic crises{chosen} (true account: {true}); ζ {found['zeta']:.2f} on average."]
    heads = [WEIGHTS[w] for w in weights]
    errors = ["largest s.e. of a log evidence in a crisis: median, maximum"]
    errors += [f"{r['se']['median']:.2f}, {r['se']['max']:.2f}" for r in weights.values()]
    parts.append(markdown(["", *heads], [*figures(list(weights.values())), errors]))
    parts.append("Reliability: pairs of crisis and account by what was stated, and how many of them were true.")
    parts.append(reliability(weights))
    names = next(iter(weights.values()))["ranks"]
    if not names:  # a wrong simulator has no true parameters
        return "\n\n".join(parts)
    parts.append("Ranks of the truth among posterior draws of its own set of claims, counts by tenth (flat if calibrated), and χ² p.")
    ranked = [[name, *(_histogram(r["ranks"][name]) for r in weights.values())] for name in names]
    parts.append(markdown(["quantity", *heads], ranked))
    return "\n\n".join(parts)


def reliability(columns: Mapping[str, Any]) -> str:
    """The reliability diagram of each column as one table."""
    rows = []
    for k, cell in enumerate(next(iter(columns.values()))["reliability"]):
        own = [r["reliability"][k] for r in columns.values()]
        rows.append([f"{cell['from']:.1f} to {cell['to']:.1f}", *(text for one in own for text in _cell(one))])
    heads = [WEIGHTS.get(name, name) for name in columns]
    return markdown(["stated", *(f"{h}: {what}" for h in heads for what in ("pairs", "mean stated", "true"))], rows)


def interval(one: Mapping[str, float] | None, half: bool = False) -> str:
    """An estimate with its 95 % interval, in words where there is none."""
    if one is None:
        return "too few to say"
    text = f"{one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
    return f"{text}, half-width {one['half_width']:.2f}" if half else text


def null(one: Mapping[str, float]) -> str:
    """Mean and 95 % quantile of a perfect forecaster's error."""
    return f"{one['mean']:.3f}, {one['high']:.3f}"


def _cell(one: Mapping[str, Any]) -> tuple[str, str, str]:
    if not one["pairs"]:
        return "0", "-", "-"
    return str(one["pairs"]), f"{one['stated']:.3f}", f"{one['true']} ({one['true'] / one['pairs']:.2f})"


def _histogram(one: Mapping[str, Any]) -> str:
    return f"{' '.join(map(str, one['counts']))}; {one['p']:.3f}"


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows])
