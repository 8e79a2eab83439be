"""Progress on stderr: a bar with the time left on a terminal, a line per event elsewhere; stdout stays clean."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Callback = Callable[[str, float, str], None]

NOTE = "note"
"""A stage that is none: its message is to be read, and stays."""

# Work shorter than this is not worth a word; in a log, this long between two lines that say nothing new.
_QUIET_SECONDS = 1.0
_BETWEEN_LINES = 10.0


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
    """Progress as plain lines: one when the stage changes and one every few seconds, none for short work.

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
        self._stage = ""

    def __call__(self, stage: str, done: float, message: str) -> None:
        if stage == NOTE:
            print(f"note: {message}", file=self._stream, flush=True)
            return
        left = self._left(stage, done)
        now = self._now()
        changed = stage != self._stage
        # Compiling is told at once, since nothing else would explain the wait.
        due = changed if now - self._began >= _QUIET_SECONDS else stage.startswith("compiling") and changed
        if not due and now - self._said < _BETWEEN_LINES:
            return
        self._stage, self._said = stage, now
        words = f"{stage}: {message}" if message else stage
        print(f"[{100 * done:3.0f} %] {words}{', ' + left if left else ''}", file=self._stream, flush=True)


class TimeLeft:
    """Estimate the time left from how far the work has come; starts anew when `done` falls back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began, self._first, self._last = now(), 0.0, 0.0

    def __call__(self, stage: str, done: float) -> str:
        """Say how long is left, or nothing while it is too early to tell."""
        if done < self._last:
            self._began, self._first = self._now(), done
        self._last = done
        spent, gained = self._now() - self._began, done - self._first
        if spent < 0.5 or gained <= 0.01:
            return ""
        return f"about {_spoken(spent * (1 - done) / gained)} left" if done < 1 else ""


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
