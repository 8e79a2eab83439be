"""The page of performance shows the committed measurement, and the measurement says what the page says of it."""

import json
from pathlib import Path

import pytest

from realpolitik.bench.compare import GOALS, NEEDED, OURS, goals
from realpolitik.bench.report import BEGIN, END, text_of, write_page
from realpolitik.bench.workers import PEERS
from realpolitik.errors import RunError

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT = json.loads((DOCS / "performance.json").read_text("utf-8"))


def test_the_tables_are_those_of_the_figures():
    page = (DOCS / "performance.md").read_text("utf-8")
    assert page.split(BEGIN)[1].split(END)[0].strip() == text_of(DOCUMENT).strip()


def test_every_goal_was_measured():
    assert DOCUMENT["missing"] == []
    assert set(DOCUMENT["peers"]) == set(PEERS) == set(NEEDED)
    assert DOCUMENT["goals"] == goals(DOCUMENT)
    assert [(g["of"], g["against"], g["goal"]) for g in DOCUMENT["goals"]] == [
        ("influenza", "particles", 15.0),
        ("influenza", "pypomp", 5.0),
        ("regions", "particles", 15.0),
        ("regions", "pypomp", 5.0),
        ("log evidence", "particles", GOALS["evidence"]),
    ]


def test_all_filters_agree_on_the_log_likelihood():
    """Within four standard errors of the exact value, or of ours where none is known; 0.01 more for draws by expansion."""
    for told in DOCUMENT["filters"].values():
        ours = told["tools"][OURS]
        for tool in told["tools"].values():
            about, error = (told["exact"], 0.0) if told["exact"] is not None else (ours["log likelihood"], ours["standard error"])
            apart = abs(tool["log likelihood"] - about)
            assert apart <= 4.0 * (tool["standard error"] ** 2 + error**2) ** 0.5 + 0.01


def test_a_page_without_marks_is_refused(tmp_path):
    page = tmp_path / "page.md"
    with pytest.raises(RunError, match="could not read"):
        write_page(page, DOCUMENT)
    page.write_text("# A page\n", "utf-8")
    with pytest.raises(RunError, match="has no lines"):
        write_page(page, DOCUMENT)
    assert page.read_text("utf-8") == "# A page\n"


def test_writing_replaces_the_tables_and_nothing_else(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    for _ in range(2):  # again on its own output
        write_page(page, DOCUMENT)
    text = page.read_text("utf-8")
    assert text == f"before\n\n{BEGIN}\n\n{text_of(DOCUMENT)}\n{END}\nafter\n"
    assert json.loads((tmp_path / "page.json").read_text("utf-8")) == DOCUMENT
