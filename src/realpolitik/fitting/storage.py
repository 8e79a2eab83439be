"""Files that are whole or absent: arrays with a digest inside, JSON and text.

Every file is written beside its place under another name, synced and renamed, so that a power cut, a full disk or
Ctrl-C leaves the old file or the new one, never half of one. Array files are ``.npz`` (``numpy.load`` opens them too),
never pickle.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import math
import os
import secrets
import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from realpolitik.errors import RunError, UnwritableError, printable

FORMAT = "realpolitik arrays 1"
PART = ".part"
"""How the name of a file still being written ends."""

_META = "meta.json"
_REASONS = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "writing there is not allowed",
    errno.EPERM: "writing there is not allowed",
    errno.EROFS: "the file system is read-only",
}
# What zipfile, json and NumPy raise on bytes that make no sense.
_DAMAGE = (
    zipfile.BadZipFile,
    struct.error,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    MemoryError,
)
_KEPT = "what was finished before is kept"


def unwritable(path: Path, error: OSError) -> UnwritableError:
    """The error for a file or folder that could not be written, as a sentence."""
    # h5py tells the number only in its text.
    told = next((n for n in _REASONS if f"errno = {n}," in str(error)), None) if error.errno is None else error.errno
    reason = _REASONS.get(told) or error.strerror or str(error)
    return UnwritableError(f"could not write {_named(path)}: {reason}; {_KEPT}")


def save_arrays(path: Path, arrays: Mapping[str, NDArray], meta: Mapping[str, Any]) -> None:
    """Write arrays and a JSON-like `meta` with a SHA-256 of both inside.

    The same arrays and meta give the same bytes.

    Raises
    ------
    RunError
        When the disk is full or read-only; what was at `path` before is untouched.
    ValueError
        For arrays of Python objects.
    """
    members = {f"{name}.npy": _npy(np.asarray(array)) for name, array in arrays.items()}
    head = {"format": FORMAT, "meta": plain(meta, finite=False)}
    head["digest"] = _digest(head, members)
    with whole(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        # Fixed dates: ZipInfo begins in 1980 unless told otherwise.
        archive.writestr(zipfile.ZipInfo(_META), json.dumps(head))
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)


def load_arrays(path: Path) -> tuple[dict[str, NDArray], dict[str, Any]]:
    """Read what :func:`save_arrays` wrote: the arrays by name, and the meta.

    Raises
    ------
    RunError
        When the file is missing, torn, altered, or not one of ours.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            # Ours are stored uncompressed: anything else is foreign, and might unpack without end.
            if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
                raise RunError(f"{_named(path)} was not written by realpolitik; move it away")
            members = {info.filename: archive.read(info) for info in archive.infolist()}
        head = json.loads(members.pop(_META))
        if head["format"] != FORMAT:
            raise RunError(f"{_named(path)} has the format {printable(str(head['format']))!r}, not {FORMAT!r}")
        digest = head.pop("digest")
        if digest != _digest(head, members):
            raise RunError(f"{_named(path)} is not what was written: its digest differs; delete it")
        read = {name.removesuffix(".npy"): _array(content) for name, content in members.items()}
        return read, head["meta"]
    except FileNotFoundError:
        raise RunError(f"there is no file {_named(path)}") from None
    except OSError as error:
        raise RunError(f"could not read {_named(path)}: {error.strerror or error}") from None
    except KeyError:
        raise RunError(f"{_named(path)} was not written by realpolitik; move it away") from None
    except _DAMAGE:
        # A damaged directory of a zip file can claim anything: lengths, encryption, unheard-of versions.
        raise RunError(f"{_named(path)} is torn or damaged; delete it") from None
    except RuntimeError:
        raise RunError(f"{_named(path)} was not written by realpolitik; move it away") from None


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, whole or not at all. RunError as for :func:`save_arrays`."""
    # A lone surrogate has no UTF-8; its escape is what JSON would write too.
    with whole(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def write_json(path: Path, document: Any, indent: int | None = None) -> None:
    """Write a JSON document; NumPy values become plain ones, what is not finite null. RunError as above."""
    write_text(path, json.dumps(plain(document), ensure_ascii=False, allow_nan=False, indent=indent) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON document that is an object.

    Raises
    ------
    RunError
        When the file is missing, unreadable, or no such document.
    """
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise RunError(f"there is no file {_named(path)}") from None
    except OSError as error:
        raise RunError(f"could not read {_named(path)}: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise RunError(f"{_named(path)} is torn or was not written by realpolitik")
    return document


@contextlib.contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes its name only once the block has ended well.

    Raises
    ------
    RunError
        When the system refuses to write; the temporary file is gone and what was at `path` untouched.
    """
    path = Path(path)
    spare = beside(path)
    try:
        with open(spare, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        settle(spare, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            spare.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else who asks for the same is inside the block at the same time; waits for its turn.

    The lock is on the folder itself, leaves no file behind, and ends with the process. Where the system knows no such locks (Windows, some
    network drives) nobody waits.
    """
    handle = None
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    except (ImportError, OSError):
        pass  # what cannot be opened cannot be written either; writing will say why
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def beside(path: Path) -> Path:
    """A name beside `path` that nobody else uses, for the file while it is being written."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{PART}")


def settle(spare: Path, path: Path) -> None:
    """Give a finished file its name, and have the folder remember it through a power cut."""
    os.replace(spare, path)
    # Not every system lets a folder be opened or synced; the file is whole either way.
    with contextlib.suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def plain(value: Any, finite: bool = True) -> Any:
    """`value` as JSON knows it; with `finite`, NaN and infinities become None.

    >>> plain({'a': (1, float('nan'))})
    {'a': [1, None]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item, finite) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, finite) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) or not finite else None
    if hasattr(value, "tolist"):
        return plain(value.tolist(), finite)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _npy(array: NDArray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _array(content: bytes) -> NDArray:
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def _digest(head: Mapping[str, Any], members: Mapping[str, bytes]) -> str:
    """SHA-256 over the head and every member, each with its length, so that nothing can slide from one to the next."""
    parts = [json.dumps(head, sort_keys=True).encode()]
    for name in sorted(members):
        parts += [name.encode(), members[name]]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(str(len(part)).encode() + b"\0" + part)
    return digest.hexdigest()


def _named(path: Path) -> str:
    return f"'{printable(str(path))}'"
