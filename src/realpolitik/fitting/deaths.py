"""Sets of claims that cannot produce the evidence: which item none of their worlds survives, and by how much.

A world *dies* of an item to which it gives no chance: an act fixed by the evidence in a step in which the model has no hazard for it
(rule E1 counts it with FLOOR, 1 in 10¹⁷, so that the run can go on), an act that did not happen though nothing could hold it back, or a
log likelihood that is no number. Where every world of a set dies of one item, its log evidence says that the set is out and no more: how
far out is a convention. It is said, and the other sets go on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.crisis.events import FLOOR
from realpolitik.fitting.account import Fit, Work
from realpolitik.fitting.evidence import Docket, Entry
from realpolitik.fitting.filter import Filtered

Set = tuple[str, ...]
LOWEST = -1e6
"""Nats that stand for no chance where a log likelihood is minus infinity or no number: every sum of them is a number, and every
probability from them is zero."""
BAN = math.log(10.0)
ALL = 0.999  # share of the posterior worlds that counts as every one: a chain may not have left its first state


@dataclass(frozen=True)
class Death:
    """One item that every world of a set dies of: its index in the docket, and its log likelihood in the best world (nats)."""

    index: int
    best: float


def _whole(values: NDArray) -> NDArray:
    """The values with LOWEST for what is no number, or is lower."""
    return np.maximum(np.nan_to_num(values, nan=LOWEST, posinf=LOWEST, neginf=LOWEST), LOWEST)


class SafeWork(Work):
    """The likelihood as the sampler calls it, LOWEST where it is minus infinity or no number.

    A log likelihood that is no number would spread to every mean.
    """

    def __call__(self, z: NDArray, ids: NDArray) -> Filtered:
        """As in ``Work``; what is not finite is made up from the items at their powers."""
        return finite(super().__call__(z, ids), self.powers)


def finite(run: Filtered, powers: NDArray) -> Filtered:
    """A run in which every number is one."""
    lost = ~np.isfinite(run.evidence)
    if not lost.any() and np.isfinite(run.items).all():
        return run
    items = _whole(run.items)
    return replace(run, items=items, evidence=np.where(lost, items @ powers, run.evidence))


def made_whole(fit: Fit) -> Fit:
    """A fit in which every number is one; the fit itself where that holds already.

    What was lost of a set's log evidence is put on the items that lost it, so that an account's bans still add up.
    """
    sample, kept = fit.sample, fit.replay
    arrays = (sample.log_likelihood, sample.items, sample.increments, kept.weight, kept.items, kept.expected)
    if math.isfinite(fit.log_evidence) and all(np.isfinite(a).all() for a in arrays):
        return fit
    items = _whole(kept.items)
    weight = np.nan_to_num(kept.weight, nan=0.0, posinf=0.0, neginf=0.0)
    weight = weight / weight.sum() if weight.sum() > 0.0 else np.full(len(weight), 1.0 / len(weight))
    value = fit.log_evidence if math.isfinite(fit.log_evidence) else LOWEST
    # A deficit of a set that dies is that of the items it dies of; where none stands out, of all.
    increments = np.nan_to_num(sample.increments, nan=0.0, posinf=0.0, neginf=0.0)
    blame = (items.max(axis=1) <= FLOOR).astype(float) if len(items) else np.zeros(0)
    blame = blame if blame.any() else np.ones(len(blame))
    increments = increments + (value - increments.sum()) * blame / max(blame.sum(), 1.0)
    drift = sample.drift if math.isfinite(sample.drift) else 0.0
    sample = replace(sample, log_likelihood=_whole(sample.log_likelihood), items=_whole(sample.items), increments=increments, drift=drift)
    kept = replace(kept, items=items, weight=weight, expected=np.nan_to_num(kept.expected, nan=0.0, posinf=0.0, neginf=0.0))
    se = fit.se if math.isfinite(fit.se) and math.isfinite(fit.log_evidence) else 0.0
    return replace(fit, sample=sample, replay=kept, log_evidence=value, se=se)


def _dead_below(e: Entry, edges: NDArray) -> float:
    """Log likelihood at or below which a world is dead of an item: FLOOR, and for a fixed act what rule E1 adds for its window."""
    if e.treatment != "clamped":
        return FLOOR
    first, last = e.window
    inside = (edges[1:] > first) & (edges[:-1] < last)
    shortest = float(np.diff(edges)[inside].min()) if inside.any() else last - first
    return FLOOR + max(math.log((last - first) / shortest), 0.0) + 1e-6


def deaths(case: Case, docket: Docket, fit: Fit) -> list[Death]:
    """Items that every posterior world of a fit dies of, the worst first."""
    edges = np.asarray(case.clock.edges_hours, float)
    found = []
    for j, e in enumerate(docket.entries):
        values = fit.replay.items[j]
        if float(fit.replay.weight @ (values <= _dead_below(e, edges))) >= ALL:
            found.append(Death(j, float(values.max())))
    return sorted(found, key=lambda death: death.best)


def of_accounts(case: Case, docket: Docket, names: list[str], fits: Mapping[Set, Fit]) -> dict[str, dict[str, Any]]:
    """What each account dies of, by name: nothing for an account that lives in one of its sets.

    ``item``, ``what``; ``log_likelihood`` of the item in the account's best world, in nats, before coarsening, and ``others``: the mean
    in the best of the sets that live (None where none does); ``items``: all ids it dies of.
    """
    of_sets = {claims: deaths(case, docket, fit) for claims, fit in fits.items()}
    living = [fits[claims] for claims, found in of_sets.items() if not found]
    told = {}
    for name in names:
        sets = [claims for _, claims in case.accounts[name].mixture]
        if not all(of_sets[claims] for claims in sets):
            continue
        claims = max(sets, key=lambda s: fits[s].log_evidence)
        worst = of_sets[claims][0]
        item = docket.entries[worst.index].item
        told[name] = {
            "item": item.id,
            "what": item.what + (" (did not happen)" if item.absent else ""),
            "log_likelihood": worst.best,
            "others": max((float(f.replay.weight @ f.replay.items[worst.index]) for f in living), default=None),
            "items": [docket.entries[death.index].item.id for death in of_sets[claims]],
        }
    return told


def sentence(name: str, death: Mapping[str, Any]) -> str:
    """What is said of an account that dies, with the item and by how much."""
    more = len(death["items"]) - 1
    also = f" (and {more} more: {', '.join(death['items'][1:6])}{', …' if more > 5 else ''})" if more else ""
    best, others = death["log_likelihood"], death["others"]
    if best <= LOWEST:
        size = "its log likelihood there is no number"
    elif others is None:
        size = f"its best world gives it {best:.0f} nats, where {FLOOR:.0f} stand for no chance at all, and no other account does better"
    else:
        size = (
            f"its best world gives it {best:.0f} nats, where {FLOOR:.0f} stand for no chance at all, and falls short of the best of the "
            f"others by {(others - best) / BAN:.0f} bans or more"
        )
    return f"{name} cannot produce {death['item']}, {death['what']}{also}: every one of its worlds dies of it; {size}."
