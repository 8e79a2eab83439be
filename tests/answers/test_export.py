"""Tables for R, pandas and spreadsheets: whole, in full, and without a formula in any text."""

import csv
import os

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realpolitik.answers.export import cell, export
from realpolitik.errors import RunError
from tests.cable.sample import results as full

ALL = {"matrix", "odds", "increments", "series", "observed", "parameters", "leave_out", "odds_over_time"}


def test_every_table_is_written_and_described(tmp_path):
    written = export(full(), tmp_path / "made" / "here")
    assert {path.stem for path in written} == ALL
    readme = (tmp_path / "made" / "here" / "README.txt").read_text("utf-8")
    for path in written:
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
        assert len(set(rows[0])) == len(rows[0])
        assert f"{path.name}: " in readme
        assert all(f"  {heading}: " in readme for heading in rows[0])
    assert not list(tmp_path.rglob("*.part"))


def test_the_matrix_adds_up_to_the_log_evidence(tmp_path, results):
    export(results, tmp_path)
    matrix = pd.read_csv(tmp_path / "matrix.csv").set_index("id")
    odds = pd.read_csv(tmp_path / "odds.csv").set_index("account")
    for name in ("uprising", "plot"):
        assert matrix[f"bans: {name}"].sum() * 2.302585092994046 == pytest.approx(odds.loc[name, "log_evidence"])
    assert matrix.loc["T3", "value"] == ">=9"
    assert matrix.loc["T1", "by"] == "Vlast; Reuters"


def test_numbers_come_back_bit_for_bit(tmp_path):
    document = full()
    export(document, tmp_path)
    rows = csv.DictReader((tmp_path / "series.csv").read_text("utf-8").splitlines())
    read = [float(row["median"]) for row in rows if (row["quantity"], row["account"]) == ("crowd", "palace plot")]
    assert read == document["series"]["crowd"]["accounts"]["palace plot"]["median"]


def test_a_table_without_rows_is_not_written_and_an_older_one_goes(tmp_path, results):
    export(full(), tmp_path)
    assert {path.stem for path in export(results, tmp_path)} == {"matrix", "odds", "increments"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.txt",
        "increments.csv",
        "matrix.csv",
        "odds.csv",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1 dead", "@SUM(A1)", " =x", "\t=x", "\r=x", "＝x", "a;=x"])
def test_a_text_that_is_a_formula_is_defused(text):
    assert "'" in cell(text)


@given(st.text())
def test_no_text_begins_a_cell_with_a_formula(text):
    shown = cell(text)
    assert all(not part.lstrip().startswith(("=", "+", "-", "@")) for part in shown.split(";"))
    assert shown.isprintable()


def test_hostile_texts_stay_in_their_cells(tmp_path, results):
    results["accounts"][0] |= {"name": '=cmd|" /C calc"!A0', "says": 'two\nlines, a "quote"', "claims": ["-x", "y"]}
    results["evidence"][0] |= {"note": "=HYPERLINK()", "id": "@id"}
    for path in export(results, tmp_path):
        for row in csv.reader(path.read_text("utf-8").splitlines()):
            assert not any(text.startswith(("=", "+", "@")) for text in row)
    odds = pd.read_csv(tmp_path / "odds.csv")
    assert odds["says"][0] == 'two lines, a "quote"'


def test_a_disk_that_refuses_leaves_the_old_tables(tmp_path, results, monkeypatch):
    export(results, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(RunError, match=r"could not write '.*matrix\.csv': the file system is read-only"):
        export(results, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path, results):
    (tmp_path / "tables").write_text("", "utf-8")
    with pytest.raises(RunError, match="is a file, not a folder"):
        export(results, tmp_path / "tables")
