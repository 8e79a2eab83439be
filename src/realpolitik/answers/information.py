"""What to watch: the bits by which an observation is expected to tell the accounts apart (Lindley 1956).

Expected information is the mutual information between the account and the observation, H(accounts) - E[H(accounts | observation)]. It is
never negative and never above the entropy of the accounts. Arrays are [..., account] and [..., account, outcome].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, xlogy

from realpolitik.chance.keys import combine_array, name_key, uniform_array

DRAWS = 1000
_FLAT = 0.5  # Jeffreys' prior of a share, so that an outcome never seen among few worlds is not held impossible


def entropy(probability: ArrayLike) -> NDArray:
    """Shannon entropy in bits along the last axis.

    >>> float(entropy([0.5, 0.5]))
    1.0
    """
    p = np.asarray(probability, float)
    return -xlogy(p, p).sum(axis=-1) / np.log(2.0)


def posterior(prior: ArrayLike, predictive: ArrayLike) -> NDArray:
    """Probability of each account after each outcome, [..., outcome, account]; the prior where an outcome cannot happen."""
    prior, predictive = np.asarray(prior, float), np.asarray(predictive, float)
    joint = np.swapaxes(prior[..., :, None] * predictive, -1, -2)
    total = joint.sum(axis=-1, keepdims=True)
    return np.where(total > 0.0, joint / np.where(total > 0.0, total, 1.0), prior[..., None, :])


def expected_bits(prior: ArrayLike, predictive: ArrayLike) -> NDArray:
    """Mutual information in bits, [...].

    Parameters
    ----------
    prior : array [..., account]
        Probability of each account now; sums to 1.
    predictive : array [..., account, outcome]
        Probability of each outcome under each account; sums to 1 over outcomes.
    """
    prior, predictive = np.asarray(prior, float), np.asarray(predictive, float)
    mixed = np.einsum("...a,...ao->...o", prior, predictive)
    # Rounding alone can take the difference below nothing.
    return np.maximum(entropy(mixed) - (prior * entropy(predictive)).sum(axis=-1), 0.0)


def of_test(prior: ArrayLike, sensitivity: ArrayLike, specificity: ArrayLike) -> NDArray:
    """Expected bits of a yes-or-no test of one claim.

    >>> round(float(of_test(0.5, 0.9, 0.9)), 4)
    0.531
    """
    p, sens, spec = np.broadcast_arrays(*(np.asarray(v, float) for v in (prior, sensitivity, specificity)))
    held, other = np.stack([sens, 1.0 - sens], axis=-1), np.stack([1.0 - spec, spec], axis=-1)
    return expected_bits(np.stack([p, 1.0 - p], axis=-1), np.stack([held, other], axis=-2))


@dataclass(frozen=True)
class Bits:
    """Expected bits of one candidate: `mean`, the 90 % interval of its Monte Carlo error, and what each outcome would do.

    ``outcome`` [outcome] is how likely each outcome is now, ``posterior`` [outcome, account] the odds it would leave.
    """

    mean: float
    low: float
    high: float
    outcome: NDArray
    posterior: NDArray


def from_counts(prior: ArrayLike, counts: ArrayLike, prior_draws: ArrayLike | None = None, name: str = "", seed: int = 1) -> Bits:
    """Expected bits when each account's predictive probabilities are known from a number of worlds only.

    The error of the worlds (a Dirichlet around their shares) and that of the accounts' probabilities are folded in. Few worlds make any two
    accounts look different, which would put bits where there are none; the first-order bias (Miller 1955) is taken off.

    Parameters
    ----------
    prior : array [account]
    counts : array [account, outcome]
        Worlds of each account by outcome; for weighted worlds, their effective number shared out by weight.
    prior_draws : array [draw, account], optional
        Draws of the accounts' probabilities within their Monte Carlo error.
    name, seed
        Name the chance of this candidate, so that no other candidate changes its figures.

    Raises
    ------
    ValueError
        When an account has no world at all.
    """
    prior, counts = np.asarray(prior, float), np.asarray(counts, float)
    worlds = counts.sum(axis=-1)
    if np.any(worlds <= 0.0):
        raise ValueError("an account without worlds says nothing about an observation")
    shares = counts / worlds[:, None]
    seen = (counts > 0.0).sum(axis=-1)
    mixed = prior @ shares
    # The bias of a plug-in entropy is -(outcomes - 1) / (2 worlds); of their mixture, by the variance each account adds.
    variance = (np.square(prior)[:, None] * shares * (1.0 - shares) / worlds[:, None]).sum(axis=0)
    of_mixed = (variance / np.where(mixed > 0.0, mixed, 1.0)).sum() / 2.0
    of_parts = (prior * (seen - 1) / (2.0 * worlds)).sum()
    bias = (of_parts - of_mixed) / np.log(2.0)
    plain = float(expected_bits(prior, shares))
    mean = float(np.clip(plain - bias, 0.0, entropy(prior)))
    draws = expected_bits(_priors(prior, prior_draws), _dirichlet(counts, name, seed))
    low, high = np.quantile(draws, [0.05, 0.95]) - (draws.mean() - mean)
    most = float(entropy(prior))
    return Bits(mean, float(np.clip(low, 0.0, mean)), float(np.clip(high, mean, max(most, mean))), mixed, posterior(prior, shares))


def shared_bins(samples: list[ArrayLike], most: int = 8) -> NDArray:
    """Edges that part the pooled samples of all accounts into at most `most` groups of equal size, [edge]; ends infinite.

    A count is cut into groups before its bits are reckoned; cutting can lose bits and never adds any.
    """
    pooled = np.concatenate([np.quantile(np.asarray(s, float), np.linspace(0.005, 0.995, 100)) for s in samples])
    inner = np.unique(np.quantile(pooled, np.linspace(0.0, 1.0, most + 1)[1:-1]))
    return np.concatenate([[-np.inf], inner, [np.inf]])


def count(samples: list[ArrayLike], edges: ArrayLike, weights: list[ArrayLike] | None = None) -> NDArray:
    """Worlds of each account by group, [account, group]; with weights, effective numbers of worlds shared out by weight.

    A value on an edge falls in the group above it.
    """
    edges = np.asarray(edges, float)
    rows = []
    for place, sample in enumerate(samples):
        x = np.asarray(sample, float)
        w = np.ones(len(x)) if weights is None else np.asarray(weights[place], float)
        effective = w.sum() ** 2 / np.square(w).sum()
        group = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
        rows.append(np.bincount(group, weights=w, minlength=len(edges) - 1) * effective / w.sum())
    return np.stack(rows)


def _priors(prior: NDArray, draws: ArrayLike | None) -> NDArray:
    if draws is None:
        return np.broadcast_to(prior, (DRAWS, len(prior)))
    draws = np.asarray(draws, float)
    return draws[np.arange(DRAWS) % len(draws)]


def _dirichlet(counts: NDArray, name: str, seed: int) -> NDArray:
    """Draws [DRAWS, account, outcome] of each account's predictive probabilities, each number named."""
    lanes = combine_array(np.uint64(seed), np.arange(DRAWS, dtype=np.uint64))[:, None, None]
    event = combine_array(name_key("expected bits", name), np.arange(counts.size, dtype=np.uint64))
    gamma = gammaincinv(counts + _FLAT, uniform_array(lanes, event.reshape(counts.shape)))
    return gamma / gamma.sum(axis=-1, keepdims=True)
