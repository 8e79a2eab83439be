"""Binomial draws by quantile against SciPy, over n and p."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binom

from realpolitik.chance.draws import FREE, LANES, SWITCH, N, P, U, X, draw_binomials

GRID = (np.arange(LANES) + 0.5) / LANES
EXACT = [
    (1, 0.3),
    (5, 0.5),
    (10, 0.1),
    (23, 0.5),
    (100, 0.05),
    (763, 0.01),
    (1000, 0.011),
    (10**6, 1e-5),
    (10**9, 1e-9),
]
WIDE = [(100, 0.13), (1000, 0.012), (763, 0.3), (1000, 0.5), (10**5, 0.05), (10**6, 0.5), (10**8, 1e-5)]


def draw(u, n, p):
    """Quantiles of arrays of any length, a block of lanes at a time."""
    u, n, p = np.broadcast_arrays(*(np.atleast_1d(np.asarray(a, float)) for a in (u, n, p)))
    padded = -(-u.size // LANES) * LANES
    out = np.empty(padded)
    rows = [np.concatenate([a, np.full(padded - u.size, a[-1])]) for a in (u, n, p)]
    w = np.zeros(FREE * LANES)
    for b in range(0, padded, LANES):
        for row, a in zip((U, N, P), rows, strict=True):
            w[row : row + LANES] = a[b : b + LANES]
        draw_binomials(w)
        out[b : b + LANES] = w[X : X + LANES]
    return out[: u.size]


@pytest.mark.parametrize(("n", "p"), EXACT)
def test_exact_quantile_where_the_mean_is_small(n, p):
    """Below a mean of 12 the draw is SciPy's quantile itself; uniforms within 1e-9 of a step of the cdf are left
    out."""
    u = np.linspace(1e-6, 1.0 - 1e-6, 4096)
    k = binom.ppf(u, n, p)
    clear = (np.abs(binom.cdf(k, n, p) - u) > 1e-9) & (np.abs(binom.cdf(k - 1, n, p) - u) > 1e-9)
    assert clear.mean() > 0.99
    assert np.array_equal(draw(u, n, p)[clear], k[clear])


@pytest.mark.parametrize(("n", "p"), WIDE)
def test_expansion_where_the_mean_is_large(n, p):
    """The expansion moves no step of the cdf by more than 3e-4 (its largest error, at a mean of 12): off by one at
    most, and rarely."""
    u = np.linspace(1e-4, 1.0 - 1e-4, 8192)
    got, k = draw(u, n, p), binom.ppf(u, n, p)
    assert np.abs(got - k).max() <= 1.0
    assert np.all(binom.cdf(got, n, p) >= u - 3e-4)
    assert np.all(binom.cdf(got - 1, n, p) <= u + 3e-4)


@pytest.mark.parametrize(("n", "p"), [*EXACT, *WIDE])
def test_mean_and_variance(n, p):
    """Averaged over an even grid of 65,536 uniforms; tolerances are the lattice and expansion error, 1 % of a standard
    deviation."""
    u = (np.arange(65_536) + 0.5) / 65_536
    x, sd = draw(u, n, p), np.sqrt(n * p * (1 - p))
    assert x.mean() == pytest.approx(n * p, abs=0.01 * sd)
    assert x.var() == pytest.approx(sd * sd, rel=0.01)


@pytest.mark.parametrize(("n", "p"), [(10, 0.7), (1000, 0.995), (763, 0.7), (10**6, 0.99), (40, 0.5000001)])
def test_a_mirrored_uniform_mirrors_the_draw(n, p):
    """B(n, p) at u and n − B(n, 1 − p) at 1 − u are one draw (u in the middle of 128 cells, so never on a step)."""
    assert np.array_equal(draw(GRID, n, p), n - draw(1.0 - GRID, n, 1.0 - p))


def test_edges_are_exact():
    """Nobody leaves an empty compartment, nobody leaves without a hazard, everybody leaves under a certain one."""
    u = np.array([1e-15, 0.5, 1.0 - 1e-15])
    for n in (0, 1, 11, 10**7):
        assert draw(u, n, 0.0).tolist() == [0, 0, 0]
        assert draw(u, n, 1.0).tolist() == [n, n, n]
    for p in (0.0, 0.3, 1.0):
        assert draw(u, 0, p).tolist() == [0, 0, 0]


def test_probabilities_beyond_the_edges_are_clipped():
    assert draw(0.5, 10, [-0.1, 1.1]).tolist() == [0, 10]


@pytest.mark.parametrize("large", [0.0, 0.45, 0.55, 0.95, 1.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_busy_block_draws_what_each_lane_would_alone(large, mirrored):
    """Blocks of small means, of large ones and of both are drawn in other ways than a lane among empty ones, to the same numbers."""
    rng = np.random.default_rng(7)
    for _ in range(40):
        n = np.floor(10.0 ** rng.uniform(2.0, 5.0, LANES))
        mean = np.where(rng.uniform(size=LANES) < large, rng.uniform(12.1, 49.0, LANES), rng.uniform(0.0, 11.9, LANES))
        p, u = mean / n, rng.uniform(1e-9, 1.0 - 1e-9, LANES)
        p = 1.0 - p if mirrored else p
        alone = np.empty(LANES)
        for i in range(LANES):
            w = np.zeros(FREE * LANES)
            w[N + i], w[P + i], w[U : U + LANES] = n[i], p[i], u[i]
            draw_binomials(w)
            alone[i] = w[X + i]
        assert np.array_equal(draw(u, n, p), alone)


def test_the_formula_follows_the_lane_not_its_block():
    """A lane's draw is the same whatever its neighbours are: alone with others like it, or mixed with large and empty
    ones."""
    n = np.tile([7, 0, 10**6, 400], LANES // 4)
    p = np.tile([0.4, 0.5, 0.3, 0.02], LANES // 4)
    mixed = draw(GRID, n, p)
    for j in range(4):
        alone = draw(GRID[j::4], n[j], p[j])
        assert np.array_equal(mixed[j::4], alone)


@pytest.mark.parametrize(
    ("lane", "u", "n", "p", "some"),
    [(0, 0.4, 10, 0.05, False), (0, 0.7, 10, 0.05, True), (127, 0.999, 500, 0.2, True), (63, 0.5, 3, 1.0, True),
     (64, 0.999, 0, 1.0, False), (64, 1e-9, 10**6, 0.9, True)],
)  # fmt: skip
def test_says_whether_anybody_was_drawn(lane, u, n, p, some):
    """A block in which one lane alone can draw: the answer is True where that lane gives more than 0."""
    w = np.zeros(FREE * LANES)
    w[U : U + LANES] = 0.5
    w[U + lane], w[N + lane], w[P + lane] = u, n, p
    assert draw_binomials(w) == some
    assert w[X : X + LANES].any() == some
    assert w[X + lane] == binom.ppf(u, n, p)


@pytest.mark.parametrize("n", [24, 60, 1200, 10**6])
def test_rises_with_p_across_the_switch(n):
    """Common random numbers need draws that rise with p: also where inversion hands over to the expansion.

    The two differ by 3e-4 in the cdf at most, so a step down by one is allowed there for a uniform that close to a
    step.
    """
    p = np.linspace(0.5 * SWITCH / n, min(2.0 * SWITCH / n, 1.0), 257)
    x = np.array([draw(GRID, n, value) for value in p])
    assert np.diff(x, axis=0).min() >= -1.0
    down = np.diff(x, axis=0) < 0
    assert down.sum() <= 0.003 * LANES * 4


@given(n=st.integers(0, 10**7), p=st.floats(0.0, 1.0), seed=st.integers(0, 10**6))
@example(n=24, p=0.5, seed=0)
@example(n=24, p=0.5000000000000001, seed=0)
@example(n=10**7, p=1e-9, seed=1)
def test_whole_in_range_and_rising_in_u(n, p, seed):
    """A draw is a whole number from 0 to n and never falls as u rises."""
    u = np.sort(np.random.default_rng(seed).random(LANES))
    x = draw(u, n, p)
    assert np.array_equal(x, np.floor(x))
    assert x.min() >= 0
    assert x.max() <= n
    assert np.all(np.diff(x) >= 0)
