"""A run without weighing: worlds of the prior whose acts happen when the evidence says, as if they were the posterior."""

from types import SimpleNamespace

import numpy as np

from realpolitik.fitting.abduction import abduct
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.posterior import Draws, Posterior
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids


def prior_run(case, sets=(("organised-cells",), ()), draws=256, seed=5):
    """Something that answers as a run does; only worlds whose every act has a hazard are in it."""
    docket = build_docket(case)
    empty = Posterior(case, docket, seed, None, {})
    found = {}
    for claims in sets:
        model = empty.model(claims)
        z = normals(np.uint64(seed), (draws, model.problem.prior.dimension))
        ids = fresh_ids(np.uint64(seed), draws, model.noise_keys)
        keep = abduct(model, model.problem.prior.transform(z), ids, seed).sound
        items = np.zeros((int(keep.sum()), len(docket.entries)))
        found[claims] = Draws(claims, z[keep], ids[keep], np.zeros(len(items)), items, -10.0, 0.1)
    return SimpleNamespace(posterior=Posterior(case, docket, seed, None, found), notes=[], threads=None, results={"case": case.name})
