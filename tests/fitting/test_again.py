"""Crises of a saved table come out the same when weighed anew, and what does not is named."""

import csv
import io

import pytest

from realpolitik.api import load
from realpolitik.errors import RunError
from realpolitik.fitting import blind, calibration_report
from realpolitik.fitting.again import again, text_of
from realpolitik.fitting.settings import Settings

TINY = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)


def test_a_table_is_confirmed_and_a_changed_number_is_named(tmp_path):
    plan = blind.Calibration(load("three-towns"), "tiny", TINY, 1, ("coarsened",))
    path = tmp_path / "table.csv"
    path.write_text(calibration_report.table_of([blind.weigh_one(plan, number, None) for number in (1, 2)]), "utf-8")
    found = again(plan, path, 2, 2)
    assert found == {1: [], 2: []}
    assert text_of(found) == "2 of 2 crises come out as the table says, to the last digit."
    changed = path.read_text("utf-8").replace("\n2,uprising", "\n2,plot", 1)
    path.write_text(changed, "utf-8")
    assert again(plan, path, 2, 1) == {1: [], 2: ["account"]}
    assert "crisis 2 differs in 1 columns, the first: account" in text_of(again(plan, path, 9, 1))


def test_a_table_of_other_options_is_refused(tmp_path):
    plan = blind.Calibration(load("three-towns"), "tiny", TINY, 1, ("coarsened",))
    path = tmp_path / "table.csv"
    path.write_text("number,account,zeta\n1,uprising,0.5\n", "utf-8")
    with pytest.raises(RunError, match="a table of another case, or of other options"):
        again(plan, path, 1, 1)
    with pytest.raises(RunError, match="is not a table"):
        again(plan, tmp_path / "none.csv", 1, 1)


def test_the_law_is_not_compared_and_what_was_not_weighed_is_refused(tmp_path):
    case, path = load("three-towns"), tmp_path / "table.csv"
    plan = blind.Calibration(case, "tiny", TINY, 1, ("coarsened",), where="declare emergency")
    table = calibration_report.table_of([blind.weigh_one(plan, 3, None)])
    law = next(line["law"] for line in csv.DictReader(io.StringIO(table)))
    path.write_text(table.replace(law, "an older law"), "utf-8")
    assert again(plan, path, 1, 1) == {3: []}
    both = blind.Calibration(case, "tiny", TINY, 1, ("coarsened", "full"))
    path.write_text(calibration_report.table_of([blind.weigh_one(both, 1, None)]), "utf-8")
    with pytest.raises(RunError, match="of other options: see its column 'full"):
        again(blind.Calibration(case, "tiny", TINY, 1, ("coarsened",)), path, 1, 1)
