"""Work that idle threads of a pool take a share of.

A unit that waited for threads of the pool it runs on would wait for itself. Here it does its work itself, and whatever thread comes by
before it is done takes some of it, so that the last unit that runs has all cores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from itertools import count
from typing import Any


class Shared(Executor):
    """The executor of a unit that runs on one of the ``threads`` of ``pool``: the caller and idle threads take pieces in turn. Only
    :meth:`map` is there."""

    def __init__(self, pool: Executor, threads: int):
        self.pool, self.threads = pool, threads

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: float | None = None, chunksize: int = 1) -> Iterator[Any]:
        """``fn`` of every piece, in their order; raises what one of them raised, once nothing runs any more."""
        pieces = list(zip(*iterables, strict=False))
        found: list[Any] = [None] * len(pieces)
        turn = count()  # next() of it is one call that no other thread comes into

        def take() -> None:
            while (place := next(turn)) < len(pieces):
                found[place] = fn(*pieces[place])

        helpers = [self.pool.submit(take) for _ in range(min(self.threads, len(pieces)) - 1)]
        try:
            take()
        finally:
            errors = [helper.exception() for helper in helpers if not helper.cancel()]
        for error in errors:
            if error is not None:
                raise error
        return iter(found)
