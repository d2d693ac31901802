"""Whole networks in integers: bit exact against loops over Python's integers, and as accurate as in floats."""

import itertools

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import FakeQuantize, MinMaxObserver, quantize_activations, to_integers
from minicompress.quantization.affine import code_range
from minicompress.quantization.integer import (
    AffineGrid,
    FixedPointScale,
    FloatScale,
    IntegerConv2d,
    IntegerLinear,
    IntegerMaxPool2d,
    IntegerReLU,
    TwiceRoundedScale,
    fixed_point_multiplier,
)


def small(rng, *, batch_norm=False, relu=True):
    """Every kind of layer: convolutions with stride, padding and groups, pooling with overlap, both ReLUs."""
    layers = [
        nn.Conv2d(2, 4, 3, stride=2, padding=1, rng=rng),
        *([nn.BatchNorm2d(4)] if batch_norm else []),
        nn.ReLU(),
        nn.Conv2d(4, 6, (2, 3), groups=2, bias=False, rng=rng),
        nn.MaxPool2d(3, stride=1, padding=1),
        *([nn.ReLU()] if relu else []),
        nn.Flatten(),
        nn.Dropout(0.5, rng=rng),
        nn.Linear(6 * 4 * 2, 5, rng=rng),
    ]
    model = nn.Sequential(layers, input_shape=(2, 9, 8))
    for name, array in model.arrays().items():
        if name.endswith(("bias", "beta", "running_mean")):
            array[...] = rng.normal(0, 0.3, array.shape)
        if name.endswith(("gamma", "running_var")):
            array[...] = rng.uniform(0.5, 2, array.shape)
    return model


def images(rng, n=20):
    return rng.normal(0, 1, (n, 2, 9, 8)).astype(np.float32)


# The specification: one code at a time, in Python's integers.


def requantized(acc, o, layer):
    m0, n = int(layer.rescale.m0[o]), int(layer.rescale.n[o])
    return max(layer.low, min(layer.high, ((acc * m0 + 2 ** (n - 1)) // 2**n) + layer.z_y))


def slow_linear(q, layer):
    w, b = layer.q_w.tolist(), layer.q_b.tolist()
    return [
        requantized(sum((x - layer.z_x) * v for x, v in zip(q, row, strict=True)) + b[o], o, layer)
        for o, row in enumerate(w)
    ]


def slow_conv(q, layer):
    (sh, sw), (ph, pw), (out, in_group, kh, kw) = layer.stride, layer.padding, layer.q_w.shape
    c, h, w = len(q), len(q[0]), len(q[0][0])
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    y = [[[0] * ow for _ in range(oh)] for _ in range(out)]
    for o, i, j in itertools.product(range(out), range(oh), range(ow)):
        acc, first = int(layer.q_b[o]), o // (out // layer.groups) * in_group
        assert first + in_group <= c
        for channel, a, b in itertools.product(range(in_group), range(kh), range(kw)):
            row, column = i * sh + a - ph, j * sw + b - pw
            inside = 0 <= row < h and 0 <= column < w
            code = q[first + channel][row][column] if inside else layer.z_x  # padding is the code of 0
            acc += (code - layer.z_x) * int(layer.q_w[o, channel, a, b])
        y[o][i][j] = requantized(acc, o, layer)
    return y


def slow_pool(q, layer):
    (kh, kw), (sh, sw), (ph, pw) = layer.kernel_size, layer.stride, layer.padding
    h, w = len(q[0]), len(q[0][0])
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1

    def window(channel, i, j):
        rows = range(max(0, i * sh - ph), min(h, i * sh - ph + kh))
        columns = range(max(0, j * sw - pw), min(w, j * sw - pw + kw))
        return max(channel[r][c] for r in rows for c in columns)

    return [[[window(channel, i, j) for j in range(ow)] for i in range(oh)] for channel in q]


def specification(model, q):
    """The logits' codes of one sample, given as nested lists of its input's codes."""
    for layer in model.layers:
        if isinstance(layer, IntegerConv2d):
            q = slow_conv(q, layer)
        elif isinstance(layer, IntegerLinear):
            q = slow_linear(q, layer)
        elif isinstance(layer, IntegerMaxPool2d):
            q = slow_pool(q, layer)
        elif isinstance(layer, IntegerReLU):
            q = [[[max(v, layer.z) for v in row] for row in channel] for channel in q]
        else:
            q = [v for channel in q for row in channel for v in row]
    return q


@pytest.mark.parametrize(("signed", "per_channel"), list(itertools.product([True, False], repeat=2)))
def test_network_is_bit_exact_against_the_slow_specification(signed, per_channel, rng):
    model = to_integers(small(rng), images(rng), signed=signed, axis=0 if per_channel else None)
    q = rng.integers(-128, 128, (4, 2, 9, 8)) if signed else rng.integers(0, 256, (4, 2, 9, 8))
    q = q.astype(np.int8 if signed else np.uint8)
    y = model.forward(q)
    assert y.dtype == q.dtype
    np.testing.assert_array_equal(y, [specification(model, sample) for sample in q.tolist()])


def test_sums_in_float64_are_the_sums_in_int32(rng):
    model = to_integers(small(rng), images(rng))
    q = rng.integers(-128, 128, (30, 2, 9, 8)).astype(np.int8)
    np.testing.assert_array_equal(model.forward(q, np.float64), model.forward(q, np.int32))
    widest = IntegerLinear(
        np.full((1, 5000), 127, np.int8),
        np.zeros(1, np.int32),
        z_x=-128,
        z_y=0,
        rescale=FixedPointScale(0.5),
        low=-128,
        high=127,
    )
    q = np.full((1, 5000), 127, np.int8)
    for dtype in (np.int32, np.float64):
        assert widest.accumulate(q, dtype) == 255 * 127 * 5000


def test_logits_are_near_those_in_floats(rng):
    for batch_norm in (False, True):
        model, x = small(rng, batch_norm=batch_norm), images(rng, 200)
        y = model.predict(x)
        step = np.abs(y - to_integers(model, x).predict(x)).max() / np.ptp(y)
        assert step < 0.03  # of the range, over three layers: 1/255 and a few roundings


def test_fused_relu_ends_the_codes_at_the_zero_point(rng):
    model = to_integers(small(rng), images(rng))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == [
        "IntegerConv2d", "IntegerConv2d", "IntegerMaxPool2d", "IntegerReLU", "IntegerFlatten", "IntegerLinear",
    ]  # fmt: skip
    first, second, pool, relu, _, last = model.layers
    assert first.low == first.z_y == second.z_x == -128
    assert second.low == -128 < second.z_y == relu.z == last.z_x
    assert pool.size_bytes == 0


def test_weights_are_symmetric_with_a_scale_for_each_channel(rng):
    float_model, x = small(rng), images(rng)
    model = to_integers(float_model, x)
    for layer, w in zip([model.layers[i] for i in (0, 1, 5)], float_model.weights, strict=True):
        assert layer.q_w.dtype == np.int8
        largest = np.abs(layer.q_w.astype(int)).reshape(len(w), -1).max(axis=1)
        np.testing.assert_array_equal(largest, 127)
    whole = to_integers(float_model, x, axis=None).layers[0].q_w
    assert sorted(np.abs(whole.astype(int)).reshape(4, -1).max(axis=1))[0] < 127
    np.testing.assert_array_equal(np.abs(whole.astype(int)).max(), 127)


def test_weights_are_those_that_the_network_sees(rng):
    float_model, x = small(rng), images(rng)
    parameter = float_model.layers[-1].weight
    parameter.transforms.append(FakeQuantize(3))
    q_w = to_integers(float_model, x).layers[-1].q_w
    assert np.unique(np.abs(q_w[0].astype(int))).size <= 4
    assert parameter.transforms


@pytest.mark.parametrize(("bits", "signed"), [(8, False), (8, True), (5, False)])
def test_codes_are_those_of_a_network_with_fake_quantizers(bits, signed, rng):
    """Weights on their 8-bit grid, activations on the grids of the quantizers: what training simulates is what runs."""
    simulated = quantize_activations(small(rng, relu=False), images(rng, 100), bits=bits, signed=signed)
    for parameter in simulated.weight_parameters():
        parameter.transforms.append(FakeQuantize(8))
    model, x = to_integers(simulated, images(rng, 100), axis=None), images(rng, 300)
    y, step = simulated.predict(x), model.y_grid.s
    # The logits are quantized in `model` alone; biases are rounded, and a sum near a half may take the other code.
    assert np.mean(np.abs(model.predict(x) - y) <= 0.75 * step) > 0.98
    first = next(layer for layer in model.layers if isinstance(layer, IntegerConv2d))
    codes = first.forward(model.x_grid.codes(x))
    assert codes.dtype == (np.int8 if signed else np.uint8)
    assert np.unique(codes).size <= 2**bits
    quantizer = simulated.layers[3]
    s, z = quantizer.parameters_of_the_grid
    inside = simulated.layers[2].forward(simulated.layers[1].forward(simulated.layers[0].forward(x)))
    expected = np.clip(np.rint(inside / s) + z, *code_range(bits, signed=signed))
    assert np.mean(codes != expected) < 0.005
    assert np.abs(codes - expected).max() <= 1


def test_fused_relu_ends_the_codes_at_the_zero_point_of_a_quantizer_too(rng):
    simulated = quantize_activations(small(rng, relu=False), images(rng))
    simulated.layers[3].limits[...] = -1, 2  # more than a ReLU lets through
    model = to_integers(simulated, images(rng))
    codes = model.layers[0].forward(model.x_grid.codes(images(rng)))
    assert codes.min() == model.layers[0].z_y == 85  # 255 / 3


def test_quantizers_that_do_not_fit_are_refused(rng):
    wide = quantize_activations(small(rng), images(rng), bits=9)
    with pytest.raises(
        ValueError, match="to_integers: model must be with at most one ActivationQuantizer, of at most 8"
    ):
        to_integers(wide, images(rng))
    twice = quantize_activations(small(rng), images(rng))
    twice.layers.insert(0, twice.layers[0].copy())
    with pytest.raises(ValueError, match="to_integers: model must be with at most one ActivationQuantizer"):
        to_integers(twice, images(rng))
    dynamic = quantize_activations(small(rng), dynamic=True)
    with pytest.raises(ValueError, match="limits must be calibrated first"):
        to_integers(dynamic, images(rng))


def test_model_stays_as_it_is(rng):
    model, x = small(rng, batch_norm=True), images(rng)
    before = model.state_dict()
    to_integers(model, x)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert any(isinstance(layer, nn.BatchNorm2d) for layer in model.layers)


def test_observer_sets_the_ranges(rng):
    seen = []

    class Halved(MinMaxObserver):
        def _see(self, x):
            seen.append(x.shape)
            super()._see(x / 2)

    model, x = small(rng), images(rng)
    narrow, wide = to_integers(model, x, observer=Halved), to_integers(model, x)
    assert seen == [(20, 2, 9, 8), (20, 4, 5, 4), (20, 6, 4, 2), (20, 5)]
    assert narrow.y_grid.s == pytest.approx(wide.y_grid.s / 2)


def test_roundings_of_engines_differ_by_at_most_one_step(rng):
    model, x = nn.zoo.mlp([30, 20, 10], rng=rng), rng.normal(size=(500, 30)).astype(np.float32)
    one = to_integers(model, x).predict(x)
    for rescaling in (TwiceRoundedScale, FloatScale):
        other = to_integers(model, x, rescaling=rescaling)
        assert np.abs(other.predict(x) - one).max() <= 2 * other.y_grid.s  # one in the hidden layer may move another


def test_bytes_count_codes_biases_and_multipliers(rng):
    model = to_integers(nn.zoo.lenet_300_100(rng=rng), rng.random((10, 1, 28, 28)))
    assert model.size_bytes == 266_200 + 410 * (4 + 4 + 1)


def test_prediction_in_parts_and_of_nothing(rng):
    model, x = to_integers(small(rng), images(rng)), images(rng, 7)
    np.testing.assert_array_equal(model.predict(x, batch_size=3), model.predict(x))
    assert model.predict(x[:0]).shape == (0, 5)
    assert model.predict(x).dtype == np.float32


@pytest.mark.parametrize("make", [nn.zoo.lenet_300_100, nn.zoo.lenet5])
def test_lenets_on_mnist_are_as_accurate_in_integers(make, mnist, rng):
    x, y, x_test, y_test = (array[:1500] for array in mnist)
    model = make(rng=rng)
    nn.fit(model, x, y, optimizer=nn.Adam(model.parameters(), 1e-3), epochs=1, batch_size=25, rng=rng)
    in_floats = nn.accuracy(model, x_test, y_test)
    integers = to_integers(model, x[:200])
    assert in_floats > 0.7
    assert abs(nn.accuracy(integers, x_test, y_test) - in_floats) <= 0.01
    same = integers.predict(x_test).argmax(axis=1) == model.predict(x_test).argmax(axis=1)
    assert same.mean() > 0.98


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(nn.Tanh(), (4,)), (nn.GlobalAvgPool2d(), (2, 3, 3)), (nn.Residual(nn.ReLU()), (4,)), (nn.BatchNorm1d(4), (4,))],
)
def test_layers_of_other_kinds_are_refused(layer, shape, rng):
    with pytest.raises(ValueError, match=f"to_integers: model must be of layers.*{type(layer).__name__}"):
        to_integers(nn.Sequential(layer), rng.normal(size=(5, *shape)))


def test_calibration_samples_must_exist_and_be_finite(rng):
    model = nn.zoo.mlp([3, 2], rng=rng)
    for x in (np.zeros((0, 3)), np.array([[1.0, np.nan, 0]]), np.float32(1)):
        with pytest.raises(ValueError, match="to_integers: x must be finite calibration samples"):
            to_integers(model, x)


def test_sums_that_could_leave_32_bits_are_refused():
    model = nn.Sequential(nn.Linear(70_000, 1, rng=np.random.default_rng(0)))
    model.weights[0][...] = 1.0
    with pytest.raises(ValueError, match=r"to_integers: sums of Linear.*must fit into 32 bits, got up to 2,266,"):
        to_integers(model, np.ones((1, 70_000)))


def test_multipliers_are_those_of_the_scales(rng):
    model = nn.zoo.mlp([4, 3], rng=rng)
    model.weights[0][...] = [[1, -1, 0.5, 0], [2, 0, 0, 0], [0.1, 0, 0, 0.05]]
    x = np.array([[0.0, 0, 0, 0], [255, 0, 0, 0]], np.float32)  # s_x = 1; y from 0 to 510, so s_y = 2
    layer = to_integers(model, x).layers[-1]
    expected = fixed_point_multiplier(np.array([1, 2, np.float32(0.1)]) / 127 / 2)
    np.testing.assert_array_equal(layer.rescale.m0, expected[0])
    np.testing.assert_array_equal(layer.rescale.n, expected[1])
    assert (layer.z_x, layer.z_y) == (-128, -128)


@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize("size", [0, 1e-30, 1e-12, 1e-7])
@pytest.mark.parametrize("rescaling", [FixedPointScale, TwiceRoundedScale, FloatScale])
def test_a_channel_that_is_nearly_dead_keeps_its_bias(per_channel, size, rescaling, rng):
    network = nn.Sequential(nn.Linear(6, 5, rng=rng), nn.ReLU(), nn.Linear(5, 3, rng=rng))
    first, last = network.layers[0], network.layers[2]
    first.weight.value[2] *= size
    first.bias.value[...] = [0.1, 0, 0.7, -0.3, 0.02]
    if not per_channel:
        last.weight.value[...] *= size
        last.bias.value[...] = [0.5, -0.25, 0.125]
    x = 20 * rng.normal(size=(200, 6)).astype(np.float32)
    model = to_integers(network, x, axis=0 if per_channel else None, rescaling=rescaling)
    y = network.forward(x)
    assert np.abs(model.predict(x) - y).max() < 0.03 * np.ptp(y) + 1e-9
    np.testing.assert_array_equal(model.predict(x), model.predict(x, dtype=np.int32))


def test_a_bias_alone_is_as_exact_as_the_grid_of_its_output(rng):
    # A channel of zeros behind an input of wide steps: in units of s_x the bias would round to 0.
    network = nn.Sequential(nn.Linear(2, 2, rng=rng))
    network.layers[0].weight.value[...], network.layers[0].bias.value[...] = 0, [0.04, -0.01]
    model = to_integers(network, np.array([[100.0, -100.0]], np.float32))
    np.testing.assert_allclose(model.predict(np.zeros((1, 2))), [[0.04, -0.01]], atol=0.05 / 255 / 2)


def test_outputs_finer_than_the_sums_get_the_grid_of_the_sums(rng):
    # Inputs that are always 0 have a scale of 1, and a bias of 1e-12 an output scale of 4e-15: M would be too large.
    network = nn.Sequential(nn.Linear(2, 2, rng=rng))
    network.layers[0].bias.value[...] = 1e-12
    model = to_integers(network, np.zeros((3, 2), np.float32))
    assert np.abs(model.predict(np.zeros((1, 2)))).max() < 1e-8


def test_weights_that_are_not_finite_are_named(rng):
    network = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Linear(2, 2, rng=rng))
    network.layers[1].bias.value[1] = np.nan
    with pytest.raises(ValueError, match=r"to_integers: model must have finite weights, got NaN or infinity in 1.bias"):
        to_integers(network, np.ones((3, 2)))


@pytest.mark.parametrize("x", [None, "x", 3.0, [[np.nan, 1]], np.zeros((0, 2))], ids=repr)
def test_samples_that_are_none_are_named(x, rng):
    with pytest.raises(ValueError, match="to_integers: x must be"):
        to_integers(nn.Sequential(nn.Linear(2, 2, rng=rng)), x)


@pytest.mark.parametrize("x", [None, "x", 3.0, [[np.nan] * 2]], ids=repr)
def test_inputs_that_are_none_are_named(x, rng):
    model = to_integers(nn.Sequential(nn.Linear(2, 2, rng=rng)), np.ones((3, 2)))
    with pytest.raises(ValueError, match="predict: x must be"):
        model.predict(x)


@pytest.mark.parametrize(
    ("wrong", "name"), [({"s": 0.0}, "s"), ({"z": 0.5}, "z"), ({"z": 128}, "z"), ({"bits": 9}, "bits")]
)
def test_a_grid_that_is_none_is_named(wrong, name):
    with pytest.raises(ValueError, match=f"AffineGrid: {name} must be"):
        AffineGrid(**{"s": 0.5, "z": 0, **wrong})
