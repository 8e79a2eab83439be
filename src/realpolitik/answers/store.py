"""Answers beside a run: each is one JSON document, computed once by `run` and kept in ``answers/`` of the run folder.

An answer is a function ``answer(run, progress) -> dict``; `ANSWERS` names them in the order of the cable. What a command asks beyond
the stored document (another change, another question) is computed by the same module and not stored.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from realpolitik.errors import RunError
from realpolitik.fitting import storage

if TYPE_CHECKING:
    from realpolitik.answers.run import Run

Progress = Callable[[str, float, str], None]
FOLDER = "answers"
ANSWERS: dict[str, str] = {
    "odds-over-time": "realpolitik.answers.over_time",
    "forecast": "realpolitik.answers.forecast",
    "leverage": "realpolitik.answers.leverage",
    "aftermath": "realpolitik.answers.aftermath_answer",
    "what-if": "realpolitik.answers.what_if",
    "watch": "realpolitik.answers.watch",
    "audiences": "realpolitik.answers.audiences",
    "claims": "realpolitik.answers.claims",
}
"""Name of an answer -> module whose ``answer(run, progress)`` gives it."""


ASKED = ("second-opinion",)
"""Answers that only their own command computes; kept and shown like the others."""

AFTER_DATES = frozenset({"forecast", "leverage"})
"""Answers that rest on the draws of earlier dates: computed before these exist, they are given and not kept."""


def stored(run: Run, name: str) -> dict[str, Any] | None:
    """The document kept for an answer, None if there is none."""
    path = run.folder / FOLDER / f"{name}.json"
    return storage.read_json(path) if path.exists() else None


def answer(run: Run, name: str, progress: Progress | None = None) -> dict[str, Any]:
    """The stored document, or the answer computed now and kept where the folder can be written."""
    found = stored(run, name)
    if found is not None:
        return found
    early = name in AFTER_DATES and stored(run, "odds-over-time") is None
    document = importlib.import_module(ANSWERS[name]).answer(run, progress or (lambda stage, done, message: None))
    if early:
        return document
    path = run.folder / FOLDER / f"{name}.json"
    try:
        path.parent.mkdir(exist_ok=True)
        storage.write_json(path, document)
    except (OSError, RunError):
        run.notes.append(f"the answer {name!r} could not be kept in the run folder; it will be computed again")
    return document


def answer_all(run: Run, progress: Progress | None = None) -> dict[str, dict[str, Any]]:
    """Every answer, computed where it is not stored; an answer that cannot be given is told in the run's notes."""
    documents = {}
    for number, name in enumerate(ANSWERS):
        if progress is not None:
            progress("answers", number / len(ANSWERS), name)
        try:
            documents[name] = answer(run, name, progress)
        except RunError as error:
            run.notes.append(f"{name}: {error}")
    return documents
