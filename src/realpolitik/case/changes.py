"""What-ifs as an analyst writes them: `never: accept help`, `24h later: accept help`, `no blackout`.

A change is a manner, a colon, and what it is done to: a decision (`realpolitik words` lists them; plain names do too), the patron's
ruler, a parameter, or the minority share. Some plain sentences are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from realpolitik.case import scalars, times
from realpolitik.case.clock import Clock
from realpolitik.case.mistakes import Mistake, did_you_mean, quoted
from realpolitik.case.records import Change
from realpolitik.case.words import MANNERS, OBSERVABLES, PLAIN_NAMES

DECISIONS: tuple[str, ...] = tuple(name for name, one in OBSERVABLES.items() if one.kind == "decision")
PERSON = "patron's ruler"
MINORITY = "minority share"
_LENGTH = r"(?:(\d+(?:\.\d+)?|an?|one|two|three|six)\s*(min|minutes?|h|hours?|d|days?|weeks?|months?))"
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0, "o": 730.5}
_COUNTED = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "six": 6.0}
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"(?:no|never) (.+)", r"never: \1"),
    (r"(.+) refused", r"refused: \1"),
    (r"refused", "refused: help"),
    (rf"(.+?),? ({_LENGTH} (?:later|earlier))", r"\2: \1"),
    (rf"troops stay(?: for)? ({_LENGTH})", r"\1 on: announce withdrawal"),
    (r"troops stay(?: on)?", "never: announce withdrawal"),
    (r"(?:the )?patron['’]s ruler (?:is )?gone(?: on)? (.+)", rf"gone \1: {PERSON}"),
    (r"(?:a )?bigger minority(?: share)?", f"times 2: {MINORITY}"),
)
RIGHT = "write a manner and a decision, such as 'never: accept help', '24h later: accept help' or 'none'"


def parse_change(text: str, clock: Clock, parameters: Collection[str] | None = None) -> Change | None:
    """Read one change; `none` gives None. Raises `Mistake` with the names that exist.

    Parameters
    ----------
    clock : Clock
        The case's; times without a zone are in its zone, and an act can only happen while it runs.
    parameters : collection of str, optional
        Names of the model's parameters; without them any name passes.
    """
    written = " ".join(scalars.text(text, longest=200).split())
    if written.casefold() in ("none", "nothing", ""):
        return None
    manner, colon, what = _canonical(written).rpartition(":")
    if not colon or not manner.strip() or not what.strip():
        raise Mistake(f"{quoted(written)} is not a change", RIGHT)
    return _change(manner.strip(), what.strip(), written, clock, parameters)


def _canonical(written: str) -> str:
    """A plain sentence as manner and decision; what has a colon followed by a name is left alone."""
    if re.search(r":\s*[^\d\s]", written):
        return written
    for pattern, canonical in _SENTENCES:
        found = re.fullmatch(pattern, written, re.IGNORECASE)
        if found:
            return found.expand(canonical)
    return written


def _change(manner: str, what: str, written: str, clock: Clock, parameters: Collection[str] | None) -> Change:
    word, _, rest = manner.casefold().partition(" ")
    length = re.fullmatch(rf"(?:later by )?{_LENGTH}( later| earlier| on)?", manner, re.IGNORECASE)
    if length and (length[3] or manner.casefold().startswith("later")):
        hours = _hours(length[1], length[2])
        ending = (length[3] or " later").strip().casefold()
        if ending == "on":
            return Change("not before", decision(what), hours=hours, text=written)
        return Change("later", decision(what), hours=hours if ending == "later" else -hours, text=written)
    if manner.casefold() == "never":
        return Change("never", decision(what), text=written)
    if manner.casefold() == "held":
        return Change("held", decision(what), text=written)
    if manner.casefold() == "refused":
        named = decision(what)
        if named not in ("accept request", "request help"):
            raise Mistake(f"{quoted(what)} cannot be refused", "only help can: write 'refused: accept help'")
        return Change("refused", "accept request", text=written)
    if manner.casefold().startswith("not before "):
        return Change("not before", decision(what), hours=_moment(manner[11:], clock), text=written)
    if word == "at" and rest:
        return Change("at", decision(what), hours=_within(_moment(manner[3:], clock), manner[3:], clock), text=written)
    if word == "gone" and rest:
        if what.casefold().replace("’", "'").removeprefix("the ") not in (PERSON, "ruler of the patron"):
            raise Mistake(f"{quoted(what)} cannot be gone", f"only one person's going is modelled: write 'gone DATE: {PERSON}'")
        return Change("gone", PERSON, hours=_within(_moment(manner[5:], clock), manner[5:], clock), text=written)
    if word in ("set", "times") and rest:
        return Change(word, _parameter(what, word, parameters), value=scalars.number(rest), text=written)  # type: ignore[arg-type]
    raise Mistake(f"{quoted(manner)} is not a way to change anything", did_you_mean(word, MANNERS, "ways are"))


def decision(written: str) -> str:
    """A decision by its name or a plain one (`accept help`, `blackout`). Raises `Mistake` with the names.

    >>> decision('accept help'), decision('Blackout')
    ('accept request', 'cut internet')
    """
    word = " ".join(written.casefold().replace("-", " ").split()).removeprefix("the ").removeprefix("a ")
    if word in DECISIONS:
        return word
    if word in PLAIN_NAMES:
        return PLAIN_NAMES[word]
    raise Mistake(f"{quoted(written)} is not a decision", did_you_mean(word, [*DECISIONS, *PLAIN_NAMES], "decisions are"))


def _parameter(written: str, manner: str, parameters: Collection[str] | None) -> str:
    name = written.strip()
    if name.casefold() == MINORITY and manner == "times":
        return MINORITY
    if parameters is not None and name not in parameters:
        right = did_you_mean(name, parameters, "parameters are")
        raise Mistake(f"{quoted(written)} is not a parameter of the model", f"{right}; `realpolitik words` lists them")
    return name


def _hours(count: str, unit: str) -> float:
    number = _COUNTED.get(count.casefold())
    letter = unit.casefold()
    return (float(count) if number is None else number) * _HOURS["o" if letter.startswith("mo") else letter[0]]


def _moment(written: str, clock: Clock) -> float:
    try:
        return clock.hours(times.moment(written.strip().removeprefix("on "), clock.timezone).begins)
    except Mistake as mistake:
        raise Mistake(mistake.wrong, times.of_day(mistake.right, clock.start)) from None


def _within(hours: float, written: str, clock: Clock) -> float:
    if not -1e-9 <= hours < clock.duration_hours:
        first, last = (f"{clock.moment(h):%Y-%m-%dT%H:%M}" for h in (0.0, clock.duration_hours))
        raise Mistake(f"{quoted(written.strip())} lies outside the clock", f"the clock runs from {first} to {last}")
    return hours
