"""What if: posterior worlds replayed with their own chance and something done otherwise (Pearl's three steps).

Worlds of the posterior get the thresholds under which they would have come about by themselves (``fitting.abduction``); then nothing is
fixed but the change, and every later decision is the model's own. Both arms share all chance, so a difference is paired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.answers.changes import arm_of
from realpolitik.answers.ensemble import Ensemble, posterior_worlds, threads
from realpolitik.answers.paired import difference, level, plain, variance_ratio
from realpolitik.case.changes import MINORITY, parse_change
from realpolitik.case.mistakes import Mistake
from realpolitik.case.records import Case, Change, WhatIf
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS
from realpolitik.crisis.parameters import NAMES
from realpolitik.errors import UsageError
from realpolitik.fitting.intervention import Arm, never
from realpolitik.fitting.replay import QUANTITIES, is_probability, quantities

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress

NEEDED = "leverage"
MEANING = {
    **QUANTITIES,
    NEEDED: ("probability", "survival that would be lost without allied help, in the same worlds with their own chance (necessity)"),
}
"""Every quantity of the answer: unit and meaning."""
_DEFAULT = (
    ("no-help", "No allied help.", ("never: accept help",)),
    ("late-help", "Allied help a day later.", ("24h later: accept help",)),
    ("refused", "The patron refuses.", ("refused: accept help",)),
    ("no-blackout", "The internet stays on.", ("never: cut internet",)),
    ("no-concession", "No concession.", ("never: concede",)),
    ("no-lethal-force", "No order to shoot.", ("never: order lethal force",)),
)
_OF_ALLIANCE = frozenset({"no-help", "late-help", "refused"})


def read_changes(texts: Sequence[str], case: Case) -> tuple[Change, ...]:
    """Changes from the command line or a call; UsageError with the names that exist."""
    found = []
    for text in texts:
        try:
            change = parse_change(str(text), case.clock, NAMES)
        except Mistake as mistake:
            raise UsageError(f"{mistake.wrong}; {mistake.right}") from None
        if change is not None:
            found.append(change)
    return tuple(found)


def named(case: Case) -> tuple[WhatIf, ...]:
    """What-ifs of the case, or the usual ones where it names none."""
    if case.what_ifs:
        return case.what_ifs
    return tuple(
        WhatIf(name, says, read_changes(texts, case))
        for name, says, texts in _DEFAULT
        if case.alliance is not None or name not in _OF_ALLIANCE
    )


def answer(run: Run, progress: Progress) -> dict[str, Any]:
    """The what-ifs that the case names."""
    return _document(run, named(run.posterior.case), progress)


def ask(run: Run, changes: Sequence[str], progress: Progress | None = None) -> dict[str, Any]:
    """One what-if with all of ``changes`` at once; ``none``, or no change at all, gives differences of zero.

    Raises
    ------
    UsageError
        For a change that cannot be read, with the names that exist.
    """
    case = run.posterior.case
    read = read_changes(changes, case)
    what_if = WhatIf("asked", "; ".join(change.text for change in read) or "Nothing is changed.", read)
    return _document(run, (what_if,), progress or (lambda stage, done, message: None))


def _document(run: Run, what_ifs: tuple[WhatIf, ...], progress: Progress) -> dict[str, Any]:
    posterior = run.posterior
    case = posterior.case
    with threads(run.threads) as pool:
        worlds = posterior_worlds(posterior, pool)
        if not worlds.groups:
            empty = {"sentence": None, "what_ifs": [], "differences": {}}
            return {"case": case.name, "seed": posterior.seed, "draws": 0, "left_out": worlds.left_out, **empty}
        helped = case.alliance is not None
        before = _arm(worlds, Arm(), helped, pool, ())
        answers = []
        for number, what_if in enumerate(what_ifs):
            progress("what-if", number / len(what_ifs), what_if.id)
            after = before if not what_if.changes else _arm(worlds, None, helped, pool, what_if.changes, case)
            answers.append(_answer(what_if, before, after, worlds, case))
    kept = (*quantities(helped), *([NEEDED] if helped else []))
    return {
        "case": case.name,
        "seed": posterior.seed,
        "as_of": None if posterior.as_of is None else case.clock.moment(posterior.as_of).isoformat(),
        "horizon": case.clock.moment(case.clock.duration_hours).isoformat(),
        "draws": len(worlds.weight),
        "effective_draws": plain(1.0 / float(np.sum(np.square(worlds.weight)))),
        "left_out": worlds.left_out,
        "sets": [{"claims": list(g.claims), "probability": plain(float(g.weight.sum())), "draws": len(g.weight)} for g in worlds.groups],
        "quantities": {name: {"unit": MEANING[name][0], "says": MEANING[name][1]} for name in kept},
        "factual": {name: level(before[name], worlds.weight, is_probability(name)) for name in kept},
        "sentence": headline(answers),
        "what_ifs": answers,
        "differences": answers[0]["differences"] if answers else {},
    }


def headline(answers: Sequence[Mapping[str, Any]]) -> str | None:
    """What moves survival most and what the dead, by their means, each with its spread; None where nothing moves either."""
    text = []
    for name, least, told in (("survival", 0.005, _survival_moved), ("deaths", 0.5, _dead_moved)):
        known = [one for one in answers if name in one["differences"]]
        most = max(known, key=lambda one: abs(one["differences"][name]["mean"]), default=None)
        if most is not None and abs(most["differences"][name]["mean"]) >= least:
            what = "The ruler's survival" if name == "survival" else "The number of dead"
            who = "is moved" if len(answers) == 1 else f"is moved most by “{most['says'].rstrip('.')}”,"
            text.append(f"{what} {who} {told(most['differences'][name])}.")
    return " ".join(text) or None


def _survival_moved(change: Mapping[str, float]) -> str:
    points = {part: 100.0 * change[part] for part in ("mean", "low", "high")}
    text = f"by {points['mean']:+.1f} points of 100 ({points['low']:+.1f} to {points['high']:+.1f}, the 90 % interval of the mean)"
    return text.replace("-", "−")


def _dead_moved(change: Mapping[str, float]) -> str:
    median, low, high, mean, error = (round(change[part]) for part in ("median", "low", "high", "mean", "se"))
    text = (
        f"by {median:+,} in the middle world and {low:+,} to {high:+,} in 90 % of them; a mean of {mean:+,} (s.e. {error:,}) is made by "
        "the worlds in which most die"
        if abs(mean) > 2 * abs(median)
        else f"by {median:+,} in the middle world and {low:+,} to {high:+,} in 90 % of them; {mean:+,} on average (s.e. {error:,})"
    )
    return text.replace("-", "−")


def _arm(
    worlds: Ensemble, arm: Arm | None, helped: bool, pool: ThreadPoolExecutor, changes: tuple[Change, ...], case: Case | None = None
) -> dict[str, NDArray]:
    """Every quantity of one arm, the leverage in it included."""

    def made(group: Any) -> Arm:
        if arm is not None:
            return arm
        assert case is not None
        return arm_of(changes, group, case)

    found = worlds.run(made, pool)
    if helped:
        alone = worlds.run(lambda group: made(group).also(never(at.ACCEPT, at.DEPLOY)), pool)
        found[NEEDED] = found["survival"] - alone["survival"]
    return found


def _answer(what_if: WhatIf, before: dict[str, NDArray], after: dict[str, NDArray], worlds: Ensemble, case: Case) -> dict[str, Any]:
    names = [name for name in MEANING if name in before and (case.alliance is not None or name in quantities(False))]
    weight = worlds.weight
    moved = np.zeros(len(weight), bool)
    for name in names:
        moved |= (after[name] != before[name]) & ~(np.isnan(after[name]) & np.isnan(before[name]))
    differences = {name: difference(after[name], before[name], weight, is_probability(name)) for name in names}
    return {
        "id": what_if.id,
        "says": what_if.says,
        "changes": [change.text for change in what_if.changes],
        "differences": {name: found for name, found in differences.items() if found is not None},
        "changed": {name: level(after[name], weight, is_probability(name)) for name in names},
        "variance_ratio": {name: variance_ratio(after[name], before[name], weight) for name in names},
        "worlds_changed": plain(float(weight @ moved)),
        "notes": _notes(what_if, before, weight, case),
    }


def _notes(what_if: WhatIf, before: dict[str, NDArray], weight: NDArray, case: Case) -> list[str]:
    notes = []
    for change in what_if.changes:
        if change.what == MINORITY:
            notes.append("not modelled: a minority share enters no rule of the model, so nothing can follow from it")
        if change.how == "not before" and change.hours >= case.clock.duration_hours:
            ends = f"{case.clock.moment(case.clock.duration_hours):%Y-%m-%d}"
            notes.append(f"worlds are followed to the clock's end, {ends}; what comes of '{change.text}' after it is not modelled")
        if change.what in DECISIONS and change.how in ("never", "later", "refused"):
            share = float(weight @ (before["taken"][DECISIONS.index(change.what)] >= 0.0))
            if share < 1.0:
                notes.append(f"'{change.what}' was taken in {100 * share:.0f}% of the worlds; '{change.text}' changes no other")
    return notes
