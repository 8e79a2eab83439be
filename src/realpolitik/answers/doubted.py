"""Whom a change of trust is about, as a document of audiences names him: one reporter, or all of one interest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def whose(entry: Any, interests: Collection[str] = ()) -> str:
    """Who is meant by a record of ``kind`` and ``who``; by a bare name in documents of older versions, an interest if it is one of these.

    >>> whose({"kind": "interest", "who": "government"}), whose({"kind": "reporter", "who": "government"}), whose("TASS")
    ('all government reporters', 'government', 'TASS')
    """
    if isinstance(entry, Mapping):
        kind, name = entry.get("kind"), entry.get("who")
        name = "" if name is None else str(name)
    else:
        name = str(entry)
        kind = "interest" if name in interests else "reporter"
    return f"all {name} reporters" if kind == "interest" else name
