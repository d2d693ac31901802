"""A model file is a plain .npz: whole or refused, equal for equal models, and no code of the file's is run."""

import pickle
import zipfile

import numpy as np
import pytest
from stored_models import rewrite, small_cnn, trained_cnn

from minicompress import nn


@pytest.fixture
def trained():
    return trained_cnn()


def test_equal_models_make_equal_bytes_and_nothing_else_stays_in_the_folder(trained, tmp_path):
    trained.save(tmp_path / "a.model")
    trained.copy().save(tmp_path / "b.model")
    assert (tmp_path / "a.model").read_bytes() == (tmp_path / "b.model").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.model", "b.model"]


def test_file_is_a_plain_npz_without_pickle(trained, tmp_path):
    trained.save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as file:
        assert set(file.files) == {"architecture", *trained.state_dict()}
        np.testing.assert_array_equal(file["10.weight"], trained.layers[10].weight.value)


def load_both_ways(path, message):
    """Both ways of loading refuse, name the file, and leave the model alone."""
    model = small_cnn(seed=1)
    before = model.state_dict()
    for load in (nn.load, model.load):
        with pytest.raises(ValueError, match=message) as caught:
            load(path)
        assert str(path) in str(caught.value)
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, before[name])


def test_truncation_anywhere_is_told(trained, tmp_path):
    whole, cut = tmp_path / "whole.npz", tmp_path / "cut.npz"
    trained.save(whole)
    content = whole.read_bytes()
    for length in (0, 1, 100, len(content) // 2, len(content) - 1):
        cut.write_bytes(content[:length])
        load_both_ways(cut, "not a whole .npz file")


def test_a_damaged_byte_never_gives_another_model_in_silence(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2, rng=np.random.default_rng(0)))
    path = tmp_path / "model.npz"
    model.save(path)
    content, state = path.read_bytes(), model.state_dict()
    refused = 0
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0x11
        path.write_bytes(bytes(damaged))
        try:
            loaded = nn.load(path)
        except ValueError:  # anything else would be an error of the test
            refused += 1
            continue
        for name, array in loaded.arrays().items():  # a byte that does not matter, such as in a date
            np.testing.assert_array_equal(array, state[name])
    assert refused > 0.7 * len(content)


def test_foreign_files_are_told(tmp_path):
    path = tmp_path / "foreign"
    for content in (b"hello", pickle.dumps([1, 2]), b"PK\x03\x04 nothing"):
        path.write_bytes(content)
        load_both_ways(path, "not a whole .npz file")
    np.save(tmp_path / "one.npy", np.ones(3))
    load_both_ways(tmp_path / "one.npy", "not a whole .npz file")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    load_both_ways(path, "not a whole .npz file")
    np.savez(tmp_path / "foreign.npz", weight=np.ones(3))
    load_both_ways(tmp_path / "foreign.npz", "an .npz file, but not one that minicompress saved")
    np.savez(tmp_path / "foreign.npz", architecture=np.frombuffer(b'{"format": "other"}', np.uint8))
    load_both_ways(tmp_path / "foreign.npz", "not one that minicompress saved")


def test_files_of_a_later_format_are_not_guessed_at(trained, tmp_path):
    trained.save(tmp_path / "model.npz")
    rewrite(tmp_path / "model.npz", lambda architecture, arrays: architecture.update(format="minicompress model 2"))
    load_both_ways(tmp_path / "model.npz", "not one that minicompress saved")


def test_pickled_arrays_are_refused_and_not_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was run",))

    np.savez(tmp_path / "bomb.npz", architecture=np.array([Bomb()], dtype=object))
    load_both_ways(tmp_path / "bomb.npz", "not a whole .npz file")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a, s: s.update({"10.bias": np.ones(4)}), r"10.bias must have shape \(3,\), got shape \(4,\)"),
        (lambda a, s: s.pop("10.bias"), "missing 10.bias"),
        (lambda a, s: s.update(extra=np.ones(1)), "unexpected extra"),
    ],
)
def test_files_whose_arrays_do_not_fit_are_told(trained, tmp_path, change, message):
    path = tmp_path / "model.npz"
    trained.save(path)
    rewrite(path, change)
    load_both_ways(path, message)


def test_interrupted_save_leaves_the_old_file(trained, tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    trained.save(path)
    content = path.read_bytes()

    def interrupted(file, **arrays):
        file.write(b"half of")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        small_cnn(seed=1).save(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
