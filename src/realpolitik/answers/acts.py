"""What a patron can do at a moment, as interventions on worlds that go on from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from realpolitik.crisis import layout as at
from realpolitik.crisis.loyalty import BEST
from realpolitik.crisis.parameters import index
from realpolitik.fitting.fork import Standing
from realpolitik.fitting.intervention import Arm, Fixed, Hook

SHARE, SIGNAL, FREES = index("accept_share"), index("signal"), index("troops_free")
_COHESIONS = (at.COHESION, at.RIVAL_COHESION)


def supported(standing: Standing) -> Arm:
    """The patron grants any request, and keeps what it granted."""
    return Arm(parameters={SHARE: np.ones(standing.values.shape[1])})


def never_asked(standing: Standing) -> Arm:
    """The ruler does not ask; what was asked before goes on."""
    return supported(standing).also(Arm({at.REQUEST: Fixed()}))


def refused_silently(standing: Standing) -> Arm:
    """No request is answered any more, troops under way do not come, and troops that are there leave at once; nobody is told."""
    return Arm({at.ACCEPT: Fixed(), at.REFUSE: Fixed(), at.DEPLOY: Fixed()}, hooks=(Hook(standing.step, _send_home),))


def refused_publicly(standing: Standing) -> Arm:
    """A request is refused for all to hear: silent refusal, and panic when the refusal comes."""
    panic = Panic()
    parameters = {SHARE: np.zeros(standing.values.shape[1])}
    arm = Arm({at.ACCEPT: Fixed(), at.DEPLOY: Fixed()}, parameters, (Hook(standing.step, _send_home),))
    return arm.also(Arm(watch=panic))


def withdrawn_publicly(standing: Standing) -> Arm:
    """The patron says at once that it will not help: silent refusal, and panic now."""

    def now(S: NDArray, P: NDArray, chosen: NDArray) -> None:
        _send_home(S, P, chosen)
        lose_heart(S, P, np.ones(S.shape[1], bool))

    return Arm({at.ACCEPT: Fixed(), at.REFUSE: Fixed(), at.DEPLOY: Fixed()}, hooks=(Hook(standing.step, now),))


ACTS: dict[str, tuple[Callable[[Standing], Arm], str]] = {
    "never asked": (never_asked, "the ruler never asks for help"),
    "refused silently": (refused_silently, "support ends and nobody is told; troops that are there leave"),
    "refused publicly": (refused_publicly, "a request is refused for all to hear, and agencies lose heart"),
    "withdrawn publicly": (withdrawn_publicly, "the patron says at once that it will not help, and agencies lose heart"),
}
"""Ways in which support ends: the arm and its meaning. The first is the ruler's, the others are the patron's."""


def without_signal(standing: Standing) -> Arm:
    """Support whose announcement moves nobody."""
    return supported(standing).also(Arm(parameters={SIGNAL: np.zeros(standing.values.shape[1])}))


def without_troops(standing: Standing) -> Arm:
    """Support whose soldiers free nobody."""
    return supported(standing).also(Arm(parameters={FREES: np.zeros(standing.values.shape[1])}))


def commitment(standing: Standing) -> Arm:
    """A patron without troops stands by the ruler in public: agencies take heart as they do when an ally commits (M5.2)."""

    def now(S: NDArray, P: NDArray, chosen: NDArray) -> None:
        for row in _COHESIONS:
            S[row] += P[SIGNAL] * np.maximum(BEST - S[row], 0.0)

    return Arm(hooks=(Hook(standing.step, now),))


def money(standing: Standing) -> Arm:
    """A patron pays for a concession, which is made now."""
    return Arm({at.CONCEDE: Fixed(np.full(standing.values.shape[1], standing.step))})


PATRON_ACTS: dict[str, Callable[[Standing], Arm]] = {"commitment": commitment, "money": money}


def conciliate(standing: Standing) -> Arm:
    """The ruler concedes and dismisses the government now."""
    steps = np.full(standing.values.shape[1], standing.step)
    return Arm({at.CONCEDE: Fixed(steps), at.DISMISS: Fixed(steps)})


def crack_down(standing: Standing) -> Arm:
    """The ruler declares an emergency and orders to shoot now."""
    steps = np.full(standing.values.shape[1], standing.step)
    return Arm({at.EMERGENCY: Fixed(steps), at.LETHAL: Fixed(steps)})


POLICIES: dict[str, Callable[[Standing], Arm]] = {
    "conciliate": conciliate,
    "crack down": crack_down,
}
"""Policies open to the ruler at the moment, beside going on as the model has it."""


class Panic:
    """Agencies lose heart in the step in which a refusal becomes known: as much as a commitment would have given, the other way."""

    def __call__(self, S: NDArray, P: NDArray, hour: float) -> None:
        """After a step that began at ``hour``."""
        lose_heart(S, P, S[at.TAKEN + at.REFUSE] >= hour)


def lose_heart(S: NDArray, P: NDArray, where: NDArray) -> None:
    """Cohesion falls by the share `signal` of what there is of it; judgement, nothing outside a case informs it."""
    for row in _COHESIONS:
        S[row] = np.where(where, S[row] * (1.0 - P[SIGNAL]), S[row])


def _send_home(S: NDArray, P: NDArray, chosen: NDArray) -> None:
    """Allied troops are gone, and their mission over."""
    here = S[at.TAKEN + at.DEPLOY] >= 0.0
    hour = S[at.TAKEN + at.DEPLOY]
    for decision in (at.ANNOUNCE, at.WITHDRAW):
        S[at.TAKEN + decision] = np.where(here & (S[at.TAKEN + decision] < 0.0), hour, S[at.TAKEN + decision])
    S[at.TROOPS] = 0.0
