import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from minicompress import nn
from minicompress.nn import Layer
from minicompress.pruning import Mask


def small_cnn(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, 2, (3, 2), stride=2, padding=(1, 0), rng=rng),
        nn.BatchNorm2d(2, eps=1e-3),
        nn.ReLU(),
        nn.Residual(nn.Conv2d(2, 2, 1, groups=2, bias=False, rng=rng), nn.Tanh(), shortcut=nn.BatchNorm2d(2)),
        nn.AvgPool2d(2, stride=1),
        nn.MaxPool2d((1, 2), padding=(0, 1)),
        nn.Sigmoid(),
        nn.Flatten(),
        nn.BatchNorm1d(4),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(4, 3, rng=rng),
        input_shape=(1, 6, 5),
    )


IMAGES = np.random.default_rng(9).standard_normal((8, 1, 6, 5)).astype(np.float32)


@pytest.fixture
def trained():
    model = small_cnn()
    model.forward(IMAGES, training=True)
    return model


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


def rewrite(path, change):
    """Change the architecture and arrays of a file."""
    with np.load(path) as file:
        arrays = dict(file)
    architecture = json.loads(arrays.pop("architecture").tobytes())
    change(architecture, arrays)
    content = io.BytesIO()
    np.savez(content, architecture=np.frombuffer(json.dumps(architecture).encode(), np.uint8), **arrays)
    path.write_bytes(content.getvalue())


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
