"""Exchange between two actors over two issues (Stokman & Van Oosten 1994): each gives way on what matters less to it.

Arrays are [..., actor, issue]; leading dimensions are draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Exchange:
    """What two actors can trade: outcomes [..., 2] before and after, and the gain of every actor [..., actor].

    A gain is salience times the outcome's way toward the actor, over both issues; the two partners' gains are equal, those of others
    are what the trade does to third parties. Where there is nothing to trade, `after` is `before` and all gains are 0.
    """

    before: NDArray
    after: NDArray
    gain: NDArray


def outcomes(position: ArrayLike, capability: ArrayLike, salience: ArrayLike) -> NDArray:
    """Weighted mean on every issue, [..., issue]; capability is [..., actor] or [..., actor, issue]."""
    x, s, c = _arrays(position, capability, salience)
    return (c * s * x).sum(axis=-2) / (c * s).sum(axis=-2)


def exchange(position: ArrayLike, capability: ArrayLike, salience: ArrayLike, first: int, second: int) -> Exchange:
    """The largest trade of equal gain between actors `first` and `second` over two issues (the last axis has length 2).

    They trade when the outcomes of both issues lie between them and the issues matter to them in different proportion. Nobody gives
    more than its whole way to the other, and no outcome is moved past the actor it is moved for.
    """
    x, s, c = _arrays(position, capability, salience)
    if x.shape[-1] != 2:
        raise ValueError("an exchange is over two issues")
    before = outcomes(x, c, s)
    share = c * s / (c * s).sum(axis=-2, keepdims=True)
    i, j = first, second
    between = np.all((x[..., i, :] - before) * (x[..., j, :] - before) < 0.0, axis=-1)
    bias = s[..., i, 0] * s[..., j, 1] - s[..., i, 1] * s[..., j, 0]
    # `first` is given the first issue when it cares relatively more about it, else the second.
    given_first = bias > 0.0
    room_i = _room(x, before, share, i, j)
    room_j = _room(x, before, share, j, i)
    sum_0, sum_1 = (s[..., i, a] + s[..., j, a] for a in (0, 1))
    room_0 = np.where(given_first, room_i[..., 0], room_j[..., 0])
    room_1 = np.where(given_first, room_j[..., 1], room_i[..., 1])
    # Equal gains: the moves are to each other as the sums of salience on the other issue.
    step = np.where(between & (bias != 0.0), np.minimum(room_0 * sum_0, room_1 * sum_1), 0.0)
    moves = np.stack([step / sum_0, step / sum_1], axis=-1)
    winner = np.stack([np.where(given_first, i, j), np.where(given_first, j, i)], axis=-1)
    target = np.take_along_axis(x, winner[..., None, :], axis=-2)[..., 0, :]
    after = before + np.sign(target - before) * moves
    gain = (s * (np.abs(x - before[..., None, :]) - np.abs(x - after[..., None, :]))).sum(axis=-1)
    return Exchange(before, after, gain)


def _room(x: NDArray, before: NDArray, share: NDArray, winner: int, giver: int) -> NDArray:
    """How far each outcome can move for `winner` when `giver` gives way, [..., issue]."""
    return np.minimum(share[..., giver, :] * np.abs(x[..., giver, :] - x[..., winner, :]), np.abs(x[..., winner, :] - before))


def _arrays(position: ArrayLike, capability: ArrayLike, salience: ArrayLike) -> tuple[NDArray, NDArray, NDArray]:
    x, s, c = (np.asarray(v, float) for v in (position, salience, capability))
    c = c[..., None] if c.ndim < x.ndim else c
    x, s, c = np.broadcast_arrays(x, s, c)
    return x, s, c
