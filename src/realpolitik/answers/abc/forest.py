"""Model choice by random forests (Pudlo et al. 2016, Bioinformatics 32:859), on scikit-learn.

A forest of classification trees, given the summaries and their linear discriminants, names the likeliest model. Its probability is one less
the chance of an error there: a second forest regresses "the first was wrong", as trees that did not see a row say, on the summaries. The
rest is shared among the other models as a forest regressing their indicators has it.

An opinion is the mean of those formed from each quarter of the table, and its standard error comes from how far they differ. Small leaves
make a forest's answer noisy at a point however many rows it has; a mean of four is less so, and says by how much. Forests average over
neighbours, which makes them mild; so the mean is raised to the power that makes the truth likeliest in rows of the table itself, each
quarter judged by the forests of the other three.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.errors import UsageError
from realpolitik.fitting.calibration import exponent, tempered

PARTS = 4
LEAF = 5  # rows in a leaf of the regressing trees, as in the paper's package
JUDGED = 1000  # rows of a quarter, at most, from which the power on the mean is learnt


@dataclass(frozen=True)
class Opinion:
    """``probabilities`` [crisis, model] rows summing to one, ``sd`` [crisis, model] their standard error by the chance of simulations and
    trees; ``error``: share of simulated rows that the classifying forests get wrong where they did not see them; ``power`` to which
    their mean was raised."""

    probabilities: NDArray
    sd: NDArray
    error: float
    power: float


def opinion(rows: NDArray, labels: NDArray, models: int, observed: NDArray, trees: int, seed: int, threads: int = 1) -> Opinion:
    """What a table of simulations says of observed summaries [crisis, column].

    Raises
    ------
    UsageError
        When scikit-learn is not installed.
    """
    parts = np.array_split(np.arange(len(rows)), PARTS)
    grown = [_Forests(rows[p], labels[p], models, trees, seed + k, threads) for k, p in enumerate(parts)]
    prior = (np.bincount(labels, minlength=models) + 0.5) / (len(labels) + 0.5 * models)
    power = _sharpness(grown, parts, rows, labels, prior)
    shares = [forests.shares(observed) for forests in grown]
    mean, each = tempered(np.mean(shares, axis=0), power, prior), np.array([tempered(own, power, prior) for own in shares])
    return Opinion(mean, each.std(axis=0, ddof=1) / np.sqrt(PARTS), float(np.mean([forests.error for forests in grown])), power)


def _sharpness(grown: Sequence[_Forests], parts: Sequence[NDArray], rows: NDArray, labels: NDArray, prior: NDArray) -> float:
    """The power on a mean opinion that makes the truth likeliest in rows of each quarter, as the forests of the other three see them."""
    stated, truth = [], []
    for k, part in enumerate(parts):
        some = part[:JUDGED]
        stated.append(np.mean([forests.shares(rows[some]) for j, forests in enumerate(grown) if j != k], axis=0))
        truth.append(labels[some])
    found = exponent(np.concatenate(stated), np.concatenate(truth), prior)
    return 1.0 if found is None else max(found.value, 0.0)


class _Forests:
    """The forests of one part of the table; ``error``: share of its rows that the classifier gets wrong where it did not see them."""

    def __init__(self, rows: NDArray, labels: NDArray, models: int, trees: int, seed: int, threads: int):
        forests = _sklearn()
        self.trees, spread = trees, rows.std(axis=0, dtype=float)
        self.used = spread > 1e-9
        self.middle, self.spread = rows[:, self.used].mean(axis=0, dtype=float), spread[self.used]
        common: dict[str, Any] = {"n_estimators": trees, "random_state": seed % 2**31, "n_jobs": threads}
        regressing = {"min_samples_leaf": LEAF, "max_features": 1.0 / 3.0, **common}
        with warnings.catch_warnings():
            # Summaries may be collinear; only the axes are wanted. With few trees a row may be in all their samples; it then has no vote.
            warnings.simplefilter("ignore")
            scaled = self._scaled(rows)
            self.axes = _discriminants(scaled, labels)
            X = self._with_axes(scaled)
            self.classifier = forests.RandomForestClassifier(oob_score=True, max_features="sqrt", **common).fit(X, labels)
        votes = self.classifier.oob_decision_function_
        judged = np.isfinite(votes).all(axis=1) & (votes.sum(axis=1) > 0.0)
        wrong = (self.classifier.classes_[np.argmax(votes, axis=1)] != labels).astype(float)
        self.error = float(wrong[judged].mean())
        self.doubt = _alone(forests.RandomForestRegressor(**regressing).fit(X[judged], wrong[judged]))
        indicators = (labels[:, None] == np.arange(models)).astype(float)
        self.others = _alone(forests.RandomForestRegressor(**regressing).fit(X, indicators))
        _alone(self.classifier)

    def _scaled(self, rows: NDArray) -> NDArray:
        return (np.asarray(rows, float)[:, self.used] - self.middle) / self.spread

    def _with_axes(self, scaled: NDArray) -> NDArray:
        return np.hstack([scaled, self.axes.transform(scaled)])

    def shares(self, rows: NDArray) -> NDArray:
        """Probabilities [row, model] of summaries."""
        X = self._with_axes(self._scaled(rows))
        chosen, doubt, each = self.classifier.predict(X).astype(int), self.doubt.predict(X), np.arange(len(X))
        # Half a vote for everyone keeps a model that no tree names off zero.
        found = self.others.predict(X) + 0.5 / self.trees
        found[each, chosen] = 0.0
        found *= (doubt / found.sum(axis=1))[:, None]
        found[each, chosen] = 1.0 - doubt
        return found


def _alone(forest: Any) -> Any:
    """The forest on one thread: several add up its trees in the order in which they happen to finish, and the last bits differ."""
    return forest.set_params(n_jobs=1)


def _discriminants(X: NDArray, labels: NDArray) -> Any:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(solver="svd").fit(X, labels)


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
