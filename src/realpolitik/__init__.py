"""Put rival accounts of a political crisis to the test.

The names below load their machinery when first used, so that ``import realpolitik`` costs next to nothing:

>>> import realpolitik as rp
>>> rp.__version__
'0.1.0'
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# public name -> (module, name there)
_WHERE = {
    "Run": ("realpolitik.answers.run", "Run"),
    "cases": ("realpolitik.case.shipped", "titles"),
    "check": ("realpolitik.api", "check"),
    "load": ("realpolitik.api", "load"),
    "new": ("realpolitik.case.starter", "new"),
    "simulate": ("realpolitik.fitting.simulate", "simulate"),
    "weigh": ("realpolitik.api", "weigh"),
}

__all__ = ["Run", "__version__", "cases", "check", "load", "new", "simulate", "weigh"]


def __getattr__(name: str) -> Any:
    """Import the module behind a public name on first use (PEP 562)."""
    try:
        module, attribute = _WHERE[name]
    except KeyError:
        raise AttributeError(f"module 'realpolitik' has no attribute {name!r}") from None
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
