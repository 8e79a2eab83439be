"""The page of validation holds the figures of the committed table."""

from pathlib import Path

from realpolitik.fitting.calibration_report import read_table, report, text_of

DOCS = Path(__file__).parents[2] / "docs"


def test_the_figures_are_those_of_the_table():
    page = (DOCS / "validation.md").read_text("utf-8")
    shown = page.split("<!-- made by the second command -->")[1].split("<!-- end -->")[0].strip()
    assert shown == text_of(report(read_table(DOCS / "calibration-three-towns.csv")))
