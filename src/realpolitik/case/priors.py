"""Priors as people write them: `about 15000 (5000 to 40000)`, `lognormal(...)`, `beta(...)`, a plain number."""

from __future__ import annotations

import re
from math import inf, log

from realpolitik.case import scalars
from realpolitik.case.distributions import NINETY, Distribution
from realpolitik.case.mistakes import Mistake, did_you_mean, nearest, quoted

RIGHT = "write a number, about 15000 (5000 to 40000), lognormal(median, log sd), normal(mean, sd), beta(a, b) or uniform(low, high)"

LARGEST = 1e30
"""No parameter is larger, and no prior reaches further at FARTHEST standard deviations, where uniform numbers of 53 bits end: beyond it
sums and products of parameters would leave floating point."""
FARTHEST = 8.3
_SHAPES = (1e-3, 1e6)

_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "lognormal": ("median", "log sd"),
    "normal": ("mean", "sd"),
    "beta": ("a", "b"),
    "uniform": ("low", "high"),
    "half_normal": ("scale",),
    "fixed": ("value",),
}
_CALL = re.compile(r"([A-Za-z][A-Za-z_\- ]*?)\s*\(([^()]*)\)")
_ABOUT = re.compile(r"(?:about|~|≈)\s*([^()]+?)\s*\(\s*([^()]+?)\s*(?:\bto\b|\.\.+|…|–)\s*([^()]+?)\s*\)", re.IGNORECASE)
_SPACES = re.compile(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}(?!\d))")


def parse(text: str) -> Distribution:
    """Read a prior. Raises `Mistake` with the spelling that would be right.

    >>> parse('uniform(0, 2)')
    Distribution(kind='uniform', a=0.0, b=2.0, text='uniform(0, 2)')
    """
    written = text.strip()
    if len(written) > 200:
        raise Mistake(f"{quoted(text)} is not a prior", RIGHT)
    about = _ABOUT.fullmatch(written)
    if about:
        median, low, high = (_number(part) for part in about.groups())
        return _about(median, low, high, written)
    call = _CALL.fullmatch(written)
    if call:
        return _called(call[1], call[2], written)
    if re.match(r"about\b|~|≈", written, re.IGNORECASE):
        raise Mistake(f"{quoted(text)} says no range", "write the range too: about 15000 (5000 to 40000)")
    if "(" in written and written.count("(") == written.count(")"):
        word = re.match(r"[^\W\d_]*", written)[0].lower()  # type: ignore[index]
        near = nearest(word, ("about", *_ARGUMENTS))
        raise Mistake(f"{quoted(text)} is not a prior", RIGHT if near is None else f"did you mean {quoted(near)}?")
    if "(" in written or ")" in written:
        right = "put the whole prior in quotes: inside { } a comma ends a text"
        raise Mistake(f"{quoted(text)} has an open parenthesis", right if "(" in written else RIGHT)
    try:
        value = _number(written)
    except Mistake:
        raise Mistake(f"{quoted(text)} is not a prior", RIGHT) from None
    return _in_reach(Distribution("fixed", value, 0.0, written))


def _number(text: str) -> float:
    return scalars.number(_SPACES.sub("", text.strip()))


def _about(median: float, low: float, high: float, text: str) -> Distribution:
    if not low < high:
        raise Mistake(f"the range in {quoted(text)} does not rise", f"write ({high:g} to {low:g})")
    if not low <= median <= high:
        raise Mistake(f"{median:g} lies outside its own 90 % range in {quoted(text)}", "widen the range or move it")
    if low > 0.0:
        # The difference of logarithms: the ratio of two numbers may lie beyond floating point.
        return _in_reach(Distribution("lognormal", median, (log(high) - log(low)) / NINETY, text))
    return _in_reach(Distribution("normal", median, (high - low) / NINETY, text))


def _in_reach(prior: Distribution) -> Distribution:
    """The prior itself, unless its far quantiles or its shapes are beyond what can be computed with."""
    a, b = abs(prior.a), prior.b
    if prior.kind == "beta":
        if not all(_SHAPES[0] <= shape <= _SHAPES[1] for shape in (a, b)):
            raise Mistake(f"a shape in {quoted(prior.text)} is out of reach", f"write shapes from {_SHAPES[0]:g} to {_SHAPES[1]:g}")
        return prior
    if prior.kind == "lognormal":
        far = log(a) + FARTHEST * b if a > 0.0 else inf
        fits = far <= log(LARGEST)
    elif prior.kind == "uniform":
        fits = max(a, abs(b)) <= LARGEST
    else:
        fits = a * (FARTHEST if prior.kind == "half_normal" else 1.0) + FARTHEST * b <= LARGEST
    if not fits:
        raise Mistake(f"{quoted(prior.text)} reaches beyond {LARGEST:g}", "write smaller numbers or a narrower range")
    return prior


def _called(kind: str, inside: str, text: str) -> Distribution:
    key = re.sub(r"[\s-]+", "_", kind.strip().lower())
    if key not in _ARGUMENTS:
        raise Mistake(f"{quoted(kind)} is not a distribution", did_you_mean(key, _ARGUMENTS, "there are"))
    names = _ARGUMENTS[key]
    spelling = f"{key}({', '.join(names)})"
    parts = inside.split(",") if inside.strip() else []
    if len(parts) != len(names):
        count = f"{len(parts)} number{'' if len(parts) == 1 else 's'}"
        raise Mistake(f"{quoted(text)} has {count}, {key} takes {len(names)}", f"write {spelling}")
    numbers = [scalars.number(part) for part in parts]
    a, b = numbers[0], numbers[1] if len(numbers) > 1 else 0.0
    if key == "lognormal" and a <= 0.0:
        raise Mistake(f"the median in {quoted(text)} is not above 0", f"write {spelling} with a positive median")
    if key in ("lognormal", "normal") and b <= 0.0:
        raise Mistake(f"the {names[1]} in {quoted(text)} is not above 0", f"write {spelling} with a positive {names[1]}")
    if key == "beta" and (a <= 0.0 or b <= 0.0):
        raise Mistake(f"a shape in {quoted(text)} is not above 0", "write beta(a, b) with both above 0")
    if key == "uniform" and a >= b:
        raise Mistake(f"low is not below high in {quoted(text)}", f"write uniform({b:g}, {a:g})" if a > b else spelling)
    if key == "half_normal" and a <= 0.0:
        raise Mistake(f"the scale in {quoted(text)} is not above 0", "write half_normal(scale) with a positive scale")
    return _in_reach(Distribution(key, a, b, text))  # type: ignore[arg-type]
