"""One step of the crisis for a block of worlds: the mechanisms in their order.

1. crowds are counted and looked at half a step ahead, the threat follows; 2. decisions; 3. half a step of loyalty and
presence; 4. region by region: force, joining, places, leaving, the armed, arrest at home, losses; 5. release, the other
half of 3, memory of fear, national totals. Adding a mechanism is one file and one line here.
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inner, kernel, merged
from realpolitik.chance.elementary import fexp
from realpolitik.chance.keys import combine
from realpolitik.crisis import layout as at
from realpolitik.crisis.armed import allied_losses, armed_people, armed_rates, security_losses
from realpolitik.crisis.decisions import decide
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.loyalty import cohesion, command, force, presence, threat
from realpolitik.crisis.midpoint import half_of_those_faced, look_ahead, people_now
from realpolitik.crisis.mobilisation import gather_crowds, hazard_of_joining, join, national_mood
from realpolitik.crisis.parameters import index
from realpolitik.crisis.places import places
from realpolitik.crisis.rows import ahead_at, any_positive, region_at
from realpolitik.crisis.street import leave_street, rejoin, release, street_rates, sweep

_MEMORY, _INFILTRATORS, _CELLS_PARAMETER = (index(n) * LANES for n in ("fear_memory", "infiltrators", "organised_cells"))
_ARMED, _CROWD = at.ARMED * LANES, at.CROWD * LANES
_STREET, _FEAR, _SLAIN, _DEAD, _DEAD_ARMED = (r * LANES for r in (at.STREET, at.FEAR, at.SLAIN, at.DEAD, at.DEAD_ARMED))
_SEAT_STATUS = (at.PLACE + at.SEAT * at.PLACE_ROWS + at.STATUS) * LANES
_JOINED, _KEPT, _X = at.JOINED * LANES, at.A * LANES, 3 * LANES
_STREET_ALL, _KILLED_ALL, _LOST_SHARE, _POSTS_LOST = (r * LANES for r in (at.STREET_ALL, at.KILLED_ALL, at.LOST_SHARE, at.POSTS_LOST))
_HELD, _HELD_FOREIGN, _HELD_THEN, _FOREIGN_THEN = (r * LANES for r in (at.HELD, at.HELD_FOREIGN, at.HELD_THEN, at.FOREIGN_THEN))
_BEGINS, _ENDS = np.bool_(True), np.bool_(False)  # NumPy's: Numba compiles a function anew for each literal it is called with
_T_EMERGENCY = (at.TAKEN + at.EMERGENCY) * LANES


@merged
def _region(S, P, w, keys, events, sizes, M, slots, C, clamp_row, item_row, k, step, hour, days, weather, cells,
            foreign, emergency):  # fmt: skip
    """Everything that happens in region k in one step."""
    r, a, end = region_at(k), ahead_at(k), hour + 24.0 * days
    force(w, M, k)
    hazard_of_joining(S, P, w, sizes, M, k, end, days, weather)
    join(S, w, keys, events[at.K_JOIN], k, days)
    for i in range(LANES):
        w[_JOINED + i] = w[_X + i]
        w[a + _SLAIN + i] = 0.0
    # a compartment that is empty in every world of the block has no exits to draw
    rejoin(S, w, keys, events[at.K_REJOIN], k, days)
    places(S, P, w, keys, events, sizes, slots, C, clamp_row, item_row, k, step, hour, days)
    others = cells or foreign
    half_of_those_faced(S, P, w, k, others, _BEGINS)
    if any_positive(S, r + _STREET) or any_positive(w, _JOINED):
        leave_street(S, P, w, keys, events, k, days)
    armed_people(S, P, w, keys, events, k, end, days, cells, foreign)
    if emergency:
        sweep(S, P, w, keys, events[at.K_SWEEP], k, end, days)
    half_of_those_faced(S, P, w, k, others, _ENDS)
    if any_positive(w, _ARMED) or any_positive(w, a + _CROWD):
        security_losses(S, P, w, keys, events[at.K_SECURITY_DEAD], events[at.K_SECURITY_WOUNDED], k, days)


@inner
def _half_a_step(S, P, people, begin, end, days):
    """What loyalty and allied troops become in the half of a step from the hour ``begin`` to ``end``, of ``days``."""
    cohesion(S, P, at.COHESION * LANES, begin, end, days)
    cohesion(S, P, at.RIVAL_COHESION * LANES, begin, end, days)
    presence(S, P, people, end, days)


@inner
def _orders(S, P, w, M, regions, strength, rival_strength, rhythm, length, end, days):
    """What is the same in all regions, for the crowds last gathered and the acts so far."""
    command(S, P, w, strength, rival_strength, end, days)
    street_rates(P, w, rhythm)
    armed_rates(P, w)
    national_mood(S, P, w, M, regions, length, rhythm, end, days)


@inner
def _totals(S, P, w, M, regions, days):
    """Fading fear, all on the street and all killed so far, and the share of people in regions whose seat is lost."""
    people = 0.0
    for k in range(regions):
        people += M[k, at.POP]
    for i in range(LANES):
        w[_KEPT + i] = fexp(-0.5 * days / P[_MEMORY + i])
        S[_STREET_ALL + i] = 0.0
        S[_KILLED_ALL + i] = 0.0
        S[_LOST_SHARE + i] = 0.0
    for k in range(regions):
        r, a = region_at(k), ahead_at(k)
        share = M[k, at.POP] / max(people, 1.0)
        for i in range(LANES):
            # those killed in the step are half a step back in memory
            S[r + _FEAR + i] = (S[r + _FEAR + i] * w[_KEPT + i] + w[a + _SLAIN + i]) * w[_KEPT + i]
            S[_STREET_ALL + i] += S[r + _STREET + i]
            S[_KILLED_ALL + i] += S[r + _DEAD + i] + S[r + _DEAD_ARMED + i]
            S[_LOST_SHARE + i] += share if S[r + _SEAT_STATUS + i] > 0.0 else 0.0


@kernel
def advance(S, P, w, keys, events, K, T, sizes, M, slots, C, first, last):
    """Run a block of worlds from step ``first`` to before step ``last``.

    Parameters
    ----------
    S, P, w : float64[rows * LANES]
        State, parameters (with the kernel of distance behind them) and scratch of the block; see layout.py.
    keys : uint64[noise blocks * LANES]
        Lane keys by piece of the clock and region, the nation last; behind them those of the thresholds (start.py).
    K : uint64[regions + 1, streams]
        Event keys without their hour.
    events : uint64[streams]
        Scratch for the keys of the current region and hour.
    T : float64[steps, 6]
        Start hour, length (days), rhythm, period, length of the period (days) and piece of each step.
    sizes : int64[N_INT], M : float64[regions, N_STATIC], slots : int64[events], C : float64[clamps, N_CLAMP]
        Sizes, region table, clamp slot of each event (-1 none), clamp table.
    """
    regions = sizes[at.I_REGIONS]
    clamp_row = (at.N_NATION + regions * at.N_REGION) * LANES
    item_row = clamp_row + sizes[at.I_CLAMPS] * LANES
    streams = K.shape[1]
    cells = any_positive(P, _CELLS_PARAMETER)
    foreign = any_positive(P, _INFILTRATORS)
    people = 0.0
    for k in range(regions):
        people += M[k, at.POP]
    strength, rival_strength = M[regions, 0], M[regions, 1]
    for step in range(first, last):
        hour, days, rhythm = T[step, at.HOUR], T[step, at.DAYS], T[step, at.RHYTHM]
        moment = np.uint64(np.int64(np.floor(hour * 60.0 + 0.5)))
        ids = np.int64(T[step, at.PIECE]) * (regions + 1)
        whole = keys[(ids + regions) * LANES : (ids + regions + 1) * LANES]
        nation = combine(K[regions, at.K_COUP], moment)
        lost = any_positive(S, _LOST_SHARE) or any_positive(S, _POSTS_LOST)
        people_now(S, P, w, sizes)
        gather_crowds(S, w, sizes, M)
        _orders(S, P, w, M, regions, strength, rival_strength, rhythm, T[step, at.LENGTH], hour + 24.0 * days, days)
        for k in range(regions):
            weather = (np.int64(M[k, at.WEATHER_ROW]) + np.int64(T[step, at.PERIOD])) * LANES
            look_ahead(S, P, w, sizes, M, k, hour + 24.0 * days, days, weather, cells, foreign, lost)
        gather_crowds(S, w, sizes, M)
        threat(S, w)
        decide(S, P, w, whole, nation, sizes, slots, C, clamp_row, item_row, step, hour, days)
        _half_a_step(S, P, people, hour, hour + 12.0 * days, 0.5 * days)
        _orders(S, P, w, M, regions, strength, rival_strength, rhythm, T[step, at.LENGTH], hour + 24.0 * days, days)
        emergency = False
        for i in range(LANES):
            emergency |= S[_T_EMERGENCY + i] >= 0.0
            w[_HELD_THEN + i] = S[_HELD + i]
            w[_FOREIGN_THEN + i] = S[_HELD_FOREIGN + i]
        for k in range(regions):
            own = keys[(ids + k) * LANES : (ids + k + 1) * LANES]
            for j in range(streams):
                events[j] = combine(K[k, j], moment)
            weather = (np.int64(M[k, at.WEATHER_ROW]) + np.int64(T[step, at.PERIOD])) * LANES
            _region(S, P, w, own, events, sizes, M, slots, C, clamp_row, item_row, k, step, hour, days,
                    weather, cells, foreign, emergency)  # fmt: skip
        for j in range(streams):
            events[j] = combine(K[regions, j], moment)
        release(S, P, w, whole, events, days)
        allied_losses(S, P, w, whole, events[at.K_ALLIED_DEAD], strength + rival_strength, days)
        _half_a_step(S, P, people, hour + 12.0 * days, hour + 24.0 * days, 0.5 * days)
        _totals(S, P, w, M, regions, days)
