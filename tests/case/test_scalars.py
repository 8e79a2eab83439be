"""Scalars: the wanted type decides how a text reads."""

from __future__ import annotations

import pytest

from realpolitik.case import scalars
from realpolitik.case.mistakes import Mistake


@pytest.mark.parametrize("word", ["NO", "on", "yes", "12:30", "012", "1e3", "null", "2022-01-05"])
def test_a_name_stays_the_text_it_is(word):
    assert scalars.name(word) == word


def test_names_are_trimmed_and_composed():
    assert scalars.name("  Re\u0301gion \n de  Fe\u0301s ") == "Région de Fés"


@pytest.mark.parametrize(("written", "number"), [("012", 12), ("1e3", 1000), (".5", 0.5), ("+3", 3), ("−2", -2), ("7.", 7)])
def test_numbers(written, number):
    assert scalars.number(written) == number


@pytest.mark.parametrize("written", ["", "NO", "0x1F", "1_000", ".inf", ".nan", "1e999", "1 2", "1,5", "9" * 80])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(Mistake):
        scalars.number(written)


@pytest.mark.parametrize(("written", "flag"), [("true", True), ("Yes", True), ("FALSE", False), ("no", False)])
def test_flags(written, flag):
    assert scalars.flag(written) is flag


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[2Jb", "a\u202eb", "a\x85b\u2066", "a\ud800b"])
def test_control_characters_are_refused(text):
    with pytest.raises(Mistake, match="a control character"):
        scalars.text(text)


def test_lengths_are_limited():
    with pytest.raises(Mistake, match="a text of 121 characters"):
        scalars.name("x" * 121)
    with pytest.raises(Mistake, match="an empty name"):
        scalars.name(" ")
