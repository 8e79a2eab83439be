"""The command that made a run, as words to alter and as a line to copy: a path with a space in it stays one word."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from realpolitik.errors import printable


def words(results: Mapping[str, Any]) -> list[str]:
    """The words of the command that made the run.

    >>> words({"command": "realpolitik weigh 'my cases/har bour' --effort quick"})
    ['realpolitik', 'weigh', 'my cases/har bour', '--effort', 'quick']
    """
    text = str(results.get("command") or "realpolitik weigh CASE")
    try:
        return shlex.split(text)
    except ValueError:  # a quotation that nobody closes
        return text.split()


def written(parts: Iterable[str]) -> str:
    """The command of these words, quoted for a shell and harmless to a terminal.

    >>> written(["realpolitik", "weigh", "my cases/har bour"])
    "realpolitik weigh 'my cases/har bour'"
    """
    return printable(shlex.join(parts))
