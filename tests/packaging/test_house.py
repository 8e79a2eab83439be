"""The house: imports run downward only, and a file holds one subject."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "realpolitik"
FILES = sorted(SOURCE.rglob("*.py"))

# Higher may import lower, never the other way round; the same floor may import itself.
FLOOR = {"errors": 0, "case": 1, "chance": 1, "crisis": 2, "fitting": 3, "answers": 4, "cable": 4, "api": 4, "bench": 4, "cli": 5}
# Neither knows of the other, though they stand on the same floor.
APART = {"case": {"chance"}, "chance": {"case"}}


def imported(path: Path) -> set[str]:
    """Parts of realpolitik that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("realpolitik.")} & set(FLOOR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_run_downward(path):
    part = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if part not in FLOOR:
        return
    for other in imported(path):
        assert FLOOR[other] <= FLOOR[part], f"{part} imports {other}, which lies above it"
        assert other not in APART.get(part, ()), f"{part} and {other} know nothing of each other"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_file_holds_one_subject(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400
