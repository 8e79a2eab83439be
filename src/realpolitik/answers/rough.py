"""How a probability of a rough run is printed: never without its range, and with "about" where no range is known.

A run is rough while the log evidence of an account that is still in has a standard error above ``fitting.unsure.UNSURE`` nats.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.answers import command
from realpolitik.answers.numbers import number, percent, whole_percent
from realpolitik.fitting.unsure import UNSURE


def worst_error(results: Mapping[str, Any]) -> float:
    """Largest standard error of the log evidence (nats) over the accounts that are not out; 0 where none is known."""
    rows = [a for a in results.get("accounts") or () if not a.get("dead")]
    return max((number(a.get("se")) or 0.0 for a in rows), default=0.0)


def is_rough(results: Mapping[str, Any]) -> bool:
    """Whether a run gives ranges and no probabilities."""
    return worst_error(results) > UNSURE


def is_unsettled(results: Mapping[str, Any]) -> bool:
    """Whether a log evidence still drifted by more than ``UNSURE`` nats: then ranges made of standard errors may be too narrow."""
    return any(abs(number(row.get("drift")) or 0.0) > UNSURE for row in results.get("diagnostics") or ())


def told(probability: Any, low: Any, high: Any, rough: bool, exact: bool = False) -> str:
    """A probability as a rough run may tell it, `68 % (42 to 88)`; otherwise by itself, with a decimal if ``exact``.

    >>> told(0.68, 0.42, 0.876, True), told(0.68, 0.42, 0.876, False), told(0.68, None, None, True)
    ('68 % (42 to 88)', '68 %', 'about 68 %')
    """
    if not rough or number(probability) is None:
        return percent(probability) if exact else whole_percent(probability)
    if number(low) is None or number(high) is None:
        return about(probability, True)
    ends = [whole_percent(end).removesuffix(" %") for end in (low, high)]
    return f"{whole_percent(probability)} ({ends[0]} to {ends[1]})"


def about(probability: Any, rough: bool, exact: bool = False) -> str:
    """A probability that has no range.

    >>> about(0.627, True), about(0.627, False, exact=True), about(0.004, True)
    ('about 63 %', '62.7 %', '<1 %')
    """
    shown = percent(probability) if exact and not rough else whole_percent(probability)
    return f"about {shown}" if rough and shown[0].isdigit() else shown


def note(results: Mapping[str, Any]) -> str:
    """The line that closes an answer of a rough run: how rough, and which effort would settle it."""
    error = worst_error(results)
    so = f"This run is rough: a log evidence is known to no better than {error:.2f} nats, above {UNSURE:g}. Read the ranges"
    so += ", which may be too narrow: the computing stopped before it had settled." if is_unsettled(results) else "."
    effort = settling(error, str(results.get("effort") or "quick"))
    if effort is None:
        return f"{so} No effort of the program computes more; runs with other seeds show how far the odds can move."
    return f"{so} What should settle it: {_command(results, effort)}"


def settling(error: float, effort: str) -> str | None:
    """The least effort above ``effort`` that should bring a standard error (nats) down to what is sure; else the greatest above it.

    Errors of efforts are to each other as on the shipped case. None where no effort is above.
    """
    from realpolitik.fitting.efforts import ERRORS

    now = ERRORS.get(effort, ERRORS["quick"])
    above = sorted((name for name in ERRORS if ERRORS[name] < now), key=ERRORS.__getitem__, reverse=True)
    enough = (name for name in above if error * ERRORS[name] / now <= UNSURE)
    return next(enough, above[-1] if above else None)


def _command(results: Mapping[str, Any], effort: str) -> str:
    """The command that made the run, with another effort."""
    words = command.words(results)
    if "--effort" in words[:-1]:
        words[words.index("--effort") + 1] = effort
    else:
        words += ["--effort", effort]
    return command.written(words)
