"""The worlds of a run under other evidence: a line added, taken out or graded anew, heard without fitting again.

A draw is parameters and chance, and its density under any docket is a function of its replay, so draws of the posterior under one docket
are draws of that under another when each weighs

    exp(ζ' ℓ' − ζ ℓ)

with ℓ the log likelihood of all items along the world and ζ the power of rule F4, the dash for the new docket: n has changed, so ζ' weighs
every item a little less or more. An act that the new docket fixes is fixed in the replay, one that it no longer fixes is left to the
model. The log mean of the weights is the change of the log evidence; Pareto k says whether to believe it. All this holds while the
worlds mean the same: same clock, country, actors, claims and accounts (:func:`law_changes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.pareto import weigh_up
from realpolitik.fitting.posterior import Draws
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.reference import ReferenceModel, reference_problem
from realpolitik.fitting.reweigh import Reweighed

LAW = ("clock", "regions", "rival", "agencies", "alliance", "sparks", "parameters", "claims", "accounts")
"""Parts of a case that worlds, or the sets of claims that are fitted, are made from."""
_WORDS = frozenset({"at", "says", "note", "text", "told_by", "row", "link", "reported_text", "when_text", "prior_odds"})
"""Fields that no rule of weighing reads (prior odds weigh sets, not worlds)."""


@dataclass(frozen=True)
class Reheard:
    """One set of claims under other evidence: ``weighed`` its log evidence, weights and k; ``credit`` nats by item id, which add up to the
    change of the log evidence."""

    weighed: Reweighed
    credit: Mapping[str, float]


def bare(record: Any) -> Any:
    """A record of a case without places in files and words that no rule reads: what is equal weighs equally."""
    if is_dataclass(record) and not isinstance(record, type):
        return tuple((f.name, bare(getattr(record, f.name))) for f in fields(record) if f.name not in _WORDS)
    if isinstance(record, Mapping):
        return {key: bare(value) for key, value in record.items()}
    return tuple(bare(one) for one in record) if isinstance(record, tuple | list) else record


def law_changes(before: Case, after: Case) -> list[str]:
    """Parts of LAW that differ between two versions of a case: with any, worlds of one are not worlds of the other."""
    return [part for part in LAW if bare(getattr(before, part)) != bare(getattr(after, part))]


def model_of(case: Case, docket: Docket, claims: tuple[str, ...] | None) -> CrisisModel:
    """The model of a set of claims (None: the reference account) under a docket at its own ζ, run to the clock's end."""
    mask = np.ones(len(docket.entries))
    kind, problem = (ReferenceModel, reference_problem(case)) if claims is None else (CrisisModel, build_problem(case, claims))
    return kind(problem, docket, power(docket) * mask, run_out=True, mask=mask)


def rehear(draws: Draws, before: Docket, model: CrisisModel, seed: int, pool: Executor | None = None) -> Reheard:
    """Draws that were fitted to one docket, under the docket of ``model``.

    Parameters
    ----------
    draws : Draws
        Of the posterior under ``before``.
    model : CrisisModel
        Of the same set of claims under the other docket (:func:`model_of`).
    """
    run = run_filter(model, model.problem.prior.transform(draws.z), draws.ids, 1, seed, pool)
    change, mc, weight, k = weigh_up(run.evidence - draws.log_likelihood)
    weighed = Reweighed(draws.claims, draws.log_evidence + change, float(np.hypot(draws.se, mc)), mc, draws.z, draws.ids, weight, k)
    names = dict.fromkeys([*before.ids, *model.docket.ids])
    moved = {name: np.zeros(len(draws.z)) for name in names}
    for name, column in zip(before.ids, draws.items.T, strict=True):
        moved[name] = moved[name] - power(before) * column
    for name, column in zip(model.docket.ids, run.items.T, strict=True):
        moved[name] = moved[name] + power(model.docket) * column
    return Reheard(weighed, dict(zip(names, _credit(change, np.array(list(moved.values())), weight).tolist(), strict=True)))


def _credit(change: float, moved: NDArray, weight: NDArray) -> NDArray:
    """Each item's part of a change of log evidence, [item]: the thermodynamic integral from one docket to the other by its two ends, what
    that leaves over shared by size. ``moved`` [item, draw] is what each item adds to a draw's log weight."""
    part = 0.5 * (moved.mean(axis=1) + moved @ weight)
    size = np.abs(part) + 1e-300
    return part + (change - part.sum()) * size / size.sum()
