"""What nobody reported is not counted among the reports."""

import re

from realpolitik.cable.front import top
from realpolitik.cable.parts import matrix_words
from realpolitik.cable.view import View

from .test_gaps import words


def item(name, by, bans):
    return {"id": name, "what": "dead", "by": by, "bans": {"plot": bans, "uprising": 0.0}}


def view(*items):
    accounts = [{"name": n, "probability": p, "log_evidence": -1.0, "se": 0.1} for n, p in (("plot", 0.7), ("uprising", 0.3))]
    return View({"accounts": accounts, "evidence": list(items)})


def summary(shown):
    return words(re.search(r'<p class="summary">(.*?)</p>', str(top(shown, [])))[1]).strip()


def test_silences_are_told_apart_from_items_of_evidence():
    told = [item("E1", ["Radio"], 0.3), item("E2", ["Radio", "Post"], 0.2)]
    assert summary(view(*told)).startswith("Two items of evidence from two sources, weighed against two accounts")
    heard = view(*told, item("no purge", [], 0.1))
    assert summary(heard).startswith("Two items of evidence from two sources, and silence on one point, weighed against two accounts")
    assert "Over two items of evidence and one silence plot is ahead by 0.6 bans." in matrix_words.sentence(heard)
    assert summary(view()).startswith("No evidence, weighed against two accounts")
