"""A file holds the transforms and the observers too: what is loaded predicts the same and goes on training the same."""

import json
import subprocess
import sys

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import DynamicMask, Mask, sparsity
from minicompress.pruning.structured import L1Penalty
from minicompress.quantization import (
    Binarize,
    FakeQuantize,
    LowVoltage,
    MinMaxObserver,
    PercentileObserver,
    PowerOfTwo,
    Ternarize,
    quantize_activations,
)
from minicompress.quantization.activations import MovingAverageObserver, activation_quantizers
from minicompress.quantization.formats import AdditivePowersOfTwo
from minicompress.quantization.voltage import CriticalVoltages, RandomBitErrors, WeightClip
from minicompress.quantization.voltage.stored_bits import FixedPoint

RNG = np.random.default_rng(7)
X, Y = RNG.standard_normal((60, 4)).astype(np.float32), RNG.integers(0, 3, 60)
KEEP = RNG.random((5, 4)) > 0.4


def network(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(4, 5, rng=rng), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3, rng=rng))


def train(model, epochs=1):
    optimizer = nn.SGD(model.parameters(), 0.1, momentum=0.9)
    nn.fit(model, X, Y, optimizer=optimizer, epochs=epochs, batch_size=15, rng=np.random.default_rng(1))
    return model


def make_errors():
    return RandomBitErrors(FixedPoint(6, symmetric=True, rounding="floor"), 0.1, rng=np.random.default_rng(0))


def make_low_voltage():
    critical = CriticalVoltages((5, 4), 8, rng=np.random.default_rng(3))
    return LowVoltage(8, critical, 0.8)


# name: (chain on the first weight, chain on the last)
CHAINS = {
    "mask": lambda: ([Mask(KEEP)], []),
    "dynamic mask": lambda: ([DynamicMask(KEEP, 0.1, 0.3)], []),
    "penalty": lambda: ([L1Penalty(0.01)], [L1Penalty(0.3)]),
    "quantizers": lambda: ([FakeQuantize(4)], [FakeQuantize(3, axis=0)]),
    "quantizers of other grids": lambda: ([FakeQuantize(5, scale=0.07)], [FakeQuantize(3, group_size=5)]),
    "ternary": lambda: ([Ternarize(factor=0.5)], [Ternarize()]),
    "binary": lambda: ([Binarize()], [Binarize(scaled=True, axis=0)]),
    "binary, drawn": lambda: ([Binarize(rng=np.random.default_rng(0))], []),
    "powers": lambda: ([PowerOfTwo(3, rounding="value")], [AdditivePowersOfTwo(5, base=4)]),
    "clip": lambda: ([WeightClip(0.4)], [WeightClip(0.2)]),
    "bit errors": lambda: ([make_errors()], []),
    "low voltage": lambda: ([make_low_voltage()], []),
    "mask, then quantizer": lambda: ([Mask(KEEP), FakeQuantize(2)], [Mask(np.ones((3, 5))), WeightClip(0.5)]),
}


def with_chains(name):
    model = network()
    first, last = CHAINS[name]()
    model.layers[0].weight.transforms, model.layers[3].weight.transforms = first, last
    return model


def reseeded(model):
    """The model, whose transforms that draw begin anew: a file holds no generator."""
    for parameter in model.weight_parameters():
        for transform in parameter.transforms:
            if getattr(transform, "rng", None) is not None:
                transform.rng = np.random.default_rng(0)
    return model


def the_same(one, other):
    for name, array in one.state_dict().items():
        np.testing.assert_array_equal(array, other.state_dict()[name], err_msg=name)


@pytest.mark.parametrize("name", CHAINS)
def test_a_loaded_network_predicts_the_same_and_goes_on_training_the_same(tmp_path, name):
    path = tmp_path / "model.npz"
    model = with_chains(name)
    model.save(path)
    loaded, into = nn.load(path), network(seed=5)
    into.load(path)
    expected = reseeded(model).predict(X)
    for other in (loaded, into):
        assert [repr(p) for p in other.parameters()] == [repr(p) for p in model.parameters()]
        np.testing.assert_array_equal(reseeded(other).predict(X), expected)
    train(reseeded(model))
    for other in (loaded, into):
        the_same(train(reseeded(other)), model)


def test_a_pruned_network_stays_pruned_and_a_quantized_one_quantized(tmp_path):
    model = train(network())
    for parameter in model.weight_parameters():
        parameter.transforms = [
            Mask(np.abs(parameter.value) > np.quantile(np.abs(parameter.value), 0.9)),
            FakeQuantize(4),
        ]
        parameter.project()
    model.save(tmp_path / "model.npz")
    loaded = train(nn.load(tmp_path / "model.npz"), epochs=2)
    assert sparsity(loaded) >= 0.85
    assert [type(t) for t in loaded.layers[0].weight.transforms] == [Mask, FakeQuantize]


def test_masks_inside_residuals_and_on_biases_are_stored(tmp_path):
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Residual(nn.Linear(4, 4, rng=rng), shortcut=nn.Linear(4, 4, rng=rng)))
    body, shortcut = model.layers[0].body.layers[0], model.layers[0].shortcut.layers[0]
    body.bias.transforms = [Mask([1, 0, 1, 0])]
    body.bias.value[...] = 3
    shortcut.weight.transforms = [Mask(np.eye(4))]
    model.save(tmp_path / "model.npz")
    loaded = nn.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.layers[0].body.layers[0].bias.effective().tolist() == [3, 0, 3, 0]


def test_a_dynamic_mask_goes_on_counting_its_steps(tmp_path):
    model = with_chains("dynamic mask")
    train(model)
    model.save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz").layers[0].weight.transforms[0].steps == 4


@pytest.mark.parametrize("make", [MinMaxObserver, lambda: MovingAverageObserver(c=0.2)])
@pytest.mark.parametrize("seen", [False, True])
def test_observers_that_limits_follow_are_stored(tmp_path, make, seen):
    path = tmp_path / "model.npz"
    model = quantize_activations(network(), X)
    for quantizer in activation_quantizers(model):
        quantizer.follow(make())
    if seen:
        train(model)
    model.save(path)
    loaded, into = nn.load(path), quantize_activations(network(seed=4), X)
    into.load(path)
    for other in (loaded, into):
        np.testing.assert_array_equal(other.predict(X), model.predict(X))
    train(model)
    for other in (loaded, into):
        the_same(train(other), model)


def test_an_observer_that_cannot_be_stored_is_refused_by_name(tmp_path):
    model = quantize_activations(network(), X)
    activation_quantizers(model)[1].follow(PercentileObserver(99))
    with pytest.raises(
        ValueError, match=r"the PercentileObserver at work cannot be stored: freeze\(\) the limits first"
    ):
        model.save(tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())


class Halve(nn.WeightTransform):
    """A transform of the user's own, without a word of how it is stored."""

    def forward(self, w):
        return w / 2

    def backward(self, dy):
        return dy / 2


class Soft(Mask):
    """A subclass is not what its parent's name would load."""


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (
            Halve(),
            r"the transform Halve on 3\.weight cannot be stored: its class is not registered with nn\.register; bake",
        ),
        (Soft(np.ones((3, 5))), r"the transform Soft on 3\.weight cannot be stored: its class is not registered"),
        (
            DynamicMask(np.ones((3, 5)), 0, 1, probability=lambda t: 0.5, rng=np.random.default_rng(0)),
            r"the transform DynamicMask on 3\.weight cannot be stored: its probability is a function; bake\(\) writes",
        ),
    ],
)
def test_a_transform_that_cannot_be_stored_is_refused_and_nothing_written(tmp_path, transform, message):
    model = network()
    model.layers[3].weight.transforms = [transform]
    with pytest.raises(ValueError, match=message):
        model.save(tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())
    expected = model.predict(X)
    model.bake()
    assert not any(p.transforms for p in model.parameters())
    model.save(tmp_path / "model.npz")
    np.testing.assert_array_equal(nn.load(tmp_path / "model.npz").predict(X), expected)


def test_transforms_of_ones_own_are_stored_once_they_are_registered(tmp_path, monkeypatch):
    monkeypatch.setattr("minicompress.nn.architecture._KINDS", dict(nn.architecture._KINDS))

    class Scale(nn.WeightTransform):
        def __init__(self, factor, offset):
            self.factor, self.offset = factor, np.asarray(offset)

        def forward(self, w):
            return self.factor * w + self.offset

        def config(self):
            return {"factor": self.factor}

        def arrays(self):
            return {"offset": self.offset}

    class Vague(nn.WeightTransform):
        def forward(self, w):
            return w.copy()

    class Odd(Vague):
        def config(self):
            return {"function": max}

    for kind in (Scale, Vague, Odd):
        assert nn.register(kind) is kind
    model = network()
    model.layers[0].weight.transforms = [Scale(0.5, np.arange(20, dtype=np.float32).reshape(5, 4))]
    model.save(tmp_path / "model.npz")
    np.testing.assert_array_equal(nn.load(tmp_path / "model.npz").predict(X), model.predict(X))
    for transform, reason in ((Vague(), r"it has no config\(\)"), (Odd(), "not JSON serializable")):
        model.layers[0].weight.transforms = [transform]
        with pytest.raises(ValueError, match=f"cannot be stored: .*{reason}"):
            model.save(tmp_path / "other.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["model.npz"]
    with pytest.raises(ValueError, match="register: the transform name 'Mask' is taken by minicompress"):
        nn.register(type("Mask", (nn.WeightTransform,), {}))


def test_bake_writes_what_the_network_sees_into_every_parameter():
    model = with_chains("mask, then quantizer")
    masters, expected = [p.value for p in model.parameters()], model.predict(X)
    model.bake()
    assert all(p.value is master for p, master in zip(model.parameters(), masters, strict=True))
    assert not any(p.transforms for p in model.parameters())
    np.testing.assert_array_equal(model.predict(X), expected)


def test_files_without_transforms_are_what_they_were_and_leave_those_of_the_model_on(tmp_path):
    plain, masked = network(), with_chains("mask")
    plain.save(tmp_path / "plain.npz")
    with np.load(tmp_path / "plain.npz") as file:
        assert set(json.loads(file["architecture"].tobytes())) == {"format", "input_shape", "layers"}
        assert json.loads(file["architecture"].tobytes())["format"] == "minicompress model 1"
    masked.load(tmp_path / "plain.npz")  # rewinding
    assert [type(t) for t in masked.layers[0].weight.transforms] == [Mask]
    np.testing.assert_array_equal(masked.layers[0].weight.value, plain.layers[0].weight.value)
    masked.save(tmp_path / "masked.npz")
    plain.layers[3].weight.transforms = [FakeQuantize(2)]
    plain.load(tmp_path / "masked.npz")  # the file says which there are
    assert [type(t) for t in plain.layers[0].weight.transforms] == [Mask]
    assert plain.layers[3].weight.transforms == []


def rewrite(path, change):
    """Change the architecture and the arrays of a file."""
    with np.load(path) as file:
        arrays = dict(file)
    architecture = json.loads(arrays.pop("architecture").tobytes())
    change(architecture, arrays)
    np.savez(path, architecture=np.frombuffer(json.dumps(architecture).encode(), np.uint8), **arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a, s: a["transforms"]["0.weight"][0].update(transform="Linear"), "unknown transform 'Linear'"),
        (lambda a, s: a["transforms"]["0.weight"][0].update(transform="Nothing"), "unknown transform 'Nothing'"),
        (lambda a, s: a["transforms"]["0.weight"][1]["config"].update(bits=99), "bits must be an integer from 2 to 16"),
        (lambda a, s: a["transforms"]["0.weight"][1]["config"].update(slope=1), "FakeQuantize does not take"),
        (lambda a, s: a["transforms"]["0.weight"].append(5), "not subscriptable|must hold"),
        (lambda a, s: a["transforms"].update({"9.weight": []}), r"transforms of 9\.weight, which the model does not"),
        (lambda a, s: s.pop("0.weight.transforms.0.m"), r"0\.weight\.transforms\.0\.m"),
        (
            lambda a, s: s.update({"0.weight.transforms.0.m": np.ones((2, 5, 4))}),
            r"Mask: w must have shape \(2, 5, 4\), got shape",
        ),
        (lambda a, s: s.update({"0.weight.transforms.1.m": np.ones((5, 4))}), "unexpected 0.weight.transforms.1.m"),
        (lambda a, s: a.pop("transforms"), "not one that minicompress saved"),
        (lambda a, s: a.pop("extra"), "not one that minicompress saved"),
        (lambda a, s: a["extra"].update({"1": {"observer": "MinMaxObserver"}}), "has no extra state"),
        (lambda a, s: a["extra"].update({"77": {}}), "77"),
        (lambda a, s: a["layers"][2].update(layer="Mask"), "unknown layer 'Mask'"),
    ],
)
def test_files_whose_transforms_do_not_fit_are_told_and_change_nothing(tmp_path, change, message):
    path = tmp_path / "model.npz"
    with_chains("mask, then quantizer").save(path)
    rewrite(path, change)
    model = with_chains("quantizers")
    before, chains = model.state_dict(), [list(p.transforms) for p in model.parameters()]
    loads = [nn.load] if "unknown layer" in message else [nn.load, model.load]
    for load in loads:
        with pytest.raises(ValueError, match=message) as caught:
            load(path)
        assert str(path) in str(caught.value)
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, before[name])
    assert [p.transforms for p in model.parameters()] == chains


def test_a_file_is_loaded_by_a_process_that_has_imported_nothing_but_the_framework(tmp_path):
    path = tmp_path / "model.npz"
    model = quantize_activations(with_chains("mask, then quantizer"), X)
    model.save(path)
    np.save(tmp_path / "x.npy", X)
    code = (
        "import sys; import numpy as np; from minicompress import nn; model = nn.load(sys.argv[1]); "
        "print(model.layers[0], model.layers[1].weight.transforms); "
        "np.save(sys.argv[3], model.predict(np.load(sys.argv[2])))"
    )
    words = [sys.executable, "-c", code, str(path), str(tmp_path / "x.npy"), str(tmp_path / "z.npy")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "ActivationQuantizer()" in told
    assert "Mask(keeps" in told
    np.testing.assert_array_equal(np.load(tmp_path / "z.npy"), model.predict(X))


def test_a_network_of_mixed_dtypes_is_loaded_as_it_was(tmp_path):
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(4, 4, rng=rng),
        nn.Residual(nn.Linear(4, 4, rng=rng), nn.BatchNorm1d(4), shortcut=nn.Linear(4, 4, rng=rng)),
        nn.Linear(4, 3, rng=rng),
    )
    model.layers[0].weight.value = model.layers[0].weight.value.astype(np.float64) + 1e-12
    model.layers[1].body.layers[1].running_var = np.ones(4) + 1e-12
    model.layers[1].shortcut.layers[0].bias.value = np.full(4, 0.1, np.float16)
    model.save(tmp_path / "model.npz")
    loaded = nn.load(tmp_path / "model.npz")
    assert len({array.dtype for array in loaded.arrays().values()}) == 3
    for name, array in model.arrays().items():
        assert loaded.arrays()[name].dtype == array.dtype, name
        np.testing.assert_array_equal(loaded.arrays()[name], array)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
