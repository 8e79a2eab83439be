"""Model choice by random forests (Pudlo et al. 2016, Bioinformatics 32:859), on scikit-learn.

A forest of classification trees, given the summaries and their linear discriminants, names the likeliest model. Its probability is one less
the chance of an error there: a second forest regresses "the first was wrong", as trees that did not see a row say, on the summaries. The
rest is shared among the other models as a forest regressing their indicators has it.

An opinion is the mean of those formed from each quarter of the table, and its standard error comes from how far they differ. Small leaves
make a forest's answer noisy at a point however many rows it has; a mean of four is less so, and says by how much.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.errors import UsageError

PARTS = 4
LEAF = 5  # rows in a leaf of the regressing trees, as in the paper's package


@dataclass(frozen=True)
class Opinion:
    """``probabilities`` [crisis, model] rows summing to one, ``sd`` [crisis, model] their standard error by the chance of simulations and
    trees; ``error``: share of simulated rows that the classifying forests get wrong where they did not see them."""

    probabilities: NDArray
    sd: NDArray
    error: float


def opinion(rows: NDArray, labels: NDArray, models: int, observed: NDArray, trees: int, seed: int, threads: int = 1) -> Opinion:
    """What a table of simulations says of observed summaries [crisis, column].

    Raises
    ------
    UsageError
        When scikit-learn is not installed.
    """
    parts = np.array_split(np.arange(len(rows)), PARTS)
    formed = [_formed(rows[p], labels[p], models, observed, trees, seed + k, threads) for k, p in enumerate(parts)]
    each = np.array([found for found, _ in formed])
    return Opinion(each.mean(axis=0), each.std(axis=0, ddof=1) / np.sqrt(PARTS), float(np.mean([error for _, error in formed])))


def _formed(rows: NDArray, labels: NDArray, models: int, observed: NDArray, trees: int, seed: int, threads: int) -> tuple[NDArray, float]:
    forests = _sklearn()
    X, S = _with_discriminants(rows, labels, observed)
    common: dict[str, Any] = {"n_estimators": trees, "random_state": seed % 2**31, "n_jobs": threads}
    with warnings.catch_warnings():
        # With few trees a row may be in all their samples; it then has no vote, and is left out below.
        warnings.simplefilter("ignore")
        classifier = forests.RandomForestClassifier(oob_score=True, max_features="sqrt", **common).fit(X, labels)
    votes = classifier.oob_decision_function_
    judged = np.isfinite(votes).all(axis=1) & (votes.sum(axis=1) > 0.0)
    wrong = (classifier.classes_[np.argmax(votes, axis=1)] != labels).astype(float)
    chosen = _alone(classifier).predict(S).astype(int)
    regressing = {"min_samples_leaf": LEAF, "max_features": 1.0 / 3.0, **common}
    doubt = _alone(forests.RandomForestRegressor(**regressing).fit(X[judged], wrong[judged])).predict(S)
    indicators = (labels[:, None] == np.arange(models)).astype(float)
    # Half a vote for everyone keeps a model that no tree names off zero.
    shares = _alone(forests.RandomForestRegressor(**regressing).fit(X, indicators)).predict(S) + 0.5 / trees
    shares[np.arange(len(S)), chosen] = 0.0
    shares *= (doubt / shares.sum(axis=1))[:, None]
    shares[np.arange(len(S)), chosen] = 1.0 - doubt
    return shares, float(wrong[judged].mean())


def _alone(forest: Any) -> Any:
    """The forest on one thread: several add up its trees in the order in which they happen to finish, and the last bits differ."""
    return forest.set_params(n_jobs=1)


def _with_discriminants(rows: NDArray, labels: NDArray, observed: NDArray) -> tuple[NDArray, NDArray]:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    spread = rows.std(axis=0, dtype=float)
    used = spread > 1e-9
    middle = rows[:, used].mean(axis=0, dtype=float)
    X, S = ((np.asarray(a, float)[:, used] - middle) / spread[used] for a in (rows, observed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # summaries may be collinear; only the axes are wanted
        axes = LinearDiscriminantAnalysis(solver="svd").fit(X, labels)
    return np.hstack([X, axes.transform(X)]), np.hstack([S, axes.transform(S)])


def _sklearn() -> Any:
    try:
        from sklearn import ensemble
    except ImportError:
        raise UsageError("a second opinion needs scikit-learn: pip install 'realpolitik[abc]'") from None
    return ensemble


def outside(rows: NDArray, observed: NDArray, share: float = 0.005) -> NDArray:
    """Whether observed summaries [crisis, column] lie beyond the ``share`` at either end of the simulated ones, bool of that shape."""
    low, high = np.quantile(rows, [share, 1.0 - share], axis=0)
    return (observed < low - 1e-6) | (observed > high + 1e-6)
