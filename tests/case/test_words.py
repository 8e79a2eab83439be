"""The words: complete, each with a sentence, and spelt as the reader reads them."""

from __future__ import annotations

import pytest

from realpolitik.case import grades, priors, times, values, words


def test_every_word_has_a_sentence():
    for observable in words.OBSERVABLES.values():
        assert observable.says.endswith(".")
        assert (observable.kind in ("count", "share")) == bool(observable.modes) == bool(observable.unit)
        assert (observable.kind == "decision") == bool(observable.actor)
    assert len(words.GRADES) == 36


@pytest.mark.parametrize("written", list(words.VALUE_SPELLINGS))
def test_value_spellings_are_read(written):
    values.parse(written)


@pytest.mark.parametrize("written", list(words.PRIOR_SPELLINGS))
def test_prior_spellings_are_read(written):
    priors.parse(written)


@pytest.mark.parametrize("written", list(words.TIME_SPELLINGS))
def test_time_spellings_are_read(written):
    times.span(written, "Asia/Almaty")


@pytest.mark.parametrize("grade", words.GRADES)
def test_grades_are_read_in_either_case(grade):
    assert grades.parse(f" {grade.lower()} ") == grade
    assert grades.sentence(grade)


@pytest.mark.parametrize("written", ["", "A", "A0", "A7", "G1", "1A", "A11", "BB"])
def test_what_is_no_grade_is_refused(written):
    with pytest.raises(grades.Mistake, match="is not a grade"):
        grades.parse(written)
