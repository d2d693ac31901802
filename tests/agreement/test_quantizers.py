"""What the exercises on quantizers say, the library says too: each is the oracle of the other."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import (
    affine_parameters,
    affine_quantize,
    effective_bits,
    pack_bits,
    quantize,
    symmetric_scales,
    unpack_bits,
)

seeds = st.integers(0, 2**32 - 1)


def answers(exercise_id):
    """The solution and every right answer."""
    names = {}
    exec(content().solution(exercise_id).read_text(encoding="utf-8"), names)
    return [names[exercise_id.split("/")[1]]] + [answer.function for answer in right_answers(exercise_id)]


@settings(max_examples=100, deadline=None)
@given(bits=st.integers(2, 8), low=st.integers(-40, 40), width=st.integers(0, 60), seed=seeds)
def test_affine_quantize(bits, low, width, seed):
    low, high = low / 16, (low + width) / 16
    s, z = affine_parameters(low, high, bits)
    rng = np.random.default_rng(seed)
    x = s * (rng.integers(-300, 300, (3, 5)) + rng.uniform(-0.4, 0.4, (3, 5)))
    assume(abs(abs(min(low, 0) / s) % 1 - 0.5) > 0.01)  # float32 may see a tie of the zero point otherwise
    for answer in answers("quantization/affine_quantize"):
        q, its_s, its_z = answer(x.copy(), low, high, bits)
        np.testing.assert_array_equal(q, affine_quantize(x, s, z, bits))
        assert (its_s, its_z) == (pytest.approx(s, rel=1e-6), z)


@pytest.mark.parametrize("bits", [2, 3, 5, 8])
@pytest.mark.parametrize("shape", [(3, 7), (4, 4), (5, 2, 3, 3)])
def test_per_channel(shape, bits):
    m = 2 ** (bits - 1) - 1
    rng = np.random.default_rng(bits)
    w = rng.uniform(-m, m, shape)
    w = np.where(np.abs(np.abs(w) % 1 - 0.5) < 0.05, np.rint(w), w).reshape(len(w), -1)
    w[:, 0] = -m
    w[-1] = 0
    w = (w * rng.uniform(0.01, 10, (len(w), 1))).reshape(shape).astype(np.float32)
    s = symmetric_scales(w, bits, axis=0)
    for answer in answers("quantization/per_channel"):
        q, its_s = answer(w.copy(), bits)
        np.testing.assert_array_equal(q, quantize(w, s, bits))
        np.testing.assert_allclose(its_s, s.ravel(), rtol=1e-6)


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize(("shape", "group_size"), [((3, 12), 4), ((2, 30), 5), ((4, 6), 6), ((3, 3), 1)])
def test_group_quantize(shape, group_size, bits):
    m = 2 ** (bits - 1) - 1
    rng = np.random.default_rng(bits)
    w = rng.uniform(-m + 1, m - 1, shape)
    w = np.where(np.abs(np.abs(w) % 1 - 0.5) < 0.2, np.rint(w), w).reshape(-1, group_size)
    w[:, 0] = -m
    w[-1] = 0
    w = (w * rng.uniform(0.01, 10, (len(w), 1)).astype(np.float16)).reshape(shape)
    s = symmetric_scales(w, bits, group_size=group_size).astype(np.float16)
    for answer in answers("quantization/group_quantize"):
        q, its_s, effective = answer(w.astype(np.float32), bits, group_size)
        np.testing.assert_array_equal(q, quantize(w, s.astype(np.float64), bits))
        np.testing.assert_array_equal(its_s, s[:, ::group_size])
        assert effective == pytest.approx(effective_bits(shape, bits, group_size=group_size, scale_bits=16))


@settings(max_examples=60, deadline=None)
@given(bits=st.integers(1, 8), n=st.integers(0, 30), seed=seeds)
def test_bit_packing(bits, n, seed):
    codes = np.random.default_rng(seed).integers(0, 2**bits, n)
    packed = pack_bits(codes, bits)
    for answer in answers("quantization/bit_packing"):
        np.testing.assert_array_equal(answer(codes, bits), packed)
        np.testing.assert_array_equal(answer(packed, bits, n), unpack_bits(packed, bits, n))
        np.testing.assert_array_equal(answer(packed, bits, n), codes)
