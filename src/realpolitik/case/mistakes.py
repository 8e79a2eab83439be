"""A mistake in one scalar, before its place in the file is known, and the help to word it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nlargest
from itertools import islice

from realpolitik.case.position import Position
from realpolitik.errors import CaseError, Problem, printable

MOST_PROBLEMS = 1000
"""Reading stops after this many problems."""
_LOOKED_AT, _COMPARED = 1000, 100  # a slip is sought among so many words: with many problems and many words it would take for ever


class Mistake(ValueError):
    """What is wrong with a text, and what would be right."""

    def __init__(self, wrong: str, right: str = "") -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.right = right


def quoted(text: object, longest: int = 60) -> str:
    """A stranger's text between quotes, short and harmless to print.

    >>> quoted('Almaty')
    "'Almaty'"
    """
    # Cut before it is made printable: a text may be as long as a file.
    shown = printable(str(text)[: longest + 1])
    return f"'{shown}'" if len(shown) <= longest else f"'{shown[: longest - 1]}…'"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a slip of, if any."""
    folded: dict[str, str] = {}
    slip = word[:200].casefold()
    for choice in islice(known, _LOOKED_AT):
        folded.setdefault(choice.casefold(), choice)
    among = folded if len(folded) <= _COMPARED else nlargest(_COMPARED, folded, key=lambda choice: _ends_alike(slip, choice))
    near = get_close_matches(slip, among, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def _ends_alike(one: str, two: str) -> int:
    """How far two words begin and end the same, roughly."""
    return sum((one[:n] == two[:n]) + (one[-n:] == two[-n:]) for n in (1, 3, 6))


def did_you_mean(word: str, known: Iterable[str], name: str = "one of") -> str:
    """The known word nearest to `word`, or the list of them.

    >>> did_you_mean('crowed', ['crowd', 'detained'])
    "did you mean 'crowd'?"
    >>> did_you_mean('xyz', ['b', 'a'])
    'one of: b, a'
    """
    choices = [str(choice) for choice in islice(known, _LOOKED_AT)]
    near = nearest(word, choices)
    if near is not None:
        return f"did you mean {quoted(near)}?"
    if not choices:
        return ""
    listed = ", ".join(printable(choice[:121])[:121] for choice in choices[:24])
    return f"{name}: {listed}{', …' if len(choices) > 24 else ''}"


class Report:
    """The problems of one case, gathered while reading goes on.

    `examples` holds, for a neutral example or remedy, the one that speaks of this case instead.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.examples: dict[str, str] = {}

    def add(self, at: Position, path: str, wrong: str, right: str = "") -> None:
        """Note a problem; raises `CaseError` when there are too many to go on."""
        self.problems.append(Problem(at, path, wrong, self.examples.get(right, right)))
        if len(self.problems) >= MOST_PROBLEMS:
            self.settle()

    def settle(self) -> None:
        """Raise `CaseError` with every problem in file order, if there is any."""
        if self.problems:
            raise CaseError(sorted(self.problems, key=lambda problem: problem.position))
