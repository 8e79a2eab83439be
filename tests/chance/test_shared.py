"""What draws is compiled once, and every kernel finds it: in a process that compiles, in one that loads, and from several threads."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numba import float64, int64

from realpolitik.chance import compiled
from realpolitik.chance.compiled import cache_folder, kernel, not_shared, shared
from realpolitik.chance.draws import FREE, LANES, N, P, U, X, draw_binomials
from tests.chance.test_compiled import copied

RUN = """
import threading
import numpy as np
from realpolitik.chance.compiled import cache_folder, kernel
from realpolitik.chance.draws import FREE, LANES, N, P, U, X, draw_binomials

@kernel
def drawn(w):
    return draw_binomials(w)

def draw(told):
    w = np.zeros(FREE * LANES)
    w[U : U + LANES], w[N : N + LANES], w[P : P + LANES] = (np.arange(LANES) + 0.5) / LANES, 1000.0, 0.3
    drawn(w)
    told.append(w[X : X + LANES].sum())

told = []
threads = [threading.Thread(target=draw, args=(told,)) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(*told, len(list(cache_folder().glob("**/draws._drawn-*.nbc"))))
"""


def filled():
    w = np.zeros(FREE * LANES)
    w[U : U + LANES], w[N : N + LANES], w[P : P + LANES] = (np.arange(LANES) + 0.5) / LANES, 1000.0, 0.3
    return w


def test_kernels_find_it_whether_it_is_compiled_or_loaded(tmp_path):
    """Four threads of a first process and of a second, which loads machine code: the numbers of this one."""
    copied(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    (tmp_path / "drawing.py").write_text(RUN)
    w = filled()
    assert draw_binomials(w)
    for _ in range(2):
        done = subprocess.run([sys.executable, "drawing.py"], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
        *told, cached = done.stdout.split()
        assert [float(number) for number in told] == [w[X : X + LANES].sum()] * 4
        assert cached == "1"


def test_an_array_of_any_size_is_handed_on():
    w = np.concatenate([filled(), np.full(1000, 7.0)])
    assert draw_binomials(w)
    assert np.all(w[FREE * LANES :] == 7.0)


def test_nothing_shared_is_lost_when_it_is_put_off(monkeypatch):
    """A kernel declared meanwhile calls it all the same, once it is asked for outside."""
    monkeypatch.setattr(compiled, "_shared", [])

    @shared("realpolitik_test_twice", float64, float64)
    def twice(x):
        return 2.0 * x

    @kernel
    def four_times(x):
        return twice(twice(x))

    @kernel
    def next_to(n):
        return n + 1

    with not_shared():
        next_to.compile((int64,))
        assert "realpolitik_test_twice" not in compiled._named
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(four_times, [1.5] * 4)) == [6.0] * 4
    assert cache_folder().is_dir()


def test_what_is_stopped_is_done_before_the_next_kernel(monkeypatch):
    told = []

    def stopped_once():
        told.append(len(told))
        if len(told) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(compiled, "_shared", [stopped_once])

    @kernel
    def less(n):
        return n - 1

    with pytest.raises(KeyboardInterrupt):
        less.compile((int64,))
    assert less(3) == 2
    assert told == [0, 1]
    assert compiled._shared == []
