"""Keys: which uniform number belongs to which event.

A draw is named, never numbered. Its uniform is a hash of

* the *lane key*: seed, noise id of the parameter particle, slot of the world;
* the *event key*: name of the mechanism, name of the region, hour of the step.

So a decision that is changed, a region that is added or a thread that comes later leaves every other draw as it was,
and nothing has to be stored to replay a world. The mixing function is that of splitmix64 (Steele, Lea & Flood 2014);
both keys have been through it, so that once more is enough for their sum without carry.

Keys are uint64, and whatever meets them must be uint64 too. NumPy makes float64 of int64 with uint64 and so drops the
last eleven bits of a key without a word; Numba makes int64 of it, even of a literal, after which ``>>`` copies the
sign bit. Hence ``np.uint64(…)`` around every literal, hour and index that is combined with a key.
"""

from __future__ import annotations

import hashlib

import numpy as np

from realpolitik.chance.compiled import inlined, kernel

_MASK = (1 << 64) - 1
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@inlined
def mix(z):
    """The splitmix64 finaliser: a bijection of 64-bit words that scatters every bit."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inlined
def combine(a, b):
    """A word for the ordered pair (a, b)."""
    return mix(mix(a + np.uint64(0x9E3779B97F4A7C15)) ^ (b * np.uint64(0xD1342543DE82EF95)))


@inlined
def uniform(lane, event):
    """The uniform on (0, 1) of one event in one lane; 53 bits, never 0 and never 1."""
    z = mix(lane ^ event)
    return (np.float64(np.int64(z >> np.uint64(12))) + 0.5) * 2.220446049250313e-16


@kernel
def uniforms(lanes, event, out):
    """Fill ``out`` [lane] with the uniforms of one event in every lane of a block."""
    for i in range(out.size):
        out[i] = uniform(lanes[i], event)


def name_key(*names: str | int) -> np.uint64:
    """A 64-bit word for a tuple of names; stable over versions, machines and processes."""
    text = "\x1f".join(str(n) for n in names)
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def _mix_array(z: np.ndarray) -> np.ndarray:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def combine_array(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """:func:`combine` for NumPy arrays of uint64 (broadcasting)."""
    with np.errstate(over="ignore"):
        return _mix_array(_mix_array(np.asarray(a, np.uint64) + GOLDEN) ^ (np.asarray(b, np.uint64) * np.uint64(0xD1342543DE82EF95)))


def uniform_array(lane: np.ndarray, event: np.ndarray) -> np.ndarray:
    """:func:`uniform` for NumPy arrays (broadcasting)."""
    with np.errstate(over="ignore"):
        z = _mix_array(np.asarray(lane, np.uint64) ^ np.asarray(event, np.uint64))
    return ((z >> np.uint64(12)).astype(np.float64) + 0.5) * 2.220446049250313e-16


def lane_keys(seed: int, noise_ids: np.ndarray, worlds: int) -> np.ndarray:
    """Keys of all lanes, shape [particle * worlds], or [block, particle * worlds] for ids of shape [particle, block].

    Worlds of one particle lie side by side.
    """
    base = combine_array(np.uint64(seed & _MASK), np.asarray(noise_ids, np.uint64).T)
    keys = combine_array(base[..., None], np.arange(worlds, dtype=np.uint64))
    return keys.reshape(*base.shape[:-1], -1)
