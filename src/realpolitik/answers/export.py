"""A run's tables as CSV files that R, pandas and a spreadsheet read, and a README that says what is in them.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, and texts in a case were written
by strangers: such a text gets an apostrophe in front. Numbers are written in full.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from realpolitik.answers import tables
from realpolitik.answers.numbers import number
from realpolitik.errors import RunError
from realpolitik.fitting.storage import unwritable, write_text

README = "README.txt"

# Also after a semicolon, where that separates cells. Some locales read full-width signs too.
_FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@＝＋－＠])")


def export(results: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the tables of a run into a folder, each whole or not at all, with a README.txt beside them.

    Parameters
    ----------
    results
        ``Run.results``.
    folder
        Made if it is not there. Tables of the same names are replaced; one the run has no rows for is removed.

    Returns
    -------
    list of Path
        The CSV files written: UTF-8, commas, one line of headings.

    Raises
    ------
    RunError
        When the folder cannot be written.
    """
    folder = Path(folder)
    filled = [(table, list(table.rows(results))) for table in tables.TABLES]
    _prepare(folder, [f"{table.name}.csv" for table, rows in filled if not rows])
    written, told = [], []
    for table, rows in filled:
        if not rows:
            continue
        path = folder / f"{table.name}.csv"
        columns = table.columns(results)
        write_text(path, _csv([[heading for heading, _ in columns], *rows]))
        written.append(path)
        told.append(_described(table.name, table.says, columns))
    write_text(folder / README, _readme(results, told))
    return written


def _prepare(folder: Path, stale: Sequence[str]) -> None:
    """Make the folder, and take away tables of an earlier run that would be taken for this one's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (folder / name).unlink(missing_ok=True)
    except FileExistsError:
        raise RunError(f"'{folder}' is a file, not a folder; name another place") from None
    except OSError as error:
        raise unwritable(folder, error) from error


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def cell(value: Any) -> str:
    """One cell: numbers in full, nothing for what is missing, lists joined by semicolons, text that is no formula.

    >>> cell('=HYPERLINK("x")'), cell(-0.5), cell(None), cell(['a', 'b'])
    ('\\'=HYPERLINK("x")', '-0.5', '', 'a; b')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return "" if number(value) is None else repr(value)
    if isinstance(value, list | tuple):
        return cell("; ".join(str(part) for part in value))
    # One line per row: no control character has a business in a table.
    text = "".join(c if c.isprintable() else " " for c in str(value)).strip()
    return _FORMULA.sub(r"\1\2'", text)


def _described(name: str, says: str, columns: Sequence[tuple[str, str]]) -> str:
    return "\n".join([f"{name}.csv: {says}", *(f"  {cell(heading)}: {meaning}" for heading, meaning in columns)])


def _readme(results: Mapping[str, Any], told: Sequence[str]) -> str:
    facts = ("case", "effort", "seed", "as_of", "version", "fingerprint", "command")
    made = [f"{fact}: {cell(results[fact])}" for fact in facts if results.get(fact) is not None]
    notes = (
        "Tables of one run of realpolitik, in UTF-8 with commas. A ban is a factor of ten in the odds; log evidence\n"
        "is in nats. An empty cell is a missing number. An apostrophe before =, +, - or @ keeps a text from being run\n"
        "as a formula."
    )
    return "\n\n".join([notes, "\n".join(made), *told]) + "\n"
