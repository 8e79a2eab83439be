"""A run on disk: `runs/<case>-<UTC>-<hash>/`, written so that a stop at any moment loses at most the stage under way.

``run.json``       what was asked, by which program, when; names the format and says whether the run is finished
``case/``          the copy of the case's files that was read
``stages/``        progress: a folder per claim set, a file per stage, and ``fit.npz`` for a finished one until the run is
``results.json``   everything the answers and the cable are drawn from
``posterior/``     the draws that answers replay, a file per set of claims, with those of dates and of the reference account in folders
``results.nc``     posteriors and paths, groups per account in ArviZ names
``.lock``          held by the process at work, so that nobody resumes a run that is still going

Beside the folders stands ``latest``, a text file with the name of the run that finished last.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import weakref
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from realpolitik import __version__
from realpolitik.case.records import Case
from realpolitik.errors import RunError
from realpolitik.fitting import storage
from realpolitik.fitting.casecopy import copy_case
from realpolitik.fitting.machine import machine

if TYPE_CHECKING:
    import xarray

FORMAT = "realpolitik run 1"
FIT = "fit.npz"
_LARGE = 1_000_000  # bytes
RUN, RESULTS, TREE, LATEST = "run.json", "results.json", "results.nc", "latest"


def run_key(**parts: Any) -> str:
    """A digest of everything that the numbers of a run depend on (fingerprint, kernels, effort, seed, accounts, as_of).

    >>> run_key(seed=1, effort='quick') == run_key(effort='quick', seed=1)
    True
    """
    return hashlib.sha256(json.dumps(storage.plain(parts), sort_keys=True).encode()).hexdigest()


def safe_name(text: str, longest: int = 40) -> str:
    """`text` as the name of a folder on any system; different texts may give the same name.

    >>> safe_name('../Über uns/..')
    'ber-uns'
    """
    name = re.sub(r"[^A-Za-z0-9._]+", "-", text)[:longest].strip("-._")
    return name or "unnamed"


class RunFolder:
    """A run being written, or one found again to go on with. Made by :meth:`create` and :func:`find_resumable`.

    Attributes
    ----------
    path : Path
        The folder.
    about : dict
        What ``run.json`` holds: ``format, version, case, title, fingerprint, key, asked, command, started, finished,
        machine``.
    warnings : list of str
        Stages that were found damaged and passed over.
    """

    def __init__(self, path: Path, about: dict[str, Any], lock: int | None = None) -> None:
        self.path = path
        self.about = about
        self.warnings: list[str] = []
        # Closing the lock frees it; the system does so too if the process dies.
        self._release = weakref.finalize(self, os.close, lock) if lock is not None else lambda: None

    @classmethod
    def create(cls, runs: Path, case: Case, key: str, command: str, asked: Mapping[str, Any] | None = None) -> RunFolder:
        """Make the folder of a new run, with a copy of the case's files in ``case/``; ``asked`` what the key is a digest of.

        Raises
        ------
        RunError
            When the folder cannot be written, or the case's files have changed since they were read.
        """
        now = datetime.now(UTC)
        path = _new_folder(Path(runs), f"{safe_name(case.name, 60)}-{now:%Y%m%dT%H%M%SZ}", key)
        try:
            copy_case(case, path / "case")
        except RunError:
            shutil.rmtree(path, ignore_errors=True)
            raise
        about = {
            "format": FORMAT,
            "version": __version__,
            "case": case.name,
            "title": case.title,
            "fingerprint": case.fingerprint,
            "key": key,
            "asked": storage.plain(asked or {}),
            "command": command,
            "started": now.isoformat(),
            "finished": None,
            "machine": machine(),
        }
        folder = cls(path, about, _hold(path))
        storage.write_json(path / RUN, about, indent=2)
        return folder

    @classmethod
    def at(cls, path: Path, key: str) -> RunFolder | None:
        """The run at a path for a process that helps with it and does not hold it; None where that run is not to be seen."""
        try:
            about = storage.read_json(path / RUN)
        except RunError:
            return None
        return cls(path, about) if about.get("format") == FORMAT and about.get("key") == key else None

    @property
    def key(self) -> str:
        """What the numbers depend on, as a digest (:func:`run_key`)."""
        return self.about["key"]

    @property
    def results(self) -> dict[str, Any]:
        """The results document, read from disk. RunError while there is none."""
        return storage.read_json(self.path / RESULTS)

    def save_stage(self, set_name: str, number: int, arrays: Mapping[str, NDArray], meta: Mapping[str, Any]) -> Path:
        """Store the state after a stage of a claim set; RunError when it cannot be written."""
        path = self._stages(set_name) / f"{number}.npz"
        _make(path.parent)
        storage.save_arrays(path, arrays, {"key": self.key, "set": set_name, "stage": number, "meta": meta})
        return path

    def latest_stage(self, set_name: str) -> tuple[int, dict[str, NDArray], dict[str, Any]] | None:
        """The last stage of a claim set that is whole: its number, arrays and meta; None if there is none.

        Files that are torn or belong to another run are passed over and named in `warnings`.
        """
        folder = self._stages(set_name)
        numbers = sorted((int(path.stem) for path in folder.glob("*.npz") if path.stem.isdecimal()), reverse=True)
        for number in numbers:
            read = self._read(folder / f"{number}.npz", set_name, number, "going on from the stage before")
            if read is not None:
                return number, *read
        return None

    def save_fit(self, set_name: str, arrays: Mapping[str, NDArray]) -> Path:
        """Keep a finished claim set until the run is finished; RunError when it cannot be written."""
        path = self._stages(set_name) / FIT
        _make(path.parent)
        storage.save_arrays(path, arrays, {"key": self.key, "set": set_name, "stage": FIT, "meta": {}})
        return path

    def stored_fit(self, set_name: str) -> dict[str, NDArray] | None:
        """What :meth:`save_fit` kept of this run, None if nothing; a damaged or foreign file is named in `warnings`."""
        path = self._stages(set_name) / FIT
        read = self._read(path, set_name, FIT, "going on from its last stage") if path.exists() else None
        return read[0] if read else None

    def _read(self, path: Path, set_name: str, stage: int | str, instead: str) -> tuple[dict[str, NDArray], dict[str, Any]] | None:
        try:
            arrays, told = storage.load_arrays(path)
        except RunError as error:
            self.warnings.append(f"{error}; {instead}")
            return None
        if (told.get("key"), told.get("set"), told.get("stage")) == (self.key, set_name, stage):
            return arrays, told["meta"]
        self.warnings.append(f"'{path}' belongs to another run; {instead}")
        return None

    def write_tree(self, tree: xarray.DataTree) -> Path:
        """Write ``results.nc``; RunError when it cannot be written."""
        path = self.path / TREE
        # made in memory: where HDF5 itself meets a full disk, the process dies of it at its end
        content = tree.to_netcdf(engine="h5netcdf", encoding=_packed(tree))
        with storage.whole(path) as file:
            file.write(content)
        return path

    def finish(self, results: Mapping[str, Any]) -> None:
        """Write ``results.json``, mark the run finished and latest, let go of it. RunError if it cannot."""
        storage.write_json(self.path / RESULTS, results)
        self.about["finished"] = datetime.now(UTC).isoformat()
        storage.write_json(self.path / RUN, self.about, indent=2)
        for path in self.path.glob(f"stages/*/{FIT}"):
            with contextlib.suppress(OSError):
                path.unlink()
        self.mark_latest()
        self.close()

    def mark_latest(self) -> None:
        """Name this run in the text file ``latest`` beside its folder."""
        storage.write_text(self.path.parent / LATEST, f"{self.path.name}\n")

    def close(self) -> None:
        """Let go of the run without finishing it: somebody may resume it."""
        self._release()

    def _stages(self, set_name: str) -> Path:
        digest = hashlib.sha256(set_name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return self.path / "stages" / f"{safe_name(set_name)}-{digest}"


def _packed(tree: xarray.DataTree) -> dict[str, dict[str, Any]]:
    """Large arrays (the paths of worlds) are compressed as they are written: whole people repeat themselves."""
    return {
        node.path: {
            str(name): {"zlib": True, "complevel": 1, "shuffle": True}
            for name, array in node.dataset.data_vars.items()
            if array.nbytes > _LARGE
        }
        for node in tree.subtree
    }


def find_resumable(runs: Path, key: str) -> RunFolder | None:
    """The newest unfinished run with this key that no process is working on; what it left half-written is removed."""
    found = []
    for path in Path(runs).glob(f"*/{RUN}"):
        try:
            about = storage.read_json(path)
        except RunError:
            continue  # somebody else's folder, or one that never got going
        if about.get("format") == FORMAT and about.get("key") == key and not about.get("finished"):
            found.append((str(about.get("started")), path.parent, about))
    for _, path, about in sorted(found, key=lambda each: each[:2], reverse=True):
        try:
            lock = _hold(path)
        except BlockingIOError:
            continue
        for part in path.rglob(f".*{storage.PART}"):
            with contextlib.suppress(OSError):
                part.unlink()
        return RunFolder(path, about, lock)
    return None


def why_anew(runs: Path, case: str, key: str, asked: Mapping[str, Any]) -> str:
    """Why :func:`find_resumable` found nothing, in a sentence: what the newest unfinished run of a case was asked instead."""
    found, torn = [], []
    for path in Path(runs).glob(f"*/{RUN}"):
        try:
            about = storage.read_json(path)
        except RunError as error:
            torn += [str(error)] if path.parent.name.startswith(f"{safe_name(case, 60)}-") else []
            continue
        if about.get("format") == FORMAT and about.get("case") == case and not about.get("finished"):
            found.append((str(about.get("started")), path.parent, about))
    if not found:
        return f"{torn[0] if torn else f'there is no unfinished run of {case} in {str(runs)!r}'}; this begins anew"
    _, path, about = max(found, key=lambda each: each[:2])
    if about.get("key") == key:
        return f"another process is at work on '{path}'; this begins anew"
    before, now = about.get("asked"), storage.plain(asked)
    before = before if isinstance(before, dict) else {}
    differs = [_ASKED.get(part, part) for part, value in now.items() if before.get(part) != value]
    return f"'{path}' is unfinished but was asked otherwise ({', '.join(differs) or 'another question'}); this begins anew"


_ASKED = {
    "fingerprint": "another text of the case",
    "kernels": "another version of the program or another processor",
    "settings": "another effort",
    "seed": "another seed",
    "accounts": "other accounts",
    "as_of": "another --as-of",
}


def _new_folder(runs: Path, stem: str, key: str) -> Path:
    """Make a folder that did not exist; two runs that begin in one second get different hashes."""
    _make(runs)
    for attempt in range(1000):
        path = runs / f"{stem}-{hashlib.sha256(f'{key} {attempt}'.encode()).hexdigest()[:8]}"
        try:
            path.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise storage.unwritable(path, error) from error
        return path
    raise RunError(f"'{runs}' holds a thousand runs begun in this second")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise RunError(f"'{folder}' is a file, not a folder; name another place for the runs") from error
    except OSError as error:
        raise storage.unwritable(folder, error) from error


def _hold(path: Path) -> int | None:
    """Lock a run folder for this process: the open lock file, or None where locks are not to be had.

    Raises BlockingIOError when another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    try:
        lock = os.open(path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        return None  # a file that cannot be made cannot be written by a rival either; writing will say why
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    except OSError:
        pass  # some network file systems know no locks
    return lock
