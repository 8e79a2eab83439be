"""Resampling the worlds of each parameter particle within a block."""

from __future__ import annotations

import math

import numpy as np

from realpolitik.chance.compiled import kernel
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import uniform


@kernel
def gather_rows(S, ancestors):
    """S[row, i] = S[row, ancestors[i]] for every row of a flat block array."""
    spare = np.empty(LANES)
    for row in range(S.size // LANES):
        base = row * LANES
        for i in range(LANES):
            spare[i] = S[base + ancestors[i]]
        for i in range(LANES):
            S[base + i] = spare[i]


@kernel
def resample(weight, keys, event, worlds, threshold, evidence, ancestors):
    """Systematic resampling of each particle whose effective sample size fell below ``threshold`` · worlds.

    Parameters
    ----------
    weight : float64[LANES]
        Log weights since the last resampling; set to zero where a particle is resampled.
    keys : uint64[LANES]
        Lane keys; the uniform of a particle is that of its first lane.
    evidence : float64[LANES // worlds]
        Log of the mean weight is added where a particle is resampled.
    ancestors : int64[LANES]
        Filled; the identity for particles that are not resampled.

    Returns
    -------
    bool : whether any particle was resampled.
    """
    some = False
    for g in range(LANES // worlds):
        first = g * worlds
        top = -np.inf
        for i in range(first, first + worlds):
            ancestors[i] = i
            top = max(top, weight[i])
        if not top > -np.inf:
            continue
        total, square = 0.0, 0.0
        for i in range(first, first + worlds):
            v = math.exp(weight[i] - top)
            total += v
            square += v * v
        if total * total >= threshold * worlds * square:
            continue
        some = True
        evidence[g] += top + math.log(total / worlds)
        u = uniform(keys[first], event)
        source, cumulated = first, math.exp(weight[first] - top)
        for i in range(worlds):
            goal = (i + u) / worlds * total
            while cumulated < goal and source < first + worlds - 1:
                source += 1
                cumulated += math.exp(weight[source] - top)
            ancestors[first + i] = source
        for i in range(first, first + worlds):
            weight[i] = 0.0
    return some


@kernel
def close(weight, worlds, evidence, shares):
    """End of a run: add the log mean of the remaining weights; ``shares`` [LANES] = normalised weights within each particle."""
    for g in range(LANES // worlds):
        first = g * worlds
        top = -np.inf
        for i in range(first, first + worlds):
            top = max(top, weight[i])
        if not top > -np.inf:
            evidence[g] = -np.inf
            for i in range(first, first + worlds):
                shares[i] = 1.0 / worlds
            continue
        total = 0.0
        for i in range(first, first + worlds):
            shares[i] = math.exp(weight[i] - top)
            total += shares[i]
        for i in range(first, first + worlds):
            shares[i] /= total
        evidence[g] += top + math.log(total / worlds)
