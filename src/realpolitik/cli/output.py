"""Printing: one JSON document, or plain aligned tables that read the same in a terminal, a pipe and a log."""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

JSON_HELP = "Print one JSON document on stdout and nothing else."


def example(text: str):
    """Give a command the example that ends its help."""

    def mark(command):
        command.example = f"Example: {text}"
        return command

    return mark


def print_json(document: Any) -> None:
    """Print one JSON document; NumPy values become plain ones, what is not finite becomes null."""
    json.dump(plain(document), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def plain(value: Any) -> Any:
    """Turn nested containers, NumPy values, dates and paths into what JSON knows."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


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
    lines = [list(headings), *([cell(item) for item in row] for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(headings))]

    def joined(line: Sequence[str]) -> str:
        cells = (
            text.rjust(width) if k in right else text.ljust(width)
            for k, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join(joined(line) for line in lines)


def cell(value: Any) -> str:
    """Write one value the way a table shows it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"
    # A line break in a case file's text must not break the table, nor a control character reach the terminal.
    return " ".join("".join(ch if ch.isprintable() else " " for ch in str(value)).split())


def percent(probability: float | None) -> str:
    """Write a probability as a percentage that never pretends to certainty."""
    if probability is None or not math.isfinite(probability):
        return "-"
    if 0 < probability < 0.001:
        return "<0.1 %"
    if 0.999 < probability < 1:
        return ">99.9 %"
    return f"{100 * probability:.1f} %"


def shortened(text: str, width: int = 48) -> str:
    """Cut a text at a width, marking the cut."""
    text = cell(text)
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
