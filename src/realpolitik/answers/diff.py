"""Two runs side by side: which odds moved, and which items or settings did it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from realpolitik.answers.numbers import (
    line,
    listing,
    log_odds,
    names,
    number,
    probabilities,
    relative,
    signed,
)
from realpolitik.answers.rough import is_rough, told

SETTINGS = ("case", "effort", "seed", "as_of", "version", "fingerprint", "fit")
_CONTENT = ("what", "where", "when", "reported", "by", "grade", "value", "mode", "treatment")
_NOTICED = 0.05  # bans


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the results of two runs.

    Returns
    -------
    dict
        ``sentence``
            What moved and why, in words: the odds, then the evidence.
        ``odds``
            Per account ``account, before, after`` (probabilities), ``before_range`` and ``after_range`` ([low, high], 90 %, or None),
            ``change`` (bans of its odds) and ``beyond_chance``: whether the change is more than the Monte Carlo error of both runs. The
            most moved first.
        ``rough``
            ``before, after``: whether that run is (``answers.rough``).
        ``settings``
            ``setting, before, after`` of those that differ.
        ``evidence``
            Items that are new, gone, altered, or count differently: ``id, what, change, how``, and for the account
            whose standing against the mean the item moved most ``account, before, after, moves`` (bans).
        ``bans``
            For items added, removed or altered, ``id, account, before, after``: bans under every account.
    """
    odds = _odds(before, after)
    rough = {"before": is_rough(before), "after": is_rough(after)}
    settings = [
        {"setting": key, "before": before.get(key), "after": after.get(key)} for key in SETTINGS if before.get(key) != after.get(key)
    ]
    evidence, bans = _evidence(before, after)
    return {
        "sentence": _sentence(before, after, odds, evidence, rough),
        "odds": odds,
        "rough": rough,
        "settings": settings,
        "evidence": evidence,
        "bans": bans,
    }


def _odds(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    old, new = probabilities(before), probabilities(after)
    errors = _errors(before), _errors(after)
    ranges = [{str(a.get("name")): _range(a) for a in run.get("accounts") or ()} for run in (before, after)]
    rows = []
    for name in dict.fromkeys([*new, *old]):
        a, b = log_odds(old.get(name)), log_odds(new.get(name))
        change = None if a is None or b is None else b - a
        if name in old and name in new and old[name] == new[name]:
            change = 0.0
        noise = 2.0 * math.hypot(*(known.get(name, 0.0) for known in errors)) / math.log(10)
        beyond = old.get(name) != new.get(name) if change is None else abs(change) > max(noise, _NOTICED)
        rows.append(
            {
                "account": name,
                "before": old.get(name),
                "after": new.get(name),
                "before_range": ranges[0].get(name),
                "after_range": ranges[1].get(name),
                "change": change,
                "beyond_chance": beyond,
            }
        )
    return sorted(rows, key=lambda row: -math.inf if row["change"] is None else -abs(row["change"]))


def _range(account: Mapping[str, Any]) -> list[float] | None:
    low, high = number(account.get("low")), number(account.get("high"))
    return None if low is None or high is None else [low, high]


def probability(row: Mapping[str, Any], when: str, rough: Mapping[str, bool]) -> str:
    """An account's probability ``before`` or ``after``, with its range where either run is rough."""
    ends = row.get(f"{when}_range") or (None, None)
    return told(row[when], *ends, any(rough.values()), exact=True)


def _errors(results: Mapping[str, Any]) -> dict[str, float]:
    return {str(a.get("name")): number(a.get("se")) or 0.0 for a in results.get("accounts") or ()}


def _evidence(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[dict], list[dict]]:
    old, new = ({str(item.get("id")): item for item in run.get("evidence") or ()} for run in (before, after))
    common = [name for name in names(after) if name in names(before)]
    rows, bans = [], []
    for identity in dict.fromkeys([*new, *old]):
        a, b = old.get(identity), new.get(identity)
        change, how = _changed(a, b)
        was, now = (relative((item or {}).get("bans"), common) for item in (a, b))
        moves = {name: now.get(name, 0.0) - was.get(name, 0.0) for name in common}
        most = max(moves, key=lambda name: abs(moves[name]), default=None)
        if not change and (most is None or abs(moves[most]) < _NOTICED):
            continue
        rows.append(
            {
                "id": identity,
                "what": _about(b or a or {}),
                "change": change or "counts differently",
                "how": how,
                "account": most,
                "before": was.get(most),
                "after": now.get(most),
                "moves": None if most is None else moves[most],
            }
        )
        if change:
            given = [(item or {}).get("bans") or {} for item in (a, b)]
            accounts = dict.fromkeys([*given[1], *given[0]])
            bans += [{"id": identity, "account": name, "before": given[0].get(name), "after": given[1].get(name)} for name in accounts]
    # What the analyst altered first, then what merely counts differently; the weightiest on top of each.
    rows.sort(key=lambda row: (row["change"] == "counts differently", -abs(row["moves"] or 0.0)))
    return rows, bans


def _changed(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> tuple[str, str]:
    """What happened to an item between the runs, and to which of its fields."""
    if a is None or b is None:
        return ("added" if a is None else "removed"), ""
    fields = [key for key in _CONTENT if a.get(key) != b.get(key)]
    how = "; ".join(f"{key}: {_shown(a.get(key))} -> {_shown(b.get(key))}" for key in fields)
    return ("altered" if fields else ""), how


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return "nothing" if value is None or value == "" else line(value)


def _about(item: Mapping[str, Any]) -> str:
    return line(item.get("what")) + (f", {line(item['where'])}" if item.get("where") else "")


def _sentence(
    before: Mapping[str, Any], after: Mapping[str, Any], odds: list[dict], evidence: list[dict], rough: Mapping[str, bool]
) -> str:
    if before.get("case") != after.get("case"):
        return f"These are runs of two cases, {line(before.get('case'))} and {line(after.get('case'))}: not comparable."
    parts = [_moved(odds, rough)]
    leaders = [max(p, key=lambda name, p=p: p[name] or 0.0, default="") for p in map(probabilities, (before, after))]
    if leaders[0] != leaders[1]:
        parts.append(f"{line(leaders[1])} leads now, {line(leaders[0])} led before.")
    parts.append(_told(evidence))
    return " ".join(parts)


def _told(evidence: list[dict]) -> str:
    """What the analyst changed in the evidence, and the item that weighs most."""
    counts = {kind: sum(row["change"] == kind for row in evidence) for kind in ("added", "removed", "altered")}
    found = [f"{count} {kind}" for kind, count in counts.items() if count]
    if not found:
        return "The evidence is the same."
    heaviest = max(evidence, key=lambda row: abs(row["moves"] or 0.0))
    bans = heaviest["moves"] or 0.0
    if abs(bans) < _NOTICED:
        return f"Evidence: {listing(found)}."
    account = line(heaviest["account"])
    given = f"gives {account} {bans:.2f} bans" if bans > 0 else f"takes {-bans:.2f} bans from {account}"
    which = f"{line(heaviest['id'])} ({heaviest['change']})"
    return f"Evidence: {listing(found)}; most by {which}, which {given} against the mean."


def _moved(odds: list[dict], rough: Mapping[str, bool]) -> str:
    moved = [row for row in odds if row["beyond_chance"]]
    if not moved:
        return "No account's odds moved by more than the error of the computation."
    changes = []
    for row in moved[:3]:
        if row["before"] is None or row["after"] is None:
            changes.append(f"{line(row['account'])} {'is gone' if row['after'] is None else 'is new'}")
            continue
        bans = "" if row["change"] is None else f" ({signed(row['change'])} bans)"
        went = [probability(row, when, rough) for when in ("before", "after")]
        changes.append(f"{line(row['account'])} went from {went[0]} to {went[1]}{bans}")
    more = f"; {len(moved) - 3} more moved" if len(moved) > 3 else ""
    return f"{listing(changes)}{more}."


def brief(value: Any) -> str:
    """A setting as a table shows it: a fingerprint by its first digits."""
    text = _shown(value)
    return text[:12] + "…" if len(text) > 40 else text
