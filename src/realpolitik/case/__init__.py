"""What the analyst writes: the case format, its reader, and the words a case can use.

`load` reads a case; the records it returns are in `realpolitik.case.records`. Nothing heavy is imported until a
name is used, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "load": "reader",
    "new": "starter",
    "resolve": "shipped",
    "Case": "records",
    "Clock": "records",
    "Distribution": "records",
    "Item": "records",
    "Position": "records",
    "Value": "records",
}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return __all__
