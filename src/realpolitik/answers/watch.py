"""What to watch: candidate observations ranked by the bits they are expected to tell between the accounts.

Every candidate is read from the posterior worlds of each account, run on. The bits are those of knowing for certain; a report gives less
(``docs/watch.md``).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.answers import information
from realpolitik.answers.candidates import Watched, candidates
from realpolitik.answers.mixture import Mixture
from realpolitik.answers.passes import Passes
from realpolitik.case.records import Case
from realpolitik.fitting import storage
from realpolitik.fitting.at_date import everything_known

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress

GROUPS = 6  # a count is cut into at most so many
KEPT = 60  # candidates that the document holds, beside those of the case
NEGLIGIBLE = 1e-4  # an account less probable than this takes no part: it would cost worlds and can move no bits


def answer(run: Run, progress: Progress | None = None) -> dict[str, Any]:
    """The document of ``docs/watch.md``: the candidates, the most telling first."""
    posterior = run.posterior
    case, docket = posterior.case, posterior.docket
    now = everything_known(posterior)
    watched = candidates(case, docket)
    told = None if progress is None else lambda part: progress("watch", part, "worlds run on")
    passes = Passes(run, [(now, None), *((now, w.observable) for w in watched)], told)
    mixture = passes[now]
    odds = mixture.account_odds()
    names = [name for name in mixture.accounts if odds[name][0] >= NEGLIGIBLE]
    prior = np.array([odds[name][0] for name in names])
    draws = mixture.account_draws()[:, [mixture.accounts.index(name) for name in names]]
    draws = draws / draws.sum(axis=1, keepdims=True)
    prior = prior / prior.sum()
    counted = [(w, *_counted(w, mixture, passes.row(now, w.observable), names)) for w in watched]
    plain = [float(information.expected_bits(prior, counts / counts.sum(axis=1, keepdims=True))) for _, counts, _ in counted]
    # The draws behind an interval cost far more than the bits: only what can stand near the top gets one, and what the case lists.
    least = sorted(plain, reverse=True)[:KEPT][-1] if plain else 0.0
    kept = [found for found, bits in zip(counted, plain, strict=True) if bits >= least or found[0].listed]
    rows = [_row(w, case, counts, labels, names, prior, draws, posterior.seed) for w, counts, labels in kept]
    rows.sort(key=lambda row: (-row["bits"]["mean"], row["id"]))
    over = docket.information >= case.clock.duration_hours - 1e-6
    return storage.plain(
        {
            "case": case.name,
            "as_of": run.results.get("as_of"),
            "past": over,
            "evidence_to": case.clock.moment(docket.information).isoformat(),
            "entropy": float(information.entropy(prior)),
            "accounts": {name: odds[name][0] for name in mixture.accounts},
            "considered": len(watched),
            "candidates": rows,
        }
    )


def _counted(watched: Watched, mixture: Mixture, number: int, names: list[str]) -> tuple[NDArray, list[str]]:
    samples, weights = zip(*(mixture.sample(number, name) for name in names), strict=True)
    return _outcomes(watched, list(samples), list(weights))


def _row(
    watched: Watched, case: Case, counts: NDArray, labels: list[str], names: list[str], prior: NDArray, draws: NDArray, seed: int
) -> dict[str, Any]:
    bits = information.from_counts(prior, counts, draws, watched.id, seed)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return {
        "id": watched.id,
        "says": watched.says,
        "what": watched.observable.what,
        "where": watched.observable.where,
        "agency": watched.observable.agency,
        "by": case.clock.moment(watched.observable.hour).isoformat(),
        "listed": watched.listed,
        "bits": {"mean": bits.mean, "low": bits.low, "high": bits.high},
        "outcomes": [
            {
                "label": label,
                "probability": float(bits.outcome[o]),
                "odds": {name: float(bits.posterior[o, a]) for a, name in enumerate(names)},
                "under": {name: float(shares[a, o]) for a, name in enumerate(names)},
            }
            for o, label in enumerate(labels)
        ],
    }


def _outcomes(watched: Watched, samples: list[NDArray], weights: list[NDArray]) -> tuple[NDArray, list[str]]:
    """Effective worlds by account and outcome, and what each outcome is called."""
    if watched.observable.is_event or watched.value is not None:
        low, high = (0.5, np.inf) if watched.value is None else (watched.value.low, watched.value.high)
        yes = [((x >= low) & (x <= high)).astype(float) for x in samples]
        return information.count(yes, [-np.inf, 0.5, np.inf], weights), ["no", "yes"]
    edges = information.shared_bins(list(samples), GROUPS)
    counts = information.count(samples, edges, weights)
    kept = counts.sum(axis=0) > 0.0
    share = "share" in watched.observable.what
    return counts[:, kept], [label for label, used in zip(_labels(edges, share), kept, strict=True) if used]


def _labels(edges: NDArray, share: bool) -> list[str]:
    """Names of the groups: a value on an edge falls in the group above it."""

    def shown(x: float) -> str:
        return f"{float(f'{100 * x:.2g}'):g} %" if share else f"{np.ceil(x):,.0f}"

    found = []
    for low, high in pairwise(edges):
        below = high if share else np.ceil(high) - 1  # the last whole number of the group
        top = "" if not np.isfinite(high) else shown(below)
        bottom = shown(low) if np.isfinite(low) else ""
        if not bottom and not top:
            found.append("any")
        elif not bottom:
            found.append(f"below {shown(high)}")
        elif not top:
            found.append(f"{bottom} or more")
        else:
            found.append(bottom if bottom == top else f"{bottom} to {top}")
    return found
