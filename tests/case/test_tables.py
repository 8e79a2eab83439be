"""Tables as spreadsheets write them, read or refused by line and column."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realpolitik.case import load, new, tables
from realpolitik.case.mistakes import Report

KNOWN, NEEDED = ("id", "what", "note"), ("id",)


def read(text: str, known=KNOWN, needed=NEEDED, decimals=()):
    report = Report()
    rows = tables.rows(text, "t.csv", report, known, needed, decimals)
    return [row.plain() for row in rows or []], [str(problem) for problem in report.problems]


@pytest.mark.parametrize(
    "text",
    [
        "id,what,note\n1,a,b\n",
        "id;what;note\n1;a;b\n",
        "id\twhat\tnote\r\n1\ta\tb\r\n",
        "sep=;\nid;what;note\n1;a;b",
        "ID , What,NOTE\n 1 ,a, b \n",
        "id,what,note,,\n1,a,b,,\n,,,,\n\n",
        '"id","what","note"\r1,"a","b"\r',
    ],
)
def test_spellings_of_one_table(text):
    assert read(text) == ([{"id": "1", "what": "a", "note": "b"}], [])


def test_a_quoted_cell_may_hold_lines_quotes_and_separators():
    found, problems = read('id,what,note\n1,"say ""no"", twice\r\nor not",x\n2,b,\n')
    assert problems == []
    assert found == [{"id": "1", "what": 'say "no", twice\r\nor not', "note": "x"}, {"id": "2", "what": "b"}]


def test_decimal_commas_are_read_where_the_separator_is_no_comma():
    rows, problems = read("id;what\n1;43,25\n", decimals=("what",))
    assert (rows, problems) == ([{"id": "1", "what": "43.25"}], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,whta\n1,2\n", "t.csv:1:4: the column 'whta' is not known; did you mean 'what'?"),
        ("what,note\n1,2\n", "t.csv:1:1: the column 'id' is missing; the table needs id"),
        ("id,what,id\n1,2,3\n", "t.csv:1:9: the column 'id' stands here a second time; keep one of them"),
        ("id,what\n1\n", "t.csv:2:1: this row has 1 cells, the header 2; add the missing cells"),
        ("id,what\n1,2,3\n", "t.csv:2:5: this row has 3 cells, the header 2; put a cell that holds the separator"),
        ('id,what\n1,"abc\n', "t.csv:2:3: a quote opens here and does not close"),
        ('id,what\n1,"a"b\n', "t.csv:2:6: 'b' follows a closing quote"),
        ("\n\n", "t.csv:1:1: the table has no header; name its columns: id"),
    ],
)
def test_refusals_say_line_and_column(text, said):
    problems = read(text)[1]
    assert len(problems) == 1
    assert said in problems[0]


def test_places_count_the_lines_inside_quoted_cells():
    report = Report()
    rows = tables.rows('id,what\n1,"a\nb"\n2,c\n', "t.csv", report, KNOWN, NEEDED) or []
    assert [row.line for row in rows] == [2, 4]
    assert rows[1].value["what"].at == ("t.csv", 4, 3)


def test_a_spreadsheet_of_semicolons_with_a_byte_order_mark_is_read(case):
    regions = (
        "\ufeffregion;population;latitude;longitude;hardship;minority\r\n"
        "Harbour;400 000;43,25;76,9;1,0;0,1\r\nHills;120000;42,1;74;1,3;0,3\r\n"
    )
    evidence = '\ufeffid;what;when;reported;by;grade\r\nE9;concede;05.03.2024 14:00;06.03.2024;"Radio;City Hall";b2\r\n'
    read_case = load(case.write(regions=regions, evidence=evidence))
    assert read_case.regions[0].latitude == 43.25
    assert read_case.regions[0].population == 400_000.0
    item = read_case.evidence[2]
    assert (item.by, item.grade, item.when) == (("Radio", "City Hall"), "B2", (110.0, 110.0))


def test_regions_may_leave_out_the_columns_that_an_entry_may(tmp_path):
    written = (new("strike", tmp_path) / "case.yaml").read_text()
    inline = load(tmp_path / "strike")
    (tmp_path / "strike" / "case.yaml").write_text(written.replace("[{region: Harbour, population: 400000}]", "regions.csv"))
    (tmp_path / "strike" / "regions.csv").write_text("region,population\nHarbour,400000\n")
    [region], [as_entry] = load(tmp_path / "strike").regions, inline.regions
    assert replace(region, at=as_entry.at) == as_entry


def test_several_regions_lie_somewhere(case):
    problems = case.problems(regions="region,population\nHarbour,400000\nHills,120000\n")
    assert [str(problem).partition("/regions.csv")[2] for problem in problems] == [
        ":1:1: the column 'latitude' is missing; give both coordinates: regions lie somewhere",
        ":1:1: the column 'longitude' is missing; give both coordinates: regions lie somewhere",
    ]


def test_an_ambiguous_date_in_a_table_is_refused_by_line(case):
    said = case.problem(evidence="id,what,when,reported,by,grade\nE9,concede,3/5/2024,2024-03-06,Radio,B2\n")
    assert said.startswith("evidence.csv:2:12: evidence E9, when: '3/5/2024' can be read as day/month or month/day;")


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]) | st.sampled_from(' ",;\n'), max_size=9)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_the_csv_module_writes_is_read_back(lines):
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(KNOWN)
    writer.writerows(lines)
    found, problems = read(written.getvalue())
    wanted = [{key: cell.strip() for key, cell in zip(KNOWN, line, strict=True) if cell.strip()} for line in lines]
    assert (found, problems) == ([row for row in wanted if row], [])
