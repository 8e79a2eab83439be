"""Progress on stderr: a bar with the time left on a terminal, a line per event elsewhere; stdout stays clean."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

Callback = Callable[[str, float, str], None]

NOTE = "note"
"""A stage that is none: its message is to be read, and stays."""

ENDED = "done"
"""The stage that a part of a command tells last; its message names what it made."""

# Work shorter than this is not worth a word; in a log, this long between two lines that say nothing new.
_QUIET_SECONDS = 1.0
_BETWEEN_LINES = 10.0
# How much must be past, of the work and of the time, before the rest can be reckoned from it.
_TELLING = 0.03
_TELLING_SECONDS = 5.0
# Stages in which the work proper stands still: their seconds say nothing of its pace.
_STANDING = ("starting", "compiling")


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[Callback]:
    """Give a callback ``(stage, done from 0 to 1, message)`` and show what it is told until the block ends."""
    stream = stream or sys.stderr
    if stream.isatty():
        with _bar() as callback:
            yield callback
    else:
        yield Lines(stream)


@contextmanager
def _bar() -> Iterator[Callback]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )
    left = TimeLeft()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("starting", total=1.0, left="")

        def callback(stage: str, done: float, message: str) -> None:
            if stage == NOTE:
                shown.console.print(f"note: {message}", markup=False, highlight=False)
                return
            words = f"{stage}: {message}" if message else stage
            shown.update(task, description=words, completed=done, left=left(stage, done))

        yield callback


class Lines:
    """Progress as plain lines: one when a stage is new and one every few seconds, none for short work.

    Parameters
    ----------
    stream
        Where the lines go.
    now
        A clock in seconds.
    """

    def __init__(self, stream: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._now = stream, now
        self._left = TimeLeft(now)
        self._began = self._said = now()
        self._told: set[str] = set()

    def __call__(self, stage: str, done: float, message: str) -> None:
        if stage == NOTE:
            print(f"note: {message}", file=self._stream, flush=True)
            return
        left = self._left(stage, done)
        now = self._now()
        # What is computed side by side speaks in turns: a stage that was told once is told again only when it is time.
        changed = stage not in self._told
        # Compiling is told at once, since nothing else would explain the wait.
        due = changed if now - self._began >= _QUIET_SECONDS else stage.startswith("compiling") and changed
        if not due and now - self._said < _BETWEEN_LINES:
            return
        self._told.add(stage)
        self._said = now
        words = f"{stage}: {message}" if message else stage
        print(f"[{100 * done:3.0f} %] {words}{', ' + left if left else ''}", file=self._stream, flush=True)


class TimeLeft:
    """Estimate the time left from how far the work has come; starts anew when `done` falls back, and after compiling."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began, self._first, self._last = now(), 0.0, 0.0
        self._stood = False

    def __call__(self, stage: str, done: float) -> str:
        """Say how long is left, or nothing while it is too early to tell."""
        if done < self._last or self._stood:
            self._began, self._first = self._now(), done
        self._last, self._stood = done, stage.startswith(_STANDING)
        spent, gained = self._now() - self._began, done - self._first
        if spent < _TELLING_SECONDS or gained < _TELLING or done >= 1:
            return ""
        return f"about {_spoken(spent * (1 - done) / gained)} left"


class Course:
    """One countdown over a command of several parts: what a part tells from 0 to 1 is told on within its share, and never falls back.

    Parameters
    ----------
    callback
        Where the whole is told.
    shares
        Parts in their order, each with what it takes of the time, in any unit.
    """

    def __init__(self, callback: Callback, shares: Mapping[str, float]) -> None:
        self._callback, self._shares = callback, dict(shares)
        self._whole = sum(shares.values())
        self._reached = 0.0

    def part(self, name: str) -> Callback:
        """The callback of one part; that it is done is not told, for the command is not."""
        before = 0.0
        for other, share in self._shares.items():
            if other == name:
                break
            before += share

        def callback(stage: str, done: float, message: str) -> None:
            if stage == NOTE:
                self._callback(stage, done, message)
                return
            self._reached = max(self._reached, (before + self._shares[name] * min(max(done, 0.0), 1.0)) / self._whole)
            if stage != ENDED:
                self._callback(stage, self._reached, message)

        return callback

    def end(self) -> None:
        """Tell that everything is done."""
        self._callback(ENDED, 1.0, "")


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
