"""The command `bench` where no other tool is installed, and wrong usage."""

import json
import sys

import pytest

from realpolitik.bench.workers import installed


@pytest.mark.slow
def test_without_other_tools_it_measures_ours_and_says_what_to_install(realpolitik):
    shown = realpolitik("bench", "--only", "filters", "--rounds", "1", "--json")
    assert shown.exit_code == 0
    document = json.loads(shown.stdout)
    there = {"particles", "pypomp"} & set(installed(sys.executable))
    assert set(document["missing"]) == {"particles", "pypomp"} - there
    for name in document["missing"]:
        assert name in shown.stderr
    flu = document["filters"]["influenza"]["tools"]["realpolitik"]
    assert flu["log likelihood"] == pytest.approx(-62.962240, abs=4.0 * flu["standard error"] + 0.01)
    assert flu["two cores"]["seconds"] > 0.0
    assert "growth" not in document


def test_an_unknown_part_is_wrong_usage(realpolitik):
    shown = realpolitik("bench", "--only", "speed")
    assert shown.exit_code == 2
    assert "'speed' is not a part; take filters, evidence, people, growth" in shown.stderr


def test_a_page_that_cannot_take_the_tables_is_refused_at_once(realpolitik, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Speed\n", "utf-8")
    shown = realpolitik("bench", "--write", str(page))
    assert shown.exit_code == 1
    assert "has no lines" in shown.stderr
