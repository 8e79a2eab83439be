"""A rough run: what it is, how its probabilities are told, and which effort would settle it."""

import math

import pytest

from realpolitik.answers import rough, withheld
from realpolitik.cli import summary
from realpolitik.fitting.unsure import UNSURE
from tests.cli.results import results
from tests.cli.results import rough as rough_results


def test_a_run_is_rough_by_the_errors_of_accounts_that_are_still_in():
    assert not rough.is_rough(results())
    assert rough.is_rough(rough_results())
    document = rough_results()
    document["accounts"][0]["dead"] = {"item": "T1"}
    assert not rough.is_rough(document)
    document["accounts"][1]["se"] = UNSURE
    assert not rough.is_rough(document)
    assert not rough.is_rough({})


@pytest.mark.parametrize(("error", "effort", "settles"), [
    (0.8, "quick", "standard"),  # whose errors are half of quick's
    (0.95, "quick", "thorough"),
    (1.2, "quick", "thorough"),
    (1.5, "quick", "thorough"),
    (9.0, "quick", "thorough"),  # the nearest there is
    (0.6, "standard", "thorough"),
    (0.6, "thorough", None),
])  # fmt: skip
def test_the_effort_that_would_settle_it(error, effort, settles):
    assert rough.settling(error, effort) == settles


def test_the_closing_line_names_the_command():
    document = rough_results()
    assert rough.note(document).endswith("What should settle it: realpolitik weigh demo --effort standard")
    document["command"] = "realpolitik weigh demo --effort quick --seed 7\x1b"
    assert rough.note(document).endswith("realpolitik weigh demo --effort standard --seed '7\\x1b'")
    assert "No effort of the program computes more" in rough.note(document | {"effort": "thorough"})


@pytest.mark.parametrize(("drifts", "warns"), [((), False), ((0.5, -0.5, None, math.nan), False), ((0.1, 0.51), True), ((-0.7,), True)])
def test_ranges_of_a_run_that_still_moved_are_told_as_too_narrow(drifts, warns):
    document = rough_results() | {"diagnostics": [{"drift": drift} for drift in drifts]}
    assert rough.is_unsettled(document) is warns
    assert ("Read the ranges, which may be too narrow" in rough.note(document)) is warns


def test_a_path_with_a_space_stays_one_word_of_the_command():
    document = rough_results() | {"command": "realpolitik run 'my  cases/har bour' --effort quick"}
    assert rough.note(document).endswith("realpolitik run 'my  cases/har bour' --effort standard")
    told = withheld.remedy({"trust": {"government": 0.5}}, document)
    assert told.endswith("then: realpolitik run COPY --effort quick")
    # a quotation that nobody closes is no reason to fail
    assert withheld.remedy({}, {"command": "realpolitik weigh it's --seed 3"}) == "weigh anew: realpolitik weigh COPY --seed 3"


def test_the_odds_of_a_rough_run_stand_beside_their_ranges():
    shown = summary.odds(rough_results())
    assert "5 %" in shown
    assert "0.4 % to 12.0 %" in shown
    assert "5.0 %  " not in shown
    assert "This run is rough" in shown
    assert "rough" not in summary.odds(results())


def test_claims_by_themselves_are_told_with_ranges_where_the_fits_are_rough():
    claim = {"name": "plot", "prior": 0.5, "probability": 0.8, "low": 0.7, "high": 0.9, "bans": 0.6}
    told = {"name": "plot", "prior": 0.5, "probability": 0.82, "low": 0.7, "high": 0.9, "apart": 0.8, "apart_se": 0.1, "errors": 0.2}
    sets = [{"claims": ["plot"], "probability": 0.627, "told": True}]
    found = {"rough": True, "claims": [claim], "told": [told], "sets": sets, "agree": True}
    shown = summary.of_combined(found)
    for text in ("82 % (70 to 90)", "80 % (64 to 96)", "about 63 %"):
        assert text in shown
    assert "62.7 %" in summary.of_combined(found | {"rough": False})
