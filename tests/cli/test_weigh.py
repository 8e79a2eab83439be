"""`weigh` and `run`: what they ask the engine for, and what they print."""

import json
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from realpolitik.answers.document import document
from tests.cli.results import LN10, FakeRun, results


def test_json_is_one_document_and_nothing_else(realpolitik, engine):
    done = realpolitik("weigh", "demo", "--effort", "quick", "--seed", 1, "--json")
    assert done.exit_code == 0
    printed = json.loads(done.stdout)
    head = "case seed effort threads seconds cpu_seconds world_steps fit accounts reference evidence"
    assert list(printed) == head.split()
    assert list(printed["accounts"][0]) == ["name", "claims", "log_evidence", "se", "probability", "probability_plain"]
    assert list(printed["reference"]) == ["log_evidence", "se"]
    item = "id what reported bans stipulated diagnosticity leave_one_out"
    assert list(printed["evidence"][0]) == item.split()
    assert "compiling (once for this version)" in done.stderr


def test_bans_add_up_in_the_document():
    printed = document(results())
    for account in printed["accounts"]:
        bans = sum(item["bans"][account["name"]] for item in printed["evidence"])
        assert bans * LN10 == pytest.approx(account["log_evidence"], abs=0.01)


def test_options_reach_the_engine(realpolitik, engine):
    line = "weigh demo --effort standard --seed 7 --threads 2 --accounts plot,uprising"
    more = "--as-of 2022-01-05 --resume --runs there"
    assert realpolitik(*line.split(), *more.split()).exit_code == 0
    asked = engine[0]
    assert asked.pop("progress")
    # A date is taken at its end, in the case's own time zone.
    assert asked.pop("as_of") == datetime.fromisoformat("2022-01-06T00:00+06:00")
    assert asked == {
        "effort": "standard",
        "seed": 7,
        "threads": 2,
        "accounts": ["plot", "uprising"],
        "resume": True,
        "runs": Path("there"),
        "executor": None,
    }


def test_the_table_puts_the_likeliest_first(realpolitik, engine):
    lines = realpolitik("weigh", "demo").stdout.splitlines()
    assert lines[0] == "The evidence is explained best by uprising."
    assert lines[3].split()[:3] == ["uprising", "95.0", "%"]
    assert lines[4].split()[:3] == ["plot", "5.0", "%"]


def test_run_prints_what_decides_it_the_warnings_and_the_cable(realpolitik, engine, tmp_path):
    shown = realpolitik("run", "demo").stdout
    deciding = [line.split() for line in shown.splitlines() if line.startswith(("T1", "T2", "T3"))]
    # Against the mean of the accounts; an item that decides nothing is left out.
    assert deciding == [
        ["T1", "seat", "stormed,", "Port", "1.50", "+0.75", "-0.75"],
        ["T2", "dead", "0.25", "-0.12", "+0.12"],
    ]
    assert "Warning: few particles left" in shown
    assert shown.splitlines()[-2:] == [f"cable: {tmp_path / 'cable.html'}", f"run: {tmp_path}"]


def test_progress_of_run_is_one_countdown(realpolitik, engine, monkeypatch):
    """The parts are told as shares of the whole: 100 % comes once, at the end, and the run's path not at all."""
    told = []

    @contextmanager
    def heard(stream=None):
        yield lambda stage, done, message: told.append((stage, done, message))

    def answer_all(run, progress):
        for done, message in ((0.5, "odds-over-time, what was known"), (1.0, "odds-over-time")):
            progress("answers", done, message)
        for done, message in ((0.1, "watch, worlds run on"), (1.0, "claims")):
            progress("answers", done, message)

    def weigh(case, **options):
        for stage, done, message in (("plot", 0.0, ""), ("plot", 0.9, "pass 2 of 2"), ("done", 1.0, "runs/it")):
            options["progress"](stage, done, message)
        return FakeRun(Path())

    monkeypatch.setattr("realpolitik.cli.weighing.progress", heard)
    monkeypatch.setattr("realpolitik.api.weigh", weigh)
    monkeypatch.setattr("realpolitik.answers.store.ANSWERS", {"odds-over-time": "", "watch": "", "claims": ""})
    monkeypatch.setattr("realpolitik.answers.store.answer_all", answer_all)
    assert realpolitik("run", "demo").exit_code == 0
    reached = [done for _, done, _ in told]
    assert reached == sorted(reached)
    assert [stage for stage, done, _ in told if done == 1.0] == ["done"]
    assert all("runs/it" not in message for _, _, message in told)
    assert len(set(reached)) == 6 + 1  # every part moves it


def test_run_can_print_json_too(realpolitik, engine, tmp_path):
    printed = json.loads(realpolitik("run", "demo", "--json").stdout)
    assert printed["cable"] == str(tmp_path / "cable.html")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--effort", "huge"], "quick, standard or thorough"),
        (["--accounts", "uprising,martians"], "no account 'martians'; it has: uprising, plot"),
        (["--accounts", " , "], "names no account"),
        (["--as-of", "05/06/2022"], "day/month or month/day"),
        (["--as-of", "soon"], "'soon' is not a time; write 2024-03-01, 2024-03-01T14:00 or"),
        (["--seed", "many"], "--seed"),
        (["--threads", "0"], "--threads"),
    ],
)
def test_wrong_usage_ends_with_2(realpolitik, engine, words, says):
    done = realpolitik("weigh", "demo", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert engine == []
