"""A saved run, opened: its results, its odds and evidence as tables, its posterior, its cable."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Executor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realpolitik import __version__
from realpolitik.errors import RunError, printable
from realpolitik.fitting import storage
from realpolitik.fitting.runfolder import FORMAT, LATEST, RESULTS, RUN, TREE

if TYPE_CHECKING:
    import pandas
    import xarray

    from realpolitik.answers.store import Progress
    from realpolitik.case.records import Case
    from realpolitik.fitting.posterior import Posterior

CABLE = "cable.html"


class Run:
    """A finished run. Made by :meth:`open` and by ``realpolitik.weigh``.

    Attributes
    ----------
    folder : Path
        Where it is kept.
    results : dict
        Everything the answers and the cable are drawn from.
    notes : list of str
        What to mind in reading it, such as that another version made it.
    executor : concurrent.futures.Executor or None
        Where fits that an answer needs are computed; here if None.
    threads : int or None
        Threads of one answer; all cores if None. Changes no number.
    """

    executor: Executor | None = None
    threads: int | None = None

    def __init__(self, folder: Path, results: dict[str, Any], notes: Iterable[str] = ()) -> None:
        self.folder = Path(folder)
        self.results = results
        self.notes = list(notes)

    @classmethod
    def open(cls, run: str | os.PathLike[str] = LATEST, runs: str | os.PathLike[str] = "runs") -> Run:
        """Open a run.

        Parameters
        ----------
        run
            A run folder, its name under `runs`, or ``latest``.
        runs
            The folder that holds the runs.

        Raises
        ------
        RunError
            When there is no such run, it is not finished, or it is not one of ours.
        """
        folder = _find(os.fspath(run), Path(runs))
        about = storage.read_json(folder / RUN) if (folder / RUN).exists() else None
        if not (folder / RESULTS).exists():
            if about is None:
                raise RunError(f"{_named(folder)} is not a run: it holds no {RESULTS}")
            raise RunError(f"{_named(folder)} was not finished; go on with: {_resuming(about)}")
        results = storage.read_json(folder / RESULTS)
        if not isinstance(results.get("accounts"), list) or not isinstance(results.get("evidence"), list):
            raise RunError(f"{_named(folder / RESULTS)} does not hold the results of a run")
        return cls(folder, results, _notes(about, results))

    def __repr__(self) -> str:
        return f"<Run {self.results.get('case', '')} in {self.folder}>"

    @cached_property
    def odds(self) -> pandas.DataFrame:
        """The accounts, likeliest first: account, probability, low, high, log_evidence and se (nats)."""
        import pandas as pd

        columns = ["account", "probability", "low", "high", "log_evidence", "se"]
        rows = [[account.get("name" if c == "account" else c) for c in columns] for account in self.results["accounts"]]
        frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], float))
        return frame.sort_values("probability", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def evidence(self) -> pandas.DataFrame:
        """The matrix: bans of every item (rows, by id, in report order) under every account (columns)."""
        import pandas as pd

        names = [account["name"] for account in self.results["accounts"]]
        items = self.results["evidence"]
        rows = [[(item.get("bans") or {}).get(name) for name in names] for item in items]
        index = pd.Index([item["id"] for item in items], name="id")
        return pd.DataFrame(rows, index=index, columns=names, dtype=float)

    @cached_property
    def tree(self) -> xarray.DataTree:
        """The posterior of every account, read from results.nc into memory (see ``fitting.tree.posterior_tree``)."""
        import xarray as xr

        path = self.folder / TREE
        if not path.exists():
            raise RunError(f"{_named(self.folder)} kept no posterior: there is no {TREE}")
        try:
            with xr.open_datatree(path, engine="h5netcdf") as tree:
                return tree.load()
        except (OSError, ValueError, KeyError) as error:
            raise RunError(f"{_named(path)} is torn or was not written by realpolitik") from error

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The answers kept with the run, by name (``answers.store``)."""
        from realpolitik.answers.store import ANSWERS, ASKED, stored

        return {name: found for name in (*ANSWERS, *ASKED) if (found := stored(self, name)) is not None}

    @cached_property
    def posterior(self) -> Posterior:
        """What the answers replay: the draws of every set of claims (``fitting.posterior``). RunError when the run kept none."""
        from realpolitik.fitting.posterior import load_posterior

        return load_posterior(self.folder, self.results)

    def forecast(self, question: str | None = None) -> dict[str, Any]:
        """Every question with its forecast (``docs/forecast.md``), or one by its id. UsageError for an unknown one."""
        from realpolitik.answers.forecast import one
        from realpolitik.answers.store import answer

        document = answer(self, "forecast")
        return document if question is None else one(document, question)

    def aftermath(self) -> dict[str, Any]:
        """Where each issue of the case is forecast to go, and who moves it (``docs/aftermath.md``)."""
        from realpolitik.answers.store import answer

        return answer(self, "aftermath")

    def leverage(self, *dates: str, progress: Progress | None = None) -> dict[str, Any]:
        """Leverage of the patrons over the ruler's survival, and the ledger of who gained and who lost.

        Parameters
        ----------
        *dates
            Moments such as ``"2022-01-06"``; without any: before the crisis, at its peak and after it.
        progress
            Called with (stage, done from 0 to 1, message).

        Returns
        -------
        dict
            ``moments``, ``ledger`` and the rest: see ``docs/answers-leverage.md``.

        Raises
        ------
        UsageError
            For a date that cannot be read or lies after the clock's end.
        RunError
            When the run cannot be replayed.
        """
        from realpolitik.answers.leverage import leverage
        from realpolitik.answers.store import answer

        return leverage(self, dates, progress) if dates else answer(self, "leverage", progress)

    def what_if(self, *changes: str, progress: Progress | None = None) -> dict[str, Any]:
        """Worlds of the run replayed with something done otherwise.

        Parameters
        ----------
        *changes
            All at once, such as ``"never: accept help"``; ``"none"`` changes nothing. Without any: the what-ifs that the case names.
        progress
            Called with (stage, done from 0 to 1, message).

        Returns
        -------
        dict
            ``differences``: quantity -> mean, low, high (90 %); everything else in ``docs/answers-what-if.md``.

        Raises
        ------
        UsageError
            For a change that cannot be read, with the names that exist.
        RunError
            When the run cannot be replayed.
        """
        from realpolitik.answers.store import answer
        from realpolitik.answers.what_if import ask

        return ask(self, changes, progress) if changes else answer(self, "what-if", progress)

    def watch(self) -> dict[str, Any]:
        """What would tell the accounts apart, the most telling first (``docs/watch.md``)."""
        from realpolitik.answers.store import answer

        return answer(self, "watch")

    def audiences(self, progress: Progress | None = None) -> dict[str, Any]:
        """What each audience of the case would say under its trust and prior odds, and whose loss of trust turns two accounts.

        The document is described in ``docs/answers-audiences.md``. RunError when the run kept no posterior.
        """
        from realpolitik.answers.store import answer

        return answer(self, "audiences", progress)

    def claims(self, progress: Progress | None = None) -> dict[str, Any]:
        """Odds of every hidden claim, and a verdict on every claim of the case's documents, by the rule of ``docs/answers-claims.md``."""
        from realpolitik.answers.store import answer

        return answer(self, "claims", progress)

    def combine(self, progress: Progress | None = None) -> dict[str, Any]:
        """Odds of every hidden claim by itself, from one fit that switches each on and off (``docs/answers-claims.md``); kept with the run.

        RunError when the case has too many sets of claims, or the run kept no draws.
        """
        from realpolitik.answers.combined import combined

        return combined(self, progress=progress)

    def reweigh(self, case: Case | str | os.PathLike[str], progress: Progress | None = None) -> dict[str, Any]:
        """The odds of this run's case with a line of evidence more, less or graded anew, from the worlds of the run.

        Parameters
        ----------
        case
            The case as it is now: a case, or what ``realpolitik.load`` takes.
        progress
            Called with (stage, done from 0 to 1, message).

        Returns
        -------
        dict
            ``accounts`` before and after with ``pareto_k``, ``items`` that moved them: see ``docs/answers-reweigh.md``.

        Raises
        ------
        CaseError
            When the case cannot be read.
        RunError
            When the run is of another case, or more than evidence, reporters and prior odds has changed.
        """
        from realpolitik.answers.reweighing import reweigh

        if isinstance(case, str | os.PathLike):
            from realpolitik.case.reader import load
            from realpolitik.crisis.parameters import TABLE

            case = load(case, parameters=[row.name for row in TABLE])
        return reweigh(self, case, progress)

    def second_opinion(self, rows: int = 20_000, trees: int = 500, progress: Progress | None = None) -> dict[str, Any]:
        """What random forests on simulated reports make of the evidence, beside the odds (``docs/validation-abc.md``); kept with the run.

        Parameters
        ----------
        rows, trees
            Simulated sets of reports, and trees of each forest.
        progress
            Called with (stage, done from 0 to 1, message).

        Raises
        ------
        UsageError
            When scikit-learn is not installed.
        RunError
            When the run used only reports up to a date, or its case cannot be read.
        """
        from realpolitik.answers.second_opinion import second_opinion

        return second_opinion(self, rows, trees, progress=progress)

    @property
    def everything(self) -> dict[str, Any]:
        """The results with the answers kept beside them: what the cable and the tables are made from."""
        from realpolitik.answers import tempering

        answers = self.answers
        dates = (answers.get("odds-over-time") or {}).get("dates")
        return {
            **self.results,
            "answers": answers,
            "odds_over_time": dates or self.results.get("odds_over_time", []),
            "tempering": tempering.of(self.results),
        }

    def report(self) -> Path:
        """Write the cable into the run's folder and give its path; RunError when it cannot be written."""
        from realpolitik.cable.page import write

        path = self.folder / CABLE
        try:
            return write(self.everything, path)
        except OSError as error:
            raise storage.unwritable(path, error) from error


def _find(run: str, runs: Path) -> Path:
    """The folder that is meant."""
    if run == LATEST:
        named = _latest(runs)
        if not (runs / named).is_dir():
            raise RunError(f"the latest run, {printable(named)}, is no longer in {_named(runs)}; name another")
        return runs / named
    try:
        for folder in (Path(run), runs / run):
            if run and folder.is_dir():
                return folder
    except (OSError, ValueError):
        pass  # too long, or with a zero byte: no such folder
    raise RunError(f"there is no run {_named(run)}, neither as a folder nor in {_named(runs)}")


def _latest(runs: Path) -> str:
    try:
        named = (runs / LATEST).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"there is no run in {_named(runs)} yet; make one with: realpolitik run CASE") from None
    except (OSError, ValueError) as error:
        raise RunError(f"could not read {_named(runs / LATEST)}: {error}") from None
    # It names a folder beside itself; anything else would lead elsewhere.
    if not named or Path(named).name != named or not named.isprintable():
        raise RunError(f"{_named(runs / LATEST)} does not name a run; name the run's folder instead")
    return named


def _resuming(about: dict[str, Any]) -> str:
    command = str(about.get("command") or "realpolitik weigh CASE")
    return printable(command if "--resume" in command.split() else f"{command} --resume")


def _notes(about: dict[str, Any] | None, results: dict[str, Any]) -> list[str]:
    """What is unusual about a run that can be read all the same."""
    notes = []
    if about is None:
        notes.append(f"the run holds no {RUN}: what it was asked is not known")
    elif about.get("format") != FORMAT:
        notes.append(f"the run has the format {about.get('format')!r}, this program writes {FORMAT!r}; parts may be missing")
    made_by = results.get("version")
    if made_by != __version__:
        notes.append(f"version {made_by or 'unknown'} made this run, this is {__version__}: answers may read differently")
    return notes


def _named(path: str | Path) -> str:
    return f"'{printable(str(path))}'"
