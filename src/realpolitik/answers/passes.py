"""Worlds at the dates that questions ask for: the draws of a run are replayed once per date, whatever the number of questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from realpolitik.answers.ensemble import threads
from realpolitik.answers.mixture import Mixture
from realpolitik.answers.observables import Observable, Reader
from realpolitik.fitting.at_date import posterior_at

if TYPE_CHECKING:
    from realpolitik.answers.run import Run


class Passes:
    """Mixtures by date, each with the observables that were asked of it."""

    def __init__(self, run: Run, wanted: Iterable[tuple[float, Observable | None]], after: Callable[[float], None] | None = None) -> None:
        """Replay a run at every date of ``wanted``; ``after`` is told the part done.

        ``wanted`` holds pairs of an hour and an observable, None where only the odds are wanted.
        """
        self._rows: dict[float, dict[Observable, int]] = {}
        for hours, observable in wanted:
            rows = self._rows.setdefault(hours, {})
            if observable is not None:
                rows.setdefault(observable, len(rows))
        posterior = run.posterior
        now = {claims: (draws.log_evidence, draws.se) for claims, draws in posterior.sets.items()}
        accounts = [str(account["name"]) for account in run.results["accounts"]]
        self._mixtures: dict[float, Mixture] = {}
        with threads(run.threads) as pool:
            for number, (hours, rows) in enumerate(self._rows.items()):

                def told(part: float, number: int = number) -> None:
                    if after is not None:
                        after((number + part) / len(self._rows))

                asked = list(rows)
                found = posterior_at(run, hours, pool, lambda model, asked=asked: lambda: Reader(posterior.case, model, asked), told)
                numbers = {
                    claims: np.concatenate(s.worlds, axis=-1)[:, : len(s.draws.z)] if asked else np.zeros((0, len(s.draws.z)))
                    for claims, s in found.sets.items()
                }
                self._mixtures[hours] = Mixture(posterior.case, accounts, found, numbers, now)

    def __getitem__(self, hours: float) -> Mixture:
        """The mixture at a date that was asked for."""
        return self._mixtures[hours]

    def row(self, hours: float, observable: Observable) -> int:
        """Where an observable stands in the numbers of a date."""
        return self._rows[hours][observable]
