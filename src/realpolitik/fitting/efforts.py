"""How much to compute, in one table (the same as in docs/efforts.md)."""

from __future__ import annotations

from dataclasses import dataclass

from realpolitik.fitting.settings import Settings

EFFORTS: dict[str, Settings] = {
    "quick": Settings(ladders=16, rungs=8, worlds=1, passes=64, pilot=384),
    "standard": Settings(ladders=16, rungs=8, worlds=1, passes=1000, pilot=2400, further=2),
    "thorough": Settings(ladders=16, rungs=8, worlds=1, passes=4000, pilot=3000, further=1),
}

# Standard errors of log evidences of the shipped case, root mean square over its accounts (docs/efforts.md); thorough was not measured:
# by the square root of the passes, those of the pilot among them.
ERRORS: dict[str, float] = {"quick": 0.68, "standard": 0.36, "thorough": 0.25}


@dataclass(frozen=True)
class Dated:
    """The smaller fits of what was known at earlier dates: how many dates beside those of the questions, and the work of each fit."""

    number: int
    settings: Settings


DATED: dict[str, Dated] = {
    "quick": Dated(0, Settings(ladders=16, rungs=8, worlds=1, passes=16, pilot=64)),
    "standard": Dated(0, Settings(ladders=16, rungs=8, worlds=1, passes=40, pilot=128)),
    "thorough": Dated(10, Settings(ladders=16, rungs=8, worlds=1, passes=500, pilot=500)),
}
