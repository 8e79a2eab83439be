"""What is mutated: the shipped cases, the starter and the small case of the tests, as bytes by file name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from realpolitik.case.shipped import shipped

Files = dict[str, bytes]
WEIGHTS = {"kazakhstan-2022": 1, "three-towns": 2, "harbour": 3, "starter": 2}
"""How often each is taken; the large one costs ten times the others."""


def _folder(path: Path) -> Files:
    return {entry.name: entry.read_bytes() for entry in sorted(path.iterdir()) if entry.suffix in (".yaml", ".csv")}


@cache
def corpus() -> dict[str, Files]:
    """Every case by name."""
    template = files("realpolitik.case").joinpath("starter.yaml").read_text(encoding="utf-8")
    starter = template.replace("@NAME@", "starter").replace("@TITLE@", "Starter")
    found = {name: _folder(path) for name, path in shipped().items()}
    found["harbour"] = _folder(Path(__file__).parents[1] / "case" / "harbour")
    found["starter"] = {"case.yaml": starter.encode()}
    return found
