"""A set of claims as a prior: the map from standard normal numbers to parameters.

Every uncertain parameter is driven by one standard normal number z, so that the prior density on the sampler's scale is the same for
every account, and a parameter that a claim does not touch means the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.distributions import Distribution
from realpolitik.case.records import Case, Setting
from realpolitik.crisis.parameters import TABLE
from realpolitik.errors import RealpolitikError

_SHARES = frozenset(
    {
        "mobilisable",
        "far_share",
        "restraint",
        "rival_withholds",
        "signal",
        "accept_share",
        "coup_success",
        "background_foreign",
    }
)
_POSITIVE = frozenset(row.name for row in TABLE) - _SHARES - {"concession_effect", "backlash", "infiltrator_day", "cell_day"}


_BOUNDS: dict[str, tuple[float, float]] = {
    # Distances are divided by it, and a crowd is no narrower than a metre (km).
    "kernel_scale": (1e-3, 1e12),
    # In exponents: beyond these the exponential of a step is 0 or out of floating point, whatever the world does.
    "threat_slope": (0.0, 50.0),
    "kernel_exponent": (0.0, 50.0),
    "concession_effect": (-50.0, 50.0),
    "backlash": (-50.0, 50.0),
    "fear": (0.0, 50.0),
    "anger": (0.0, 50.0),
    # What happens a thousand times a day happens in every step; a rate without bound would make the log probability that it did not
    # happen so low that no path of powers leads there.
    **{row.name: (0.0, 1e3) for row in TABLE if row.unit == "1/day"},
}
"""Bounds of parameters beside those of shares (0 and 1) and of the other positive ones (0 and 10¹²). No prior of the table reaches them;
a claim that goes beyond means the bound."""

DISPOSITION = Distribution("lognormal", 1.0, 0.8, "lognormal(1, 0.8)")
"""Mobilisable share of a region over that of the nation: rule M1.6, judgement. Equally deprived places differ widely in riot
intensity (Davies et al. 2013; Bonnasse-Gahot et al. 2018)."""

_TABLES: dict[tuple[float, float], tuple[NDArray, NDArray]] = {}


def _beta(a: float, b: float, z: NDArray) -> NDArray:
    """Quantile of Beta(a, b) at Phi(z), interpolated in the logit; the exact inversion costs as much as a whole simulation."""
    if (a, b) not in _TABLES:
        knots = np.linspace(-7.0, 7.0, 2801)
        exact = np.clip(Distribution("beta", a, b).from_standard_normal(knots), 1e-300, 1.0 - 1e-16)
        _TABLES[a, b] = knots, np.log(exact) - np.log1p(-exact)
    knots, logit = _TABLES[a, b]
    return 1.0 / (1.0 + np.exp(-np.interp(z, knots, logit)))


WEATHER = Distribution("normal", 0.0, 1.0, "normal(0, 1)")
"""Standard normal weather of a region in a period: rule M1.7."""
NO_WEATHER = Distribution("fixed", 0.0, 0.0, "0")
HOT, CALM = 48.0, 144.0  # hours of a period where the clock is fine, and where it is not


def periods_of(case: Case) -> NDArray:
    """Edges in hours of the periods over which a region's weather holds: two days where the clock is fine, about six elsewhere.

    They follow the spans of the clock and not its steps, so that a finer step changes no law.
    """
    edges = [0.0]
    for begins, ends, _, place in case.clock.stretches():
        pieces = max(round((ends - begins) / (HOT if place >= 0 else CALM)), 1)
        edges += [begins + (ends - begins) * (j + 1) / pieces for j in range(pieces)]
    return np.array(edges)


@dataclass(frozen=True)
class Prior:
    """Rows of parameters and what drives them.

    ``rows[j]`` lists the distributions whose sum is row j (one, but for a claim that adds); each uncertain one has its own column of
    z, in the order of ``drivers``.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[Distribution, ...], ...]
    drivers: tuple[tuple[int, int], ...]

    @property
    def dimension(self) -> int:
        """Length of z."""
        return len(self.drivers)

    def transform(self, z: NDArray) -> NDArray:
        """Parameters, shape [row, particle], of z, shape [particle, dimension]."""
        column = {driver: z[:, c] for c, driver in enumerate(self.drivers)}
        values, uncertain, low, high = self._known
        values = np.repeat(values, len(z), axis=1)
        for j in uncertain:
            for i, part in enumerate(self.rows[j]):
                if part.kind == "fixed":
                    values[j] += part.a
                elif part.kind == "beta":
                    values[j] += _beta(part.a, part.b, column[j, i])
                else:
                    values[j] += part.from_standard_normal(column[j, i])
        return np.clip(values, low, high, out=values)

    @cached_property
    def _known(self) -> tuple[NDArray, list[int], NDArray, NDArray]:
        """Values that nothing drives, float64[row, 1], 0 elsewhere; the other rows; the least and the greatest of each [row, 1]."""
        uncertain = sorted({j for j, _ in self.drivers})
        values = np.array([0.0 if j in uncertain else sum(part.a for part in parts) for j, parts in enumerate(self.rows)])
        bounds = np.array([_bounds(name) for name in self.names]).reshape(-1, 2)
        return values[:, None], uncertain, bounds[:, :1], bounds[:, 1:]


def _bounds(name: str) -> tuple[float, float]:
    """The least and the greatest value of a parameter."""
    if name in _SHARES:
        return 0.0, 1.0
    if name in _BOUNDS:
        return _BOUNDS[name]
    return (0.0, 1e12) if name in _POSITIVE or name.startswith("spark ") else (-np.inf, np.inf)


def claim_prior(case: Case, claims: tuple[str, ...]) -> Prior:
    """The prior of one set of claims: the table, the case's own settings, then the claims'."""
    rows: dict[str, list[Distribution]] = {row.name: [row.prior] for row in TABLE}
    settings: list[Setting] = list(case.parameters)
    for name in claims:
        settings.extend(case.claims[name].sets)
    for setting in sorted(settings, key=lambda s: s.how == "add"):
        if setting.parameter not in rows:
            raise RealpolitikError(f"{setting.parameter!r} is not a parameter of the model; `realpolitik words` lists them")
        if setting.how == "add":
            rows[setting.parameter].append(setting.prior)
        else:
            rows[setting.parameter] = [setting.prior]
    for i, spark in enumerate(case.sparks):
        rows[f"spark {i + 1}"] = [spark.size]
    if len(case.regions) > 1:
        for region in case.regions:
            rows[f"disposition {region.name}"] = [DISPOSITION]
    for region in case.regions:
        for period in range(len(periods_of(case)) - 1):
            still = all(d.kind == "fixed" and d.a == 0.0 for d in rows["noise"])
            rows[f"weather {region.name} {period + 1}"] = [NO_WEATHER if still else WEATHER]
    names = tuple(rows)
    parts = tuple(tuple(rows[name]) for name in names)
    drivers = tuple((j, i) for j, row in enumerate(parts) for i, d in enumerate(row) if d.kind != "fixed")
    return Prior(names, parts, drivers)
