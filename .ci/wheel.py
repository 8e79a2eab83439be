"""Check an installed wheel: what it holds, and that it weighs its starter case where only the user's cache is writable.

Run with the interpreter the wheel is installed for; the argument is its site-packages folder.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HOLDS = {
    "the shipped case": "cases/kazakhstan-2022/case.yaml",
    "its regions": "cases/kazakhstan-2022/*.csv",
    "the starter template": "case/**/*starter*",
    "ECharts": "cable/static/**/*echarts*.js*",
}


def files(folder: Path) -> dict[Path, int]:
    """Every file under a folder with the time of its last change."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def realpolitik(*words: str) -> str:
    """Run the command; give what it printed on stdout."""
    began = time.perf_counter()
    done = subprocess.run(["realpolitik", *words], stdout=subprocess.PIPE, text=True)
    print(f"   realpolitik {' '.join(words)}: {time.perf_counter() - began:.1f} s", flush=True)
    if done.returncode:
        sys.exit(f"realpolitik {' '.join(words)} ended with {done.returncode}")
    return done.stdout


def main(site: Path) -> None:
    import realpolitik as package

    home = Path(package.__file__).parent
    assert home.parent == site, f"realpolitik comes from {home}, not from the wheel"
    for what, pattern in HOLDS.items():
        assert any(home.glob(pattern)), f"the wheel lacks {what}: {pattern}"
    before = files(home)

    assert "kazakhstan-2022" in realpolitik("cases")
    realpolitik("check", "kazakhstan-2022")
    realpolitik("new", "demo")
    weighing = ("weigh", "demo", "--effort", "quick", "--seed", "1", "--json")
    first, second = (json.loads(realpolitik(*weighing)) for _ in range(2))
    for document in (first, second):
        total = sum(account["probability"] for account in document["accounts"])
        assert abs(total - 1) < 1e-6, f"the probabilities sum to {total}"
    odds = [[account["log_evidence"] for account in document["accounts"]] for document in (first, second)]
    assert odds[0] == odds[1], "the same seed gave other numbers in a second process"
    assert "<html" in Path(realpolitik("report", "latest").strip()).read_text("utf-8")

    assert files(home) == before, "something was written into site-packages"
    assert any(Path(os.environ["XDG_CACHE_HOME"]).rglob("*.nbi")), "no compiled code in the user's cache folder"
    print("the wheel holds the case, the template and ECharts, and weighs")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
