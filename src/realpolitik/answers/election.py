"""A probabilistic Condorcet election among positions (the spatial model of KTAB, KAPSARC): a variant beside the weighted mean.

Options are the actors' own positions. Coalitions form by what actors stand to gain, the stronger side wins with a probability that
grows with a power of its strength, and challengers are put forward in proportion to the influence behind them; what the chain of
winners settles to is the distribution of the outcome. Arrays are [..., actor].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_DOUBLINGS = 40  # the chain is run for 2^40 steps, by squaring


def support(position: ArrayLike, weight: ArrayLike) -> NDArray:
    """S[a:b], the strength of the coalition for a's position against b's, [..., a, b]: sum of weight times gain.

    Utility falls straight with distance, in units of the range of positions.
    """
    x, w = np.broadcast_arrays(np.asarray(position, float), np.asarray(weight, float))
    span = np.ptp(x, axis=-1)
    span = np.where(span > 0.0, span, 1.0)
    utility = -np.abs(x[..., :, None] - x[..., None, :]) / span[..., None, None]  # [..., actor, option]
    gain = np.maximum(utility[..., :, :, None] - utility[..., :, None, :], 0.0)
    return np.einsum("...i,...iab->...ab", w, gain)


def win_probability(strength: ArrayLike, against: ArrayLike, power: ArrayLike = 2.0) -> NDArray:
    """S^power / (S^power + S'^power); one half when neither side has any strength.

    >>> float(win_probability(2.0, 1.0, 2.0))
    0.8
    """
    strength, against, power = np.broadcast_arrays(*(np.asarray(v, float) for v in (strength, against, power)))
    top = np.maximum(strength, against)
    scale = np.where(top > 0.0, top, 1.0)
    a, b = (strength / scale) ** power, (against / scale) ** power
    both = a + b
    return np.where(top > 0.0, a / np.where(both > 0.0, both, 1.0), 0.5)


def distribution(position: ArrayLike, weight: ArrayLike, power: ArrayLike = 2.0) -> NDArray:
    """Probability of each actor's position as the outcome, [..., actor], from even chances at the start.

    ``power`` may be infinite: the stronger coalition always wins.
    """
    strength = support(position, weight)
    against = np.swapaxes(strength, -1, -2)
    power = np.asarray(power, float)
    if np.all(np.isinf(power)):
        wins = np.where(strength == against, 0.5, (strength > against).astype(float))
    else:
        wins = win_probability(strength, against, power[..., None, None])
    influence = strength * wins
    total = influence.sum(axis=-2, keepdims=True)
    # chain[..., a, b]: from b to a. The challenger is put forward by influence, and then has to win.
    chain = np.where(total > 0.0, influence / np.where(total > 0.0, total, 1.0), 0.0) * wins
    n = chain.shape[-1]
    stays = 1.0 - chain.sum(axis=-2)
    chain = 0.5 * (chain + (1.0 + stays)[..., None, :] * np.eye(n))  # lazy, so that it cannot run in circles
    for _ in range(_DOUBLINGS):
        chain = chain @ chain
        chain /= chain.sum(axis=-2, keepdims=True)
    return chain.mean(axis=-1)


def election(position: ArrayLike, weight: ArrayLike, power: ArrayLike = 2.0) -> NDArray:
    """Mean outcome of the election, [...] in the unit of `position`."""
    return (np.asarray(position, float) * distribution(position, weight, power)).sum(axis=-1)
