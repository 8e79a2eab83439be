"""What a document's claim is tied to must be in the case."""

import pytest

CLAIM = "about: [cells]"


TIES = ["asserts: [cells]", "denies: cells", "expects: [Q1]", "rules_out: [Q2]", "reports: [E1, E2]", "against: E2"]


@pytest.mark.parametrize("tie", TIES)
def test_ties_to_what_is_there_are_read(case, tie):
    key, _, names = tie.partition(": ")
    claim = case.load(CLAIM, tie).documents[0].claims[0]
    told = claim[key]
    assert (told,) == (names,) or told == tuple(names.strip("[]").split(", "))


@pytest.mark.parametrize(
    ("tie", "told"),
    [
        ("asserts: [cell]", "the case has no claim 'cell'; did you mean 'cells'?"),
        ("expects: [Q1, Q9]", "the case has no question 'Q9'"),
        ("against: E99", "the case has no item of evidence 'E99'"),
    ],
)
def test_ties_to_nothing_are_told_with_their_place(case, tie, told):
    problem = case.problem(CLAIM, tie)
    assert told in problem
    assert problem.startswith("case.yaml:")
