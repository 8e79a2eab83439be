"""The starter case from first to last, with the real engine: one weighing, then everything that answers from it."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from realpolitik.cli.main import app
from tests.cli.results import LN10


def command(*words):
    """Run one command line in this process; it must work."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done


def written(printed):
    """Ids of the items of the case file; that a decision was not taken is evidence too, and has an id of its own."""
    return {item["id"] for item in printed["evidence"] if not item["id"].startswith("no ")}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the starter case, weighed once; gives the folder and the JSON printed."""
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        command("new", "harbour")
        printed = json.loads(command("run", "harbour", "--seed", 1, "--threads", 1, "--json").stdout)
    return folder, printed


@pytest.fixture
def here(desk, monkeypatch):
    """Stand in that folder."""
    monkeypatch.chdir(desk[0])
    return desk[0]


def test_the_document_hangs_together(desk):
    printed = desk[1]
    assert printed["case"] == "harbour"
    assert printed["fit"] in ("good", "poor")
    assert [account["name"] for account in printed["accounts"]] == ["anger", "steered"]
    assert sum(account["probability"] for account in printed["accounts"]) == pytest.approx(1.0)
    assert written(printed) == {"E1", "E2", "E3", "E4", "E5", "E6", "E7"}
    assert "<html" in Path(desk[0] / printed["cable"]).read_text("utf-8")
    for account in printed["accounts"]:
        bans = sum(item["bans"][account["name"]] for item in printed["evidence"])
        assert bans * LN10 == pytest.approx(account["log_evidence"], abs=0.01)


def test_a_newcomer_gets_an_account_that_explains_and_a_forecast(desk, here):
    printed = desk[1]
    best = max(account["log_evidence"] for account in printed["accounts"])
    assert best > printed["reference"]["log_evidence"] + LN10  # a ban is the least that counts
    [question] = json.loads(command("forecast", "latest", "--json").stdout)["questions"]
    assert question["answer"] == "probability"
    assert 0.0 < question["probability"] < 1.0


def test_threads_and_a_second_time_change_no_number(desk, here):
    again = json.loads(command("weigh", "harbour", "--seed", 1, "--threads", 2, "--json").stdout)
    timing = ("threads", "seconds", "cpu_seconds", "cable")
    first, second = ({key: value for key, value in printed.items() if key not in timing} for printed in (desk[1], again))
    assert first == second


def test_report_export_explain_and_diff_answer_from_the_run(here):
    assert Path(command("report", "latest").stdout.strip()).is_file()
    for path in map(Path, command("export", "latest", "--csv", "tables").stdout.split()):
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
    assert "E1" in command("explain", "latest", "E1").stdout
    assert command("diff", "latest", "latest").stdout
    assert isinstance(json.loads(command("diff", "latest", "latest", "--json").stdout), dict)


def test_an_item_or_a_run_that_is_not_there_is_told(realpolitik, here):
    for words in (("explain", "latest", "E99"), ("report", "nowhere"), ("diff", "latest", "nowhere")):
        done = realpolitik(*words)
        assert done.exit_code in (1, 2)
        assert done.stderr.strip()
        assert done.stdout == ""


def test_as_of_knows_only_what_was_reported(here):
    printed = json.loads(command("weigh", "harbour", "--as-of", "2024-03-04", "--json").stdout)
    assert written(printed) == {"E1", "E2", "E3", "E6", "E7"}


def test_simulate_tabulates_and_saves(here):
    shown = command("simulate", "harbour", "--account", "anger", "--worlds", 64, "--save", "worlds.nc").stdout
    assert "worlds a second" in shown
    assert Path("worlds.nc").stat().st_size > 0
    printed = json.loads(command("simulate", "harbour", "--account", "anger", "--worlds", 64, "--json").stdout)
    assert printed["worlds"] == 64
    assert {"crowd", "civilians dead"} <= {entry["quantity"] for entry in printed["quantities"]}
