"""What a world-step costs beside its draws: the record is of the draws that were made, and the replay makes them again."""

import numpy as np
import pytest

from realpolitik.bench.draws import FreeWorlds, Recorder, measure, recording, replay, text_of
from realpolitik.bench.growth import CLAIMS, made_up
from realpolitik.chance.aligned import LINE, lined_up
from realpolitik.chance.draws import FREE, LANES, N, P, X, draw_binomials, draw_uniforms


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("growth"), accounts=2)


def test_a_replayed_record_gives_the_draws_that_were_recorded(case):
    record, uniforms = FreeWorlds(case, CLAIMS[:1], 2).listen(8)
    steps = len(record.first) - 1
    assert steps == 2 * -(-20 // 8) - 1  # 20 steps; the second block begins four steps later
    assert record.first[-1] == len(record.row) == uniforms
    assert record.drawn.shape == (uniforms, LANES)
    assert 0.0 < record.drawn.sum() <= record.trials.sum()
    w = np.zeros(FREE * LANES)
    for c in range(uniforms):
        draw_uniforms(record.keys[record.row[c]], record.events[c], w)
        w[N : N + LANES], w[P : P + LANES] = record.trials[c], record.chances[c]
        draw_binomials(w)
        assert np.array_equal(w[X : X + LANES], record.drawn[c])
    arguments = record.keys, record.row, record.events, record.trials, record.chances, record.first, w
    calls = np.arange(uniforms)
    assert replay(*arguments, True) == record.drawn[calls, calls % LANES].sum()
    assert replay(*arguments, False) == 0.0


def test_a_recorded_step_ends_as_any_step_and_leaves_no_trace(case):
    """Up to the rounding of fused instructions, which plain Python does not have."""
    run = FreeWorlds(case, CLAIMS[:1], 1)
    plain, heard, again = (run.start(0) for _ in range(3))
    run.model.advance(plain, 0, 4)
    with recording(Recorder()):
        run.model.advance(heard, 0, 4)
    assert np.allclose(heard.S, plain.S, rtol=1e-9, atol=1e-9, equal_nan=True)
    run.model.advance(again, 0, 4)
    assert np.array_equal(again.S, plain.S, equal_nan=True)


def test_a_step_costs_more_than_its_draws(case):
    found = measure(case, blocks=1, every=5, rounds=5)
    assert found["sets of claims"] == 2
    assert found["ratio"]["median"] > 1.0
    assert 0.0 < found["draws ns"]["median"] < found["world-step ns"]["median"] < found["world-step ns with the start"]["median"]
    assert found["recorded"]["calls"] * int(LANES) == found["recorded"]["draws"]
    assert 0.0 < found["binomials with somebody"] < found["binomials"] == found["uniforms"]
    assert "ratio: " in text_of(found)


@pytest.mark.parametrize("shape", [(3,), (5, 7, 2)])
def test_lined_up_arrays_begin_at_a_line(shape):
    for dtype in (np.float64, np.uint64):
        array = lined_up(shape, dtype)
        assert array.shape == shape
        assert array.dtype == dtype
        assert array.ctypes.data % LINE == 0
        assert array.flags.c_contiguous
        assert not array.any()
