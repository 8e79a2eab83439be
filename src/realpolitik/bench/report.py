"""The document of :func:`realpolitik.bench.compare.compare` as Markdown tables, and the page that quotes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from realpolitik.errors import RunError, printable
from realpolitik.fitting.storage import write_text

BEGIN, END = "<!-- made by `realpolitik bench --write` -->", "<!-- end -->"
_NAMES = {
    "influenza": "Influenza, 14 days",
    "regions": "Seventeen regions, 100 steps",
    "log evidence": "Log evidence of the flu",
}
_GROWTH = {"regions": "regions", "items": "items of evidence", "worlds": "worlds", "accounts": "accounts"}


def _number(x: float) -> str:
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.1f}" if abs(x) >= 10 else f"{x:.2f}"


def _time(seconds: float) -> str:
    return f"{_number(seconds)} s" if seconds >= 1.0 else f"{_number(1000.0 * seconds)} ms"


def _between(told: dict[str, float], show: Any = _number) -> str:
    middle, low, high = (told[name] for name in (("median" if "median" in told else "seconds"), "low", "high"))
    return f"{show(middle)} ({show(low)} to {show(high)})"


def _table(headings: list[str], rows: list[list[str]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


def _compared(tools: dict[str, Any]) -> list[list[str]]:
    rows = []
    for name, told in tools.items():
        row = [name]
        for mode in ("two cores", "one thread"):
            row += [_between(told[mode], _time), _between(told[mode]["ratio"]) if "ratio" in told[mode] else ""]
        rows.append(row)
    return rows


def _filters(model: str, told: dict[str, Any]) -> list[str]:
    exact = f" (exact {told['exact']:.4f})" if told["exact"] is not None else ""
    rows = _compared(told["tools"])
    for row, tool in zip(rows, told["tools"].values(), strict=True):
        row += [
            f"{tool['log likelihood']:.3f} ± {tool['standard error']:.3f}",
            f"{tool['filters']:,}",
            f"{tool['first call seconds']:.1f} s",
        ]
        row[0] += f", {tool['worlds']:,} worlds"
    heads = [
        "tool",
        "a filter on two cores",
        "times ours",
        "on one thread",
        "times ours",
        f"log likelihood{exact}",
        "filters",
        "first call",
    ]
    return [f"### {_NAMES[model]}: bootstrap filter", "", *_table(heads, rows)]


def _evidence(told: dict[str, Any]) -> list[str]:
    rows = _compared(told["tools"])
    for row, tool in zip(rows, told["tools"].values(), strict=True):
        row += [f"{tool['mean']:.3f}", f"{tool['root mean square error']:.3f}", str(tool["runs"])]
    heads = [
        "tool",
        "a run on two cores",
        "times ours at equal error",
        "on one thread",
        "times ours at equal error",
        "mean",
        "r.m.s. error",
        "runs",
    ]
    return [f"### {_NAMES['log evidence']} (exact {told['exact']})", "", *_table(heads, rows)]


def _people(told: dict[str, Any]) -> list[str]:
    case = told["shipped case"]
    lines = [
        "### People",
        "",
        f"- One world of the shipped case (one thread): {case['people']:,.0f} people in {case['regions']} regions, {case['steps']} steps, "
        f"in {_between(case, _time)}. People are counted, not listed: a world of a thousand costs the same.",
    ]
    if "mesa" in told:
        mesa = told["mesa"]
        lines.append(
            f"- Mesa's civil violence (one thread): {mesa['agents']:,} people one by one, {mesa['agents a second']:,.0f} people moved a "
            f"second ({mesa['low']:,.0f} to {mesa['high']:,.0f}). Another model: no ratio."
        )
    return [*lines, ""]


def _growth(told: dict[str, Any]) -> list[str]:
    rows = []
    for what, found in told.items():
        cells = ", ".join(f"{size:,}: {_time(s)}" for size, s in zip(found["sizes"], found["seconds"], strict=True))
        rows.append([_GROWTH[what], cells, _between(found["exponent"]), _between(found["exponent of the upper three"])])
    return ["### Growth", "", *_table(["cost by", "seconds on one thread", "exponent", "of the upper three"], rows)]


def _goals(told: list[dict[str, Any]]) -> list[str]:
    rows = [[_NAMES[g["of"]], g["against"], f"{g['goal']:g}", _between(g), "yes" if g["met"] else "**no**"] for g in told]
    return ["### Goals", "", *_table(["what", "against", "goal: times as fast, two cores", "measured", "met"], rows)]


def text_of(document: dict[str, Any]) -> str:
    """The tables."""
    made = document["machine"]
    peers = ", ".join(f"{name} {version}" for name, version in document["peers"].items()) or "none"
    lines = [
        f"{made['processor']}, {document['cores']} cores; Python {made['python']}, NumPy {made['numpy']}, Numba {made['numba']}; "
        f"other tools: {peers}. {document['rounds']} rounds in {document['seconds']:.0f} s. In brackets: 95 % intervals.",
        "",
    ]
    if document["missing"]:
        lines += [f"Not installed, and so not compared: {', '.join(document['missing'])}.", ""]
    if document["goals"]:
        lines += _goals(document["goals"])
    for model, told in document.get("filters", {}).items():
        lines += _filters(model, told)
    for part, show in (("evidence", _evidence), ("people", _people), ("growth", _growth)):
        if part in document:
            lines += show(document[part])
    return "\n".join(lines).strip() + "\n"


def _parts_of(page: Path) -> tuple[str, str]:
    """What stands before and after the tables."""
    try:
        text = page.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"could not read '{printable(str(page))}': {getattr(error, 'strerror', None) or 'it is not text'}") from None
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise RunError(f"'{printable(str(page))}' has no lines {BEGIN} and {END}, between which the tables go")
    return before, after


def check_page(page: Path) -> None:
    """Refuse a page that could not take the tables, before minutes are spent on them.

    Raises
    ------
    RunError
        When the page is not there or has no marks.
    """
    _parts_of(page)


def write_page(page: Path, document: dict[str, Any]) -> Path:
    """Put the tables between the marks of a page, and the document beside it; gives the document's path. RunError as above."""
    before, after = _parts_of(page)
    beside = page.with_suffix(".json")
    write_text(beside, json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    write_text(page, f"{before}{BEGIN}\n\n{text_of(document)}\n{END}{after}")
    return beside
