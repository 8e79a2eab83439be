"""What is probably a slip in a case that can be read: told as a warning, and refused by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from math import isfinite

from realpolitik.case.distributions import Distribution
from realpolitik.case.mistakes import nearest, quoted
from realpolitik.case.position import Position
from realpolitik.case.records import Case
from realpolitik.case.values import Value
from realpolitik.case.words import OBSERVABLES
from realpolitik.errors import Problem

_FROM_ABROAD = ("allied dead", "allied troops")
_MOST = 20  # doubts of one kind; a name meant is not sought for more


def doubts(case: Case, usual: Mapping[str, Distribution] | None = None) -> list[Problem]:
    """Warnings about a case, in file order: each with its place, what is odd, and what may have been meant.

    ``usual`` gives the model's own prior of each parameter.
    """
    kinds = (_silent(case), _unnamed(case), _crowded(case), _early(case), _below(case, usual or {}))
    return sorted((doubt for kind in kinds for doubt in islice(kind, _MOST)), key=lambda doubt: doubt.position)


def _silent(case: Case) -> Iterator[Problem]:
    """No evidence at all, as when a table has lost its rows."""
    if not case.evidence:
        wrong = "there is no item of evidence, so the odds will be the prior odds"
        yield Problem(
            Position(str(case.folder / "case.yaml"), 1, 1), "evidence", wrong, "add items, or check the file that should hold them"
        )


def _unnamed(case: Case) -> Iterator[Problem]:
    """Reporters whose interest or trust is stated, and whom nothing in the case names."""
    reporting: dict[str, str] = {}
    for item in case.evidence:
        for name in item.by:
            reporting.setdefault(name, item.id)
    spoken_of = {item.speaker for item in case.evidence} | {name for text in case.documents for name in _texts(text.claims)}
    # Whom the case does not declare is noted at the item that names him first.
    items = {item.at for item in case.evidence}
    undeclared = [name for name in reporting if name in case.reporters and case.reporters[name].at in items]
    for reporter in case.reporters.values():
        if reporter.name in reporting or reporter.name in spoken_of:
            continue
        meant = nearest(reporter.name, undeclared)
        wrong = f"no report is by {quoted(reporter.name)}, so its interest and trust count for nothing"
        right = "write the name as its reports do" if meant is None else f"did you mean {quoted(meant)} ({reporting[meant]})?"
        yield Problem(reporter.at, "reporters", wrong, right)


def _texts(claims: tuple[dict[str, object], ...]) -> Iterator[str]:
    for claim in claims:
        for value in claim.values():
            yield from (text for text in (value if isinstance(value, tuple) else (value,)) if isinstance(text, str))


def _crowded(case: Case) -> Iterator[Problem]:
    """Figures that count more people than live where they were counted."""
    living = {region.name: region.population for region in case.regions}
    everybody = sum(living.values())
    for at, path, number, where in _people(case):
        population = living.get(where or "", everybody)
        if number > population:
            wrong = f"{number:,.0f} exceeds the population of {where or 'the country'}, {population:,.0f}"
            yield Problem(at, path, wrong, "check the figure, or the population")


def _people(case: Case) -> Iterator[tuple[Position, str, float, str | None]]:
    for agency in case.agencies:
        yield agency.at, f"agency {quoted(agency.name)}, strength", agency.strength, None
    for spark in case.sparks:
        yield spark.at, "spark, size", spark.size.median, spark.where
    for item in case.evidence:
        for key, number in ((item.mode, _said(item.value)), ("of", item.of)):
            if number is not None and _counts_people(item.what):
                yield item.at, f"evidence {item.id}, {key}", number, item.where
    for kind, asked in (("question", case.questions), ("watch", case.watch)):
        for one in asked:
            if one.what is not None and (number := _said(one.value)) is not None and _counts_people(one.what):
                yield one.at, f"{kind} {one.id}, value", number, one.where


def _counts_people(what: str) -> bool:
    observable = OBSERVABLES.get(what)
    return observable is not None and observable.unit == "people" and what not in _FROM_ABROAD


def _said(value: Value | None) -> float | None:
    """The most that a figure says there were; a bound from above says nothing of the kind."""
    if value is None or value.form == "at_most":
        return None
    return value.high if value.form == "range" and isfinite(value.high) else value.centre


def _below(case: Case, usual: Mapping[str, Distribution]) -> Iterator[Problem]:
    """Priors of which half or more lies below 0, of parameters that the model has above it."""
    settings = [("parameters", setting) for setting in case.parameters]
    settings += [(f"claim {quoted(claim.name)}, sets", setting) for claim in case.claims.values() for setting in claim.sets]
    for path, setting in settings:
        own = usual.get(setting.parameter)
        if own is None or own.kind == "normal" or setting.how == "add" or setting.prior.median >= 0.0:
            continue
        wrong = f"{quoted(setting.prior.text)} lies below 0, where the model's own prior, {own.text}, never is"
        yield Problem(setting.at, f"{path}, {setting.parameter}", wrong, "check the sign")


def _early(case: Case) -> Iterator[Problem]:
    """Reports dated before the crisis, as only a statement can be."""
    for item in case.evidence:
        if item.reported < 0.0:
            wrong = f"{quoted(item.reported_text)} is before the clock begins"
            yield Problem(item.at, f"evidence {item.id}, reported", wrong, "check the date")
