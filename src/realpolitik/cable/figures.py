"""Figures and tables: every picture comes with a text alternative and the numbers behind it as a real table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from realpolitik.cable.markup import Safe, h

WIDE = 5  # columns from which a table is wider than a telephone


@dataclass(frozen=True)
class Part:
    """One part of the cable: an anchor, a heading, one plain sentence, the body, and data for its charts."""

    anchor: str
    title: str
    sentence: str
    body: Sequence[Any]
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """A table cell with attributes of its own."""

    content: Any
    attributes: dict[str, Any] = field(default_factory=dict)


def table(
    columns: Sequence[Any], rows: Iterable[Sequence[Any]], *, caption: Any = None, text_columns: int = 1, kind: str = "", wide: bool = False
) -> Safe:
    """A table in its own scrolling box. Each row's first cell is its heading; the first `text_columns` align left.

    On a narrow screen those with many columns, or said to be `wide`, tell that they scroll; the matrix is set anew there.
    """

    def cell(index: int, content: Any) -> Safe:
        attributes: dict[str, Any] = {}
        if isinstance(content, Cell):
            content, attributes = content.content, dict(content.attributes)
        names = ["n"] if index >= text_columns else []
        attributes["class_"] = " ".join([*names, *attributes.get("class_", "").split()]) or None
        return h("th", content, scope="row", **attributes) if index == 0 else h("td", content, **attributes)

    head = h("tr", (h("th", name, scope="col", class_="n" if i >= text_columns else None) for i, name in enumerate(columns)))
    body = (h("tr", (cell(i, content) for i, content in enumerate(row))) for row in rows)
    return h(
        "div",
        h("table", caption and h("caption", caption), h("thead", head), h("tbody", body), class_=kind or None),
        class_="scroll wide" if (wide or len(columns) >= WIDE) and kind != "matrix" else "scroll",
        tabindex="0",
        role="region",
        aria_label=caption if isinstance(caption, str) else "table",
    )


def more(summary: Any, *content: Any, kind: str = "numbers") -> Safe:
    """A fold-out."""
    return h("details", h("summary", summary), *content, class_=kind)


def figure(title: Any, picture: Any, numbers: Any, *, note: Any = None, summary: str = "The numbers", kind: str = "") -> Safe:
    """A picture under its title, with a note and the table of its numbers folded below."""
    return h(
        "figure",
        h("figcaption", title),
        picture,
        note and h("p", note, class_="note"),
        more(summary, numbers),
        class_=kind or None,
    )


def chart(identity: str, label: str, sketch: Any = None, kind: str = "chart") -> Safe:
    """A box for a chart: the page's script draws it; without scripts the sketch and the table below stand in."""
    missing = None if sketch else h("p", "This chart needs scripts; its numbers are below.", class_="mute")
    return h("div", sketch, missing, id=identity, role="img", aria_label=label, class_=kind)


def gauge(label: str, probability: float | None, before: float | None) -> Safe:
    """A probability as a bar on a track, with an upright mark where it stood before; neither where it is not known."""
    bar = probability is not None and h("i", style=f"width:{along(probability)}")
    mark = before is not None and h("s", style=f"left:{along(before)}")
    return h("div", bar, mark, role="img", aria_label=label, class_="track")


def swatch(colour: str) -> Safe:
    """A colour mark; the name beside it carries the meaning."""
    return h("i", style=f"background:{colour}", class_="swatch", aria_hidden="true")


def along(probability: float) -> str:
    """A place on a track from 0 to 1, as CSS."""
    return f"{100 * min(1.0, max(0.0, probability)):.2f}%"
