"""The data sets: that they are the real ones, in the promised form, and that a wrong file is not taken for one."""

import dataclasses
import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minicompress.data.datasets
from minicompress.data import DATASETS, DataError, MissingDataError, load, read_idx
from minicompress.kit.cli.command_line import main

BUNDLED = Path(minicompress.data.datasets.__file__).parent


def test_mnist_has_shapes_types_and_range(mnist):
    x_train, y_train, x_test, y_test = mnist
    assert x_train.shape == (60_000, 1, 28, 28)
    assert x_test.shape == (10_000, 1, 28, 28)
    assert y_train.shape == (60_000,)
    assert y_test.shape == (10_000,)
    for x in (x_train, x_test):
        assert x.dtype == np.float32
        assert x.flags.c_contiguous
        assert x.min() == 0
        assert x.max() == 1
    assert y_train.dtype == y_test.dtype == np.int64


def test_mnist_has_its_class_counts(mnist):
    _, y_train, _, y_test = mnist
    assert np.bincount(y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_mnist_has_the_mean_and_deviation_that_everyone_normalizes_with():
    pixels = read_idx(BUNDLED / "mnist" / "train-images-idx3-ubyte.gz").reshape(60, -1)
    counts = sum(np.bincount(part, minlength=256) for part in pixels)  # a histogram: exact, and little memory
    levels = np.arange(256) / 255
    mean = np.average(levels, weights=counts)
    variance = np.average((levels - mean) ** 2, weights=counts)
    assert f"{mean:.4f} {np.sqrt(variance):.4f}" == "0.1307 0.3081"


@pytest.mark.parametrize(
    ("file_name", "md5"),
    [
        ("train-images-idx3-ubyte.gz", "6bbc9ace898e44ae57da46a324031adb"),
        ("train-labels-idx1-ubyte.gz", "a25bea736e30d166cdddb491f175f624"),
        ("t10k-images-idx3-ubyte.gz", "2646ac647ad5339dbf082846283269ea"),
        ("t10k-labels-idx1-ubyte.gz", "27ae3e4e09519cfbb04c329615203637"),
    ],
)
def test_mnist_is_byte_for_byte_the_published_one(file_name, md5):
    content = gzip.decompress((BUNDLED / "mnist" / file_name).read_bytes())
    assert hashlib.md5(content, usedforsecurity=False).hexdigest() == md5


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist_small"])
def test_bundled_files_agree_with_the_catalogue_and_carry_their_licence(name):
    assert (BUNDLED / name / "LICENSE").read_text(encoding="utf-8").strip()
    for file in DATASETS[name].files:
        content = gzip.decompress((BUNDLED / name / file.name).read_bytes())
        assert hashlib.md5(content, usedforsecurity=False).hexdigest() == file.idx_md5


def test_pixels_are_bytes_divided_by_255(mnist):
    raw = gzip.decompress((BUNDLED / "mnist" / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    levels = [np.float32(pixel / 255) for pixel in range(256)]
    expected = np.array([levels[pixel] for pixel in raw[:78_400]], np.float32)
    np.testing.assert_array_equal(mnist[2][:100].ravel(), expected)


def test_first_labels_are_the_famous_ones(mnist):
    assert mnist[1][:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist[3][:5].tolist() == [7, 2, 1, 0, 4]


def test_fashion_subset_has_shapes_types_range_and_all_classes():
    x_train, y_train, x_test, y_test = load("fashion_mnist_small")
    assert (x_train.shape, x_test.shape) == ((10_000, 1, 28, 28), (2_000, 1, 28, 28))
    assert (y_train.shape, y_test.shape) == ((10_000,), (2_000,))
    assert x_train.dtype == x_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int64
    assert (x_train.min(), x_train.max()) == (0, 1)
    assert set(y_train) == set(y_test) == set(range(10))


def test_each_call_returns_arrays_of_its_own():
    first, second = load("fashion_mnist_small"), load("fashion_mnist_small")
    for a, b in zip(first, second, strict=True):
        assert a.flags.writeable
        assert not np.shares_memory(a, b)
    first[0][:] = -1
    assert second[0].min() == 0


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("mnst", " (did you mean 'mnist'?)"),
        ("Fashion-MNIST", " (did you mean 'fashion_mnist'?)"),
        ("fashion_mnist_smal", " (did you mean 'fashion_mnist_small'?)"),
        ("cifar10", ""),
        (None, ""),
        (["mnist"], " (did you mean 'mnist'?)"),
    ],
)
def test_unknown_name_is_told_the_names_and_the_nearest(name, suggestion):
    message = f"load: name must be one of 'mnist', 'fashion_mnist_small', 'fashion_mnist'{suggestion}, got {name!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(name)


@pytest.fixture
def tiny(tmp_path, monkeypatch, to_idx, to_gzip):
    """A bundled set of 3 training and 2 test images, and a function that replaces one of its four files."""
    dataset = dataclasses.replace(DATASETS["mnist"], name="tiny", train_count=3, test_count=2, mirrors=())
    monkeypatch.setitem(DATASETS, "tiny", dataset)
    monkeypatch.setattr(minicompress.data.datasets, "_BUNDLED", tmp_path)
    (tmp_path / "tiny").mkdir()

    def put(index, array):
        path = tmp_path / "tiny" / dataset.files[index].name
        path.write_bytes(to_gzip(to_idx(array)))
        return path

    put(0, np.full((3, 28, 28), 255, np.uint8))
    put(1, np.array([0, 9, 4], np.uint8))
    put(2, np.zeros((2, 28, 28), np.uint8))
    put(3, np.array([1, 2], np.uint8))
    return put


def test_order_is_train_images_train_labels_test_images_test_labels(tiny):
    x_train, y_train, x_test, y_test = load("tiny")
    assert (x_train == 1).all()
    assert (x_test == 0).all()
    assert y_train.tolist() == [0, 9, 4]
    assert y_test.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("index", "array", "message"),
    [
        (1, np.array([0, 9], np.uint8), "must hold uint8 of shape (3,), got uint8 of shape (2,)"),
        (3, np.array([1, 10], np.uint8), "labels must be from 0 to 9, got 10"),
        (2, np.zeros((2, 28, 27), np.uint8), "must hold uint8 of shape (2, 28, 28), got uint8 of shape (2, 28, 27)"),
        (0, np.zeros((3, 28, 28), np.int8), "must hold uint8 of shape (3, 28, 28), got int8 of shape (3, 28, 28)"),
        (0, np.zeros(3, np.uint8), "must hold uint8 of shape (3, 28, 28), got uint8 of shape (3,)"),
    ],
    ids=["too few labels", "label 10", "narrow images", "signed pixels", "labels for images"],
)
def test_file_that_does_not_fit_the_set_is_refused_by_name(tiny, index, array, message):
    path = tiny(index, array)
    with pytest.raises(ValueError, match=re.escape(f"load: {path}: {message}")):
        load("tiny")


def test_damaged_bundled_file_is_refused_by_name(tiny):
    path = tiny(2, np.zeros((2, 28, 28), np.uint8))
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ValueError, match=re.escape(f"{path}: its gzip data is cut short")):
        load("tiny")


def test_missing_bundled_file_without_mirrors_is_named(tiny):
    path = tiny(2, np.zeros((2, 28, 28), np.uint8))
    path.unlink()
    with pytest.raises(FileNotFoundError, match=re.escape(str(path))):
        load("tiny")


def test_errors_of_data_say_what_to_do_and_can_be_told_from_others(tiny):
    path = tiny(2, np.zeros((2, 28, 28), np.uint8))
    content = path.read_bytes()
    for damage in (content[:-3], content[:40] + b"?" + content[41:], b"", b"hello"):
        path.write_bytes(damage)
        with pytest.raises(DataError, match=r"reinstall it, or in a clone restore the file with `git checkout`\.$"):
            load("tiny")
    path.unlink()
    with pytest.raises(MissingDataError, match=r"there is no file .*\nThe file comes with minicompress: reinstall it"):
        load("tiny")
    assert issubclass(MissingDataError, FileNotFoundError)
    assert issubclass(DataError, OSError)
    assert issubclass(DataError, ValueError)


def test_a_missing_file_without_network_says_that_it_is_missing(tiny, monkeypatch):
    mirrors = ("https://mirror.example/",)
    monkeypatch.setitem(DATASETS, "tiny", dataclasses.replace(DATASETS["tiny"], mirrors=mirrors))
    path = tiny(1, np.zeros(3, np.uint8))
    path.unlink()

    def fetch(*_, **__):
        raise OSError("fetch: no mirror delivered it")

    monkeypatch.setattr("minicompress.data.datasets.fetch", fetch)
    with pytest.raises(DataError) as caught:
        load("tiny")
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"load: {path} is missing (reinstall it, or in a clone restore the file")
    assert second == "fetch: no mirror delivered it"
    for other in path.parent.iterdir():
        other.unlink()
    path.parent.rmdir()  # a set that does not come with the package
    with pytest.raises(DataError, match=r"^fetch: no mirror delivered it$"):
        load("tiny")


@pytest.mark.parametrize("words", [["demo", "--quick"], ["study", "pruning"]])
@pytest.mark.parametrize(("language", "says"), [("en", "The data cannot be read: "), ("zh", "无法读取数据：")])
def test_commands_say_that_the_data_cannot_be_read(tmp_path, monkeypatch, capsys, words, language, says):
    def load(*_, **__):
        raise DataError("load: gone")

    monkeypatch.setattr("minicompress.data.load", load)
    status = main([*words, "--out", str(tmp_path / "out"), "--lang", language])
    captured = capsys.readouterr()
    assert status == 2
    assert f"{says}load: gone" in captured.err.replace("\n", "")
    assert "Traceback" not in captured.err


def test_import_loads_neither_pooch_nor_numba_nor_matplotlib():
    code = (
        "import sys, minicompress.data; "
        "print([name for name in ('pooch', 'requests', 'rich', 'numba', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_load_of_a_bundled_set_does_not_load_pooch():
    code = "import sys; from minicompress.data import load; load('fashion_mnist_small'); print('pooch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
