"""The posterior of every account as one tree of labelled arrays, in the names and layout that ArviZ reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray

from realpolitik import __version__


def posterior_tree(per_account: Mapping[str, Mapping[str, Any]], **attributes: Any) -> xarray.DataTree:
    """Gather equally weighted draws of all accounts.

    Parameters
    ----------
    per_account
        By account, any of these:

        ``posterior``        {parameter: array [draw]}: one variable ``parameters`` with the dimension parameter
        ``sample_stats``     {name: array [draw]}
        ``paths``            array [quantity, time, draw], stored as float32
        ``quantities``       names of the rows of ``paths``
        ``times``            ISO times, aware datetimes or datetime64 (UTC) of the columns of ``paths``
        ``log_likelihood``   array [draw, item]
        ``increments``       array [item] in nats, or {item: nats}
        ``items``            ids of the items
        ``observed``         {name: array [item]}
        ``log_evidence``, ``se``   in nats
    attributes
        Of the whole tree: case, seed and so on.

    Returns
    -------
    xarray.DataTree
        A group per account (:func:`group_names`; its attribute ``account`` is the account's own name), and in it the
        groups ``posterior``, ``sample_stats``, ``posterior_predictive`` (variable ``paths``), ``log_likelihood`` and
        ``observed_data``. Draws have the dimensions chain (of size 1) and draw. ``log_marginal_likelihood``, its
        standard error and ``increments`` are in ``sample_stats``.
    """
    import xarray as xr

    groups: dict[str, xr.Dataset] = {"/": xr.Dataset(attrs={"version": __version__, **_told(attributes)})}
    names = group_names(per_account)
    for account, entry in per_account.items():
        groups[f"/{names[account]}"] = xr.Dataset(attrs={"account": account})
        for group, dataset in _groups(entry).items():
            if dataset.variables:
                sizes = {name: size for name, size in dataset.sizes.items() if name in ("chain", "draw")}
                dataset = dataset.assign_coords({name: np.arange(size) for name, size in sizes.items()})
                groups[f"/{names[account]}/{group}"] = dataset
    return xr.DataTree.from_dict(groups)


def ready() -> None:
    """Load what writing a tree takes, 1.6 s the first time, by writing a small one in memory: something to do beside a pilot."""
    posterior_tree({"none": {"posterior": {"none": np.zeros(1)}}}).to_netcdf(engine="h5netcdf")


def group_names(accounts: Sequence[str] | Mapping[str, Any]) -> dict[str, str]:
    """Names of the groups by account: the account's own, unless a netCDF group may not be called so.

    >>> group_names(['uprising', 'plot/coup', 'plot_coup'])
    {'uprising': 'uprising', 'plot/coup': 'plot_coup', 'plot_coup': 'plot_coup_2'}
    """
    names: dict[str, str] = {}
    for account in accounts:
        name = "".join(c if c.isprintable() and c != "/" else "_" for c in account).strip()
        name = name if name.strip(".") else f"account{name.replace('.', '_')}"
        unique, n = name, 1
        while unique in names.values():
            n += 1
            unique = f"{name}_{n}"
        names[account] = unique
    return names


def _groups(entry: Mapping[str, Any]) -> dict[str, xarray.Dataset]:
    import xarray as xr

    increments, items = entry.get("increments"), entry.get("items")
    if isinstance(increments, Mapping):
        items = list(increments) if items is None else items
        increments = [increments.get(item, np.nan) for item in items]
    ids = {} if items is None else {"item": np.asarray(items, dtype=str)}
    stats = _draws(entry.get("sample_stats"))
    for name, key in (("log_marginal_likelihood", "log_evidence"), ("log_marginal_likelihood_se", "se")):
        if entry.get(key) is not None:
            stats[name] = ((), float(entry[key]), {"units": "nats"})
    if increments is not None:
        stats["increments"] = ("item", np.asarray(increments, float), {"units": "nats"})
    observed = {name: ("item", np.asarray(values)) for name, values in (entry.get("observed") or {}).items()}
    likelihood = {}
    if entry.get("log_likelihood") is not None:
        likelihood["items"] = (("chain", "draw", "item"), np.asarray(entry["log_likelihood"], float)[None])
    return {
        "posterior": _parameters(entry.get("posterior") or {}),
        "sample_stats": xr.Dataset(stats, coords=ids if increments is not None else {}),
        "posterior_predictive": _paths(entry),
        "log_likelihood": xr.Dataset(likelihood, coords=ids if likelihood else {}),
        "observed_data": xr.Dataset(observed, coords=ids if observed else {}),
    }


def _parameters(named: Mapping[str, Any]) -> xarray.Dataset:
    """One array: a variable for each of eighty parameters takes seconds to write."""
    import xarray as xr

    if not named:
        return xr.Dataset()
    values = np.stack([np.asarray(column) for column in named.values()], axis=-1)[None]
    return xr.Dataset({"parameters": (("chain", "draw", "parameter"), values)}, coords={"parameter": np.array(list(named), dtype=str)})


def _draws(named: Mapping[str, Any] | None) -> dict[str, Any]:
    """Arrays [draw, …] with a chain in front."""
    found = {}
    for name, values in (named or {}).items():
        array = np.asarray(values)[None]
        found[name] = (("chain", "draw", *(f"{name}_dim_{k}" for k in range(array.ndim - 2))), array)
    return found


def _paths(entry: Mapping[str, Any]) -> xarray.Dataset:
    import xarray as xr

    if entry.get("paths") is None:
        return xr.Dataset()
    paths = np.moveaxis(np.asarray(entry["paths"], np.float32), -1, 0)[None]
    coords: dict[str, Any] = {}
    if entry.get("quantities") is not None:
        coords["quantity"] = np.asarray(entry["quantities"], dtype=str)
    if entry.get("times") is not None:
        coords["time"] = ("time", _utc(entry["times"]), {"long_name": "time (UTC)"})
    return xr.Dataset({"paths": (("chain", "draw", "quantity", "time"), paths)}, coords=coords)


def _utc(times: Sequence[Any] | NDArray) -> NDArray:
    """Times as datetime64[s] in UTC."""
    if isinstance(times, np.ndarray) and times.dtype.kind == "M":
        return times.astype("datetime64[s]")
    read = [datetime.fromisoformat(time) if isinstance(time, str) else time for time in times]
    moments = [time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time for time in read]
    return np.array(moments, dtype="datetime64[s]")


def _told(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as netCDF knows them: text and numbers."""
    return {k: v if isinstance(v, int | float | str) else str(v) for k, v in attributes.items() if v is not None}
