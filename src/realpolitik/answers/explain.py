"""One item of evidence: what it says, how it enters, how well each account explains it, what is lost without it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from realpolitik.answers.numbers import (
    line,
    listing,
    moment,
    names,
    number,
    probabilities,
    quantity,
    relative,
    signed,
    times,
)
from realpolitik.answers.rough import about, is_rough, note, told
from realpolitik.case.words import CREDIBILITY, MODES, RELIABILITY
from realpolitik.errors import RunError

ROUGH = 0.7
"""Pareto shape above which an answer by reweighing is not to be relied on."""
_NOTHING = 0.005  # bans, or share of probability: less is rounding

_TREATMENTS = {
    "clamped": "as a fact: every simulated history contains this act within the stated time; an account is judged by "
    "how likely it made the act just then",
    "absence": "as a fact: no simulated history contains this act in the stated time; an account is judged by how "
    "likely it made that the act would not happen",
    "soft": "as a report that may be wrong: histories in which the act happened near the stated time are favoured as "
    "far as the grade deserves",
    "count": "as a figure, judged by what its reporter's figures are worth: he may count persistently high or low, his "
    "early figures lag the truth, and figures of his that repeat each other are one witness, not many",
    "share": "as a sample: so many among so many, which need not be a fair draw from all",
    "place": "as a report on a place that may be wrong: histories in which it was held or lost about then, and in that "
    "way, are favoured as far as the grade deserves",
    "statement": "as somebody's word on a hidden cause: it favours accounts that hold the claim, within narrow limits, "
    "and not at all when the speaker gains by it",
    "copy": "not at all: it repeats a report of the same origin, which has been counted",
    "restated": "not at all: its reporter repeats his own last figure, which has been counted",
}


def explain(results: Mapping[str, Any], identity: str) -> str:
    """What one item says about the accounts, in words and a small table.

    Parameters
    ----------
    results
        ``Run.results``.
    identity
        Id of the item.

    Raises
    ------
    RunError
        When the run has no such item; says which ids come near.
    """
    item = _find(results, identity)
    without = _without(item, results)
    parts = [_what(item), _entering(item), _likelihood(item, results), without, _caveats(item)]
    parts += [note(results)] if without and is_rough(results) else []
    return "\n\n".join(part for part in parts if part)


def _find(results: Mapping[str, Any], identity: str) -> Mapping[str, Any]:
    items = {str(item.get("id")): item for item in results.get("evidence") or ()}
    if identity in items:
        return items[identity]
    wanted = identity.strip().casefold()
    folded = {name.casefold(): name for name in items}
    if wanted in folded:
        return items[folded[wanted]]
    near = [name for name, item in items.items() if str(item.get("row") or "").casefold() == wanted]
    near = near or [folded[name] for name in get_close_matches(wanted[:200], folded, n=5, cutoff=0.5)]
    hint = f"did you mean {listing(near, 'or')}?" if near else _all_ids(list(items))
    raise RunError(f"the run has no item '{line(identity)[:60]}'; {line(hint)}")


def _all_ids(ids: list[str]) -> str:
    return f"its items are {', '.join(ids[:40])}{', …' if len(ids) > 40 else ''}" if ids else "it has no evidence"


def _what(item: Mapping[str, Any]) -> str:
    place = f" in {line(item['where'])}" if item.get("where") else ""
    when = f", {moment(item['when'])}" if item.get("when") else ""
    said = f"{line(item.get('id'))}: {line(item.get('what'))}{place}{_figure(item)}{when}"
    by = listing([line(name) for name in item.get("by") or ()])
    reported = f"reported {moment(item['reported'])}" if item.get("reported") else "reported"
    lines = [said, f"{reported}{f' by {by}' if by else ''}; grade {line(item.get('grade') or 'unknown')}"]
    grade = str(item.get("grade") or "")
    if len(grade) == 2 and grade[0] in RELIABILITY and grade[1] in CREDIBILITY:
        lines += [f"  {grade[0]}: {RELIABILITY[grade[0]]}", f"  {grade[1]}: {CREDIBILITY[grade[1]]}"]
    for name in ("note", "link", "row"):
        if item.get(name):
            lines.append(f"{name}: {line(item[name])}")
    return "\n".join(lines)


def _figure(item: Mapping[str, Any]) -> str:
    value, mode = item.get("value"), item.get("mode")
    shown = quantity(value)
    if not shown:
        return ""
    return f", {shown} ({mode}: {MODES[mode]})" if mode in MODES else f", {shown}"


def _entering(item: Mapping[str, Any]) -> str:
    treatment = str(item.get("treatment") or "")
    return f"It enters {_TREATMENTS[treatment]} ({treatment})." if treatment in _TREATMENTS else ""


def _likelihood(item: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    """The table of bans, best account first, and what it comes to."""
    bans = item.get("bans") or {}
    given = relative(bans, names(results))
    if not given:
        return "The run stored no likelihood of this item."
    stipulated = {name: number((item.get("stipulated") or {}).get(name)) or 0.0 for name in given}
    order = sorted(given, key=lambda name: -given[name])
    width = max(len(line(name)) for name in order)
    lines = ["How well each account explains it, given what was reported before (bans: powers of ten)"]
    for name in order:
        part = f"  of which stipulated {signed(stipulated[name])}" if abs(stipulated[name]) >= _NOTHING else ""
        lines.append(f"  {line(name):<{width}}  {number(bans[name]):+8.2f}  {signed(given[name]):>6} against the mean{part}")
    best, worst = order[0], order[-1]
    spread = given[best] - given[worst]
    if len(order) == 1:
        verdict = "With one account there is nothing to tell apart."
    elif spread < 0.05:
        verdict = "It tells no account from another."
    else:
        verdict = f"It is {times(spread)} as likely under {line(best)} as under {line(worst)} ({spread:.2f} bans)."
    lines += ["", verdict]
    if any(abs(value) >= _NOTHING for value in stipulated.values()):
        lines.append(
            "Stipulated: written into the account, because a claim of it sets how likely the act is; "
            "only the rest is found in the evidence."
        )
    return "\n".join(lines)


def _without(item: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    """How the probabilities would stand had the item not been there."""
    before = probabilities(results)
    after = {name: number(p) for name, p in (item.get("leave_one_out") or {}).items()}
    moved = [
        (name, before[name], after[name])
        for name in before
        if before[name] is not None and after.get(name) is not None and abs(after[name] - before[name]) >= _NOTHING
    ]
    if not any(p is not None for p in after.values()):
        return ""
    if not moved:
        return "Without it no account's probability would differ by more than half a point."
    moved.sort(key=lambda each: -abs(each[2] - each[1]))
    rough, ranges = is_rough(results), {str(a.get("name")): a for a in results.get("accounts") or ()}

    def both(name: str, was: float, now: float) -> str:
        row = ranges.get(name) or {}
        before = told(was, row.get("low"), row.get("high"), rough, exact=True)
        return f"{line(name)} {before} -> {about(now, rough, exact=True)}"

    changes = listing([both(*each) for each in moved])
    leader, other = _leader(before), _leader(after)
    turned = f" {line(other)} would lead instead of {line(leader)}." if other != leader else ""
    kind = item.get("treatment")
    kept = " The act itself stays in every history; its probability no longer counts." if kind == "clamped" else ""
    return f"Without it: {changes}.{turned}{kept}"


def _leader(probability: Mapping[str, float | None]) -> str:
    return max(probability, key=lambda name: -1.0 if probability[name] is None else probability[name])


def _caveats(item: Mapping[str, Any]) -> str:
    shapes = {name: number(k) for name, k in (item.get("pareto_k") or {}).items()}
    rough = [line(name) for name, k in shapes.items() if k is not None and k > ROUGH]
    if not rough:
        return ""
    return (
        f"Mind: for {listing(rough)} the answer without this item rests on few simulated histories "
        f"(Pareto k above {ROUGH}); leave it out of the case and weigh again to be sure."
    )
