"""The expected-utility model of challenges (Bueno de Mesquita 1984-1997, as printed by Scholz, Calbert & Smith 2011): a variant.

Every actor considers challenging every other, weighing what it would win and lose by the help each side would find; whoever
stands to lose gives way. The status quo is taken to go on unless challenged (Q = 1, as in the published replication). Its path is
jumpy, and its published figures hang on choices that the printed equations do not hold, so it is shown beside the weighted mean and
never instead of it.
Arrays are [..., actor], or [..., i, j] for i challenging j.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from realpolitik.answers.bargaining import median, weights

_NOTHING = 1e-10


def win_probability(position: ArrayLike, weight: ArrayLike) -> NDArray:
    """P[..., i, j] that i prevails over j: the weighted gain of those nearer to i as a share of all that is at stake.

    One half where both stand at one place.
    """
    x, w = np.broadcast_arrays(np.asarray(position, float), np.asarray(weight, float))
    distance = np.abs(x[..., :, None] - x[..., None, :])
    # stake[..., i, j, k]: how much nearer k is to i than to j
    stake = distance[..., None, :, :] - distance[..., :, None, :]
    for_i = np.einsum("...k,...ijk->...ij", w, np.maximum(stake, 0.0))
    either = np.einsum("...k,...ijk->...ij", w, np.abs(stake))
    return np.where(either > 0.0, for_i / np.where(either > 0.0, either, 1.0), 0.5)


def expected_utility(position: ArrayLike, weight: ArrayLike, salience: ArrayLike, risk: ArrayLike = 1.0) -> NDArray:
    """E[..., i, j]: what i expects from challenging j, over leaving things as they are; `risk` is i's exponent."""
    x, s, risk = np.broadcast_arrays(*(np.asarray(v, float) for v in (position, salience, risk)))
    span = np.ptp(x, axis=-1)
    near = np.abs(x[..., :, None] - x[..., None, :]) / np.where(span > 0.0, span, 1.0)[..., None, None]
    r = risk[..., :, None]
    succeeds = 2.0 - 4.0 * (0.5 - 0.5 * near) ** r
    fails = 2.0 - 4.0 * (0.5 + 0.5 * near) ** r
    stays = 2.0 - 4.0 * 0.5**r
    p = win_probability(x, weight)
    resists = s[..., None, :]
    expected = resists * (p * succeeds + (1.0 - p) * fails) + (1.0 - resists) * succeeds - stays
    # What decides is the sign: rounding must not make a quarrel of nothing, as between two who have come to stand at one place.
    return np.where(np.abs(expected) < _NOTHING, 0.0, expected)


def risk_exponents(position: ArrayLike, weight: ArrayLike, salience: ArrayLike) -> NDArray:
    """Risk exponent of each actor, 0.5 to 2: low for those whom the others gain most by challenging; 1 for all where all are alike."""
    utility = expected_utility(position, weight, salience)
    n = utility.shape[-1]
    security = np.where(np.eye(n, dtype=bool), 0.0, utility).sum(axis=-2)
    low, high = security.min(axis=-1, keepdims=True), security.max(axis=-1, keepdims=True)
    spread = high - low
    ratio = np.where(spread > 0.0, (2.0 * security - high - low) / np.where(spread > 0.0, spread, 1.0), 0.0)
    return (1.0 - ratio / 3.0) / (1.0 + ratio / 3.0)


def one_round(position: ArrayLike, weight: ArrayLike, salience: ArrayLike) -> NDArray:
    """Positions [..., actor] after one round of challenges: each actor takes the offer that moves it least."""
    x = np.array(np.broadcast_arrays(np.asarray(position, float), np.asarray(weight, float))[0])
    risk = risk_exponents(x, weight, salience)
    mine = expected_utility(x, weight, salience, risk)  # [..., i, j]
    theirs = np.swapaxes(mine, -1, -2)
    toward = x[..., None, :] - x[..., :, None]  # what i would have to move
    with np.errstate(divide="ignore", invalid="ignore"):
        meets = np.abs(mine / theirs)
    share = np.zeros_like(mine)
    share = np.where((mine > 0.0) & (theirs > mine), 1.0, share)  # both would fight, and i would lose
    share = np.where((mine < 0.0) & (theirs > 0.0), np.minimum(meets, 1.0), share)  # i meets j part of the way, or is compelled
    moves = np.where(share > 0.0, share * toward, np.inf)
    best = np.argmin(np.abs(moves), axis=-1)[..., None]
    least = np.take_along_axis(moves, best, axis=-1)[..., 0]
    return x + np.where(np.isfinite(least), least, 0.0)


def challenges(position: ArrayLike, capability: ArrayLike, salience: ArrayLike, rounds: int = 5) -> NDArray:
    """Weighted median of the positions after `rounds` rounds, [...]; the positions of one round feed the next."""
    weight = weights(capability, salience)
    x = np.asarray(position, float)
    for _ in range(rounds):
        x = one_round(x, weight, salience)
    return median(x, weight)
