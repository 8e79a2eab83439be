"""What the numbers of a run were computed on: bits are promised for one kind of processor and one lock."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("numpy", "numba", "llvmlite", "scipy", "xarray")


def machine() -> dict[str, str]:
    """Processor, system, Python and the packages that compute, as text by name."""
    return {
        "processor": _processor(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **{name: _version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    # The compiler's name for the processor decides which instructions the kernels use.
    try:
        from llvmlite import binding

        return f"{binding.get_host_cpu_name()} ({platform.machine()})"
    except (ImportError, RuntimeError):
        return platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
