"""One item in words: what it is, how it enters, what it gives and takes, what to mind."""

import math

import pytest

from realpolitik.answers.explain import _TREATMENTS, explain
from realpolitik.errors import RunError


def test_it_says_what_was_reported_by_whom(results):
    text = explain(results, "T1")
    assert text.startswith("T1: seat stormed in Port, 2022-01-05 14:00 to 15:30\nreported 2022-01-05 by Vlast and Reuters; grade A1")
    assert "A: Completely reliable" in text
    assert "1: Confirmed by other independent sources" in text
    assert "link: https://example.org/1\nrow: R048" in text


def test_the_accounts_stand_in_order_against_their_mean(results):
    rows = [line.split() for line in explain(results, "T1").splitlines() if "against the mean" in line]
    assert rows[0][:3] == ["uprising", "-1.00", "+0.75"]
    assert rows[1][:3] == ["plot", "-2.50", "-0.75"]
    assert rows[1][-3:] == ["which", "stipulated", "-0.70"]
    assert "32 times as likely under uprising as under plot (1.50 bans)" in explain(results, "T1")


def test_it_says_what_is_lost_without_it(results):
    text = explain(results, "T1")
    assert "Without it: plot 5.0 % -> 60.0 % and uprising 95.0 % -> 40.0 %. plot would lead instead of uprising." in text
    assert "The act itself stays in every history" in text
    assert "no account's probability would differ by more than half a point" in explain(results, "T2")


def test_a_rough_run_gives_no_probability_without_its_range(results):
    results["accounts"][1] |= {"se": 0.83, "low": 0.8, "high": 0.99}
    text = explain(results, "T1")
    assert "plot 5 % (3 to 7) -> about 60 % and uprising 95 % (80 to 99) -> about 40 %" in text
    assert text.endswith("What should settle it: realpolitik weigh demo --effort standard")


def test_it_warns_of_a_rough_answer_and_of_nothing_else(results):
    assert "for plot the answer without this item rests on few simulated histories" in explain(results, "T1")
    assert "Mind:" not in explain(results, "T2")


def test_figures_read_as_they_were_written(results):
    assert "dead, 200..230 (ever: a running total" in explain(results, "T2")
    assert "note: As read out." in explain(results, "T2")
    assert "crowd, >=9 (now: " in explain(results, "T3")


@pytest.mark.parametrize("treatment", _TREATMENTS)
def test_every_treatment_has_its_words(results, treatment):
    results["evidence"][0]["treatment"] = treatment
    assert f"({treatment})." in explain(results, "T1")


def test_an_item_that_tells_nothing_apart_says_so(results):
    assert "It tells no account from another." in explain(results, "T3")
    results["accounts"] = results["accounts"][1:]
    assert "With one account there is nothing to tell apart." in explain(results, "T1")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("T11", "no item 'T11'; did you mean T1"),
        ("R048", "did you mean T1?"),
        ("nowhere", "its items are T1, T2, T3"),
        ("\x1b[31m", "no item '\\x1b[31m'"),
    ],
)
def test_an_unknown_id_is_told_with_those_that_come_near(results, asked, says):
    with pytest.raises(RunError) as caught:
        explain(results, asked)
    assert says in str(caught.value)


def test_case_and_blanks_of_an_id_do_not_matter(results):
    assert explain(results, " t1 ") == explain(results, "T1")


def test_a_run_that_stored_little_is_told_as_far_as_it_goes(results):
    text = explain({"accounts": results["accounts"], "evidence": [{"id": "X"}]}, "X")
    assert "The run stored no likelihood of this item." in text
    results["evidence"][0] |= {"bans": {"uprising": math.nan, "plot": None}, "leave_one_out": None, "pareto_k": None}
    assert "no likelihood" in explain(results, "T1")
    with pytest.raises(RunError, match="it has no evidence"):
        explain({}, "T1")


def test_text_of_the_case_cannot_command_the_terminal(results):
    results["evidence"][0] |= {"what": "seat\x1b]0;stormed", "by": ["a\nb"], "note": "\x07"}
    shown = explain(results, "T1")
    assert all(c.isprintable() or c == "\n" for c in shown)
