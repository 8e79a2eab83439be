"""How the compiled functions of this program are built and where their machine code is kept.

Numba's own cache notices a change in the file of a function, not in the files of the functions it calls. Every kernel
is therefore cached in a folder whose name is a hash of all kernel sources, the Numba version and the processor: an
edited kernel is a new folder, and a stale result cannot be served.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numba
from llvmlite import binding
from numba.core import config, types
from numba.core.compiler_lock import global_compiler_lock
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
_MARKS = (b"@kernel", b"@inner", b"@inlined", b"@merged", b"@making_arrays", b"@shared")
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
    """Whether an earlier run of this very version left the machine code of the step behind, which is compiled last."""
    folder = cache_folder()
    return folder.is_dir() and any(folder.glob("**/step.advance-*.nbc"))


@contextmanager
def _caching() -> Iterator[bool]:
    """Where Numba keeps what is declared meanwhile; gives whether it can: with a read-only home each process compiles in memory."""
    before = config.CACHE_DIR
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        config.CACHE_DIR, can = str(cache_folder()), True
    except OSError:
        can = False
    try:
        yield can
    finally:
        config.CACHE_DIR = before


def _compile(function, of: type | None = None, **extra):
    with _caching() as can:
        found = numba.njit(**{**_FLAGS, "cache": can, **extra})(function)
    found.__class__ = of or Kernel
    return found


_shared: list[Callable[[], None]] = []  # what shared kernels have still to do before any kernel runs


class Kernel(CPUDispatcher):
    """A compiled function; before the first is compiled or loaded, shared kernels are put where it finds them."""

    def compile(self, sig: Any) -> Any:
        """The machine code for a signature, from the cache if it is there."""
        with global_compiler_lock:
            while _shared:
                first = _shared.pop()
                try:
                    first()
                except BaseException:  # stopped, too: a kernel that does not find it would end the process
                    _shared.append(first)
                    raise
        return super().compile(sig)


def shared(name: str, result: Any, *arguments: Any):
    """Compile a function once for all kernels that call it, who find it by ``name``; gives what they call.

    Numba copies the machine code of what a kernel calls into it and compiles it anew, and so on up to the step: what draws was
    compiled a dozen times, a quarter of all compiling. Arguments are plain numbers and pointers (Numba types).
    """
    signature = result(*arguments)

    def declare(function):
        def compile_and_name() -> None:
            with _caching() as can:
                found = numba.cfunc(signature, cache=can, **{flag: _FLAGS[flag] for flag in ("error_model", "fastmath")})(function)
            binding.add_symbol(name, found.address)
            _named[name] = found

        _shared.append(compile_and_name)
        return types.ExternalFunction(name, signature)

    return declare


_named: dict[str, Any] = {}  # keeps the machine code alive


@contextmanager
def not_shared() -> Iterator[None]:
    """Compile kernels that call nothing shared without putting that in its place first; for compiling ahead only."""
    put_off = _shared[:]
    _shared.clear()
    try:
        yield
    finally:
        _shared.extend(put_off)


def kernel(function):
    """Compile ``function`` without the interpreter lock, cached under the hash of all kernel sources."""
    return _compile(function)


class Inner(Kernel):
    """A kernel without a door for Python, which would end the process that came in."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """TypeError, always."""
        raise TypeError(f"{self.py_func.__name__} is called by kernels alone; open it with chance.compiled.door")


def inner(function):
    """Compile as a kernel that only kernels call: without the door for Python, a tenth of what is to be compiled."""
    return _compile(function, Inner, no_cpython_wrapper=True)


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
