"""Log evidence against the size of each quantitative claim: how many infiltrators does the evidence bear?

The size of a claim is the parameter that it lifts off zero. Draws of a set that holds the claim are replayed with that parameter fixed at
one size after another; with L(x) the likelihood of a draw's world at size x and p the prior of the size,

    Z(x) / Z = mean over draws of L(x) / ∫ L(x') p(x') dx'

because the draws' other coordinates follow their posterior under the integral (Rao-Blackwell). The integral is a trapezoid on the sizes in
the normal scale of the prior. Size zero is the set without the claim, whose own evidence is known if it was weighed.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from realpolitik.case.records import Case
from realpolitik.crisis.parameters import TABLE
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.pareto import GOOD
from realpolitik.fitting.posterior import Draws
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
    rows = [_zero(bench, claim, claims, draws)]
    for x, likelihood in zip(wanted, found, strict=True):
        change, mc, _, k = weigh_up(likelihood - integral)
        rows.append({"size": x, "log_evidence": draws.log_evidence + change, "se": mc, "pareto_k": k})
    shown = [r for r in rows if r is not None]
    best = max((r["log_evidence"] for r in shown if r["pareto_k"] <= GOOD), default=None)
    for r in shown:
        believed = r["pareto_k"] <= GOOD and best is not None
        level = r.pop("log_evidence")
        r["bans"] = (level - best) / BAN if believed else None
        r["withheld"] = not believed
        r["pareto_k"] = float(r["pareto_k"]) if math.isfinite(r["pareto_k"]) else None
    kept = [r["size"] for r in shown if r["bans"] is not None and r["bans"] >= -EXCLUDED]
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


def _zero(bench: Bench, claim: str, claims: Set, draws: Draws) -> dict[str, Any] | None:
    """Size zero: the evidence of the set without the claim."""
    without = tuple(c for c in claims if c != claim)
    if without not in bench.posterior.sets:
        return None
    other = bench.posterior.sets[without]
    return {"size": 0.0, "log_evidence": other.log_evidence, "se": math.hypot(other.se, draws.se), "pareto_k": -math.inf}
