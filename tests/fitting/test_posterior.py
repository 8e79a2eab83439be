"""The draws a run keeps: replaying them gives the worlds again, bit for bit."""

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.answers.run import Run
from realpolitik.errors import RunError
from realpolitik.fitting import storage
from realpolitik.fitting.filter import run_filter


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from realpolitik.case.starter import new

    folder = tmp_path_factory.mktemp("starter")
    case = new("harbour", folder)
    return rp.weigh(rp.load(case), runs=folder / "runs", seed=3)


def test_replay_gives_the_stored_likelihoods_bit_for_bit(run):
    posterior = run.posterior
    assert len(posterior.sets) >= 2
    for claims, draws in posterior.sets.items():
        model = posterior.model(claims)
        again = run_filter(model, model.problem.prior.transform(draws.z), draws.ids, 1, posterior.seed)
        assert np.array_equal(again.items, draws.items)
        assert np.allclose(again.evidence, draws.log_likelihood, rtol=0, atol=1e-9)


def test_draws_of_another_model_are_refused(run):
    path = next((run.folder / "posterior").glob("*.npz"))
    arrays, meta = storage.load_arrays(path)
    storage.save_arrays(path, arrays, {**meta, "kernels": "another"})
    with pytest.raises(RunError, match="another version of the model"):
        _ = Run.open(run.folder).posterior
    storage.save_arrays(path, arrays, meta)
