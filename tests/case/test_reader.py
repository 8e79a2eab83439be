"""A whole case read: what its records say, and how long many items take."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from realpolitik.case import load
from realpolitik.case.records import exact


def test_records_say_what_the_files_say(case):
    read = case.load()
    assert read.name == "harbour"
    assert read.clock.steps == 40
    assert [region.name for region in read.regions] == ["Harbour", "Hills"]
    assert read.regions[1].hardship == 1.3
    assert read.capital == "Harbour"
    assert read.rival is not None
    assert read.rival.holds == ("Guard",)
    assert [(agency.name, agency.under) for agency in read.agencies] == [("Police", "ruler"), ("Guard", "rival")]
    assert [(patron.name, patron.through) for patron in read.patrons] == [("North", "League"), ("South", None)]
    assert read.sparks[0].begins == 0.0
    assert read.claims["plot"].prior_odds == 0.5
    assert read.claims["plot"].where == ("Hills",)
    assert read.accounts["anger"].mixture == ((1.0, ()),)
    assert read.accounts["steered"].mixture == ((0.3, ("cells", "plot")), (0.7, ("cells",)))
    assert read.accounts["steered"].claims == ("cells", "plot")
    assert [item.id for item in read.evidence] == ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"]
    assert read.parameters[0].prior.kind == "lognormal"
    assert read.reporters["City Hall"].interest == "government"
    assert read.reporters["Radio"].trust == 0.9
    assert read.questions[0].came == "yes"
    assert read.documents[0].claims[0] == {"id": "N1", "says": "They were steered.", "about": ("cells",)}
    assert len(read.fingerprint) == 64


def test_issues_say_what_the_file_says(case):
    (issue,) = case.load().issues
    assert issue.scale == ((0.0, "the harbour"), (5.0, "both"), (10.0, "the North"))
    assert issue.ends == (0.0, 10.0)
    assert (issue.asked, issue.came_on) == (240.0, 91 * 24.0)
    assert issue.by == 93 * 24.0
    assert issue.came is not None
    assert (issue.came.low, issue.came.high, issue.rows) == (4.0, 6.0, ("R1",))
    assert [(name, points.low) for name, points in issue.answers] == [("Q2", 7.5)]
    mayor, north = issue.parties
    assert (mayor.name, mayor.basis, mayor.position.a, mayor.note) == ("the mayor", "judgement", 3.0, "said so")
    assert (north.name, north.basis, north.rows, north.capability.median) == ("North", "recomputed", ("R2", "R3"), 4.0)


def test_marks_of_a_scale_are_sorted_whatever_their_order(case):
    (issue,) = case.load("{0: the harbour, 5: both, 10: the North}", "{10: the North, 0: the harbour, 5: both}").issues
    assert [point for point, _ in issue.scale] == [0.0, 5.0, 10.0]


def test_times_are_hours_since_the_start_in_the_case_zone(case):
    items = {item.id: item for item in case.load().evidence}
    assert items["E1"].when == (39.0, 39.0)
    assert items["E1"].reported == 48.0
    assert items["E2"].as_of == 192.0
    assert items["E2"].reported > 240.0  # known only after the clock's end
    assert items["E4"].when == (62.0, 63.5)
    assert items["E4"].note == "two\nlines"
    assert items["E5"].when == (48.0, 72.0)


def test_items_are_read_alike_from_yaml_and_csv(case):
    items = {item.id: item for item in case.load().evidence}
    assert items["E3"].by == ("City Hall", "Radio")
    assert items["E3"].value is not None
    assert items["E3"].value.form == "about"
    assert items["E6"].absent
    assert items["E7"].says == "true"
    assert (items["E8"].value, items["E8"].of) == (exact(4.0), 100.0)
    assert items["E8"].when == (192.0, 192.0)  # a figure for one moment always has a when
    assert items["E3"].origin == "E3"
    assert items["E3"].at.line == 2
    assert items["E5"].at.line == 5  # the row before it takes two lines


def test_the_fingerprint_follows_every_file(case):
    first = case.load().fingerprint
    assert case.load().fingerprint == first
    assert case.load("title: Harbour, March", "title: Harbour, 1 March").fingerprint != first
    csv = (case.folder / "evidence.csv").read_text().replace("~60", "~61")
    assert case.load(evidence=csv).fingerprint != first


def test_a_case_of_one_region_needs_neither_table_nor_capital(case):
    yaml = (
        "name: one\nclock: {start: 2024-03-01, end: 2024-03-02, step: 6h, timezone: UTC}\n"
        "country: {regions: [{region: NO, population: 400 000}]}\nruler: on\naccounts: {a: {claims: }}\n"
    )
    read = load(case.write(yaml))
    assert read.capital == "NO"
    assert read.regions[0].population == 400_000.0
    assert read.ruler == "on"


@pytest.mark.parametrize("inline", [True, False])
def test_two_thousand_items_load_in_under_a_second(case, inline):
    keys = "id,what,where,now,when,reported,by,grade,note,link,row"
    rows = [
        f"A{n},crowd,Harbour,{2000 + n}..9000,2024-03-02T15:{n % 60:02d},2024-03-09T{n % 24:02d}:00,Radio,C3,some note,"
        f"https://example.org/{n},R{n}"
        for n in range(2000)
    ]
    if inline:
        pairs = [dict(zip(keys.split(","), row.split(","), strict=True)) for row in rows]
        lines = ["  - {" + ", ".join(f"{key}: {value}" for key, value in pair.items()) + "}" for pair in pairs]
        folder = case.write(case.changed("  - file: evidence.csv", "\n".join(lines)))
    else:
        folder = case.write(evidence="\n".join([keys, *rows]))
    seconds = []
    for _ in range(2):
        begun = time.process_time()
        assert len(load(folder).evidence) == 2002
        seconds.append(time.process_time() - begun)
    assert min(seconds) < 1.0


def test_what_a_question_asks_of_the_crisis(tmp_path):
    """A figure, a place and a base rate of each kind are read; without them nothing changes."""
    folder = tmp_path / "harbour"
    shutil.copytree(Path(__file__).parent / "harbour", folder)
    text = (folder / "case.yaml").read_text("utf-8")
    asked = 'what: dead, where: Hills, mode: ever, value: ">=10", base_rate: {value: 1 of 4, source: books}'
    (folder / "case.yaml").write_text(text.replace("by: 2024-03-20", f"by: 2024-03-20, {asked}"), "utf-8")
    first, second = load(folder).questions
    assert (first.what, first.where, first.mode) == ("dead", "Hills", "ever")
    assert (first.value.low, first.base_rate.came, first.base_rate.of, first.base_rate.source) == (10, 1, 4, "books")
    assert (second.what, second.value, second.base_rate) == (None, None, None)


def test_the_watch_list(tmp_path):
    """What is not said is the nation, the end of the clock, and words made from the rest."""
    folder = tmp_path / "harbour"
    shutil.copytree(Path(__file__).parent / "harbour", folder)
    text = (folder / "case.yaml").read_text("utf-8")
    listed = "watch:\n  - {id: W1, what: dead}\n"
    listed += "  - {id: W2, what: post abandoned, where: Hills, agency: Guard, by: 2024-03-05, says: Gone.}\n"
    (folder / "case.yaml").write_text(f"{text}\n{listed}", "utf-8")
    first, second = load(folder).watch
    assert (first.what, first.where, first.by, first.says) == ("dead", None, 240.0, "")
    assert (second.where, second.agency, second.by, second.says) == ("Hills", "Guard", 120.0, "Gone.")
