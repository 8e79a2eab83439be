"""Part 7: what to watch, with holes and with hostile text."""

from __future__ import annotations

import pytest

from realpolitik.cable.page import build
from realpolitik.cable.parts import watch
from realpolitik.cable.view import View

from .test_escaping import poison
from .test_gaps import words


def candidate(identity, what, bits):
    odds = ({"uprising": 0.9, "article A": 0.1}, {"uprising": 0.3, "article A": 0.7})
    outcomes = [{"label": label, "probability": 0.5, "odds": o, "under": o} for label, o in zip(("no", "yes"), odds, strict=True)]
    return {"id": identity, "says": f"Is it {identity}?", "what": what, "where": None, "by": "2022-01-20T00:00:00+06:00", "listed": True,
            "bits": {"mean": bits, "low": bits / 2, "high": bits * 2}, "outcomes": outcomes}  # fmt: skip


@pytest.fixture
def told(small):
    found = [candidate("W1", "dead", 0.5), candidate("W2", "dead", 0.4), candidate("W3", "dead", 0.3), candidate("W4", "crowd", 0.2)]
    document = {"past": True, "entropy": 1.5, "considered": 1290, "accounts": {"uprising": 0.6, "article A": 0.4}, "candidates": found}
    return small | {"answers": {"watch": document}}


def test_the_sentence_names_the_most_telling(told):
    part = watch.part(View(told))
    assert part.sentence == (
        "Most would be learnt from this: Is it W1. No report tells it yet, and it is worth 0.50 bits of the 1.50 by which the accounts are "
        "still uncertain."
    )
    told["answers"]["watch"]["past"] = False
    assert "Is it W1. It is worth 0.50 bits" in watch.part(View(told)).sentence


def test_what_a_reader_sees(told, tree):
    text = words(build(told))
    assert "What to watch?" in text
    assert "The first 4 of 1,290 candidates" in text
    assert "By 19 Jan 2022. Likeliest: no, 50%." in text
    assert "uprising 60% to 90%" in text
    assert "article A 40% to 10%" in text
    labels = [a["aria-label"] for a in tree(build(told)).find("div") if a.get("role") == "img" and "bits" in a["aria-label"]]
    assert [label.partition(":")[0] for label in labels] == ["Is it W1?", "Is it W2?", "Is it W4?"]  # no third of a kind


def test_holes(told, small, tree):
    assert watch.part(View(small)) is None
    for key in list(told["answers"]["watch"]):
        for value in (None, {}, []):
            build(small | {"answers": {"watch": told["answers"]["watch"] | {key: value}}})
    record = told["answers"]["watch"]["candidates"][0]
    for key in list(record):
        changed = [record | {key: None}, *told["answers"]["watch"]["candidates"][1:]]
        tree(build(small | {"answers": {"watch": told["answers"]["watch"] | {"candidates": changed}}}))


def test_hostile_text_stays_text(told, tree):
    kept = tree(build(told))
    told["answers"]["watch"] = poison(told["answers"]["watch"])
    page = tree(build(told))
    assert not page.find("img")
    assert {name for name, _, _ in page.elements} == {name for name, _, _ in kept.elements}
