"""Beside what was simulated, what was reported: the last or the highest figure of a quantity, and the seats told to be lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from realpolitik.cable import said
from realpolitik.cable.parts.told import records
from realpolitik.cable.view import View
from realpolitik.cable.wording import count, day, finite, listing, moment
from realpolitik.case.words import OF_LOSS

SILENCE = "a seat of which no report tells that it was lost counts as held"
SIMULATED = "These figures are what happened in the simulated worlds, where reporters may count late or low."


def told(view: View, name: str, seen: Mapping[str, Any]) -> str:
    """A reported figure as its report has it."""
    item = view.by_id.get(str(seen.get("id")))
    return said.figure(seen, item if item and item.get("what") == name else None)


def beside(view: View, name: str, entry: Mapping[str, Any], *, lasting: bool) -> str:
    """`last reported: about 12,000 on 12 Jan`; the highest figure where a quantity falls again; that there is none."""
    known = [(size, at, seen) for seen in records(entry.get("observed")) if (size := _size(seen)) is not None and (at := _at(seen))]
    if not known:
        return "no figure for the whole country was reported"
    size, at, seen = max(known, key=(lambda one: one[1]) if lasting else (lambda one: one[0]))
    return f"{'last' if lasting else 'highest'} reported: {told(view, name, seen)} on {day(at)}"


def seats(view: View, expected: float) -> str:
    """How many seats were lost in the worlds and how many the reports tell of."""
    total = len(view.items("regions"))
    verb = "seat of government is" if round(expected) == 1 else "seats of government are"
    text = f"about {round(expected)} of {total} {verb} lost" if round(expected) else "hardly a seat of government is lost"
    places = list(dict.fromkeys(_lost(view)))
    named = f"{count(len(places), 'seat')} ({listing(places)})" if places else "none"
    return f"{text}, while the case's reports tell of {named}"


def _lost(view: View) -> Iterable[str]:
    return (str(item["where"]) for item in _by_time(view.evidence) if item.get("what") in OF_LOSS and item.get("where"))


def _by_time(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: str(item.get("when") or ""))


def _at(seen: Mapping[str, Any]) -> datetime | None:
    when = moment(seen.get("time"))
    return None if when is None else when.replace(tzinfo=None)


def _size(seen: Mapping[str, Any]) -> float | None:
    return next((x for x in (finite(seen.get(key)) for key in ("value", "low", "high")) if x is not None), None)
