"""A second opinion on a run: kept beside it, shown by the cable and the command."""

import json

import pytest
from typer.testing import CliRunner

from realpolitik.answers.run import Run
from realpolitik.api import load
from realpolitik.cli.main import app
from realpolitik.errors import RunError
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.weigh import weigh


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    few = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)
    return Run.open(weigh(load("three-towns"), settings=few, runs=folder, threads=1).path, folder)


def test_it_is_formed_on_the_evidence_of_the_run_and_kept(run):
    pytest.importorskip("sklearn")
    found = run.second_opinion(rows=400, trees=40)
    assert [a["name"] for a in found["accounts"]] == [a["name"] for a in run.results["accounts"]]
    assert sum(a["second"] for a in found["accounts"]) == pytest.approx(1.0)
    assert sum(a["coarsened"] for a in found["accounts"]) == pytest.approx(1.0)
    assert max(a["coarsened"] for a in found["accounts"]) < max(a["second"] for a in found["accounts"])
    assert run.everything["answers"]["second-opinion"] == json.loads(json.dumps(found))
    assert "A second opinion" in run.report().read_text("utf-8")
    words = ["second-opinion", str(run.folder), "--rows", "400", "--trees", "40", "--threads", "1"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.stderr
    assert "400 simulated sets of reports, 40 trees" in done.stdout
    assert done.stdout.split("\n")[1].startswith(found["leader"])


def test_a_run_of_an_earlier_date_has_none(run):
    early = Run(run.folder, run.results | {"as_of": "2024-03-04"})
    with pytest.raises(RunError, match="weigh without --as-of"):
        early.second_opinion(rows=400)


def test_a_run_says_what_its_odds_rest_on(run):
    from realpolitik.answers import tempering

    assert sum(a["prior"] for a in run.results["accounts"]) == pytest.approx(1.0)
    assert run.everything["tempering"] == tempering.of(run.results)
    assert run.results["law"] in run.everything["tempering"]["why"]
