"""A case on its way to another process: the text of its files, and on what its numbers depend; no live objects.

The other side reads the files again and refuses them where it would not compute the same bits: another version of the program, of a
package that computes, or another kind of processor.
"""

from __future__ import annotations

import tempfile
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from realpolitik.case.reader import load
from realpolitik.case.records import Case
from realpolitik.chance.compiled import law_digest
from realpolitik.crisis.parameters import NAMES
from realpolitik.errors import RunError, UsageError
from realpolitik.fitting.casecopy import file_names
from realpolitik.fitting.machine import machine

_COMPUTES = ("processor", "numpy", "numba", "llvmlite", "scipy")


@dataclass(frozen=True)
class Parcel:
    """Files of a case, each (name, zlib-compressed bytes); ``made_by`` what :func:`computes_with` said where it was packed."""

    name: str
    fingerprint: str
    made_by: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]


@cache
def computes_with() -> tuple[tuple[str, str], ...]:
    """All that decides the bits of a number here, as (what, which): the program's sources, the processor, the packages that compute."""
    here = machine()
    return (("program", law_digest()), *((name, here[name]) for name in _COMPUTES))


def differences(there: tuple[tuple[str, str], ...]) -> str:
    """What differs between another process and this one, in words; empty where both compute the same bits."""
    here, other = dict(computes_with()), dict(there)
    told = [f"{name} {other.get(name, 'unknown')} instead of {which}" for name, which in here.items() if other.get(name) != which]
    return ", ".join(told)


def pack(case: Case) -> Parcel:
    """A case as its files.

    Raises
    ------
    UsageError
        For a case that was made or changed in Python: its files would not give it again.
    RunError
        When its files have changed since they were read.
    """
    if not case.fingerprint:
        raise UsageError(f"the case {case.name} has no files, so no worker can read it; write it as a case.yaml and load that")
    try:
        files = tuple((name, zlib.compress((case.folder / name).read_bytes(), 9)) for name in file_names(case.folder))
    except OSError as error:
        raise RunError(f"could not read '{error.filename}': {error.strerror or error}") from None
    again = load(case.folder, parameters=NAMES)
    if again.fingerprint != case.fingerprint:
        raise RunError(f"the files of case {case.name} in '{case.folder}' changed after they were read; start again")
    if again != case:
        raise UsageError(f"the case {case.name} was changed in Python after it was read, so no worker can read it; change its files")
    return Parcel(case.name, case.fingerprint, computes_with(), files)


def opened(case: Case | Parcel) -> Case:
    """The case in a parcel; a case itself is given back.

    Raises
    ------
    RunError
        When this process would not compute the same bits as the one that packed it, or read another case from the files.
    """
    return case if isinstance(case, Case) else _opened(case)


@lru_cache(maxsize=4)
def _opened(parcel: Parcel) -> Case:
    if differs := differences(parcel.made_by):
        # Told from the sender's side: the parcel was made there, this is the odd one out.
        raise RunError(f"the process that was sent {parcel.name} would compute other bits than the sender, which has {differs}")
    with tempfile.TemporaryDirectory(prefix="realpolitik-") as folder:
        for name, content in parcel.files:
            target = Path(folder) / PurePosixPath(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(zlib.decompress(content))
        case = load(folder, parameters=NAMES)
    if case.fingerprint != parcel.fingerprint:
        raise RunError(f"the files of case {parcel.name} did not arrive as they were sent; start again")
    return case
