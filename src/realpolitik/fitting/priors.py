"""A set of claims as a prior: the map from standard normal numbers to parameters.

Every uncertain parameter is driven by one standard normal number z, so that the prior density on the sampler's scale is the same for
every account, and a parameter that a claim does not touch means the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.distributions import Distribution
from realpolitik.case.records import Case, Setting
from realpolitik.crisis.parameters import TABLE
from realpolitik.errors import RealpolitikError

_SHARES = frozenset({"mobilisable", "far_share", "restraint", "rival_withholds", "signal", "accept_share", "coup_success",
                     "background_foreign"})
_POSITIVE = frozenset(row.name for row in TABLE) - _SHARES - {"concession_effect", "backlash", "infiltrator_day", "cell_day"}


DISPOSITION = Distribution("lognormal", 1.0, 0.7, "lognormal(1, 0.7)")
"""How much readier a region is to join than its hardship says: rule M1.6, judgement. Equally deprived places differ widely in riot
intensity (Davies et al. 2013; Bonnasse-Gahot et al. 2018)."""


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
        values = np.empty((len(self.rows), z.shape[0]))
        for j, parts in enumerate(self.rows):
            values[j] = 0.0
            for i, part in enumerate(parts):
                values[j] += part.a if part.kind == "fixed" else part.from_standard_normal(column[j, i])
            name = self.names[j]
            if name in _SHARES:
                values[j] = np.clip(values[j], 0.0, 1.0)
            elif name in _POSITIVE:
                values[j] = np.clip(values[j], 0.0, 1e12)
        return values


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
    names = tuple(rows)
    parts = tuple(tuple(rows[name]) for name in names)
    drivers = tuple((j, i) for j, row in enumerate(parts) for i, d in enumerate(row) if d.kind != "fixed")
    return Prior(names, parts, drivers)
