"""Tipping trust: the smallest change of trust in one reporter that turns the order of two accounts.

Which reporters could do it is screened by leaving out what they alone report, which needs no replay. Those that come nearest are then
judged exactly at a few levels of trust, all in the same replay; between two levels the lead is interpolated. Where no single reporter
turns a pair, all reporters of one interest are tried together: every interest but the neutral, and that too where it comes nearest.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from realpolitik.answers.hearing import Hearing
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.reweigh import Reweighed, weigh_up

LEVELS = (0.5, 0.25, 0.0)
MOST = 4  # reporters judged exactly
NEAR = 1.3  # how far beyond full distrust the screening may put the turn, which it does not place exactly
NEUTRAL = "neutral"
_FIXED = ("clamped", "absence", "copy", "restated")
BAN = float(np.log(10.0))

Who = tuple[str, str]  # ("reporter" or "interest", name)


def record(who: Who) -> dict[str, str]:
    """Who is meant, as documents have it: a reporter may bear the name of an interest."""
    return {"kind": who[0], "who": who[1]}


def members(bench: Bench, who: Who) -> list[str]:
    """Reporters that a change of trust is about."""
    kind, name = who
    return [name] if kind == "reporter" else [n for n, r in bench.posterior.case.reporters.items() if r.interest == name]


def candidates(bench: Bench) -> list[Who]:
    """Reporters and interests whose word alone stands behind some item that trust could weaken."""
    case = bench.posterior.case
    own = {e.item.by[0] for e in bench.posterior.docket.entries if len(e.item.by) == 1 and e.treatment not in _FIXED}
    single: list[Who] = [("reporter", name) for name in sorted(own)]
    return single + [("interest", i) for i in sorted({r.interest for r in case.reporters.values()})]


def alone(bench: Bench, who: Who) -> list[int]:
    """Items, by index, that rest on the word of these alone and that trust could weaken."""
    doubted = set(members(bench, who))
    entries = bench.posterior.docket.entries
    return [j for j, e in enumerate(entries) if e.item.by and set(e.item.by) <= doubted and e.treatment not in _FIXED]


def screened(bench: Bench, hearing: Hearing) -> list[Who]:
    """The candidates that come nearest to turning some pair, likeliest first; the leader's pairs count most.

    Behind them every interest with a side of its own, near or not: what all of it together could turn is asked in any case.
    """
    base = {s: bench.posterior.sets[s].log_evidence for s in hearing.sets}
    before = hearing.levels(base)
    order = np.argsort(-before, kind="stable")
    reach: dict[Who, float] = {}
    for who in candidates(bench):
        items = alone(bench, who)
        if not items:
            continue
        change = {}
        for s in hearing.sets:
            gain = -bench.posterior.weight * bench.posterior.sets[s].items[:, items].sum(axis=1)
            change[s] = base[s] + weigh_up(gain)[0]
        after = hearing.levels(change)
        score = 0.0
        for a, b in itertools.combinations(order, 2):
            lead, left = before[a] - before[b], after[a] - after[b]
            # the share of the way to full distrust at which the pair would turn if the lead fell evenly
            turn = lead / (lead - left) if lead > left else np.inf
            if turn <= NEAR:
                score += (2.0 if a == order[0] else 1.0) / (0.1 + turn)
        if score > 0.0:
            reach[who] = score
    ranked = sorted(reach, key=lambda who: -reach[who])
    single = [w for w in ranked if w[0] == "reporter"][:MOST]
    nearest = [w for w in ranked if w[0] == "interest"][:1]
    sided = [w for w in candidates(bench) if w[0] == "interest" and w[1] != NEUTRAL and alone(bench, w)]
    return single + list(dict.fromkeys(nearest + sided))


def terms_of(bench: Bench, chosen: list[Who]) -> dict[tuple[Who, float], Terms]:
    """Terms of each of the chosen at each level of trust, as a share of what the case states."""
    own = bench.posterior.docket.trust
    return {(w, level): Terms({name: level * own.get(name, 1.0) for name in members(bench, w)}) for w in chosen for level in LEVELS}


def tipping(
    hearing: Hearing, base: dict[Set, Reweighed], chosen: list[Who], found: dict[tuple[Who, float], dict[Set, Reweighed]]
) -> list[dict[str, Any]]:
    """One row per pair of accounts, the closest pairs of the leader first.

    ``first`` leads ``second`` by ``bans`` (standard error ``se``); ``who`` (a "reporter" or an "interest", which is its ``kind``) and the
    ``trust`` in him (a share of the case's own) at which they change places, None where nobody's does; ``withheld`` holds the ``kind`` and
    ``who`` of those whose weights did not allow to say, whether they would turn the pair or not, and ``known_to``, the trust in each of
    them down to which the order is known to stand.
    """
    before = hearing.levels({s: base[s].log_evidence for s in hearing.sets})
    order = [int(i) for i in np.argsort(-before, kind="stable")]
    courses: dict[Who, list[tuple[float, np.ndarray, dict[Set, bool]]]] = {}
    for who in chosen:
        course = [(1.0, before, dict.fromkeys(hearing.sets, True))]
        for level in LEVELS:
            at = found[who, level]
            good = {s: at[s].good for s in hearing.sets}
            course.append((level, hearing.levels({s: at[s].log_evidence for s in hearing.sets}), good))
        courses[who] = course
    rows = []
    for a, b in itertools.combinations(order, 2):
        lead = float(before[a] - before[b])
        concerned = [s for i, s in enumerate(hearing.sets) if hearing.shares[a, i] > 0.0 or hearing.shares[b, i] > 0.0]
        best: tuple[bool, float, Who] | None = None
        unsaid: list[dict[str, Any]] = []
        for who, course in courses.items():
            turn, sure, known = _turn(course, a, b, concerned)
            if not sure:
                unsaid.append({**record(who), "known_to": known})
            elif turn is not None and (best is None or (who[0] == "reporter", turn) > best[:2]):
                best = who[0] == "reporter", turn, who
        kind, name = best[2] if best else (None, None)
        row = {"first": hearing.names[a], "second": hearing.names[b], "bans": lead / BAN, "se": _error(hearing, base, a, b) / BAN}
        rows.append({**row, "kind": kind, "who": name, "trust": best[1] if best else None, "withheld": unsaid})
    return rows


def _error(hearing: Hearing, base: dict[Set, Reweighed], a: int, b: int) -> float:
    """Standard error of the lead in nats: each account's is that of its sets, by what they give it, and a shared set's cancels."""
    logs = np.array([base[s].log_evidence for s in hearing.sets]) + hearing.log_prior
    parts = hearing.shares[[a, b]] * np.exp(logs - logs.max())
    parts = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1e-300)
    return float(np.linalg.norm((parts[0] - parts[1]) * np.array([base[s].se for s in hearing.sets])))


def _turn(course: list, a: int, b: int, concerned: list[Set]) -> tuple[float | None, bool, float]:
    """Trust at which the first account falls behind on the way down (None if it never does), whether to believe it, and to what trust."""
    for (high, before, _), (low, after, good) in itertools.pairwise(course):
        was, now = before[a] - before[b], after[a] - after[b]
        sure = all(good[s] for s in concerned)
        if now < 0.0 <= was:
            return float(high - (high - low) * was / (was - now)), sure, high
        if not sure:
            return None, False, high
    return None, True, 0.0
