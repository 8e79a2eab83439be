"""Answers beside a run: each is one JSON document, computed once by `run` and kept in ``answers/`` of the run folder.

An answer is a function ``answer(run, progress) -> dict``; `ANSWERS` names them in the order of the cable. What a command asks beyond
the stored document (another change, another question) is computed by the same module and not stored.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event, Lock
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


ASKED = ("second-opinion", "combined")
"""Answers that only their own command computes; kept and shown like the others."""

AFTER_DATES = frozenset({"forecast", "leverage"})
"""Answers that rest on the draws of earlier dates: computed before these exist, they are given and not kept."""

LONG = frozenset({"audiences", "leverage"})
"""Answers that take longest: begun first, or the last of them would run alone."""


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
    keep(run, name, document, f"the answer {name!r} could not be kept in the run folder; it will be computed again")
    return document


def keep(run: Run, name: str, document: dict[str, Any], otherwise: str) -> None:
    """Keep an answer with the run; ``otherwise`` is noted where its folder cannot be written."""
    path = run.folder / FOLDER / f"{name}.json"
    try:
        path.parent.mkdir(exist_ok=True)
        storage.write_json(path, document)
    except (OSError, RunError):
        run.notes.append(otherwise)


def answer_all(run: Run, progress: Progress | None = None) -> dict[str, dict[str, Any]]:
    """Every answer, computed where it is not stored; an answer that cannot be given is told in the run's notes.

    The odds at earlier dates come first, since forecasts and leverage begin from their draws. The others need nothing of each other and
    are computed side by side: each leaves part of a core idle where it gathers what its worlds gave.
    """
    documents: dict[str, dict[str, Any]] = {}
    asked = list(ANSWERS)
    for names in filter(None, (asked[:1], asked[1:])):
        with contextlib.suppress(RunError):  # who needs it will say so
            _ = run.posterior  # read once, not by every thread
        stop, cores = Event(), run.threads or os.cpu_count() or 1
        tell, side_by_side = _together(names, progress, stop), min(len(names), cores)
        before, run.threads = run.threads, max(cores // side_by_side, 1)
        with ThreadPoolExecutor(side_by_side) as pool:
            begun = sorted(names, key=lambda name: name not in LONG)
            found = {name: pool.submit(answer, run, name, tell(name)) for name in begun}
            try:
                for name in names:
                    try:
                        documents[name] = found[name].result()
                    except RunError as error:
                        run.notes.append(f"{name}: {error}")
            except BaseException:
                stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            finally:
                run.threads = before
    return documents


def _together(names: Sequence[str], progress: Progress | None, stop: Event) -> Callable[[str], Progress]:
    """By answer, what it tells its progress to: they are told on as one, the mean of all, until they are to stop."""
    parts, lock = dict.fromkeys(names, 0.0), Lock()

    def of(name: str) -> Progress:
        def tell(stage: str, done: float, message: str) -> None:
            if stop.is_set():
                raise CancelledError
            if progress is not None:
                with lock:
                    parts[name] = max(parts[name], done)
                    progress("answers", sum(parts.values()) / len(parts), f"{name}, {message}" if message else name)

        return tell

    return of
