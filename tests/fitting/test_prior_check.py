"""The prior predictive check runs on a small case, covers every figure, and does not learn from the figures."""

from dataclasses import replace

from realpolitik.api import load
from realpolitik.case.starter import new
from realpolitik.case.values import exact
from realpolitik.fitting.prior_check import prior_predictive


def test_ranges_do_not_depend_on_what_was_reported(tmp_path):
    case = load(new("starter", tmp_path))
    found = prior_predictive(case, particles=128)
    figures = [i for i in case.evidence if i.value is not None and i.value.form not in ("at_least", "at_most")]
    assert set(found) == {i.id for i in figures}
    # only exact figures are moved: how roughly a figure was told is part of the law of reports, not of what was reported
    moved = [i for i in figures if i.value.form == "exact"]
    assert moved
    shifted = tuple(replace(i, value=exact(3.0 * i.value.centre)) if i in moved else i for i in case.evidence)
    again = prior_predictive(replace(case, evidence=shifted), particles=128)
    for name, row in found.items():
        assert again[name]["ranges"] == row["ranges"]
