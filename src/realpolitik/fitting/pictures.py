"""The parts of the results that are drawn: fans over time, regions, parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from realpolitik.case.records import Case
from realpolitik.crisis.layout import QUANTITIES
from realpolitik.crisis.parameters import TABLE
from realpolitik.fitting.account import Fit
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.model import NATIONAL
from realpolitik.fitting.priors import claim_prior

Set = tuple[str, ...]
_DRAWN = ("crowd", "detained", "civilians dead", "security dead", "seats lost", "allied troops")
_UNITS = {"seats lost": "seats", "allied troops": "troops"}
POINTS = 90


def leading_set(case: Case, name: str, fits: Mapping[Set, Fit]) -> Set:
    """The set of claims that carries most of an account's evidence."""
    return max(case.accounts[name].mixture, key=lambda part: math.log(part[0]) + fits[part[1]].log_evidence)[1]


def _round(values: np.ndarray) -> list[float]:
    return [float(f"{v:.4g}") for v in values]


def series(case: Case, docket: Docket, names: list[str], fits: Mapping[Set, Fit]) -> dict[str, Any]:
    """Fans (5, 50, 95 %) of national quantities by account, with the reported figures beside them."""
    edges = np.asarray(case.clock.edges_hours)
    steps = np.unique(np.linspace(0, len(edges) - 2, min(POINTS, len(edges) - 1)).round().astype(int))
    times = [case.clock.moment(edges[s + 1]).isoformat() for s in steps]
    found = {}
    for what in _DRAWN:
        row = NATIONAL.index(QUANTITIES.index(what))
        fans = {}
        for name in names:
            paths = fits[leading_set(case, name, fits)].replay.paths[steps, row]
            low, median, high = np.quantile(paths, [0.05, 0.5, 0.95], axis=1)
            fans[name] = {"low": _round(low), "median": _round(median), "high": _round(high)}
        seen = []
        for e in docket.entries:
            item = e.item
            same = item.what == what and item.mode != "new" and not (what == "detained" and item.mode == "now")
            if same and item.where is None and item.value is not None and e.treatment == "count":
                hour = item.as_of if item.as_of is not None else 0.5 * sum(item.when)
                high = item.value.high if math.isfinite(item.value.high) else None
                seen.append(
                    {
                        "id": item.id,
                        "time": case.clock.moment(hour).isoformat(),
                        "low": item.value.low,
                        "high": high,
                        "value": item.value.centre if math.isfinite(item.value.centre) else item.value.low,
                        "by": ", ".join(item.by),
                        "grade": item.grade,
                    }
                )
        found[what] = {"unit": _UNITS.get(what, "people"), "times": times, "accounts": fans, "observed": seen}
    return found


def regions(case: Case, names: list[str], fits: Mapping[Set, Fit]) -> list[dict[str, Any]]:
    """Per region and account: probability that the seat was lost, median peak crowd, median dead."""
    rows = []
    for k, region in enumerate(case.regions):
        by = {}
        for name in names:
            replay = fits[leading_set(case, name, fits)].replay
            crowd = replay.paths[:, len(NATIONAL) + k].max(axis=0)
            order = np.argsort(replay.dead[k])
            half = np.searchsorted(np.cumsum(replay.weight[order]), 0.5)
            by[name] = {
                "seat_lost": float(replay.weight @ (replay.seats[k] >= 0.0)),
                "peak_crowd": float(np.median(crowd)),
                "dead": float(replay.dead[k][order[min(half, len(order) - 1)]]),
            }
        rows.append({"name": region.name, "latitude": region.latitude, "longitude": region.longitude, "accounts": by})
    return rows


def parameters(case: Case, names: list[str], fits: Mapping[Set, Fit]) -> list[dict[str, Any]]:
    """Every parameter: what it is, its prior, and its posterior by account (contraction: 1 − posterior variance over prior variance)."""
    leads = {name: leading_set(case, name, fits) for name in names}
    priors = {s: claim_prior(case, s) for s in dict.fromkeys(leads.values())}
    drawn = {s: prior.transform(fits[s].sample.z) for s, prior in priors.items()}
    rows = []
    for j, parameter in enumerate(TABLE):
        by = {}
        for name, claims in leads.items():
            prior, fit = priors[claims], fits[claims]
            columns = [c for c, (row, _) in enumerate(prior.drivers) if row == j]
            if not columns:
                continue
            low, median, high = np.quantile(drawn[claims][j], [0.05, 0.5, 0.95])
            by[name] = {
                "low": float(low),
                "median": float(median),
                "high": float(high),
                "contraction": float(1.0 - fit.sample.z[:, columns[0]].var()),
            }
        rows.append(
            {
                "name": parameter.name,
                "unit": parameter.unit,
                "meaning": parameter.meaning,
                "basis": parameter.basis,
                "source": parameter.source,
                "prior": parameter.prior.text,
                "posterior": by,
            }
        )
    return rows
