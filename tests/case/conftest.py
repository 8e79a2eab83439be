"""A small case that loads, and ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from realpolitik.case import load
from realpolitik.case.records import Case
from realpolitik.errors import CaseError, Problem

HARBOUR = Path(__file__).parent / "harbour"
VALID = (HARBOUR / "case.yaml").read_text()
REGIONS = (HARBOUR / "regions.csv").read_text()
EVIDENCE = (HARBOUR / "evidence.csv").read_text()


class Maker:
    """Writes cases into a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, yaml: str | bytes = VALID, regions: str = REGIONS, evidence: str | bytes = EVIDENCE) -> Path:
        """The folder with these files in it."""
        for name, content in (("case.yaml", yaml), ("regions.csv", regions), ("evidence.csv", evidence)):
            raw = content if isinstance(content, bytes) else content.encode()
            (self.folder / name).write_bytes(raw)
        return self.folder

    def changed(self, old: str, new: str) -> str:
        """The valid case with one text replaced."""
        assert VALID.count(old) == 1, old
        return VALID.replace(old, new)

    def load(self, old: str = "", new: str = "", **files: str) -> Case:
        """Read the valid case with one text replaced."""
        yaml = self.changed(old, new) if old else VALID
        return load(self.write(yaml, **files))

    def problems(self, old: str = "", new: str = "", **files: str) -> list[Problem]:
        """Problems of the valid case with one text replaced."""
        with pytest.raises(CaseError) as caught:
            self.load(old, new, **files)
        return caught.value.problems

    def problem(self, old: str = "", new: str = "", **files: str) -> str:
        """The only problem, on one line, the folder's own path left out."""
        found = self.problems(old, new, **files)
        assert len(found) == 1, [str(problem) for problem in found]
        return str(found[0]).replace(f"{self.folder}/", "")


@pytest.fixture
def case(tmp_path: Path) -> Maker:
    """Writes and breaks a small case."""
    return Maker(tmp_path)


@pytest.fixture
def problem(case: Maker) -> Callable[..., str]:
    """The one problem of the valid case with one text replaced."""
    return case.problem
