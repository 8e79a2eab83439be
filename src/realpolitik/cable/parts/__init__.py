"""The parts of the cable in reading order; a new part is one file here and one line in `PARTS`.

A part takes the `View` of a run and gives a `Part`, or None when the run has nothing for it.
"""

from realpolitik.cable.parts import aftermath, audiences, believe, claims, forecast, history, leverage, matrix, odds, watch, what_if

PARTS = (
    odds.part,
    matrix.part,
    history.part,
    forecast.part,
    leverage.part,
    aftermath.part,
    what_if.part,
    watch.part,
    audiences.part,
    claims.part,
    believe.part,
)
