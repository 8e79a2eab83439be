"""Whole weighings at the edges of what can be written: refused with a place, or computed without a number that is none.

Warnings are errors here, so an overflow on the way is noticed even where nothing comes of it.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from realpolitik import simulate
from realpolitik.api import load
from realpolitik.case.reading.country import MOST_REGIONS
from realpolitik.crisis.parameters import TABLE
from realpolitik.errors import CaseError
from realpolitik.fitting.settings import Settings

from .weighed import Weighed, holes, whole

STARTER = files("realpolitik.case").joinpath("starter.yaml").read_text("utf-8").replace("@NAME@", "edge").replace("@TITLE@", "Edge")
AGENCIES = "agencies: {Police: {strength: 1500}}\n"
SPARK = "about 500 (200 to 1200)"
SIGNED = ("concession_effect", "backlash")


def changed(*pairs: tuple[str, str]) -> str:
    """The starter case with texts replaced."""
    text = STARTER
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def parameters(value: str, only=lambda row: True) -> tuple[str, str]:
    """The starter with one prior for many parameters."""
    rows = "".join(f"  {row.name}: '{value}'\n" for row in TABLE if only(row))
    return "claims:  ", f"parameters:\n{rows}claims:  "


@pytest.fixture
def folder(tmp_path):
    def write(text: str, **tables: str):
        path = tmp_path / "case"
        path.mkdir(exist_ok=True)
        (path / "case.yaml").write_text(text)
        for name, table in tables.items():
            (path / f"{name}.csv").write_text(table)
        return path

    return write


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("population: 400000", "population: 0", "case.yaml:5:51: region 'Harbour', population: '0' is too small; write a number above 0"),
        ("population: 400000", "population: 1e300", "case.yaml:5:51: region 'Harbour', population: '1e300' is larger than any count"),
        ("strength: 1500", "strength: 1e300", "agency 'Police', strength: '1e300' is larger than any count"),
        (SPARK, "1e300", "spark, size: '1e300' reaches beyond 1e+30"),
        (*parameters("1e300", lambda row: row.name == "hazard_concede"), "parameters, hazard_concede: '1e300' reaches beyond 1e+30"),
        ("about 200 (50 to 800)", "about 1 (1e-300 to 1e300)", "reaches beyond 1e+30; write smaller numbers or a narrower range"),
        ("ever: 0", "ever: 1e300", "evidence E4, ever: '1e300' is larger than any count"),
        ("what: dead, ever: 0", "what: armed share of dead, ever: 1e17, of: 1e18", "evidence E4, of: 1e+18 is not a total"),
        ("step: 6h", "step: 1s", "'1s' is not the length of a step"),
        ("step: 6h", "step: 0.5min", "the clock has more than 20,000 steps"),
        ("[{region: Harbour, population: 400000}]", "[]", "there is no region"),
    ],
)
def test_what_cannot_be_computed_with_is_refused_where_it_stands(folder, old, new, said):
    with pytest.raises(CaseError) as caught:
        load(folder(changed((old, new))))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([("population: 400000", "population: 1e-300")], id="next to nobody lives there"),
        pytest.param([("population: 400000", "population: 1e18")], id="an enormous country"),
        pytest.param([(AGENCIES, "")], id="no police"),
        pytest.param([("strength: 1500", "strength: 0")], id="police of nobody"),
        pytest.param([("strength: 1500", "strength: 1e18")], id="enormous police"),
        pytest.param([("step: 6h", "step: 240h")], id="one step"),
        pytest.param([("2000..5000", "0"), ("~60", "0")], id="figures of 0"),
        pytest.param([("2000..5000", "1e18"), ("~60", "1e17..1e18"), ("ever: 0", "ever: '>=1e18'")], id="figures of 1e18"),
        pytest.param([(SPARK, "1e30"), ("about 200 (50 to 800)", "1e30")], id="sparks and cells of 1e30"),
        pytest.param([("days: 2", "days: 1e-300"), (SPARK, "-1e30")], id="a spark of less than nobody for no time"),
        pytest.param([parameters("1e30", lambda row: row.unit == "1/day")], id="all rates 1e30"),
        pytest.param([parameters("1e30")], id="all parameters 1e30"),
        pytest.param([parameters("0")], id="all parameters 0"),
        pytest.param([parameters("-1e30")], id="all parameters -1e30"),
        pytest.param([parameters("lognormal(1, 8)", lambda row: row.name not in SIGNED)], id="all priors as wide as can be written"),
        pytest.param([("sets: {organised", "prior_odds: 1e300, sets: {organised")], id="prior odds of 1e300"),
    ],
)
def test_what_is_read_is_computed_without_a_hole(folder, tmp_path, pairs):
    found = Weighed(load(folder(changed(*pairs))), tmp_path / "runs")
    assert not holes(found.document)
    assert all(whole(fit) for fit in [*found.fits.values(), found.reference])
    assert sum(account["probability"] for account in found.accounts.values()) == pytest.approx(1.0)


@pytest.mark.slow
def test_ten_thousand_steps(folder, tmp_path):
    case = load(folder(changed(("step: 6h", "step: 0.024h"))))
    assert case.clock.steps == 10_000
    few = Settings(ladders=2, rungs=4, worlds=1, passes=4)
    found = Weighed(case, tmp_path / "runs", settings=few, accounts=["anger"])
    assert not holes(found.document)
    assert all(whole(fit) for fit in found.fits.values())


@pytest.mark.slow
def test_as_many_regions_as_there_may_be(folder):
    text = changed(("[{region: Harbour, population: 400000}]", "regions.csv, capital: Harbour"))
    rows = "".join(f"R{i},{1000 + i},{i % 50 - 25},{i // 50},1,0.1\n" for i in range(MOST_REGIONS - 1))
    case = load(folder(text, regions=f"region,population,latitude,longitude,hardship,minority\nHarbour,400000,0,0,1,0\n{rows}"))
    assert len(case.regions) == MOST_REGIONS == 500
    worlds = simulate(case, "anger", worlds=4, seed=1)
    assert np.isfinite(worlds["paths"]).all()
    assert float(worlds["paths"].sel(quantity="crowd").max()) > 0.0
