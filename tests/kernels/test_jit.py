"""The compiler's settings and the cache, each looked at in a process of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

# The loop that is compiled fastest, called in a way that says whether it was compiled or loaded.
PROGRAM = """
import numba
users_own = numba.config.CACHE_DIR
from minicompress.kernels import conv, jit
y, b = np.ones((1, 2), np.float32), np.array([2, 3], np.float32)
conv.add_bias(y, b)
assert y.tolist() == [[3, 4]]
assert numba.config.CACHE_DIR == users_own
print(jit.cache_folder(), "loaded" if jit.COMPILES and conv.add_bias.stats.cache_hits else "compiled", sep="|")
"""


def start(program, *, cache, **environment):
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "0", "MINICOMPRESS_CACHE": str(cache), **environment}
    command = [sys.executable, "-W", "ignore", "-c", f"import numpy as np\n{program}"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(program, **environment):
    process = start(program, **environment)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == ""  # no word in a log: stderr is no terminal here
    return out.strip().split("|")


def test_what_one_process_compiled_the_next_one_loads(tmp_path):
    folder, how = run(PROGRAM, cache=tmp_path)
    assert Path(folder).parent == tmp_path
    assert how == "compiled"
    assert list(Path(folder).rglob("*.nbc"))
    assert run(PROGRAM, cache=tmp_path) == [folder, "loaded"]
    assert {path.name for path in tmp_path.iterdir()} == {Path(folder).name}


def test_the_users_own_cache_of_numba_stays_theirs(tmp_path):
    folder, *_ = run(PROGRAM, cache=tmp_path / "ours", NUMBA_CACHE_DIR=str(tmp_path / "theirs"))
    assert list(Path(folder).rglob("*.nbc"))
    assert not (tmp_path / "theirs").exists()


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    assert run(PROGRAM, cache=in_the_way)[0] == "None"
    sources = Path(__file__).parents[2] / "minicompress" / "kernels"
    assert not list(sources.rglob("*.nbc"))  # where numba would put it by itself


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_no_error(tmp_path):
    tmp_path.chmod(0o500)
    assert run(PROGRAM, cache=tmp_path)[0] == "None"


def test_several_processes_may_compile_at_once(tmp_path):
    processes = [start(PROGRAM, cache=tmp_path) for _ in range(3)]
    for process in processes:
        _, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
    assert run(PROGRAM, cache=tmp_path)[1:] == ["loaded"]


def test_loops_run_as_python_when_compiling_is_off_and_layers_stay_with_numpy(tmp_path):
    run(PROGRAM, cache=tmp_path, NUMBA_DISABLE_JIT="1")
    program = """
from minicompress import nn
from minicompress.kernels import pooling
from minicompress.nn.layers import pooling as numpy_pooling
from minicompress.nn.twins import fastest
x = np.random.default_rng(0).standard_normal((2, 3, 5, 5)).astype(np.float32)
y, winner = pooling.max_pool(x, (2, 2), (2, 2), (0, 0))
np.testing.assert_array_equal(y, nn.MaxPool2d(2).forward(x))
assert fastest(numpy_pooling.max_pool, 10**9, x) is numpy_pooling.max_pool
"""
    run(program, cache=tmp_path, NUMBA_DISABLE_JIT="1")


def test_the_folder_follows_the_sources_and_old_folders_go(tmp_path, monkeypatch):
    from minicompress.kernels import jit

    monkeypatch.setenv("MINICOMPRESS_CACHE", str(tmp_path))
    monkeypatch.setattr(jit, "_FOLDERS_KEPT", 3)
    folders = []
    for version in range(5):
        monkeypatch.setattr(jit, "_hash_of_sources", lambda version=version: f"{version:016}")
        folders.append(jit.cache_folder())
        used = time.time() + 1000 * (version - 9)
        os.utime(folders[-1], (used, used))
    assert sorted(tmp_path.iterdir()) == folders[2:]
    os.utime(folders[2], (2 * used, 2 * used))  # a clock that is wrong
    monkeypatch.setattr(jit, "_hash_of_sources", lambda: "new")
    assert jit.cache_folder().is_dir()
    assert folders[2].is_dir()
    assert not folders[3].exists()


def test_the_hash_sees_every_kernel_source(tmp_path, monkeypatch):
    from minicompress.kernels import jit

    (tmp_path / "jit.py").write_text("")
    (tmp_path / "loops.py").write_text("one")
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    before = jit._hash_of_sources()
    (tmp_path / "loops.py").write_text("two")
    assert jit._hash_of_sources() != before


def test_the_notice_is_said_once_for_our_own_loops_and_only_on_a_terminal(monkeypatch, capsys):
    from numba.core import event

    from minicompress.kernels import conv, jit, windows

    if not jit.COMPILES:
        pytest.skip("nothing is compiled here")

    def compiling(function):
        started = event.Event("numba:compile", event.EventStatus.START, {"dispatcher": function})
        notice.on_start(started)

    for terminal, expected in ((False, 0), (True, 1)):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        notice = jit._Notice()
        compiling(jit.numba.njit(lambda x: x))  # the user's own
        assert capsys.readouterr().err == ""
        compiling(windows.gather_rows)
        compiling(conv.add_bias)
        assert capsys.readouterr().err.count("minicompress: compiling") == expected


def test_sums_may_be_reordered_but_nan_is_seen():
    from minicompress.kernels.jit import jit

    @jit
    def count_nan(x):
        count = 0
        for k in range(len(x)):
            count += x[k] != x[k]
        return count

    assert count_nan(np.array([1, np.nan, np.inf, np.nan])) == 2
