"""Units that share their work with idle threads: the same results, nothing waits for itself, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident

import pytest

from realpolitik.fitting.executors import outcomes
from realpolitik.fitting.sharing import Shared


def test_an_idle_thread_takes_a_share():
    meet = Barrier(2, timeout=20.0)  # passed by two at once or not at all

    def work(piece: int) -> tuple[int, int]:
        meet.wait()
        return piece, get_ident()

    with ThreadPoolExecutor(2) as pool:
        found = list(Shared(pool, 2).map(work, range(2)))
    assert [piece for piece, _ in found] == [0, 1]
    assert len({who for _, who in found}) == 2


def test_where_no_thread_is_idle_the_unit_does_all_itself():
    with ThreadPoolExecutor(1) as pool:
        shared = Shared(pool, 4)
        assert pool.submit(lambda: list(shared.map(lambda a, b: a - b, [5, 6, 7], [1, 2, 3]))).result(20.0) == [4, 4, 4]
        assert pool.submit(lambda: list(shared.map(abs, []))).result(20.0) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_what_goes_wrong_in_a_piece_is_raised(threads):
    def work(piece: int) -> int:
        if piece == 3:
            raise ValueError("the third")
        return piece

    with ThreadPoolExecutor(2) as pool, pytest.raises(ValueError, match="the third"):
        Shared(pool, threads).map(work, range(6))


def test_units_get_what_shares_only_where_threads_share():
    class Unit:
        name = "unit"

    with ThreadPoolExecutor(2) as pool:
        for sharing, kind in ((1, type(None)), (2, Shared)):
            found = [done.value for _, done in outcomes(lambda unit, pool, tell: pool, [Unit(), Unit()], pool, sharing=sharing)]
            assert [type(value) for value in found] == [kind, kind]
