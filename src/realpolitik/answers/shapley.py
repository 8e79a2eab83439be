"""Shapley values: what each supporter adds to a value, averaged over every order in which they could have come.

The value of a set of supporters is an array [..., 2^n]: the set's members are the bits of its index, the first player the lowest bit.
Leading dimensions are draws, so that an uncertain value gives uncertain shares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST = 16
"""Players whose subsets are still gone through one by one."""


def shapley(value: ArrayLike) -> NDArray:
    """Shapley value of each player, [..., n], exact; the values add up to v(all) - v(nobody).

    Parameters
    ----------
    value : array [..., 2^n]
        Value of each set of players.

    Raises
    ------
    ValueError
        When the last axis is no power of two, or there are more than `MOST` players.

    Examples
    --------
    >>> shapley([0.0, 1.0, 2.0, 5.0]).tolist()
    [2.0, 3.0]
    """
    v = np.asarray(value, float)
    n = _players(v.shape[-1])
    sets = np.arange(v.shape[-1])
    size = np.array([int(s).bit_count() for s in sets])
    weight = np.array([factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)])
    shares = []
    for player in range(n):
        others = sets[(sets >> player) & 1 == 0]
        gain = v[..., others | (1 << player)] - v[..., others]
        shares.append((gain * weight[size[others]]).sum(axis=-1))
    return np.stack(shares, axis=-1) if shares else np.zeros((*v.shape[:-1], 0))


def first_in(value: ArrayLike) -> NDArray:
    """What each player adds alone, [..., n]: v({i}) - v(nobody)."""
    v = np.asarray(value, float)
    alone = 1 << np.arange(_players(v.shape[-1]))
    return v[..., alone] - v[..., :1]


def last_in(value: ArrayLike) -> NDArray:
    """What is lost when each player alone leaves, [..., n]: v(all) - v(all but i). Of a patron this is its leverage."""
    v = np.asarray(value, float)
    n = _players(v.shape[-1])
    everybody = (1 << n) - 1
    return v[..., everybody, None] - v[..., everybody ^ (1 << np.arange(n))]


def value_of_sets(players: Sequence[str], value: Callable[[frozenset[str]], ArrayLike]) -> NDArray:
    """The array [..., 2^n] that :func:`shapley` takes, from a function of sets of names (called once for each set)."""
    if len(players) > MOST:
        raise ValueError(f"{len(players)} players have too many sets; {MOST} are the most")
    sets = (frozenset(p for i, p in enumerate(players) if (s >> i) & 1) for s in range(1 << len(players)))
    return np.stack([np.asarray(value(s), float) for s in sets], axis=-1)


def _players(sets: int) -> int:
    n = max(sets.bit_length() - 1, 0)
    if sets != 1 << n:
        raise ValueError(f"{sets} values are not one for each set of players: their number is a power of two")
    if n > MOST:
        raise ValueError(f"{n} players have too many sets; {MOST} are the most")
    return n
