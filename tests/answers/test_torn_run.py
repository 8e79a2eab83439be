"""A file of a finished run that was cut short is recognised and named; no answer is drawn from it."""

import shutil

import pytest

from realpolitik.answers.run import Run
from realpolitik.answers.store import answer
from realpolitik.api import load
from realpolitik.case.starter import new
from realpolitik.errors import RealpolitikError
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.weigh import weigh

FEW = Settings(ladders=8, rungs=4, worlds=1, passes=4, pilot=2)
READ = {
    "results.json": lambda run: run.odds,
    "results.nc": lambda run: run.tree,
    "posterior": lambda run: run.posterior,
    "answers": lambda run: answer(run, "watch"),
    "case/case.yaml": lambda run: run.posterior,
    "run.json": lambda run: run.odds,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("torn")
    made = weigh(load(new("harbour", folder)), settings=FEW, runs=folder / "runs", threads=1).path
    (made / "answers").mkdir()
    (made / "answers" / "watch.json").write_text('{"candidates": []}\n', "utf-8")
    return made


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", READ)
def test_a_file_cut_short_is_named(finished, tmp_path, name, share):
    folder = shutil.copytree(finished, tmp_path / finished.name)
    path = folder / name
    path = min(p for p in path.iterdir()) if path.is_dir() else path
    content = path.read_bytes().rstrip()  # a last line's end is no loss
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(RealpolitikError) as caught:
        READ[name](Run.open(folder))
    assert path.name in str(caught.value)
