"""A file is written whole or not at all, and what is no file is not replaced by one."""

import errno
import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from minicompress import nn
from minicompress._base.files import make_writable_folder, replace_atomically, write_text
from minicompress.recipes import demo


def test_a_link_stays_one_and_the_file_behind_it_is_written(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("links need a right of their own on Windows")
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "real.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()), daemon=True)
    reader.start()
    write_text(pipe, "new")
    reader.join(20)
    assert heard == ["new"]
    assert pipe.is_fifo()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_private_file_stays_private_and_a_new_one_is_as_any_other(tmp_path):
    private, fresh, ordinary = tmp_path / "private.json", tmp_path / "fresh.json", tmp_path / "ordinary.json"
    private.write_text("old")
    private.chmod(0o600)
    ordinary.write_text("as any other")
    for path in (private, fresh):
        write_text(path, "new")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert fresh.stat().st_mode == ordinary.stat().st_mode
    private.chmod(0o640)
    nn.zoo.mlp([2, 2], rng=np.random.default_rng(0)).save(private)
    assert stat.S_IMODE(private.stat().st_mode) == 0o640


def test_a_read_only_file_is_refused_by_its_own_name_and_stays(tmp_path):
    path = tmp_path / "kept.npz"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match=r"the file is read-only; .*kept\.npz"):
        nn.zoo.mlp([2, 2], rng=np.random.default_rng(0)).save(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    path.chmod(0o644)


def refusal(path, write):
    """The OSError of a block that writes to `path`, whose folder holds nothing new afterwards."""
    before = sorted(path.parent.iterdir()) if path.parent.is_dir() else None
    with pytest.raises(OSError) as caught, replace_atomically(path) as temporary:
        write(temporary)
    assert before is None or sorted(path.parent.iterdir()) == before
    return caught.value


def test_errors_name_the_file_that_was_asked_for_and_not_the_temporary_one(tmp_path):
    folder, blocked, name = tmp_path / "folder", tmp_path / "file", "n" * 300
    folder.mkdir()
    blocked.write_text("in the way")

    def fill_the_disk(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    cases = [
        (folder, Path.touch, IsADirectoryError),
        (blocked / "model.npz", Path.touch, OSError),
        (tmp_path / name, Path.touch, OSError),
        (tmp_path / "model.npz", fill_the_disk, OSError),
        (tmp_path / "model.npz", lambda temporary: (temporary.unlink(), temporary.read_bytes()), FileNotFoundError),
    ]
    for path, write, kind in cases:
        error = refusal(path, write)
        assert isinstance(error, kind)
        assert error.filename in (str(path), str(path.parent)), error
        assert error.filename2 is None


def test_errors_of_other_files_keep_their_name(tmp_path):
    other = tmp_path / "source.txt"
    assert refusal(tmp_path / "target.txt", lambda _: other.read_text()).filename == str(other)
    plain = refusal(tmp_path / "target.txt", lambda _: (_ for _ in ()).throw(OSError("no mirror delivered it")))
    assert str(plain) == "no mirror delivered it"


def test_a_name_of_the_greatest_length_can_be_written(tmp_path):
    path = tmp_path / ("n" * 251 + ".npz")
    write_text(path, "new")
    assert path.read_text() == "new"


def test_a_link_to_itself_is_told(tmp_path):
    loop = tmp_path / "loop.json"
    try:
        loop.symlink_to(loop)
    except OSError:
        pytest.skip("links need a right of their own on Windows")
    told = None
    try:
        write_text(loop, "new")
    except OSError as error:
        told = error.filename
    # Python from 3.13 on resolves it to itself, and the file takes its place.
    assert told == str(loop) or loop.read_text() == "new"


def test_a_folder_that_cannot_be_written_is_told_before_long_work_begins(tmp_path, monkeypatch):
    make_writable_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []

    def refuse(**_):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "tmpxyz"))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(PermissionError) as caught:
        make_writable_folder(tmp_path / "out")
    assert caught.value.filename == str(tmp_path / "out")
    stages = []
    with pytest.raises(PermissionError, match="out"):
        demo.run(out=tmp_path / "out", quick=True, progress=lambda *told: stages.append(told))
    assert stages == []
