"""Where whole units of work run: here side by side on threads, or each on a worker of a cluster.

A unit is a fit of one set of claims or one synthetic crisis: plain data with a ``name``, and a module-level function ``work(unit, pool,
tell)`` that gives arrays. The seam is a ``concurrent.futures.Executor``: :func:`cluster` gives that of ``dask.distributed``, any other
that runs functions in processes will do. A unit draws its chance from streams named by what it is, so it gives the same bits wherever
and however often it runs: one whose worker died is simply run again. One that fails comes back as data, and the rest goes on.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from typing import Any, Protocol

from realpolitik.errors import RealpolitikError, RunError, UsageError, printable
from realpolitik.fitting.parcel import computes_with, differences

INSTALL = "pip install 'realpolitik[dask]'"
_ANSWERS = 10.0  # seconds to wait for the scheduler
_PATIENCE = 60.0  # seconds to wait for the first worker
_BETWEEN = 5.0  # seconds between two words of progress while no unit ends
_PATIENT = 0.0005  # seconds a thread keeps the interpreter while another waits
_LISTEN = 0.1  # seconds between two looks at what units here say
_SHOWN = 3  # failures told one by one

Tell = Callable[[float, str], None]


class Unit(Protocol):
    """What is run as a whole; plain data that can be pickled."""

    @property
    def name(self) -> str:
        """What it is, in words."""
        ...


Work = Callable[[Any, Executor | None, Tell], Any]


@dataclass(frozen=True)
class Failed:
    """A unit that gave no result: which, ``stage`` how far it had come, and why."""

    unit: str
    stage: str
    error: str

    def __str__(self) -> str:
        return printable(f"{self.unit} failed, {self.stage}: {self.error}")


@dataclass(frozen=True)
class Done:
    """What a unit gave; ``elsewhere`` seconds of processor time that it took in another process (0 where this one counts them)."""

    value: Any
    elsewhere: float = 0.0


def attempt(work: Work, unit: Unit) -> Done | Failed:
    """Run a unit on one thread, on a worker; never raises for what went wrong in it."""
    stage = "before its first stage"
    began = time.thread_time()

    def tell(part: float, message: str) -> None:
        nonlocal stage
        stage = f"after {message}"

    try:
        return Done(work(unit, None, tell), time.thread_time() - began)
    except RealpolitikError as error:
        return Failed(unit.name, stage, str(error))
    except Exception as error:  # whatever it is: the other units go on
        return Failed(unit.name, stage, f"{type(error).__name__}: {error}")


def outcomes(
    work: Work,
    units: list[Unit],
    pool: Executor | None,
    executor: Executor | None = None,
    tell: Callable[[str, float, str], None] | None = None,
    of: int | None = None,
    size: Callable[[Any], float] = lambda unit: 1.0,
    whole: float | None = None,
) -> Iterator[tuple[int, Done | Failed]]:
    """Run units; gives (index, outcome) as they end. Who listens may append units that an outcome made possible: they begin as soon as
    there is room, so that nothing waits for a unit it does not need.

    Parameters
    ----------
    work
        ``work(unit, pool, tell)``; where units run elsewhere it must be a function of a module, and gets no pool.
    pool
        On whose threads units run side by side that run here, one after another if None; what goes wrong in one is raised.
    executor
        Where units run; here if None.
    tell
        Told (unit, part of all done, message).
    of
        How many units there will be in all; as many as there are if None.
    size, whole
        What a unit takes, in any measure, and all that there will be; units here tell how far all is by it.
    """
    say = tell or (lambda name, part, message: None)
    if executor is None:
        yield from _here(work, units, pool, say, size, whole or float(of or 0))
        return
    waiting: dict[Any, int] = {}
    begun = ended_so_far = 0
    try:
        while waiting or begun < len(units):
            waiting |= {executor.submit(attempt, work, unit): begun + k for k, unit in enumerate(units[begun:])}
            begun = len(units)
            ended, _ = wait(waiting, timeout=_BETWEEN, return_when=FIRST_COMPLETED)
            for future in ended:
                index = waiting.pop(future)
                ended_so_far += 1
                all_of = max(of or 0, len(units))
                outcome = _outcome(future, units[index])
                said = "failed" if isinstance(outcome, Failed) else f"done, {all_of - ended_so_far} to come"
                say(units[index].name, ended_so_far / all_of, said)
                yield index, outcome
            if not ended:
                all_of = max(of or 0, len(units))
                say("on the cluster", ended_so_far / all_of, f"{all_of - ended_so_far} to come")
    finally:
        for future in waiting:
            future.cancel()


def _here(
    work: Work,
    units: list[Unit],
    pool: Executor | None,
    say: Callable[[str, float, str], None],
    size: Callable[[Any], float],
    whole: float,
) -> Iterator[tuple[int, Done]]:
    """Units side by side on the threads of the pool, each on one. What goes wrong in one is raised, and the others stop at their next
    word of progress."""
    parts: dict[int, float] = {}

    def told(index: int, part: float, message: str) -> None:
        parts[index] = part
        done = sum(part * size(units[which]) for which, part in parts.items())
        say(units[index].name, done / max(whole, sum(map(size, units))), message)

    if pool is None:
        index = 0
        while index < len(units):
            told(index, 0.0, "begins")
            value = work(units[index], None, lambda part, message, index=index: told(index, part, message))
            parts[index] = 1.0
            yield index, Done(value)
            index += 1
        return
    words: SimpleQueue[tuple[int, float, str]] = SimpleQueue()
    stop = Event()

    def tell_of(index: int) -> Tell:
        def tell(part: float, message: str) -> None:
            if stop.is_set():
                raise CancelledError
            words.put((index, part, message))

        return tell

    running: dict[Any, int] = {}
    begun, patience = 0, sys.getswitchinterval()
    try:
        # compiled steps of a millisecond hand the interpreter back and forth: at its usual patience a thread waits longer than it computes
        sys.setswitchinterval(min(_PATIENT, patience))
        while running or begun < len(units):
            running |= {pool.submit(work, unit, None, tell_of(begun + k)): begun + k for k, unit in enumerate(units[begun:])}
            begun = len(units)
            ended, _ = wait(running, timeout=_LISTEN, return_when=FIRST_COMPLETED)
            while not words.empty():
                told(*words.get())
            for future in sorted(ended, key=lambda future: running[future]):
                index = running.pop(future)
                parts[index] = 1.0
                yield index, Done(future.result())
    finally:
        stop.set()
        sys.setswitchinterval(patience)
        for future in running:
            future.cancel()


def _outcome(future: Any, unit: Unit) -> Done | Failed:
    try:
        return future.result()
    except CancelledError:
        return Failed(unit.name, "nobody knows how far it had come", "the scheduler let go of it or went away")
    except Exception as error:
        # What the executor itself says: workers that died again and again, or that cannot read what was sent.
        return Failed(unit.name, "nobody knows how far it had come", f"{type(error).__name__}: {error}")


def refuse(failures: Iterable[Failed], kept: str) -> None:
    """RunError naming the units that failed, if any; ``kept`` says what was not lost."""
    found = list(failures)
    if found:
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise RunError("\n".join([*map(str, found[:_SHOWN]), *more, kept]))


@contextmanager
def cluster(
    kind: str = "threads", scheduler: str | None = None, tell: Callable[[str, float, str], None] | None = None
) -> Iterator[Executor | None]:
    """Give the executor that ``--executor`` names: None for ``threads`` of this process, or the workers of a dask scheduler.

    Raises
    ------
    UsageError
        For another name, an address that is missing or out of place, or where dask is not installed.
    RunError
        When no scheduler or worker answers, or a worker would compute other bits than this process.
    """
    if kind not in ("threads", "dask"):
        raise UsageError(f"--executor {kind!r} is not one; take threads or dask")
    if (kind == "dask") != (scheduler is not None):
        raise UsageError("--executor dask and --scheduler go together: --executor dask --scheduler tcp://HOST:8786")
    if scheduler is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(f"--executor dask needs the package dask.distributed; install it with: {INSTALL}") from None
    try:
        client = Client(scheduler, timeout=_ANSWERS, set_as_default=False)
    except (OSError, ValueError) as error:
        told = printable(str(error)).split(" after ")[0]
        raise RunError(f"no scheduler answers at {printable(scheduler)}: {told}; start one with: dask scheduler") from None
    try:
        _meet(client, scheduler, tell)
        yield client.get_executor()
    finally:
        client.close()


def _meet(client: Any, scheduler: str, tell: Callable[[str, float, str], None] | None) -> None:
    """Wait for the first worker, and see that all that are there would compute the same bits."""
    if tell is not None and not client.nthreads():
        tell("cluster", 0.0, f"waiting for workers of {scheduler}")
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise RunError(f"the scheduler at {scheduler} has no workers; start some with: dask worker {scheduler} --nthreads 1") from None
    for worker, found in client.run(computes_with, on_error="return").items():
        if isinstance(found, BaseException):
            raise RunError(f"the worker {worker} cannot run realpolitik ({found}); install the same version there")
        if differs := differences(found):
            raise RunError(
                f"the worker {worker} would compute other bits than this process, it has {differs}; "
                "install the same lock there, and start this command on the same kind of processor"
            )
