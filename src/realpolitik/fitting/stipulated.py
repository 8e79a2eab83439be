"""The part of a decision's bans that a claim grants itself.

Where a claim sets a decision's hazard, the posterior worlds are weighed once more with that hazard back at its default (the same
quantile of the default prior). What the log evidence loses by it is *stipulated*: said, not found.
"""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from scipy.special import logsumexp

from realpolitik.case.records import Case
from realpolitik.crisis.parameters import DECISION_PARAMETERS
from realpolitik.fitting.account import Fit
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.priors import claim_prior
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.settings import Settings


def _columns(case: Case, claims: tuple[str, ...], parameter: str, fit: Fit) -> np.ndarray:
    """Values of one parameter at its default prior, driven by the same z as under the claims (zero where it was fixed)."""
    ours, default = claim_prior(case, claims), claim_prior(case, ())
    j, k = ours.names.index(parameter), default.names.index(parameter)
    own = [c for c, (row, _) in enumerate(ours.drivers) if row == j]
    z = fit.sample.z[:, own[0]] if own else np.zeros(len(fit.sample.z))
    return default.rows[k][0].from_standard_normal(z)


def stipulated(
    case: Case, claims: tuple[str, ...], fit: Fit, docket: Docket, settings: Settings, seed: int, pool: Executor | None
) -> dict[str, float]:
    """Nats of log evidence by item id that go when each hazard set by a claim returns to its default."""
    set_here = {s.parameter for c in claims for s in case.claims[c].sets if s.parameter.startswith("hazard_")}
    found: dict[str, float] = {}
    for parameter in sorted(set_here):
        decisions = {d for d, p in DECISION_PARAMETERS.items() if p == parameter}
        items = [e.item.id for e in docket.entries if e.event and e.event[0] in decisions and e.treatment in ("clamped", "absence")]
        items = items or [e.item.id for e in docket.entries if e.event and e.event[0] in decisions]
        if not items:
            continue
        problem = build_problem(case, claims)
        values = problem.prior.transform(fit.sample.z)
        values[problem.prior.names.index(parameter)] = _columns(case, claims, parameter, fit)
        model = CrisisModel(problem, docket, np.full(len(docket.entries), power(docket)), run_out=True)
        run = run_filter(model, values, fit.sample.ids, settings.worlds, seed, pool)
        lost = -float(logsumexp(run.evidence - fit.sample.log_likelihood) - np.log(len(values)))
        if not np.isfinite(lost):
            continue  # without the claim no world lives: nothing can be said of what it grants
        for item in items:
            found[item] = found.get(item, 0.0) + lost / len(items)
    return found
