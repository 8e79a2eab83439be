"""How much to compute, in one table (the same as in docs/efforts.md)."""

from __future__ import annotations

from realpolitik.fitting.sampler import Settings

EFFORTS: dict[str, Settings] = {
    "quick": Settings(particles=256, worlds=1, groups=4, moves=19, keep=0.4),
    "standard": Settings(particles=256, worlds=1, groups=8, moves=63, keep=0.5),
    "thorough": Settings(particles=512, worlds=1, groups=8, moves=255, keep=0.5),
}
