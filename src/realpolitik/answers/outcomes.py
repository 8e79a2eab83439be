"""What came of a question, read from the words the analyst wrote, and how well a forecast did."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from realpolitik.answers.scores import brier, crps_samples, log_score, weighted_interval_score
from realpolitik.case import times, values
from realpolitik.case.clock import Clock
from realpolitik.case.mistakes import Mistake
from realpolitik.case.records import BaseRate, Question

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
ALPHAS = (0.1, 0.5)  # of the central intervals that LEVELS bound
FLOOR = 0.001  # least probability a logarithmic score is taken of: a finite number of worlds never shows that something cannot be
_WORD = re.compile(r"(yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """What came: ``happened`` for a yes or no, ``number`` for a figure, ``on`` the hour it was settled at; None where not known.

    ``known`` says whether the run's evidence reaches that far.
    """

    text: str
    happened: bool | None
    number: float | None
    on: float | None
    known: bool


def outcome(question: Question, clock: Clock, as_of: float | None, number: bool) -> Outcome | None:
    """What came of a question, None while nobody has written it down.

    Parameters
    ----------
    as_of
        Hour up to which the run knows reports; None for all.
    number
        Whether the question asks for a figure.
    """
    if question.came is None:
        return None
    happened, figure, on = _read(question, clock, number)
    settled = question.by if on is None else on
    return Outcome(question.came, happened, figure, on, as_of is None or (settled is not None and settled <= as_of))


def _read(question: Question, clock: Clock, number: bool) -> tuple[bool | None, float | None, float | None]:
    text = (question.came or "").strip()
    if number or question.value is not None:
        try:
            figure = values.parse(text).centre
        except Mistake:
            figure = None
        if figure is not None:
            yes = None if question.value is None else bool(question.value.low <= figure <= question.value.high)
            return yes, figure, None
    said = _WORD.match(text)
    if said:
        return said[1].lower() == "yes", None, None
    try:
        when = times.moment(text, clock.timezone)
    except Mistake:
        return None, None, None
    on = clock.hours(when.ends)
    return (question.by is None or on <= question.by + 1e-6), None, on


def base_probability(rate: BaseRate) -> dict[str, Any]:
    """A base rate as a probability with its 90 % interval (Jeffreys' prior, where it is counted) and its source."""
    if rate.of is None or rate.came is None:
        return {"probability": rate.share, "low": None, "high": None, "text": rate.text, "source": rate.source}
    a, b = rate.came + 0.5, rate.of - rate.came + 0.5
    low, high = betaincinv(a, b, [0.05, 0.95])
    return {"probability": a / (a + b), "low": float(low), "high": float(high), "text": rate.text, "source": rate.source}


def base_quantiles(rate: BaseRate) -> dict[str, Any]:
    """The spread of a base rate as quantiles, with its source."""
    assert rate.spread is not None
    found = np.asarray(rate.spread.quantile(np.array(LEVELS)), float)
    return {"quantiles": named(found), "text": rate.text, "source": rate.source}


def named(quantiles: ArrayLike) -> dict[str, float]:
    """Quantiles at LEVELS by their per cent."""
    return {f"{100 * level:g}": float(value) for level, value in zip(LEVELS, np.asarray(quantiles, float), strict=True)}


def score_event(probability: float | None, happened: bool | None) -> dict[str, float] | None:
    """Brier and logarithmic score (nats) of a probability; None where one is missing."""
    if probability is None or happened is None:
        return None
    held = min(max(probability, FLOOR), 1.0 - FLOOR)
    return {"brier": float(brier(probability, float(happened))), "log": float(log_score(held, float(happened)))}


def score_number(sample: ArrayLike, weight: ArrayLike | None, quantiles: dict[str, float], number: float | None) -> dict[str, float] | None:
    """CRPS and weighted interval score of a figure's forecast, both in its own unit; None while nothing came."""
    if number is None:
        return None
    q = [quantiles[f"{100 * level:g}"] for level in LEVELS]
    crps = float(crps_samples(sample, number, weight))
    wis = float(weighted_interval_score(q[2], [q[0], q[1]], [q[4], q[3]], ALPHAS, number))
    return {"crps": crps, "wis": wis}
