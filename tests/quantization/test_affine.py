"""The affine quantizer: worked by hand, in exact fractions, as invariants, and against PyTorch and ONNX Runtime."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.quantization import affine_dequantize, affine_parameters, affine_quantize, quantize, symmetric_scale
from minicompress.quantization.affine import code_range

KINDS = [{"signed": signed, "narrow": narrow} for signed in (False, True) for narrow in (False, True)]
finite = st.floats(-(2.0**60), 2.0**60, width=32)
ranges = st.tuples(finite, finite).map(sorted)


def test_code_ranges_of_eight_bits():
    assert [code_range(8, **kind) for kind in KINDS] == [(0, 255), (1, 255), (-128, 127), (-127, 127)]
    assert code_range(np.int64(2), signed=True) == (-2, 1)


def test_two_bits_worked_by_hand():
    # s = (2 - -1) / 3 = 1, z = round(0 - -1/1) = 1; x/s = -1 0 0.5 1.5 2 9 -> -1 0 0 2 2 9, + 1, clipped to 0..3
    s, z = affine_parameters(-1, 2, 2)
    assert (s, z) == (1.0, 1)
    q = affine_quantize(np.array([-1, 0, 0.5, 1.5, 2, 9]), s, z, 2)
    assert q.tolist() == [0, 1, 1, 3, 3, 3]
    assert affine_dequantize(q, s, z).tolist() == [-1, 0, 0, 2, 2, 2]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(2, 3, (3 / 255, 0)), (-3, -2, (3 / 255, 255)), (0, 0, (1.0, 0)), (0, 5, (5 / 255, 0)), (-5, 0, (5 / 255, 255))],
)
def test_the_range_is_widened_to_hold_zero(low, high, expected):
    s, z = affine_parameters(low, high, 8)
    assert (s, z) == pytest.approx(expected)
    assert type(s) is float
    assert type(z) is int


@pytest.mark.parametrize("bits", [2, 3, 8, 16])
@pytest.mark.parametrize("kind", KINDS)
def test_codes_equal_those_of_exact_arithmetic(bits, kind):
    rng = np.random.default_rng(bits)
    x = rng.normal(0.5, 1, 300).astype(np.float32)
    s, z = affine_parameters(-1.25, 3.5, bits, **kind)
    qmin, qmax = code_range(bits, **kind)

    step = Fraction(19, 4) / (qmax - qmin)
    zero = round(qmin + Fraction(5, 4) / step)
    expected = [min(qmax, max(qmin, round(Fraction(float(v)) / step) + zero)) for v in x]

    assert (s, z) == (pytest.approx(float(step), rel=1e-15), zero)
    assert affine_quantize(x, s, z, bits, **kind).tolist() == expected


@settings(max_examples=200, deadline=None)
@given(ends=ranges, bits=st.integers(2, 16), kind=st.sampled_from(KINDS), share=st.floats(0, 1))
def test_zero_is_exact_and_no_value_in_the_range_is_more_than_half_a_step_away(ends, bits, kind, share):
    low, high = ends
    s, z = affine_parameters(low, high, bits, **kind)
    x = np.array([0.0, min(max(low, low + share * (high - low)), high), low, high])

    x2 = affine_dequantize(affine_quantize(x, s, z, bits, **kind), s, z, np.float64)

    assert x2[0] == 0
    assert (np.abs(x - x2) <= s / 2 * (1 + 1e-9)).all()
    assert code_range(bits, **kind)[0] <= z <= code_range(bits, **kind)[1]


@given(ends=ranges, bits=st.integers(2, 16), kind=st.sampled_from(KINDS))
def test_every_code_comes_back_from_its_value(ends, bits, kind):
    s, z = affine_parameters(*ends, bits, **kind)
    qmin, qmax = code_range(bits, **kind)
    codes = np.unique(np.linspace(qmin, qmax, 99).astype(int))
    np.testing.assert_array_equal(affine_quantize(s * (codes - z), s, z, bits, **kind), codes)


def test_values_outside_are_clipped_and_not_wrapped():
    for kind in KINDS:
        qmin, qmax = code_range(8, **kind)
        s, z = affine_parameters(-1, 1, 8, **kind)
        assert affine_quantize(np.array([-1e300, -3, 3, 1e300]), s, z, 8, **kind).tolist() == [qmin, qmin, qmax, qmax]
    assert affine_quantize(np.array([1e300]), 5e-324, 0, 8).tolist() == [255]  # the quotient is infinite


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_a_symmetric_range_with_narrow_signed_codes_is_the_symmetric_quantizer(bits):
    w = np.random.default_rng(0).normal(size=200).astype(np.float32)
    peak = np.abs(w).max()
    s, z = affine_parameters(-peak, peak, bits, signed=True, narrow=True)
    assert z == 0
    assert s == pytest.approx(symmetric_scale(w, bits), rel=1e-15)
    np.testing.assert_array_equal(affine_quantize(w, s, z, bits, signed=True, narrow=True), quantize(w, s, bits))


def test_arrays_of_ranges_give_a_grid_each():
    low, high = np.array([[-1.0], [0.0], [0.0], [-3.0]]), np.array([[1.0], [2.0], [0.0], [0.0]])
    s, z = affine_parameters(low, high, 4, signed=True)
    each = [affine_parameters(a, b, 4, signed=True) for a, b in zip(low.ravel(), high.ravel(), strict=True)]
    assert list(zip(s.ravel(), z.ravel(), strict=True)) == each
    assert s.shape == z.shape == (4, 1)

    x = np.random.default_rng(1).normal(size=(4, 6))
    q = affine_quantize(x, s, z, 4, signed=True)
    for row in range(4):
        np.testing.assert_array_equal(q[row], affine_quantize(x[row], *each[row], 4, signed=True))
    assert affine_dequantize(q, s, z).dtype == np.float32


def test_codes_have_the_smallest_type_and_differences_do_not_wrap():
    types = [affine_quantize(np.zeros(2), 1.0, 1, bits, signed=s).dtype for bits in (8, 9) for s in (False, True)]
    assert types == [np.uint8, np.int8, np.uint16, np.int16]
    assert affine_dequantize(np.array([3], np.uint8), 1.0, 5).tolist() == [-2]
    assert affine_dequantize(np.array([-100], np.int8), 1.0, 100).tolist() == [-200]


@pytest.mark.parametrize("ends", [(-1.7e308, 1.7e308), (-5e-324, 0), (0, 5e-324), (-1e-310, 2e-310)])
def test_extreme_ranges_keep_a_scale_that_is_finite_and_above_zero(ends):
    s, z = affine_parameters(*ends, 8)
    assert 0 < s < np.inf
    assert affine_quantize(np.zeros(1), s, z, 8).tolist() == [z]


@pytest.mark.parametrize("bits", [1, 17, 8.0, True, None, "8"])
def test_bad_bits_are_named(bits):
    for call in (lambda: affine_parameters(0, 1, bits), lambda: affine_quantize(np.ones(2), 1.0, 0, bits)):
        with pytest.raises(ValueError, match="bits must be an integer from 2 to 16"):
            call()


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1, 0, "low must be <= high"),
        (np.nan, 1, "finite"),
        (0, np.inf, "finite"),
        (-np.inf, 0, "finite"),
        (np.zeros(2), np.ones(3), "of one shape"),
        (np.zeros(2), np.array([1.0, -1.0]), "low must be <= high"),
    ],
)
def test_a_bad_range_is_named(low, high, text):
    with pytest.raises(ValueError, match=f"affine_parameters: low.* must be .*{text}|affine_parameters: {text}"):
        affine_parameters(low, high, 8)


@pytest.mark.parametrize(
    ("x", "s", "z", "text"),
    [
        ([0, np.nan], 1.0, 0, "x must be finite"),
        ([0, np.inf], 1.0, 0, "x must be finite"),
        ([0, 1], 0.0, 0, "s must be finite and > 0"),
        ([0, 1], -1.0, 0, "s must be finite and > 0"),
        ([0, 1], np.nan, 0, "s must be finite and > 0"),
        ([0, 1], 1.0, 256, "z must be an integer code from 0 to 255"),
        ([0, 1], 1.0, -1, "z must be an integer code"),
        ([0, 1], 1.0, 1.0, "z must be an integer code"),
        ([0, 1], np.ones(3), 0, "s must be a number or an array that broadcasts"),
        ([0, 1], np.ones((2, 1)), 0, "s must be a number or an array that broadcasts"),
        ([0, 1], 1.0, np.zeros(3, int), "z must be a number or an array that broadcasts"),
        ([0], np.ones(2), 0, "s must be a number or an array that broadcasts"),
    ],
)
def test_a_bad_grid_is_named(x, s, z, text):
    with pytest.raises(ValueError, match=f"affine_quantize: {text}"):
        affine_quantize(np.array(x), s, z, 8)


@pytest.mark.parametrize("x", [["a"], [None], [[1.0], [1.0, 2.0]], [True], None, "x"], ids=repr)
def test_values_that_are_no_numbers_are_named(x):
    with pytest.raises(ValueError, match=r"^affine_quantize: x must be an array of numbers"):
        affine_quantize(x, 1.0, 0, 8)
    with pytest.raises(ValueError, match=r"^affine_dequantize: q must be an array of numbers"):
        affine_dequantize(x, 1.0, 0)
    with pytest.raises(ValueError, match=r"^affine_parameters: low and high must be an array of numbers"):
        affine_parameters(x, 1.0, 8)


@pytest.mark.parametrize(
    ("s", "z", "text"),
    [
        (0, 0, "s must be finite and > 0"),
        (-1.0, 0, "s must be finite and > 0"),
        (np.nan, 0, "s must be finite and > 0"),
        (np.array([1.0, np.inf]), 0, "s must be finite and > 0"),
        (True, 0, "s must be finite and > 0"),
        ("1", 0, "s must be finite and > 0"),
        (1.0, 0.5, "z must be an integer"),
        (1.0, None, "z must be an integer"),
        (1.0, np.nan, "z must be an integer"),
        (np.ones(3), 0, "q, s and z must be of shapes that broadcast"),
    ],
)
def test_a_bad_grid_to_come_back_from_is_named(s, z, text):
    with pytest.raises(ValueError, match=f"^affine_dequantize: {text}"):
        affine_dequantize(np.array([1, 2], np.uint8), s, z)
    with pytest.raises(ValueError, match="affine_dequantize: dtype must be a type of floats"):
        affine_dequantize(np.array([1, 2], np.uint8), 1.0, 0, np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_pytorch(kind):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this test")
    x = np.random.default_rng(3).normal(0.3, 1, (20, 30)).astype(np.float32)
    s, z = affine_parameters(-1, 2, 6, **kind)

    theirs = torch.fake_quantize_per_tensor_affine(torch.from_numpy(x), s, z, *code_range(6, **kind)).numpy()

    ours = affine_dequantize(affine_quantize(x, s, z, 6, **kind), s, z)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_parameters_are_those_of_pytorchs_observer():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this test")
    observers = pytest.importorskip("torch.ao.quantization", reason="moves out of PyTorch some day")
    for low, high in [(-1.3, 2.1), (2, 3), (-3, -2), (0, 0.7)]:  # -1 to 1 would be a tie, and its scale is float32
        for signed, dtype in [(False, torch.quint8), (True, torch.qint8)]:
            observer = observers.MinMaxObserver(dtype=dtype)
            observer(torch.tensor([low, high]))
            s, z = (float(value) for value in observer.calculate_qparams())
            ours = affine_parameters(low, high, 8, signed=signed)
            assert ours == (pytest.approx(s, rel=1e-6), z)


@pytest.mark.parametrize("signed", [False, True])
def test_agrees_with_onnx_runtime(signed):
    ort = pytest.importorskip("onnxruntime", reason="ONNX Runtime is the oracle of this test")
    onnx = pytest.importorskip("onnx", reason="builds the graph for ONNX Runtime")
    kind = onnx.TensorProto.INT8 if signed else onnx.TensorProto.UINT8
    tensor, node = onnx.helper.make_tensor_value_info, onnx.helper.make_node
    graph = onnx.helper.make_graph(
        [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["y"])],
        "round_trip",
        [tensor("x", 1, [None]), tensor("s", 1, []), tensor("z", kind, [])],
        [tensor("q", kind, [None]), tensor("y", 1, [None])],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    # With s = 0.25 every quotient is exact, and every second one is a tie.
    x = np.concatenate([np.arange(-200, 200) / 8, np.random.default_rng(0).normal(0, 9, 1000)]).astype(np.float32)
    z = -3 if signed else 125

    s, z0 = np.array(0.25, np.float32), np.array(z, np.int8 if signed else np.uint8)
    theirs = session.run(None, {"x": x, "s": s, "z": z0})

    q = affine_quantize(x, 0.25, z, 8, signed=signed)
    np.testing.assert_array_equal(q, theirs[0])
    assert q.dtype == theirs[0].dtype
    np.testing.assert_array_equal(affine_dequantize(q, 0.25, z), theirs[1])


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning")
def test_where_pytorch_adds_the_zero_point():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this test")
    if not hasattr(torch, "quantize_per_tensor"):
        pytest.skip("torch.quantize_per_tensor is gone")
    x = torch.tensor([0.5, 1.5, 2.5])
    assert torch.quantize_per_tensor(x, 1.0, 1, torch.quint8).int_repr().tolist() == [2, 2, 4]
    assert (torch.fake_quantize_per_tensor_affine(x, 1.0, 1, 0, 255) + 1).tolist() == [1, 3, 3]
    assert affine_quantize(x.numpy(), 1.0, 1, 8).tolist() == [1, 3, 3]
