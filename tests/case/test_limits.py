"""What once took too long or too much memory, or let a number through that is none: found by fuzzing and by looking for it.

Where time is the matter, small and large are compared: what grows with the square of its size fails on any machine.
"""

from __future__ import annotations

import time
import tracemalloc

import pytest

from realpolitik.case import fields, load, tables
from realpolitik.case.files import MOST
from realpolitik.case.mistakes import Report, did_you_mean, nearest, quoted
from realpolitik.case.reading.country import MOST_REGIONS
from realpolitik.errors import CaseError


def seconds(work) -> float:
    """Processor time, the least of three."""
    times = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # the ratio of the ends of the range is beyond floating point
        ("about 200 (50 to 800)", "about 200 (50 to 1e308)", "'about 200 (50 to 1e308)' reaches beyond 1e+30"),
        ("about 200 (50 to 800)", "about 200 (1e-320 to 800)", "reaches beyond 1e+30; write smaller numbers or a narrower range"),
        ("about 200 (50 to 800)", "1e300", "'1e300' reaches beyond 1e+30"),
        ("about 200 (50 to 800)", "'uniform(-1e308, 1e308)'", "reaches beyond 1e+30"),
        ("about 200 (50 to 800)", "'beta(1e-300, 1)'", "is out of reach; write shapes from 0.001 to 1e+06"),
        ("prior_odds: 1 to 2", "prior_odds: '1e308:1e-308'", "'1e308:1e-308' are not odds"),
        ("ever: 12", "ever: ~1.7e308", "'1.7e308' is larger than any count"),
        ("strength: 1500", "strength: 1e31", "'1e31' is larger than any count"),
    ],
)
def test_a_number_beyond_what_can_be_computed_with_is_refused(case, old, new, said):
    assert said in case.problem(old, new)


def test_a_long_list_of_names_is_refused_at_once(case):
    names = ", ".join(f"r{i}" for i in range(30_000))
    line = case.problem("claims: [cells]", f"claims: [{names}]")
    assert "case.yaml:17:43: account 'steered', claims: a list of 30,000 entries; list 1,000 at most" in line


def test_a_list_takes_time_by_its_length(monkeypatch):
    monkeypatch.setattr(fields, "MOST_LISTED", 10**6)
    read = fields.several(str)
    few, many = ([str(i) for i in range(n)] for n in (2_000, 20_000))
    assert seconds(lambda: read(many)) < 40 * seconds(lambda: read(few))


def test_a_long_quoted_cell_takes_memory_by_its_length():
    text = 'id,note\nx,"' + 'a""' * 300_000 + '"\n'
    report = Report()
    tracemalloc.start()
    found = tables.rows(text, "e.csv", report, ["id", "note"], ["id"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not report.problems
    assert len(found[0].value["note"].value) == 600_000
    assert peak < 12 * len(text)  # keeping a way back for every character took 150 times the length


def test_a_key_that_is_missing_is_sought_among_few_of_the_unknown_ones(case):
    def of(count: int) -> float:
        stats = ", ".join(f"stat{i}: 1" for i in range(count))
        return seconds(lambda: case.problems("clock: {start", f"clock: {{{stats}, star"))

    assert of(8_000) < 10 * of(2_000)


def test_a_slip_is_sought_among_the_likeliest_words_only():
    many = [f"region {i:05}" for i in range(40_000)]
    assert seconds(lambda: nearest("regoin 00017", many)) < 0.2
    assert did_you_mean("regoin 00017", many).startswith("did you mean 'region 00")
    assert did_you_mean("Oblast", many, "regions").count("region 0") == 24


def test_a_list_of_names_is_short_enough_to_read_whatever_they_are():
    assert len(did_you_mean("x", ["\u202e" * 9_000] * 3 + ["é" * 9_000] * 30, "actors are")) < 3_000


@pytest.mark.parametrize("yaml", ["x: *{0}\n", "x: &{0} [*{0}]\n"])
def test_the_name_of_an_anchor_is_cut(case, yaml):
    with pytest.raises(CaseError) as caught:
        load(case.write(yaml.format("id001" * 2_000)))
    line = str(caught.value.problems[0])
    assert ": *id001id001id001id001id001id001id001id00… " in line
    assert len(line) < 500


def test_a_text_is_cut_before_it_is_made_printable():
    assert seconds(lambda: quoted("\u202e" * 3_000_000)) < 0.1
    assert quoted("\u202e" * 100, 12) == "'\\u202e\\u202…'"


def test_more_regions_than_memory_has_room_for_are_refused(case):
    rows = "".join(f"R{i},1000,1,1,1,0\n" for i in range(MOST_REGIONS))
    with open(case.write() / "regions.csv") as file:
        regions = file.read()
    line = case.problem(regions=regions + rows)
    assert f"case.yaml:4:20: country, regions: {MOST_REGIONS + 2:,} regions; there may be 500; join small ones" in line


def test_a_file_named_again_and_again_is_not_read_for_ever(case):
    folder = case.write()
    big = folder / "big.csv"
    big.write_text("id,what,reported,by,grade\n" + "," * 4 + "\n" * 1_900_000)
    line = str(case.problems("file: evidence.csv", "file: big.csv\n  - file: ./big.csv\n  - file: big.csv")[-1])
    assert f"the files of the case have more than {MOST // 2**20} MB together; name each file once" in line
