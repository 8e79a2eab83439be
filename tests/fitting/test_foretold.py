"""Forecasts of synthetic crises, and crises chosen for what happened in them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from realpolitik.api import load
from realpolitik.cli.main import app
from realpolitik.crisis.layout import DECISIONS
from realpolitik.errors import RunError
from realpolitik.fitting import blind, calibration_report, foretold, foretold_report
from realpolitik.fitting.calibration import clustered_slope, hits, logistic_slope, ratio
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.silence import LAG
from realpolitik.fitting.synthetic import selected, synthesise

TINY = Settings(ladders=16, rungs=8, worlds=1, passes=8, pilot=4)
HELP = "request help"


@pytest.fixture(scope="module")
def case():
    return load("three-towns")


@pytest.fixture(scope="module")
def rows(case, tmp_path_factory):
    plan = blind.Calibration(case, "tiny", TINY, 1, ("coarsened", "full"), dated=TINY)
    folder = blind.open_folder(plan, tmp_path_factory.mktemp("runs"), False)
    assert folder.name.startswith("calibrate-forecasts-three-towns-")
    return blind.calibrate(plan, folder, [1, 2, 3], 2)


def test_the_date_lies_in_the_midst_of_the_reports(case):
    rng = np.random.default_rng(1)
    dates = {foretold.date_of(case, rng) for _ in range(200)}
    reported = np.array([item.reported for item in case.evidence])
    assert len(dates) > 2
    for hours in dates:
        assert hours in np.asarray(case.clock.edges_hours)
        assert foretold.MIDST[0] <= np.mean(reported <= hours) <= foretold.MIDST[1]


def test_a_crisis_at_a_date_has_the_same_truth_and_no_later_report(case):
    whole, cut = synthesise(case, 1, 7), synthesise(case, 1, 7, as_of=108.0)
    assert max(i.reported for i in cut.case.evidence) <= 108.0
    assert (whole.account, whole.values, whole.dead) == (cut.account, cut.values, cut.dead)
    assert whole.world.counts == cut.world.counts
    assert np.array_equal(whole.world.decisions, cut.world.decisions)
    # silence, or a report in its place, tells of every act up to the moment up to which acts were told of
    told = build_docket(case, 108.0).information
    absences = [e for e in build_docket(cut.case, 108.0).entries if e.treatment == "absence"]
    assert absences
    assert {e.window for e in absences if len(e.event) == 1} == {(0.0, told)}
    # of a seat silence tells up to a day before that, a report up to the moment itself
    assert {e.window[1] for e in absences if len(e.event) == 2} <= {told, told - LAG}
    # what a public act's report says at the date is so
    for item in cut.case.evidence:
        if item.what in DECISIONS and not item.absent:
            assert 0.0 <= cut.world.decisions[DECISIONS.index(item.what)] <= 108.0


def test_forecasts_are_of_what_comes_after_the_date(case, rows):
    about = build_docket(case)
    effective = {e.item.id: e.item.as_of if e.item.as_of is not None else e.item.when[1] for e in about.entries if e.treatment == "count"}
    for row in rows:
        for weight in ("coarsened", "full"):
            own = row[weight]
            later = {name for name, hours in effective.items() if hours > row["date"]}
            assert set(own["place"]) == later | {foretold.END}
            assert all(0.0 < p < 1.0 for p in own["place"].values())
            assert all(w >= 0.0 for w in own["width"].values())
            assert set(own["chance"]) == set(row["took"])
            assert all(0.0 <= p <= 1.0 for p in own["chance"].values())
            assert sum(own["stated"].values()) == pytest.approx(1.0)


def test_the_table_holds_all_that_the_report_needs(rows, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(foretold_report.table_of(rows), "utf-8")
    again = foretold_report.read_table(path)
    assert [row["took"] for row in again] == [row["took"] for row in rows]
    one, other = foretold_report.report(again), foretold_report.report(rows)
    for weight in ("coarsened", "full"):
        assert one["weights"][weight]["places"] == other["weights"][weight]["places"]
        assert one["weights"][weight]["acts"]["brier"] == pytest.approx(other["weights"][weight]["acts"]["brier"], abs=1e-5)
    assert json.loads(json.dumps(one, allow_nan=False))["crises"] == 3
    text = foretold_report.text_of(one)
    assert "figures inside the 90% interval" in text
    assert foretold_report.read_table(_other(tmp_path)) == []
    shown = CliRunner().invoke(app, ["calibrate", "--table", str(path)])
    assert shown.exit_code == 0
    assert shown.output.strip() == text
    path.write_text(path.read_text("utf-8").replace("took: ", "tool: ", 1), "utf-8")
    with pytest.raises(RunError, match="not a table"):
        foretold_report.read_table(path)


def _other(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("number,account\n1,uprising\n", "utf-8")
    return path


def test_a_truth_among_the_draws_is_placed_by_chance_and_one_beyond_them_is_not_at_the_edge():
    draws, chance = np.array([0.0, 0.0, 5.0, 9.0]), np.full(4, 0.25)
    assert foretold.placed(0.0, draws, chance, 0.0) == 0.0
    assert foretold.placed(0.0, draws, chance, 1.0) == pytest.approx(3 / 5)
    assert foretold.placed(99.0, draws, chance, 0.5) == pytest.approx(4.5 / 5)
    rng = np.random.default_rng(2)  # a perfect forecaster: truth and draws alike
    places = [foretold.placed(*_alike(rng), float(rng.random())) for _ in range(4000)]
    assert np.histogram(places, 10, (0.0, 1.0))[0] == pytest.approx(400, abs=75)
    covered = foretold_report.coverage([[p] for p in places], 0.8)
    assert covered.low < 0.8 < covered.high


def _alike(rng):
    drawn = rng.poisson(2.0, 64).astype(float)
    return drawn[0], drawn[1:], np.full(63, 1 / 63)


def test_forecasts_without_acts_to_come_have_a_report():
    found = foretold_report.acts([([], []), ([], [])])
    assert (found["pairs"], found["slope"], found["brier"]) == (0, None, None)


def test_a_set_that_has_all_the_chance_counts_its_own_draws_alone():
    draws, chance = np.array([1.0, 2.0, 9.0, 9.0]), np.array([0.5, 0.5, 0.0, 0.0])
    assert foretold.placed(5.0, draws, chance, 0.5) == pytest.approx(2.5 / 3)


def test_coverage_knows_that_forecasts_of_one_crisis_go_together():
    alone = ratio([1.0, 0.0] * 50, [1] * 100)
    together = ratio([5.0, 0.0] * 10, [5] * 20)
    assert alone.value == together.value == 0.5
    assert together.half_width > 2.0 * alone.half_width


def test_the_slope_of_events_is_that_of_odds_told_as_events():
    rng = np.random.default_rng(3)
    stated = rng.dirichlet(np.ones(3), 60)
    truth = np.array([rng.choice(3, p=p) for p in stated])
    events = clustered_slope(stated.ravel(), hits(stated, truth).ravel(), np.repeat(np.arange(60), 3))
    assert events == logistic_slope(stated, truth)


def test_chosen_crises_hold_the_act_and_their_reports_say_so(case, tmp_path):
    plain, chosen = synthesise(case, 1, 2), selected(case, 1, 2, HELP)
    assert plain.world.decisions[DECISIONS.index(HELP)] < 0.0  # so another is taken in its place
    assert chosen.world.decisions[DECISIONS.index(HELP)] >= 0.0
    first = chosen.case.evidence[0]
    assert (first.what, first.absent, first.reported) == (HELP, False, 0.0)
    entry = next(e for e in build_docket(chosen.case, 1.0).entries if e.item.id == first.id)
    assert entry.treatment == "clamped"  # known from the start, at any time of the clock
    plan = blind.Calibration(case, "tiny", TINY, 1, ("coarsened",), where=HELP)
    assert plan.key != replace(plan, where=None).key
    row = blind.weigh_one(plan, 2, None)
    assert (row["where"], row["effort"]) == (HELP, "tiny")
    path = tmp_path / "table.csv"
    path.write_text(calibration_report.table_of([row] * 4), "utf-8")
    found = calibration_report.report(calibration_report.read_table(path))
    assert f"4 synthetic crises chosen for: {HELP}" in calibration_report.text_of(found)


def test_what_never_happens_chooses_nothing(case, monkeypatch):
    from realpolitik.fitting import synthetic

    monkeypatch.setattr(synthetic, "ATTEMPTS", 2)
    place = DECISIONS.index("complete withdrawal")
    assert all(synthesise(case, 1, number).world.decisions[place] < 0.0 for number in (2, 2 + synthetic.STRIDE))
    with pytest.raises(RunError, match="in none of 2 crises of three-towns does it happen: complete withdrawal"):
        selected(case, 1, 2, "complete withdrawal")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--wrong", "--forecasts"], "are calibrations of their own"),
        (["--where", "purge", "--forecasts"], "are calibrations of their own"),
        (["--exponent", "e.csv"], "goes with crises of wrong simulators"),
        (["--again", "t.csv", "--save", "s.csv"], "keeps nothing"),
        (["--where", "order lethal force"], "is not a public decision"),
    ],
)
def test_what_cannot_be_asked_together_is_refused(given, said):
    result = CliRunner().invoke(app, ["calibrate", "three-towns", *given])
    assert result.exit_code == 2
    assert said in result.output
