"""Arrays that begin where the processor's lines of memory do: a vector that lies across two lines is fetched twice."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike, NDArray

LINE = 64  # bytes


def lined_up(shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> NDArray:
    """Zeros of that shape, beginning at a multiple of ``LINE`` bytes; NumPy's own begin at a multiple of 16."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + LINE, np.uint8)
    first = -memory.ctypes.data % LINE
    return memory[first : first + size].view(dtype).reshape(shape)


def lined_up_copy(array: NDArray) -> NDArray:
    """The same numbers, in rows one behind the other, beginning at a multiple of ``LINE`` bytes."""
    found = lined_up(array.shape, array.dtype)
    found[...] = array
    return found
