"""What a measured calibration holds for: the law, not its comments, its machine or other files."""

from dataclasses import replace

import pytest

from realpolitik.fitting import law
from realpolitik.fitting.efforts import EFFORTS


def test_comments_and_docstrings_are_no_part_of_it():
    plain = "x = 1\ndef f(a):\n    return a + 1\n"
    told = '"""A module."""\n\nx = 1  # one\n\n\ndef f(a):\n    """Add one.\n\n    >>> f(1)\n    2\n    """\n    # why\n    return a + 1\n'
    assert law.bare(told) == law.bare(plain)
    assert law.bare(plain.replace("+ 1", "+ 2")) != law.bare(plain)
    assert law.bare('x = "# no comment"') == 'x = "# no comment"'


def test_it_holds_the_model_the_filter_and_the_sampler_and_not_what_is_asked_of_them():
    members = set(law.members())
    wanted = ("crisis.mobilisation", "crisis.parameters", "crisis.reports", "fitting.sampler", "fitting.filter", "fitting.grading")
    assert {f"realpolitik.{name}" for name in wanted} <= members
    assert not {name for name in members if "wrong" in name or "abc" in name or name.endswith((".blind", ".synthetic", ".results"))}


def test_settings_are_part_of_it():
    quick = EFFORTS["quick"]
    assert law.law_of_odds(quick) == law.law_of_odds(replace(quick))
    assert law.law_of_odds(quick) != law.law_of_odds(replace(quick, passes=quick.passes + 1))


@pytest.mark.parametrize("changed", ["return a + 2", "return a - 1"])
def test_another_program_is_another_law(changed, monkeypatch):
    before = law.law_of_odds(EFFORTS["quick"])
    kept = law.bare
    monkeypatch.setattr(law, "bare", lambda source: kept(source) + changed)
    law._sources.cache_clear()
    assert law.law_of_odds(EFFORTS["quick"]) != before
    monkeypatch.undo()
    law._sources.cache_clear()
    assert law.law_of_odds(EFFORTS["quick"]) == before
