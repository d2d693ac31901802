"""Scales shared by an array, a channel or a group: naive loops, what they cost, PyTorch and ONNX Runtime."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.quantization import (
    FakeQuantize,
    affine_dequantize,
    affine_parameters,
    affine_quantize,
    dequantize,
    effective_bits,
    quantization_report,
    quantize,
    symmetric_scale,
    symmetric_scales,
)
from minicompress.quantization.granularity import block_range, scale_count

SHAPES = [(3, 8), (1, 4), (5, 1), (2, 4, 3, 2), (4,)]


def weights(shape, seed=0):
    """Rows with ranges ten times apart, one of them zero."""
    w = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    w *= 10.0 ** -np.arange(shape[0]).reshape(-1, *[1] * (len(shape) - 1))
    if shape[0] > 2:
        w[1] = 0
    return w


def round_trip(w, bits, **sharing):
    s = symmetric_scales(w, bits, **sharing)
    return dequantize(quantize(w, s, bits), s, w.dtype)


def test_scales_worked_by_hand():
    # 3 bits: m = 3. Rows have max|w| 3, 0.6, 0; groups of two: 3 and 0.3, 0.6 and 0.15, 0 and 0
    w = np.array([[3, -1.5, 0.3, -0.1], [0.6, 0.2, -0.15, 0], [0, 0, 0, 0]])
    assert symmetric_scales(w, 3).tolist() == 1.0
    np.testing.assert_allclose(symmetric_scales(w, 3, axis=0), [[1.0], [0.2], [1.0]])
    np.testing.assert_allclose(symmetric_scales(w, 3, axis=1), [[1.0, 0.5, 0.1, 0.1 / 3]])
    groups = [[1.0, 1.0, 0.1, 0.1], [0.2, 0.2, 0.05, 0.05], [1.0, 1.0, 1.0, 1.0]]
    np.testing.assert_allclose(symmetric_scales(w, 3, group_size=2), groups)
    assert quantize(w, symmetric_scales(w, 3, group_size=2), 3)[0].tolist() == [3, -2, 3, -1]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_each_channel_is_quantized_as_an_array_of_its_own(shape, bits):
    w = weights(shape)
    for axis in range(len(shape)):
        got = np.moveaxis(round_trip(w, bits, axis=axis), axis, 0)
        for channel, seen in zip(np.moveaxis(w, axis, 0), got, strict=True):
            np.testing.assert_array_equal(seen, round_trip(channel, bits))
        np.testing.assert_array_equal(got, np.moveaxis(round_trip(w, bits, axis=axis - w.ndim), axis, 0))
    assert symmetric_scales(w, bits) == symmetric_scale(w, bits)


@pytest.mark.parametrize("group_size", [1, 2, 4, 8, 24])
def test_each_group_is_quantized_as_an_array_of_its_own(group_size):
    for shape in [(3, 24), (2, 4, 3, 2)]:
        w = weights(shape, seed=group_size)
        rows, seen = w.reshape(len(w), -1), round_trip(w, 4, group_size=group_size).reshape(len(w), -1)
        for row, start in itertools.product(range(len(w)), range(0, 24, group_size)):
            group = np.s_[row, start : start + group_size]
            np.testing.assert_array_equal(seen[group], round_trip(rows[group], 4))


def test_a_group_as_long_as_a_row_is_a_channel():
    w = weights((4, 6))
    np.testing.assert_array_equal(round_trip(w, 5, group_size=6), round_trip(w, 5, axis=0))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 999), bits=st.integers(2, 8))
def test_no_finer_scale_has_a_larger_bound_on_the_error(seed, bits):
    w = weights((4, 12), seed)
    of_tensor, of_channels, of_groups = ({}, {"axis": 0}, {"group_size": 3})
    scales = [np.broadcast_to(symmetric_scales(w, bits, **x), w.shape) for x in (of_tensor, of_channels, of_groups)]
    used = w != 0
    assert (scales[0] >= scales[1])[used].all()
    zero_groups = (w.reshape(4, 4, 3) == 0).all(axis=-1).repeat(3, axis=1)
    assert (scales[1] >= scales[2])[used & ~zero_groups].all()
    for s, sharing in zip(scales, (of_tensor, of_channels, of_groups), strict=True):
        assert (np.abs(w - round_trip(w, bits, **sharing)) <= s / 2 * (1 + 1e-6)).all()


def test_ranges_feed_the_affine_quantizer():
    w = np.array([[0.0, 3, 1, 1.5], [-1, 2, -3, -3]])
    low, high = block_range(w, group_size=2)
    assert low.tolist() == [[0, 0, 1, 1], [-1, -1, -3, -3]]
    assert high.tolist() == [[3, 3, 1.5, 1.5], [2, 2, -3, -3]]
    s, z = affine_parameters(low, high, 2)
    np.testing.assert_allclose(s, [[1, 1, 0.5, 0.5], [1, 1, 1, 1]])
    assert z.tolist() == [[0, 0, 0, 0], [1, 1, 3, 3]]
    np.testing.assert_allclose(affine_dequantize(affine_quantize(w, s, z, 2), s, z), w, atol=0.5)
    low, high = block_range(w, axis=0)
    assert (low.tolist(), high.tolist()) == ([[0], [-3]], [[3], [2]])


def test_what_the_scales_cost():
    assert effective_bits((64, 128), 4) == 4 + 32 / 8192
    assert effective_bits((64, 128), 4, axis=0) == 4 + 32 / 128
    assert effective_bits((64, 128), 4, group_size=32, scale_bits=16) == 4.5
    assert effective_bits((64, 128), 4, group_size=32, scale_bits=16 + 4) == 4.625
    assert [scale_count((6, 4, 5), **x) for x in ({}, {"axis": 0}, {"axis": -1}, {"group_size": 10})] == [1, 6, 5, 12]


@pytest.mark.parametrize(("sharing", "scales"), [({}, 1), ({"axis": 0}, 6), ({"group_size": 5}, 24)])
def test_the_report_counts_the_scales(sharing, scales, rng):
    model = nn.Sequential(nn.Linear(20, 6, rng=rng))
    report = quantization_report(model, 3, **sharing)
    assert report.size_bytes == 120 * 3 // 8 + 4 * scales
    assert report.effective_bits == report.rows[0].effective_bits == effective_bits((6, 20), 3, **sharing)
    w = model.layers[0].weights[0]
    assert report.rows[0].mse == pytest.approx(np.mean((w - round_trip(w, 3, **sharing)) ** 2))
    assert "scale for each " + ["array", "output channel", "5 weights of a row"][(1, 6, 24).index(scales)] in str(
        report
    )


def test_the_report_refuses_to_share_scales_in_a_model_that_was_quantized_already(rng):
    model = nn.Sequential(nn.Linear(4, 3, rng=rng))
    with pytest.raises(ValueError, match="axis and group_size must come with bits"):
        quantization_report(model, model, axis=0)
    with pytest.raises(ValueError, match="group_size must be a divisor"):
        quantization_report(model, 4, group_size=3)


@pytest.mark.parametrize("sharing", [{"axis": 0}, {"axis": 1}, {"group_size": 3}])
def test_the_fake_quantizer_shows_what_the_scales_say_and_passes_the_gradient_check(sharing):
    w = weights((4, 6))
    transform = FakeQuantize(4, **sharing)
    np.testing.assert_array_equal(transform.forward(w), round_trip(w, 4, **sharing))
    np.testing.assert_array_equal(transform.backward(np.ones_like(w)), 1)  # nothing is clipped
    rng = np.random.default_rng(7)
    nn.check_transform(FakeQuantize(4, **sharing), rng.normal(size=(6, 6)), rng=rng)
    assert repr(transform) == f"FakeQuantize(4, {next(iter(sharing))}={next(iter(sharing.values()))})"


def test_channels_with_ranges_a_hundred_times_apart_survive_four_bits_only_with_scales_of_their_own(rng):
    w = rng.normal(size=(8, 50)) * np.geomspace(1, 0.01, 8)[:, None]
    model = nn.Sequential(nn.Linear(50, 8, rng=rng))
    model.layers[0].weight.value = w.astype(np.float32)
    x = rng.normal(size=(100, 50)).astype(np.float32)
    expected, error = model.forward(x), {}
    for name, sharing in [("tensor", {}), ("channel", {"axis": 0}), ("group", {"group_size": 10})]:
        twin = model.copy()
        twin.layers[0].weight.transforms.append(FakeQuantize(4, **sharing))
        twin.layers[0].weight.bake()
        error[name] = np.abs(twin.forward(x) - expected).mean(axis=0) / np.abs(expected).mean(axis=0)
    assert error["tensor"][-1] > 0.9  # the smallest channel is all zeros
    assert (error["channel"] < 0.2).all()
    assert error["group"].mean() < error["channel"].mean()


@pytest.mark.parametrize(
    ("shape", "sharing", "text"),
    [
        ((3, 4), {"axis": 0, "group_size": 2}, "axis and group_size must not be given together"),
        ((3, 4), {"axis": 2}, "axis must be an axis of shape"),
        ((3, 4), {"axis": -3}, "axis must be an axis of shape"),
        ((3, 4), {"axis": 0.5}, "axis must be an integer"),
        ((3, 4), {"group_size": 3}, "group_size must be a divisor of the weights of a row, 4"),
        ((3, 4), {"group_size": 8}, "group_size must be a divisor"),
        ((3, 4), {"group_size": 0}, "group_size must be an integer >= 1"),
        ((3, 4), {"group_size": True}, "group_size must be an integer >= 1"),
        ((4,), {"group_size": 2}, "group_size must be a divisor"),
    ],
)
def test_what_does_not_fit_is_named(shape, sharing, text):
    with pytest.raises(ValueError, match=f"block_range: {text}"):
        block_range(np.ones(shape), **sharing)
    with pytest.raises(ValueError, match=f"scale_count: {text}"):
        scale_count(shape, **sharing)


def test_one_way_of_sharing_only():
    for options in ({"scale": 0.1, "axis": 0}, {"axis": 0, "group_size": 4}, {"scale": 1, "group_size": 2}):
        with pytest.raises(ValueError, match="FakeQuantize: only one of scale, axis and group_size"):
            FakeQuantize(4, **options)
    with pytest.raises(ValueError, match="FakeQuantize: group_size must be an integer >= 1"):
        FakeQuantize(4, group_size=0)


def test_empty_arrays():
    assert symmetric_scales(np.zeros((0, 3)), 4).tolist() == 1.0
    assert symmetric_scales(np.zeros((0, 3)), 4, axis=0).shape == (0, 1)
    assert symmetric_scales(np.zeros((3, 0)), 4, axis=0).tolist() == [[1.0]] * 3
    assert symmetric_scales(np.zeros((0, 4)), 4, group_size=2).shape == (0, 4)
    with pytest.raises(ValueError, match="effective_bits: shape must be of at least one weight"):
        effective_bits((0, 3), 4)


@pytest.mark.parametrize("axis", [0, 1])
def test_channels_agree_with_pytorch(axis):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this test")
    w = np.random.default_rng(4).normal(size=(6, 9)).astype(np.float32)
    s = symmetric_scales(w, 8, axis=axis)
    zero = torch.zeros(s.size, dtype=torch.int32)
    scale = torch.from_numpy(s.ravel().astype(np.float32))
    theirs = torch.fake_quantize_per_channel_affine(torch.from_numpy(w), scale, zero, axis, -127, 127).numpy()
    np.testing.assert_allclose(round_trip(w, 8, axis=axis), theirs, rtol=1e-6)


def test_channels_and_groups_agree_with_onnx_runtime():
    ort = pytest.importorskip("onnxruntime", reason="ONNX Runtime is the oracle of this test")
    onnx = pytest.importorskip("onnx", reason="builds the graph for ONNX Runtime")
    w = np.random.default_rng(4).normal(size=(6, 8)).astype(np.float32)
    tensor = onnx.helper.make_tensor_value_info
    for sharing, shape, options in [
        ({"axis": 0}, [6], {"axis": 0}),
        ({"group_size": 4}, [6, 2], {"axis": 1, "block_size": 4}),
    ]:
        node = onnx.helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"], **options)
        inputs = [tensor("x", 1, [6, 8]), tensor("s", 1, shape), tensor("z", onnx.TensorProto.INT8, shape)]
        graph = onnx.helper.make_graph([node], "quantize", inputs, [tensor("q", onnx.TensorProto.INT8, [6, 8])])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 21)], ir_version=10)
        session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        s = symmetric_scales(w, 8, **sharing).astype(np.float32)
        short = s.reshape(-1, 1).ravel() if "axis" in sharing else s[:, ::4]
        (theirs,) = session.run(None, {"x": w, "s": np.ascontiguousarray(short), "z": np.zeros(shape, np.int8)})
        np.testing.assert_array_equal(quantize(w, s.astype(np.float64), 8), theirs)


@pytest.mark.parametrize("w", [[[np.nan, 1.0]], [[np.inf, 1.0]], [["a", "b"]], None], ids=repr)
def test_weights_without_a_range_are_named(w):
    with pytest.raises(ValueError, match="block_range: w must be"):
        block_range(w, axis=0)
    with pytest.raises(ValueError, match="symmetric_scales: w must be"):
        symmetric_scales(w, 4)


def test_int8_ranges_do_not_wrap():
    w = np.array([[-128, 5], [7, -3]], np.int8)
    assert symmetric_scales(w, 8, axis=0).ravel().tolist() == [128 / 127, 7 / 127]


@pytest.mark.parametrize("shape", [None, 12, "12", (3, -1), (3, 2.0), (True, 2)], ids=repr)
def test_a_shape_that_is_none_is_named(shape):
    with pytest.raises(ValueError, match="scale_count: shape must be"):
        scale_count(shape)
    with pytest.raises(ValueError, match="effective_bits: shape must be"):
        effective_bits(shape, 4)
