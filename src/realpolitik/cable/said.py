"""Names and reported figures as a reader meets them: who said so, what was said, what an account says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from realpolitik.cable.wording import amount, exact, finite, listing
from realpolitik.case.mistakes import Mistake
from realpolitik.case.values import parse

BAN = "a factor of ten"
_BANS = re.compile(r"(?<=\d )bans?\b")  # the unit after its figure; "ban" in a name is none
_STOP = re.compile(r"\b(\w{3,})[.!?]+(?=\s+[\"'“‘«(]*(\w)|\s*$)")  # a word that may end a sentence, and the letter after it
_TITLES = {"Adm", "Capt", "Col", "Gen", "Gov", "Hon", "Maj", "Mrs", "Pres", "Prof", "Rep", "Rev", "Sen", "Sgt"}
_CLOSING = re.compile(r"(?<!\b[A-Z])\.+$")  # full stops at the end, but not that of an initial
_LONGEST = 90  # characters of an account's own words in a headline


def people(by: Any) -> list[str]:
    """Names of reporters, whether given as a list or as text that lists them already."""
    if isinstance(by, str):
        return [by] if by else []
    return [str(name) for name in by] if isinstance(by, Iterable) and not isinstance(by, Mapping) else []


def bounds(value: Any) -> tuple[float, float] | None:
    """Least and largest number that a reported figure says; None where that is not known."""
    try:
        found = parse(str(value)) if value is not None else None
    except Mistake:
        return None
    return None if found is None else (found.low, found.high)


def figure(seen: Mapping[str, Any], item: Mapping[str, Any] | None = None) -> str:
    """A reported figure as its report has it, from the item of evidence where that is at hand."""
    if item and item.get("value") not in (None, ""):
        return amount(item["value"])
    low, value, high = (finite(seen.get(key)) for key in ("low", "value", "high"))
    if low is not None and high is not None and low != high:
        return f"{exact(low)} to {exact(high)}"
    if low is not None and high is None:
        return f"at least {exact(low)}"
    if high is not None and low is None:
        return f"at most {exact(high)}"
    return amount(value if value is not None else low)


def introduced(account: Mapping[str, Any]) -> str:
    """An account's name with its own first sentence and who tells it, shortened: for the first time it is named."""
    name = str(account.get("name") or "")
    says = str(account.get("says") or "").strip()
    says = _CLOSING.sub("", _first_sentence(says))
    if len(says) > _LONGEST:
        says = says[:_LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    tellers = people(account.get("told_by"))
    told = listing(tellers if len(tellers) < 4 else [*tellers[:2], "others"])
    if not says:
        return f"{name} (told by {told})" if told else name
    return f"{name} (“{says}”{f', told by {told}' if told else ''})"


def _first_sentence(text: str) -> str:
    """The text to the end of its first sentence, which no abbreviation ends; all of it where no end is sure."""
    for stop in _STOP.finditer(text):
        word, following = stop.groups()
        if (word[-1].islower() or word[-1].isdigit()) and word not in _TITLES and (following is None or following.isupper()):
            return text[: stop.end()]
    return text


def with_bans(text: str) -> str:
    """The text with its first ban explained where it stands."""
    return _BANS.sub(lambda match: f"{match[0]} (a ban is {BAN})", text, count=1)
