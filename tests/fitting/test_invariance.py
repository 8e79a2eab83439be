"""What must not move the odds does not; what could is told with what chance alone would give."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.invariance import Change, _range, _windows, changes_of, measure, together
from realpolitik.fitting.posterior import load_posterior
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.storage import read_json
from realpolitik.fitting.weigh import weigh


@pytest.fixture(scope="module")
def posterior(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    path = weigh(load("three-towns"), settings=Settings(ladders=16, rungs=6, worlds=1, passes=32, pilot=16), runs=folder, threads=1).path
    return load_posterior(path, read_json(path / "results.json"))


def test_telling_again_copying_rumour_and_order_change_no_claims_odds(posterior):
    changes = dict(changes_of(posterior.case))
    names = [name for name in changes if "windows" not in name and "steps" not in name]
    assert len(names) == 4
    with ThreadPoolExecutor(1) as pool:
        for name in names:
            found = measure(posterior, name, changes[name], pool)
            assert found.bans
            assert all(abs(bans) <= 0.05 for bans in found.bans.values()), name


def test_windows_of_dates_are_stretched_and_spans_through_which_something_lasted_are_not(kazakhstan):
    wide = {i.id: i for i in _windows(kazakhstan, 2.0).evidence}
    spans = [i for i in kazakhstan.evidence if i.when and (i.mode == "new" or i.absent or i.what.endswith(" held"))]
    dates = [i for i in kazakhstan.evidence if i not in spans and i.when and i.when[0] > 24.0 and i.when[1] > i.when[0]]
    assert {i.what for i in spans} >= {"detained", "seat held", "post held", "coup attempt"}
    assert all(wide[i.id].when == i.when for i in spans)
    assert len(dates) >= 30
    for item in dates:
        assert wide[item.id].when[1] - wide[item.id].when[0] > 1.4 * (item.when[1] - item.when[0])


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_reports_of_one_act_agree_as_before_however_wide_their_windows(kazakhstan, factor):
    changed = _windows(kazakhstan, factor)
    told = {i.id: i.when for i in changed.evidence}
    # the order is dated to an hour by one report and to a day and a half by another, which begins in the same hour
    assert told["T070"][0] <= told["T092a"][1]
    assert told["T092a"][0] <= told["T070"][1]
    assert told["T092a"][1] - told["T092a"][0] == pytest.approx(factor * 39.5)
    before, after = (build_docket(case).entries for case in (kazakhstan, changed))
    assert [(e.item.id, e.treatment) for e in after] == [(e.item.id, e.treatment) for e in before]


def test_runs_taken_together_have_the_error_of_their_spread():
    runs = [Change("c", {("a",): x, ("b",): -x, (): 0.0}, 0.1, 0.1, k, {"a": x}) for x, k in ((0.2, 0.1), (0.4, 0.6), (0.6, 0.3))]
    found = together(runs)
    assert found.nats == pytest.approx({("a",): 0.4, ("b",): -0.4, (): 0.0})
    assert found.bayes_factor == pytest.approx(0.8)
    assert found.error == pytest.approx(0.2 * np.sqrt(2.0 / 3.0))
    assert (found.k, found.bans) == (0.6, {"a": pytest.approx(0.4)})


def test_the_range_of_errors_alone_is_that_of_normal_numbers():
    assert _range([0.1, 0.1]) == pytest.approx(0.2 / np.sqrt(np.pi), rel=0.03)
    assert _range([0.1] * 9) == pytest.approx(0.297, rel=0.02)
    assert _range([0.0, 0.0]) == 0.0


@pytest.fixture(scope="module")
def kazakhstan():
    return load("kazakhstan-2022")
