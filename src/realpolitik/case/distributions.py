"""Prior distributions: a kind, two numbers and the text the analyst wrote.

Every draw is a quantile of a standard normal number, so that a parameter moves smoothly with the number that
drives it, whatever its distribution.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, isfinite, log, sqrt
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Kind = Literal["fixed", "lognormal", "normal", "beta", "uniform", "half_normal"]

NINETY = 2 * 1.6448536269514722
"""Standard deviations between the 5 % and the 95 % point of a normal distribution."""

_HALF_NORMAL_MEDIAN = 0.6744897501960817


@dataclass(frozen=True, slots=True)
class Distribution:
    """A prior distribution of one number.

    Parameters
    ----------
    kind : {'fixed', 'lognormal', 'normal', 'beta', 'uniform', 'half_normal'}
    a, b : float
        ``lognormal``: median, standard deviation of the logarithm. ``normal``: mean, standard deviation.
        ``beta``: its two shapes. ``uniform``: low, high. ``half_normal``: scale, 0. ``fixed``: value, 0.
    text : str
        As written in the case.

    Examples
    --------
    >>> Distribution('lognormal', 100.0, 0.5).median
    100.0
    >>> float(Distribution('uniform', 0.0, 2.0).quantile(0.25))
    0.5
    """

    kind: Kind
    a: float
    b: float = 0.0
    text: str = ""

    def from_standard_normal(self, z: ArrayLike) -> NDArray:
        """Carry standard normal numbers to this distribution, `x = Q(Phi(z))`.

        Parameters
        ----------
        z : array of any shape

        Returns
        -------
        array of the same shape, in the parameter's own unit
        """
        import numpy as np

        z = np.asarray(z, dtype=float)
        if self.kind == "lognormal":
            return self.a * np.exp(self.b * z)
        if self.kind == "normal":
            return self.a + self.b * z
        if self.kind == "fixed":
            return np.full_like(z, self.a)
        from scipy.special import betaincinv, ndtr, ndtri

        if self.kind == "uniform":
            return self.a + (self.b - self.a) * ndtr(z)
        if self.kind == "half_normal":
            # The tail's own probability keeps every digit where 1 - p would have none left.
            return -self.a * ndtri(0.5 * ndtr(-z))
        lower = betaincinv(self.a, self.b, ndtr(np.minimum(z, 0.0)))
        upper = 1.0 - betaincinv(self.b, self.a, ndtr(-np.maximum(z, 0.0)))
        return np.where(z <= 0.0, lower, upper)

    def quantile(self, p: ArrayLike) -> NDArray:
        """Quantile at probability `p` (any shape, 0 to 1)."""
        from scipy.special import ndtri

        return self.from_standard_normal(ndtri(p))

    @property
    def median(self) -> float:
        """The 50 % point."""
        if self.kind == "uniform":
            return 0.5 * (self.a + self.b)
        if self.kind == "half_normal":
            return _HALF_NORMAL_MEDIAN * self.a
        if self.kind == "beta":
            return float(self.from_standard_normal(0.0))
        return self.a

    @property
    def sd(self) -> float:
        """Standard deviation, in the parameter's own unit."""
        a, b = self.a, self.b
        if self.kind == "lognormal":
            return a * exp(0.5 * b * b) * sqrt(exp(b * b) - 1.0)
        if self.kind == "normal":
            return b
        if self.kind == "beta":
            return sqrt(a * b / (a + b + 1.0)) / (a + b)
        if self.kind == "uniform":
            return (b - a) / sqrt(12.0)
        if self.kind == "half_normal":
            return a * sqrt(1.0 - 2.0 / 3.141592653589793)
        return 0.0

    def scaled(self, factor: float) -> Distribution:
        """The same distribution made wider or narrower about the same median.

        The standard deviation is multiplied by `factor` (for a lognormal that of the logarithm). A half-normal
        has one number only, so its median moves with its scale. A beta cannot be wider than its two ends allow and
        stops there. Raises ValueError unless `factor` is positive and finite.
        """
        if not (factor > 0.0 and isfinite(factor)):
            raise ValueError(f"a width is multiplied by a positive number, not by {factor}")
        if self.kind == "fixed":
            return self
        if self.kind in ("lognormal", "normal"):
            a, b = self.a, self.b * factor
        elif self.kind == "uniform":
            half = 0.5 * (self.b - self.a) * factor
            a, b = self.median - half, self.median + half
        elif self.kind == "half_normal":
            a, b = self.a * factor, 0.0
        else:
            a, b = _beta_with(self.median, self.sd * factor)
        return replace(self, a=a, b=b, text=f"{self.text or self.kind} with its width times {factor:g}")


def _beta_with(median: float, sd: float) -> tuple[float, float]:
    """Shapes of the beta distribution with this median and standard deviation (nearest possible)."""
    from scipy.optimize import brentq
    from scipy.special import betainc

    def shapes(log_total: float) -> tuple[float, float]:
        total = exp(log_total)
        mean = brentq(lambda m: betainc(m * total, (1.0 - m) * total, median) - 0.5, 1e-9, 1.0 - 1e-9)
        return mean * total, (1.0 - mean) * total

    def excess(log_total: float) -> float:
        return Distribution("beta", *shapes(log_total)).sd - sd

    widest, narrowest = log(0.2), log(1e8)
    if excess(widest) <= 0.0:
        return shapes(widest)
    return shapes(brentq(excess, widest, narrowest))
