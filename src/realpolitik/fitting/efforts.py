"""How much to compute, in one table (the same as in docs/efforts.md)."""

from __future__ import annotations

from realpolitik.fitting.sampler import Settings

EFFORTS: dict[str, Settings] = {
    "quick": Settings(particles=256, worlds=1, groups=4, moves=2, keep=0.5),
    "standard": Settings(particles=1024, worlds=1, groups=4, moves=6, keep=0.6),
    "thorough": Settings(particles=4096, worlds=1, groups=8, moves=12, keep=0.7),
}
