"""The reference account as a problem and a model (rules X1 to X8 of crisis/reference.py).

Its priors say what crises in general are like, not what this one was: medians and spreads over other crises.
Parameters that only the law of reports reads (weapons per post, foreigners among the detained), the size of an
allied mission and the rate of release keep the prior of the political accounts, so that nobody gains by another
law of reports.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.distributions import Distribution
from realpolitik.case.priors import parse
from realpolitik.case.records import Case
from realpolitik.crisis import layout as at
from realpolitik.crisis.parameters import NAMES, TABLE, Parameter
from realpolitik.crisis.reference import KNOTS, OWN, WALK_ROW, WALKS, advance_reference, row
from realpolitik.fitting.model import Block, CrisisModel
from realpolitik.fitting.priors import Prior, claim_prior
from realpolitik.fitting.problem import Problem, build_problem

NAME = "none of these"
SHARED = ("background_foreign", "weapons_per_post", "contingent", "release")
"""Rows of the political accounts' table that the reference account takes over, with the case's own settings."""
_FIXED = {"mobilisable": 1.0, "weapons_per_armed": 1.0}  # every adult may be out; X4 counts weapons, not people who arm
_J, _R = "judgement", "recomputed"
_RATE, _DAILY = "per million people and day", "1/day"
_TABLE = "other crises of the model page's table"


def _row(name: str, prior: str, unit: str, meaning: str, basis: str, source: str) -> Parameter:
    return Parameter(name, parse(prior), unit, meaning, basis, source)


def _decision(name: str, prior: str, basis: str = _J, source: str = "order only") -> Parameter:
    return _row(f"rate {name}", prior, _DAILY, f"constant hazard: {name}", basis, source)


PARAMETERS: tuple[Parameter, ...] = (
    _row(
        "calm",
        "lognormal(300, 1.2)",
        "people per million",
        "crowd at the level to which walks revert",
        _J,
        "with the walks: peak of 2,000 per million; 5,700 in 27 famous crises, ln-sd 1.5",
    ),
    _row("revert", "lognormal(0.2, 0.7)", _DAILY, "rate at which walks revert", _J, "order only"),
    _row("own_sd", "lognormal(0.2, 0.7)", "1/sqrt(day)", "steps of a region's own walk", _J, "order only"),
    _row("crowd_sd", "lognormal(0.8, 0.7)", "1/sqrt(day)", "steps of the walk of the crowd", _J, "order only"),
    _row("violence_sd", "lognormal(1, 0.7)", "1/sqrt(day)", "steps of the walk of violence", _J, "order only"),
    _row("detention_sd", "lognormal(0.8, 0.7)", "1/sqrt(day)", "steps of the walk of detention", _J, "order only"),
    _row("violence_power", "beta(1, 1)", "power", "how violence follows the level of the crowd", _J, "flat"),
    _row("detention_power", "beta(1, 1)", "power", "how detention follows the level of the crowd", _J, "flat"),
    _row("armed_share", "beta(1, 2)", "share", "armed people among the dead who are not security", _J, "wide"),
    _row("allied_death", "lognormal(1e-5, 1.5)", _DAILY, "death of an allied soldier", _J, "order only"),
    # with the walks: 2 dead (ln-sd 2.5) and 52 detained (ln-sd 2.5) per million over two and a half weeks
    _row(
        "rate dead",
        "lognormal(0.05, 1.4)",
        _RATE,
        "people killed at the calm level",
        _R,
        f"deaths per million, {_TABLE}",
    ),
    _row(
        "rate security dead",
        "lognormal(0.006, 1.4)",
        _RATE,
        "security forces killed at the calm level",
        _R,
        f"a ninth of the dead, {_TABLE}",
    ),
    _row("rate wounded", "lognormal(0.75, 1.4)", _RATE, "people wounded at the calm level", _J, "fifteen for one dead"),
    _row("rate security wounded", "lognormal(0.4, 1.4)", _RATE, "security wounded at the calm level", _J, "order only"),
    _row("rate weapons", "lognormal(0.2, 1.4)", _RATE, "weapons lost outside posts, calm level", _J, "order only"),
    _row(
        "rate detained",
        "lognormal(1.5, 1.4)",
        _RATE,
        "people detained at the calm level",
        _R,
        f"detained per million, {_TABLE}",
    ),
    _row("rate stormed", "lognormal(0.005, 1.2)", _DAILY, "storming of a place", _J, "order only"),
    _row("rate abandoned", "lognormal(0.005, 1.2)", _DAILY, "abandoning of a place", _J, "order only"),
    _row("rate retaken", "lognormal(0.5, 1.0)", _DAILY, "retaking of a lost place", _J, "order only"),
    _decision("concede", "lognormal(0.1, 1.2)"),
    _decision("dismiss government", "lognormal(0.1, 1.2)"),
    _decision("declare emergency", "lognormal(0.05, 1.2)", _R, f"18 of 30 {_TABLE}, of 20 days at the median"),
    _decision("cut internet", "lognormal(0.025, 1.2)", _R, "11 of the same 30"),
    _decision("sideline rival", "lognormal(0.1, 1.2)"),
    _decision("request help", "lognormal(0.025, 1.2)", _R, "11 of the same 30"),
    _decision("order lethal force", "lognormal(0.1, 1.2)"),
    _decision("purge", "lognormal(0.025, 1.2)", _R, "11 of the same 30"),
    _decision("coup attempt", "lognormal(0.003, 1.2)", _J, "that of the political accounts"),
    _decision("resign", "lognormal(0.003, 1.2)", _R, "9 % in 30 days of 236 large protests for removal"),
    _decision("accept request", "lognormal(0.5, 1.2)", _R, f"median delay of a day, {_TABLE}"),
    _decision("refuse request", "lognormal(0.1, 1.2)", _R, f"a fifth as often, {_TABLE}"),
    _decision("deploy", "lognormal(0.5, 1.2)", _R, f"median delay of a day, {_TABLE}"),
    _decision("announce withdrawal", "lognormal(0.1, 1.2)"),
    _decision("complete withdrawal", "lognormal(0.1, 1.2)"),
)
STEP = Distribution("normal", 0.0, 1.0, "normal(0, 1)")
OFFSET = Distribution("normal", 0.0, 0.8, "normal(0, 0.8)")
"""Lasting offset of a region on the log scale (judgement: about that of the political accounts)."""
_ALONE = Distribution("fixed", 0.0, 0.0, "0")


def reference_prior(case: Case) -> Prior:
    """The table's rows (those that no rule reads are fixed), OWN, steps of the walks, offsets of the regions."""
    known = claim_prior(case, ())
    rows: dict[str, tuple[Distribution, ...]] = {}
    for name, parameter in zip(NAMES, TABLE, strict=True):
        fixed = _FIXED.get(name, parameter.prior.median)
        still = (Distribution("fixed", fixed, 0.0, str(fixed)),)
        rows[name] = known.rows[known.names.index(name)] if name in SHARED else still
    own = {p.name: p.prior for p in PARAMETERS}
    rows |= {name: (own[name],) for name in OWN}
    rows |= {f"{walk} step {j + 1}": (STEP,) for walk in WALKS for j in range(KNOTS)}
    rows |= {f"offset {r.name}": (OFFSET if len(case.regions) > 1 else _ALONE,) for r in case.regions}
    parts = tuple(rows.values())
    drivers = tuple((j, 0) for j, part in enumerate(parts) if part[0].kind != "fixed")
    return Prior(tuple(rows), parts, drivers)


def reference_problem(case: Case) -> Problem:
    """The case under the reference account: no claims, no distances, its own prior."""
    problem = build_problem(case, ())
    M = problem.M.copy()
    M[:, at.DISPOSITION_ROW] = -1  # a row of the political accounts' prior; offsets take its place
    return replace(problem, prior=reference_prior(case), M=M, distance=np.zeros((0, 0)))


class ReferenceModel(CrisisModel):
    """The reference account as the filter sees it; everything but the step is the crisis model's."""

    @property
    def spacing(self) -> float:
        """Hours between the knots of the walks."""
        return float(self.problem.edges[-1]) / KNOTS

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Block:
        """A block at the clock's start; the walks' steps are summed to their levels at the knots."""
        return super().start(self._levels(values), keys, worlds)

    def _levels(self, values: NDArray) -> NDArray:
        values = values.copy()
        revert = values[row("revert")]
        kept = np.exp(-revert * self.spacing / 24.0)
        for w, walk in enumerate(WALKS):
            size = values[row(f"{walk}_sd")] * np.sqrt((1.0 - kept * kept) / (2.0 * revert))
            level = np.zeros_like(revert)
            for j in range(WALK_ROW + w * KNOTS, WALK_ROW + (w + 1) * KNOTS):
                level = kept * level + size * values[j]
                values[j] = level
        return values

    def advance(self, block: Block, first: int, last: int) -> None:
        """Run steps ``first`` to before ``last``."""
        advance_reference(*self._arguments(block), self.spacing, first, last)
