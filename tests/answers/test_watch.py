"""The watch-list: what is on it, what is not, and that its bits are those of the worlds."""

import json

import numpy as np
import pytest

import realpolitik as rp
from realpolitik.answers.candidates import candidates
from realpolitik.answers.information import entropy, expected_bits
from realpolitik.answers.watch import _labels, answer
from realpolitik.fitting.evidence import build_docket
from tests.answers.asked import asked_case


@pytest.fixture(scope="module")
def run(asked_run):
    return asked_run


@pytest.fixture(scope="module")
def document(run):
    return answer(run)


def ids(case, as_of):
    return {w.id for w in candidates(case, build_docket(case, as_of))}


def test_the_document_is_plain_json_and_the_same_every_time(run, document):
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert answer(run) == document


def test_what_reports_tell_is_not_watched_for_once_all_is_past(run):
    """E1 crowd, E2 detained, E3 concede, E4 dead, E5 seat held: told. The clock ends on the 10th, the last report is of the 9th."""
    case = run.posterior.case
    assert build_docket(case, None).information < case.clock.duration_hours
    during = ids(case, None)
    assert "dead: 2024-03-10" in during  # of a day to come even what was reported before
    assert "concede: 2024-03-10" not in during  # but an act that is fixed is over
    assert "resign: 2024-03-10" in during


def test_past_the_clock_only_the_untold_is_left(tmp_path):
    case = asked_case(tmp_path)
    late = rp.load(case.folder)
    path = late.folder / "case.yaml"
    path.write_text(path.read_text("utf-8").replace("reported: 2024-03-09", "reported: 2024-03-20"), "utf-8")
    late = rp.load(late.folder)
    left = ids(late, None)
    for told in ("seat stormed: Harbour", "seat abandoned: Harbour", "concede", "resign", "ruler falls"):
        assert f"{told}: 2024-03-10" not in left
    assert {"dead: 2024-03-10", "crowd: 2024-03-10"} <= left  # told for earlier days only
    later = ("as_of: 2024-03-08, reported: 2024-03-08", "as_of: 2024-03-10, reported: 2024-03-11")
    path.write_text(path.read_text("utf-8").replace(*later), "utf-8")
    assert "dead: 2024-03-10" not in ids(rp.load(late.folder), None)
    assert {"weapons lost: 2024-03-10", "security dead: 2024-03-10", "post abandoned: Police: Harbour: 2024-03-10"} <= left
    assert {"W1", "W2", "W3"} <= left  # what the case lists stays, told or not


def test_the_case_stands_for_the_usual_candidate(run):
    case = run.posterior.case
    found = candidates(case, build_docket(case, None))
    assert [w.id for w in found[:3]] == ["W1", "W2", "W3"]
    observables = [(w.observable, w.value) for w in found]
    assert len(observables) == len(set(observables))
    assert found[0].says == "How many of the dead had been armed?"
    assert found[1].says == "post stormed of Police in Harbour, by 10 March 2024"
    assert "crowd >=1000, by 05 March 2024" in found[2].says


def test_bits_are_those_of_the_worlds(document):
    """The plain bits from the shares under each account, less their bias, lie within the interval of the told ones."""
    prior = np.array(list(document["accounts"].values()))
    assert document["entropy"] == pytest.approx(float(entropy(prior)))
    names = list(document["accounts"])
    for candidate in document["candidates"]:
        bits = candidate["bits"]
        assert 0.0 <= bits["low"] <= bits["mean"] <= bits["high"] <= document["entropy"] + 1e-9
        under = np.array([[outcome["under"][name] for outcome in candidate["outcomes"]] for name in names])
        assert np.allclose(under.sum(axis=1), 1.0)
        plain = float(expected_bits(prior, under))
        assert bits["mean"] <= plain + 1e-9
        assert plain - bits["mean"] < 0.05
        for outcome in candidate["outcomes"]:
            assert sum(outcome["odds"].values()) == pytest.approx(1.0) or outcome["probability"] == 0.0
        mean = sum(o["probability"] * np.array(list(o["odds"].values())) for o in candidate["outcomes"])
        assert np.allclose(mean, prior, atol=1e-9)  # odds expected after the observation are the odds before it


def test_the_most_telling_comes_first_and_what_cannot_differ_tells_nothing(document):
    bits = [candidate["bits"]["mean"] for candidate in document["candidates"]]
    assert bits == sorted(bits, reverse=True)
    armed = next(c for c in document["candidates"] if c["id"] == "W1")
    assert armed["bits"]["mean"] == max(bits) or armed["bits"]["mean"] >= 0.0


def test_groups_have_names_without_gaps(document):
    for candidate in document["candidates"]:
        labels = [outcome["label"] for outcome in candidate["outcomes"]]
        assert len(set(labels)) == len(labels)
        assert not any("inf" in label or "nan" in label for label in labels)


def test_an_account_told_twice_adds_no_bits(run, document):
    """The same set under two names is told apart by nothing."""
    prior = np.array([0.5, 0.3, 0.2])
    under = np.array([[0.9, 0.1], [0.2, 0.8], [0.2, 0.8]])
    assert float(expected_bits(prior, under)) == pytest.approx(float(expected_bits([0.5, 0.5], under[:2])))


def test_a_share_of_all_is_a_hundred_per_cent():
    assert _labels(np.array([0.0, 0.0049, 1.0, np.inf]), True) == ["0 % to 0.49 %", "0.49 % to 100 %", "100 % or more"]
