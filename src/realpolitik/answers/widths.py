"""How the odds change when priors are halved or doubled in width: one parameter at a time, groups, and all of them.

The worlds and what they are worth stay as they are; only the prior weighs each draw anew, so no replay is needed. Where many priors change
at once the weights of a few hundred draws cannot say, and the odds are withheld.
"""

from __future__ import annotations

from typing import Any

from realpolitik.answers.hearing import Hearing
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.reweigh import Reweighed, reweigh_terms

FACTORS = (0.5, 2.0)
MILD = (0.8, 1.25)  # also tried where many priors change at once
_NOT_PRIORS = ("weather ",)  # chance that a parameter scales


def parameters(bench: Bench, sets: list[Set]) -> list[str]:
    """Every uncertain parameter of some set, in the order of the model's table."""
    found: dict[str, None] = {}
    for claims in sets:
        prior = bench.model(claims).problem.prior
        found |= {prior.names[row]: None for row, _ in prior.drivers}
    return [name for name in found if not name.startswith(_NOT_PRIORS)]


def groups(bench: Bench, sets: list[Set]) -> dict[str, list[str]]:
    """What is changed together: by a label that says it."""
    case, names = bench.posterior.case, parameters(bench, sets)
    claimed = {s.parameter for c in case.claims.values() for s in c.sets}
    found = {
        "the priors that claims set": [n for n in names if n in claimed],
        "the priors of decisions": [n for n in names if n.startswith("hazard_")],
        "the priors of the regions": [n for n in names if n.startswith("disposition ")],
        "all priors": names,
    }
    return {label: chosen for label, chosen in found.items() if chosen}


def widths(bench: Bench, hearing: Hearing) -> list[dict[str, Any]]:
    """One row per change: ``label``, ``parameters`` (one, or a group's), ``factor``, and the odds as ``Hearing.told`` gives them."""
    changes: dict[str, list[str]] = {name: [name] for name in parameters(bench, hearing.sets)}
    together = groups(bench, hearing.sets)
    changes |= together
    asked = [(n, f) for n in changes for f in FACTORS] + [(n, f) for n in together for f in MILD]
    terms = [Terms(width=dict.fromkeys(changes[label], factor)) for label, factor in asked]
    by_set: dict[Set, list[Reweighed]] = {s: reweigh_terms(bench, s, terms) for s in hearing.sets}
    rows = []
    for i, (label, factor) in enumerate(asked):
        found = {s: by_set[s][i] for s in hearing.sets}
        told = hearing.told(found)
        told = {key: told[key] for key in ("probabilities", "pareto_k", "withheld")}
        rows.append({"label": label, "group": label in together, "factor": factor, **told})
    return rows
