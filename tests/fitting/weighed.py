"""A whole weighing with tiny settings, and what of it is no number."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest

from realpolitik.fitting import weigh as weighing
from realpolitik.fitting.settings import Settings

TINY = Settings(ladders=16, rungs=4, worlds=1, passes=8, pilot=4)


class Weighed:
    """A weighing, and what it was assembled from before anything was written."""

    def __init__(self, case, runs, **options):
        self.document, self.fits = None, None
        assemble = weighing.assemble

        def keep(*parts):
            self.docket, self.fits, self.reference = parts[1], parts[4], parts[5]
            self.document = assemble(*parts)
            return self.document

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(weighing, "assemble", keep)
            self.run = weighing.weigh(case, runs=runs, threads=1, **{"settings": TINY, **options})
        self.accounts = {account["name"]: account for account in self.run.results["accounts"]}


def holes(value, path=""):
    """Places of a document, before it is written, that hold a number that is none."""
    if isinstance(value, dict):
        return [hole for key, entry in value.items() for hole in holes(entry, f"{path}.{key}")]
    if isinstance(value, list | tuple):
        return [hole for i, entry in enumerate(value) for hole in holes(entry, f"{path}[{i}]")]
    return [path] if isinstance(value, float) and not math.isfinite(value) else []


def whole(fit):
    """Whether all arrays of a fit are finite."""
    of = [getattr(fit.sample, name) for name in ("z", "log_likelihood", "items", "increments")]
    of += [getattr(fit.replay, f.name) for f in fields(fit.replay) if f.name not in ("faults", "reports")]
    return all(np.isfinite(a).all() for a in of) and math.isfinite(fit.log_evidence) and math.isfinite(fit.se)
