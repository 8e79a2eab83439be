"""A fit that is still unsure when its passes are done goes on, a round at a time."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from realpolitik.fitting import account
from realpolitik.fitting.filter import Filtered
from realpolitik.fitting.sampler import dump, lengthened, log_evidence
from realpolitik.fitting.settings import Settings, rounds
from realpolitik.fitting.unsure import UNSURE

SETTINGS = Settings(ladders=4, rungs=3, worlds=1, passes=16, further=2)
SHARP, EASY = 0.002, 3.0


class Told:
    """One item about the first of two coordinates, known to ``width``."""

    powers = np.ones(1)

    def __init__(self, width):
        self.width = width

    def __call__(self, z, ids):
        items = norm.logpdf(1.0, z[:, :1], self.width)
        return Filtered(items[:, 0], items, [])


@pytest.fixture
def climb(monkeypatch):
    monkeypatch.setattr(account, "structure_of", lambda problem: None)
    problem = SimpleNamespace(prior=SimpleNamespace(dimension=2))

    def go(width, settings=SETTINGS, save=None, stored=None, tell=None):
        return account.climb("test", Told(width), problem, settings, 1, None, None, save, stored, tell)

    return go


@pytest.mark.parametrize("passes", [16, 20, 40, 64, 1000, 1001])
def test_a_round_more_leaves_those_before_it_as_they_were(passes):
    assert rounds(2 * passes) == [*rounds(passes), passes]


def test_who_is_unsure_goes_on_until_nothing_further_is_allowed(climb):
    assert log_evidence(climb(SHARP, replace(SETTINGS, further=0)))[1] > UNSURE
    assert log_evidence(climb(SHARP, replace(SETTINGS, further=1)))[1] > UNSURE
    assert climb(SHARP).passes == 64


def test_who_is_sure_stops(climb):
    state = climb(EASY)
    assert state.passes == SETTINGS.passes
    assert log_evidence(state)[1] <= UNSURE


def test_a_stop_anywhere_changes_nothing(climb):
    kept = {}
    whole = climb(SHARP, save=lambda stage, arrays: kept.update({stage: arrays}))
    assert max(kept) == whole.passes > SETTINGS.passes
    for arrays in kept.values():
        again = climb(SHARP, stored=arrays)
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(dump(again).values(), dump(whole).values(), strict=True))


def test_progress_says_how_many_passes_there_are_now(climb):
    said = []
    state = climb(SHARP, tell=lambda part, message: said.append((part, message)))
    assert said[-1] == (0.98, f"pass {state.passes} of {state.passes}")
    assert "pass 16 of 32" in [message for _, message in said]


def test_nothing_is_asked_of_a_fit_that_is_not_done():
    assert lengthened(SimpleNamespace(passes=3), SETTINGS) is SETTINGS
