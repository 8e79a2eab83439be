"""`watch` prints one JSON document, or the most telling candidates, not too many of a kind."""

import json
from types import SimpleNamespace

import pytest

from realpolitik.answers.run import Run
from tests.cli.results import rough


def candidate(identity, what, bits):
    outcomes = [{"label": label, "probability": p, "odds": {}, "under": {}} for label, p in (("no", 0.25), ("yes", 0.75))]
    return {"id": identity, "says": f"says {identity}\x1b[2J", "what": what, "listed": identity == "W1", "outcomes": outcomes,
            "bits": {"mean": bits, "low": bits / 2, "high": bits * 2}}  # fmt: skip


DOCUMENT = {"case": "demo", "past": True, "entropy": 1.5, "considered": 9,
            "candidates": [candidate("W1", "dead", 0.5), candidate("W2", "dead", 0.4), candidate("W3", "dead", 0.3),
                           candidate("W4", "crowd", 0.2)]}  # fmt: skip


@pytest.fixture
def opened(monkeypatch, tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "watch.json").write_text(json.dumps(DOCUMENT), "utf-8")
    opened = SimpleNamespace(folder=tmp_path, results={}, notes=[])
    monkeypatch.setattr(Run, "open", lambda run, runs: opened)
    return opened


def test_json_is_the_whole_document(realpolitik, opened):
    assert json.loads(realpolitik("watch", "latest", "--json").stdout) == DOCUMENT


def test_the_table(realpolitik, opened):
    shown = realpolitik("watch").stdout
    assert "Nothing of the clock is still to come" in shown
    assert "says W1" in shown
    assert "says W3" not in shown  # the third of its kind
    assert "says W4" in shown
    assert "yes, 75.0 %" in shown
    assert "of the 1.50 that the accounts hold" in shown
    assert "\x1b" not in shown
    assert "says W3" in realpolitik("watch", "--alike", "3").stdout
    assert "says W4" not in realpolitik("watch", "--most", "2").stdout


def test_nothing_left_is_said(realpolitik, opened, tmp_path):
    (tmp_path / "answers" / "watch.json").write_text(json.dumps(DOCUMENT | {"candidates": []}), "utf-8")
    assert "nothing is left to watch for" in realpolitik("watch").stdout


def test_what_tells_nothing_is_counted_and_not_listed(realpolitik, opened, tmp_path):
    dull = candidate("W5", "seats", 0.004)
    certain = candidate("W6", "help", 0.4)
    certain["outcomes"] = [{**certain["outcomes"][1], "label": "0 % or more", "probability": 0.9996}]
    document = DOCUMENT | {"candidates": [*DOCUMENT["candidates"], dull, certain]}
    (tmp_path / "answers" / "watch.json").write_text(json.dumps(document), "utf-8")
    shown = realpolitik("watch").stdout
    assert "says W4" in shown
    assert "says W5" not in shown
    assert "says W6" not in shown
    assert "2 left out that tell less than 0.005 bits, or have one outcome only." in shown
    assert len(json.loads(realpolitik("watch", "--json").stdout)["candidates"]) == 6
    (tmp_path / "answers" / "watch.json").write_text(json.dumps(DOCUMENT | {"candidates": [dull]}), "utf-8")
    assert "would tell the accounts apart: 1 left out" in realpolitik("watch").stdout


def test_outcomes_of_a_rough_run_are_about_so_likely(realpolitik, opened):
    opened.results = rough()
    shown = realpolitik("watch").stdout
    assert "yes, about 75 %" in shown
    assert shown.rstrip().endswith("--effort standard")
