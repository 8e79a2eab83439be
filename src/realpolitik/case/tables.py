"""CSV as spreadsheets write it, read into the same nodes as YAML, so that every cell knows its line and column.

Takes a byte order mark, commas, semicolons or tabs, Excel's `sep=` line, quoted cells with line breaks, empty
rows and empty columns. Columns that are unknown or missing, and rows that are short or long, are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from realpolitik.case.mistakes import Report, did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position

_SEPARATORS = ",;\t"
_DECIMAL_COMMA = re.compile(r"[-+−]?\d+,\d+")


class Cell(NamedTuple):
    """A cell's text and its place."""

    text: str
    line: int
    column: int


def rows(
    text: str, file: str, report: Report, known: Iterable[str], needed: Iterable[str], decimals: Iterable[str] = ()
) -> list[Node] | None:
    """The rows of a table as mapping nodes of its filled cells, or None when its header is wrong.

    Parameters
    ----------
    known, needed : names of columns
        All there may be; those there must be.
    decimals : names of columns
        Where a decimal comma is read as a point, in files not separated by commas.
    """
    start = re.match(r"sep=(.)\r?\n", text)
    separator = start[1] if start and start[1] in _SEPARATORS else _separator(text)
    table = _records(text, separator, file, report, start.end() if start else 0, 2 if start else 1)
    header = next(table, None)
    if header is None:
        report.add(Position(file, 1, 1), "", "the table has no header", f"name its columns: {', '.join(needed)}")
        return None
    names = _names(header, file, report, list(known), list(needed))
    commas = set(decimals) if separator != "," else set()
    found = []
    for cells in table:
        node = _row(cells, names, len(header), commas, file, report)
        if node is not None:
            found.append(node)
    return None if any(name not in names for name in needed) else found


def _separator(text: str) -> str:
    """The separator that occurs most often in the header, quoted parts left out."""
    header = re.sub(r'"[^"]*"', "", text[:10_000]).lstrip("\r\n").partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


def _records(text: str, separator: str, file: str, report: Report, here: int, line: int) -> Iterator[list[Cell]]:
    """Rows of cells; rows without any text are left out."""
    # Possessive: keeping a way back for every character of a long cell took 150 times its length in memory.
    cell = re.compile(rf'[ ]*"((?:[^"]++|"")*+)"[ ]*|([^{separator}\r\n]*)')
    blank = re.compile(rf"[{separator} ]*+(?:\r\n|\r|\n)")
    line_start, cells = here, []
    while here < len(text):
        # Rows of separators only, of which a spreadsheet writes many, are passed over before they are made into cells.
        while not cells and (nothing := blank.match(text, here)):
            here = line_start = nothing.end()
            line += 1
        match = cell.match(text, here)
        assert match is not None  # its second branch matches anything, even nothing
        at = Cell("", line, here - line_start + 1)
        inside = match[1]
        if inside is not None:
            content = inside.replace('""', '"')
            breaks = list(re.finditer(r"\r\n|\r|\n", inside))
            if breaks:
                line += len(breaks)
                line_start = match.start(1) + breaks[-1].end()
        else:
            content = match[2]
            if content.lstrip(" ").startswith('"'):
                report.add(Position(file, *at[1:]), "", "a quote opens here and does not close", 'close it with "')
                return
        cells.append(Cell(content.strip(), at.line, at.column))
        here = match.end()
        following = text[here] if here < len(text) else "\n"
        if following == separator:
            here += 1
            if here < len(text):
                continue
            cells.append(Cell("", line, here - line_start + 1))
        elif following not in "\r\n":
            wrong = f"{quoted(text[here])} follows a closing quote"
            report.add(Position(file, line, here - line_start + 1), "", wrong, 'double a quote inside a quoted cell: ""')
            return
        here += 2 if text.startswith("\r\n", here) else 1
        line += 1
        line_start = here
        if any(cell.text for cell in cells):
            yield cells
        cells = []


def _names(header: list[Cell], file: str, report: Report, known: list[str], needed: list[str]) -> list[str | None]:
    """The column names; None for one that cannot be used (reported unless it has no name)."""
    names: list[str | None] = []
    for cell in header:
        name = cell.text.lower().replace(" ", "_")
        at = Position(file, cell.line, cell.column)
        if name and name not in known:
            report.add(at, "", f"the column {quoted(cell.text)} is not known", did_you_mean(name, known, "columns"))
        elif name in names:
            report.add(at, "", f"the column {quoted(cell.text)} stands here a second time", "keep one of them")
        names.append(name if name in known and name not in names else None)
    for name in needed:
        if name not in names:
            wrong = f"the column {quoted(name)} is missing"
            report.add(Position(file, header[0].line, 1), "", wrong, f"the table needs {', '.join(needed)}")
    return names


def _row(cells: list[Cell], names: list[str | None], width: int, commas: set[str], file: str, report: Report) -> Node | None:
    first = cells[0]
    while len(cells) > width and not cells[-1].text:
        cells.pop()
    if len(cells) != width:
        last = cells[min(len(cells), width + 1) - 1]
        wrong = f"this row has {len(cells)} cells, the header {width}"
        right = "put a cell that holds the separator in quotes" if len(cells) > width else "add the missing cells"
        report.add(Position(file, last.line, last.column), "", wrong, right)
        return None
    row = Node("mapping", {}, file, first.line, first.column)
    for name, cell in zip(names, cells, strict=True):
        if name is None or not cell.text:
            continue
        content = cell.text
        if name in commas and _DECIMAL_COMMA.fullmatch(content):
            content = content.replace(",", ".")
        row.value[name] = Node("text", content, file, cell.line, cell.column)
        row.keys[name] = (cell.line, cell.column)
    return row
