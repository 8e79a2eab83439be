"""What a patron does beside sending troops."""

import pytest

from realpolitik.case.reader import load
from realpolitik.case.starter import new
from realpolitik.errors import CaseError


def written(tmp_path, text):
    folder = new("harbour", tmp_path)
    (folder / "case.yaml").write_text((folder / "case.yaml").read_text("utf-8") + text, "utf-8")
    return load(folder)


def test_acts_of_a_patron_are_read(tmp_path):
    case = written(tmp_path, "patrons: {North: {acts: [commitment, money]}, South: {}}\n")
    assert [(patron.name, patron.acts) for patron in case.patrons] == [("North", ("commitment", "money")), ("South", ())]


def test_an_unknown_act_gets_the_names_that_exist(tmp_path):
    with pytest.raises(CaseError, match="'comitment' is not an act of a patron; did you mean 'commitment'"):
        written(tmp_path, "patrons: {North: {acts: [comitment]}}\n")
