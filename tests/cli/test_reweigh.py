"""The command `reweigh`: a table for a person, one JSON document, plain answers with exit codes."""

import json
import shutil

import pytest
from typer.testing import CliRunner

import realpolitik as rp
from realpolitik.case.starter import new
from realpolitik.cli.main import app

LINE = "  - {id: E9, what: detained, ever: 40..60, as_of: 2024-03-03, reported: 2024-03-04, by: [Harbour Radio], grade: B2}\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reweigh")
    rp.weigh(rp.load(new("harbour", folder)), runs=folder / "runs", seed=3)
    more = folder / "more" / "harbour"
    shutil.copytree(folder / "harbour", more)
    text = (more / "case.yaml").read_text("utf-8")
    (more / "case.yaml").write_text(text.replace("questions:", f"{LINE}questions:", 1), "utf-8")
    return folder


def asked(place, case, *options):
    return CliRunner().invoke(app, ["reweigh", str(place / case), "--runs", str(place / "runs"), *options])


def test_a_line_more_is_told_in_a_table(place):
    done = asked(place, "more/harbour")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("1 added.")
    for text in ("E9", "anger", "steered", "Pareto k", "What moved it"):
        assert text in done.stdout


def test_json_is_one_document(place):
    done = asked(place, "more/harbour", "--json")
    found = json.loads(done.stdout)
    assert [c["id"] for c in found["changed"]] == ["E9"]
    assert {"before", "after", "change", "change_se", "pareto_k", "withheld"} <= set(found["accounts"][0])


def test_nothing_changed_is_said_plainly(place):
    done = asked(place, "harbour")
    assert done.exit_code == 0
    assert done.stdout.startswith("The evidence is that of the run: nothing to weigh again.")


def test_too_much_changed_is_said_plainly(place, tmp_path):
    other = tmp_path / "harbour"
    shutil.copytree(place / "harbour", other)
    text = (other / "case.yaml").read_text("utf-8")
    (other / "case.yaml").write_text(text.replace("population: 400000", "population: 300000"), "utf-8")
    done = asked(place, other)
    assert done.exit_code == 1
    assert "more than its evidence: regions" in done.stderr
    assert f"realpolitik weigh {other} --effort quick --seed 3" in done.stderr
    assert "Traceback" not in done.output


def test_a_run_of_another_case_is_named(place):
    done = CliRunner().invoke(app, ["reweigh", "three-towns", "--runs", str(place / "runs")])
    assert done.exit_code == 1
    assert "weighed harbour, not three-towns" in done.stderr
