"""Multipliers, shifts and roundings of integer layers, held against Python's fractions and against ONNX Runtime."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization.integer import (
    FixedPointScale,
    FloatScale,
    IntegerLinear,
    TwiceRoundedScale,
    fixed_point_multiplier,
    quantize_bias,
    saturate,
)

INT32 = st.integers(-(2**31), 2**31 - 1)
MULTIPLIERS = st.floats(2.0**-30, 2.0**15, exclude_max=True)


@given(MULTIPLIERS)
def test_multiplier_has_31_bits_and_the_nearest_value(m):
    m0, n = (int(a) for a in fixed_point_multiplier(m))
    assert 2**30 <= m0 < 2**31
    assert abs(Fraction(m0) / 2**n - Fraction(m)) <= Fraction(1, 2**n)


def test_fraction_that_rounds_up_to_one_is_carried():
    m0, n = fixed_point_multiplier(np.nextafter(1, 0))
    assert (m0, n) == (2**30, 30)


@given(INT32, MULTIPLIERS)
def test_fixed_point_rounds_once_a_half_up(acc, m):
    m0, n = (int(a) for a in fixed_point_multiplier(m))
    assert int(FixedPointScale(m)(np.array(acc))) == floor(Fraction(acc * m0, 2**n) + Fraction(1, 2))


@given(INT32, st.floats(2.0**-20, 1, exclude_max=True))
def test_rounding_twice_is_what_gemmlowp_describes(acc, m):
    m0, n = (int(a) for a in fixed_point_multiplier(m))
    high = Fraction(acc * m0, 2 ** min(n, 31))
    high = floor(high + Fraction(1, 2))  # a half up
    value = Fraction(high, 2 ** max(n - 31, 0))
    away = floor(abs(value) + Fraction(1, 2))  # a half away from zero
    assert int(TwiceRoundedScale(m)(np.array(acc))) == (away if value >= 0 else -away)


def test_roundings_differ_where_the_docstring_says():
    acc = np.array([-5, -3, -1, 1, 3, 5])
    np.testing.assert_array_equal(FixedPointScale(0.5)(acc), [-2, -1, 0, 1, 2, 3])
    np.testing.assert_array_equal(FloatScale(0.5)(acc), [-2, -2, 0, 0, 2, 2])
    # 9 · 0.2734375 = 2.46 -> with M0 = 0.546875 and a shift by one: 4.92 -> 5 -> 2.5 -> 3
    assert FixedPointScale(0.2734375)(np.array([9])) == [2]
    assert TwiceRoundedScale(0.2734375)(np.array([9])) == [3]


@pytest.mark.parametrize("m", [0.0, -0.5, 2.0**30, 2.0**-31, float("nan")])
def test_multipliers_out_of_reach_are_refused(m):
    with pytest.raises(ValueError, match=r"fixed_point_multiplier: m must be from 2\^-30"):
        fixed_point_multiplier([0.5, m])


def test_bias_codes_round_half_to_even_and_must_fit():
    np.testing.assert_array_equal(quantize_bias([0.25, 0.75, -1.25, 1e6], 0.5), [0, 2, -2, 2_000_000])
    assert quantize_bias(np.ones(1, np.float32), 0.5).dtype == np.int32
    for b, s in [([1.0, 3e9], 1.0), ([np.nan], 1.0), ([1.0], 1e-300), ([np.inf], 1.0)]:
        with pytest.raises(ValueError, match="quantize_bias: b / s must be finite and within 32 bits"):
            quantize_bias(b, s)


def test_saturation_has_the_type_of_the_codes():
    q = np.array([-300, -5, 7, 300])
    low, high = saturate(q, -128, 127), saturate(q, 0, 255)
    assert (low.dtype, high.dtype) == (np.int8, np.uint8)
    np.testing.assert_array_equal(low, [-128, -5, 7, 127])
    np.testing.assert_array_equal(high, [0, 0, 7, 255])


def random_layer(rng, n, inputs, out, *, s_y=0.4, weights=127):
    """The arguments of the exercise, with symmetric weights."""
    q_x = rng.integers(-128, 128, (n, inputs)).astype(np.int8)
    q_w = rng.integers(-weights, weights + 1, (out, inputs)).astype(np.int8)
    s_w = rng.uniform(0.002, 0.02, out)
    z_x, z_y = int(rng.integers(-128, 128)), int(rng.integers(-128, 128))
    return q_x, 0.03, z_x, q_w, s_w, 0, rng.normal(size=out).astype(np.float32), s_y, z_y


def library_layer(q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y, rescaling=FixedPointScale):
    q_b, rescale = quantize_bias(b, s_x * s_w), rescaling(s_x * s_w / s_y)
    return IntegerLinear(q_w, q_b, z_x=z_x, z_y=z_y, rescale=rescale, low=-128, high=127)


@pytest.mark.parametrize("shape", [(5, 7, 4), (1, 1, 1), (3, 60, 2)])
def test_answers_to_the_exercise_give_the_layers_codes(shape, rng):
    names = {}
    exec(content().solution("quantization/integer_linear").read_text(encoding="utf-8"), names)
    answers = [names["integer_linear"], *(a.function for a in right_answers("quantization/integer_linear"))]
    args = random_layer(rng, *shape)
    expected = library_layer(*args).forward(args[0])
    assert expected.dtype == np.int8
    for answer in answers:
        np.testing.assert_array_equal(answer(*args), expected)


def test_onnx_runtime_rounds_floats_half_to_even(rng):
    helper, session_of = onnx_tools()
    args = random_layer(rng, 200, 30, 16, weights=63)  # below 64: some processors add pairs of products in 16 bits
    q_x, s_x, z_x, q_w, s_w, _, b, s_y, z_y = args
    args = (*args[:4], s_w[:1].repeat(16), *args[5:])  # this operator has one scale for the matrix
    q_b = quantize_bias(b, s_x * args[4])
    ours = library_layer(*args, rescaling=FloatScale)
    ours.q_b = np.zeros_like(q_b)  # and no bias
    node = helper.make_node("QLinearMatMul", ["x", "sx", "zx", "w", "sw", "zw", "sy", "zy"], ["y"])
    constants = {
        "sx": np.float32(s_x), "zx": np.int8(z_x), "w": q_w.T.copy(), "sw": np.float32(s_w[0]), "zw": np.int8(0),
        "sy": np.float32(s_y), "zy": np.int8(z_y),
    }  # fmt: skip
    y = session_of(node, constants, q_x.shape, (len(q_x), 16)).run(None, {"x": q_x})[0]
    np.testing.assert_array_equal(ours.forward(q_x), y)


def test_onnx_runtime_convolves_to_the_same_codes(rng):
    from minicompress.quantization.integer import IntegerConv2d

    helper, session_of = onnx_tools()
    x = rng.integers(-128, 128, (4, 3, 9, 8)).astype(np.int8)
    w = rng.integers(-63, 64, (5, 3, 3, 2)).astype(np.int8)
    s_x, z_x, s_y, z_y, s_w = 0.03, -20, 0.3, 11, rng.uniform(0.002, 0.02, 5).astype(np.float32)
    q_b = rng.integers(-5000, 5000, 5).astype(np.int32)
    rescale = FloatScale(np.float32(s_x) * s_w / np.float32(s_y))
    options = {"z_x": z_x, "z_y": z_y, "rescale": rescale, "low": -128, "high": 127}
    ours = IntegerConv2d(w, q_b, stride=(2, 1), padding=(1, 1), groups=1, **options).forward(x)
    inputs = ["x", "sx", "zx", "w", "sw", "zw", "sy", "zy", "b"]
    node = helper.make_node("QLinearConv", inputs, ["y"], strides=[2, 1], pads=[1, 1, 1, 1])
    constants = {
        "sx": np.float32(s_x), "zx": np.int8(z_x), "w": w, "sw": s_w, "zw": np.zeros(5, np.int8),
        "sy": np.float32(s_y), "zy": np.int8(z_y), "b": q_b,
    }  # fmt: skip
    y = session_of(node, constants, x.shape, ours.shape).run(None, {"x": x})[0]
    np.testing.assert_array_equal(ours, y)


def onnx_tools():
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    helper, int8 = onnx.helper, onnx.TensorProto.INT8

    def session_of(node, constants, x_shape, y_shape):
        initializers = [onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
        ends = [helper.make_tensor_value_info(name, int8, shape) for name, shape in (("x", x_shape), ("y", y_shape))]
        graph = helper.make_graph([node], "one layer", ends[:1], ends[1:], initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        return runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    return helper, session_of


@pytest.mark.parametrize("scale", [FixedPointScale, TwiceRoundedScale, FloatScale])
def test_sums_beyond_32_bits_are_refused_and_narrow_ones_do_not_wrap(scale):
    rescale = scale(0.5)
    assert rescale(np.array([-128, 100], np.int8)).tolist() == [-64, 50]
    assert rescale([2**31 - 1]).tolist() == [2**30]
    for acc in ([2**31], np.array([2**31], np.uint32), [0.5], None):
        with pytest.raises(ValueError, match=f"{scale.__name__}: acc must be integers of at most 32 bits"):
            rescale(acc)


@pytest.mark.parametrize("m", [0, -1.0, np.nan, np.inf, "1", None, True, 1e-60, 1e60], ids=repr)
def test_multipliers_that_are_none_are_refused(m):
    for scale, owner in ((FixedPointScale, "fixed_point_multiplier"), (FloatScale, "FloatScale")):
        with pytest.raises(ValueError, match=f"^{owner}: "):
            scale(m)


@pytest.mark.parametrize("s", [0, -1.0, np.nan, "1", None])
def test_a_scale_of_a_bias_is_positive(s):
    with pytest.raises(ValueError, match="quantize_bias: s must be finite and > 0"):
        quantize_bias([0.0], s)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0, 300, "high must be an integer from 0 to 255"),
        (-1, 128, "high must be"),
        (-129, 0, "low must be"),
        (5, 4, "high must be"),
        (0.0, 1, "low must be"),
    ],
)
def test_ends_that_the_type_has_not_are_refused(low, high, text):
    with pytest.raises(ValueError, match=f"saturate: {text}"):
        saturate(np.array([1000]), low, high)


GOOD = {
    "q_w": np.array([[1, -2]], np.int8),
    "q_b": np.array([3], np.int32),
    "z_x": 0,
    "z_y": 0,
    "rescale": FixedPointScale([0.5]),
    "low": -128,
    "high": 127,
}


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"q_w": np.array([[1, -2]])}, "q_w must be an int8 array of 2 axes, got 'int64"),
        ({"q_w": np.array([1, -2], np.int8)}, "q_w must be"),
        ({"q_b": np.array([3], np.int16)}, r"q_b must be an int32 array of shape \(1,\)"),
        ({"q_b": np.array([3, 4], np.int32)}, "q_b must be"),
        ({"q_b": np.array([2**31 - 1], np.int32)}, "sums must fit into 32 bits"),
        ({"z_x": 0.5}, "z_x must be"),
        ({"z_y": 256}, "z_y must be"),
        ({"high": 128}, "high must be"),
        ({"rescale": 0.5}, "rescale must be a function of acc"),
    ],
)
def test_an_integer_layer_names_what_it_cannot_be_made_of(wrong, text):
    with pytest.raises(ValueError, match=f"IntegerLinear: {text}"):
        IntegerLinear(**{**GOOD, **wrong})


def test_an_integer_layer_names_codes_that_are_none_and_sums_that_would_be_inexact():
    layer = IntegerLinear(**GOOD)
    assert layer.forward(np.array([[100, 50]], np.uint8)).tolist() == [[2]]  # (100 - 100 + 3) / 2, a half up
    for q_x in ([[0.5, 1.0]], [[1, 2, 3]], [1, 2], None):
        with pytest.raises(ValueError, match="IntegerLinear: q_x must be"):
            layer.forward(q_x)
    for dtype in (np.int8, np.int16, np.float32):
        with pytest.raises(ValueError, match=r"IntegerLinear: dtype must be np.int32, np.int64 or np.float64"):
            layer.forward(np.array([[1, 2]]), dtype)
