"""What a world becomes hangs on its parameters and its chance, not on the worlds beside it in a block."""

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.crisis.layout import LANES
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids

WORLDS = int(LANES)


@pytest.mark.parametrize("claims", [(), ("organised-cells",), ("foreign-fighters",)])
def test_a_world_is_the_same_alone_and_beside_others(claims):
    """Every number of its state at the clock's end, bit by bit: blocks skip what no lane needs, so an omission would show here."""
    problem = build_problem(load("three-towns"), claims)
    model = CrisisModel(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
    values = problem.prior.transform(normals(np.uint64(7), (WORLDS, problem.prior.dimension)))
    for name, value in {"security_wounded": 5.0, "restraint": 1.0}.items():  # a small crowd hurts somebody at once
        values[problem.prior.names.index(name)] = value
    ids = fresh_ids(np.uint64(9), WORLDS, model.noise_keys)

    def ends(values, ids):
        def look(model, block, step, ancestors, shares):
            return None if shares is None else block.S.reshape(-1, WORLDS).copy()

        return run_filter(model, values, ids, 1, 1, probe=lambda: look).extra[0]

    together = ends(values, ids)
    for world in range(WORLDS):
        alone = ends(np.repeat(values[:, [world]], WORLDS, axis=1), np.repeat(ids[[world]], WORLDS, axis=0))
        np.testing.assert_array_equal(alone, np.repeat(together[:, [world]], WORLDS, axis=1), err_msg=f"world {world}")
