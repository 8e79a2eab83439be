"""The odds of every hidden claim from one fit that switches claims on and off (``fitting.encompassing``), asked twice.

Among the sets that some account tells it must agree with the accounts' own fits within the errors, and the answer says whether it does.
Among all sets that can be held together it says what a claim is worth by itself. Described in docs/answers-claims.md.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from realpolitik.answers.ensemble import threads
from realpolitik.answers.hearing import Hearing
from realpolitik.answers.rough import is_rough
from realpolitik.answers.store import keep
from realpolitik.fitting import storage
from realpolitik.fitting.efforts import EFFORTS
from realpolitik.fitting.encompassing import AMONG, Visited, visit
from realpolitik.fitting.encompassing import NAME as EVERY
from realpolitik.fitting.weigh import sets_of

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress
    from realpolitik.fitting.settings import Settings

NAME = "combined"
SHOWN = 12  # sets of claims listed
APART = 2.5  # standard errors that two answers may lie apart: one of seven claims does so by chance about one time in ten


def combined(run: Run, settings: Settings | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Fit every claim by itself and keep the answer with the run.

    Parameters
    ----------
    settings
        Of the fit of one set; those of the run's effort if None.

    Returns
    -------
    dict
        ``rough``: whether the accounts' own fits are (``answers.rough``); ``claims``, over all sets that can be held: ``name, says, prior,
        probability, low, high``, ``bans`` with ``bans_low`` and ``bans_high``; ``told``, over the sets that accounts tell: ``name, prior,
        probability, low, high, se`` in one fit, ``apart, apart_se`` in the accounts' own fits, ``errors`` by how many standard errors the
        two differ; ``agree`` (None with nothing to compare); ``told_share`` of all sets that accounts tell, ``prior`` and ``probability``;
        ``sets``: the likeliest, each ``claims, prior, probability, se, told``; ``possible`` sets, ``passes, ladders``, ``drift`` (nats).

    Raises
    ------
    RunError
        When the case has too many sets of claims, or the run kept no draws.
    """
    posterior = run.posterior
    case, names = posterior.case, [str(a["name"]) for a in run.results["accounts"]]
    sets = [tuple(sorted(s)) for s in sets_of(case, names)]
    settings = settings or EFFORTS.get(str(run.results.get("effort")), EFFORTS["quick"])
    told, parts = progress or (lambda stage, done, message: None), {AMONG: 0.0, EVERY: 0.0}

    def fit(stage: str) -> Visited:
        def tell(done: float, message: str) -> None:
            parts[stage] = done
            told("every claim by itself", 0.5 * sum(parts.values()), message)

        return visit(case, settings, posterior.seed, sets if stage == AMONG else None, posterior.as_of, tell)

    compare = len(sets) > 1
    with threads(run.threads) as pool:
        futures = [pool.submit(fit, stage) for stage in (EVERY, AMONG)[: 1 + compare]]
        free, among = futures[0].result(), futures[-1].result()
    hearing = Hearing.of(case, names, sets)
    _, draws = hearing.probabilities({s: posterior.sets[s].log_evidence for s in sets}, {s: posterior.sets[s].se for s in sets})
    rows, compared = [], []
    for name, claim in case.claims.items():
        holds = np.array([name in s for s in free.sets])
        prior = float(free.chance[holds].sum())
        rows.append({"name": name, "says": claim.says, "prior": prior, **_odds(free.share[:, holds].sum(axis=1), prior, free.draws)})
        here = np.array([name in s for s in among.sets])
        if compare and here.any() and not here.all():
            prior = float(among.chance[here].sum())
            apart = draws[:, [name in s for s in sets]].sum(axis=1)
            compared.append({"name": name, "prior": prior, **_compared(among, among.share[:, here].sum(axis=1), apart)})
    shares = free.share.mean(axis=0)
    own = [free.sets.index(s) for s in sets]
    likeliest = [i for i in np.argsort(-shares, kind="stable") if shares[i] > 0.0][:SHOWN]
    document = storage.plain(
        {
            "case": case.name,
            "rough": is_rough(run.results),
            "claims": rows,
            "told": compared,
            "agree": all(abs(row["errors"]) <= APART for row in compared) if compared else None,
            "told_share": {"prior": float(free.chance[own].sum()), "probability": float(shares[own].sum())},
            "sets": [_set(free, i, i in own) for i in likeliest],
            "possible": len(free.sets),
            "passes": free.passes,
            "ladders": len(free.share),
            "drift": free.drift if math.isfinite(free.drift) else None,
        }
    )
    keep(run, NAME, document, "the odds of every claim by itself could not be kept in the run folder")
    told("every claim by itself", 1.0, "")
    return document


def _quantiles(share: NDArray, draws: int) -> tuple[float, float, float]:
    """Of the probability of a claim, 5, 50 and 95 %, from the share of each ladder's draws that hold it [ladder].

    They are those of as many independent draws as the spread over ladders is worth (Jeffreys), at least one for each ladder and no more
    than there are.
    """
    n = len(share)
    mean, error = float(share.mean()), _error(share)
    if error > 0.0:
        worth = min(max(mean * (1.0 - mean) / error**2, n), n * draws)
    else:
        worth = n * draws if 0.0 < mean < 1.0 else n
    low, middle, high = betaincinv(mean * worth + 0.5, (1.0 - mean) * worth + 0.5, [0.05, 0.5, 0.95]).tolist()
    return low, middle, high


def _odds(share: NDArray, prior: float, draws: int) -> dict[str, float]:
    """Probability of a claim from the share of each ladder's draws that hold it [ladder]: mean, 90 % interval, and bans over the prior.

    Bans are those of the mean, as everywhere; of the median where the mean is nought or one, which has none.
    """
    low, middle, high = _quantiles(share, draws)

    def bans(p: float) -> float:
        return (math.log(p) - math.log1p(-p) - before) / math.log(10.0)

    before = math.log(prior) - math.log(max(1.0 - prior, 1e-300))
    mean = float(share.mean())
    most = bans(mean if 0.0 < mean < 1.0 else middle)
    found = {"probability": mean, "low": low, "high": high, "bans": most}
    return {**found, "bans_low": min(bans(low), most), "bans_high": max(bans(high), most)}


def _error(share: NDArray) -> float:
    return float(share.std(ddof=1)) / math.sqrt(len(share)) if len(share) > 1 else 0.0


def _compared(found: Visited, share: NDArray, apart: NDArray) -> dict[str, float]:
    """A claim among the sets that accounts tell: from the shares of this fit [ladder], and from their own fits [draw].

    A claim that no draw holds has no spread over ladders; its error is at least that of so many independent draws.
    """
    other, other_error = float(apart.mean()), float(apart.std())
    least = math.sqrt(other * (1.0 - other) / (len(share) * found.draws))
    error = max(_error(share), least)
    both = max(math.hypot(error, other_error), 1e-12)
    mean, (low, _, high) = float(share.mean()), _quantiles(share, found.draws)
    told = {"probability": mean, "low": low, "high": high, "se": error}
    return {**told, "apart": other, "apart_se": other_error, "errors": (mean - other) / both}


def _set(found: Visited, i: int, told: bool) -> dict[str, Any]:
    share = found.share[:, i]
    row = {"claims": list(found.sets[i]), "prior": float(found.chance[i]), "probability": float(share.mean())}
    return {**row, "se": _error(share), "told": told}
