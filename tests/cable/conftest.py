"""The made-up results and pages made from them, and a parser that notices what a browser forgives."""

from __future__ import annotations

import pickle
import re
from html.parser import HTMLParser

import pytest

from realpolitik.cable.page import build

from .sample import results

# The chart library is the bulk of a page and holds no markup; the tests of scripts read the page itself.
_LIBRARY = re.compile(r"<script>.*?</script>", flags=re.S)
VOID = {"br", "hr", "img", "meta", "col", "wbr"}


class Tree(HTMLParser):
    """Collects elements with their ancestors and own text; fails on tags that do not balance."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], tuple[int, ...]]] = []
        self.text: dict[int, str] = {}
        self._open: list[tuple[str, int]] = []
        self.feed(_LIBRARY.sub("<script></script>", text))
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute given twice: {tag} {names}"
        self.elements.append((tag, dict(attrs), tuple(index for _, index in self._open)))
        if tag not in VOID:
            self._open.append((tag, len(self.elements) - 1))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        last, _ = self._open.pop()
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, data: str) -> None:
        if self._open:
            index = self._open[-1][1]
            self.text[index] = self.text.get(index, "") + data

    def find(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of a name."""
        return [attributes for name, attributes, _ in self.elements if name == tag]

    def below(self, index: int) -> list[tuple[str, dict[str, str | None]]]:
        """Elements inside the element at an index."""
        return [(name, attributes) for name, attributes, above in self.elements if index in above]


@pytest.fixture(scope="session")
def _made() -> dict:
    return results()


@pytest.fixture
def document(_made: dict) -> dict:
    """Results that a test may change."""
    return pickle.loads(pickle.dumps(_made))  # several times faster than a deep copy


@pytest.fixture
def small(document: dict) -> dict:
    """The same with little of everything, for tests that draw many pages."""
    lists = {name: value[:4] for name, value in document.items() if isinstance(value, list)}
    return {**document, **lists, "series": {"crowd": document["series"]["crowd"]}}


@pytest.fixture(scope="session")
def page(_made: dict) -> str:
    """The page of the unchanged results."""
    return build(_made)


@pytest.fixture
def tree() -> type[Tree]:
    """The parser."""
    return Tree


@pytest.fixture(scope="session")
def parsed(page: str) -> Tree:
    """The unchanged page, parsed once."""
    return Tree(page)
