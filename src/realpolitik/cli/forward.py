"""Forward worlds for the command `simulate`: run them, tabulate quantiles at a few times, save the paths."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realpolitik.cli.output import table
from realpolitik.cli.progress import Callback

if TYPE_CHECKING:
    import xarray

_TIMES = 5
_QUANTILES = {"low": 0.05, "median": 0.5, "high": 0.95}


def simulate(
    case: Any, account: str, worlds: int, seed: int, threads: int | None, progress: Callback
) -> "tuple[dict[str, Any], xarray.Dataset]":
    """Simulate worlds and tabulate them.

    Returns
    -------
    dict
        ``case, account, worlds, seed, seconds, worlds_per_second`` and ``quantities``: a list of
        ``quantity, times`` with, per time, ``time, low, median, high`` (5, 50 and 95 %).
    xarray.Dataset
        All paths.
    """
    from realpolitik.fitting.simulate import simulate as run

    progress("simulating", 0.0, f"{worlds:,} worlds under {account}")
    # A handful of worlds first, so that compiling is not counted as simulating.
    run(case, account, min(worlds, 8), seed, threads=threads)
    began = time.perf_counter()
    made = run(case, account, worlds, seed, threads=threads)
    seconds = time.perf_counter() - began
    progress("simulating", 1.0, "")
    return {
        "case": case.name,
        "account": account,
        "worlds": worlds,
        "seed": seed,
        "seconds": seconds,
        "worlds_per_second": worlds / seconds,
        "quantities": _quantities(made),
    }, made


def table_of(document: dict[str, Any]) -> str:
    """Write the document as a table: a line per quantity and time."""
    rows = [
        (entry["quantity"], at["time"][:16].replace("T", " "), *(f"{at[key]:,.0f}" for key in _QUANTILES))
        for entry in document["quantities"]
        if not entry["quantity"].startswith("crowd ")  # one per region: in the JSON document and the saved file
        for at in entry["times"]
    ]
    shown = table(("quantity", "time", "5 %", "median", "95 %"), rows, right=(2, 3, 4))
    foot = (
        f"{document['worlds']:,} worlds under {document['account']}, seed {document['seed']}: "
        f"{document['seconds']:.2f} s, {document['worlds_per_second']:,.0f} worlds a second"
    )
    saved = f"\nsaved: {document['saved']}" if "saved" in document else ""
    return f"{shown}\n\n{foot}{saved}"


def save(made: "xarray.Dataset", path: Path) -> None:
    """Write the paths as netCDF; the file appears whole or not at all."""
    from realpolitik.fitting.storage import whole

    content = made.to_netcdf(engine="h5netcdf")
    with whole(path) as file:
        file.write(content)


def _quantities(made: "xarray.Dataset") -> list[dict[str, Any]]:
    import numpy as np

    steps = made.sizes["time"]
    # Evenly over the clock, without its first moment, when nothing has happened yet.
    chosen = np.unique(np.linspace(0, steps - 1, min(_TIMES + 1, steps)).round().astype(int))[-_TIMES:]
    quantiles = np.quantile(made["paths"].values[:, :, chosen], list(_QUANTILES.values()), axis=0)
    times = [str(made["time"].values[step]) for step in chosen]
    return [
        {
            "quantity": str(name),
            "times": [{"time": at, **dict(zip(_QUANTILES, map(float, quantiles[:, q, k]), strict=True))} for k, at in enumerate(times)],
        }
        for q, name in enumerate(made["quantity"].values)
    ]
