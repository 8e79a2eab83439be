"""Printing: one JSON document, or plain aligned tables that read the same in a terminal, a pipe and a log."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from realpolitik.answers.numbers import line

JSON_HELP = "Print one JSON document on stdout and nothing else."


def example(text: str):
    """Give a command the example that ends its help."""

    def mark(command):
        command.example = f"Example: {text}"
        return command

    return mark


def print_json(document: Any) -> None:
    """Print one JSON document; it must hold nothing but what JSON knows, and no NaN or infinity."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> str:
    """Align rows under their headings, two spaces apart.

    Parameters
    ----------
    headings
        One per column; the last column is never padded.
    rows
        Cells, turned into text with `cell`.
    right
        Columns set flush right (numbers).
    """
    cells = [list(headings), *([cell(item) for item in row] for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(headings))]

    def joined(row: Sequence[str]) -> str:
        padded = (text.rjust(width) if k in right else text.ljust(width) for k, (text, width) in enumerate(zip(row, widths, strict=True)))
        return "  ".join(padded).rstrip()

    return "\n".join(map(joined, cells))


def cell(value: Any) -> str:
    """Write one value the way a table shows it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"
    return line(value)


def shortened(text: str, width: int = 48) -> str:
    """Cut a text at a width, marking the cut."""
    text = cell(text)
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
