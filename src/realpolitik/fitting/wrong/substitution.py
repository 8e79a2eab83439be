"""The compiled model with some of its lines replaced: a copy of the modules concerned, beside the machine code of the original.

Constants are frozen into kernels, so another exponent is another program. The edited modules and those that call them up to the step
are written, with the edits, into a folder of the hash-named cache, and imported under a name of their own; the shipped model is not
touched and pays nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from realpolitik.chance.compiled import cache_folder
from realpolitik.fitting import storage

_CRISIS = Path(__file__).resolve().parents[2] / "crisis"
_IMPORT = re.compile(r"from realpolitik\.crisis\.(\w+) import")


@dataclass(frozen=True)
class Edit:
    """In module ``module`` of the crisis, the text ``old``, which must stand there exactly once, becomes ``new``."""

    module: str
    old: str
    new: str


@cache
def substituted(edits: tuple[Edit, ...]) -> ModuleType:
    """The module of the step with these edits in it; its ``advance`` runs a block of worlds as they have it.

    Raises
    ------
    ValueError
        When a text to be replaced does not stand in its module exactly once: the model was edited, and the edit with it must be.
    """
    texts = {path.stem: path.read_text("utf-8") for path in _CRISIS.glob("*.py") if path.stem != "__init__"}
    for edit in edits:
        if texts[edit.module].count(edit.old) != 1:
            raise ValueError(f"the text to replace in crisis/{edit.module}.py stands there {texts[edit.module].count(edit.old)} times")
        texts[edit.module] = texts[edit.module].replace(edit.old, edit.new)
    copied = _callers(texts, {edit.module for edit in edits})
    if "step" not in copied:
        raise ValueError("no step of the crisis calls what was edited")
    name = f"realpolitik_wrong_{hashlib.sha256(repr(edits).encode()).hexdigest()[:12]}"
    for module in copied:
        texts[module] = _IMPORT.sub(lambda m: f"from {name}.{m[1]} import" if m[1] in copied else m[0], texts[module])
    return _load(name, {module: texts[module] for module in copied})


def _callers(texts: dict[str, str], edited: set[str]) -> list[str]:
    """The edited modules and all that import them, those that are imported first."""
    uses = {name: set(_IMPORT.findall(text)) for name, text in texts.items()}
    found = set(edited)
    while more := {name for name, used in uses.items() if used & found} - found:
        found |= more
    ordered: list[str] = []
    while rest := [name for name in sorted(found) if name not in ordered]:
        ordered.append(next(name for name in rest if not (uses[name] & found) - set(ordered)))
    return ordered


def _load(name: str, texts: dict[str, str]) -> ModuleType:
    folder = cache_folder() / name
    try:
        _write(folder, texts)
    except OSError:  # a read-only home
        folder = Path(tempfile.mkdtemp(prefix=name))
        _write(folder, texts)
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    for module in texts:
        spec = importlib.util.spec_from_file_location(f"{name}.{module}", folder / f"{module}.py")
        made = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = made
        spec.loader.exec_module(made)
    return sys.modules[f"{name}.step"]


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Whole files, and only those that are not there yet: machine code is kept by the age of its source."""
    folder.mkdir(parents=True, exist_ok=True)
    for module, text in texts.items():
        path = folder / f"{module}.py"
        if not path.is_file() or path.read_text("utf-8") != text:
            storage.write_text(path, text)


def advance_of(edits: Sequence[Edit]) -> Callable | None:
    """``advance`` with these edits in it; None without edits."""
    return substituted(tuple(edits)).advance if edits else None
