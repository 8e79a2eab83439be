"""How the odds change when priors are halved or doubled in width: one parameter at a time, mechanism by mechanism, and all of them.

The prior weighs each draw anew; worlds and what they are worth stay as they are. Where the weights of a mechanism cannot say, the draws
are moved and replayed (``fitting.matching``). Of all priors at once a few hundred draws cannot tell; the odds are withheld, for that asks
for a fit.
"""

from __future__ import annotations

from typing import Any

from realpolitik.answers.hearing import Hearing
from realpolitik.crisis.parameters import NAMES
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.matching import matched
from realpolitik.fitting.reweigh import Reweighed, reweigh_terms

FACTORS = (0.5, 2.0)
MILD = (0.8, 1.25)  # also tried where many priors change at once
MATCHES = 64  # replays of moved draws, over all changes: each costs about a tenth of a second on two cores
EASY = 0.1  # nats of error up to which plain weights of many priors do: weights of a wide spread lie about their mean, good k or not
_NOT_PRIORS = ("weather ",)  # chance that a parameter scales
MECHANISMS: dict[str, tuple[str, str]] = {
    "how protest spreads": ("spell_end", "noise"),
    "how people take force, killing and blackouts": ("deterrence_half", "blackout_lethality"),
    "arrests, wounds and deaths in the street": ("dispersal", "arming"),
    "the armed": ("armed_exit", "security_wounded"),
    "places and weapons": ("storm", "weapons_per_armed"),
    "loyalty": ("cohesion_loss", "signal"),
    "decisions": ("threat_slope", "troops_free"),
}
"""First and last row in the model's table of each mechanism; behind them come what claims set and what only reports read."""
ALL = "all priors"


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
    found = {f"the priors of {label}": _between(first, last, names) for label, (first, last) in MECHANISMS.items()}
    found |= {
        "the priors that claims set": [n for n in names if n in claimed],
        "the priors of the regions": [n for n in names if n.startswith("disposition ")],
        "the priors of the sparks": [n for n in names if n.startswith("spark ")],
        ALL: names,
    }
    return {label: chosen for label, chosen in found.items() if len(chosen) > 1}


def _between(first: str, last: str, names: list[str]) -> list[str]:
    rows = NAMES[NAMES.index(first) : NAMES.index(last) + 1]
    return [n for n in names if n in rows]


def widths(bench: Bench, hearing: Hearing) -> list[dict[str, Any]]:
    """One row per change: ``label``, ``parameters`` (one, or a group's), ``factor``, and the odds as ``Hearing.told`` gives them."""
    changes: dict[str, list[str]] = {name: [name] for name in parameters(bench, hearing.sets)}
    together = groups(bench, hearing.sets)
    changes |= together
    asked = [(n, f) for n in changes for f in FACTORS] + [(n, f) for n in together for f in MILD]
    terms = [Terms(width=dict.fromkeys(changes[label], factor)) for label, factor in asked]
    by_set: dict[Set, list[Reweighed]] = {s: reweigh_terms(bench, s, terms) for s in hearing.sets}
    left, rows = MATCHES, []
    for i, (label, factor) in enumerate(asked):
        found = {s: by_set[s][i] for s in hearing.sets}
        if label in together and label != ALL:
            left -= _match(bench, hearing, terms[i], found, left)
        told = hearing.told(found)
        told = {key: told[key] for key in ("probabilities", "pareto_k", "withheld")}
        rows.append({"label": label, "group": label in together, "factor": factor, **told})
    return rows


def _match(bench: Bench, hearing: Hearing, terms: Terms, found: dict[Set, Reweighed], left: int) -> int:
    """Move and replay the sets that count and whose plain weights are not easy, all of them or none; gives how many were."""
    hard = [s for s in hearing.counts(found) if not (found[s].good and found[s].mc <= EASY)]
    if len(hard) > left:
        return 0  # some would stay as they are, and the odds with them
    for s in hard:
        found[s] = min(found[s], matched(bench, s, terms), key=lambda one: (not one.good, one.mc if one.good else one.k))
    return len(hard)
