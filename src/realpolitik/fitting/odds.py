"""From log evidences to odds: of accounts, of sets of claims, of claims.

Prior odds live on claims: even on every claim unless the case says otherwise, so a set of claims has prior odds ∏ odds of the
claims it holds, and two tellers of one set share them. An account is a mixture of sets; the probability of a set is divided among
the accounts that tell it in proportion to the weight they give it. So an account listed twice changes no claim's odds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax, stdtrit

from realpolitik.case.records import Case

DRAWS = 4096
DEGREES = 15  # ladders of every effort less one
Set = tuple[str, ...]


def combine(prior_odds: float, ratios: list[float]) -> float:
    """Probability after independent likelihood ratios: odds times their product.

    >>> round(combine(0.25, [5, 0.5]), 4)
    0.3846
    """
    odds = prior_odds * math.prod(ratios)
    return odds / (1.0 + odds)


def prior_of_sets(case: Case, sets: list[Set]) -> NDArray:
    """Log prior weight of each set, normalised over the sets that are weighed."""
    log_odds = np.array([sum(math.log(case.claims[c].prior_odds) for c in s) for s in sets])
    return log_odds - logsumexp(log_odds)


def shares_of_accounts(case: Case, accounts: list[str], sets: list[Set]) -> NDArray:
    """How each set's probability is divided among the accounts, shape [account, set]; columns sum to 1."""
    table = np.zeros((len(accounts), len(sets)))
    for i, name in enumerate(accounts):
        for weight, claims in case.accounts[name].mixture:
            table[i, sets.index(claims)] += weight
    return table / np.maximum(table.sum(axis=0, keepdims=True), 1e-300)


def spread(se: NDArray, seed: int = 0) -> NDArray:
    """Draws [DRAWS, set] of Monte Carlo error, the same for every question (a fixed grid, shuffled by column).

    Student's t: a standard error from DEGREES + 1 ladders is itself uncertain.
    """
    rng = np.random.Generator(np.random.Philox(key=seed))
    grid = stdtrit(DEGREES, (np.arange(DRAWS) + 0.5) / DRAWS)
    return np.stack([rng.permutation(grid) for _ in range(len(se))], axis=1) * np.nan_to_num(se, nan=0.0)


def set_probabilities(log_evidence: NDArray, error: NDArray, log_prior: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Probabilities of sets with the Monte Carlo error (draws of :func:`spread`) folded in: mean, draws, and without the error."""
    base = np.asarray(log_evidence, float) + log_prior
    draws = softmax(base + error, axis=-1)
    return draws.mean(axis=0), draws, softmax(base)


def account_evidence(case: Case, name: str, evidence: Mapping[Set, tuple[float, float]]) -> tuple[float, float]:
    """Log evidence of an account (log of the mixture of its sets' evidence) and its standard error."""
    mixture = case.accounts[name].mixture
    values = np.array([evidence[claims][0] for _, claims in mixture])
    errors = np.array([evidence[claims][1] for _, claims in mixture])
    logs = values + np.log([w for w, _ in mixture])
    parts = softmax(logs)
    return float(logsumexp(logs)), float(np.sqrt(np.sum(np.square(parts * np.nan_to_num(errors)))))


def claim_probabilities(case: Case, sets: list[Set], probabilities: NDArray) -> dict[str, float]:
    """Probability of each claim: the sum over the sets that hold it."""
    return {c: float(sum(p for s, p in zip(sets, probabilities, strict=True) if c in s)) for c in case.claims}


def claim_priors(case: Case, sets: list[Set]) -> dict[str, float]:
    """Prior probability of each claim under the sets that are weighed."""
    return claim_probabilities(case, sets, np.exp(prior_of_sets(case, sets)))
