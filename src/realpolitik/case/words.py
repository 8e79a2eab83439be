"""What a case can name: observables, modes, grades, spellings. Printed by `realpolitik words`, used by the checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "share", "place", "post", "decision", "statement"]
Mode = Literal["ever", "now", "new"]


@dataclass(frozen=True, slots=True)
class Observable:
    """One thing evidence can be about.

    `modes` are those a figure may be given in (empty when the item holds no figure); `where` says whether a region
    is needed, optional or meaningless; `actor` who takes a decision.
    """

    name: str
    kind: Kind
    says: str
    unit: str = ""
    modes: tuple[Mode, ...] = ()
    where: Literal["needed", "optional", "none"] = "none"
    actor: Literal["", "ruler", "rival", "patron"] = ""


_ANY: tuple[Mode, ...] = ("ever", "now", "new")
_TOLL: tuple[Mode, ...] = ("ever", "new")


def _count(name: str, says: str, unit: str, modes: tuple[Mode, ...], national: bool = False) -> Observable:
    return Observable(name, "count", says, unit, modes, "none" if national else "optional")


def _decision(name: str, says: str, actor: Literal["ruler", "rival", "patron"] = "ruler") -> Observable:
    return Observable(name, "decision", says, actor=actor)


_OBSERVABLES = (
    _count("crowd", "People on the street at one moment.", "people", ("now",)),
    _count(
        "regions with rallies",
        "Regions with at least 100 people on the street at one moment.",
        "regions",
        ("now",),
        national=True,
    ),
    _count("detained", "People taken into custody: ever, in custody now, or new in a span.", "people", _ANY),
    _count("dead", "All dead, security forces and attackers included.", "people", _TOLL),
    _count("civilians dead", "All dead but security forces; attackers are included.", "people", _TOLL),
    _count("security dead", "Dead among police, guards and soldiers of the state.", "people", _TOLL),
    _count("civilians wounded", "Wounded but not security forces.", "people", _TOLL),
    _count("security wounded", "Wounded among police, guards and soldiers of the state.", "people", _TOLL),
    _count("weapons lost", "Firearms taken from the state.", "weapons", _TOLL),
    _count("allied dead", "Dead among allied troops.", "people", ("ever",), national=True),
    _count("allied troops", "Allied soldiers in the country at one moment.", "people", ("now",), national=True),
    _count("seats lost", "Regional seats of government lost: at this moment, or ever.", "seats", ("ever", "now"), True),
    Observable("foreign share of detained", "share", "Foreigners among the detained.", "people", _ANY, "optional"),
    Observable("armed share of dead", "share", "Armed people among the dead.", "people", _TOLL, "optional"),
    Observable("seat stormed", "place", "A regional seat of government taken by force.", where="needed"),
    Observable("seat abandoned", "place", "A regional seat of government left by its guards.", where="needed"),
    Observable("seat held", "place", "A regional seat of government held throughout.", where="needed"),
    Observable("seat retaken", "place", "A regional seat of government won back.", where="needed"),
    Observable("post stormed", "post", "An agency's office or guarded site taken by force.", where="needed"),
    Observable("post abandoned", "post", "An agency's office or guarded site left by its guards.", where="needed"),
    Observable("post held", "post", "An agency's office or guarded site held throughout.", where="needed"),
    _decision("concede", "The ruler grants a demand."),
    _decision("dismiss government", "The ruler dismisses the cabinet."),
    _decision("declare emergency", "The ruler declares a state of emergency."),
    _decision("cut internet", "The ruler has the internet cut."),
    _decision("sideline rival", "The ruler takes the rival's office from him."),
    _decision("request help", "The ruler asks an outside power for troops."),
    _decision("order lethal force", "The ruler lets the forces shoot to kill."),
    _decision("purge", "The ruler removes or arrests the rival's men."),
    _decision("coup attempt", "The rival tries to take power.", "rival"),
    _decision("resign", "The ruler resigns or flees."),
    _decision("accept request", "The patron agrees to send troops.", "patron"),
    _decision("refuse request", "The patron refuses to send troops.", "patron"),
    _decision("deploy", "The patron's first troops arrive.", "patron"),
    _decision("announce withdrawal", "The patron says when its troops leave.", "patron"),
    _decision("complete withdrawal", "The patron's last troops leave.", "patron"),
    Observable(
        "statement",
        "statement",
        "Somebody said a claim is true or false: needs claim, says and speaker.",
        where="optional",
    ),
)

OBSERVABLES: dict[str, Observable] = {observable.name: observable for observable in _OBSERVABLES}
"""Every observable by name, in the order they are printed."""

MODES: dict[str, str] = {
    "ever": "a running total since the start, as it stood at as_of",
    "now": "a figure for one moment, when",
    "new": "the increase within the span when",
}
"""How a figure counts."""

RELIABILITY: dict[str, str] = {
    "A": "Completely reliable: no doubt about the source; a history of complete reliability.",
    "B": "Usually reliable: minor doubt; valid information most of the time.",
    "C": "Fairly reliable: some doubt, but has given valid information before.",
    "D": "Not usually reliable: significant doubt, but has given valid information at times.",
    "E": "Unreliable: a history of invalid information; says almost nothing, and never that the report is false.",
    "F": "Reliability cannot be judged: no basis for it; says almost nothing, and never that the report is false.",
}
"""First half of a grade: the source."""

CREDIBILITY: dict[str, str] = {
    "1": "Confirmed by other independent sources; logical and consistent with other information.",
    "2": "Probably true: not confirmed, but logical and consistent with other information.",
    "3": "Possibly true: not confirmed; reasonably logical, agrees with some other information.",
    "4": "Doubtful: not confirmed; possible, but nothing else supports it.",
    "5": "Improbable: not confirmed, not logical, contradicted by other information.",
    "6": "Truth cannot be judged: no basis for it.",
}
"""Second half of a grade: the information."""

GRADES: tuple[str, ...] = tuple(letter + figure for letter in RELIABILITY for figure in CREDIBILITY)
"""The 36 grades, A1 to F6."""

INTERESTS: dict[str, str] = {
    "government": "gains when tolls read low and violence is blamed on the other side",
    "opposition": "gains when tolls read high and the state is blamed",
    "patron": "an outside power with a side in the matter",
    "neutral": "no stake that bends a figure; what an undeclared reporter is",
}
"""What a reporter may gain by a report."""

ENGINES: dict[str, str] = {
    "crisis": "answered by the simulated crisis",
    "bargaining": "answered by bargaining over the aftermath",
    "outside": "outside the model: listed, not forecast",
}
"""What answers a question."""

OF_LOSS = ("seat stormed", "seat abandoned", "seat retaken")
"""Observables that tell of the loss of a seat of government: one that is won back was lost before."""

FALLS = "ruler falls"
"""What a question can ask beside the observables: whether the ruler resigned, fled or lost a coup by a date."""

ASKED: tuple[str, ...] = (*(name for name in OBSERVABLES if name != "statement" and not name.endswith(" held")), FALLS)
"""What a question to the simulated crisis, or a line of the watch-list, can be about."""

BASES: dict[str, str] = {
    "published": "a figure of a published estimate; name its rows",
    "recomputed": "reckoned from figures in rows of the research file; name them",
    "judgement": "nobody's estimate but the analyst's; rows may say what it was judged from",
}
"""What a number of the case rests on."""

UNITS: dict[str, str] = {
    "people, weapons, seats, regions": "whole numbers, 0 or more",
    "hardship": "1 is the national mean",
    "minority": "a share of the population, 0 to 1",
    "position, status quo": "points on the issue's own scale",
    "salience": "how much of its attention the issue gets from an actor, 0 to 1",
    "capability": "any unit, the same for every actor of an issue: only ratios matter",
    "latitude, longitude": "degrees, north and east positive",
    "step": "a number with min, h or d: 30min, 6h, 1d",
}
"""Units a case is written in."""

VALUE_SPELLINGS: dict[str, str] = {
    "206": "exactly 206; 12,000 and 12 000 and 12000 are the same",
    "200..230": "somewhere from 200 to 230; also 200-230 and 200 to 230",
    ">=9": "9 or more; also at least 9; >9 is 10 or more",
    "<=40": "40 or fewer; also at most 40; <40 is 39 or fewer",
    "~300": "about 300: a fifth more or less; also about 300",
}
"""How a reported figure is written."""

TIME_SPELLINGS: dict[str, str] = {
    "2024-03-05T14:00": "a moment, in the case's time zone; also 2024-03-05 14:00, 05.03.2024 14:00, 5 Mar 2024 14:00",
    "2024-03-05T08:00Z": "a moment with its own zone; also 2024-03-05T14:00+06:00",
    "2024-03-05": "the whole day: its start where a span begins, its end where a span ends or a report is dated",
    "2024-03-05T14:00..15:30": "a span within the day; a full date may stand after the two dots",
    "2024-03-05..2024-03-07": "a span of days, the last one included",
}
"""How a time is written."""

PRIOR_SPELLINGS: dict[str, str] = {
    "about 15000 (5000 to 40000)": "median 15000, 90 % between 5000 and 40000; lognormal when the low end is above 0",
    "lognormal(15000, 0.63)": "median, standard deviation of the logarithm",
    "normal(2, 0.5)": "mean, standard deviation",
    "beta(2, 98)": "a share: the two shapes",
    "uniform(0, 1)": "low, high",
    "half_normal(0.5)": "scale: the positive half of a normal with mean 0",
    "3": "fixed",
}
"""How a prior is written."""

MANNERS: dict[str, str] = {
    "never: DECISION": "it is not taken",
    "at TIME: DECISION": "it is taken then",
    "24h later: DECISION": "it is taken so much later than it was; also 12h earlier, a day later",
    "held: DECISION": "it stays as it was, whatever else changes",
    "not before TIME: DECISION": "the model decides, but not before",
    "refused: accept help": "the patron says no when it said yes",
    "gone DATE: patron's ruler": "another takes his place, with dispositions of his own",
    "set 0.5: PARAMETER": "a parameter of the model has this value",
    "times 2: PARAMETER": "a parameter of the model, or the minority share, is so many times what it was",
}
"""How a what-if is written: the way in which something is changed, and what it means."""

PLAIN_NAMES: dict[str, str] = {
    "accept help": "accept request",
    "accept": "accept request",
    "help": "accept request",
    "allied help": "accept request",
    "send help": "accept request",
    "ask for help": "request help",
    "request": "request help",
    "call for help": "request help",
    "refuse help": "refuse request",
    "refuse": "refuse request",
    "blackout": "cut internet",
    "internet shutdown": "cut internet",
    "cut the internet": "cut internet",
    "concession": "concede",
    "dismissal": "dismiss government",
    "emergency": "declare emergency",
    "state of emergency": "declare emergency",
    "lethal force": "order lethal force",
    "lethal force order": "order lethal force",
    "order to shoot": "order lethal force",
    "shoot to kill": "order lethal force",
    "coup": "coup attempt",
    "resignation": "resign",
    "troops": "deploy",
    "allied troops": "deploy",
    "deployment": "deploy",
    "withdrawal": "announce withdrawal",
    "leave": "complete withdrawal",
}
"""Plain names of decisions, as a what-if may call them."""

ACTS: dict[str, str] = {
    "commitment": "it stands by the ruler in public; agencies take heart as they do when an ally commits",
    "money": "it pays for a concession to the street",
    "recognition": "it recognises the ruler or his acts; the model has no rule for it",
    "stands in": "it may send help where the alliance refuses, which lowers the alliance's leverage",
}
"""What a patron can do for a ruler beside sending troops through an alliance."""
