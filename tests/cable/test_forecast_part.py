"""Parts 4 and after: what comes next and what follows, with holes and with hostile text."""

from __future__ import annotations

import pytest

from realpolitik.cable.page import build
from realpolitik.cable.parts import aftermath as aftermath_part
from realpolitik.cable.parts import forecast as forecast_part
from realpolitik.cable.view import View

from .answers_sample import aftermath, forecast
from .test_escaping import poison
from .test_gaps import words


@pytest.fixture
def told(small):
    """Results with both answers."""
    return small | {"answers": {"forecast": forecast(), "aftermath": aftermath()}}


def test_the_sentence_is_made_from_the_numbers(told):
    part = forecast_part.part(View(told))
    assert part.sentence == (
        "The model answers three questions of 6; on one question it says nothing. Over the one question with an outcome and a base rate "
        "its Brier score is 0.07, better than the 0.90 of the base rates; less is better. One forecast is withheld, because this run "
        "cannot give it."
    )
    told["answers"]["forecast"]["scores"]["model"]["brier"] = 0.95
    assert "0.95, no better than the 0.90" in forecast_part.part(View(told)).sentence


def test_what_a_reader_sees(told):
    text = words(build(told))
    assert "What comes next?" in text
    assert "retrospective: known before" in text
    assert "Asked 11 Jan, due 19 Jan 2022; simulated crisis." in text
    assert "Came: 19 Jan 2022. Brier 0.07, base rate 0.90." in text
    assert "base rate only" in text
    assert "Withheld: Pareto k 2.6, above 0.7." in text
    assert "not answered by the model: no scale fits" in text
    assert "209 55 126" not in text
    assert "55 126 209 451 1,129" in text
    assert "0 of 10: ten other missions" in text
    assert "the run before, on evidence to 7 Jan 60% (Brier 0.16)" in text
    assert "Evidence reported up to 11 Jan 17:12 favoured" in text.replace(" 2022 17:12", " 17:12")
    assert "Withdrawal begins within days. (true)" in text


def test_every_bar_has_a_text_of_its_own(told, tree):
    page = tree(build(told))
    labels = [a["aria-label"] for a in page.find("div") if a.get("role") == "img" and "track" in (a.get("class") or "")]
    assert any("Are the troops gone?: 73% (54" in label and "base rate 5%" in label for label in labels)
    assert any("From 50 to 54, 90% 34 to 74; came 45 to 55" in label for label in labels)
    assert all(labels)


def test_the_aftermath_names_only_drifts_that_are_certain(told):
    part = aftermath_part.part(View(told))
    assert part.sentence == (
        "Bargaining over two issues moves I2 by +30 points of 100; it told one of one known outcome better than a forecast of no change."
    )
    told["answers"]["aftermath"]["issues"][1]["drift"] = {"mean": 30, "low": -1, "high": 50}
    assert "moves none of them for certain" in aftermath_part.part(View(told)).sentence


def test_a_patron_without_a_part_has_no_figure(told):
    text = words(build(told))
    assert "China – – 8.0 (−12.0 to 28.0)" in text


def test_no_answer_no_part(small):
    for answers in (None, {}, {"forecast": None, "aftermath": {}}, {"forecast": {"questions": []}, "aftermath": {"issues": None}}, [1]):
        view = View(small | {"answers": answers})
        assert forecast_part.part(view) is None
        assert aftermath_part.part(view) is None
        build(view.results)


@pytest.mark.parametrize(("name", "inner"), [("forecast", "questions"), ("forecast", "documents"), ("aftermath", "issues")])
def test_every_field_may_be_missing_or_none(small, tree, name, inner):
    make = {"forecast": forecast, "aftermath": aftermath}[name]
    tree(build(small | {"answers": {name: dict.fromkeys(make())}}))
    for place, record in enumerate(make()[inner]):
        for key in record:
            document = make()
            document[inner][place][key] = None
            build(small | {"answers": {name: document}})
            del document[inner][place][key]
            build(small | {"answers": {name: document}})


def test_hostile_text_stays_text(told, tree):
    kept = tree(build(told))
    told["answers"] = {name: poison(value) for name, value in told["answers"].items()}
    page = tree(build(told))
    assert not page.find("img")
    assert len(page.find("script")) == len(kept.find("script"))
    assert {name for name, _, _ in page.elements} == {name for name, _, _ in kept.elements}
