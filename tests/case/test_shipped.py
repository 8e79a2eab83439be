"""Names and paths of cases."""

from __future__ import annotations

import pytest

from realpolitik.case import load
from realpolitik.case.shipped import resolve, shipped, titles
from realpolitik.errors import RealpolitikError


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_case_loads_under_its_own_name(name):
    assert load(name).name == name
    assert titles()[name] == load(name).title


def test_a_folder_and_its_main_file_are_the_same_case(case):
    folder = case.write()
    assert resolve(folder) == resolve(str(folder)) == resolve(folder / "case.yaml") == folder
    assert load(folder / "case.yaml").fingerprint == load(folder).fingerprint


@pytest.mark.parametrize("name", ["no-such-case", "", "a\0b", "~nobody-here/x", "x" * 5000])
def test_an_unknown_name_lists_what_there_is(name):
    with pytest.raises(RealpolitikError, match="there is no case") as caught:
        resolve(name)
    assert "\0" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_folder_without_a_case_says_so(tmp_path):
    with pytest.raises(RealpolitikError, match=r"has no case\.yaml"):
        resolve(tmp_path)
    (tmp_path / "other.yaml").write_text("")
    with pytest.raises(RealpolitikError, match="is not a case"):
        resolve(tmp_path / "other.yaml")
