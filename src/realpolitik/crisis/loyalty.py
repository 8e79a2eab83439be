"""M5 Loyalty, posture and presence: what force there is and how much of it is used.

Cohesion c of the ruler's and of the rival's agencies relaxes towards calm or loss at rates that follow the threat θ:

    ċ = cohesion_recovery · (1 − θ)⁺ · (0.95 − c) − cohesion_loss · θ · c                       (M5.1, solved exactly)
    at the announcement that a patron commits: c += signal · (0.95 − c)                          (M5.2)
    posture π = restraint + (1 − restraint) · (½ [emergency] + ½ [lethal-force order])           (M5.3)
    force_k = share_k · (ruler's strength · c · (1 − ω/4) + rival's strength · c_r · (1 − ω)
              + troops_free · troops)                                                        (M5.4)
    share_k = police share, and after an emergency 0.7 of it + 0.3 of the crowd's share          (M5.5)

ω is the share withheld by a plotting rival, zero once he is purged. Allied troops do not fight: they free domestic
units (M5.6), climb to full strength with a time constant of a day after deployment, fall with two days after the
withdrawal is announced, and are gone when it is complete. The threat is one index, about 1 at the height of a crisis:

    θ = 0.15 log10(1 + street/100) + 0.1 log10(1 + armed/10) + √(share of people in regions whose seat is lost)
        + 0.3 (0.95 − c)                                                                   (M5.7)
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inlined, inner
from realpolitik.chance.elementary import fexp, flog
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import in_force
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import ahead_at, natural

_LOSS, _RECOVERY, _SIGNAL, _RESTRAINT, _WITHHOLDS, _FREES, _CONTINGENT, _LETHALITY = (
    index(n) * LANES
    for n in (
        "cohesion_loss",
        "cohesion_recovery",
        "signal",
        "restraint",
        "rival_withholds",
        "troops_free",
        "contingent",
        "blackout_lethality",
    )
)
_COHESION, _RIVAL_COHESION, _TROOPS, _THREAT, _LOST_SHARE = (
    r * LANES for r in (at.COHESION, at.RIVAL_COHESION, at.TROOPS, at.THREAT, at.LOST_SHARE)
)
_T_ACCEPT, _T_EMERGENCY, _T_BLACKOUT, _T_LETHAL, _T_PURGE, _T_DEPLOY, _T_ANNOUNCE, _T_WITHDRAW = (
    (at.TAKEN + d) * LANES for d in (at.ACCEPT, at.EMERGENCY, at.BLACKOUT, at.LETHAL, at.PURGE, at.DEPLOY, at.ANNOUNCE, at.WITHDRAW)
)
_FORCE, _USED, _POSTURE, _GRIP, _ARMED = (r * LANES for r in (at.FORCE, at.USED, at.POSTURE, at.GRIP, at.ARMED))
_STRENGTH, _STEADY, _PER_HEAD = at.STRENGTH * LANES, at.STEADY * LANES, at.PER_HEAD * LANES
_PRESSING, _HARDER, _DARK, _ORDER, _ORDERED = (r * LANES for r in (at.PRESSING, at.HARDER, at.DARK, at.ORDER, at.ORDERED))
_CROWD, _WEIGHED, _STREET_SUM, _ARMED_SUM = (r * LANES for r in (at.CROWD, at.WEIGHED, at.STREET_SUM, at.ARMED_SUM))
BEST = 0.95  # cohesion of a force at rest
_LOG10 = 0.4342944819032518


@inlined
def threat_index(street, lost_share, armed, cohesion):
    """M5.7."""
    crowd = 0.15 * _LOG10 * flog(1.0 + street / 100.0)
    weapons = 0.1 * _LOG10 * flog(1.0 + armed / 10.0)
    return crowd + np.sqrt(lost_share) + weapons + 0.3 * (BEST - cohesion)


@inner
def threat(S, w):
    """M5.7 for the nation."""
    for i in range(LANES):
        S[_THREAT + i] = threat_index(w[_STREET_SUM + i], S[_LOST_SHARE + i], w[_ARMED_SUM + i], S[_COHESION + i])


@inner
def cohesion(S, P, row, begin, end, days):
    """M5.1 and M5.2 for one group of agencies over the ``days`` from the hour ``begin`` to ``end``; a signal acts in those in which the
    commitment falls, at their beginning too.
    """
    row = natural(row)
    for i in range(LANES):
        gain = P[_RECOVERY + i] * max(1.0 - S[_THREAT + i], 0.0)
        loss = P[_LOSS + i] * S[_THREAT + i]
        both = gain + loss + 1e-12
        rest = BEST * gain / both
        c = rest + (S[row + i] - rest) * fexp(-both * days)
        signalled = S[_T_ACCEPT + i] >= begin and S[_T_ACCEPT + i] < end
        S[row + i] = c + P[_SIGNAL + i] * (BEST - c) if signalled else c


@inner
def presence(S, P, people, end, days):
    """M5.6: allied troops in the country after ``days`` up to the hour ``end``."""
    for i in range(LANES):
        full = P[_CONTINGENT + i] * people / 1e6
        leave = days * in_force(S[_T_ANNOUNCE + i], end, days)
        come = max(days * in_force(S[_T_DEPLOY + i], end, days) - leave, 0.0)
        now = (full + (S[_TROOPS + i] - full) * fexp(-come)) * fexp(-0.5 * leave)
        S[_TROOPS + i] = 0.0 if in_force(S[_T_WITHDRAW + i], end, days) > 0.0 else now


@inner
def command(S, P, w, ruler_strength, rival_strength, end, days):
    """What is the same in all regions: POSTURE (M5.3), HARDER = its mean square by its mean, STRENGTH (M5.4 without the
    share), and of the share (M5.5) STEADY, the part by police share, and PER_HEAD, the part for each participant; DARK = factor of a
    blackout on deaths, ORDER = the part of the step under the order to shoot times that factor, ORDERED = the posture under the order.
    """
    for i in range(LANES):
        emergency = in_force(S[_T_EMERGENCY + i], end, days)
        lethal = in_force(S[_T_LETHAL + i], end, days)
        withheld = P[_WITHHOLDS + i] * (1.0 - in_force(S[_T_PURGE + i], end, days))
        own = ruler_strength * S[_COHESION + i] * (1.0 - 0.25 * withheld)
        other = rival_strength * S[_RIVAL_COHESION + i] * (1.0 - withheld)
        w[_STRENGTH + i] = own + other + P[_FREES + i] * S[_TROOPS + i]
        calm = P[_RESTRAINT + i]
        posture = calm + (1.0 - calm) * 0.5 * (emergency + lethal)
        # in a step in which posture changes, the mean of π g is that of π times g at E[π²] / E[π]
        raised = 0.5 * (1.0 - calm)
        both = min(emergency, lethal)
        square = calm * calm + raised * (2.0 * calm * (emergency + lethal) + raised * (emergency + lethal + 2.0 * both))
        w[_POSTURE + i] = posture
        w[_HARDER + i] = square / max(posture, 1e-12)
        dark = in_force(S[_T_BLACKOUT + i], end, days)
        w[_DARK + i] = 1.0 + dark * (P[_LETHALITY + i] - 1.0)
        w[_ORDER + i] = lethal + min(lethal, dark) * (P[_LETHALITY + i] - 1.0)
        w[_ORDERED + i] = calm + raised * (2.0 if S[_T_EMERGENCY + i] >= 0.0 else 1.0)
        w[_STEADY + i] = 1.0 - 0.3 * emergency
        w[_PER_HEAD + i] = 0.3 * emergency / max(w[_STREET_SUM + i], 1.0)


@inner
def force(w, M, k):
    """FORCE, USED, PRESSING (the same where it grips), GRIP and ARMED (skill-weighted W) of region k from the rows of :func:`command`."""
    a = ahead_at(k)
    police = M[k, at.POLICE_SHARE]
    for i in range(LANES):
        crowd = w[a + _CROWD + i]
        strength = w[_STRENGTH + i] * (w[_STEADY + i] * police + w[_PER_HEAD + i] * crowd)
        armed = w[a + _WEIGHED + i]
        pressing = strength * w[_HARDER + i]
        w[_FORCE + i] = strength
        w[_USED + i] = strength * w[_POSTURE + i]
        w[_PRESSING + i] = pressing
        w[_ARMED + i] = armed
        w[_GRIP + i] = pressing / (pressing + 0.2 * (crowd + armed + 1.0))
