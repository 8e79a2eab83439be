"""Audiences of a case: trust by reporter or interest, odds by claim or account, mistakes with their place."""

import pytest

WHERE = "issues:\n"
ADDED = """audiences:
  sceptic:
    says: Believes nobody in office.
    trust: {government: 0.5, everyone: 0.9}
    prior_odds: {CLAIM: "1:3"}
    account_odds: {ACCOUNT: 2}
    rows: [A10]
  anybody:
"""


@pytest.fixture
def names(case):
    read = case.load()
    return {"CLAIM": next(iter(read.claims)), "ACCOUNT": next(iter(read.accounts))}


def written(names, old="", new=""):
    text = ADDED
    for word, name in names.items():
        text = text.replace(word, name)
    assert old in text
    return text.replace(old, new) + WHERE


def test_audiences_say_what_the_file_says(case, names):
    sceptic, anybody = case.load(WHERE, written(names)).audiences
    assert sceptic.trust == {"government": 0.5, "everyone": 0.9}
    assert sceptic.prior_odds == {names["CLAIM"]: pytest.approx(1 / 3)}
    assert sceptic.account_odds == {names["ACCOUNT"]: 2.0}
    assert (sceptic.name, sceptic.rows) == ("sceptic", ("A10",))
    assert (anybody.trust, anybody.prior_odds) == ({}, {})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("government: 0.5", "goverment: 0.5", "'goverment' is not somebody the case knows; did you mean 'government'?"),
        ("government: 0.5", "government: 1.5", "'1.5' is out of range; write a number from 0 to 1"),
        ("government: 0.5", "government: [1]", "a list stands where one value belongs"),
        ("account_odds: {", "account_odds: {nobody: 1, ", "'nobody' is not an account"),
        ("trust:", "trsut:", "the key 'trsut' is not known; did you mean 'trust'?"),
        ('"1:3"', "0", "'0' are not odds"),
    ],
)
def test_mistakes_are_told_with_their_place(case, names, old, new, told):
    problem = case.problem(WHERE, written(names, old, new))
    assert told in problem
    assert problem.startswith("case.yaml:")
    assert "audience 'sceptic'" in problem
