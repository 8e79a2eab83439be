"""Claims, the parameters they set, and the accounts that hold them."""

from __future__ import annotations

from itertools import product

from realpolitik.case import fields, priors, scalars
from realpolitik.case.filling import entries, fill
from realpolitik.case.mistakes import Mistake, did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position
from realpolitik.case.reading.context import Context, place
from realpolitik.case.records import Account, Claim, Setting
from realpolitik.case.schema import AccountForm, ClaimForm

MOST_PERHAPS = 6
"""Claims an account may hold perhaps; each one doubles the sets it mixes."""
JOIN = " + "
"""What stands between the claims of a set where it is named."""
RESERVED = ("no claim", "the reference account", "reference")
"""How the empty set and the account without politics are named."""


def read_settings(node: Node | None, context: Context, path: str) -> tuple[Setting, ...]:
    """Parameters with their priors: `name: prior`, `name: {add: prior}` or `name: {replace: prior}`."""
    settings = []
    cut = False
    for parameter, value in entries(node, context.report, path):
        # Inside { } a comma cuts "lognormal(1, 2)" in two; the first half is reported, the second half is not.
        if cut and value.is_null:
            continue
        cut = value.kind == "text" and "(" in value.value and ")" not in value.value
        here = f"{path}, {parameter}"
        at = value.at if node is None else node.key_at(parameter)
        if context.parameters is not None and parameter not in context.parameters:
            wrong = f"{quoted(parameter)} is not a parameter"
            context.report.add(at, path, wrong, did_you_mean(parameter, context.parameters, "parameters"))
            continue
        how, written = "set", value
        if value.kind == "mapping":
            if len(value.value) != 1 or next(iter(value.value)) not in ("add", "replace"):
                wrong = "neither a prior nor {add: prior} nor {replace: prior}"
                context.report.add(value.at, here, wrong, f"write {parameter}: {{add: about 10 (5 to 20)}}")
                continue
            how, written = next(iter(value.value.items()))
        if written.kind != "text" or written.is_null:
            context.report.add(written.at, here, "a prior belongs here", priors.RIGHT)
            continue
        try:
            settings.append(Setting(parameter, priors.parse(written.value), how, at))  # type: ignore[arg-type]
        except Mistake as mistake:
            context.report.add(written.at, here, mistake.wrong, mistake.right)
    return tuple(settings)


def read_claims(root: Node, context: Context) -> dict[str, Claim]:
    """Every claim by name; sets the context's claims."""
    claims: dict[str, Claim] = {}
    names = []
    for name, node in entries(root.get("claims"), context.report, "claims"):
        path = f"claim {quoted(name)}"
        names.append(name)
        _check_name(name, root.get("claims"), context, path)
        form = fill(ClaimForm, node, context.report, path, skip=("sets",))
        sets = read_settings(node.get("sets"), context, f"{path}, sets")
        if form is None:
            continue
        context.known(form.where or (), context.regions, "region", node, "where", path)
        claims[name] = Claim(name, form.says, sets, form.where or (), form.prior_odds or 1.0, node.at)
    context.claims = dict.fromkeys(names)
    return claims


def _check_name(name: str, node: Node | None, context: Context, path: str) -> None:
    """Report a name that a set of claims could be taken for, or that stands for something else."""
    if node is None:
        return
    if JOIN.strip() in name.split():
        wrong = f"{quoted(name)} reads like several claims: a set of claims is told as 'one{JOIN}another'"
        context.report.add(node.key_at(name), path, wrong, "write it with a hyphen or with 'and'")
    elif name in RESERVED:
        right = f"choose another name; {' and '.join(map(quoted, RESERVED))} stand for sets of claims already"
        context.report.add(node.key_at(name), path, f"{quoted(name)} is not a name for a claim", right)


def read_accounts(root: Node, claims: dict[str, Claim], context: Context) -> dict[str, Account]:
    """Every account by name; two claims of one that set the same parameter are reported."""
    accounts: dict[str, Account] = {}
    node_of_all = root.get("accounts")
    for name, node in entries(node_of_all, context.report, "accounts"):
        path = f"account {quoted(name)}"
        form = AccountForm() if node.is_null else fill(AccountForm, node, context.report, path, skip=("perhaps",))
        perhaps = _perhaps(node.get("perhaps"), context, path)
        if form is None:
            continue
        sure = form.claims or ()
        if not context.known(sure, context.claims, "claim", node, "claims", path):
            continue
        twice = [claim for claim in sure if claim in perhaps]
        if twice:
            wrong = f"{quoted(twice[0])} stands in claims and in perhaps"
            context.report.add(place(node, "perhaps"), path, wrong, "keep one of the two")
            continue
        _check_settings((*sure, *perhaps), claims, node.at, context, path)
        accounts[name] = Account(name, form.says or "", form.told_by or (), _mixture(sure, perhaps), node.at)
    if node_of_all is not None and node_of_all.kind == "mapping" and not node_of_all.value:
        context.report.add(node_of_all.at, "accounts", "there is no account", "add one: uprising: {claims: []}")
    return accounts


def _perhaps(node: Node | None, context: Context, path: str) -> dict[str, float]:
    perhaps: dict[str, float] = {}
    here = f"{path}, perhaps"
    for claim, weight in entries(node, context.report, here):
        try:
            probability = fields.scalar(scalars.number)(weight.plain())
            if not 0.0 < probability < 1.0:
                raise Mistake(f"{quoted(weight.value)} is not a probability between 0 and 1", "write 0.3")
        except Mistake as mistake:
            context.report.add(weight.at, here, mistake.wrong, mistake.right)
            continue
        if node is not None and context.claims is not None and claim not in context.claims:
            wrong = f"{quoted(claim)} is not a claim"
            context.report.add(node.key_at(claim), here, wrong, did_you_mean(claim, context.claims, "claims"))
            continue
        perhaps[claim] = probability
    if node is not None and len(perhaps) > MOST_PERHAPS:
        context.report.add(node.at, here, f"{len(perhaps)} claims held perhaps", f"hold {MOST_PERHAPS} perhaps at most")
        return {}
    return perhaps


def _mixture(sure: tuple[str, ...], perhaps: dict[str, float]) -> tuple[tuple[float, tuple[str, ...]], ...]:
    """Every set of claims with its weight: the sure ones, with and without each that is held perhaps."""
    sets = []
    for chosen in product((True, False), repeat=len(perhaps)):
        weight = 1.0
        held = list(sure)
        for taken, (claim, probability) in zip(chosen, perhaps.items(), strict=True):
            weight *= probability if taken else 1.0 - probability
            if taken:
                held.append(claim)
        sets.append((weight, tuple(sorted(held))))
    return tuple(sets)


def _check_settings(held: tuple[str, ...], claims: dict[str, Claim], at: Position, context: Context, path: str) -> None:
    """Report a parameter that two claims of one account set, or replace, both in the same regions or nationwide."""
    taken: dict[tuple[str, str], tuple[str, Setting]] = {}
    for name in held:
        for setting in claims[name].sets if name in claims else ():
            if setting.how == "add":
                continue
            key = (setting.parameter, setting.how)
            if key in taken:
                other, first = taken[key]
                verb = "set" if setting.how == "set" else "replace"
                wrong = (
                    f"{quoted(other)} ({first.at.line}:{first.at.column}) and {quoted(name)} "
                    f"({setting.at.line}:{setting.at.column}) both {verb} {setting.parameter}"
                )
                right = f"write {setting.parameter}: {{add: …}} or {{replace: …}} in one of them"
                context.report.add(at, path, wrong, right)
            else:
                taken[key] = (name, setting)
