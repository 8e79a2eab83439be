"""M1 Mobilisation: who joins.

A quiet person of region k joins with hazard (per day)

    h = spell_end · contagion · hardship_k · grievance · rhythm(t) · Γ_k · backlash_k · deter(ρ_k) · Λ_k
        + spark_k(t)                                                              (M1.1)
    Λ_k = (1 − m) near · Σ_j κ_kj x_j + m far · x̄                                                              (M1.2)
    deter(ρ) = 1 / (1 + (ρ / ρ½)^4)                                                                          (M1.3)
    log backlash = backlash · s − fear · s² + anger · s̄,  s = log10(1 + recent dead per million)               (M1.4)

with x_j the share of region j's mobilisable people on the street, κ the row-normalised power-law kernel of distance,
m the far share, ρ the force used per participant, Γ the region's weather: log-normal with mean 1, constant over a
period of D days (two where the clock is fine), log variance noise²/D (M1.7). How many of a region's people could ever
take to the street, mobilisable · d_k of its adults, varies widely between regions (M1.6, start.py).

The steep exponent 4 is what makes outbreaks punctuated (known answer T1.6). With one region, no noise, no police and
no killing the rule is the single-site epidemic of T1.9 while those who went home stay there; with rejoining (M2.6)
the crowd settles at 1 − 1/R0 of the mobilisable instead of dying out.

Sources: Bonnasse-Gahot et al. 2018 (kernel), Epstein 2002 (deterrence), He, Ionides & King 2010 (noise). Theirs is
gamma white noise in every step; here its mean over a period is one coordinate of the parameters, so that the sampler
can move it a little at a time (docs/model.md F3).
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inlined, inner
from realpolitik.chance.draws import N, X, draw_binomials, draw_uniforms
from realpolitik.chance.draws import P as PROB
from realpolitik.chance.elementary import fexp, flog
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import in_force, since
from realpolitik.crisis.exits import leaving
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import ahead_at, natural, region_at

_SPELL_END, _CONTAGION, _FAR_SHARE = (index(n) * LANES for n in ("spell_end", "contagion", "far_share"))
_NOISE, _HALF, _CONCESSION = (index(n) * LANES for n in ("noise", "deterrence_half", "concession_effect"))
_BACKLASH, _FEAR, _ANGER = (index(n) * LANES for n in ("backlash", "fear", "anger"))
_OUT_FAR, _OUT_NEAR, _REACH = (index(n) * LANES for n in ("blackout_far", "blackout_near", "sponsor_reach"))
_LOG10 = 0.4342944819032518
SPONSORED_SPARK = 0.002  # joining hazard per day and unit of sponsor_reach, everywhere

_QUIET, _MOBILISABLE = at.QUIET * LANES, at.MOBILISABLE * LANES
_NEAR, _HAZARD, _USED, _FAR, _LIFT, _SWING, _SPREAD = (
    r * LANES for r in (at.NEAR, at.HAZARD, at.USED, at.FAR, at.LIFT, at.SWING, at.SPREAD)
)
_BASE, _SPONSOR, _NEAR_PART, _FAR_PART = (r * LANES for r in (at.BASE, at.SPONSOR, at.NEAR_PART, at.FAR_PART))
_CROWD, _LOCALS, _GUNS, _WEIGHED, _FEARED, _SLAIN, _SHARE = (
    r * LANES for r in (at.CROWD, at.LOCALS, at.GUNS, at.WEIGHED, at.FEARED, at.SLAIN, at.SHARE)
)
_STREET_SUM, _ARMED_SUM, _WEIGHED_SUM, _FEAR_SUM, _KILLED_SUM = (
    r * LANES for r in (at.STREET_SUM, at.ARMED_SUM, at.WEIGHED_SUM, at.FEAR_SUM, at.KILLED_SUM)
)
_T_CONCEDE, _T_DISMISS, _T_BLACKOUT = ((at.TAKEN + d) * LANES for d in (at.CONCEDE, at.DISMISS, at.BLACKOUT))
_KILLED_ALL = at.KILLED_ALL * LANES
_FALLEN, _PULL = at.FALLEN * LANES, at.PULL * LANES


@inlined
def deter(force, half):
    """M1.3: factor on joining under the ``force`` used, ``half`` that at which it is a half."""
    force, half = force * force, half * half
    force, half = force * force, half * half
    return half / (half + force)


@inner
def gather_crowds(S, w, sizes, M):
    """From the rows AHEAD: row SHARE of each region and the nation's STREET_SUM, ARMED_SUM, WEIGHED_SUM (by skill), FEAR_SUM,
    KILLED_SUM, and FAR = national share x̄.
    """
    regions = sizes[at.I_REGIONS]
    for i in range(LANES):
        w[_STREET_SUM + i] = 0.0
        w[_ARMED_SUM + i] = 0.0
        w[_WEIGHED_SUM + i] = 0.0
        w[_FEAR_SUM + i] = 0.0
        w[_KILLED_SUM + i] = S[_KILLED_ALL + i]
        w[_FAR + i] = 1e-9
    for k in range(regions):
        r, a = region_at(k), ahead_at(k)
        for i in range(LANES):
            size = S[r + _MOBILISABLE + i]
            w[a + _SHARE + i] = (w[a + _CROWD + i] + w[a + _LOCALS + i]) / max(size, 1.0)
            w[_FAR + i] += size
            w[_STREET_SUM + i] += w[a + _CROWD + i]
            w[_ARMED_SUM + i] += w[a + _GUNS + i]
            w[_WEIGHED_SUM + i] += w[a + _WEIGHED + i]
            w[_FEAR_SUM + i] += w[a + _FEARED + i]
            w[_KILLED_SUM + i] += w[a + _SLAIN + i]
    for i in range(LANES):
        w[_FAR + i] = w[_STREET_SUM + i] / w[_FAR + i]


@inner
def national_mood(S, P, w, M, regions, length, rhythm, end, days):
    """What M1.1 takes from the nation: LIFT = concessions, anger, less half the variance of Γ; SPREAD = sd of log Γ; SWING
    = recent dead per million; BASE = spell_end · contagion · rhythm and SPONSOR, both none under a fallen ruler; the weight
    NEAR_PART of the crowds nearby, and FAR_PART = the part of Λ that is the same everywhere (rows of M1.2).
    """
    people = 0.0
    for k in range(regions):
        people += M[k, at.POP]
    million = 1e6 / max(people, 1.0)
    for i in range(LANES):
        conceded = in_force(S[_T_CONCEDE + i], end, days)
        dismissed = 0.5 * in_force(S[_T_DISMISS + i], end, days)
        slow = _LOG10 * flog(1.0 + million * w[_KILLED_SUM + i])
        variance = P[_NOISE + i] * P[_NOISE + i] / length
        w[_LIFT + i] = P[_CONCESSION + i] * (conceded + dismissed) + P[_ANGER + i] * slow - 0.5 * variance
        w[_SPREAD + i] = np.sqrt(variance)
        w[_SWING + i] = million * w[_FEAR_SUM + i]
        standing = 1.0 - in_force(S[_FALLEN + i], end, days)
        w[_BASE + i] = standing * rhythm * P[_SPELL_END + i] * P[_CONTAGION + i]
        w[_SPONSOR + i] = standing * SPONSORED_SPARK * P[_REACH + i]
        dark = in_force(S[_T_BLACKOUT + i], end, days)
        m = (P[_FAR_SHARE + i] + P[_REACH + i]) / (1.0 + P[_REACH + i])
        w[_NEAR_PART + i] = (1.0 - m) * (1.0 + dark * (P[_OUT_NEAR + i] - 1.0))
        w[_FAR_PART + i] = m * (1.0 + dark * (P[_OUT_FAR + i] - 1.0)) * w[_FAR + i]


@inner
def hazard_of_joining(S, P, w, sizes, M, k, end, days, weather):
    """HAZARD = M1.1 for region k, from the rows SHARE, those of national_mood and USED (force used in the region).

    ``weather`` is the row of its standard normal weather.
    """
    regions = sizes[at.I_REGIONS]
    kappa = sizes[at.I_KAPPA]
    r, a = region_at(k), ahead_at(k)
    for i in range(LANES):
        w[_NEAR + i] = 0.0
    for j in range(regions):
        row = natural((kappa + k * regions + j) * LANES)
        x = natural(ahead_at(j) + _SHARE)
        for i in range(LANES):
            w[_NEAR + i] += P[row + i] * w[x + i]
    weather = natural(weather)
    hardship = M[k, at.HARDSHIP]
    local = 1e6 / max(M[k, at.POP], 1.0)
    for i in range(LANES):
        crowd = w[a + _CROWD + i] + w[a + _LOCALS + i] + 0.01 * S[r + _MOBILISABLE + i] + 1.0
        s = _LOG10 * flog(1.0 + 0.5 * (local * w[a + _FEARED + i] + w[_SWING + i]))
        mood = P[_BACKLASH + i] * s - P[_FEAR + i] * s * s + w[_LIFT + i]
        lift = fexp(mood + w[_SPREAD + i] * P[weather + i])
        exposure = w[_NEAR_PART + i] * w[_NEAR + i] + w[_FAR_PART + i]
        h = w[_BASE + i] * hardship * lift * exposure + w[_SPONSOR + i]
        w[_HAZARD + i] = h * deter(w[_USED + i], crowd * P[_HALF + i])
    spark_row = int(M[k, at.SPARK_ROW])
    lasts = since(M[k, at.SPARK_FROM], end, days) - since(M[k, at.SPARK_TO], end, days)
    if spark_row >= 0 and lasts > 0.0:
        spark, spark_days = natural(spark_row * LANES), max(M[k, at.SPARK_DAYS], 1e-3)
        for i in range(LANES):
            lit = lasts * P[spark + i] / (spark_days * max(S[r + _MOBILISABLE + i], 1.0))
            w[_HAZARD + i] += lit * (1.0 - in_force(S[_FALLEN + i], end, days))


@inner
def join(S, w, keys, event, k, days):
    """M1.5: joiners ~ Binomial(quiet, 1 − exp(−h Δ)); row X holds them afterwards, PULL the hazard h."""
    r = region_at(k)
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[N + i] = S[r + _QUIET + i]
        w[_PULL + i] = w[_HAZARD + i]
        w[PROB + i] = leaving(w[_HAZARD + i], days)
    draw_binomials(w)
    for i in range(LANES):
        S[r + _QUIET + i] -= w[X + i]
