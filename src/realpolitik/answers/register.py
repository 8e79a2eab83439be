"""The forecast register: what each run said of each question, a line each, beside the runs; later runs add to it.

``register.jsonl`` in the folder of runs. A run that forecasts again replaces its own lines; the lines of others are kept as they are, even
such as cannot be read. The file is written whole or not at all, by one process at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from realpolitik.errors import RunError
from realpolitik.fitting import storage

REGISTER = "register.jsonl"
_KEEPS = ("probability", "low", "high", "quantiles")


def entry(run: str, made: str | None, case: str, evidence_to: str | None, question: Mapping[str, Any]) -> dict[str, Any]:
    """One line: who said what, on which evidence, and whether the outcome was already in the case (then it is retrospective)."""
    return {
        "case": case,
        "question": question["id"],
        "run": run,
        "made": made,
        "evidence_to": evidence_to,
        "engine": question["engine"],
        **{key: question[key] for key in _KEEPS if question.get(key) is not None},
        "retrospective": question.get("came") is not None,
    }


def read(runs: Path, case: str) -> list[dict[str, Any]]:
    """Lines about a case, the oldest first; lines that are no such record are passed over."""
    found = []
    for line in _lines(runs / REGISTER):
        record = _record(line)
        if record is not None and record.get("case") == case and isinstance(record.get("question"), str):
            found.append(record)
    return found


def add(runs: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Add lines, in place of those the same run wrote before. RunError when the file cannot be written."""
    entries = list(entries)
    if not entries:
        return
    mine = {(e["case"], e["run"]) for e in entries}
    said = [json.dumps(storage.plain(e), ensure_ascii=False, sort_keys=True).encode("utf-8", "backslashreplace") for e in entries]
    with storage.alone(runs):
        kept = []
        for line in _lines(runs / REGISTER):
            record = _record(line)
            if record is None or (record.get("case"), record.get("run")) not in mine:
                kept.append(line)
        with storage.whole(runs / REGISTER) as file:
            file.write(b"\n".join([*kept, *said]) + b"\n")


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().split(b"\n") if line.strip()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"could not read the forecast register: {error.strerror or error}") from error


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
