"""A second opinion on a run's odds: random forests on simulated reports, which share nothing with the sampler (docs/validation-abc.md)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from realpolitik.answers.abc.forest import opinion, outside
from realpolitik.answers.abc.reference import reference
from realpolitik.answers.abc.summaries import Summaries
from realpolitik.answers.rough import is_rough
from realpolitik.answers.store import keep
from realpolitik.errors import RunError
from realpolitik.fitting import sampler, storage
from realpolitik.fitting.calibration import tempered
from realpolitik.fitting.odds import prior_of_sets, shares_of_accounts

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress

NAME = "second-opinion"


def second_opinion(
    run: Run, rows: int, trees: int, seed: int = 1, threads: int | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Form the opinion and keep it with the run.

    Returns
    -------
    dict
        ``accounts``: ``name, odds, low, high`` of the run, ``second`` and its ``sd``, ``coarsened`` (``second`` with what the evidence
        gave raised to ζ, for comparison with the odds); ``rough``: the odds are stated as ranges only; ``leader, same_leader``;
        ``forest_error``: share of simulated sets of reports that the forests get wrong; ``power`` to which their mean was raised;
        ``outside`` (of ``summaries``): what no prior leads one to expect; ``rows, trees, seed``.
    """
    results, tell = run.results, progress or (lambda stage, done, message: None)
    if results.get("as_of") is not None:
        raise RunError("the run used only reports up to a date; a second opinion is formed on all of the case: weigh without --as-of")
    posterior = run.posterior
    case, names = posterior.case, [str(a["name"]) for a in results["accounts"]]
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        table = reference(case, rows, seed, run.folder.parent, names, pool, lambda done, said: tell(NAME, 0.8 * done, said))
    tell(NAME, 0.8, "forests")
    summaries, sets = Summaries(case), list(table.sets)
    observed = summaries.row(case.evidence)[None, :]
    grown = int(sampler.stream(seed, "forest") >> np.uint64(33))
    found = opinion(table.rows, table.labels, len(sets), observed, trees, grown, threads or os.cpu_count() or 1)
    shares = shares_of_accounts(case, names, sets)
    second, sd = shares @ found.probabilities[0], np.sqrt(np.square(shares) @ np.square(found.sd[0]))
    prior = shares @ np.exp(prior_of_sets(case, sets))
    mild = tempered(second, float(results["coarsening"]["power"]), prior)
    accounts = []
    for i, account in enumerate(results["accounts"]):
        row = {"name": names[i], "odds": account["probability"], "low": account["low"], "high": account["high"]}
        accounts.append(row | {"second": float(second[i]), "sd": float(sd[i]), "coarsened": float(mild[i])})
    leader = names[int(np.argmax(second))]
    strange = [name for name, is_out in zip(table.names, outside(table.rows, observed)[0], strict=True) if is_out]
    document = storage.plain(
        {
            "case": case.name,
            "rows": rows,
            "trees": trees,
            "seed": seed,
            "accounts": accounts,
            "rough": is_rough(results),
            "leader": leader,
            "same_leader": leader == max(accounts, key=lambda a: a["odds"])["name"],
            "forest_error": found.error,
            "power": found.power,
            "summaries": len(table.names),
            "outside": strange,
        }
    )
    keep(run, NAME, document, "the second opinion could not be kept in the run folder")
    return document
