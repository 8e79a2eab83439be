"""The filter as a deterministic function: same bits on one thread, two threads and in another process; exact
resampling."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from realpolitik.bench.influenza import Influenza
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import combine_array, lane_keys, name_key
from realpolitik.fitting.filter import run_block, run_filter
from realpolitik.fitting.resampling import close, gather_lanes, gather_rows, resample
from tests.known_answers.models.linear_gaussian import LinearGaussian, kalman

ROOT = Path(__file__).parents[2]
SERIES = np.array([0.3, -1.2, 0.8, np.nan, 1.9, 0.1, -0.4, 2.2])
VALUES = (0.8, 0.5, 1.0, 0.0, 1.0)


def particles(n, values=VALUES, seed=1):
    return np.repeat(np.array(values, float)[:, None], n, axis=1), combine_array(np.uint64(seed), np.arange(n, dtype=np.uint64))


def flu(n=21, worlds=16, pool=None):
    values, ids = particles(n, (2.2, 0.6, 1.0))
    return run_filter(Influenza(), values, ids, worlds, 5, pool=pool)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_never_change_a_bit(threads):
    """Blocks are independent and sums run in fixed order: without a pool, on one thread, on two."""
    alone = flu()
    with ThreadPoolExecutor(threads) as pool:
        shared = flu(pool=pool)
    assert np.array_equal(alone.evidence, shared.evidence)
    assert np.array_equal(alone.items, shared.items)


@pytest.mark.parametrize("lanes", [256, 1024])
def test_the_size_of_a_block_never_changes_a_bit(lanes):
    """A wide model in larger blocks, and a particle of more worlds than a block of the crisis holds."""
    values, ids = particles(9, (2.2, 0.6, 1.0))
    for worlds in (32, 256):
        narrow, wide = (run_filter(Influenza(), values, ids, worlds, 5, lanes=n) for n in (128, lanes))
        assert np.array_equal(narrow.evidence, wide.evidence)
        assert np.array_equal(narrow.items, wide.items)


def test_a_model_for_one_block_refuses_more():
    values, ids = particles(2)
    with pytest.raises(ValueError, match="128 worlds at a time, not 256"):
        run_filter(LinearGaussian(SERIES), values, ids, 256, 3)


def test_another_process_gives_the_same_bits():
    code = "from tests.fitting.test_filter import flu as f; print(f().evidence.tobytes().hex(), f().items.tobytes().hex())"
    command = [sys.executable, "-c", code]
    there = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    here = flu()
    assert there == [here.evidence.tobytes().hex(), here.items.tobytes().hex()]


def test_a_particle_is_the_same_wherever_it_lies():
    """Noise ids travel with the particle: alone, reversed, or among others in a block, log Ẑ is the same bits."""
    values, ids = particles(20)
    values[0] = np.linspace(0.1, 0.9, 20)
    model = LinearGaussian(SERIES)
    whole = run_filter(model, values, ids, 16, 3).evidence
    assert np.array_equal(run_filter(model, values[:, ::-1], ids[::-1], 16, 3).evidence[::-1], whole)
    for j in (0, 7, 19):
        assert run_filter(model, values[:, j : j + 1], ids[j : j + 1], 16, 3).evidence[0] == whole[j]


def test_seed_and_noise_id_both_matter():
    values, ids = particles(8)
    model = LinearGaussian(SERIES)
    first = run_filter(model, values, ids, 16, 3).evidence
    assert len(np.unique(first)) == 8
    assert not np.any(np.isin(first, run_filter(model, values, ids, 16, 4).evidence))


@pytest.mark.parametrize("worlds", [1, 2, 8, 32, 128])
def test_unbiased_at_any_number_of_worlds(worlds):
    """E[Ẑ] is the likelihood for one world too: mean of Ẑ/Z over 4,096 particles is 1 within 4 s.e.; the s.e. is below
    0.05."""
    count = 4096 if worlds < 128 else 512
    values, ids = particles(count)
    ratio = np.exp(run_filter(LinearGaussian(SERIES), values, ids, worlds, 3).evidence - kalman(SERIES, *VALUES)[0])
    error = ratio.std(ddof=1) / np.sqrt(count)
    assert abs(ratio.mean() - 1.0) < 4 * error
    assert error < 0.05


def test_one_observation_by_hand():
    """Without resampling log Ẑ is the log of the mean weight: one observation, recomputed from the states of the
    worlds."""
    seen = {}

    def probe(model, block, step, ancestors, shares):
        if shares is None:
            seen["x"] = block.S.reshape(-1, LANES)[0].copy()
        else:
            seen["shares"] = shares.copy()

    values, ids = particles(4)
    evidence, items, _ = run_block(LinearGaussian([0.7]), values, lane_keys(3, ids, 32), 32, probe)
    density = norm.logpdf(0.7, seen["x"], 1.0).reshape(4, 32)
    assert evidence == pytest.approx(logsumexp(density, axis=1) - np.log(32), abs=1e-12)
    assert seen["shares"].reshape(4, 32) == pytest.approx(np.exp(density - logsumexp(density, axis=1, keepdims=True)), abs=1e-12)
    assert items[:, 0] == pytest.approx((seen["shares"].reshape(4, 32) * density).sum(axis=1), abs=1e-12)


def test_a_series_without_observations_has_a_log_likelihood_of_zero():
    values, ids = particles(8)
    assert np.all(run_filter(LinearGaussian(np.full(5, np.nan)), values, ids, 16, 3).evidence == 0.0)


def test_a_probe_changes_nothing():
    """Watching a run steps it one step at a time; the result is the same bits."""
    values, ids = particles(8)
    model = LinearGaussian(SERIES)
    watched = run_filter(model, values, ids, 16, 3, probe=lambda: lambda *_: None)
    assert np.array_equal(watched.evidence, run_filter(model, values, ids, 16, 3).evidence)


# ---- resampling


def resampled(log_weight, worlds, threshold=0.5, event=1):
    weight, evidence = np.array(log_weight, float), np.zeros(LANES // worlds)
    ancestors, keys = np.empty(LANES, np.int64), lane_keys(1, np.arange(LANES // worlds, dtype=np.uint64), worlds)
    some = resample(weight, keys, np.uint64(event), worlds, threshold, evidence, ancestors)
    return some, weight, evidence, ancestors


def test_equal_weights_are_left_alone():
    some, weight, evidence, ancestors = resampled(np.full(LANES, -3.0), 32)
    assert not some
    assert np.all(weight == -3.0)
    assert np.all(evidence == 0.0)
    assert np.array_equal(ancestors, np.arange(LANES))


def test_only_particles_that_need_it_are_resampled():
    """The first particle's weight lies on one world, the others' is even: only the first is resampled, its mean weight
    booked."""
    log_weight = np.zeros(LANES)
    log_weight[:32] = -1000.0
    log_weight[5] = 2.0
    some, weight, evidence, ancestors = resampled(log_weight, 32)
    assert some
    assert np.all(ancestors[:32] == 5)
    assert np.array_equal(ancestors[32:], np.arange(32, LANES))
    assert evidence[0] == pytest.approx(2.0 - np.log(32))
    assert np.all(evidence[1:] == 0.0)
    assert np.all(weight == 0.0)


def test_systematic_copies_are_whole_parts_of_the_expected_number():
    """Systematic resampling: a world of weight W has floor or ceil of N W copies, whatever the uniform; and stays in
    its particle."""
    rng = np.random.default_rng(3)
    log_weight = rng.normal(0.0, 2.0, LANES)
    for event in range(200):
        _, _, _, ancestors = resampled(log_weight, 32, threshold=1.1, event=event)
        for g in range(4):
            lanes = slice(32 * g, 32 * g + 32)
            assert ancestors[lanes].min() >= 32 * g
            assert ancestors[lanes].max() < 32 * g + 32
            copies = np.bincount(ancestors[lanes] - 32 * g, minlength=32)
            w = np.exp(log_weight[lanes] - logsumexp(log_weight[lanes]))
            assert np.all(copies >= np.floor(32 * w - 1e-9))
            assert np.all(copies <= np.ceil(32 * w + 1e-9))


def test_expected_copies_are_the_weights():
    """Averaged over 4,000 uniforms a world has N W copies, within 4 s.e. (copies vary by less than 1/2 either way: s.d.
    at most 0.5)."""
    log_weight = np.random.default_rng(4).normal(0.0, 1.5, LANES)
    total = np.zeros(LANES)
    for event in range(4000):
        total += np.bincount(resampled(log_weight, 128, threshold=1.1, event=event)[3], minlength=LANES)
    assert total / 4000 == pytest.approx(LANES * np.exp(log_weight - logsumexp(log_weight)), abs=4 * 0.5 / np.sqrt(4000))


def test_worlds_that_are_all_impossible():
    """Every weight minus infinity: nothing is resampled, and the evidence closes at minus infinity with even shares."""
    some, weight, evidence, _ = resampled(np.full(LANES, -np.inf), 128)
    assert not some
    shares = np.empty(LANES)
    close(weight, 128, evidence, shares)
    assert evidence[0] == -np.inf
    assert np.all(shares == 1.0 / 128)


def test_close_adds_the_log_mean_weight():
    log_weight = np.random.default_rng(5).normal(-700.0, 3.0, LANES)
    evidence, shares = np.array([1.0, 2.0, 3.0, 4.0]), np.empty(LANES)
    close(log_weight, 32, evidence, shares)
    expected = logsumexp(log_weight.reshape(4, 32), axis=1) - np.log(32) + [1.0, 2.0, 3.0, 4.0]
    assert evidence == pytest.approx(expected, abs=1e-11)
    assert shares.reshape(4, 32).sum(axis=1) == pytest.approx(np.ones(4), abs=1e-14)


def test_gather_moves_every_row():
    S = np.arange(3.0 * LANES)
    ancestors = np.random.default_rng(6).integers(0, LANES, LANES)
    gather_rows(S, ancestors)
    assert np.array_equal(S.reshape(3, LANES), np.arange(3.0 * LANES).reshape(3, LANES)[:, ancestors])


def test_uniforms_of_resampling_differ_by_step():
    """Checkpoints do not share their uniform: the same weights are resampled differently, but where two uniforms lie near."""
    log_weight = np.random.default_rng(7).normal(0.0, 2.0, LANES)
    found = {tuple(resampled(log_weight, 128, 1.1, name_key("resample", step))[3]) for step in range(10)}
    assert len(found) >= 8


@pytest.mark.parametrize("seed", range(20))
def test_lanes_of_blocks_side_by_side_are_gathered_in_place(seed):
    """Ancestors that never fall, as systematic resampling gives them: some lanes many children, some none, all rows alike."""
    rng, lanes = np.random.default_rng(seed), 3 * int(LANES)
    weight, ancestors, evidence = rng.normal(0.0, 0.3 + seed, lanes), np.arange(lanes), np.zeros(1)
    assert resample(weight, rng.integers(0, 2**63, lanes).astype(np.uint64), np.uint64(seed), lanes, 2.0, evidence, ancestors)
    assert np.all(np.diff(ancestors) >= 0)
    S = rng.random((3, 5, int(LANES)))
    expected = S.transpose(1, 0, 2).reshape(5, -1)[:, ancestors].reshape(5, 3, int(LANES)).transpose(1, 0, 2)
    flat = S.reshape(3, -1)
    gather_lanes(flat, ancestors)
    assert np.array_equal(flat.reshape(S.shape), expected)
