"""The cases that come with the package, and how a name or a path is turned into a folder."""

from __future__ import annotations

import os
import re
from importlib.resources import files
from pathlib import Path

from realpolitik.case.mistakes import did_you_mean, quoted
from realpolitik.errors import RealpolitikError

MAIN = "case.yaml"
"""The file every case's folder holds."""


def shipped() -> dict[str, Path]:
    """Folders of the shipped cases by name, sorted."""
    root = Path(str(files("realpolitik"))) / "cases"
    try:
        folders = sorted(entry for entry in root.iterdir() if (entry / MAIN).is_file())
    except OSError:
        return {}
    return {folder.name: folder for folder in folders}


def titles() -> dict[str, str]:
    """Titles of the shipped cases by name, read without checking the cases."""
    return {name: _title(folder / MAIN) or name for name, folder in shipped().items()}


def _title(path: Path) -> str:
    """The first `title:` line of a case, without its quotes."""
    found = re.search(r"^title:[ \t]*(.*?)[ \t]*(?:#.*)?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip("'\"") if found else ""


def resolve(name_or_path: str | os.PathLike[str]) -> Path:
    """The folder of a case: a shipped name, a folder that holds case.yaml, or the path of its case.yaml.

    A path wins over a shipped name only if it looks like one (has a separator or is a folder with a case).
    Raises `RealpolitikError` that lists the shipped names when there is none.
    """
    written = os.fspath(name_or_path)
    cases = shipped()
    try:
        path = Path(written).expanduser() if written.startswith("~") else Path(written)
        if path.name == MAIN and path.is_file():
            return path.parent
        if written and (path / MAIN).is_file():
            return path
        if written in cases:
            return cases[written]
        if written and path.is_dir():
            raise RealpolitikError(f"{quoted(written)} has no {MAIN}; name a folder that has one, or see `realpolitik new`")
        if path.is_file():
            raise RealpolitikError(f"{quoted(written)} is not a case; name a folder that holds {MAIN}")
    except (OSError, ValueError, RuntimeError):
        pass
    hint = did_you_mean(written, cases, "shipped cases") or "no case is shipped"
    raise RealpolitikError(f"there is no case {quoted(written)}; {hint}")
