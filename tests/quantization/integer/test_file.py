"""An integer network in a file: the same codes come back, and a file that is damaged or foreign is named."""

import json

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import IntegerModel, to_integers
from minicompress.quantization.integer import FixedPointScale, FloatScale, TwiceRoundedScale


def network(rng):
    layers = [nn.Conv2d(2, 4, 3, stride=2, padding=1, groups=2, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16, 5, rng=rng), input_shape=(2, 8, 8))


def images(rng):
    return rng.normal(size=(7, 2, 8, 8)).astype(np.float32)


@pytest.mark.parametrize("rescaling", [FixedPointScale, TwiceRoundedScale, FloatScale])
@pytest.mark.parametrize("signed", [True, False])
def test_what_was_saved_comes_back_code_by_code(rescaling, signed, rng, tmp_path):
    x = images(rng)
    model = to_integers(network(rng), x, rescaling=rescaling, signed=signed)
    model.save(tmp_path / "integers.npz")
    loaded = IntegerModel.load(tmp_path / "integers.npz")
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    assert (loaded.x_grid, loaded.y_grid, loaded.size_bytes) == (model.x_grid, model.y_grid, model.size_bytes)
    assert repr(loaded) == repr(model)
    loaded.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "integers.npz").read_bytes()


def test_the_arrays_in_the_file_are_what_size_bytes_counts(rng, tmp_path):
    model = to_integers(network(rng), images(rng))
    model.save(tmp_path / "integers.npz")
    with np.load(tmp_path / "integers.npz") as file:
        assert sum(file[name].nbytes for name in file.files if name != "integer model") == model.size_bytes
        assert file["0.q_w"].dtype == np.int8


def test_repr_says_what_it_is(rng):
    model = to_integers(network(rng), images(rng))
    expected = "IntegerConv2d(2, 4, (3, 3)), IntegerMaxPool2d((2, 2)), IntegerReLU(z="
    assert repr(model).startswith(f"IntegerModel({expected}")
    assert repr(model).endswith(f"IntegerFlatten(), IntegerLinear(16, 5); {model.size_bytes:,} bytes)")


def changed(path, **arrays):
    with np.load(path) as file:
        kept = {name: file[name] for name in file.files}
    kept |= {name.replace("_dot_", "."): array for name, array in arrays.items()}
    np.savez(path, **{name: array for name, array in kept.items() if array is not None})


def described(path, change):
    with np.load(path) as file:
        description = json.loads(file["integer model"].tobytes())
    change(description)
    return np.frombuffer(json.dumps(description).encode(), np.uint8)


DAMAGE = {
    "another format": lambda d: d.update(format="minicompress integer model 99"),
    "no grid": lambda d: d.pop("x_grid"),
    "bad grid": lambda d: d["x_grid"].update(s=0),
    "unknown layer": lambda d: d["layers"][0].update(layer="object"),
    "unknown rescaling": lambda d: d["layers"][0]["config"].update(rescale="eval"),
    "an option too many": lambda d: d["layers"][2]["config"].update(q=1),
    "a layer less": lambda d: d["layers"].pop(),
    "codes out of range": lambda d: d["layers"][0]["config"].update(low=-300),
}


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
def test_a_description_that_is_damaged_is_named(change, rng, tmp_path):
    path = tmp_path / "integers.npz"
    to_integers(network(rng), images(rng)).save(path)
    changed(path, **{"integer model": described(path, change)})
    with pytest.raises(ValueError, match=r"IntegerModel.load: .*integers.npz: "):
        IntegerModel.load(path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"0_dot_q_w": None},
        {"0_dot_q_w": np.zeros((4, 1, 3, 3), np.int16)},
        {"0_dot_q_b": np.zeros(3, np.int32)},
        {"0_dot_m0": np.zeros(4, np.int32)},
        {"0_dot_n": None},
        {"9_dot_q_w": np.zeros(3, np.int8)},
        {"2_dot_q_w": np.zeros(3, np.int8)},
        {"integer model": None},
    ],
)
def test_arrays_that_do_not_fit_are_named(arrays, rng, tmp_path):
    path = tmp_path / "integers.npz"
    to_integers(network(rng), images(rng)).save(path)
    changed(path, **arrays)
    with pytest.raises(ValueError, match=r"IntegerModel.load: .*integers.npz: "):
        IntegerModel.load(path)


def test_half_a_file_and_none_are_named(rng, tmp_path):
    path = tmp_path / "integers.npz"
    to_integers(network(rng), images(rng)).save(path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ValueError, match=r"IntegerModel.load: .*integers.npz: not a whole"):
        IntegerModel.load(path)
    with pytest.raises(FileNotFoundError):
        IntegerModel.load(tmp_path / "none.npz")


def test_a_rescaling_of_ones_own_is_refused_before_writing(rng, tmp_path):
    model = to_integers(network(rng), images(rng), rescaling=lambda m: lambda acc: acc >> 5)
    with pytest.raises(ValueError, match="save: model must consist of the library's layers and rescalings"):
        model.save(tmp_path / "integers.npz")
    assert not list(tmp_path.iterdir())
