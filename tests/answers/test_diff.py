"""Two runs: which odds moved, and what did it."""

import copy

import pytest

from realpolitik.answers.diff import diff
from realpolitik.cli.summary import of_diff


@pytest.fixture
def later(results):
    """The same run again, to be altered."""
    return copy.deepcopy(results)


def shift(results, uprising):
    for account in results["accounts"]:
        account["probability"] = uprising if account["name"] == "uprising" else 1 - uprising


def test_the_same_run_twice_differs_in_nothing(results, later):
    found = diff(results, later)
    assert found["settings"] == found["evidence"] == found["bans"] == []
    assert [row["change"] for row in found["odds"]] == [0.0, 0.0]
    assert not any(row["beyond_chance"] for row in found["odds"])
    assert found["sentence"] == ("No account's odds moved by more than the error of the computation. The evidence is the same.")


def test_a_change_is_counted_in_bans_of_the_odds(results, later):
    shift(results, 0.5)
    shift(later, 10 / 11)
    odds = {row["account"]: row for row in diff(results, later)["odds"]}
    assert odds["uprising"]["change"] == pytest.approx(1.0)
    assert odds["plot"]["change"] == pytest.approx(-1.0)
    assert odds["plot"]["beyond_chance"]


def test_a_change_within_the_error_is_not_news(results, later):
    shift(later, 0.955)
    assert not any(row["beyond_chance"] for row in diff(results, later)["odds"])


def test_items_added_removed_and_altered_are_named_with_their_bans(results, later):
    shift(later, 0.3)
    gone = later["evidence"].pop(0)
    later["evidence"][0]["grade"] = "F6"
    later["evidence"].append({**gone, "id": "T9", "bans": {"uprising": -1.0, "plot": -0.8}})
    found = diff(results, later)
    rows = {row["id"]: row for row in found["evidence"]}
    assert {name: row["change"] for name, row in rows.items()} == {"T1": "removed", "T9": "added", "T2": "altered"}
    assert rows["T2"]["how"] == "grade: B2 -> F6"
    assert rows["T1"]["moves"] == pytest.approx(-0.75 if rows["T1"]["account"] == "uprising" else 0.75)
    assert found["evidence"][0]["id"] == "T1"
    assert {"id": "T9", "account": "plot", "before": None, "after": -0.8} in found["bans"]
    assert {row["id"] for row in found["bans"]} == {"T1", "T2", "T9"}
    assert "1 added, 1 removed and 1 altered; most by T1 (removed)" in found["sentence"]
    assert "plot leads now, uprising led before." in found["sentence"]


def test_an_item_that_merely_counts_differently_is_listed_last(results, later):
    later["evidence"][1]["bans"]["plot"] += 0.5
    later["evidence"][2]["note"] = "only a note"
    [row] = diff(results, later)["evidence"]
    assert (row["id"], row["change"]) == ("T2", "counts differently")
    assert abs(row["moves"]) == pytest.approx(0.25)


def test_settings_that_differ_are_named(results, later):
    later |= {"seed": 2, "effort": "standard", "fingerprint": "cd" * 32, "threads": 8, "seconds": 99.0}
    found = diff(results, later)
    assert [row["setting"] for row in found["settings"]] == ["effort", "seed", "fingerprint"]
    assert found["sentence"].startswith("No account's odds moved")
    assert "ababab" not in found["sentence"], "the odds come first; settings stand in their table, the last"
    shown = of_diff(found)
    assert shown.startswith(found["sentence"])
    assert [line.split() for line in shown.splitlines()[-3:]] == [
        ["effort", "quick", "standard"], ["seed", "1", "2"], ["fingerprint", "abababababab…", "cdcdcdcdcdcd…"]
    ]  # fmt: skip


def test_where_a_run_is_rough_no_probability_stands_without_its_range(results, later):
    shift(results, 0.5)
    shift(later, 10 / 11)
    later["accounts"][0]["se"] = 0.83
    for account in results["accounts"]:
        account |= {"low": 0.3, "high": 0.6}
    found = diff(results, later)
    assert found["rough"] == {"before": False, "after": True}
    assert "50 % (30 to 60)" in found["sentence"]
    assert "50 % (30 to 60)" in of_diff(found)
    assert "50.0 %" not in of_diff(found) + found["sentence"]
    del later["accounts"][1]["low"]
    assert "to about 91 %" in diff(results, later)["sentence"]


def test_accounts_that_come_and_go(results, later):
    later["accounts"][0]["name"] = "coup"
    found = diff(results, later)
    odds = {row["account"]: row for row in found["odds"]}
    assert odds["coup"]["before"] is None
    assert odds["plot"]["after"] is None
    assert "coup is new" in found["sentence"]
    assert "plot is gone" in found["sentence"]


def test_certainty_has_no_odds(results, later):
    shift(results, 1.0)
    odds = {row["account"]: row for row in diff(results, later)["odds"]}
    assert odds["uprising"]["change"] is None
    assert odds["uprising"]["beyond_chance"]


def test_two_cases_are_not_compared(results, later):
    later["case"] = "other"
    assert "not comparable" in diff(results, later)["sentence"]


def test_a_run_that_stored_little_is_compared_as_far_as_it_goes(results):
    assert diff({}, {})["sentence"]
    assert diff({}, results)["evidence"]
    assert diff(results, {})["evidence"]
