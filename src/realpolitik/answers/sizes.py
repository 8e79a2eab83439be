"""Log evidence against the size of each quantitative claim: how many infiltrators does the evidence bear?

The size of a claim is the parameter that it lifts off zero. Draws of a set that holds the claim are replayed with that parameter fixed at
one size after another; with L(x) the likelihood of a draw's world at size x and p the prior of the size,

    Z(x) / Z = mean over draws of L(x) / ∫ L(x') p(x') dx'

because the draws' other coordinates follow their posterior under the integral (Rao-Blackwell). Sizes that these draws do not reach are
asked of the draws of the set without the claim, which know the small ones: with their other coordinates from the prior,

    Z(x) / Z_without = mean over its draws of L(x) / L_without.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from realpolitik.answers.numbers import NORMAL_90
from realpolitik.case.records import Case
from realpolitik.chance.keys import name_key
from realpolitik.crisis.parameters import TABLE
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.pareto import GOOD
from realpolitik.fitting.posterior import Draws
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.reweigh import weigh_up

DRAWS = 128  # replayed once per size
EXCLUDED = 1.3  # bans below the best size: twenty to one
PEOPLE = (100.0, 300.0, 1000.0, 3000.0, 10000.0, 30000.0)
SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)
BAN = math.log(10.0)
_ROWS = {row.name: row for row in TABLE}


def size_of(case: Case, claim: str) -> str | None:
    """The parameter that is a claim's size: the first it sets that is zero otherwise."""
    for setting in case.claims[claim].sets:
        row = _ROWS.get(setting.parameter)
        if row is not None and row.prior.kind == "fixed" and row.prior.a == 0.0 and setting.prior.kind != "fixed":
            return setting.parameter
    return None


def grid(parameter: str, median: float) -> tuple[float, ...]:
    """Sizes above zero to try: people by the half decade, shares by the fifth, other things around the prior's median."""
    unit = _ROWS[parameter].unit
    if unit == "people":
        return PEOPLE
    if unit == "share":
        return SHARES
    top = 10.0 ** round(math.log10(max(median, 1e-12)))
    return tuple(top * x for x in (0.1, 0.3, 1.0, 3.0, 10.0))


def sizes(bench: Bench, sets: list[Set]) -> list[dict[str, Any]]:
    """One curve per claim that has a size and was weighed; see docs/answers-audiences.md for the fields."""
    case = bench.posterior.case
    curves = []
    for claim in case.claims:
        holding = sorted((s for s in sets if claim in s), key=lambda s: (len(s), s))
        parameter = size_of(case, claim)
        if parameter is not None and holding:
            curves.append({"claim": claim, **_curve(bench, claim, parameter, holding[0], sets)})
    return curves


def _thin(draws: Draws) -> Draws:
    kept = np.linspace(0, len(draws.z) - 1, min(DRAWS, len(draws.z))).round().astype(int)
    return replace(draws, z=draws.z[kept], ids=draws.ids[kept], log_likelihood=draws.log_likelihood[kept], items=draws.items[kept])


def _curve(bench: Bench, claim: str, parameter: str, claims: Set, sets: list[Set]) -> dict[str, Any]:
    prior = bench.model(claims).problem.prior
    own = prior.rows[prior.names.index(parameter)]
    draws = _thin(bench.posterior.sets[claims])
    median = float(own[-1].from_standard_normal(np.zeros(1))[0])
    wanted = grid(parameter, median)
    knots = np.linspace(-6.0, 6.0, 2401)
    values = own[-1].from_standard_normal(knots)
    z_of = np.interp(wanted, values, knots)
    found = np.stack([bench.likelihood(claims, draws.z, draws.ids, [Terms()], {parameter: x})[0] for x in wanted])
    integral = _integral(found, z_of)
    rows = [{"size": 0.0, "log_evidence": math.nan, "se": math.nan, "pareto_k": math.inf}]
    for x, likelihood in zip(wanted, found, strict=True):
        change, mc, _, k = weigh_up(likelihood - integral)
        rows.append({"size": x, "log_evidence": draws.log_evidence + change, "se": mc, "pareto_k": k})
    rows = [row if row["pareto_k"] <= GOOD else _from_below(bench, claim, parameter, draws, row) for row in rows]
    shown = [r for r in rows if math.isfinite(r["log_evidence"])]
    best = max((r["log_evidence"] for r in shown if r["pareto_k"] <= GOOD), default=None)
    for r in shown:
        believed = r["pareto_k"] <= GOOD and best is not None
        level = r.pop("log_evidence")
        r["bans"] = (level - best) / BAN if believed else None
        r["withheld"] = not believed
        r["pareto_k"] = float(r["pareto_k"]) if math.isfinite(r["pareto_k"]) else None
    # a size is excluded where the error of what was computed cannot bring it back
    kept = [r["size"] for r in shown if r["bans"] is not None and r["bans"] + NORMAL_90 * r["se"] / BAN >= -EXCLUDED]
    unknown = [r["size"] for r in shown if r["withheld"]]
    return {
        "parameter": parameter,
        "unit": _ROWS[parameter].unit,
        "claims": list(claims),
        "prior": own[-1].text,
        "sizes": shown,
        "least": min(kept, default=None),
        "largest": max(kept, default=None),
        "beyond": bool(kept) and max(kept) == max(r["size"] for r in shown),
        "unsure": bool(kept) and any(x > max(kept) for x in unknown),
    }


def _integral(log_likelihood: NDArray, z: NDArray) -> NDArray:
    """Log of the mean over the prior of the size of ``log_likelihood`` [size, particle], known at ``z`` [size] of that prior."""
    edges = np.concatenate([[0.0], ndtr(0.5 * (z[1:] + z[:-1])), [1.0]])
    with np.errstate(divide="ignore"):
        return logsumexp(log_likelihood + np.log(np.diff(edges))[:, None], axis=0)


def _from_below(bench: Bench, claim: str, parameter: str, draws: Draws, row: dict[str, Any]) -> dict[str, Any]:
    """One size by the draws of the set without the claim, where that was weighed and knows better."""
    without = tuple(c for c in draws.claims if c != claim)
    if without not in bench.posterior.sets:
        return row
    other = _thin(bench.posterior.sets[without])
    z = _carried(bench, without, draws.claims, other.z)
    likelihood = bench.likelihood(draws.claims, z, other.ids, [Terms()], {parameter: row["size"]})[0]
    change, mc, _, k = weigh_up(likelihood - other.log_likelihood)
    if k >= row["pareto_k"]:
        return row
    # two evidences with errors of their own stand behind the difference
    se = math.sqrt(mc**2 + other.se**2 + draws.se**2)
    return {"size": row["size"], "log_evidence": other.log_evidence + change, "se": se, "pareto_k": k}


def _carried(bench: Bench, source: Set, target: Set, z: NDArray) -> NDArray:
    """Coordinates of one set as those of another: what both have is kept, the rest is drawn from the prior."""
    here, there = (bench.model(claims).problem.prior for claims in (source, target))
    column = {(here.names[row], part): i for i, (row, part) in enumerate(here.drivers)}
    key = name_key("size from below", *target)
    found = normals(key, (len(z), there.dimension))
    for i, (row, part) in enumerate(there.drivers):
        old = column.get((there.names[row], part))
        if old is not None:
            found[:, i] = z[:, old]
    return found
