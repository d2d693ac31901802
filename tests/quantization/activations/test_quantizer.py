"""The layer that quantizes activations: what passes, where the gradient stops, and what calibration fixes."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import (
    ActivationQuantizer,
    FakeQuantize,
    MinMaxObserver,
    PercentileObserver,
    affine_dequantize,
    affine_quantize,
    quantize_activations,
)
from minicompress.quantization.activations import MovingAverageObserver, activation_quantizers, saturation_ratios


def calibrated(low, high, bits=3, **options):
    layer = ActivationQuantizer(bits, **options)
    layer.observe_with(MinMaxObserver())
    layer.forward(np.array([[low, high]]))
    layer.freeze()
    return layer


def small_network(rng):
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, rng=rng),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Residual(nn.Conv2d(4, 4, 3, padding=1, rng=rng), nn.ReLU(), shortcut=nn.Conv2d(4, 4, 1, rng=rng)),
        nn.Flatten(),
        nn.Linear(4 * 36, 3, rng=rng),
        input_shape=(1, 6, 6),
    )


def test_forward_and_gradient_by_hand():
    # codes 0 to 7 for [-1, 2.5]: s = 0.5, z = 2; x/s + z = -1! 0 2 2.4 7 7.4 8!
    layer = calibrated(-1.0, 2.5)
    assert layer.parameters_of_the_grid == (0.5, 2)
    x = np.array([[-1.5, -1.0, 0.0, 0.2, 2.5, 2.7, 3.0]])
    assert layer.forward(x).tolist() == [[-1, -1, 0, 0, 2.5, 2.5, 2.5]]
    assert layer.backward(np.array([[1.0, 2, 3, 4, 5, 6, 7]])).tolist() == [[0, 2, 3, 4, 5, 6, 0]]
    assert layer.saturation == pytest.approx(2 / 7)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forward_is_the_round_trip_through_the_codes(signed, dtype, rng):
    x = rng.normal(size=(6, 5)).astype(dtype)
    layer = calibrated(-1.2, 1.9, 4, signed=signed)
    s, z = layer.parameters_of_the_grid
    y = layer.forward(x)
    expected = affine_dequantize(affine_quantize(x, s, z, 4, signed=signed), s, z, dtype)
    np.testing.assert_array_equal(y, expected)
    assert y.dtype == dtype
    assert np.unique(y).size <= 16


def test_backward_is_the_derivative_of_the_surrogate(rng):
    layer = calibrated(-0.5, 0.9)
    x, dy, h = rng.normal(size=(1, 300)), rng.normal(size=(1, 300)), 1e-6
    layer.forward(x)
    numeric = dy * (layer.surrogate(x + h) - layer.surrogate(x - h)) / (2 * h)
    np.testing.assert_allclose(layer.backward(dy), numeric, atol=1e-8)
    assert (numeric == 0).any()
    assert (numeric != 0).any()


def test_values_and_gradient_are_pytorchs(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    layer = calibrated(-1.2, 1.9, 4)
    s, z = layer.parameters_of_the_grid
    x, dy = rng.normal(size=(9, 9)).astype(np.float32), rng.normal(size=(9, 9)).astype(np.float32)
    theirs = torch.from_numpy(x.copy()).requires_grad_()
    y = torch.fake_quantize_per_tensor_affine(theirs, s, z, 0, 15)
    y.backward(torch.from_numpy(dy))
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(layer.backward(dy), theirs.grad.numpy())


def test_observing_lets_everything_pass(rng):
    layer, x = ActivationQuantizer(2), rng.normal(size=(4, 3))
    layer.observe_with(MinMaxObserver())
    y = layer.forward(x, training=True)
    np.testing.assert_array_equal(y, x)
    assert y is not x
    dy = rng.normal(size=x.shape)
    np.testing.assert_array_equal(layer.backward(dy), dy)


def test_static_limits_stay_whatever_comes_and_dynamic_ones_are_the_batchs(rng):
    static, dynamic = calibrated(0.0, 1.0, 8), ActivationQuantizer(8, dynamic=True)
    x = np.abs(rng.normal(size=(5, 8))) * 10
    assert static.forward(x).max() == pytest.approx(1)
    np.testing.assert_allclose(dynamic.forward(x), x, atol=x.max() / 255 / 2 * 1.001)
    assert dynamic.saturation == 0
    assert static.limits.tolist() == [0, 1]


def test_following_limits_move_in_training_only(rng):
    layer = ActivationQuantizer(4)
    layer.follow(MovingAverageObserver(c=0.5))
    layer.forward(np.array([[0.0, 2.0]]), training=True)
    y = layer.forward(np.array([[0.0, 4.0]]), training=True)
    assert layer.limits.tolist() == [0, 3]
    assert y.tolist() == [[0, 3]]
    layer.forward(np.array([[0.0, 40.0]]))
    assert layer.limits.tolist() == [0, 3]
    layer.freeze()
    layer.forward(np.array([[0.0, 40.0]]), training=True)
    assert layer.limits.tolist() == [0, 3]


def test_inserting_leaves_the_model_alone_and_stands_in_front_of_every_weight(rng):
    model, x = small_network(rng), rng.normal(size=(20, 1, 6, 6)).astype(np.float32)
    before, y = model.state_dict(), model.predict(x)
    twin = quantize_activations(model, x, batch_size=7)
    assert all(np.array_equal(value, before[name]) for name, value in model.state_dict().items())
    np.testing.assert_array_equal(model.predict(x), y)
    assert len(activation_quantizers(twin)) == 4
    for branch in (twin, twin.layers[4].body, twin.layers[4].shortcut):
        for layer, following in zip(branch.layers, branch.layers[1:], strict=False):
            assert isinstance(layer, ActivationQuantizer) == bool(
                following.weight_parameters() and not isinstance(following, nn.Residual)
            )
    assert twin.layers[0].limits.tolist() == [x.min(), x.max()]
    assert twin.input_shape == (1, 6, 6)


def test_eight_bits_change_the_logits_little_and_two_bits_much(rng):
    model, x = small_network(rng), rng.normal(size=(20, 1, 6, 6)).astype(np.float32)
    y = model.predict(x)
    error = {bits: np.abs(quantize_activations(model, x, bits=bits).predict(x) - y).max() for bits in (16, 8, 2)}
    assert error[16] < 1e-3 * np.abs(y).max()
    assert error[8] < 0.05 * np.abs(y).max()
    assert error[2] > 5 * error[8]


def test_limits_are_saved_and_follow_the_dtype(tmp_path, rng):
    model, x = small_network(rng), rng.normal(size=(8, 1, 6, 6)).astype(np.float32)
    twin = quantize_activations(model, x, bits=5, signed=True)
    twin.save(tmp_path / "model.npz")
    again = nn.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(again.predict(x), twin.predict(x))
    assert repr(again.layers[0]) == "ActivationQuantizer(bits=5, signed=True)"
    assert twin.astype(np.float64).layers[0].limits.dtype == np.float64
    assert twin.layers[0].limits.dtype == np.float32


def test_saturation_ratios_notice_brighter_images(rng):
    model, x = small_network(rng), rng.uniform(size=(30, 1, 6, 6)).astype(np.float32)
    twin = quantize_activations(model, x)
    assert saturation_ratios(twin, x, batch_size=8)[0] == 0
    moved = saturation_ratios(twin, 2 * x, batch_size=8)
    assert len(moved) == 4
    assert moved[0] == pytest.approx(np.mean(np.rint(2 * x / twin.layers[0].parameters_of_the_grid[0]) > 255))
    assert all(isinstance(ratio, float) for ratio in moved)


def test_dynamic_needs_no_data_and_others_do(rng):
    model = small_network(rng)
    x = rng.normal(size=(5, 1, 6, 6)).astype(np.float32)
    assert quantize_activations(model, dynamic=True).predict(x).shape == (5, 3)
    for bad in (None, x[:0]):
        with pytest.raises(ValueError, match="quantize_activations: x must be calibration data"):
            quantize_activations(model, bad)
    with pytest.raises(ValueError, match="MinMaxObserver: x must be finite"):
        quantize_activations(model, np.full_like(x, np.nan))
    with pytest.raises(ValueError, match="quantize_activations: model must be a Sequential"):
        quantize_activations([model], x)
    with pytest.raises(ValueError, match="ActivationQuantizer: bits must be"):
        quantize_activations(model, x, bits=1)
    with pytest.raises(ValueError, match="saturation_ratios: x must be at least one sample"):
        saturation_ratios(model, x[:0])


def test_uncalibrated_layers_say_so():
    layer = ActivationQuantizer()
    with pytest.raises(ValueError, match="limits must be calibrated first"):
        layer.forward(np.ones((2, 2)))
    with pytest.raises(ValueError, match="freeze needs an observer"):
        layer.freeze()
    layer.observe_with(MinMaxObserver())
    with pytest.raises(ValueError, match="at least one batch"):
        layer.freeze()
    with pytest.raises(ValueError, match="observer must be a RangeObserver"):
        layer.follow(min)


def test_two_bit_activations_are_trained_with(mnist):
    x, y, x_test, y_test = mnist
    x, y = x[:5000], y[:5000]
    model = nn.zoo.mlp([784, 50, 10], rng=np.random.default_rng(0))

    def train(network, epochs):
        optimizer = nn.SGD(network.parameters(), 0.05, momentum=0.9)
        nn.fit(network, x, y, optimizer=optimizer, epochs=epochs, rng=np.random.default_rng(1))

    train(model, 3)
    full = nn.accuracy(model, x_test, y_test)
    assert nn.accuracy(quantize_activations(model, x[:500]), x_test, y_test) > full - 0.005
    twin = quantize_activations(model, x[:500], bits=2, observer=lambda: PercentileObserver(99))
    for parameter in twin.weight_parameters():
        parameter.transforms.append(FakeQuantize(2))
    before = nn.accuracy(twin, x_test, y_test)
    for quantizer in activation_quantizers(twin):
        quantizer.follow(MovingAverageObserver(c=0.1))
    train(twin, 3)
    assert nn.accuracy(twin, x_test, y_test) > before + 0.1


def test_an_empty_batch_through_a_dynamic_quantizer_stays_empty(rng):
    model = quantize_activations(small_network(rng), dynamic=True)
    assert model.predict(np.zeros((0, 1, 6, 6), np.float32)).shape == (0, 3)
    layer = ActivationQuantizer(8, dynamic=True)
    assert layer.forward(np.zeros((0, 4), np.float32)).shape == (0, 4)
    assert layer.saturation == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_dynamic_quantizer_names_values_that_have_no_range(bad):
    with pytest.raises(ValueError, match=r"ActivationQuantizer\(dynamic=True\): x must be finite"):
        ActivationQuantizer(8, dynamic=True).forward(np.array([[1.0, bad]]))


def test_quantizing_twice_calibrates_anew_instead_of_doubling_the_quantizers(rng):
    model, x = small_network(rng), rng.normal(size=(20, 1, 6, 6))
    twice = quantize_activations(quantize_activations(model, 3 * x, bits=4), x, bits=8)
    once = quantize_activations(model, x, bits=8)
    assert [q.bits for q in activation_quantizers(twice)] == [8] * 4
    np.testing.assert_array_equal(twice.predict(x), once.predict(x))


def test_an_infinite_gradient_does_not_pass_where_x_was_clipped():
    layer = calibrated(0.0, 1.0)
    layer.forward(np.array([[0.5, 9.0]]))
    assert layer.backward(np.array([[1.0, np.inf]])).tolist() == [[1, 0]]


@pytest.mark.parametrize("x", [None, 3.0, np.zeros((0, 1, 6, 6))], ids=["None", "number", "empty"])
def test_data_without_a_sample_are_named(x, rng):
    with pytest.raises(ValueError, match="quantize_activations: x must be calibration data"):
        quantize_activations(small_network(rng), x)
    with pytest.raises(ValueError, match="saturation_ratios: x must be at least one sample"):
        saturation_ratios(quantize_activations(small_network(rng), dynamic=True), x)
    with pytest.raises(ValueError, match="saturation_ratios: batch_size must be an integer >= 1"):
        saturation_ratios(small_network(rng), np.zeros((1, 1, 6, 6)), batch_size=0)
