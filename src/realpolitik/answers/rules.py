"""The rules by which an issue is settled, by name: functions of position, capability and salience [draw, actor] to outcomes [draw]."""

from __future__ import annotations

from collections.abc import Callable

from numpy.typing import NDArray

from realpolitik.answers import bargaining, challenge
from realpolitik.answers.election import election

Rule = Callable[[NDArray, NDArray, NDArray], NDArray]
POWER = 2.0
"""How far the stronger coalition is sure to win: the median of lognormal(2, 0.5), judgement (KTAB offers 1 to 8)."""

RULES: dict[str, Rule] = {
    "mean": lambda x, c, s: bargaining.mean(x, bargaining.weights(c, s)),
    "median": lambda x, c, s: bargaining.median(x, bargaining.weights(c, s)),
    "election": lambda x, c, s: election(x, bargaining.weights(c, s), POWER),
    "challenge": challenge.challenges,
}
"""The weighted mean is the default; the others are shown beside it and scored against it."""
