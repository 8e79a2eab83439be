"""How much to compute, in one table (the same as in docs/efforts.md)."""

from __future__ import annotations

from dataclasses import dataclass

from realpolitik.fitting.sampler import Settings

EFFORTS: dict[str, Settings] = {
    "quick": Settings(particles=256, worlds=1, groups=8, moves=13, keep=0.4),
    "standard": Settings(particles=256, worlds=1, groups=8, moves=28, keep=0.5),
    "thorough": Settings(particles=256, worlds=1, groups=8, moves=255, keep=0.5),
}


@dataclass(frozen=True)
class Dated:
    """The smaller fits of what was known at earlier dates: how many dates beside those of the questions, and the work of each fit."""

    number: int
    settings: Settings


DATED: dict[str, Dated] = {
    "quick": Dated(0, Settings(particles=128, worlds=1, groups=8, moves=7, keep=0.2)),
    "standard": Dated(0, Settings(particles=128, worlds=1, groups=8, moves=15, keep=0.4)),
    "thorough": Dated(10, Settings(particles=256, worlds=1, groups=8, moves=63, keep=0.5)),
}
