"""Resampling the worlds of each parameter particle within a block."""

from __future__ import annotations

import math

import numpy as np

from realpolitik.chance.compiled import kernel, making_arrays
from realpolitik.chance.draws import LANES
from realpolitik.chance.elementary import fexp
from realpolitik.chance.keys import uniform


@making_arrays
def gather_rows(S, ancestors):
    """S[row, i] = S[row, ancestors[i]] for every row of a flat block array."""
    spare = np.empty(LANES)
    for row in range(S.size // LANES):
        base = row * LANES
        for i in range(LANES):
            spare[i] = S[base + ancestors[i]]
        for i in range(LANES):
            S[base + i] = spare[i]


@making_arrays
def gather_lanes(S, ancestors):
    """The same for blocks side by side, S [block, row * LANES], in place: lane ``ancestors[i]`` counts through all of them.

    Ancestors never fall from lane to lane, as :func:`resample` gives them. So lanes whose ancestor stands to the right can be filled from
    the left, and then those whose ancestor stands to the left from the right: what one of these reads, no other has overwritten.
    """
    flat, length = S.reshape(-1), S.shape[1]
    to, source = np.empty(ancestors.size, np.int64), np.empty(ancestors.size, np.int64)
    moved = 0
    for i in range(ancestors.size):
        if ancestors[i] > i:
            to[moved], source[moved] = i, ancestors[i]
            moved += 1
    for j in range(ancestors.size):
        i = ancestors.size - 1 - j
        if ancestors[i] < i:
            to[moved], source[moved] = i, ancestors[i]
            moved += 1
    for j in range(moved):
        to[j] = to[j] // LANES * length + to[j] % LANES
        source[j] = source[j] // LANES * length + source[j] % LANES
    for base in range(0, length, LANES):
        for j in range(moved):
            flat[base + to[j]] = flat[base + source[j]]


@making_arrays
def resample(weight, keys, event, worlds, threshold, evidence, ancestors):
    """Systematic resampling of each particle whose effective sample size fell below ``threshold`` · worlds.

    Parameters
    ----------
    weight : float64[lane]
        Log weights since the last resampling; set to zero where a particle is resampled.
    keys : uint64[lane]
        Lane keys; the uniform of a particle is that of its first lane.
    evidence : float64[lane // worlds]
        Log of the mean weight is added where a particle is resampled.
    ancestors : int64[lane]
        Filled; the identity for particles that are not resampled.

    Returns
    -------
    bool : whether any particle was resampled.
    """
    some, share = False, np.empty(worlds)
    for g in range(weight.size // worlds):
        first = g * worlds
        top = -np.inf
        for i in range(first, first + worlds):
            ancestors[i] = i
            top = max(top, weight[i])
        if not top > -np.inf:
            continue
        own = weight[first : first + worlds]
        for i in range(worlds):
            share[i] = fexp(own[i] - top) if own[i] > -np.inf else 0.0
        total, square = 0.0, 0.0
        for i in range(worlds):
            total += share[i]
            square += share[i] * share[i]
        if total * total >= threshold * worlds * square:
            continue
        some = True
        evidence[g] += top + math.log(total / worlds)
        u = uniform(keys[first], event)
        source, cumulated = 0, share[0]
        for i in range(worlds):
            goal = (i + u) / worlds * total
            while cumulated < goal and source < worlds - 1:
                source += 1
                cumulated += share[source]
            ancestors[first + i] = first + source
        for i in range(first, first + worlds):
            weight[i] = 0.0
    return some


@kernel
def close(weight, worlds, evidence, shares):
    """End of a run: add the log mean of the remaining weights; ``shares`` [lane] = normalised weights within each particle."""
    for g in range(weight.size // worlds):
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
