"""Where the names on the map stand: beside their dots without running over one another; the names of small dots give way."""

from __future__ import annotations

from collections.abc import Sequence

_LETTER, _LINE = 6.4, 13.0  # width and height of text in units of the drawing
Box = tuple[float, float, float, float]


def placed(dots: Sequence[tuple[float, float, float, str]], width: float, height: float) -> list[tuple[float, float, str] | None]:
    """Foot of each name and which way it is set, or None where there is no room.

    Parameters
    ----------
    dots : sequence of (x, y, radius, name)
        Larger dots choose first: below, above, right, then left of themselves.
    """
    taken = [(x - r, y - r, x + r, y + r) for x, y, r, _ in dots]
    found: list[tuple[float, float, str] | None] = [None] * len(dots)
    for i in sorted(range(len(dots)), key=lambda i: -dots[i][2]):
        x, y, r, name = dots[i]
        wide = _LETTER * len(name)
        choices = (
            (x, y + r + 12, "middle", x - wide / 2),
            (x, y - r - 4, "middle", x - wide / 2),
            (x + r + 4, y + 4, "start", x + r + 4),
            (x - r - 4, y + 4, "end", x - r - 4 - wide),
        )
        for at, foot, anchor, left in choices:
            box = (left, foot - _LINE + 3, left + wide, foot + 3)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(_meet(box, other) for j, other in enumerate(taken) if j != i):
                found[i] = (at, foot, anchor)
                taken.append(box)
                break
    return found


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
