"""The one table of parameters: name, prior, unit, meaning, basis, source.

Every quantity of the model that is not known exactly has one row here and nowhere else. ``basis`` is ``published`` (a
number from the literature), ``recomputed`` (from public data), or ``judgement``. ``T``/``1.8`` style sources name the
section of the model page (docs/model.md, "Priors and their sources") that gives the reference. A claim changes priors
of this table and does nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from realpolitik.case.distributions import Distribution
from realpolitik.case.priors import parse


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row: ``prior`` is the default distribution, before any claim."""

    name: str
    prior: Distribution
    unit: str
    meaning: str
    basis: str
    source: str


def _row(name: str, prior: str, unit: str, meaning: str, basis: str, source: str) -> Parameter:
    return Parameter(name, parse(prior), unit, meaning, basis, source)


_J = "judgement"

# fmt: off
TABLE: tuple[Parameter, ...] = (
    # M1 mobilisation
    _row("spell_end", "lognormal(0.7, 0.6)", "1/day",
         "rate at which a person on the street goes home when nothing disturbs", _J,
         "order of riot spells 0.26/day (Bonnasse-Gahot et al. 2018) to one evening; see docs/priors-log.md"),
    _row("contagion", "lognormal(2.5, 0.6)", "ratio",
         "people one participant brings out before going home, in an untouched town", _J,
         "days-scale national explosions"),
    _row("mobilisable", "beta(1.5, 48.5)", "share of adults", "adults who could ever take to the street", _J,
         "around the 3.5 % debate"),
    _row("far_share", "beta(2, 4)", "share", "share of contagion that distance does not limit (media, phones)", _J,
         "proximity mattered in France 2005 though media reached all"),
    _row("kernel_scale", "lognormal(30, 0.8)", "km", "distance at which near contagion starts to fall", "published",
         "Bonnasse-Gahot et al. 2018, widened"),
    _row("kernel_exponent", "lognormal(0.75, 0.3)", "power", "how steeply near contagion falls with distance",
         "published", "Bonnasse-Gahot et al. 2018, widened"),
    _row("noise", "0", "1/sqrt(day)", "size of a region's weather; off by default", _J,
         "He, Ionides & King 2010 for the form; docs/priors-log.md"),
    _row("deterrence_half", "lognormal(1.0, 0.5)", "officers per participant",
         "ratio of force used at which joining is halved (Hill 4)", "published",
         "the floored ratio of Epstein 2002 / Wilensky 2004 turns at one"),
    _row("restraint", "beta(1.5, 20)", "share", "share of the force used against gatherings before an emergency", _J,
         "most rallies ignored"),
    _row("concession_effect", "normal(0, 0.4)", "log multiplier", "change of joining after a concession", _J,
         "sign disputed: Rasler, Moore"),
    _row("backlash", "normal(0.5, 0.5)", "log per unit", "fast anger at killing, low dose", _J,
         "sign: Steinert-Threlkeld, Chan & Joo 2022"),
    _row("fear", "half_normal(0.3)", "log per unit squared", "fear at killing, high dose", _J, "sign: same"),
    _row("anger", "half_normal(0.15)", "log per unit", "slow anger at all killing so far", _J,
         "Rasler 1996 for the sign"),
    _row("fear_memory", "lognormal(2, 0.5)", "days", "memory of fear", _J, "order of Rasler's lags"),
    _row("blackout_far", "lognormal(0.6, 0.5)", "multiplier", "far contagion under a blackout", _J,
         "sign: Hassanpour 2014, Edmond 2013"),
    _row("blackout_near", "lognormal(1.05, 0.3)", "multiplier", "near contagion under a blackout", _J,
         "mixed evidence"),
    _row("blackout_lethality", "lognormal(1.3, 0.4)", "multiplier", "killing under a blackout", _J,
         "sign: Gohdes 2015"),
    # M2 leaving the street
    _row("dispersal", "lognormal(5, 0.7)", "multiplier", "how much faster people go home when force is used in full",
         _J, "order only"),
    _row("arrest", "lognormal(0.3, 1.2)", "1/day", "arrest of a participant at full use of force",
         "recomputed", "Belarus 2020: 3,000 in one night"),
    _row("sweep", "lognormal(0.02, 1.0)", "1/day", "arrest at home, afterwards, of those who took part", _J,
         "order only"),
    _row("release", "lognormal(0.05, 0.7)", "1/day", "release of a detained person", _J, "mean 20 days"),
    _row("death_unarmed", "lognormal(2e-5, 1.2)", "1/day", "death of a participant where lethal force is not allowed",
         _J, "order only"),
    _row("death_lethal", "lognormal(0.005, 1.0)", "1/day", "death of a participant under a lethal-force order", _J,
         "order only"),
    _row("wounded_per_dead", "lognormal(15, 0.5)", "ratio", "wounded for one dead", _J, "order only"),
    _row("clash_wounds", "lognormal(0.005, 1.0)", "1/day", "wounding of a participant in clashes without shooting", _J,
         "order only"),
    _row("arming", "lognormal(0.005, 1.0)", "1/day", "participants who take up arms", _J, "order only"),
    # M3 the armed
    _row("armed_exit", "lognormal(0.3, 0.7)", "1/day", "armed people who give up or slip away", _J, "order only"),
    _row("armed_arrest", "lognormal(0.1, 0.8)", "1/day", "arrest of an armed person at full use of force", _J,
         "order only"),
    _row("armed_death", "lognormal(0.05, 1.0)", "1/day", "death of an armed person under a lethal-force order", _J,
         "order only"),
    _row("security_loss", "lognormal(0.001, 1.0)", "1/day", "security deaths per armed person (Deitchman)", _J,
         "order only"),
    _row("security_wounded", "lognormal(0.01, 1.0)", "1/day", "security wounded per participant where force is used",
         _J, "order only"),
    # M4 places
    _row("storm", "lognormal(1.5, 0.8)", "1/day", "storming of a seat or post under overwhelming pressure", _J,
         "order only"),
    _row("abandon", "lognormal(0.3, 1.0)", "1/day", "abandoning of a post by a force without cohesion, under pressure",
         _J, "order only"),
    _row("retake", "lognormal(1.5, 0.8)", "1/day", "retaking of a lost place when pressure is gone", _J, "order only"),
    _row("weapons_per_post", "lognormal(300, 1.0)", "weapons", "weapons lost with one post", _J,
         "order of a police armoury"),
    _row("weapons_per_armed", "lognormal(1, 0.7)", "weapons",
         "weapons taken from shops and patrols per person who takes up arms", _J, "order"),
    # M5 loyalty
    _row("cohesion_loss", "lognormal(0.3, 0.8)", "1/day", "loss of cohesion under full threat", _J, "order only"),
    _row("cohesion_recovery", "lognormal(0.2, 0.7)", "1/day", "recovery of cohesion in calm", _J, "order only"),
    _row("signal", "beta(3, 4)", "share", "share of lost cohesion restored when a patron commits", _J,
         "beliefs move at the announcement"),
    # M6 decisions
    _row("threat_slope", "lognormal(3, 0.4)", "log per unit",
         "how much faster rulers decide at full threat than in calm", _J, "order only"),
    _row("hazard_concede", "lognormal(0.2, 1.2)", "1/day", "concession to the street, at full threat", _J,
         "order only"),
    _row("hazard_dismiss", "lognormal(0.1, 1.2)", "1/day", "dismissal of the government, at full threat", _J,
         "order only"),
    _row("hazard_emergency", "lognormal(0.3, 1.0)", "1/day", "state of emergency, at full threat", _J,
         "29 of 42 crises, days"),
    _row("hazard_blackout", "lognormal(0.2, 1.0)", "1/day",
         "internet cut, at full threat; three times faster under emergency", _J, "21 of 42 crises"),
    _row("hazard_sideline", "lognormal(0.05, 1.2)", "1/day", "sidelining of the inside rival, at full threat", _J,
         "order only"),
    _row("hazard_request", "lognormal(0.05, 1.2)", "1/day", "call for allied troops, at full threat", _J,
         "15 of 42 crises asked"),
    _row("hazard_lethal", "lognormal(0.2, 1.2)", "1/day", "order to shoot, at full threat, under emergency", _J,
         "order only"),
    _row("hazard_purge", "lognormal(0.02, 1.2)", "1/day",
         "removal of security chiefs; faster once the rival is weakened", _J, "sign: Sudduth 2017"),
    _row("hazard_coup", "lognormal(0.003, 1.0)", "1/day", "open coup attempt, at full threat", _J,
         "10-20 % over an endgame"),
    _row("coup_success", "beta(8.2, 11.8)", "probability", "success of an attempt from the middle ranks", "published",
         "Singh 2014, discounted"),
    _row("hazard_resign", "lognormal(0.002, 1.2)", "1/day", "ruler resigns or flees, at full threat", _J, "order only"),
    _row("hazard_accept", "lognormal(2, 0.8)", "1/day", "speed at which one man decides on a request", "recomputed",
         "13 cases: a day at the median from request to first troops"),
    _row("accept_share", "beta(3, 3)", "probability", "chance that a request is granted", "recomputed",
         "4 requests, 2 granted, flat start"),
    _row("hazard_deploy", "lognormal(2, 0.6)", "1/day", "first troops after acceptance, forces near", "recomputed",
         "same 13 cases"),
    _row("contingent", "lognormal(150, 1.0)", "troops per million people", "full strength of the allied mission", _J,
         "two missions"),
    _row("hazard_announce", "lognormal(0.15, 0.8)", "1/day", "announcement of withdrawal, in calm", _J,
         "median stay 40 days, two cases"),
    _row("hazard_withdraw", "lognormal(0.15, 0.6)", "1/day", "completion of an announced withdrawal", _J,
         "order of a week"),
    _row("troops_free", "lognormal(0.8, 0.3)", "people per soldier", "domestic personnel freed by one allied soldier",
         _J, "one mission"),
    # claims: off unless an account says otherwise
    _row("infiltrators", "0", "people", "armed people from abroad", "definition", "off by default"),
    _row("infiltrator_skill", "1", "ratio", "fighting skill of infiltrators against local armed people", "definition",
         "off by default"),
    _row("infiltrator_day", "2", "day of the clock", "when infiltrators act", "definition", "off by default"),
    _row("organised_cells", "0", "people", "armed people organised beforehand inside the country", "definition",
         "off by default"),
    _row("cell_skill", "1", "ratio", "fighting skill of organised cells against local armed people", "definition",
         "off by default"),
    _row("cell_day", "2", "day of the clock", "when cells act", "definition", "off by default"),
    _row("rival_withholds", "0", "share", "share of rival-held forces that stands aside", "definition",
         "off by default"),
    _row("sponsor_reach", "0", "ratio", "outside sponsorship: adds to distance-free contagion and to sparks everywhere",
         "definition", "off"),
    # reports
    _row("background_foreign", "beta(2, 98)", "share", "foreigners among ordinary detained people", _J,
         "registered foreigners, order"),
)
# fmt: on

NAMES: tuple[str, ...] = tuple(row.name for row in TABLE)
_INDEX = {name: i for i, name in enumerate(NAMES)}
DECISION_PARAMETERS = {
    "concede": "hazard_concede",
    "dismiss government": "hazard_dismiss",
    "declare emergency": "hazard_emergency",
    "cut internet": "hazard_blackout",
    "sideline rival": "hazard_sideline",
    "request help": "hazard_request",
    "order lethal force": "hazard_lethal",
    "purge": "hazard_purge",
    "coup attempt": "hazard_coup",
    "resign": "hazard_resign",
    "accept request": "hazard_accept",
    "refuse request": "hazard_accept",
    "deploy": "hazard_deploy",
    "announce withdrawal": "hazard_announce",
    "complete withdrawal": "hazard_withdraw",
}


def index(name: str) -> int:
    """Row of a parameter in the table; raises KeyError for a name that is not in it."""
    return _INDEX[name]
