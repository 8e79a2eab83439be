"""Posteriors without weighing: worlds of the prior, judged by the evidence as a run's draws are."""

import numpy as np

from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.posterior import Draws, Posterior
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids


def judged_prior(case, sets, draws=128, seed=5, evidence=None, as_of=None):
    """Draws of the prior with the likelihood of their own worlds; ``evidence`` gives log evidences by set (zero without);
    with ``as_of`` only what was reported by then, so that before the first report the draws are the posterior itself."""
    empty = Posterior(case, build_docket(case, as_of), seed, None, {})
    found = {}
    for number, claims in enumerate(sets):
        model = empty.model(claims)
        key = np.uint64(seed + number)
        z, ids = normals(key, (draws, model.problem.prior.dimension)), fresh_ids(key, draws, model.noise_keys)
        run = run_filter(model, model.problem.prior.transform(z), ids, 1, seed)
        found[claims] = Draws(claims, z, ids, run.evidence, run.items, (evidence or {}).get(claims, 0.0), 0.1)
    return Posterior(case, empty.docket, seed, None, found)
