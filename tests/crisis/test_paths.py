"""Paths recorded step by step come out by world."""

import numpy as np
import pytest

from realpolitik.crisis.layout import LANES
from realpolitik.crisis.reports import paths_by_world


@pytest.mark.parametrize("steps", [1, 16, 37])
@pytest.mark.parametrize("worlds", [1, 77, LANES])
def test_paths_by_world_only_turns_the_axes(worlds, steps):
    """Every number arrives, whatever is left over of a line of sixteen steps, and only as many worlds as asked for."""
    path = np.random.default_rng(steps).random((steps, 5, LANES), np.float32)
    out = np.full((worlds, 5, steps), np.nan, np.float32)
    paths_by_world(path, out)
    assert np.array_equal(out, path.transpose(2, 1, 0)[:worlds])
