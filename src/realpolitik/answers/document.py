"""The JSON document that ``realpolitik weigh --json`` prints: the part of a run's results that other programs read."""

from collections.abc import Mapping
from typing import Any

_HEAD = ("case", "seed", "effort", "threads", "seconds", "cpu_seconds", "world_steps", "fit")
_ACCOUNT = ("name", "claims", "log_evidence", "se", "probability", "probability_plain")
_EVIDENCE = ("id", "what", "reported", "bans", "stipulated", "diagnosticity", "leave_one_out")


def document(results: Mapping[str, Any]) -> dict[str, Any]:
    """Take from a run's results what the JSON document promises, in its order.

    Parameters
    ----------
    results
        ``Run.results``.

    Returns
    -------
    dict
        ``case, seed, effort, threads, seconds, cpu_seconds, world_steps, fit`` ("good" or "poor");
        ``accounts``: a list of ``name, claims, log_evidence, se, probability, probability_plain``;
        ``reference``: ``log_evidence, se``;
        ``evidence``: a list of ``id, what, reported, bans, stipulated, diagnosticity, leave_one_out``.
        ``log_evidence`` and ``se`` are in nats; an account's bans times ln 10 add up to its log evidence.

    Raises
    ------
    KeyError
        If the results lack one of these; they are then from a broken run.
    """
    reference = results["reference"]
    return {
        **{key: results[key] for key in _HEAD},
        "accounts": [{key: account[key] for key in _ACCOUNT} for account in results["accounts"]],
        "reference": {"log_evidence": reference["log_evidence"], "se": reference["se"]},
        "evidence": [{key: item[key] for key in _EVIDENCE} for item in results["evidence"]],
    }
