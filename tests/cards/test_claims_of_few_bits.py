"""What the cards on signs, shifts, integers, voltage and calibration say in words holds: small experiments."""

import numpy as np
import pytest

from minicompress.quantization import dequantize, quantize, symmetric_scale
from minicompress.quantization.activations import entropy_threshold
from minicompress.quantization.binary import best_threshold, relative_error, ternarize
from minicompress.quantization.formats import power_of_two_codes
from minicompress.quantization.integer import FixedPointScale, FloatScale, TwiceRoundedScale
from minicompress.quantization.voltage import FixedPoint, bit_error_rate

# --- ternary_quantization ---------------------------------------------------------------------------------------------


def test_weights_that_grow_keep_their_ternary_codes_and_alpha_grows_with_them(rng):
    w = rng.normal(size=1000)
    (q, alpha), (grown, larger) = ternarize(w), ternarize(4 * w)
    assert np.array_equal(q, grown)
    assert larger == pytest.approx(4 * alpha)


def test_pruned_zeros_stay_zeros_lower_the_threshold_and_stay_out_of_alpha_at_delta_0(rng):
    w = rng.normal(size=1000)
    w[:400] = 0
    q, _ = ternarize(w)
    assert not q[:400].any()
    assert np.count_nonzero(q) > np.count_nonzero(ternarize(w[400:])[0])
    assert ternarize(w, factor=0)[1] == pytest.approx(np.abs(w[400:]).mean())


def test_inputs_of_several_bits_go_through_two_masks_plane_by_plane(rng):
    q, x = rng.integers(-1, 2, 200), rng.integers(0, 256, 200)
    planes = x[:, None] >> np.arange(8) & 1
    counts = (planes & (q == 1)[:, None]).sum(axis=0) - (planes & (q == -1)[:, None]).sum(axis=0)
    assert counts @ 2 ** np.arange(8) == q @ x


def test_no_threshold_lifts_three_values_near_to_four_bits_in_groups():
    w = np.random.default_rng(0).normal(size=(1000, 16))
    best = relative_error(w, _ternary(w, best_threshold(w)))
    groups = np.stack([_four_bits(row) for row in w])
    assert -10 * np.log10(best) == pytest.approx(7.2, abs=0.1)
    assert np.log10(relative_error(w, groups)) / np.log10(best) == pytest.approx(3, abs=0.1)


def _ternary(w, delta):
    q, alpha = ternarize(w, factor=delta / np.abs(w).mean())
    return alpha * q


def _four_bits(w):
    s = symmetric_scale(w, 4)
    return dequantize(quantize(w, s, 4), s, np.float64)


# --- low_voltage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bits", "share"), [(8, 0.504), (4, 0.571)])
def test_a_flip_of_the_top_bit_moves_a_weight_by_half_the_range_and_a_little_more(bits, share):
    scheme, w = FixedPoint(bits), np.linspace(-1, 1, 50)
    codes, grid = scheme.encode(w)
    moved = scheme.decode(codes ^ (1 << bits - 1), grid, np.float64) - scheme.decode(codes, grid, np.float64)
    assert np.abs(moved) / np.ptp(w) == pytest.approx(share, abs=0.001)


def test_at_nine_tenths_of_vmin_nearly_all_words_with_errors_have_one():
    p = bit_error_rate(0.9)
    some, two = 1 - (1 - p) ** 64, 1 - (1 - p) ** 64 - 64 * p * (1 - p) ** 63
    assert two / some < 0.01


# --- low_power_shift --------------------------------------------------------------------------------------------------


def test_weights_that_stay_are_off_by_the_root_of_two_except_just_below_the_smallest_power(rng):
    w = rng.normal(size=10_000)
    q, low = power_of_two_codes(w, 4)
    ratio = np.exp2(low + np.abs(q) - 1.0) / np.abs(w)
    stays, small = q != 0, np.abs(w) < 2.0**low
    assert np.abs(np.log2(ratio[stays & ~small])).max() <= 0.5
    assert 1.9 < ratio[stays & small].max() <= 2


def test_shifts_to_the_right_err_with_the_sign_of_the_weight(rng):
    x = rng.integers(-128, 128, 10_000)
    for sign in (1, -1):
        error = sign * (x >> 2) - sign * x / 4
        assert (sign * error <= 0).all()
        assert sign * error.mean() == pytest.approx(-3 / 8, abs=0.02)


def test_above_six_bits_of_weight_64_bits_do_not_hold_a_shifted_activation():
    largest = {bits: 2 ** (bits - 1) - 2 for bits in (4, 6, 7)}
    assert largest == {4: 6, 6: 30, 7: 62}
    x = np.array([-128])
    assert (x << largest[6]) >> largest[6] == x
    assert (x << largest[7]) >> largest[7] != x


# --- integer_linear ---------------------------------------------------------------------------------------------------


def test_cut_off_outputs_offset_the_next_sums_by_half_the_sum_of_the_weights(rng):
    v, q_w = rng.uniform(-100, 100, (20_000, 16)), rng.integers(-127, 128, 16)
    offset = np.mean((np.floor(v) - v) @ q_w)
    assert offset == pytest.approx(-0.5 * q_w.sum(), abs=10)


def test_engines_differ_by_one_step_at_most(rng):
    acc = rng.integers(-(2**20), 2**20, 200_000).astype(np.int32)
    one, two, floats = (scale(0.0007)(acc) for scale in (FixedPointScale, TwiceRoundedScale, FloatScale))
    assert np.abs(one - two).max() == 1
    assert np.abs(one - floats).max() <= 1


# --- binary_quantization ----------------------------------------------------------------------------------------------


def test_a_scale_for_each_output_never_leaves_more_and_no_other_scale_leaves_less(rng):
    for _ in range(100):
        w = rng.normal(size=(4, 6)) * rng.uniform(0.1, 1, (4, 1))
        own = np.abs(w).mean(axis=1, keepdims=True)
        left = np.sum((w - own * np.sign(w)) ** 2)
        for other in (np.abs(w).mean(), 0.9 * own, 1.1 * own):
            assert left <= np.sum((w - other * np.sign(w)) ** 2)


# --- calibration_entropy ----------------------------------------------------------------------------------------------


def test_with_few_data_the_threshold_of_entropy_moves_with_the_sample():
    few, many = (np.std([_entropy_threshold(seed, n) for seed in range(6)]) for n in (2_000, 100_000))
    assert few > 1.5 * many


def _entropy_threshold(seed, n):
    x = np.abs(np.random.default_rng(seed).normal(size=n))
    counts, edges = np.histogram(x, bins=2048, range=(0, x.max()))
    return entropy_threshold(counts, edges[1], 128)
