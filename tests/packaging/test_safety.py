"""Nothing is ever unpickled or evaluated, and nothing opens the network: by reading the source, and by watching a run."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "realpolitik"
FILES = sorted(SOURCE.rglob("*.py"))

UNPICKLING = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "copyreg"}
NETWORK = {"socket", "socketserver", "ssl", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "webbrowser", "requests"}
NETWORK |= {"httpx", "aiohttp", "urllib3", "urllib.request", "http", "http.client", "http.server", "asyncio", "fsspec", "pooch"}
EVALUATING = {"eval", "exec", "compile", "__import__"}
UNSAFE = {"read_pickle", "to_pickle", "unsafe_load", "full_load", "load_all", "system", "popen", "loads_pickle", "fromfile"}
UNSAFE_LOADERS = {"Loader", "FullLoader", "UnsafeLoader", "CLoader", "CFullLoader", "CUnsafeLoader"}


def faults(tree: ast.AST) -> list[str]:
    """What in a file unpickles, evaluates or opens the network, by line."""
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if {name, name.split(".")[0]} & (UNPICKLING | NETWORK):
                found.append(f"{node.lineno}: imports {name}")
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if (isinstance(node.func, ast.Name) and called in EVALUATING) or called in UNSAFE:
                found.append(f"{node.lineno}: calls {called}")
            if called in ("load", "read_array", "write_array") and (owner in ("np", "numpy") or called != "load"):
                kept = [k.value for k in node.keywords if k.arg == "allow_pickle"]
                if not kept or not (isinstance(kept[0], ast.Constant) and kept[0].value is False):
                    found.append(f"{node.lineno}: {called} without allow_pickle=False")
            if called == "load" and owner == "yaml":
                found.append(f"{node.lineno}: yaml.load")
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "yaml" and node.attr in UNSAFE_LOADERS:
            found.append(f"{node.lineno}: yaml.{node.attr}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_file_unpickles_evaluates_or_opens_the_network(path):
    assert not faults(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from urllib.request import urlopen",
        "from urllib import request",
        "import http.client",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "np.lib.format.read_array(file)",
        "pd.read_pickle(path)",
        "eval(text)",
        "os.system(text)",
        "yaml.load(text, Loader=yaml.Loader)",
    ],
)
def test_what_is_looked_for_is_found(line):
    assert faults(ast.parse(line))


WATCHED = """
import json, sys, traceback
seen = []

def watch(event, arguments):
    if event == "pickle.find_class" or event.startswith(("socket.connect", "socket.bind", "socket.get", "socket.send", "urllib.")):
        files = [frame.filename for frame in traceback.extract_stack()]
        # Numba reads its own cache of machine code, in the user's cache folder, with pickle. Dask, which xarray loads where it is
        # installed, names its own operators by pickling them and reading that again.
        own = ("/numba/core/", "/dask/tokenize.py")
        if event != "pickle.find_class" or not any(part in file.replace("\\\\", "/") for file in files for part in own):
            seen.append([event, repr(arguments)[:200], files[-6:-1]])

sys.addaudithook(watch)
if sys.argv[2] == "prove":
    import pickle, socket
    pickle.loads(pickle.dumps(print))
    try:
        socket.create_connection(("127.0.0.1", 9), 0.1)
    except OSError:
        pass
else:
    from pathlib import Path
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import answer_all
    from realpolitik.api import load
    from realpolitik.case.starter import new
    from realpolitik.fitting.settings import Settings
    from realpolitik.fitting.weigh import weigh
    from realpolitik.cli.summary import of_run
    folder = Path(sys.argv[1])
    few = Settings(ladders=8, rungs=4, worlds=1, passes=4, pilot=2)
    made = weigh(load(new("starter", folder)), settings=few, runs=folder / "runs", threads=1)
    run = Run.open(made.path)
    answer_all(run)
    of_run(run.results, run.report())
    run.posterior
print(json.dumps(seen))
"""


def watched(folder: Path, what: str) -> list:
    ran = subprocess.run([sys.executable, "-c", WATCHED, str(folder), what], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_a_run_unpickles_nothing_and_opens_no_connection(tmp_path):
    assert watched(tmp_path, "run") == []


def test_the_watch_sees_what_it_is_for(tmp_path):
    events = {event for event, _, _ in watched(tmp_path, "prove")}
    assert {"pickle.find_class", "socket.connect"} <= events
