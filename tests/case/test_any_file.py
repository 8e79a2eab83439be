"""Whatever the files hold, reading ends in a case or in a `CaseError`, never in anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realpolitik.case import load
from realpolitik.errors import CaseError, printable

VALID, REGIONS, EVIDENCE = ((Path(__file__).parent / "harbour" / name).read_text() for name in ("case.yaml", "regions.csv", "evidence.csv"))
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "&a ",
    "*a",
    "!!",
    "'",
    '"',
    "\n",
    "\t",
    "~",
    "null",
    "-1",
    "1e999",
    "|",
    "#",
]


def loads_or_says_why(folder: Path) -> None:
    try:
        load(folder)
    except CaseError as error:
        lines = str(error).splitlines()
    else:
        return
    assert lines
    assert lines == [printable(line) for line in lines]


@pytest.fixture
def folder(case) -> Path:
    return case.write()


@given(st.binary(max_size=300))
@FEW
def test_any_bytes(folder, raw):
    (folder / "case.yaml").write_bytes(raw)
    loads_or_says_why(folder)


def mutated(text: str):
    """`text` with a few stretches cut out, doubled or replaced."""
    edit = st.tuples(st.integers(0, len(text)), st.integers(0, 12), st.sampled_from(PIECES) | st.text(max_size=4))

    def apply(edits: list[tuple[int, int, str]]) -> str:
        changed = text
        for at, length, piece in edits:
            changed = changed[:at] + piece + changed[at + length :]
        return changed

    return st.lists(edit, min_size=1, max_size=4).map(apply)


@given(mutated(VALID))
@FEW
def test_a_mutated_case(folder, text):
    (folder / "case.yaml").write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    loads_or_says_why(folder)


@given(mutated(EVIDENCE), mutated(REGIONS))
@FEW
def test_mutated_tables(folder, evidence, regions):
    (folder / "case.yaml").write_text(VALID)
    (folder / "evidence.csv").write_text(evidence, encoding="utf-8", errors="surrogatepass", newline="")
    (folder / "regions.csv").write_text(regions, encoding="utf-8", errors="surrogatepass", newline="")
    loads_or_says_why(folder)


SCALARS = st.sampled_from(["~", "[]", "{}", "[[1]]", "{a: {b: c}}", "-1", "''", "NO", "2024-03-05", "nan", "true", "0"])
LINES = VALID.splitlines()


@given(st.integers(0, len(LINES) - 1), SCALARS)
@FEW
def test_a_value_of_another_kind(folder, row, value):
    key, colon, _ = LINES[row].partition(":")
    changed = [*LINES[:row], f"{key}{colon} {value}", *LINES[row + 1 :]]
    (folder / "case.yaml").write_text("\n".join(changed))
    loads_or_says_why(folder)
