"""How much one fit computes, and in which rounds."""

from __future__ import annotations

from dataclasses import dataclass

_SHORTEST = 16  # passes of the first round, at least


@dataclass(frozen=True)
class Settings:
    """Work of one fit: ladders, rungs of each (the prior among them), worlds per particle, passes; passes of the pilot that sets of
    claims begin from; ``further`` rounds at most, for a fit whose standard error is still above ``unsure.UNSURE``."""

    ladders: int
    rungs: int
    worlds: int
    passes: int
    pilot: int = 0
    further: int = 0

    @property
    def particles(self) -> int:
        """All rungs of all ladders."""
        return self.ladders * self.rungs


def rounds(passes: int) -> list[int]:
    """Lengths of the rounds: each as long as all before it together, the last one half of all.

    >>> rounds(100), rounds(20)
    ([25, 25, 50], [20])
    """
    found: list[int] = []
    left = passes
    while left >= 2 * _SHORTEST:
        found.append(left - left // 2)
        left //= 2
    return [left, *reversed(found)] if left else list(reversed(found))
