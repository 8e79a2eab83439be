"""Every way of breaking a case that the format promises to name: where, what is wrong, what would be right."""

from __future__ import annotations

import os

import pytest

from realpolitik.case import load
from realpolitik.errors import CaseError

E1 = "where: Harbour, now: 2000..5000, when: 2024-03-02T15:00, reported: 2024-03-02, by: Radio, grade: B2"
E2 = "ever: 12, as_of: 2024-03-08, reported: 2024-03-12"

ONE_MISTAKE = [
    ("ruler: the mayor", "ruller: x\nruler: the mayor", "case.yaml:5:1: the key 'ruller' is not known; did you mean 'ruler'?"),
    ("ruler: the mayor\n", "", "case.yaml:1:1: 'ruler' is missing; add ruler: the president"),
    ("strength: 1500", "strength: many", "case.yaml:7:31: agency 'Police', strength: 'many' is not a number; write"),
    ("strength: 1500", "strength: -1500", "'-1500' is negative; a count is 0 or more"),
    ("strength: 1500", "strength: [1]", "a list stands where one value belongs; write one text or number"),
    ("strength: 1500", "strenght: 1500", "the key 'strenght' is not known; did you mean 'strength'?"),
    ("{strength: 1500}", "1500", "the text '1500' stands where a mapping belongs; write {strength: …}"),
    ("where: Harbour, now", "where: Harbor, now", "'Harbor' is not one of the regions; did you mean 'Harbour'?"),
    ("capital: Harbour", "capital: Hill", "country, capital: 'Hill' is not a region; did you mean 'Hills'?"),
    ("when: 2024-03-02T15:00", "when: 2024-02-02T15:00", "lies outside the clock; the clock runs from 2024"),
    ("as_of: 2024-03-08", "as_of: 2024-03-11", "'2024-03-11' lies outside the clock"),
    ("when: 2024-03-02T15:00", "when: 2024-03-03..2024-03-02",
     "case.yaml:21:66: evidence E1, when: '2024-03-03..2024-03-02' ends before it begins; write 2024-03-02..2024-03-03 if the two are"),
    ("when: 2024-03-02T15:00", "when: 2024-03-03T00:00..2024-03-02", "ends before it begins; write 2024-03-02..2024-03-03T00:00"),
    ("when: 2024-03-02T15:00", "when: 2024-03-02T15:00..14:00", "ends before it begins; write the earlier end first"),
    ("as_of: 2024-03-08", "as_of: 2024-03-08, when: 2024-03-09", "evidence E2, as_of: as of '2024-03-08', before when begins"),
    ("end: 2024-03-10", "end: 2024-02-29", "the clock ends before it starts; write a later end"),
    ("step: 6h", "step: 6h, fine: [{from: 2024-03-04, to: 2024-03-03, step: 1h}]", "the span ends before it begins"),
    ("begins: 2024-03-01", "begins: 2024-03-11",
     "spark, begins: '2024-03-11' is the clock's very end, after which nothing can follow; write a time before 2024-03-11T00:00"),
    ("begins: 2024-03-01", "begins: 2024-03-12", "spark, begins: '2024-03-12' lies outside the clock; the clock runs from"),
    ("asked: 2024-03-10, by: 2024-06-01", "asked: 2024-03-10, by: 2024-03-09", "issue I1: it is judged before it is asked"),
    ("came_on: 2024-05-30", "came_on: 2024-03-09", "issue I1: it came before it was asked; write a later date"),
    ("asked: 2024-03-05, by: 2024-03-20", "asked: 2024-03-05, by: 2024-03-04", "it is resolved before it is asked"),
    ("when: 2024-03-02T15:00", "when: yesterday", "'yesterday' is not a time; write 2024-03-01, 2024-03-01T14:00 or"),
    ("asked: 2024-03-05, by: 2024-03-20", "by: 2024-03-20", "'asked' is missing; add asked: 2024-03-01"),
    ("{where: Hills, begins: 2024-03-01, ", "{begins: 2024-03-01, ", "spark: 'where' is missing; add where: Harbour"),
    (", capital: Harbour", "", "'capital' is missing; add capital: and the region it is in, such as 'Harbour'"),
    ("ever: 12", "ever: -12", "evidence E2, ever: '-12' is negative; a count is 0 or more"),
    ("claims: [cells]", "claims: [cels]", "case.yaml:17:44: account 'steered', claims: 'cels' is not one of"),
    ("perhaps: {plot: 0.3}", "perhaps: {plod: 0.3}", "'plod' is not a claim; did you mean 'plot'?"),
    ("perhaps: {plot: 0.3}", "perhaps: {plot: 3}", "'3' is not a probability between 0 and 1"),
    ('rival_withholds: "beta(2, 2)"', "organised_cells: 3", "both set organised_cells; write organised_cells"),
    ("about 200 (50 to 800)", '"lognorml(200, 0.8)"', "'lognorml' is not a distribution; did you mean 'lognormal'?"),
    ("about 200 (50 to 800)", "lognormal(200, 0.8)", "inside { } a comma ends a text"),
    ("about 200 (50 to 800)", "abuot 200 (50 to 800)", "'abuot 200 (50 to 800)' is not a prior; did you mean 'about'?"),
    ("about 200 (50 to 800)", "about 900 (50 to 800)", "900 lies outside its own 90 % range"),
    ("id: E2", "id: E1", "the id 'E1' stands here a second time; the first is at "),
    ("id: E2", "id: E4", "evidence.csv:3:1: evidence E4: the id 'E4' stands here a second time"),
    ("reported: 2024-03-12", "reported: 2024-03-07", "reported '2024-03-07', before it happened"),
    (E2, "new: 12, when: 2024-03-02..2024-03-08, reported: 2024-03-05", "reported '2024-03-05', before the span it tells of had ended"),
    ("file: evidence.csv", "file: ../evidence.csv", "'../evidence.csv' leads out of the case's folder"),
    ("file: evidence.csv", "file: /etc/hosts", "'/etc/hosts' leads out of the case's folder"),
    ("file: evidence.csv", "file: 'C:\\x.csv'", "leads out of the case's folder"),
    ("file: evidence.csv", "file: nothing.csv", "'nothing.csv' cannot be opened: No such file or directory"),
    ("file: evidence.csv", "file: .", "'.' is not a plain file; name a text file"),
    ("grade: B2", "grade: G7", "evidence E1, grade: 'G7' is not a grade; write a letter A to F"),
    ("grade: B2", "link: 'javascript:alert(1)', grade: B2", "is not a web link; write a link that begins with https"),
    ("what: crowd", "what: crowed", "case.yaml:21:20: evidence E1, what: 'crowed' is not something"),
    ("now: 2000..5000", "ever: 2000..5000", "'crowd' cannot be given as ever; write now:"),
    ("now: 2000..5000", "now: 2,000", "the key '000' is not known; inside { } a comma ends a text"),
    ("what: civilians dead, ever: 12", "what: civilians dead", "'civilians dead' has no figure; write one of"),
    ("ever: 12, as_of: 2024-03-08", "ever: 12", "a figure given as ever needs as_of; add as_of: 2024-03-01"),
    ("ever: 12, as_of: 2024-03-08", "new: 12, as_of: 2024-03-08", "a new figure needs when"),
    ("ever: 12", "ever: 12.5", "'12.5' is not a whole number; people are counted whole"),
    ("ever: 12", "ever: 12.000", "'12.000' can be read in two ways; write 12000 or 12"),
    ("ever: 12", "ever: 12, speaker: x", "speaker belongs to statements only; take speaker out"),
    ("timezone: Asia/Almaty", "timezone: Asia/Almati", "is not a time zone; did you mean 'Asia/Almaty'?"),
    ("step: 6h", "step: 7h", "case.yaml:3:51: clock, step: steps of 7 h do not fill the 240 h from 2024-03-01T00:00"),
    ("step: 6h", "step: 1min, fine: []", None),
    ("step: 6h", "step: 0.5min", "the clock has more than 20,000 steps; lengthen the step or shorten the clock"),
    ("step: 6h", "step: fast", "clock, step: 'fast' is not the length of a step; write 6h, 1h, 30min or 1d"),
    ("end: 2024-03-10", "end: 2024-02-10", "the clock ends before it starts; write a later end"),
    ("step: 6h", "step: 6h, fine: [{from: 2024-03-09, to: 2024-03-12, step: 1h}]", "the span leaves the clock"),
    ("holds: [Guard]", "holds: [Gard]", "rival, holds: 'Gard' is not one of the agencies; did you mean 'Guard'?"),
    ("through: League", "through: Leage", "'Leage' is not the alliance; did you mean 'League'?"),
    ("decides: one man", "decides: one", "'one' is not a way to decide; did you mean 'one man'?"),
    ("documents:", "watch: [{id: W1, what: crowed}]\ndocuments:", "watch, what: 'crowed' is not something that can be watched for"),
    ("documents:", "watch: [{id: W1, what: dead, where: Hils}]\ndocuments:", "watch W1, where: 'Hils' is not one of the regions"),
    ("documents:", "watch: [{id: W1, what: dead, by: 2024-04-01}]\ndocuments:", "watch W1, by: '2024-04-01' lies outside the clock"),
    ("documents:", "watch: [{id: W1, what: dead}, {id: W1, what: dead}]\ndocuments:", "watch W1: the id 'W1' stands here a second time"),
    ("documents:", "watch: [{id: W1, what: resign, mode: now}]\ndocuments:", "watch W1, mode: 'resign' happens or not and takes no mode"),
    ("documents:", "watch: [{id: W1}]\ndocuments:", "watch: 'what' is missing; add what: detained"),
    ("by: 2024-03-20", "by: 2024-03-20, what: statement", "question, what: 'statement' is not something a question can be about"),
    ("by: 2024-03-20", "by: 2024-03-20, what: seat stormed", "question Q1: 'seat stormed' needs where; add where: and a region"),
    ("by: 2024-03-20", "by: 2024-03-20, what: resign, where: Hills", "question Q1, where: 'resign' is nationwide and takes no where"),
    ("by: 2024-03-20", "by: 2024-03-20, what: dead, where: Hils", "question Q1, where: 'Hils' is not one of the regions"),
    ("by: 2024-03-20", "by: 2024-03-20, what: dead, agency: Guard", "question Q1, agency: agency means something for a post only"),
    ("by: 2024-03-20", "by: 2024-03-20, what: ruler falls, value: 3", "question Q1, value: 'ruler falls' happens or not and takes no"),
    ("by: 2024-03-20", "by: 2024-03-20, what: dead, mode: now", "question Q1, mode: 'dead' has no figure now; it is counted ever or new"),
    ("by: 2024-03-20, ", "what: dead, ", "question Q1: it has no date at which what is looked at; add by: and a date"),
    ("by: 2024-03-20", "by: 2024-03-20, value: 9", "question Q1, value: value without what; add what:, or take value out"),
    ("by: 2024-03-20", "by: 2024-03-20, engine: outside, what: dead", "question Q1, what: what is answered by the crisis, not by outside"),
    ("by: 2024-03-20", "by: 2024-03-20, base_rate: {value: 5 of 3, source: x}", "question Q1, base_rate, value: '5 of 3' is no rate"),
    ("by: 2024-03-20", "by: 2024-03-20, base_rate: {value: often, source: x}", "'often' is not a base rate; write 3 of 10, or a share"),
    ("by: 2024-03-20", "by: 2024-03-20, base_rate: {value: 0.3}", "question Q1, base_rate: 'source' is missing; add source: mission"),
    ("by: 2024-03-20", "by: 2024-03-20, what: dead, base_rate: {value: 1 of 3, source: x}", "'1 of 3' is a rate, but the answer is a numb"),
    ("prior_odds: 1 to 2", "prior_odds: 0", "'0' are not odds; write a number above 0"),
    ("where: [Hills]", "where: [Hils]", "claim 'plot', where: 'Hils' is not one of the regions; did you mean 'Hills'?"),
    ("City Hall: government", "City Hall: goverment", "'goverment' is not an interest; did you mean 'government'?"),
    ("trust: 0.9", "trust: 9", "'9' is out of range; write a number from 0 to 1"),
    ("by: Radio, grade: B2", "by: radio, grade: B2", "the reporter 'radio' is also written 'Radio'"),
    ("by: Radio, grade: B2", "by: [], grade: B2", "nobody reports this; add by: and who reported it"),
    ("by: 2024-03-20", "by: 2024-03-01", "it is resolved before it is asked; write a later date"),
    ("says: Cells steered it.", 'says: "Cells \\x1b[2J it."', "a control character U+001B in 'Cells \\x1b[2J it.'"),
    ("North: {position", "Nord: {position", "issue I1, Nord: 'Nord' is no actor of the case; did you mean 'North'?"),
    ("  cells: {", "  a + b: {says: x}\n  cells: {", "case.yaml:13:3: claim 'a + b': 'a + b' reads like several claims"),
    ("  cells: {", "  no claim: {says: x}\n  cells: {", "case.yaml:13:3: claim 'no claim': 'no claim' is not a name for"),
    ("  cells: {", "  the reference account: {says: x}\n  cells: {", "'the reference account' is not a name for a claim"),
    ("position: 9", "position: 90", "issue I1, North, position: 90 lies off the scale; the scale runs from 0 to 10"),
    ("status_quo: 2", "status_quo: 12", "issue I1, status_quo: 12 lies off the scale"),
    ("came: 4..6", "came: 4..60", "issue I1, came: 60 lies off the scale"),
    (", came_on: 2024-05-30", "", "came has no date; add came_on: and the day the figure stands for"),
    ("salience: 0.8", "salience: 8", "issue I1, North, salience: 8 is out of bounds; write a share from 0 to 1"),
    ("capability: 4", "capability: 0", "issue I1, North, capability: 0 is out of bounds; write a number above 0"),
    ("capability: 4, ", "", "issue I1, North: 'capability' is missing; add capability: about 50 (20 to 120)"),
    (", rows: [R2, R3]", "", "recomputed, and no row says where from; name its rows, or write basis: judgement"),
    ("basis: recomputed", "basis: guess", "'guess' is not a basis; one of: published, recomputed, judgement"),
    ('Q2: ">=7.5"', 'Q1: ">=7.5"', "'Q1' is not a question that bargaining answers; questions are: Q2"),
    ('Q2: ">=7.5"', "Q2: lots", "issue I1, answers: 'lots' is not a value; write"),
    ('Q2: ">=7.5"', "Q2: [1]", "issue I1, answers: a list stands where points belong; write"),
    ("by: 2024-06-01", "by: 2024-02-01", "issue I1: it is judged before it is asked; write a later date"),
    ("{0: the harbour, 5: both, 10: the North}", "{5: both}", "issue I1, scale: a scale has two ends; write"),
    ("5: both", "low: both", "issue I1, scale: 'low' is not a number"),
    ("5: both", "5: [both]", "issue I1, scale: '5' has no meaning; write 5: what it stands for"),
    ("5: both", "0.0: both", "issue I1, scale: the point '0.0' stands here a second time; keep one of them"),
    ("5: both", "-5: both", "issue I1, scale: '-5' is below 0; let the scale begin at 0 or above"),
    ("scale: {0: the harbour, 5: both, 10: the North}, ", "", "issue: 'scale' is missing; add scale: {0: leaves it"),
    ("size: about 500 (200 to 1200)", "size: about 500", "says no range; write the range too"),
    ("ruler: the mayor", "ruler: the mayor\nruler: me", "case.yaml:6:1: the key 'ruler' stands here a second"),
    ("title: Harbour, March 2024", "title: [*t]", "case.yaml:2:9: *t has no &t before it"),
    ("title: Harbour, March 2024", "title: &t [*t]", "case.yaml:2:12: *t stands inside &t: it would hold itself"),
    ("title: Harbour, March 2024", "\ttitle: x", "case.yaml:2:1: this is not YAML: found a tab character that"),
    ("title: Harbour, March 2024", "title: a: b", "case.yaml:2:9: this is not YAML: mapping values are not allowed"),
    ("title: Harbour, March 2024", "title: !!python/name:os.system x", "is not allowed; take the tag out"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), ONE_MISTAKE, ids=lambda text: str(text)[:40])
def test_a_mistake_is_named_with_its_place_and_its_remedy(case, old, new, said):
    if said is None:
        case.load(old, new)
        return
    line = case.problem(old, new)
    assert said in line
    assert line.count("\n") == 0
    file, row, column = line.split(":")[:3]
    assert file in ("case.yaml", "evidence.csv")
    assert int(row) >= 1
    assert int(column) >= 1


def test_problems_of_every_section_are_told_at_once_in_file_order(case):
    yaml = (
        case.changed("step: 6h", "step: 7h")
        .replace("strength: 1500", "strength: -1")
        .replace("claims: [cells]", "claims: [cels]")
        .replace("grade: B2", "grade: Z")
    )
    case.write(yaml, evidence="id,what,reported,by\nE3,concede,2024-03-04,Radio\n")
    with pytest.raises(CaseError) as caught:
        load(case.folder)
    lines = [problem.position.line for problem in caught.value.problems if problem.position.file.endswith(".yaml")]
    assert lines == [3, 7, 17, 21]
    assert "evidence.csv:1:1: the column 'grade' is missing" in str(caught.value)


def test_what_is_missing_is_proposed_in_the_case_s_own_words(case):
    said = case.problem("name: harbour\n", "")
    assert said.endswith(f"'name' is missing; add name: {case.folder.name}")


def test_two_claims_may_set_one_parameter_when_one_adds_or_replaces(case):
    for how in ("add", "replace"):
        loaded = case.load('rival_withholds: "beta(2, 2)"', f"organised_cells: {{{how}: 3}}")
        assert loaded.claims["plot"].sets[0].how == how


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "case.yaml:1:1: the file is empty"),
        (b" \n\n", "case.yaml:1:1: the file is empty"),
        (b"# nothing but a remark\n", "case.yaml:1:1: the file holds no mapping"),
        (b"just text", "case.yaml:1:1: the file holds no mapping"),
        (b"name: x\nb\0c", "case.yaml:2:2: this is a binary file: it holds a zero byte"),
        (b"name: x\nt: \xff\xfe", "case.yaml:2:4: the byte 0xff is not UTF-8 text; save the file as UTF-8"),
        (b"name: x\nt: \x1b[2J", "case.yaml:2:4: a control character U+001B stands here; take it out"),
        (b"[" * 100_000, "case.yaml:1:41: nested more than 40 levels deep"),
    ],
)
def test_what_is_no_text_is_refused(case, raw, said):
    with pytest.raises(CaseError) as caught:
        load(case.write(raw))
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_file_over_2_mb_is_refused(case):
    folder = case.write()
    with open(folder / "case.yaml", "ab") as file:
        file.truncate(2 * 1024 * 1024 + 1)
    with pytest.raises(CaseError, match=r"case\.yaml:1:1: the file is larger than 2 MB"):
        load(folder)


def test_a_link_out_of_the_folder_is_refused(case, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "evidence.csv"
    outside.write_text("id\n")
    folder = case.write()
    (folder / "evidence.csv").unlink()
    (folder / "evidence.csv").symlink_to(outside)
    with pytest.raises(CaseError, match="is a link out of the case's folder"):
        load(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_not_waited_for(case):
    folder = case.write()
    (folder / "evidence.csv").unlink()
    os.mkfifo(folder / "evidence.csv")
    with pytest.raises(CaseError, match="is not a plain file"):
        load(folder)


def test_an_alias_bomb_is_refused(case):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for one, two in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{two}: &{two} [{', '.join(['*' + one] * 10)}]")
    with pytest.raises(CaseError, match="aliases blow the file up"):
        load(case.write("\n".join(lines)))


def test_a_misspelt_parameter_is_named_when_the_names_are_given(case):
    folder = case.write()
    load(folder, parameters=["contagion", "organised_cells", "rival_withholds"])
    with pytest.raises(CaseError) as caught:
        load(folder, parameters=["contagion", "organized_cells", "rival_withholds"])
    assert "'organised_cells' is not a parameter; did you mean 'organized_cells'?" in str(caught.value)


def test_reading_stops_after_a_thousand_problems(case):
    rows = "\n".join(f"X{number},nonsense,2024-03-02,Radio,A1" for number in range(3000))
    with pytest.raises(CaseError) as caught:
        load(case.write(evidence=f"id,what,reported,by,grade\n{rows}\n"))
    assert len(caught.value.problems) == 1000
    assert str(caught.value).endswith("and 940 more problems")
