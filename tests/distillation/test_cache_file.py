"""Kept answers on disk: what was saved comes back for the same samples, and for no others."""

import numpy as np
import pytest

from minicompress.distillation import cache_top_k, load_cached, save_cached


@pytest.fixture
def answers(rng):
    """(samples, logits) of six samples."""
    return rng.normal(size=(6, 1, 3, 2)).astype(np.float32), rng.normal(size=(6, 4)).astype(np.float32)


@pytest.mark.parametrize("top_k", [False, True])
def test_what_was_saved_is_loaded_if_the_number_of_samples_is_right(tmp_path, answers, top_k):
    rows = cache_top_k(answers[1], 2, 4.0) if top_k else answers[1]
    path = tmp_path / "new" / "teacher.cache"
    save_cached(path, rows)
    loaded = load_cached(path, samples=6)
    assert loaded.dtype == rows.dtype
    assert np.array_equal(loaded, rows)
    assert [file.name for file in path.parent.iterdir()] == ["teacher.cache"]
    with pytest.raises(ValueError, match=r"number of rows in .*teacher.cache, 6, got 5"):
        load_cached(path, samples=5)


def test_the_same_samples_are_recognized_flat_or_not_and_however_they_lie_in_memory(tmp_path, answers):
    x, z_t = answers
    save_cached(tmp_path / "c", z_t, samples=x)
    for same in (x, x.copy(), x.reshape(6, 6), np.asfortranarray(x), np.repeat(x, 2, axis=0)[::2], x.tolist()):
        same = np.asarray(same, np.float32)
        assert np.array_equal(load_cached(tmp_path / "c", samples=same), z_t)
    assert np.array_equal(load_cached(tmp_path / "c", samples=6), z_t)


def test_samples_in_another_order_or_of_other_bytes_are_refused(tmp_path, answers):
    x, z_t = answers
    save_cached(tmp_path / "c", z_t, samples=x)
    changed = x.copy()
    changed[5, 0, 2, 1] += 1e-6
    for other in (x[::-1], x[[1, 0, 2, 3, 4, 5]], changed, x.astype(np.float64), x.view(np.int32)):
        with pytest.raises(ValueError, match=r"samples must be those that .*c was saved with, in their order"):
            load_cached(tmp_path / "c", samples=other)
    with pytest.raises(ValueError, match=r"number of rows in .*c, 6, got 5"):
        load_cached(tmp_path / "c", samples=x[:5])


def test_without_a_fingerprint_samples_cannot_be_checked(tmp_path, answers):
    x, z_t = answers
    save_cached(tmp_path / "c", z_t)
    with pytest.raises(ValueError, match=r"samples must be a number, since .*c was saved without samples"):
        load_cached(tmp_path / "c", samples=x)


def test_files_of_others_and_damaged_ones_are_refused(tmp_path, answers):
    np.savez(tmp_path / "other.npz", logits=np.ones(3))
    np.save(tmp_path / "other.npy", np.ones(3))
    (tmp_path / "text").write_text("not an archive")
    (tmp_path / "empty").write_bytes(b"")
    save_cached(tmp_path / "whole", answers[1])
    content = bytearray((tmp_path / "whole").read_bytes())
    (tmp_path / "cut").write_bytes(content[:-30])
    content[content.index(answers[1][5].tobytes())] ^= 1
    (tmp_path / "flipped").write_bytes(content)
    for name in ("other.npz", "other.npy", "text", "empty", "cut", "flipped"):
        with pytest.raises(ValueError, match=f"path must be a file of save_cached, and whole, got .*{name}"):
            load_cached(tmp_path / name, samples=6)
    with pytest.raises(FileNotFoundError):
        load_cached(tmp_path / "none", samples=6)


@pytest.mark.parametrize(
    ("rows", "samples", "text"),
    [
        (np.array([None]), None, "rows must be an array of numbers"),
        (3.0, None, "rows must be an array of numbers"),
        (np.ones((3, 2)), np.ones((2, 5)), "samples must be as many as rows, 3, got 2"),
        (np.ones((3, 2)), 3, "samples must be an array of numbers"),
        (np.ones((1, 2)), np.array([None]), "samples must be an array of numbers"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(tmp_path, rows, samples, text):
    with pytest.raises(ValueError, match=f"save_cached: {text}"):
        save_cached(tmp_path / "new.npz", rows, samples=samples)
    assert not list(tmp_path.iterdir())
