"""Files are whole or absent; what is torn, altered or foreign is refused in a sentence."""

import errno
import json
import os
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realpolitik.errors import RunError
from realpolitik.fitting import storage

ARRAYS = {
    "z": np.linspace(-1, 1, 12).reshape(3, 4),
    "ids": np.array([0, 2**64 - 1], np.uint64),
    "names": np.array(["noise", "Ünruhe"]),
    "nothing": np.zeros((0, 3)),
    "scalar": np.array(-np.inf),
}


@pytest.fixture
def saved(tmp_path):
    """A whole file of arrays."""
    path = tmp_path / "3.npz"
    storage.save_arrays(path, ARRAYS, {"stage": 3, "log_evidence": float("-inf"), "n": np.int64(2)})
    return path


def only(path):
    """Whether the folder holds this file and nothing half-written."""
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_arrays_come_back_as_they_were(saved):
    arrays, meta = storage.load_arrays(saved)
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].tobytes() == array.tobytes()
        assert arrays[name].shape == array.shape
    assert meta == {"stage": 3, "log_evidence": float("-inf"), "n": 2}
    assert only(saved)


def test_the_same_arrays_give_the_same_bytes(saved, tmp_path):
    again = tmp_path / "again.npz"
    storage.save_arrays(again, ARRAYS, storage.load_arrays(saved)[1])
    assert again.read_bytes() == saved.read_bytes()


def test_numpy_opens_the_file_too(saved):
    with np.load(saved) as opened:
        assert np.array_equal(opened["z"], ARRAYS["z"])


def test_objects_are_not_pickled(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        storage.save_arrays(tmp_path / "x.npz", {"x": np.array([{}])}, {})
    assert not any(tmp_path.iterdir())


@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_torn_file_is_refused_wherever_it_is_cut(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("torn") / "3.npz"
    storage.save_arrays(path, ARRAYS, {"stage": 3})
    content = path.read_bytes()
    path.write_bytes(content[: int(cut * len(content))])
    with pytest.raises(RunError, match=r"3\.npz' is torn or damaged; delete it"):
        storage.load_arrays(path)


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_changes_nothing(tmp_path_factory, place, flip):
    path = tmp_path_factory.mktemp("flipped") / "3.npz"
    storage.save_arrays(path, ARRAYS, {"stage": 3})
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= flip
    path.write_bytes(content)
    try:
        arrays, meta = storage.load_arrays(path)
    except RunError:
        return
    assert meta == {"stage": 3}
    assert all(arrays[name].tobytes() == ARRAYS[name].tobytes() for name in ARRAYS)


def test_arrays_swapped_for_others_have_another_digest(saved, tmp_path):
    import zipfile

    other = tmp_path / "other.npz"
    with zipfile.ZipFile(saved) as whole, zipfile.ZipFile(other, "w") as forged:
        for name in whole.namelist():
            forged.writestr("other.npy" if name == "z.npy" else name, whole.read(name))
    with pytest.raises(RunError, match="its digest differs"):
        storage.load_arrays(other)


@pytest.mark.parametrize("kind", ["plain", "compressed", "pickle", "text", "empty", "newer"])
def test_a_foreign_file_is_refused(tmp_path, kind):
    path = tmp_path / "foreign.npz"
    if kind == "plain":
        np.savez(path, z=np.zeros(3))
    elif kind == "compressed":
        np.savez_compressed(path, z=np.zeros(3))
    elif kind == "pickle":
        path.write_bytes(pickle.dumps({"z": 1}))
    elif kind == "newer":
        import zipfile

        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("meta.json", json.dumps({"format": "realpolitik arrays 9", "meta": {}, "digest": ""}))
    else:
        path.write_bytes(b"a letter home" if kind == "text" else b"")
    with pytest.raises(RunError, match=r"foreign\.npz' (was not written by|is torn|has the format)"):
        storage.load_arrays(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(RunError, match="there is no file"):
        storage.load_arrays(tmp_path / "none.npz")
    with pytest.raises(RunError, match="could not read"):
        storage.load_arrays(tmp_path)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "no space is left on the disk"),
        (errno.EACCES, "writing there is not allowed"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_disk_that_refuses_is_named_and_loses_nothing(monkeypatch, saved, number, says, call):
    before = saved.read_bytes()

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(RunError, match=rf"could not write '.*3\.npz': {says}; what was finished before is kept"):
        storage.save_arrays(saved, {"z": np.zeros(1)}, {})
    assert saved.read_bytes() == before
    assert only(saved)


def test_a_stop_leaves_nothing_half_written(monkeypatch, saved):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        storage.write_text(saved, "half")
    assert only(saved)
    assert storage.load_arrays(saved)[1]["stage"] == 3


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RunError, match=r"could not write '.*none.x\.json': No such file"):
        storage.write_json(tmp_path / "none" / "x.json", {})


def test_json_is_strict_and_text_any(tmp_path):
    path = tmp_path / "x.json"
    document = {
        "nan": np.nan,
        "inf": [np.float32("inf")],
        1: np.arange(2),
        "ü": "\ud800",
        "flag": np.True_,
        "t": (None,),
    }
    storage.write_json(path, document)
    assert storage.read_json(path) == {
        "nan": None,
        "inf": [None],
        "1": [0, 1],
        "ü": "\ud800",
        "flag": True,
        "t": [None],
    }
    assert only(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_broken_json_is_refused(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(RunError, match="torn or was not written by realpolitik"):
        storage.read_json(path)
