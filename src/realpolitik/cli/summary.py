"""What `run` and `weigh` print for a person: the odds, what decides them, what to mind."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realpolitik.cli.output import cell, percent, shortened, table

_DECIDING = 8
_COLUMNS = 4


def of_run(results: Mapping[str, Any], cable: Path) -> str:
    """Write the summary of a run: whether an account explains the evidence, odds, deciding items, warnings, cable."""
    parts = [odds(results)]
    if deciding := _deciding(results):
        parts.append(f"What decides it, in bans against the mean of all accounts (+1: ten times likelier)\n{deciding}")
    parts += [f"Warning: {cell(text)}" for text in results.get("warnings", [])]
    parts.append(f"cable: {cable}")
    return "\n\n".join(parts)


def odds(results: Mapping[str, Any]) -> str:
    """Write the first line and the table of accounts, likeliest first."""
    rows = [
        (
            account["name"],
            percent(account["probability"]),
            _interval(account),
            account["log_evidence"],
            account["se"],
            shortened(account.get("says", ""), 60),
        )
        for account in _ranked(results)
    ]
    headings = ("account", "probability", "90 % interval", "log evidence", "s.e.", "says")
    shown = table(headings, rows, right=(1, 2, 3, 4))
    reference = results.get("reference") or {}
    note = ""
    if reference.get("log_evidence") is not None:
        found = f"log evidence {cell(reference['log_evidence'])}, s.e. {cell(reference['se'])}"
        note = f"\nreference without politics: {found} (nats)"
    first = cell(results.get("first_line", ""))
    return f"{first}\n\n{shown}{note}" if first else f"{shown}{note}"


def _interval(account: Mapping[str, Any]) -> str:
    low, high = account.get("low"), account.get("high")
    return "" if low is None or high is None else f"{percent(low)} to {percent(high)}"


def _deciding(results: Mapping[str, Any]) -> str:
    """Tabulate the items that move the odds most: what each gives or takes, against the mean over all accounts."""
    names = [account["name"] for account in _ranked(results)[:_COLUMNS]]
    items = sorted(
        (item for item in results["evidence"] if item.get("diagnosticity")), key=lambda item: -item["diagnosticity"]
    )
    rows = []
    for item in items[:_DECIDING]:
        known = [bans for bans in item["bans"].values() if bans is not None]
        mean = sum(known) / len(known) if known else 0.0
        given = (_signed(item["bans"].get(name), mean) for name in names)
        rows.append((item["id"], shortened(_about(item)), item["diagnosticity"], *given))
    return table(("item", "what", "diagnosticity", *names), rows, right=range(2, 3 + len(names))) if rows else ""


def _ranked(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Sort the accounts, likeliest first; log evidence decides where no probability is given."""

    def merit(account: Mapping[str, Any]) -> tuple[float, float]:
        probability, evidence = account["probability"], account["log_evidence"]
        return (-1.0 if probability is None else probability, -math.inf if evidence is None else evidence)

    return sorted(results["accounts"], key=merit, reverse=True)


def _about(item: Mapping[str, Any]) -> str:
    return f"{item['what']}, {item['where']}" if item.get("where") else str(item["what"])


def _signed(bans: float | None, mean: float) -> str:
    return "-" if bans is None else f"{bans - mean:+.2f}"
