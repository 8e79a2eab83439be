"""Influenza in a boarding school, 1978: a whole-people model solved exactly, through the product's draws, filter and
sampler.

The exact numbers come from the forward algorithm over every (S, I). Runs are 128 worlds; s.d. of log Ẑ is 0.24, so the
log of the mean of 1,200 runs is known to 0.007 and four of these are 0.028.
"""

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp, ndtr
from scipy.stats import binom

from realpolitik.bench.influenza import BOYS, ILL, IN_BED, LOG_EVIDENCE, LOG_LIKELIHOOD, SIZE, SUBSTEPS, WELL, Influenza
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import combine_array
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.sampler import advance, finish, finished, initialise, log_evidence
from realpolitik.fitting.settings import Settings

RUNS = 1200
CONDITIONAL = (
    -1.992550,
    -3.045923,
    -3.970200,
    -4.758527,
    -5.644586,
    -5.832150,
    -5.715806,
    -5.893042,
    -6.230729,
    -5.834727,
    -4.908292,
    -3.566905,
    -3.001983,
    -2.566819,
)


def states():
    """Probe: weighted mean and mean square of S and I at the end, of each particle of a block."""

    def probe(model, block, step, ancestors, shares):
        if shares is None:
            return None
        return [(shares * block.row(row) ** power).sum() for row in (WELL, ILL) for power in (1, 2)]

    return probe


def run(runs=RUNS, later=1.0, probe=None, **options):
    ids = combine_array(np.uint64(3), np.arange(runs, dtype=np.uint64))
    values = np.repeat(np.array([[2.2], [0.6], [later]]), runs, axis=1)
    return run_filter(Influenza(**options), values, ids, LANES, 1, probe=probe)


def log_mean(evidence):
    return logsumexp(evidence) - np.log(evidence.size)


def smoothed(result):
    """Means of S and I over all runs, each weighted by its Ẑ: (mean S, sd S, mean I, sd I)."""
    weight = np.exp(result.evidence - logsumexp(result.evidence))
    s, ss, i, ii = weight @ np.array(result.extra)
    return s, np.sqrt(ss - s * s), i, np.sqrt(ii - i * i)


def exact_log_likelihood(beta, gamma, days):
    """Forward algorithm over all (S, I) for the first ``days`` days; slow in Python, so keep it to a few days."""
    weight, total = {(BOYS - 1, 1): 1.0}, 0.0
    for day in range(days):
        for _ in range(SUBSTEPS):
            moved: dict[tuple[int, int], float] = {}
            recover = 1.0 - np.exp(-gamma / SUBSTEPS)
            for (well, ill), mass in weight.items():
                infect = 1.0 - np.exp(-beta * ill / BOYS / SUBSTEPS)
                most = int(binom.isf(1e-12, well, infect)) + 1
                new = binom.pmf(np.arange(most + 1), well, infect)
                out = binom.pmf(np.arange(ill + 1), ill, recover)
                for a, pa in enumerate(new):
                    for b, pb in enumerate(out):
                        if mass * pa * pb > 1e-13:
                            key = (well - a, ill + a - b)
                            moved[key] = moved.get(key, 0.0) + mass * pa * pb
            weight = moved
        x = IN_BED[day]
        for key, mass in weight.items():
            mean = key[1] + 0.1
            weight[key] = mass * float(
                np.exp(
                    gammaln(x + SIZE)
                    - gammaln(SIZE)
                    - gammaln(x + 1)
                    + SIZE * np.log(SIZE / (SIZE + mean))
                    + x * np.log(mean / (SIZE + mean))
                )
            )
        increment = sum(weight.values())
        total += np.log(increment)
        weight = {key: mass / increment for key, mass in weight.items()}
    return float(total)


def test_the_forward_algorithm():
    """The exact numbers of the first two days, solved here; the later ones take minutes."""
    assert exact_log_likelihood(2.2, 0.6, 1) == pytest.approx(CONDITIONAL[0], abs=1e-6)


def test_log_likelihood_and_last_state():
    """-62.962240, and on day 14 I 7.532 (sd 2.557), S 16.135 (sd 4.838); s.e. of the means 0.01 and 0.02."""
    result = run(probe=states)
    assert log_mean(result.evidence) == pytest.approx(LOG_LIKELIHOOD, abs=0.028)
    assert sum(CONDITIONAL) == pytest.approx(LOG_LIKELIHOOD, abs=1e-5)
    assert smoothed(result) == pytest.approx((16.13478, 4.83786, 7.53206, 2.55735), abs=0.1)


def test_missing_days():
    """Days 5 and 9 missing: -51.267392; on day 14 I 7.495 (sd 2.562)."""
    result = run(missing=(5, 9), probe=states)
    assert log_mean(result.evidence) == pytest.approx(-51.267392, abs=0.028)
    assert smoothed(result)[2:] == pytest.approx((7.49471, 2.56246), abs=0.06)


def test_forecast_from_day_7():
    """Filtered on seven days, run on without data: -30.959742, on day 14 I 7.598 (sd 3.146)."""
    result = run(days=7, probe=states)
    assert log_mean(result.evidence) == pytest.approx(-30.959742, abs=0.02)
    assert smoothed(result)[2:] == pytest.approx((7.5980, 3.1462), abs=0.06)


def test_halved_infection_from_day_5():
    """A what-if on filtered worlds with their own chance: 94.797 infections averted by halving β from day 5 on.

    S at day 14 is 16.998 (sd 5.056) as it was and 111.796 (sd 21.064) with the change; 4 s.e. of the mean of 1,200
    weighted runs are 0.1 and 0.5 (a run's mean has an s.d. of some 2 and 5).
    """
    factual, changed = run(days=5, probe=states), run(days=5, later=0.5, change_from=5, probe=states)
    assert np.array_equal(factual.evidence, changed.evidence)
    was, would = smoothed(factual), smoothed(changed)
    assert was[:2] == pytest.approx((16.99814, 5.05571), abs=0.1)
    assert would[:2] == pytest.approx((111.79558, 21.06433), abs=0.5)
    assert would[0] - was[0] == pytest.approx(94.79744, abs=0.5)


def test_log_evidence_and_posterior():
    """β ~ U(1, 4), γ ~ U(0.2, 1.2): log evidence -65.7318.

    Posterior β 2.094 (sd 0.258), γ 0.5585 (sd 0.0657), corr. -0.359. 32 ladders of 32 worlds a particle: the evidence must
    lie within 4 of the stated errors, which must be below 0.12. Means within 4 s.e. of draws
    worth 400 independent ones, s.d. within 4 / sqrt(800) = 14 %, the correlation within 0.18.
    """

    def likelihood(z, ids):
        u = ndtr(z)
        values = np.array([1.0 + 3.0 * u[:, 0], 0.2 + u[:, 1], np.ones(len(z))])
        return run_filter(Influenza(), values, ids, 32, 11)

    settings = Settings(ladders=32, rungs=4, worlds=32, passes=200)
    state = initialise(likelihood, 7, "influenza", 2, settings)
    while not finished(state, settings):
        state = advance(state, likelihood, np.ones(1), 7, "influenza", settings)
    value, error = log_evidence(state)
    assert abs(value - LOG_EVIDENCE) < 4.0 * error
    assert error < 0.12
    u = ndtr(finish(state, np.ones(1), 7, "influenza").z)
    beta, gamma = 1.0 + 3.0 * u[:, 0], 0.2 + u[:, 1]
    assert beta.mean() == pytest.approx(2.0940, abs=0.052)
    assert gamma.mean() == pytest.approx(0.5585, abs=0.0135)
    assert [beta.std(), gamma.std()] == pytest.approx([0.2583, 0.0657], rel=0.14)
    assert np.corrcoef(beta, gamma)[0, 1] == pytest.approx(-0.359, abs=0.18)
