"""The symmetric uniform quantizer: worked by hand, against a naive loop with fractions, and as invariants."""

import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicompress import nn
from minicompress.pruning import Mask
from minicompress.quantization import dequantize, quantization, quantize, symmetric_scale

BITS = st.integers(2, 16)
SHAPES = hnp.array_shapes(max_dims=3, max_side=5, min_side=0)


def arrays(width=32, largest=2.0**100):
    floats = st.floats(-largest, largest, width=width, allow_subnormal=True)
    return hnp.arrays(np.dtype(f"float{width}"), SHAPES, elements=floats)


def stand_in(*layers):
    return SimpleNamespace(layers=[SimpleNamespace(weights=list(weights)) for weights in layers])


def test_three_bits_worked_by_hand():
    # m = 3, max|w| = 0.75, s = 0.25; w/s = [3, -2.5, 1.5, 0.5, -0.4]; half to even: [3, -2, 2, 0, 0]
    w = np.array([0.75, -0.625, 0.375, 0.125, -0.1], np.float32)

    scales = quantization(stand_in([w]), 3)

    assert scales == [0.25]
    np.testing.assert_array_equal(w, [0.75, -0.5, 0.5, 0, 0])
    assert w.dtype == np.float32
    assert not np.signbit(w[-1])  # -0.4 rounds to the code 0, which has no sign


def test_divides_by_127_and_uses_neither_minus_128_nor_127_and_a_half():
    w = np.array([-127.0, 127.0, 63.4], np.float32)

    assert symmetric_scale(w, 8) == 1.0
    assert quantize(w, 1.0, 8).tolist() == [-127, 127, 63]


def test_one_scale_an_array_in_order_of_layers_and_weights():
    a, b, c = np.array([7.0, 1.0]), np.array([[-14.0]]), np.zeros((2, 2))

    assert quantization(stand_in([a, b], [], [c]), 4) == [1.0, 2.0, 1.0]
    assert all(type(s) is float for s in quantization(stand_in([a]), np.int64(4)))
    np.testing.assert_array_equal(c, 0)


@pytest.mark.parametrize("bits", [2, 3, 8, 16])
def test_float32_codes_equal_those_of_exact_arithmetic(bits):
    w = np.random.default_rng(bits).normal(size=500).astype(np.float32)
    m = 2 ** (bits - 1) - 1
    step = Fraction(float(np.abs(w).max())) / m
    expected = [round(Fraction(float(v)) / step) for v in w]  # Fraction rounds half to even

    assert quantize(w, symmetric_scale(w, bits), bits).tolist() == expected


def test_weights_whose_float32_scale_would_underflow_survive():
    tiny = np.float32(1e-45)  # the smallest positive float32; tiny / 127 is 0 in float32
    w = np.array([tiny, -tiny, 0, tiny], np.float32)

    (s,) = quantization(stand_in([w]), 8)

    assert s > 0
    np.testing.assert_array_equal(w, [tiny, -tiny, 0, tiny])


def test_weights_whose_float64_scale_underflows_do_not_become_nan():
    w = np.array([5e-324, -5e-324, 0.0])

    (s,) = quantization(stand_in([w]), 8)

    assert s == 5e-324
    np.testing.assert_array_equal(w, [5e-324, -5e-324, 0.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_keeps_dtype_and_writes_through_views(dtype):
    base = np.random.default_rng(1).normal(size=(4, 6)).astype(dtype)
    before = base.copy()

    quantization(stand_in([base.T[1::2]]), 4)

    assert base.dtype == dtype
    np.testing.assert_array_equal(base[:, ::2], before[:, ::2])
    assert np.unique(base[:, 1::2]).size <= 15


@pytest.mark.parametrize("bits", [1, 0, -8, 17, 8.0, "8", None, True, np.float32(8), np.bool_(True)])
def test_bad_bits_are_named_and_nothing_is_changed(bits):
    w = np.array([0.3, 1.0])

    with pytest.raises(ValueError, match="quantization: bits must be an integer from 2 to 16"):
        quantization(stand_in([w]), bits)
    np.testing.assert_array_equal(w, [0.3, 1.0])


@pytest.mark.parametrize("bad", [np.array([np.nan, 1.0]), np.array([np.inf]), np.array([1, 2]), [0.3]])
def test_bad_weights_in_a_later_layer_leave_the_earlier_ones_alone(bad):
    w = np.array([0.3, 1.0])

    with pytest.raises(ValueError, match="quantization: weights must be"):
        quantization(stand_in([w], [bad]), 4)
    np.testing.assert_array_equal(w, [0.3, 1.0])


def test_a_read_only_array_leaves_everything_alone():
    w, frozen = np.array([0.3, 1.0]), np.array([0.3, 1.0])
    frozen.flags.writeable = False

    with pytest.raises(ValueError, match="writable"):
        quantization(stand_in([w], [frozen]), 4)
    np.testing.assert_array_equal(w, [0.3, 1.0])


def test_empty_arrays_and_models_without_weights():
    assert quantization(stand_in([np.zeros((0, 3), np.float32)]), 8) == [1.0]
    assert quantization(stand_in([]), 8) == []


@given(arrays(), BITS)
def test_error_is_at_most_half_a_step_up_to_rounding(w, bits):
    s = symmetric_scale(w, bits)
    w2 = dequantize(quantize(w, s, bits), s, w.dtype)

    error = np.abs(w.astype(np.float64) - w2)
    rounding = np.abs(w2) * 2.0**-24 + 2.0**-149  # half an ulp of float32, or of its subnormals
    assert (error <= s / 2 * (1 + 1e-9) + rounding).all()


@given(arrays(), BITS)
def test_quantizing_twice_changes_nothing_in_float32(w, bits):
    model = stand_in([w])
    first = quantization(model, bits)
    once = w.copy()

    assert quantization(model, bits) == first
    np.testing.assert_array_equal(w, once)


@given(arrays(width=64, largest=2.0**1000), BITS)
def test_quantizing_twice_keeps_codes_and_values_in_float64(w, bits):
    s = symmetric_scale(w, bits)
    codes = quantize(w, s, bits)
    once = dequantize(codes, s, w.dtype)
    s2 = symmetric_scale(once, bits)

    if s > 1e-300:  # below, the scale itself has few digits
        np.testing.assert_array_equal(quantize(once, s2, bits), codes)
        assert math.isclose(s2, s, rel_tol=1e-15) or not codes.any()


@given(arrays(), BITS)
def test_negated_weights_get_negated_codes_and_the_same_scale(w, bits):
    s = symmetric_scale(w, bits)

    assert symmetric_scale(-w, bits) == s
    np.testing.assert_array_equal(quantize(-w, s, bits), -quantize(w, s, bits))


@given(arrays(), BITS)
def test_codes_lie_in_the_narrow_range_and_zero_keeps_the_code_zero(w, bits):
    q = quantize(w, symmetric_scale(w, bits), bits)

    assert q.dtype == (np.int8 if bits <= 8 else np.int16)
    assert (np.abs(q.astype(int)) <= 2 ** (bits - 1) - 1).all()
    assert not q[w == 0].any()
    if w.any():
        assert np.abs(q).max() == 2 ** (bits - 1) - 1


def test_the_circulating_answer_loses_every_weight_and_this_one_does_not():
    w = np.random.default_rng(0).normal(0, 0.05, size=100_000).astype(np.float32)
    wrong = np.round(w / 2**7) * 2**7
    assert np.count_nonzero(wrong) == 0

    quantization(stand_in([w]), 8)

    assert np.count_nonzero(w) > 98_000


def test_agrees_with_pytorch_over_the_same_range():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this test")
    w = np.random.default_rng(3).normal(size=(20, 30)).astype(np.float32)
    s = symmetric_scale(w, 8)

    theirs = torch.fake_quantize_per_tensor_affine(torch.from_numpy(w), s, 0, -127, 127).numpy()

    np.testing.assert_allclose(dequantize(quantize(w, s, 8), s), theirs, rtol=1e-6, atol=0)


BAD_SCALES = [0, -1.0, math.nan, math.inf, True, "1", None, [1.0, -1.0], np.array([0.5, 0.0])]


@pytest.mark.parametrize("s", BAD_SCALES, ids=repr)
def test_a_bad_scale_is_named(s):
    q = np.array([3, -2], np.int8)
    with pytest.raises(ValueError, match=r"^quantize: s must be finite and > 0, got"):
        quantize(np.array([0.75, -0.5]), s, 3)
    with pytest.raises(ValueError, match=r"^dequantize: s must be finite and > 0, got"):
        dequantize(q, s)


@pytest.mark.parametrize("w", [[math.nan, 1.0], [math.inf], ["a"], None, [[1.0], [1.0, 2.0]], [True]], ids=repr)
def test_weights_that_are_no_finite_numbers_are_named(w):
    with pytest.raises(ValueError, match=r"^quantize: w must be"):
        quantize(w, 0.5, 3)
    with pytest.raises(ValueError, match=r"^symmetric_scale: w must be"):
        symmetric_scale(w, 3)


def test_shapes_and_types_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="quantize: s must be a number or an array that broadcasts to shape"):
        quantize(np.ones(2), np.ones((3, 1)), 4)
    with pytest.raises(ValueError, match="dequantize: q and s must be of shapes that broadcast"):
        dequantize(np.ones(2, np.int8), np.ones(3))
    for dtype in (np.int8, int, None, "no type"):
        with pytest.raises(ValueError, match="dequantize: dtype must be a type of floats"):
            dequantize(np.ones(2, np.int8), 0.4, dtype)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint8, np.uint64, np.int64])
def test_integer_weights_do_not_wrap(dtype):
    w = np.array([np.iinfo(dtype).min, 3], dtype)
    peak = max(-float(np.iinfo(dtype).min), 3)  # |-128| is 128, which int8 has not
    assert symmetric_scale(w, 8) == peak / 127
    assert quantize(w, symmetric_scale(w, 8), 8)[0] == (-127 if peak > 3 else 0)


def test_a_quotient_beyond_the_largest_float_is_clipped_like_any_other():
    assert quantize(np.array([1e308, -1e308]), 5e-324, 8).tolist() == [127, -127]


def test_bits_may_be_narrow_integers_of_numpy():
    w = np.linspace(-1, 1, 9)
    for bits in (np.int8(8), np.uint8(8), np.int64(8)):
        assert symmetric_scale(w, bits) == symmetric_scale(w, 8)
        np.testing.assert_array_equal(quantize(w, 1 / 127, bits), quantize(w, 1 / 127, 8))


def test_weights_behind_a_mask_do_not_set_the_scale(rng):
    layer = nn.Linear(4, 3, rng=rng)
    layer.weight.value = np.linspace(-1, 1, 12).reshape(3, 4)
    m = np.ones((3, 4), bool)
    m[0, 0] = False
    layer.weight.transforms.append(Mask(m))
    layer.weight.value[0, 0] = 50  # written behind the mask: the network computes with 0
    (s,) = quantization(nn.Sequential(layer), 4)
    assert s == pytest.approx(1 / 7)
    assert np.unique(layer.weight.effective()).size > 8
