"""M6 Decisions: point events of the ruler and of the patron, each with a gate and a hazard.

    hazard = λ · exp(threat_slope · (θ − 1)) · gate                                          (M6.1)

so that λ is the rate at the height of a crisis (θ = 1). In the order of a step:

    concede, dismiss, declare emergency   while not yet done
    cut internet        three times faster under an emergency
    sideline rival      if there is a rival
    request help        if there is an alliance, once
    order lethal force  under an emergency
    purge               if there is a rival; three times faster once he is sidelined
    coup attempt        if there is a rival not yet purged; succeeds with coup_success
    resign              —
    accept / refuse     answers a request at hazard_accept, whatever the threat; a consensus decides
                        27 times more slowly than one man. A share accept_share of the hazard grants the request, the
                        rest refuses it; what comes first stands                                               (M6.2)
    deploy              after acceptance                                                                       (M6.3)
    announce withdrawal after deployment, at hazard_announce · (1 − θ)⁺                                        (M6.4)
    complete withdrawal after the announcement, at hazard_withdraw                                             (M6.5)

A ruler who has fallen decides nothing, from the hour of his fall on. Sources: request and decision times of the cases in
docs/model.md; Sudduth 2017 (a purge follows the rival's weakness); Johnson & Thyne 2018 (protest raises coup attempts).
"""

from __future__ import annotations

from realpolitik.chance.compiled import inlined, inner, merged
from realpolitik.chance.elementary import fexp
from realpolitik.chance.keys import uniform
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import FLOOR, in_force, overlap, pass_time
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import natural

_SLOPE, _ACCEPT_SHARE, _COUP_SUCCESS = (index(n) * LANES for n in ("threat_slope", "accept_share", "coup_success"))
_RATE = tuple(
    index(n) * LANES
    for n in (
        "hazard_concede",
        "hazard_dismiss",
        "hazard_emergency",
        "hazard_blackout",
        "hazard_sideline",
        "hazard_request",
        "hazard_lethal",
        "hazard_purge",
        "hazard_coup",
        "hazard_resign",
        "hazard_accept",
        "hazard_accept",
        "hazard_deploy",
        "hazard_announce",
        "hazard_withdraw",
    )
)
_THREAT, _FALLEN = at.THREAT * LANES, at.FALLEN * LANES
_TAKEN, _WAIT = at.TAKEN * LANES, at.WAIT * LANES
_A, _B, _OPEN, _SHUT, _REFUSING = (r * LANES for r in (at.A, at.B, at.OPEN, at.SHUT, at.D))
_WEIGHT, _FAULT = at.WEIGHT * LANES, at.FAULT * LANES
CONSENSUS_DELAY = 27.0  # median 20 days against 18 hours


@inlined
def urgency(slope, threat):
    """exp(slope (θ − 1)), M6.1."""
    return fexp(slope * (threat - 1.0))


@inner
def _gate(S, w, needs, end, days):
    """Row OPEN = the part of the step in which the decision ``needs`` is in force."""
    row = natural(_TAKEN + needs * LANES)
    for i in range(LANES):
        w[_OPEN + i] = in_force(S[row + i], end, days)


@inner
def _faster(S, w, after, factor, end, days):
    """Multiply row B by ``factor`` while the decision ``after`` is in force."""
    row = natural(_TAKEN + after * LANES)
    for i in range(LANES):
        w[_B + i] *= 1.0 + (factor - 1.0) * in_force(S[row + i], end, days)


@inner
def until(S, w, bars, end, days):
    """Row SHUT = the part of the step up to which the decision ``bars`` is not in force."""
    row = natural(_TAKEN + bars * LANES)
    for i in range(LANES):
        w[_SHUT + i] = 1.0 - in_force(S[row + i], end, days)


@inner
def until_grant(S, w, slots, C, clamp_row, step):
    """Row SHUT for a refusal (M6.2): none after a grant, nor behind the place in this step at which the evidence fixes one.

    Row REFUSING = row B, the hazard of the refusal.
    """
    slot, grant = slots[at.ACCEPT], _TAKEN + at.ACCEPT * LANES
    fixed = slot >= 0 and C[slot, at.CLAMP_KIND] == 1.0
    row = natural(clamp_row + (slot if fixed else 0) * LANES)
    for i in range(LANES):
        shut = min(max(S[row + i] - step, 0.0), 1.0) if fixed else 1.0
        w[_SHUT + i] = shut if S[grant + i] < 0.0 else 0.0
        w[_REFUSING + i] = w[_B + i]


@inner
def answer(S, w, slots, C, item_row, step, before, days):
    """M6.2: of a grant and a refusal of one step the earlier stands. Row REFUSING: hazard of the refusal.

    Refusals are asked first, and a grant comes before them or not at all; a refusal that it precedes is taken back, and so
    is what its absence had cost (E2) after a grant that was not known beforehand.
    """
    granted = slots[at.ACCEPT] >= 0 and C[slots[at.ACCEPT], at.CLAMP_KIND] == 1.0
    slot, grant, refusal = slots[at.REFUSE], _TAKEN + at.ACCEPT * LANES, _TAKEN + at.REFUSE * LANES
    kind = 0 if slot < 0 else int(C[slot, at.CLAMP_KIND])
    power = C[slot, at.CLAMP_POWER] if kind > 0 else 0.0
    item = natural(item_row + (int(C[slot, at.CLAMP_ITEM]) if kind > 0 else 0) * LANES)
    first, last = overlap(step, C[slot, at.CLAMP_FIRST], C[slot, at.CLAMP_LAST]) if kind == 2 else (1.0, 1.0)
    for i in range(LANES):
        if S[grant + i] < before:
            continue
        gain = 0.0
        if S[refusal + i] >= S[grant + i]:
            gain = FLOOR if kind == 1 else 0.0
            S[_FAULT + i] += 1.0 if kind == 1 else 0.0
            S[refusal + i] = S[refusal + i] if kind == 1 else -1.0
        elif kind == 2 and not granted and S[refusal + i] < 0.0:
            begins = max(first, (S[grant + i] - before) / (24.0 * days))
            gain = w[_REFUSING + i] * days * max(last - begins, 0.0)
        S[item + i] += gain
        S[_WEIGHT + i] += power * gain


@merged
def _hazard(S, P, w, decision, sizes, end, days):
    """Row B = hazard of one decision from row A = urgency; rows OPEN and SHUT = the part of the step in which it can be taken."""
    rate = natural(_RATE[decision])
    for i in range(LANES):
        w[_B + i] = P[rate + i] * w[_A + i] * (1.0 if S[_FALLEN + i] < 0.0 else 0.0)
        w[_OPEN + i] = 1.0
        w[_SHUT + i] = 1.0
    rival = 1.0 if sizes[at.I_RIVAL] > 0 else 0.0
    if decision == at.BLACKOUT:
        _faster(S, w, at.EMERGENCY, 3.0, end, days)
    elif decision == at.SIDELINE:
        for i in range(LANES):
            w[_B + i] *= rival
    elif decision == at.REQUEST:
        for i in range(LANES):
            w[_B + i] *= 1.0 if sizes[at.I_ALLIANCE] > 0 else 0.0
    elif decision == at.LETHAL:
        _gate(S, w, at.EMERGENCY, end, days)
    elif decision == at.PURGE:
        for i in range(LANES):
            w[_B + i] *= rival
        _faster(S, w, at.SIDELINE, 3.0, end, days)
    elif decision == at.COUP:
        for i in range(LANES):
            w[_B + i] *= rival
        until(S, w, at.PURGE, end, days)


@merged
def _patron_hazard(S, P, w, decision, sizes, slots, C, clamp_row, step, end, days):
    """Rows B and OPEN for one decision of the patron: M6.2 to M6.5, no urgency of the ruler in it."""
    rate = natural(_RATE[decision])
    for i in range(LANES):
        w[_B + i] = P[rate + i] * (1.0 if S[_FALLEN + i] < 0.0 else 0.0)
        w[_SHUT + i] = 1.0
    if decision == at.ACCEPT or decision == at.REFUSE:
        slow = CONSENSUS_DELAY if sizes[at.I_ALLIANCE] == 2 else 1.0
        _gate(S, w, at.REQUEST, end, days)
        for i in range(LANES):
            share = P[_ACCEPT_SHARE + i]
            w[_B + i] *= (share if decision == at.ACCEPT else 1.0 - share) / slow
        if decision == at.REFUSE:
            until_grant(S, w, slots, C, clamp_row, step)
        else:
            until(S, w, at.REFUSE, end, days)
    elif decision == at.DEPLOY:
        _gate(S, w, at.ACCEPT, end, days)
    elif decision == at.ANNOUNCE:
        for i in range(LANES):
            w[_B + i] *= max(1.0 - S[_THREAT + i], 0.0)
        _gate(S, w, at.DEPLOY, end, days)
    elif decision == at.WITHDRAW:
        _gate(S, w, at.ANNOUNCE, end, days)


@inner
def falls(S, P, keys, coup_event, before, end):
    """Row FALLEN = the hour at which the ruler fell, where he resigned or lost a coup in this step. Returns whether any did."""
    coup, resign, some = _TAKEN + at.COUP * LANES, _TAKEN + at.RESIGN * LANES, 0
    for i in range(LANES):
        hour = end
        if S[coup + i] >= before and uniform(keys[i], coup_event) < P[_COUP_SUCCESS + i]:
            hour = min(hour, S[coup + i])
        if S[resign + i] >= before:
            hour = min(hour, S[resign + i])
        if hour < end and S[_FALLEN + i] < 0.0:
            S[_FALLEN + i] = hour
            some += 1
    return some > 0


@inner
def undo(S, slots, C, item_row, before):
    """Nothing was decided after a fall in this step; an act that the evidence fixes there happens against all odds."""
    for decision in range(at.N_DECISIONS):
        slot, row = slots[decision], natural(_TAKEN + decision * LANES)
        fixed = slot >= 0 and C[slot, at.CLAMP_KIND] == 1.0
        item = natural(item_row + (int(C[slot, at.CLAMP_ITEM]) if fixed else 0) * LANES)
        for i in range(LANES):
            if S[_FALLEN + i] < before or S[row + i] <= S[_FALLEN + i]:
                continue
            if fixed:
                S[item + i] += FLOOR
                S[_WEIGHT + i] += C[slot, at.CLAMP_POWER] * FLOOR
                S[_FAULT + i] += 1.0
            else:
                S[row + i] = -1.0


@inner
def decide(S, P, w, keys, coup_event, sizes, slots, C, clamp_row, item_row, step, before, days):
    """All decisions of one step, each after those that it may answer; refusals asked before grants (M6.2)."""
    end = before + 24.0 * days
    for i in range(LANES):
        w[_A + i] = urgency(P[_SLOPE + i], S[_THREAT + i])
    for turn in range(at.N_DECISIONS):
        decision = at.ACCEPT + at.REFUSE - turn if turn >= at.ACCEPT and turn <= at.REFUSE else turn
        if turn >= at.ACCEPT:
            _patron_hazard(S, P, w, decision, sizes, slots, C, clamp_row, step, end, days)
        else:
            _hazard(S, P, w, decision, sizes, end, days)
        row = decision * LANES
        pass_time(S, w, _B, _WAIT + row, _TAKEN + row, slots[decision], C, clamp_row, item_row, step, before, days)
        if decision == at.ACCEPT:
            answer(S, w, slots, C, item_row, step, before, days)
    if falls(S, P, keys, coup_event, before, end):
        undo(S, slots, C, item_row, before)
