"""What `realpolitik words` prints, gathered from the case format and the model's parameter table."""

from realpolitik.case import words

# title, headings, rows
Section = tuple[str, tuple[str, ...], list[tuple[str, ...]]]

_KINDS = {
    "count": "counts (need ever, now or new)",
    "share": "shares (a value `of` a total)",
    "place": "places (need where)",
    "post": "posts of an agency (need where and agency)",
    "decision": "decisions (with absent: true, that it was not taken)",
    "statement": "statements (need claim, says and speaker)",
}


def sections() -> list[Section]:
    """List the words a case can use, by subject."""
    return [*_observables(), *_spellings(), _parameters()]


def _observables() -> list[Section]:
    found: list[Section] = []
    for kind, title in _KINDS.items():
        named = [observable for observable in words.OBSERVABLES.values() if observable.kind == kind]
        if kind in ("count", "share"):
            rows = [(o.name, " ".join(o.modes), o.unit, o.says) for o in named]
            found.append((title, ("what", "given as", "unit", "means"), rows))
        elif kind == "decision":
            rows = [(o.name, o.actor, o.says) for o in named]
            found.append((title, ("what", "decided by", "means"), rows))
        else:
            found.append((title, ("what", "means"), [(o.name, o.says) for o in named]))
    return found


def _spellings() -> list[Section]:
    subjects = {
        "how a figure counts": words.MODES,
        "grades: the source": words.RELIABILITY,
        "grades: the information": words.CREDIBILITY,
        "interests of a reporter": words.INTERESTS,
        "what answers a question": words.ENGINES,
        "what a number rests on": words.BASES,
        "what a patron does beside sending troops": words.ACTS,
        "how a what-if is written": words.MANNERS,
        "plain names of decisions in a what-if": words.PLAIN_NAMES,
        "units": words.UNITS,
        "how a value is written": words.VALUE_SPELLINGS,
        "how a time is written": words.TIME_SPELLINGS,
        "how a prior is written": words.PRIOR_SPELLINGS,
    }
    return [(title, ("write", "means"), list(meanings.items())) for title, meanings in subjects.items()]


def _parameters() -> Section:
    from realpolitik.crisis.parameters import TABLE

    rows = [(row.name, row.prior.text, row.unit, row.basis, row.meaning) for row in TABLE]
    return ("parameters a claim or the case may set", ("parameter", "prior", "unit", "basis", "means"), rows)
