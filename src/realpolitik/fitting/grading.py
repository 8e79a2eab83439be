"""What a grade, a reporter and an interest are worth: the numbers behind rules R1, R2 and R5.

The ratio of hearing a report if it is true to hearing it if it is false follows the Admiralty grade: reliability A 12, B 5, C 2.2,
D 1.3, E and F 1, times credibility 1: 2, 2: 1.4, 3: 1, 4: 0.7, 5: 0.5, 6: 1, between 1 and 20 (judgement; docs/model.md R2). The
uninformative share is its inverse. A ratio never falls below 1: an unreliable source is uninformative, not a liar. A figure that
cannot be judged (F) is worth nothing whatever its credibility.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from realpolitik.case.records import Case, Item

_RELIABILITY = {"A": 12.0, "B": 5.0, "C": 2.2, "D": 1.3, "E": 1.0, "F": 1.0}
_CREDIBILITY = {"1": 2.0, "2": 1.4, "3": 1.0, "4": 0.7, "5": 0.5, "6": 1.0}
# Log sd of one figure around what its reporter knows. Figures of one quantity at one time differ by a factor of 1.6 at the median over
# comparable crises (high to low, research on 41 of them): a log sd near 0.2 for a usual source.
_ROUNDING = {"A": 0.10, "B": 0.20, "C": 0.35, "D": 0.50, "E": 0.60, "F": 0.60}
LARGEST = 20.0
LARGEST_STATEMENT = 3.0  # a statement is about causes nobody sees whole
_FIXING = frozenset({"A1", "A2", "B1", "B2"})

# Persistent bias of a count on the log scale: (mean, sd) by what is counted and who counts. Governments count the dead and the
# crowd low, oppositions high (literature section 7.5: N(-0.5, 0.4) and N(0.3, 0.4) for deaths); the same for all accounts.
_BIAS: dict[str, dict[str, tuple[float, float]]] = {
    "dead": {"government": (-0.3, 0.3), "opposition": (0.3, 0.4), "patron": (0.0, 0.4), "neutral": (0.0, 0.3)},
    "security dead": {
        "government": (0.0, 0.2),
        "opposition": (-0.2, 0.4),
        "patron": (0.0, 0.3),
        "neutral": (0.0, 0.25),
    },
    "crowd": {"government": (-0.4, 0.5), "opposition": (0.4, 0.5), "patron": (0.0, 0.5), "neutral": (0.0, 0.4)},
    "detained": {"government": (0.0, 0.25), "opposition": (0.2, 0.4), "patron": (0.0, 0.4), "neutral": (0.0, 0.3)},
    "wounded": {"government": (-0.2, 0.5), "opposition": (0.3, 0.5), "patron": (0.0, 0.5), "neutral": (0.0, 0.5)},
    "security wounded": {
        "government": (0.2, 0.5),
        "opposition": (-0.2, 0.5),
        "patron": (0.0, 0.5),
        "neutral": (0.0, 0.5),
    },
    "weapons lost": {"government": (0.0, 0.4), "opposition": (0.0, 0.5), "patron": (0.0, 0.5), "neutral": (0.0, 0.4)},
    "few": {"government": (0.0, 0.15), "opposition": (0.0, 0.2), "patron": (0.0, 0.2), "neutral": (0.0, 0.15)},
}
_FAMILY = {
    "dead": "dead",
    "civilians dead": "dead",
    "security dead": "security dead",
    "crowd": "crowd",
    "detained": "detained",
    "civilians wounded": "wounded",
    "security wounded": "security wounded",
    "weapons lost": "weapons lost",
}
# Passing gap of a running count: share counted in the first report, its log sd, days in which the gap shrinks e-fold. First official
# tolls stand near a quarter of the final one at the median where killing goes on, near 0.85 where it is over (docs/model.md R1).
_GAP: dict[str, tuple[float, float, float]] = {
    "dead": (0.4, 0.6, 3.0),
    "security dead": (0.7, 0.4, 3.0),
    "detained": (0.7, 0.4, 3.0),
    "wounded": (0.5, 0.6, 3.0),
    "security wounded": (0.5, 0.6, 3.0),
    "weapons lost": (0.5, 0.6, 6.0),
}
_OCCASION = {"crowd": 0.35}  # sd of a count that is made afresh each time


@dataclass(frozen=True)
class ReportingLaw:
    """How figures arise, as factors on the law of R1 and R2; reports are always judged by the shipped one.

    ``bias`` on mean and sd of persistent biases, ``closing`` on the days in which the gap of a toll shrinks e-fold, ``wrong`` on the
    probability of a wrong figure, ``tail`` on the scale by which such a one is off.
    """

    bias: float = 1.0
    closing: float = 1.0
    wrong: float = 1.0
    tail: float = 1.0


SHIPPED = ReportingLaw()


def ratio(grade: str, trust: float = 1.0) -> float:
    """Likelihood ratio of a report of this grade, drawn towards 1 by distrust (``trust`` 0 to 1)."""
    if grade[0] in "EF":
        return 1.0
    full = min(max(_RELIABILITY[grade[0]] * _CREDIBILITY[grade[1]], 1.0), LARGEST)
    return full**trust


def fixes(grade: str) -> bool:
    """Whether a report of this grade fixes an act (E1)."""
    return grade in _FIXING


def outlier(grade: str, trust: float = 1.0) -> float:
    """Probability that a report of this grade carries no information (R2)."""
    return 1.0 / ratio(grade, trust)


def rounding(grade: str) -> float:
    """Log sd of rounding and copying for a count of this grade."""
    return _ROUNDING[grade[0]]


def bias(what: str, interest: str) -> tuple[float, float]:
    """Mean and sd of a reporter's persistent log bias for one observable."""
    return _BIAS[_FAMILY.get(what, "few")][interest]


def gap(what: str, mode: str | None, age_days: float, closing: float = 1.0) -> tuple[float, float, float]:
    """Mean and sd of the passing gap of a count reported ``age_days`` after the first toll, and its time constant (days).

    ``closing`` is a factor on the time constant of tolls.
    """
    if mode == "now":
        return 0.0, _OCCASION.get(what, 0.05), 0.25
    share, sd, days = _GAP.get(_FAMILY.get(what, ""), (1.0, 0.05, 1.0))
    days *= closing
    fade = math.exp(-max(age_days, 0.0) / days)
    return math.log(share) * fade, sd * fade + 0.05, days


def interest_of(case: Case, item: Item) -> str:
    """Interest of the first reporter of an item; one who is not listed is neutral."""
    reporter = case.reporters.get(item.by[0]) if item.by else None
    return reporter.interest if reporter else "neutral"


def trust_in(item: Item, trust: dict[str, float]) -> float:
    """Trust in the most trusted reporter of an item (1 where the table says nothing)."""
    return max((trust.get(name, 1.0) for name in item.by), default=1.0)


def stated_trust(case: Case) -> dict[str, float]:
    """Trust in reporters as the case states it, where it is not full."""
    return {name: r.trust for name, r in case.reporters.items() if r.trust != 1.0}


def statement_ratio(case: Case, item: Item, trust: float) -> float:
    """R5: ratio of the statement being made if the claim is true to its being made if it is false.

    A speaker with a stake says what serves him either way: ratio 1. One without a stake is worth three tenths of the excess
    that the grade of the report would give an event.
    """
    speaker = case.reporters.get(item.speaker or "")
    reporter = case.reporters.get(item.by[0]) if item.by else None
    stake = (speaker or reporter).interest if (speaker or reporter) else "neutral"
    if stake != "neutral":
        return 1.0
    return min(1.0 + 0.3 * (ratio(item.grade, trust) - 1.0), LARGEST_STATEMENT)
