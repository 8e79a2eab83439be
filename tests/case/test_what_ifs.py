"""What-ifs of a case: read where they stand, refused with the names that exist."""

import pytest

from realpolitik.case.changes import DECISIONS, decision, parse_change
from realpolitik.case.mistakes import Mistake
from realpolitik.case.reader import load
from realpolitik.case.starter import new
from realpolitik.case.words import PLAIN_NAMES
from realpolitik.crisis.layout import DECISIONS as OF_THE_MODEL
from realpolitik.crisis.parameters import NAMES
from realpolitik.errors import CaseError


@pytest.fixture
def harbour(tmp_path):
    folder = new("harbour", tmp_path)

    def written(text):
        (folder / "case.yaml").write_text((folder / "case.yaml").read_text("utf-8") + text, "utf-8")
        return load(folder, NAMES)

    return written


def test_decisions_are_those_of_the_model():
    assert set(DECISIONS) == set(OF_THE_MODEL)
    assert set(PLAIN_NAMES.values()) <= set(DECISIONS)
    assert all(decision(name) == named for name, named in PLAIN_NAMES.items())


def test_the_shipped_case_has_those_of_the_issue():
    case = load("kazakhstan-2022", NAMES)
    assert [one.id for one in case.what_ifs] == [
        "no-help", "late-help", "refused", "no-blackout", "no-concession", "no-lethal-force", "long-stay", "succession", "larger-minority",
    ]  # fmt: skip
    assert all(len(one.changes) == 1 for one in case.what_ifs)


def test_a_what_if_is_a_text_a_mapping_or_a_list(harbour):
    case = harbour(
        "what_ifs:\n"
        "  - {id: a, change: 'never: concede'}\n"
        "  - {id: b, says: Both., change: [never: concede, '2h later: emergency']}\n"
        "  - {id: c, change: {never: blackout}}\n"
        "  - {id: d, change: none}\n"
    )
    assert [[(c.how, c.what, c.hours) for c in one.changes] for one in case.what_ifs] == [
        [("never", "concede", 0.0)],
        [("never", "concede", 0.0), ("later", "declare emergency", 2.0)],
        [("never", "cut internet", 0.0)],
        [],
    ]
    assert [one.says for one in case.what_ifs] == ["never: concede", "Both.", "never: blackout", ""]


@pytest.mark.parametrize(("text", "told"), [
    ("  - {id: a, change: 'never: consede'}\n", ":25:21: what-if a, change: 'consede' is not a decision: did you mean 'concede'?"),
    ("  - {id: a, change: 'set 2: contagoin'}\n", "did you mean 'contagion'?"),
    ("  - {id: a}\n", "'change' is missing"),
    ("  - {id: a, change: none}\n  - {id: a, change: none}\n", "stands here a second time"),
    ("  - {id: a, changes: none}\n", "did you mean 'change'"),
    ("  - {id: a, change: [[none]]}\n", "a list stands where a change belongs"),
    ("  - {id: a, change: 'at 2025-01-01: concede'}\n", "the clock runs from 2024-03-01T00:00"),
])  # fmt: skip
def test_mistakes_are_told_with_their_place(harbour, text, told):
    with pytest.raises(CaseError) as error:
        harbour("what_ifs:\n" + text)
    shown = str(error.value).replace("; ", ": ")
    if told.startswith(":"):
        assert told.split(":", 2)[2] in shown.replace(": did", ": did")
        assert "case.yaml:" in shown
    else:
        assert told in str(error.value)


@pytest.mark.parametrize(("written", "how", "what", "hours"), [
    ("never: accept help", "never", "accept request", 0.0),
    ("No lethal-force order", "never", "order lethal force", 0.0),
    ("help a day later", "later", "accept request", 24.0),
    ("90 min later: the state of emergency", "later", "declare emergency", 1.5),
    ("12h earlier: emergency", "later", "declare emergency", -12.0),
    ("later by 24h: help", "later", "accept request", 24.0),
    ("refused", "refused", "accept request", 0.0),
    ("troops stay six months", "not before", "announce withdrawal", 6 * 730.5),
    ("at 2022-01-06T12:30: accept request", "at", "accept request", 108.5),
    ("the patron’s ruler gone on 2022-01-05", "gone", "patron's ruler", 72.0),
    ("a bigger minority share", "times", "minority share", 0.0),
    ("held: emergency", "held", "declare emergency", 0.0),
])  # fmt: skip
def test_spellings(written, how, what, hours):
    clock = load("kazakhstan-2022").clock
    change = parse_change(written, clock, NAMES)
    assert (change.how, change.what, change.hours) == (how, what, hours)


@pytest.mark.parametrize("written", ["x" * 300, "never:", ": concede", "at : concede", "set x: contagion", "never: \x1b[31m", "gone: help"])
def test_nonsense_is_a_mistake(written):
    with pytest.raises(Mistake):
        parse_change(written, load("kazakhstan-2022").clock, NAMES)
