"""How the odds moved as reports came in: every account's probability by what had been reported at each of a few dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from realpolitik.answers.ensemble import threads
from realpolitik.case.records import Case
from realpolitik.errors import RunError
from realpolitik.fitting import odds
from realpolitik.fitting.at_date import dated_folder
from realpolitik.fitting.dates import AtOneDate, fit_dates
from realpolitik.fitting.efforts import DATED
from realpolitik.fitting.posterior import save_draws
from realpolitik.fitting.weigh import sets_of

if TYPE_CHECKING:
    from realpolitik.answers.run import Run

Set = tuple[str, ...]


def answer(run: Run, progress: Callable[[str, float, str], None]) -> dict[str, Any]:
    """Fit every set at every date, keep the draws with the run, and give the odds.

    Returns
    -------
    dict
        ``dates``: by date, the last one what the whole run found: ``reported`` (the date), ``items`` (reports known), and by account
        ``probabilities, low, high`` (90 %, Monte Carlo error of both log evidences folded in).
    """
    posterior, results = run.posterior, run.results
    dated = DATED[results["effort"]] if results.get("effort") in DATED else DATED["quick"]
    names = [a["name"] for a in results["accounts"]]
    with threads(run.threads or results.get("threads")) as pool:
        found = fit_dates(
            posterior.case,
            list(posterior.sets),
            dated,
            posterior.seed,
            pool,
            posterior.as_of,
            lambda done, message: progress("odds as reports came in", done, message),
            run.executor,
        )
    try:
        for at in found:
            for draws in at.sets.values():
                save_draws(dated_folder(run.folder, at.hours), draws)
    except RunError as error:
        run.notes.append(f"forecasts will have to do without the draws of earlier dates: {error}")
    dates = [_odds(posterior.case, names, at) for at in found]
    known = [i.reported for i in posterior.case.evidence if posterior.as_of is None or i.reported <= posterior.as_of]
    final = AtOneDate(max(known, default=0.0), len(known), posterior.sets)
    return {"dates": [*dates, _odds(posterior.case, names, final)]}


def _odds(case: Case, names: list[str], at: AtOneDate) -> dict[str, Any]:
    sets = sets_of(case, names)  # the order of the results, on which the draws of error depend
    log_evidence = np.array([at.sets[s].log_evidence for s in sets])
    error = odds.spread(np.array([at.sets[s].se for s in sets]))
    mean, draws, _ = odds.set_probabilities(log_evidence, error, odds.prior_of_sets(case, sets))
    shares = odds.shares_of_accounts(case, names, sets)
    by_account = draws @ shares.T
    low, high = np.quantile(by_account, [0.05, 0.95], axis=0)

    def named(values: np.ndarray) -> Mapping[str, float]:
        return dict(zip(names, values.tolist(), strict=True))

    return {
        "reported": case.clock.moment(at.hours).isoformat(),
        "hours": at.hours,
        "items": at.items,
        "probabilities": named(shares @ mean),
        "low": named(low),
        "high": named(high),
        "se": {" + ".join(s) or "no claim": at.sets[s].se for s in sets},
    }
