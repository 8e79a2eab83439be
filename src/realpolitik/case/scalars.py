"""Scalars as YAML 1.2 and an analyst mean them: the wanted type decides, never the look of the text.

So `NO`, `on` and `yes` stay text where text is wanted, `012` is twelve where a number is wanted, and nothing in a
file is ever evaluated.
"""

from __future__ import annotations

import re
import unicodedata
from math import isfinite

from realpolitik.case.mistakes import Mistake, quoted

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain scalars that mean: nothing here."""

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_TRUE = frozenset({"true", "yes"})
_FALSE = frozenset({"false", "no"})

# Controls that terminals obey, and the overrides that let a text read otherwise than it is written.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def text(written: str, longest: int = 20_000) -> str:
    """Running text: trimmed, composed (NFC), without control characters."""
    clean = written.strip()
    if len(clean) > longest:
        raise Mistake(f"a text of {len(clean)} characters", f"write {longest} at most")
    if not clean.isprintable():
        found = _FORBIDDEN.search(clean)
        if found:
            raise Mistake(f"a control character U+{ord(found[0]):04X} in {quoted(clean)}", "take it out")
    return clean if clean.isascii() else unicodedata.normalize("NFC", clean)


def name(written: str) -> str:
    """A name: one line of at most 120 characters, not empty.

    >>> name('  Interior   Ministry ')
    'Interior Ministry'
    """
    clean = " ".join(text(written, longest=120).split())
    if not clean:
        raise Mistake("an empty name", "write a name")
    return clean


def number(written: str) -> float:
    """A decimal number.

    >>> number('012'), number('1e3'), number('-.5')
    (12.0, 1000.0, -0.5)
    """
    digits = written.strip().replace("−", "-")
    if len(digits) > 60 or not _NUMBER.fullmatch(digits):
        raise Mistake(f"{quoted(written)} is not a number", "write a decimal number such as 12 or 0.5")
    result = float(digits)
    if not isfinite(result):
        raise Mistake(f"{quoted(written)} is too large", "write a smaller number")
    return result


def flag(written: str) -> bool:
    """True or false.

    >>> flag('true'), flag('no')
    (True, False)
    """
    word = written.strip().lower()
    if word not in _TRUE and word not in _FALSE:
        raise Mistake(f"{quoted(written)} is neither true nor false", "write true or false")
    return word in _TRUE
