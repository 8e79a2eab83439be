"""A name for what the odds rest on that is the same on every machine: what a measured calibration holds for.

``chance.compiled.law_digest`` names machine code and changes with a processor or a comment. Here the sources of the model, the filter
and the sampler are hashed without comments, docstrings and blank lines, together with the settings of the effort.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import tokenize
from functools import cache
from pathlib import Path

from realpolitik.fitting.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent
_BEGIN = ("account", "coarsening", "evidence", "model", "odds", "problem")  # of fitting: what fits a set and makes odds of it
_PARTS = ("chance", "crisis", "fitting")  # how a case is read moves no odds of one that was read


def law_of_odds(settings: Settings) -> str:
    """Digest of the law that makes odds at an effort with these settings (16 hex digits)."""
    numbers = {name: getattr(settings, name) for name in sorted(Settings.__dataclass_fields__)}
    return hashlib.sha256(f"{_sources()} {json.dumps(numbers, sort_keys=True)}".encode()).hexdigest()[:16]


@cache
def _sources() -> str:
    digest = hashlib.sha256()
    for name in members():
        digest.update(name.encode() + b"\0" + bare(_path(name).read_text("utf-8")).encode() + b"\0")
    return digest.hexdigest()


@cache
def members() -> tuple[str, ...]:
    """Modules that the law is written in: those behind a fit, and all that they import from the model, the sampler and chance."""
    found: set[str] = set()
    waiting = [f"realpolitik.fitting.{name}" for name in _BEGIN]
    while waiting:
        name = waiting.pop()
        if name in found or name.split(".")[1] not in _PARTS or not _path(name).is_file():
            continue
        found.add(name)
        for node in ast.walk(ast.parse(_path(name).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("realpolitik."):
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(sorted(found))


def bare(source: str) -> str:
    """Source without comments, docstrings, trailing blanks and empty lines.

    >>> bare('def f():\\n    "Says."\\n\\n    return 1  # one\\n')
    'def f():\\n    return 1'
    """
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for row in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[row] = ""
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _path(name: str) -> Path:
    parts = name.split(".")[1:]
    return _ROOT.joinpath(*parts).with_suffix(".py")
