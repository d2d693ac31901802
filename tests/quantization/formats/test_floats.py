"""Short floats, bit by bit: against NumPy's float16, PyTorch's types, and the definition with exact fractions."""

import bisect
import itertools
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicompress import nn
from minicompress.pruning import Mask
from minicompress.quantization import cast_weights
from minicompress.quantization.formats import (
    BFLOAT16,
    FLOAT8_E4M3,
    FLOAT8_E5M2,
    FLOAT16,
    FloatFormat,
    decode_float,
    encode_float,
    round_to_float,
)

FORMATS = (FLOAT16, BFLOAT16, FLOAT8_E4M3, FLOAT8_E5M2)
formats = pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)


def all_codes(format):
    return np.arange(2**format.bits, dtype=np.uint16 if format.bits == 16 else np.uint8)


def value_by_definition(code, format):
    """A positive finite code's value, as an exact fraction."""
    exponent, fraction = divmod(code, 2**format.mantissa_bits)
    one = Fraction(2) ** (max(exponent, 1) - format.bias)
    return one * Fraction(fraction, 2**format.mantissa_bits) + (one if exponent else 0)


def around_ties(format):
    """Every finite value, every tie between neighbours (the last one too), and the float64 on both sides of each."""
    values = [value_by_definition(code, format) for code in range(format.largest_code + 2)]
    ties = [(a + b) / 2 for a, b in itertools.pairwise(values)]
    exact = np.array([float(value) for value in values[:-1] + ties])
    return np.concatenate([exact, np.nextafter(exact, 0), np.nextafter(exact, np.inf)])


@formats
def test_every_code_decodes_to_what_the_definition_says_and_encodes_to_itself(format):
    codes = all_codes(format)
    y = decode_float(codes, format, np.float64)
    sign = np.where(codes >> (format.bits - 1), -1.0, 1.0)
    magnitude = codes & (2 ** (format.bits - 1) - 1)
    finite = magnitude <= format.largest_code
    exact = [float(value_by_definition(int(code), format)) for code in magnitude[finite]]
    np.testing.assert_array_equal(y[finite], exact * sign[finite])
    np.testing.assert_array_equal(np.signbit(y), sign < 0)
    np.testing.assert_array_equal(np.isinf(y), magnitude == (format.infinity_code or -1))
    np.testing.assert_array_equal(np.isnan(y), ~finite & ~np.isinf(y))

    again = encode_float(y, format)
    assert again.dtype == codes.dtype
    np.testing.assert_array_equal(again[~np.isnan(y)], codes[~np.isnan(y)])
    assert set(again[np.isnan(y)]) == {format.nan_code, format.nan_code | 1 << (format.bits - 1)}


@formats
def test_every_tie_goes_to_the_even_neighbour_and_everything_else_to_the_nearest(format):
    x = around_ties(format)
    values = [value_by_definition(code, format) for code in range(format.largest_code + 2)]
    ties = [(a + b) / 2 for a, b in itertools.pairwise(values)]
    q = encode_float(x, format)
    step = 1 if format.bits == 8 else 7  # every tie and neighbour of 8 bits, every seventh of 16
    for value, code in list(zip(x.tolist(), q.tolist(), strict=True))[::step]:
        nearest = bisect.bisect_left(ties, value)
        if nearest < len(ties) and ties[nearest] == value:
            nearest += nearest % 2  # between `nearest` and the next: the even one
        assert code == nearest, value
    np.testing.assert_array_equal(encode_float(-x, format), q | 1 << (format.bits - 1))


def test_float16_is_numpys_on_all_codes_ties_and_their_neighbours():
    x = around_ties(FLOAT16)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(encode_float(x, FLOAT16), x.astype(np.float16).view(np.uint16))
        x = x.astype(np.float32)
        np.testing.assert_array_equal(encode_float(x, FLOAT16), x.astype(np.float16).view(np.uint16))
    codes = all_codes(FLOAT16)
    np.testing.assert_array_equal(decode_float(codes, FLOAT16), codes.view(np.float16).astype(np.float32))


@pytest.mark.parametrize(
    ("format", "name"), [(BFLOAT16, "bfloat16"), (FLOAT8_E4M3, "float8_e4m3fn"), (FLOAT8_E5M2, "float8_e5m2")]
)
def test_decoding_and_rounding_are_pytorchs_on_all_codes_ties_and_their_neighbours(format, name):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    dtype = getattr(torch, name)
    codes = all_codes(format)
    integers = torch.uint16 if format.bits == 16 else torch.uint8
    theirs = torch.from_numpy(codes.copy()).view(dtype).float().numpy()
    np.testing.assert_array_equal(decode_float(codes, format), theirs)

    # From float32, as PyTorch rounds; it saturates what E4M3 cannot hold.
    exact = around_ties(format).astype(np.float32)
    x = np.concatenate([exact, np.nextafter(exact, np.float32(0)), np.nextafter(exact, np.float32(np.inf)), [np.inf]])
    x = np.concatenate([x, -x]).astype(np.float32)
    theirs = torch.from_numpy(x).to(dtype).view(integers).numpy()
    np.testing.assert_array_equal(encode_float(x, format, saturate=format is FLOAT8_E4M3), theirs)


def test_what_is_too_large():
    x = np.array([448, 464, 464.5, 500, np.inf, -np.inf], np.float32)
    assert encode_float(x, FLOAT8_E4M3).tolist() == [0x7E, 0x7E, 0x7F, 0x7F, 0x7F, 0xFF]
    assert encode_float(x, FLOAT8_E4M3, saturate=True).tolist() == [0x7E] * 5 + [0xFE]
    x = np.array([57344, 61439, 61440, 1e9, np.inf, -np.inf], np.float32)
    assert encode_float(x, FLOAT8_E5M2).tolist() == [0x7B, 0x7B, 0x7C, 0x7C, 0x7C, 0xFC]
    assert encode_float(x, FLOAT8_E5M2, saturate=True).tolist() == [0x7B] * 5 + [0xFB]
    assert round_to_float(np.array([65519.0, 65520.0]), FLOAT16).tolist() == [65504, np.inf]
    nan = np.array([np.nan, -np.nan])
    for format in FORMATS:
        assert np.isnan(round_to_float(nan, format, saturate=True)).all()


def test_a_nan_whose_payload_lies_in_the_dropped_bits_stays_nan():
    x = np.array([0x7F800001, 0xFF800001], np.uint32).view(np.float32)
    assert encode_float(x, BFLOAT16).tolist() == [0x7FC0, 0xFFC0]
    assert encode_float(x, FLOAT16).tolist() == [0x7E00, 0xFE00]


def test_float64_is_rounded_once():
    x = np.array([1 + 2.0**-8 + 2.0**-40])  # just above a tie of bfloat16; as float32 it would be the tie, and go down
    assert round_to_float(x, BFLOAT16).tolist() == [1 + 2.0**-7]
    assert round_to_float(x.astype(np.float32), BFLOAT16).tolist() == [1]


@formats
def test_limits_are_those_of_the_codes(format):
    y = decode_float(all_codes(format), format, np.float64)
    y = np.unique(y[np.isfinite(y) & (y > 0)])
    assert (y[-1], y[0]) == (format.max, format.smallest_subnormal)
    assert y[np.searchsorted(y, 1.0) + 1] - 1 == format.epsilon
    assert y[2**format.mantissa_bits - 1] == format.smallest_normal


def test_limits_by_name():
    assert [f.max for f in FORMATS] == [65504, float(2**127 * (2 - 2**-7)), 448, 57344]
    assert [f.smallest_subnormal for f in FORMATS] == [2.0**-24, 2.0**-133, 2.0**-9, 2.0**-16]
    assert (FLOAT16.max, FLOAT16.smallest_subnormal) == (np.finfo("f2").max, np.finfo("f2").smallest_subnormal)


@given(st.lists(st.floats(width=32), max_size=9), st.sampled_from(FORMATS), st.booleans())
def test_rounding_is_monotone_odd_and_idempotent(values, format, saturate):
    x = np.sort(np.array([v for v in values if not np.isnan(v)], np.float32))
    y = round_to_float(x, format, saturate=saturate)
    assert y.dtype == x.dtype
    assert not (y[1:] < y[:-1]).any()
    np.testing.assert_array_equal(round_to_float(-x, format, saturate=saturate), -y)
    np.testing.assert_array_equal(round_to_float(y, format, saturate=saturate), y)


def test_shapes_views_and_scalars():
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    np.testing.assert_array_equal(encode_float(x[::-1, :, ::2], FLOAT16), x.astype("f2").view("u2")[::-1, :, ::2])
    assert encode_float(np.zeros((0, 3)), FLOAT16).shape == (0, 3)
    assert encode_float(np.float32(1), BFLOAT16).shape == ()
    assert encode_float([1.0], BFLOAT16).tolist() == [0x3F80]


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="encode_float: x must be an array of floats"):
        encode_float(np.arange(3), FLOAT16)
    with pytest.raises(ValueError, match="encode_float: format must be a FloatFormat"):
        encode_float(np.ones(3), "float16")
    for code in (np.array([256]), np.array([-1]), np.array([1.0])):
        with pytest.raises(ValueError, match="decode_float: code must be integers from 0 to 255"):
            decode_float(code, FLOAT8_E4M3)


def test_weights_are_rounded_in_place_and_biases_stay(rng):
    model = nn.Sequential(nn.Linear(5, 4, rng=rng), nn.ReLU(), nn.Linear(4, 3, rng=rng))
    before = model.state_dict()
    model.layers[0].bias.value += 0.3
    assert cast_weights(model, FLOAT16) == [1.0, 1.0]
    for i in (0, 2):
        expected = before[f"{i}.weight"].astype(np.float16)
        np.testing.assert_array_equal(model.layers[i].weights[0], expected)
    np.testing.assert_array_equal(model.layers[0].bias.value, before["0.bias"] + np.float32(0.3))


def test_scaled_weights_fill_the_range_and_small_ones_survive():
    w = np.array([[1e-4, -3e-5, 0.0]], np.float32)
    model = SimpleNamespace(layers=[SimpleNamespace(weights=[w.copy(), np.zeros((1, 2), np.float32)])])
    scales = cast_weights(model, FLOAT8_E4M3, scaled=True)
    assert scales == pytest.approx([1e-4 / 448, 1.0])
    # 3e-5 / s = 134.4 lies between 128 and 144
    np.testing.assert_allclose(model.layers[0].weights[0], [[1e-4, -128 * 1e-4 / 448, 0]], rtol=1e-6)
    model.layers[0].weights[0][...] = w
    cast_weights(model, FLOAT8_E4M3)
    assert not model.layers[0].weights[0].any()


@pytest.mark.parametrize("largest", [1e6, 1e300, 5e-324])
def test_a_scale_brings_weights_of_any_size_into_range(largest):
    w = np.array([largest, -largest])
    model = SimpleNamespace(layers=[SimpleNamespace(weights=[w])])
    (s,) = cast_weights(model, FLOAT8_E4M3, scaled=True)
    assert s > 0
    np.testing.assert_allclose(w, [largest, -largest])


@pytest.mark.parametrize(("bad", "text"), [(449.0, "at most 448"), (np.nan, "finite"), (np.inf, "finite")])
def test_a_bad_weight_in_a_later_layer_leaves_the_earlier_ones_alone(bad, text):
    w = np.array([0.3])
    model = SimpleNamespace(layers=[SimpleNamespace(weights=[w]), SimpleNamespace(weights=[np.array([bad])])])
    with pytest.raises(ValueError, match=f"cast_weights: weights must be {text}"):
        cast_weights(model, FLOAT8_E4M3)
    assert w[0] == 0.3


def test_codes_of_longer_formats_do_not_wrap(rng):
    float24, float32 = (
        FloatFormat("float24", 8, 15, 0x7FC000, 0x7F8000),
        FloatFormat("float32", 8, 23, 0x7FC00000, 0x7F800000),
    )
    x = rng.normal(size=100).astype(np.float32)
    np.testing.assert_array_equal(encode_float(x, float32), x.view(np.uint32))
    np.testing.assert_array_equal(round_to_float(x, float32), x)
    assert np.abs(round_to_float(x, float24) / x - 1).max() <= 2.0**-16


def test_fields_of_narrow_integers_do_not_wrap():
    narrow = FloatFormat("float16", np.int8(5), np.int8(10), np.int16(0x7E00), np.int16(0x7C00))
    assert (narrow.bits, narrow.bias, narrow.max) == (16, 15, 65504)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ((1, 3, 7, None), "exponent_bits"),
        ((5, 0, 7, None), "mantissa_bits"),
        ((4.0, 3, 0x7F, None), "exponent_bits"),
        ((4, 3, 0x80, None), "nan_code"),
        ((4, 3, 0x7F, 0x7F), "infinity_code"),
    ],
)
def test_a_format_that_is_none_is_named(fields, name):
    with pytest.raises(ValueError, match=f"FloatFormat: {name} must be"):
        FloatFormat("none", *fields)


@pytest.mark.parametrize("x", [[1, 2], ["a"], None], ids=repr)
def test_values_of_other_types_are_named(x):
    for function in (encode_float, round_to_float):
        with pytest.raises(ValueError, match=f"{function.__name__}: x must be an array of floats of at most 64 bits"):
            function(x, FLOAT16)


@pytest.mark.parametrize("code", [[0.5], ["a"], None, [-1], [256]], ids=repr)
def test_codes_that_are_none_are_named(code):
    with pytest.raises(ValueError, match="decode_float: code must be integers from 0 to 255"):
        decode_float(code, FLOAT8_E4M3)
    with pytest.raises(ValueError, match="decode_float: dtype must be a type of floats"):
        decode_float([1], FLOAT8_E4M3, np.int8)


@pytest.mark.parametrize("kind", ["integers", "list", "read-only", "NaN"])
def test_weights_that_cannot_be_cast_are_named_and_nothing_changed(kind):
    first = np.array([0.1, 0.2], np.float32)
    bad = {"integers": np.array([1, 2]), "list": [0.5], "NaN": np.array([np.nan])}.get(kind, np.ones(2))
    if kind == "read-only":
        bad.flags.writeable = False
    model = SimpleNamespace(layers=[SimpleNamespace(weights=[first, bad])])
    with pytest.raises(ValueError, match="cast_weights: weights must be"):
        cast_weights(model, FLOAT8_E4M3, scaled=True)
    assert first.tolist() == np.array([0.1, 0.2], np.float32).tolist()


def test_what_a_mask_hides_does_not_set_the_scale(rng):
    layer = nn.Linear(3, 1, bias=False, rng=rng)
    layer.weight.value = np.array([[1.0, 0.5, 1e6]], np.float32)
    layer.weight.transforms.append(Mask([[True, True, False]]))
    assert cast_weights(nn.Sequential(layer), FLOAT8_E4M3, scaled=True) == [1 / 448]
