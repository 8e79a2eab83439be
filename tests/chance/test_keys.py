"""Keyed uniforms: known answers, uniformity, independence, and one definition in NumPy and in compiled code."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import chi2, kstest

from realpolitik.chance.compiled import kernel
from realpolitik.chance.keys import combine, combine_array, lane_keys, name_key, uniform_array, uniforms

WORLDS = 128


@kernel
def combine_all(a, b, out):
    for i in range(a.size):
        out[i] = combine(a[i], b[i])


def lanes(seed=1, particles=1):
    return lane_keys(seed, np.arange(particles, dtype=np.uint64), WORLDS)


def test_known_answers():
    """Keys are part of every stored run: a change of these numbers breaks all of them, so it must be deliberate."""
    assert name_key("join", "Almaty") == 13058698026809639152
    assert combine_array(np.uint64(1), np.uint64(2)) == 17044313865854169904
    keys = lane_keys(2022, np.array([7], np.uint64), 2)
    assert keys.tolist() == [2824487235252271242, 13301835619639673410]
    assert uniform_array(keys, name_key("join", "Almaty")).tolist() == [
        0.3258870292393553,
        0.9350772436314473,
    ]


def test_names_are_not_run_together():
    """("ab", "c") and ("a", "bc") are different events, and so are a number and another number."""
    assert len({name_key("ab", "c"), name_key("a", "bc"), name_key("abc"), name_key("a", 1), name_key("a", 2)}) == 5


def test_compiled_and_numpy_give_the_same_bits():
    keys, event = lanes(), name_key("anything")
    out = np.empty(WORLDS)
    uniforms(keys, event, out)
    assert np.array_equal(out, uniform_array(keys, event))
    pairs = np.empty(WORLDS, np.uint64)
    combine_all(keys, keys[::-1].copy(), pairs)
    assert np.array_equal(pairs, combine_array(keys, keys[::-1]))


def test_another_process_gives_the_same_bits():
    code = (
        "import numpy as np; from realpolitik.chance.keys import *; "
        "u = uniform_array(lane_keys(5, np.arange(3, dtype=np.uint64), 4), name_key('x', 'y')); "
        "print(u.tobytes().hex())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    here = uniform_array(lane_keys(5, np.arange(3, dtype=np.uint64), 4), name_key("x", "y"))
    assert there == here.tobytes().hex()


def test_never_zero_and_never_one():
    """Quantiles of 0 and 1 are infinite: the extreme words stay inside (0, 1)."""
    u = uniform_array(lanes(particles=2000)[:, None], combine_array(np.uint64(3), np.arange(20, dtype=np.uint64)))
    assert u.min() > 0.0
    assert u.max() < 1.0


@pytest.mark.parametrize("along", ["lanes", "events", "seeds", "hours"])
def test_uniform_along_every_axis(along):
    """10,000 draws along one axis of the key, by each of 200 other words: Kolmogorov-Smirnov against the uniform, and the 200
    p-values against the uniform again. Fixed keys, so p > 0.001 is a fixed fact."""
    n, words = 10_000, combine_array(name_key(along), np.arange(200, dtype=np.uint64))
    count = np.arange(n, dtype=np.uint64)
    if along == "lanes":
        varied = lane_keys(1, count[: -(-n // WORLDS)], WORLDS)
    elif along == "events":
        varied = np.array([name_key("event", i) for i in range(n)], np.uint64)
    elif along == "seeds":
        varied = np.concatenate([lane_keys(s, np.zeros(1, np.uint64), 1) for s in range(n)])
    else:
        varied = combine_array(name_key("event"), count * np.uint64(60))
    each = [kstest(uniform_array(varied, word), "uniform").pvalue for word in words]
    assert kstest(each, "uniform").pvalue > 0.001


@pytest.mark.parametrize(
    ("first", "second"),
    [("lane", "next lane"), ("event", "next hour"), ("particle", "next particle"), ("seed", "next seed")],
)
def test_neighbours_are_independent(first, second):
    """Pairs of neighbouring keys fill a 16 x 16 table evenly: chi-square with 255 degrees of freedom below its 99.9 %
    point."""
    n, event = 128_000, name_key("event")
    ids = np.arange(n // WORLDS, dtype=np.uint64)
    here = uniform_array(lane_keys(1, ids, WORLDS), combine_array(event, np.uint64(360)))
    if first == "lane":
        there = np.roll(here, 1)
    elif first == "event":
        there = uniform_array(lane_keys(1, ids, WORLDS), combine_array(event, np.uint64(720)))
    elif first == "particle":
        there = uniform_array(lane_keys(1, ids + np.uint64(1), WORLDS), combine_array(event, np.uint64(360)))
    else:
        there = uniform_array(lane_keys(2, ids, WORLDS), combine_array(event, np.uint64(360)))
    table = np.histogram2d(here, there, bins=16, range=[[0, 1], [0, 1]])[0]
    assert np.square(table - n / 256).sum() / (n / 256) < chi2.ppf(0.999, 255)


def test_no_two_lanes_share_a_key():
    keys = lane_keys(1, np.arange(4096, dtype=np.uint64), WORLDS)
    assert len(np.unique(keys)) == keys.size


def test_a_particle_keeps_its_chance_wherever_it_lies():
    """Noise ids travel with the particle, never with its slot."""
    ids = np.array([11, 5, 9], np.uint64)
    assert np.array_equal(lane_keys(4, ids, 8).reshape(3, 8)[1], lane_keys(4, ids[1:2], 8))
