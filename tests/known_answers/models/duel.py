"""Two forces that shoot at each other, each losing people at the product's rule for losses (M3.5)."""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import kernel
from realpolitik.chance.draws import LANES, N, P, X, draw_binomials, draw_uniforms
from realpolitik.chance.elementary import fexp
from realpolitik.chance.keys import combine
from realpolitik.crisis.armed import loss_hazard


@kernel
def aimed(x, y, a, b, days, steps):
    """Lanchester's square law x' = -b y, y' = -a x by midpoints, until one side is below one; returns x, y and the
    time."""
    for step in range(steps):
        middle_x = x - 0.5 * days * loss_hazard(b, y, x) * x
        middle_y = y - 0.5 * days * loss_hazard(a, x, y) * y
        new_x = x - days * loss_hazard(b, middle_y, middle_x) * middle_x
        new_y = y - days * loss_hazard(a, middle_x, middle_y) * middle_y
        if new_x < 1.0 or new_y < 1.0:
            return x, y, step * days
        x, y = new_x, new_y
    return x, y, steps * days


@kernel
def ambush(guerrillas, troops, a, b, days, steps):
    """Deitchman's law G' = -a C G (fire into an area), C' = -b G (aimed), by midpoints, until one side is below one."""
    for step in range(steps):
        middle_g = guerrillas - 0.5 * days * a * troops * guerrillas
        middle_c = troops - 0.5 * days * loss_hazard(b, guerrillas, troops) * troops
        new_g = guerrillas - days * a * middle_c * middle_g
        new_c = troops - days * loss_hazard(b, middle_g, middle_c) * middle_c
        if new_g < 1.0 or new_c < 1.0:
            return guerrillas, troops, step * days
        guerrillas, troops = new_g, new_c
    return guerrillas, troops, steps * days


@kernel
def whole_people(S, w, keys, event, rate, days, steps):
    """The square law in whole people: rows 0 and 1 of S lose Binomial(n, 1 - exp(-hazard days)); ends when no lane
    fights."""
    for step in range(steps):
        fighting = 0
        for side in range(2):
            draw_uniforms(keys, combine(event, np.uint64(2 * step + side)), w)
            own, other = side * LANES, (1 - side) * LANES
            for i in range(LANES):
                w[N + i] = S[own + i]
                w[P + i] = 1.0 - fexp(-loss_hazard(rate, S[other + i], S[own + i]) * days) if S[own + i] > 0.0 else 0.0
            draw_binomials(w)
            for i in range(LANES):
                S[2 * LANES + own + i] = w[X + i]
        for i in range(LANES):
            S[i] -= S[2 * LANES + i]
            S[LANES + i] -= S[3 * LANES + i]
            fighting += 1 if S[i] > 0.0 and S[LANES + i] > 0.0 else 0
        if fighting == 0:
            return
