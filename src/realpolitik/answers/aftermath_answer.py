"""The aftermath as an answer of a run: the issues of its case bargained out with the run's seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realpolitik.answers.aftermath import aftermath

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress


def answer(run: Run, progress: Progress) -> dict[str, Any]:
    """The document of ``docs/aftermath.md``."""
    posterior = run.posterior
    return aftermath(posterior.case, seed=posterior.seed).document()
