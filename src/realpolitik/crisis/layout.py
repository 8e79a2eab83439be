"""Where things lie in the flat arrays of a block.

State ``S``, parameters ``P`` and scratch ``w`` are flat float64 arrays of rows of ``LANES`` numbers. ``S`` holds the
nation's rows first, then ``N_REGION`` rows for each region, then the rows of the case: one per clamped act (its place on
the clock, in steps), one per evidence item (its log likelihood along the path), two per reporter's series, one for each
figure whose truth is put together from several moments. Kernels address a row by ``(base + FIELD) * LANES``.
"""

from __future__ import annotations

from dataclasses import dataclass

from realpolitik.chance.draws import FREE, LANES

__all__ = ["LANES", "Layout"]

# Rows and columns are tables: they stay as they are laid out.
# fmt: off
# ---- decisions, in the order in which a step takes them (rule M6)
DECISIONS: tuple[str, ...] = (
    "concede", "dismiss government", "declare emergency", "cut internet", "sideline rival", "request help",
    "order lethal force", "purge", "coup attempt", "resign", "accept request", "refuse request", "deploy",
    "announce withdrawal", "complete withdrawal",
)
(CONCEDE, DISMISS, EMERGENCY, BLACKOUT, SIDELINE, REQUEST, LETHAL, PURGE, COUP, RESIGN,
 ACCEPT, REFUSE, DEPLOY, ANNOUNCE, WITHDRAW) = range(15)
N_DECISIONS = 15
PUBLIC = frozenset(DECISIONS) - {"order lethal force"}  # an order to shoot may stay hidden

# ---- places of a region: the seat of government, then a post for each agency (those beyond the fourth share the last)
SEAT = 0
N_PLACES = 5

# ---- nation rows
STREET_ALL, HELD, HELD_FOREIGN = 0, 1, 2
COHESION, RIVAL_COHESION, TROOPS, THREAT, FALLEN = range(3, 8)  # FALLEN: hour at which the ruler fell, -1 while he stands
WEIGHT, KILLED_ALL, LOST_SHARE, ALLIED_DEAD, ARMED_EVER, POSTS_LOST, FAULT = range(8, 15)
TAKEN = 15  # 15 rows: hour at which a decision was taken, -1 while it was not
WAIT = TAKEN + N_DECISIONS  # 15 rows: hazard still to pass before it fires
N_NATION = WAIT + N_DECISIONS

# ---- region rows
QUIET, RETURNED, STREET, LOCAL, CELLS, FOREIGN, CELLS_WAITING, FOREIGN_WAITING = 0, 1, 2, 3, 4, 5, 6, 7
DETAINED, DETAINED_FOREIGN, DEAD, DEAD_ARMED, WOUNDED, SECURITY_DEAD, SECURITY_WOUNDED, FEAR = range(8, 16)
PLACE = 16  # N_PLACES times PLACE_ROWS
STATUS, LOST_AT, BACK_AT, LOSE_WAIT, BACK_WAIT, HOW = 0, 1, 2, 3, 4, 5
PLACE_ROWS = 6
MOBILISABLE = PLACE + N_PLACES * PLACE_ROWS
ATTACKED = MOBILISABLE + 1  # integrated pressure on the seat, in days of full assault
N_REGION = ATTACKED + 1
HELD_BY_STATE, STORMED, ABANDONED = 0.0, 1.0, 2.0

# ---- scratch rows beyond those of the draws
(NEAR, HAZARD, FORCE, USED, JOINED, A, B, C, D, FAR, LIFT, SWING, POSTURE, ARMED, GRIP, SPREAD,
 HALF_PRESS, PRESS, TWICE_PRESS, FOURFOLD_PRESS, BOTH, CALM_SEAT, CALM_POST, NEAR_PART, FAR_PART, BASE,
 SPONSOR, STRENGTH, STEADY, PER_HEAD, HOMEWARD, DEADLY, ARMED_DEADLY, STREET_SUM, ARMED_SUM, FEAR_SUM, KILLED_SUM,
 OPEN, PASSED, REJOINED, STAYED, PULL, SHUT, PRESSING, HARDER, WEIGHED_SUM, HELD_THEN, FOREIGN_THEN, DARK, ORDER,
 ORDERED, ARMED_ORDERED) = (FREE + j for j in range(52))
# ---- rows of each region for the moment at which hazards are taken: people on the street, local armed, the armed of all
# origins, the same weighted by skill, recent dead, dead of this step, share of the mobilisable people who are out,
# part of the step in which a place is lost
AHEAD = FREE + 52
CROWD, LOCALS, GUNS, WEIGHED, FEARED, SLAIN, SHARE, LOST_PART = range(8)
N_AHEAD = 8

# ---- columns of the static region table
(POP, POP_SHARE, HARDSHIP, MINORITY, POLICE_SHARE, CELL_SHARE, FOREIGN_SHARE, SPARK_ROW, SPARK_FROM, SPARK_TO,
 SPARK_DAYS, DISPOSITION_ROW, WEATHER_ROW) = range(13)
N_STATIC = 13

# ---- columns of the step table
HOUR, DAYS, RHYTHM, PERIOD, LENGTH, PIECE = range(6)  # period: whose weather is in force, its length in days; piece: whose noise ids are

# ---- integer configuration
(I_REGIONS, I_STEPS, I_PARAMETERS, I_KAPPA, I_CLAMPS, I_ITEMS, I_PLACES, I_RIVAL, I_ALLIANCE,
 I_PLACE_SIDE) = range(10)
N_INT = I_PLACE_SIDE + N_PLACES  # from I_PLACE_SIDE on: 1 for a place whose guards are held by the rival

# ---- columns of the clamp table: kind 0 free, 1 happened (when: clamp row), 2 did not happen in [first, last), in steps
CLAMP_KIND, CLAMP_ITEM, CLAMP_FIRST, CLAMP_LAST, CLAMP_MODE, CLAMP_POWER = range(6)
N_CLAMP = 6

# ---- columns of the integer table of reports, and their kinds
J_KIND, J_QUANTITY, J_REGION, J_PLACE, J_SERIES, J_FORM, J_DECISION, J_MODE, J_NOTE = range(9)  # note: rows behind the first series, or -1
N_REPORT_INT = 9
COUNT, SHARE_OF, PLACE_REPORT, DECISION_REPORT, CONSTANT, NOTE = range(6)
EXACT, AT_LEAST, AT_MOST = range(3)
LOST, HELD_PLACE, BACK, DONE, NOT_DONE = range(5)
# ---- columns of the float table of reports
(R_LOG, R_OUTLIER, R_PERSIST, R_GAP, R_VARIANCE, R_GAIN_BIAS, R_GAIN_GAP, R_FROM, R_TO, R_COUNT, R_OF, R_PART, R_POWER,
 R_VALUE) = range(14)
N_REPORT_FLOAT = 14
# ---- quantities that a report can count
QUANTITIES: tuple[str, ...] = (
    "crowd", "regions with rallies", "detained", "civilians dead", "security dead", "dead", "civilians wounded",
    "security wounded", "weapons lost", "allied dead", "allied troops", "seats lost", "foreign share of detained",
    "armed share of dead", "held", "seats ever lost", "armed", "threat")
(Q_CROWD, Q_RALLIES, Q_DETAINED, Q_DEAD, Q_SECURITY_DEAD, Q_ALL_DEAD, Q_WOUNDED, Q_SECURITY_WOUNDED, Q_WEAPONS,
 Q_ALLIED_DEAD, Q_TROOPS, Q_SEATS, Q_FOREIGN_SHARE, Q_ARMED_SHARE, Q_HELD, Q_SEATS_EVER, Q_ARMED, Q_THREAT) = range(18)

# ---- names of the mechanisms that draw, in the order of the columns of the key table
STREAMS: tuple[str, ...] = (
    "join", "rejoin", "rejoin at once", "sweep", "street leave", "street dead", "street arrest", "street arm", "wounded",
    "local leave", "local dead", "local arrest", "cells enter", "cells leave", "cells dead", "cells arrest",
    "foreign enter", "foreign leave", "foreign dead", "foreign arrest", "security dead", "security wounded",
    "allied dead", "release", "release foreign", "coup outcome", "storm or abandon 0", "storm or abandon 1",
    "storm or abandon 2", "storm or abandon 3", "storm or abandon 4",
)
(K_JOIN, K_REJOIN, K_AT_ONCE, K_SWEEP, K_LEAVE, K_DEAD, K_ARREST, K_ARM, K_WOUNDED, K_LOCAL, K_LOCAL_DEAD, K_LOCAL_ARREST,
 K_CELLS_ENTER, K_CELLS, K_CELLS_DEAD, K_CELLS_ARREST, K_FOREIGN_ENTER, K_FOREIGN, K_FOREIGN_DEAD, K_FOREIGN_ARREST,
 K_SECURITY_DEAD, K_SECURITY_WOUNDED, K_ALLIED_DEAD, K_RELEASE, K_RELEASE_FOREIGN, K_COUP,
 K_MODE_0, K_MODE_1, K_MODE_2, K_MODE_3, K_MODE_4) = range(31)
# fmt: on


@dataclass(frozen=True, slots=True)
class Layout:
    """Row numbers that depend on the case; ``memory`` rows for what reports leave behind: two for each series, then the notes."""

    regions: int
    clamps: int
    items: int
    memory: int

    @property
    def clamp_row(self) -> int:
        """First clamp row: the step at which a clamped act happens in each lane."""
        return N_NATION + self.regions * N_REGION

    @property
    def item_row(self) -> int:
        """First item row: log likelihood of each item along the path."""
        return self.clamp_row + self.clamps

    @property
    def expected_row(self) -> int:
        """First expectation row: log of the figure (plus ½) that a report was expected to give, or a share."""
        return self.item_row + self.items

    @property
    def series_row(self) -> int:
        """First series row: persistent bias and passing gap (means given the reports so far)."""
        return self.expected_row + self.items

    @property
    def rows(self) -> int:
        """All rows of the state: behind the series are the notes, what of a figure's truth was seen at earlier edges (R6)."""
        return self.series_row + self.memory

    def region(self, k: int) -> int:
        """First row of region ``k``."""
        return N_NATION + k * N_REGION

    def place(self, k: int, place: int) -> int:
        """First row of a place of region ``k``."""
        return self.region(k) + PLACE + place * PLACE_ROWS
