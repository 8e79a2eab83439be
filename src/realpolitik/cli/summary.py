"""What `run` and `weigh` print for a person: the odds, what decides them, what to mind."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realpolitik.answers.diff import brief, probability
from realpolitik.answers.numbers import NORMAL_90, percent, relative, signed, whole_percent
from realpolitik.answers.rough import about, is_rough, told
from realpolitik.answers.rough import note as rough_note
from realpolitik.cli.output import cell, shortened, table

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
    """Write the first line and the table of accounts, likeliest first; a probability of a rough run without decimals, its range beside."""
    rough = is_rough(results)
    rows = [
        (
            account["name"],
            whole_percent(account["probability"]) if rough else percent(account["probability"]),
            f"out: cannot produce {account['dead']['item']}" if account.get("dead") else _interval(account),
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
    closing = f"\n\n{rough_note(results)}" if rough else ""
    return f"{first}\n\n{shown}{note}{closing}" if first else f"{shown}{note}{closing}"


def _interval(account: Mapping[str, Any]) -> str:
    low, high = account.get("low"), account.get("high")
    return "" if low is None or high is None else f"{percent(low)} to {percent(high)}"


def _deciding(results: Mapping[str, Any]) -> str:
    """Tabulate the items that move the odds most: what each gives or takes, against the mean over all accounts."""
    names = [account["name"] for account in _ranked(results)[:_COLUMNS]]
    items = sorted((item for item in results["evidence"] if item.get("diagnosticity")), key=lambda item: -item["diagnosticity"])
    everybody = [account["name"] for account in results["accounts"]]
    rows = []
    for item in items[:_DECIDING]:
        given = relative(item["bans"], everybody)
        bans = (signed(given[name]) if name in given else "-" for name in names)
        rows.append((item["id"], shortened(_about(item)), item["diagnosticity"], *bans))
    return table(("item", "what", "diagnosticity", *names), rows, right=range(2, 3 + len(names))) if rows else ""


def _ranked(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Sort the accounts, likeliest first; log evidence decides where no probability is given."""

    def merit(account: Mapping[str, Any]) -> tuple[float, float]:
        probability, evidence = account["probability"], account["log_evidence"]
        return (-1.0 if probability is None else probability, -math.inf if evidence is None else evidence)

    return sorted(results["accounts"], key=merit, reverse=True)


def _about(item: Mapping[str, Any]) -> str:
    return f"{item['what']}, {item['where']}" if item.get("where") else str(item["what"])


def of_combined(found: Mapping[str, Any]) -> str:
    """Write the odds of every claim by itself, the likeliest sets, and whether the accounts' own fits agree."""
    rough = bool(found.get("rough"))
    claims = sorted(found["claims"], key=lambda c: -c["probability"])
    rows = [
        (c["name"], percent(c["prior"]), percent(c["probability"]), f"{percent(c['low'])} to {percent(c['high'])}", signed(c["bans"]))
        for c in claims
    ]
    shown = table(("claim by itself", "before", "probability", "90 % interval", "bans"), rows, right=(1, 2, 3, 4))
    sets = [
        (shortened(" + ".join(s["claims"]) or "no claim", 60), about(s["probability"], rough, exact=True), _by(s))
        for s in found["sets"][:_DECIDING]
    ]
    likeliest = table(("claims held together", "probability", ""), sets, right=(1,))
    both = [(r["name"], percent(r["prior"]), *_both(r, rough), signed(r["errors"])) for r in found["told"]]
    heads = ("among sets that accounts tell", "before", "in one fit", "in their own fits", "standard errors apart")
    verb = "agrees" if found["agree"] else "does not agree"  # told only where there is something to compare
    compared = f"\n\n{table(heads, both, right=(1, 2, 3, 4))}\n\nOne fit {verb} with the accounts' own fits." if both else ""
    return f"{shown}\n\n{likeliest}{compared}"


def _by(one: Mapping[str, Any]) -> str:
    return "told" if one["told"] else "told by nobody"


def _both(row: Mapping[str, Any], rough: bool) -> tuple[str, str]:
    """A claim among the sets that accounts tell: in one fit, and in the accounts' own with the 90 % interval of their error."""
    apart, error = row["apart"], NORMAL_90 * row["apart_se"]
    own = told(apart, max(apart - error, 0.0), min(apart + error, 1.0), rough, exact=True)
    return told(row["probability"], row.get("low"), row.get("high"), rough, exact=True), own


def of_diff(found: Mapping[str, Any]) -> str:
    """Write what moved between two runs, and why: a sentence, the odds, the items, and last the settings."""
    rough = found.get("rough") or {}
    odds = [
        (row["account"], *(probability(row, when, rough) for when in ("before", "after")), _moved(row["change"]), row["beyond_chance"])
        for row in found["odds"]
    ]
    items = [
        (row["id"], row["what"], row["change"], row["account"], _moved(row["moves"]), shortened(row["how"], 60))
        for row in found["evidence"]
    ]
    settings = [(row["setting"], brief(row["before"]), brief(row["after"])) for row in found["settings"]]
    parts = [
        found["sentence"],
        table(("account", "before", "after", "bans", "beyond chance"), odds, right=(1, 2, 3)),
    ]
    if items:
        parts.append(table(("item", "what", "change", "account", "bans", "how"), items, right=(4,)))
    if settings:
        parts.append(table(("setting", "before", "after"), settings))
    return "\n\n".join(parts)


def _moved(bans: float | None) -> str:
    return "-" if bans is None else signed(bans)
