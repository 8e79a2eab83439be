"""Tempered odds of a run: looked up under the law and effort it was weighed with, or not given."""

import pytest

from realpolitik.answers import tempering
from realpolitik.fitting.wrong import exponents

LINE = "towns,quick,abc,0.1.0,0.5,0.5,0.4,0.6,100,0.3\n"


@pytest.fixture
def committed(tmp_path, monkeypatch):
    path = tmp_path / "exponents.csv"
    path.write_text(",".join(exponents.HEADS) + "\n" + LINE, "utf-8")
    monkeypatch.setattr(exponents.holding, "__defaults__", (path,))


def results(**changed):
    accounts = [
        {"name": "plot", "prior": 0.25, "probability": 0.8, "low": 0.7, "high": 0.9},
        {"name": "uprising", "prior": 0.75, "probability": 0.2, "low": 0.1, "high": 0.3},
    ]
    return {"case": "towns", "effort": "quick", "law": "abc", "accounts": accounts} | changed


def test_what_the_evidence_gave_is_raised_to_the_power(committed):
    found = tempering.of(results())
    assert found["own"]
    assert found["why"] is None
    # Odds 4 : 1 from prior odds 1 : 3 are a ratio of 12; its root on the same prior odds gives 1.155 : 1.
    odds = 12**0.5 / 3
    assert found["accounts"]["plot"]["probability"] == pytest.approx(odds / (1 + odds))
    low = (0.7 / 0.3 * 3) ** 0.5 / 3
    assert found["accounts"]["plot"]["low"] == pytest.approx(low / (1 + low))
    for row in found["accounts"].values():
        assert row["low"] < row["probability"] < row["high"]
    assert sum(row["probability"] for row in found["accounts"].values()) == pytest.approx(1.0)


@pytest.mark.parametrize("changed", [{"law": "another"}, {"effort": "standard"}])
def test_no_exponent_of_another_law_or_effort_is_used(committed, changed):
    found = tempering.of(results(**changed))
    assert found["exponent"] is None
    assert found["accounts"] == {}
    assert "none has been measured for effort" in found["why"]


def test_that_of_another_case_is_used_and_said_to_be(committed):
    found = tempering.of(results(case="elsewhere"))
    assert found["exponent"]["case"] == "towns"
    assert not found["own"]


def test_a_run_that_does_not_say_is_told_so(committed):
    old = results()
    del old["law"]
    assert "does not record the law" in tempering.of(old)["why"]
    assert "does not record the law" in tempering.of({})["why"]
    blank = results()
    blank["accounts"][0]["probability"] = None
    assert tempering.of(blank)["why"] == "the run states no odds"


def test_a_certain_account_is_tempered_without_a_fault(committed):
    sure = results()
    sure["accounts"][0] |= {"probability": 1.0, "low": 1.0, "high": 1.0}
    sure["accounts"][1] |= {"probability": 0.0, "low": 0.0, "high": 0.0}
    found = tempering.of(sure)["accounts"]
    assert 0.9 < found["plot"]["probability"] < 1.0
