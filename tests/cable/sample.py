"""A results document of the right shape and plausible size, made up: 9 accounts, 85 items, 17 regions, 132 times."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=6))
START = datetime(2022, 1, 2, tzinfo=ZONE)
ACCOUNTS = {
    "uprising": (
        "A popular uprising over prices and rule, without outside or inside direction.",
        ["article A", "rights monitors"],
        [],
    ),
    "foreign terrorists": (
        "Thousands of fighters trained abroad attacked the state.",
        ["Tokayev 7 Jan"],
        ["foreign-fighters"],
    ),
    "hijacked protest": (
        "Peaceful protest was taken over by organised armed cells.",
        ["Interior Ministry"],
        ["organised-cells"],
    ),
    "palace plot": (
        "The rival's men stood aside and steered the violence.",
        ["exiles", "Massimov case"],
        ["palace-plot"],
    ),
    "colour revolution": (
        "A foreign sponsor financed and guided the unrest.",
        ["Xi 7 Jan", "Putin 10 Jan"],
        ["foreign-sponsor"],
    ),
    "ruler's purge": ("The ruler used the unrest to remove the rival's circle.", ["opposition"], ["purge"]),
    "article A": ("An uprising, with perhaps a plot inside it.", ["article A"], ["price-grievance"]),
    "article B": ("A hijacked protest and an attempted coup.", ["article B"], ["organised-cells", "palace-plot"]),
    "price grievance alone": ("Anger at fuel prices and nothing else.", ["Energy Ministry"], ["price-grievance"]),
}
LOG_EVIDENCE = (-402.1, -421.7, -401.2, -399.6, -411.0, -403.9, -400.9, -400.1, -409.3)
REGIONS = (
    ("Almaty", 43.24, 76.89),
    ("Astana", 51.17, 71.43),
    ("Shymkent", 42.32, 69.6),
    ("Akmola", 53.28, 69.4),
    ("Aktobe", 50.28, 57.17),
    ("Almaty region", 45.02, 78.37),
    ("Atyrau", 47.12, 51.88),
    ("East Kazakhstan", 49.95, 82.6),
    ("Zhambyl", 42.9, 71.37),
    ("West Kazakhstan", 51.23, 51.37),
    ("Karaganda", 49.8, 73.1),
    ("Kostanay", 53.21, 63.63),
    ("Kyzylorda", 44.85, 65.5),
    ("Mangystau", 43.65, 51.17),
    ("Pavlodar", 52.29, 76.95),
    ("North Kazakhstan", 54.87, 69.15),
    ("Turkestan", 43.3, 68.25),
)
WHAT = (
    "seat stormed",
    "crowd",
    "detained",
    "civilians dead",
    "post abandoned",
    "request help",
    "post held",
    "security dead",
    "statement",
    "regions with rallies",
    "allied troops",
    "cut internet",
    "foreign share of detained",
)
TREATMENT = (
    "place",
    "count",
    "count",
    "count",
    "place",
    "clamped",
    "place",
    "count",
    "statement",
    "count",
    "count",
    "soft",
    "share",
)
REPORTERS = (
    "Interior Ministry",
    "General Prosecutor",
    "HRW",
    "Vlast",
    "Reuters",
    "RFE/RL",
    "Khabar 24",
    "NetBlocks",
    "TASS",
    "Kloop",
    "Orda.kz",
)
SERIES = {
    "crowd": ("people", 30000),
    "detained": ("people", 9000),
    "civilians dead": ("people", 206),
    "security dead": ("people", 19),
    "seats lost": ("seats", 6),
    "allied troops": ("people", 2500),
}


def results() -> dict:
    """The document; the same every time."""
    chance = random.Random(7)
    names = list(ACCOUNTS)
    top = max(LOG_EVIDENCE)
    weights = [math.exp(value - top) for value in LOG_EVIDENCE]
    odds = dict(zip(names, (w / sum(weights) for w in weights), strict=True))
    evidence = _evidence(chance, names, odds)
    for i, name in enumerate(names):  # an account's bans add up to its log evidence
        rest = (LOG_EVIDENCE[i] / math.log(10) - sum(item["bans"][name] for item in evidence)) / len(evidence)
        for item in evidence:
            item["bans"][name] += rest
    return {
        "case": "kazakhstan-2022",
        "title": "Kazakhstan, January 2022",
        "seed": 1,
        "effort": "quick",
        "threads": 2,
        "seconds": 83.4,
        "cpu_seconds": 160.2,
        "world_steps": 412_000_000,
        "version": "0.1.0",
        "fingerprint": "9f2c" * 16,
        "command": "realpolitik weigh kazakhstan-2022 --effort quick --seed 1",
        "as_of": None,
        "fit": "good",
        "first_line": "Palace plot explains the evidence better than the reference without politics, by 7.4 bans.",
        "accounts": [_account(name, value, odds[name], top) for name, value in zip(names, LOG_EVIDENCE, strict=True)],
        "claims": [
            {"name": name, "says": says, "prior_odds": 1.0, "probability": p, "bans": math.log10(p / (1 - p))}
            for name, says, p in (
                ("palace-plot", "Agencies under the rival stood aside on purpose.", 0.66),
                ("organised-cells", "Organised armed cells led the storming.", 0.52),
                ("foreign-fighters", "Thousands of fighters trained abroad took part.", 0.003),
                ("foreign-sponsor", "A foreign state financed the unrest.", 0.02),
                ("purge", "The ruler used the unrest to purge.", 0.24),
                ("price-grievance", "Fuel prices alone brought people out.", 0.31),
            )
        ],
        "reference": {"log_evidence": -416.6, "se": 0.12},
        "self_check": {"account": "palace plot", "percentile": 23.0, "poor_items": ["E07", "E31"]},
        "warnings": ["E31 lies outside the 98 % range of every account's prior predictive."],
        "evidence": evidence,
        "leave_out": _leave_out(chance, odds),
        "odds_over_time": _over_time(chance, odds),
        "prior_sensitivity": [
            {"label": label, "probabilities": _nudged(chance, odds, 0.6)}
            for label in (
                "one prior odds per teller",
                "palace plot 1 : 4",
                "palace plot 4 : 1",
                "without stipulated bans",
            )
        ],
        "series": {name: _series(chance, names, name) for name in SERIES},
        "regions": [
            {
                "name": name,
                "latitude": latitude,
                "longitude": longitude,
                "accounts": {
                    account: {
                        "seat_lost": min(0.995, chance.random() ** 2),
                        "peak_crowd": chance.lognormvariate(7, 1.2),
                        "dead": chance.randint(0, 90),
                    }
                    for account in names
                },
            }
            for name, latitude, longitude in REGIONS
        ],
        "predictive": _predictive(chance, evidence),
        "parameters": _parameters(chance, names),
        "diagnostics": [
            {
                "account": name,
                "passes": 480,
                "barrier": 4.0 + 0.1 * i,
                "drift": 0.1 * i - 0.2,
                "acceptance": 0.21 + 0.01 * i,
                "ess": 310.0 + i,
                "se": 0.22 + 0.02 * i,
                "world_steps": 45_000_000,
                "seconds": 9.1,
            }
            for i, name in enumerate(names)
        ],
    }


def _account(name: str, value: float, p: float, top: float) -> dict:
    says, told_by, claims = ACCOUNTS[name]
    return {
        "name": name,
        "says": says,
        "told_by": told_by,
        "claims": claims,
        "mixture": [[1.0, claims]],
        "log_evidence": value,
        "se": 0.24,
        "prior": 1 / len(ACCOUNTS),
        "probability": p,
        "low": 0.8 * p,
        "high": min(1.0, 1.2 * p),
        "probability_plain": p,
        "bans_over_reference": (value + 416.6) / math.log(10),
    }


def _evidence(chance: random.Random, names: list[str], odds: dict) -> list[dict]:
    items = []
    for i in range(85):
        kind = i % len(WHAT)
        size = 1.4 * chance.random() ** 3
        when = START + timedelta(hours=3 * i + 40)
        bans = {name: -1.2 + chance.gauss(0, 1) * size for name in names}
        items.append(
            {
                "id": f"E{i + 1:02d}",
                "what": WHAT[kind],
                "where": chance.choice(REGIONS)[0] if kind in (0, 1, 4, 6) else None,
                "when": when.isoformat() if i % 3 else f"{when.isoformat()}..{(when + timedelta(hours=2)).isoformat()}",
                "reported": (when + timedelta(hours=30)).isoformat(),
                "by": chance.sample(REPORTERS, 1 + i % 2),
                "grade": chance.choice(("A1", "A2", "B2", "C3", "D4")),
                "value": None if kind in (0, 4, 5, 6) else chance.choice(("206", "200..230", "≥9")),
                "mode": None,
                "link": f"https://example.org/report/{i}?a=1&b=2",
                "row": f"T{i + 40:03d}",
                "note": "" if i % 4 else "Hour from live coverage.",
                "treatment": TREATMENT[kind],
                "bans": bans,
                "stipulated": {"ruler's purge": 0.4} if kind == 5 else {},
                "diagnosticity": max(bans.values()) - min(bans.values()),
                "leave_one_out": _nudged(chance, odds, size),
                "pareto_k": {name: 0.2 + 0.6 * chance.random() ** 3 for name in names},
            }
        )
    return items


def _nudged(chance: random.Random, odds: dict, sd: float) -> dict:
    weights = {name: p * math.exp(chance.gauss(0, sd)) for name, p in odds.items()}
    return {name: w / sum(weights.values()) for name, w in weights.items()}


def _leave_out(chance: random.Random, odds: dict) -> list[dict]:
    kinds = [
        ("decisions", "all decisions", 1.0),
        ("counts", "all counts", 0.8),
        *(("reporter", name, 0.5) for name in REPORTERS),
        *(("day", f"2022-01-{day:02d}", 0.4) for day in range(3, 12)),
    ]
    return [
        {"kind": kind, "name": name, "probabilities": _nudged(chance, odds, sd), "pareto_k": chance.random()} for kind, name, sd in kinds
    ]


def _over_time(chance: random.Random, odds: dict) -> list[dict]:
    steps = []
    for day in range(40):
        share = day / 39
        steps.append(
            {
                "reported": (START + timedelta(days=day if day < 25 else day * 9)).isoformat(),
                "probabilities": _nudged(chance, {n: (1 - share) / 9 + share * p for n, p in odds.items()}, 0.25),
            }
        )
    return steps


def _series(chance: random.Random, names: list[str], quantity: str) -> dict:
    unit, top = SERIES[quantity]
    hours = [6.0 * i if i < 8 else 48.0 + (i - 8) * 1.5 if i < 56 else 120.0 + (i - 56) * 4.0 for i in range(132)]
    accounts, rises = {}, quantity in ("detained", "civilians dead", "security dead")
    for name in names:
        size, peak = top * math.exp(chance.gauss(0, 0.3)), 84 + chance.gauss(0, 5)
        width = 18 if quantity == "crowd" else 60
        shape = [
            1 / (1 + math.exp(-(t - peak) / 12)) if rises else math.exp(-(((t - peak - (0 if quantity == "crowd" else 70)) / width) ** 2))
            for t in hours
        ]
        accounts[name] = {
            "low": [0.55 * size * s for s in shape],
            "median": [size * s for s in shape],
            "high": [1.6 * size * s for s in shape],
        }
    observed = [
        {
            "id": f"E{i + 1:02d}",
            "time": (START + timedelta(hours=50 + 14 * i)).isoformat(),
            "low": 0.2 * top * (i + 1) / 3,
            "value": 0.25 * top * (i + 1) / 3,
            "high": 0.35 * top * (i + 1) / 3,
            "by": "Interior Ministry, AP",  # as results have it: listed already
            "grade": "B2",
        }
        for i in range(8)
    ]
    return {
        "unit": unit,
        "times": [(START + timedelta(hours=t)).isoformat() for t in hours],
        "accounts": accounts,
        "observed": observed,
    }


def _predictive(chance: random.Random, evidence: list[dict]) -> dict:
    counts = [item for item in evidence if item["treatment"] == "count"]
    rows = []
    for item in counts:
        median = chance.lognormvariate(5, 1)
        observed = median * chance.lognormvariate(0, 0.35)
        rows.append(
            {
                "id": item["id"],
                "what": item["what"],
                "observed": observed,
                "low": median * 0.5,
                "median": median,
                "high": median * 1.9,
                "inside": median * 0.5 <= observed <= median * 1.9,
                "crps": 0.2 * median,
                "crps_naive": 0.3 * median,
            }
        )
    return {
        "leader": "palace plot",
        "items": rows,
        "coverage": sum(row["inside"] for row in rows) / len(rows),
        "median_width": 310.0,
        "crps": 41.2,
        "crps_naive": 66.0,
        "misses": [row["id"] for row in rows if not row["inside"]],
    }


def _parameters(chance: random.Random, names: list[str]) -> list[dict]:
    meanings = {
        "contagion": "pull of a crowd on neighbours",
        "deterrence_half": "losses at which half stay home",
        "storm": "storming rate of a guarded seat",
        "release": "share of detained let go a day",
        "fear": "loss of will per death seen",
        "cohesion_loss": "loss of cohesion per casualty",
        "hazard_request": "requests for help a day under threat",
        "noise": "spread of daily shocks",
    }
    return [
        {
            "name": name,
            "unit": "1/day" if i % 2 else "share",
            "meaning": meaning,
            "basis": ("published", "recomputed", "judgement")[i % 3],
            "source": "Epstein 2002, table 2" if i % 3 == 0 else None,
            "prior": "about 0.3 (0.1 to 0.9)",
            "posterior": {n: {"low": 0.12, "median": 0.31, "high": 0.6, "contraction": chance.random() * 0.8} for n in names},
        }
        for i, (name, meaning) in enumerate(meanings.items())
    ]
