"""How the compiled functions of this program are built and where their machine code is kept.

Numba's own cache notices a change in the file of a function, not in the files of the functions it calls. Every kernel
is therefore cached in a folder whose name is a hash of all kernel sources, the Numba version and the processor: an
edited kernel is a new folder, and a stale result cannot be served.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numba
from llvmlite import binding
from numba.core import config
from numba.core.registry import CPUDispatcher

# Division by zero gives inf instead of a Python error: the check would stop the compiler from using vector
# instructions. 'contract' and 'nsz' allow fused multiply-add, which is the same on every thread; 'reassoc' is left out
# on purpose, since it would let sums depend on how a loop was split.
# Entry points for C are never used, and are a tenth of what is to be compiled. Kernels that make no arrays need not count
# those that pass through them: the counters are shared by all threads, and took an eighth of the time.
_FLAGS = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz", "arcp"},
    "nogil": True,
    "cache": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}


def _set_compiler() -> None:
    """Let the compiler use the widest vectors the processor has, and not work harder than it pays.

    Compilers prefer 256-bit vectors even where 512-bit ones exist, because few programs gain; these loops do (a
    crisis step runs 1.4 times faster). The results are the same bits. The last level of optimisation takes a sixth of the
    time to compile and gains nothing that could be measured. A user's own NUMBA_CPU_FEATURES and NUMBA_OPT stand.
    """
    if config.CPU_FEATURES is None:
        features = binding.get_host_cpu_features()
        if features.get("avx512f"):
            config.CPU_FEATURES = features.flatten() + ",-prefer-256-bit"
    if "NUMBA_OPT" not in os.environ:
        config.OPT = type(config.OPT)(2)


_set_compiler()
_SOURCES = ("chance", "crisis", "fitting")
_MARKS = (b"@kernel", b"@inner", b"@inlined", b"@merged", b"@making_arrays")
_CONSTANTS = ("layout", "parameters")  # no kernels of their own, but numbers that kernels freeze


def _user_cache() -> Path:
    """The user's cache folder: XDG_CACHE_HOME, LOCALAPPDATA or the platform's default."""
    if named := os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA"):
        return Path(named)
    home = Path.home()
    return home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"


def sources_digest() -> str:
    """Hash of every kernel source, the Numba version and the processor's name (16 hex digits)."""
    root = Path(__file__).resolve().parent.parent
    machine = f"{binding.get_host_cpu_name()} {config.CPU_FEATURES or binding.get_host_cpu_features().flatten()}"
    digest = hashlib.sha256(f"{numba.__version__} {machine} {int(config.OPT)} {sys.version_info[:2]}".encode())
    for folder in _SOURCES:
        for path in sorted((root / folder).glob("**/*.py")):
            text = path.read_bytes()
            if any(mark in text for mark in _MARKS) or path.stem in _CONSTANTS:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + text + b"\0")
    return digest.hexdigest()[:16]


@cache
def law_digest() -> str:
    """Hash of everything that makes worlds and weighs them, and of what compiles it (16 hex digits): what stored draws depend on."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(sources_digest().encode())
    for folder in ("case", *_SOURCES):
        for path in sorted((root / folder).glob("**/*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def cache_folder() -> Path:
    """The folder that holds this version's machine code; it need not exist yet."""
    return _user_cache() / "realpolitik" / f"kernels-{sources_digest()}"


def is_compiled() -> bool:
    """Whether an earlier run of this very version left machine code behind."""
    folder = cache_folder()
    return folder.is_dir() and any(folder.glob("**/*.nbc"))


def _compile(function, **extra):
    before = config.CACHE_DIR
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        config.CACHE_DIR = str(cache_folder())
        flags = _FLAGS
    except OSError:  # a read-only home: compile in memory, each time
        flags = {**_FLAGS, "cache": False}
    try:
        return numba.njit(**{**flags, **extra})(function)
    finally:
        config.CACHE_DIR = before


def kernel(function):
    """Compile ``function`` without the interpreter lock, cached under the hash of all kernel sources."""
    return _compile(function)


class Inner(CPUDispatcher):
    """A kernel without a door for Python, which would end the process that came in."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """TypeError, always."""
        raise TypeError(f"{self.py_func.__name__} is called by kernels alone; open it with chance.compiled.door")


def inner(function):
    """Compile as a kernel that only kernels call: without the door for Python, a tenth of what is to be compiled."""
    found = _compile(function, no_cpython_wrapper=True)
    found.__class__ = Inner
    return found


def door(function):
    """A function by which Python calls an inner kernel; compiled anew in every process."""

    @numba.njit(nogil=True, error_model="numpy")
    def called(*arguments):
        return function(*arguments)

    return called


def making_arrays(function):
    """Compile as a kernel that may make arrays of its own."""
    return _compile(function, _nrt=True)


def inlined(function):
    """Compile a small scalar function that is always inlined: a call would keep the loop around it from vectorising."""
    return _compile(function, forceinline=True)


def merged(function):
    """Compile as part of its caller: for functions that only call others, which would else be compiled twice."""
    return _compile(function, inline="always")
