"""Forecasts of a synthetic crisis: what was expected at a date in its midst, and what came.

Every set of claims is fitted to what had been reported by the date, as ``run`` fits the dates of its questions (fitting/dates.py), and its
worlds are run on to the clock's end. Asked is what the template's figures after the date are about (the true counts, and the dead at the
end), and whether each public act that no report had told of yet is taken by the clock's end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS, PUBLIC
from realpolitik.fitting import odds
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.dates import fit_at, fly_at
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.posterior import Draws
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.synthetic import Synthetic, tables_of
from realpolitik.fitting.witness import World, witness

Set = tuple[str, ...]
END = "dead at the end"
MIDST = (0.25, 0.75)
"""Shares of the reports between which the date lies."""
LEVELS = (0.05, 0.95)


def date_of(template: Case, rng: np.random.Generator) -> float:
    """Hours of a date in the midst of a crisis: an edge of the clock at which a share of the reports within MIDST is known, any with
    equal chance."""
    edges = np.asarray(template.clock.edges_hours, float)
    known = np.searchsorted(np.sort([item.reported for item in template.evidence]), edges, "right") / len(template.evidence)
    midst = edges[(known >= MIDST[0]) & (known <= MIDST[1])]
    return float(rng.choice(midst if len(midst) else edges[[np.argmin(np.abs(known - np.mean(MIDST)))]]))


def foretell(
    template: Case,
    crisis: Synthetic,
    hours: float,
    settings: Settings,
    seed: int,
    rng: np.random.Generator,
    weights: Sequence[str],
    names: Sequence[str],
    sets: Sequence[Set],
) -> dict[str, Any]:
    """What was expected and what came, by weight ("coarsened", "full"): odds of the date, place of the truth in forecasts, chances of acts.

    ``template`` is the case whose evidence the reports up to ``hours`` were made from; ``settings`` those of the dated fits.
    """
    docket = build_docket(crisis.case, hours)
    about = build_docket(template)
    rows = _asked(template, about, hours)
    acts = _open(docket)
    row: dict[str, Any] = {"date": hours, "known": len([e for e in docket.entries if not e.silent])}
    row["took"] = {act: bool(crisis.world.decisions[DECISIONS.index(act)] >= 0.0) for act in acts}
    ties = {name: float(rng.random()) for name in (*rows.values(), END)}
    shares, log_prior = odds.shares_of_accounts(template, list(names), list(sets)), odds.prior_of_sets(template, list(sets))
    for weight in weights:
        full = 1.0 if weight == "full" else None
        pilot = fly_at(crisis.case, hours, settings, seed, full) if settings.pilot else None
        fits = {s: fit_at(crisis.case, s, hours, settings, seed, pilot, weight=full) for s in sets}
        values, se = np.array([fits[s].log_evidence for s in sets]), np.array([fits[s].se for s in sets])
        mean, _, _ = odds.set_probabilities(values, odds.spread(se), log_prior)
        worlds, chance = [], []
        for s, share in zip(sets, mean, strict=True):
            own = _run_on(crisis.case, template, about, s, docket, fits[s], seed, full)
            worlds += own
            chance += [share / len(own)] * len(own)
        row[weight] = {"stated": dict(zip(names, (shares @ mean).tolist(), strict=True)), "se": float(se.max())}
        row[weight] |= _forecasts(worlds, np.array(chance), crisis.world, rows, ties)
        row[weight]["chance"] = {act: float(np.dot(chance, [w.decisions[DECISIONS.index(act)] >= 0.0 for w in worlds])) for act in acts}
    return row


def _asked(template: Case, about: Docket, hours: float) -> dict[int, str]:
    """Rows of the template's table that are counts of a moment after ``hours``, with the names of their items."""
    tables, edges = tables_of(build_problem(template, ()), about), np.asarray(template.clock.edges_hours, float)
    later = {int(j) for step, due in tables.due.items() if edges[step + 1] > hours for j in due}
    return {j: about.ids[j] for j in sorted(later) if j < len(about.ids) and tables.J[j, at.J_KIND] == at.COUNT}


def _open(docket: Docket) -> list[str]:
    """Public acts of which no report tells yet, and that somebody is there to take."""
    told = {e.item.what for e in docket.entries if not e.item.absent}
    denied = {e.item.what for e in docket.entries if e.item.absent}  # by a report or by silence, but for acts that nobody could take
    return [d for d in DECISIONS if d in PUBLIC and d not in told and d in denied]


def _run_on(
    case: Case, template: Case, about: Docket, claims: Set, docket: Docket, draws: Draws, seed: int, weight: float | None
) -> list[World]:
    """The worlds of one set under the reports of the date, run on to the clock's end."""
    problem = build_problem(case, claims)
    powers = (power(docket) if weight is None else weight) * np.ones(len(docket.entries))
    model = CrisisModel(problem, docket, powers, run_out=True)
    return witness(model, tables_of(build_problem(template, claims), about), problem.prior.transform(draws.z), draws.ids, seed)


def _forecasts(
    worlds: Sequence[World], chance: NDArray, truth: World, rows: Mapping[int, str], ties: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """``place`` of the truth in each forecast, from 0 to 1, and ``width`` of its 90 % interval as a ratio on the log scale (+ ½)."""
    values = {name: np.array([w.counts[j] for w in worlds]) for j, name in rows.items()} | {END: np.array([w.dead for w in worlds])}
    came = {name: truth.counts[j] for j, name in rows.items()} | {END: truth.dead}
    place = {name: placed(came[name], drawn, chance, ties[name]) for name, drawn in values.items()}
    return {"place": place, "width": {name: _width(drawn, chance) for name, drawn in values.items()}}


def placed(truth: float, draws: NDArray, chance: NDArray, tie: float) -> float:
    """Where the truth lies in a forecast: the chance of less, and the part ``tie`` of that of the same.

    The truth counts as one draw more, so a truth that nobody foresaw is not at 0 or 1 itself.

    >>> round(placed(2.0, np.array([1.0, 2.0, 3.0]), np.ones(3) / 3, 0.5), 3)
    0.5
    """
    equal = np.isclose(draws, truth, rtol=1e-9, atol=1e-9)
    below, same = float(chance[(draws < truth) & ~equal].sum()), float(chance[equal].sum())
    n = 1.0 / float(np.square(chance).sum())  # so many equally likely draws
    return (n * below + tie * (n * same + 1.0)) / (n + 1.0)


def _width(draws: NDArray, chance: NDArray) -> float:
    order = np.argsort(draws, kind="stable")
    low, high = (draws[order][min(np.searchsorted(np.cumsum(chance[order]), level), len(draws) - 1)] for level in LEVELS)
    return float(np.log((high + 0.5) / (low + 0.5)))
