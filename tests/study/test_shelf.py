"""Shared models: made once, read when they are whole, made again when they are not."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.study.shelf import Shelf


class Maker:
    """Makes a small model and counts."""

    def __init__(self):
        self.made = 0

    def __call__(self):
        self.made += 1
        return nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))


def values(model):
    return np.concatenate([p.value.ravel() for p in model.parameters()])


def test_a_model_is_made_once_and_each_call_returns_a_copy(tmp_path):
    make, shelf = Maker(), Shelf(tmp_path, "tiny-0123")
    first = shelf.model("dense-0", make)
    expected = values(first)
    first.layers[1].weight.value[...] = 0

    np.testing.assert_array_equal(values(shelf.model("dense-0", make)), expected)
    np.testing.assert_array_equal(values(Shelf(tmp_path, "tiny-0123").model("dense-0", make)), expected)
    assert make.made == 1
    assert [path.name for path in tmp_path.iterdir()] == ["tiny-0123-dense-0.npz"]


def test_another_name_or_configuration_is_another_model(tmp_path):
    make = Maker()
    for stem, name in [("tiny-0123", "dense-0"), ("tiny-0123", "dense-1"), ("tiny-4567", "dense-0")]:
        Shelf(tmp_path, stem).model(name, make)
    assert make.made == 3


@pytest.mark.parametrize("keep", [0, 100, -1])
def test_a_truncated_file_is_made_again(tmp_path, keep):
    make = Maker()
    expected = values(Shelf(tmp_path, "tiny").model("dense-0", make))
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:keep])

    np.testing.assert_array_equal(values(Shelf(tmp_path, "tiny").model("dense-0", make)), expected)
    assert make.made == 2
    assert path.read_bytes() == whole
