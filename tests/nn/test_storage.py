"""A saved model is loaded as it was: architecture, arrays and dtypes; what does not fit is refused in words."""

import numpy as np
import pytest
from stored_models import IMAGES, rewrite, small_cnn, trained_cnn

from minicompress import nn
from minicompress.nn import Layer
from minicompress.pruning import Mask


@pytest.fixture
def trained():
    return trained_cnn()


def test_load_rebuilds_architecture_and_arrays(trained, tmp_path):
    trained.save(tmp_path / "model.npz")
    model = nn.load(tmp_path / "model.npz")
    assert repr(model) == repr(trained)
    assert model.input_shape == (1, 6, 5)
    assert model.layers[1].eps == 1e-3
    np.testing.assert_array_equal(model.forward(IMAGES), trained.forward(IMAGES))
    np.testing.assert_array_equal(model.forward(IMAGES, training=True).shape, (8, 3))
    assert str(model.summary()) == str(trained.summary())


def test_loading_into_a_model_restores_its_arrays_in_place(trained, tmp_path):
    path = str(tmp_path / "model.npz")  # a string is a path too
    trained.save(path)
    model = small_cnn(seed=1)
    master = model.layers[0].weights[0]
    model.load(path)
    assert model.layers[0].weights[0] is master
    np.testing.assert_array_equal(model.forward(IMAGES), trained.forward(IMAGES))


def test_zoo_models_survive_the_file(tmp_path, rng):
    for make in (nn.zoo.lenet_300_100, nn.zoo.lenet5):
        model = make(rng=rng)
        model.save(tmp_path / "zoo.npz")
        x = rng.random((2, 1, 28, 28), dtype=np.float32)
        np.testing.assert_array_equal(nn.load(tmp_path / "zoo.npz").predict(x), model.predict(x))


def test_float64_models_stay_float64(trained, tmp_path):
    trained.astype(np.float64).save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz").dtype == np.float64


def test_masters_are_saved_and_not_what_transforms_make_of_them(trained, tmp_path):
    weight = trained.layers[10].weight
    weight.transforms = [Mask(np.zeros(weight.shape))]
    trained.save(tmp_path / "model.npz")
    loaded = nn.load(tmp_path / "model.npz").layers[10].weight
    np.testing.assert_array_equal(loaded.value, weight.value)
    assert not loaded.effective().any()
    weight.bake()
    trained.save(tmp_path / "model.npz")
    assert not nn.load(tmp_path / "model.npz").layers[10].weight.value.any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a["layers"][2].update(layer="Swish"), r"unknown layer 'Swish' \(known: .*ReLU"),
        (lambda a: a["layers"][2].update(layer="object"), "unknown layer 'object'"),
        (lambda a: a["layers"][2]["config"].update(slope=1), "ReLU does not take"),
        (lambda a: a["layers"][0]["config"].update(stride=0), "stride must be an integer >= 1, got 0"),
        (lambda a: a["layers"][3]["config"].pop("body"), "Residual"),
        (lambda a: a["layers"].append(5), "a layer's description must hold 'layer' and 'config', got 5"),
        (lambda a: a.update(layers=3), "not iterable"),
        (lambda a: a.update(input_shape=3), "not iterable"),
    ],
)
def test_architectures_that_cannot_be_built_are_told(trained, tmp_path, change, message):
    path = tmp_path / "model.npz"
    trained.save(path)
    rewrite(path, lambda architecture, arrays: change(architecture))
    with pytest.raises(ValueError, match=message) as caught:
        nn.load(path)
    assert str(path) in str(caught.value)


def test_model_of_another_architecture_cannot_load_the_file(trained, tmp_path, rng):
    trained.save(tmp_path / "model.npz")
    other = nn.Sequential(nn.Linear(8, 3, rng=rng))
    before = other.state_dict()
    with pytest.raises(ValueError, match=r"model.npz: load_state_dict: .* missing 1.bias, 1.weight; unexpected 0.bias"):
        nn.Sequential(nn.ReLU(), *other.layers).load(tmp_path / "model.npz")
    for name, array in other.arrays().items():
        np.testing.assert_array_equal(array, before[name])


def test_missing_file_is_told_as_such(tmp_path):
    for load in (nn.load, small_cnn().load):
        with pytest.raises(FileNotFoundError, match=r"none\.npz"):
            load(tmp_path / "none.npz")


class Clip(Layer):
    """A layer of the user's own."""

    def __init__(self, limit):
        self.limit = limit

    def forward(self, x, training=False):
        return self._keep(np.clip(x, -self.limit, self.limit))

    def config(self):
        return {"limit": self.limit}


def test_layers_of_ones_own_must_be_registered_to_be_saved(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    model = nn.Sequential(Clip(0.5))
    with pytest.raises(ValueError, match=r"layer class 'Clip' must be registered first, with nn\.register"):
        model.save(path)
    assert not path.exists()
    monkeypatch.setattr("minicompress.nn.architecture._KINDS", {})
    assert nn.register(Clip) is Clip
    model.save(path)
    assert nn.load(path).layers[0].limit == 0.5


def test_a_name_can_be_registered_for_one_class_only():
    with pytest.raises(ValueError, match=r"layer name 'Linear' is taken by minicompress\.nn\.layers\.linear"):
        nn.register(type("Linear", (Layer,), {}))
