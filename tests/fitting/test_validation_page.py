"""The page of validation holds the figures of the committed table."""

from pathlib import Path

from realpolitik.fitting.calibration_report import read_table, report, text_of

DOCS = Path(__file__).parents[2] / "docs"


def test_the_figures_are_those_of_the_table():
    page = (DOCS / "validation.md").read_text("utf-8")
    shown = page.split("<!-- made by the second command -->")[1].split("<!-- end -->")[0].strip()
    assert shown == text_of(report(read_table(DOCS / "calibration-three-towns.csv")))


def test_the_figures_of_wrong_simulators_are_those_of_their_table():
    from realpolitik.fitting.wrong.kinds import KINDS
    from realpolitik.fitting.wrong.report import report as of_wrong
    from realpolitik.fitting.wrong.report import text_of as told

    page = (DOCS / "validation-wrong.md").read_text("utf-8")
    shown = page.split("<!-- made by the second command -->")[1].split("<!-- end -->")[0].strip()
    assert shown == told(of_wrong(read_table(DOCS / "calibration-three-towns-wrong.csv")))
    for kind in KINDS:
        assert f"| `{kind.name}` | {kind.family} | {'training' if kind.training else 'held out'} | {kind.says} |" in page


def test_committed_exponents_are_those_of_the_committed_table():
    """Whoever weighs the crises anew fits the exponent anew."""
    from realpolitik.fitting.wrong import exponents
    from realpolitik.fitting.wrong.report import report as of_wrong

    found = of_wrong(read_table(DOCS / "calibration-three-towns-wrong.csv"))
    for line in exponents.read():
        if (line["case"], line["effort"], line["law"]) == (found["case"], found["effort"], found["law"]):
            assert round(found["weights"]["coarsened"]["exponent"]["value"], 4) == line["exponent"]


def test_the_figures_of_the_second_opinion_are_those_of_its_table():
    from realpolitik.answers.abc.agreement import agreement
    from realpolitik.answers.abc.agreement import text_of as told
    from realpolitik.answers.abc.table import read_table as read_both

    page = (DOCS / "validation-abc.md").read_text("utf-8")
    shown = page.split("<!-- made by the third command -->")[1].split("<!-- end -->")[0].strip()
    assert shown == told(agreement(read_both(DOCS / "second-opinion-three-towns.csv")))


def test_the_figures_of_forecasts_and_of_chosen_crises_are_those_of_their_tables():
    from realpolitik.fitting import foretold_report

    page = (DOCS / "validation-forecasts.md").read_text("utf-8")
    shown = [part.split("<!-- end -->")[0].strip() for part in page.split("command -->")[1:]]
    foretold = foretold_report.report(foretold_report.read_table(DOCS / "calibration-three-towns-forecasts.csv"))
    assert shown[0] == foretold_report.text_of(foretold)
    assert shown[1] == text_of(report(read_table(DOCS / "calibration-three-towns-help.csv")))
