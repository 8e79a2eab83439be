"""What `import realpolitik` offers, and what it costs."""

import re
import subprocess
import sys

import pytest

import realpolitik

HEAVY = ("numpy", "numba", "scipy", "pandas", "xarray", "pydantic", "yaml", "rich", "typer")


def test_the_public_names_are_these():
    assert set(realpolitik.__all__) == {"Run", "__version__", "cases", "check", "load", "new", "simulate", "weigh"}
    assert dir(realpolitik) == sorted(realpolitik.__all__)


@pytest.mark.parametrize("name", realpolitik.__all__)
def test_every_public_name_is_there(name):
    assert getattr(realpolitik, name) is getattr(realpolitik, name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'verdict'"):
        _ = realpolitik.verdict


def test_the_version_is_in_one_place():
    assert re.fullmatch(r"\d+\.\d+\.\d+", realpolitik.__version__)


def test_importing_the_package_loads_nothing_heavy():
    code = f"import realpolitik, sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
