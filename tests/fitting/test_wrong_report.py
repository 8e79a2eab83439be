"""The exponent: fitted on one half of the simulators, checked on the other, kept with what it holds for."""

import numpy as np
import pytest

from realpolitik.errors import RunError
from realpolitik.fitting.wrong import exponents
from realpolitik.fitting.wrong.kinds import BY_NAME, kind_of
from realpolitik.fitting.wrong.report import report, text_of


def rows(power, crises=560, seed=2, **about):
    """Crises of a forecaster whose odds are those that are right, to a power; a number, or one by simulator."""
    rng = np.random.default_rng(seed)
    made = []
    for n in range(1, crises + 1):
        kind = kind_of(1, n)
        own = power(kind) if callable(power) else power
        right = np.exp(1.5 * rng.normal(size=4))
        right /= right.sum()
        stated = right**own / np.sum(right**own)
        account = "abcd"[rng.choice(4, p=right)]
        coarsened = {"stated": dict(zip("abcd", stated.tolist(), strict=True)), "se": 0.1, "drift": 0.0, "ranks": {}}
        made.append(
            {"number": n, "account": account, "zeta": 0.7, "simulator": kind.name, "prior": dict.fromkeys("abcd", 0.25)}
            | {"case": "towns", "effort": "quick", "law": "abc"}
            | about
            | {"coarsened": coarsened}
        )
    return made


@pytest.fixture(scope="module")
def bold():
    return report(rows(2.0))


def test_an_exponent_of_a_half_is_found_and_holds_on_the_other_half(bold):
    own = bold["weights"]["coarsened"]
    assert own["exponent"]["crises"] == own["training"]["crises"] == own["held_out"]["crises"] == 280
    assert own["exponent"]["low"] < 0.5 < own["exponent"]["high"]
    assert own["held_out"]["slope"]["high"] < 1.0
    assert own["held_out_tempered"]["slope"]["value"] == pytest.approx(1.0, abs=0.3)
    assert own["held_out_tempered"]["log_score"] < own["held_out"]["log_score"]
    assert {row["family"] for row in own["families"]} == {kind.family for kind in BY_NAME.values()}
    for row in own["families"]:
        assert row["exponent"] == pytest.approx(0.5, abs=0.12)
        assert row["log_score_tempered"] < row["log_score"]


def test_it_is_fitted_on_the_training_half_alone():
    """Where the halves differ, the exponent is that of the training half."""
    own = report(rows(lambda kind: 4.0 if kind.training else 1.0))["weights"]["coarsened"]
    assert own["exponent"]["best"] == pytest.approx(0.25, abs=0.08)
    assert own["held_out"]["exponent"]["value"] == pytest.approx(1.0, abs=0.25)
    assert own["held_out_tempered"]["slope"]["low"] > 1.0


def test_odds_too_mild_are_never_sharpened():
    found = report(rows(0.5))["weights"]["coarsened"]
    assert found["exponent"]["best"] > 1.5
    assert found["exponent"]["value"] == 1.0
    assert found["held_out_tempered"]["log_score"] == pytest.approx(found["held_out"]["log_score"])


def test_the_page_says_it(bold):
    text = text_of(bold)
    assert "560 synthetic crises of 14 wrong simulators, case towns, effort quick, law abc" in text
    for kind in BY_NAME.values():
        assert f"| {kind.name} | {'training' if kind.training else 'held out'} | 40 |" in text
    assert "held at 1" in text_of(report(rows(0.5, 140)))


def test_too_few_fit_nothing(tmp_path):
    found = report(rows(2.0, 3))
    assert found["weights"]["coarsened"]["exponent"] is None
    assert "Too few crises" in text_of(found)
    with pytest.raises(RunError, match="too few"):
        exponents.add(found, tmp_path / "e.csv")


def test_the_table_keeps_what_an_exponent_holds_for(bold, tmp_path):
    path = tmp_path / "e.csv"
    assert exponents.read(path) == []
    first = exponents.add(bold, path)
    exponents.add(report(rows(2.0, 140, case="other")), path)
    exponents.add(report(rows(2.0, 140, effort="standard", law="def")), path)
    assert len(exponents.read(path)) == 3
    exponents.add(bold, path)  # in place of the old line
    assert len(exponents.read(path)) == 3
    held = exponents.holding("abc", "quick", "towns", path)
    assert held["exponent"] == pytest.approx(first["exponent"], abs=1e-4)
    assert exponents.holding("abc", "quick", "other", path)["case"] == "other"
    assert exponents.holding("abc", "quick", "a third", path)["law"] == "abc"
    assert exponents.holding("abc", "standard", "towns", path) is None
    assert exponents.holding("new", "quick", "towns", path) is None


@pytest.mark.parametrize(
    "content", ["a,b\n1,2\n", "case,effort,law,version,exponent,best,low,high,crises,exponent_full_weight\nt,q,l,v,1.5,1,1,1,9,\n"]
)
def test_a_table_of_something_else_is_refused(tmp_path, content):
    path = tmp_path / "e.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(RunError, match="not a table of exponents"):
        exponents.read(path)


def test_the_committed_table_can_be_read():
    for line in exponents.read():
        assert 0.0 <= line["exponent"] <= 1.0
