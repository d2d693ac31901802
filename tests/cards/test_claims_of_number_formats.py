"""What the cards on grids, groups and folding say in words holds: small experiments behind reasons and advice."""

import math

import numpy as np
import pytest

# --- quantization, group_quantize -------------------------------------------------------------------------------------


def test_steps_much_smaller_than_the_scale_are_rounded_away_each_time_and_add_up_in_a_master():
    s, w, master = 0.1, 0.3, 0.3
    for _ in range(100):
        w = round((w + 0.004) / s) * s
        master += 0.004
    assert w == pytest.approx(0.3)
    assert round(master / s) == 7


@pytest.mark.parametrize("bits", range(2, 9))
def test_only_subnormal_float16_scales_need_the_clip(bits):
    m = 2 ** (bits - 1) - 1
    scales = np.exp(np.random.default_rng(0).uniform(math.log(1e-7), math.log(1e3), 20_000))
    stored = scales.astype(np.float16).astype(np.float64)
    overflows = np.rint(m * scales / np.where(stored > 0, stored, np.inf)) > m
    assert not overflows[stored >= 2.0**-14].any()
    assert overflows.any() == (m >= 2)


# --- affine_quantize --------------------------------------------------------------------------------------------------


def test_a_rounded_zero_point_costs_no_more_than_half_a_step_at_either_end(rng):
    for _ in range(200):
        low, high = np.sort(rng.normal(0, 1, 2))
        a, b = min(low, 0), max(high, 0)
        s = (b - a) / 255
        z = round(-a / s)
        x = np.linspace(a, b, 1001)
        error = np.abs(x - s * (np.clip(np.rint(x / s) + z, 0, 255) - z))
        assert error.max() <= s / 2 * (1 + 1e-9)


# --- per_channel ------------------------------------------------------------------------------------------------------


def test_equalized_layers_compute_the_same_and_have_the_same_ranges(rng):
    w1, w2, x = rng.normal(size=(5, 4)) * np.geomspace(1, 50, 5)[:, None], rng.normal(size=(3, 5)), rng.normal(size=4)
    first, second = np.abs(w1).max(axis=1), np.abs(w2).max(axis=0)
    r = np.sqrt(first / second)
    v1, v2 = w1 / r[:, None], w2 * r
    np.testing.assert_allclose(v2 @ np.maximum(v1 @ x, 0), w2 @ np.maximum(w1 @ x, 0))
    np.testing.assert_allclose(np.abs(v1).max(axis=1), np.abs(v2).max(axis=0))


# --- bit_packing ------------------------------------------------------------------------------------------------------


def test_comparing_bytes_compares_codes_where_the_high_bits_come_first(rng):
    def high_first(codes):
        return np.packbits((codes[:, None] >> np.arange(5)[::-1] & 1).astype(np.uint8)).tobytes()

    for _ in range(100):
        one, other = rng.integers(0, 32, (2, 7))
        assert (high_first(one) < high_first(other)) == (one.tolist() < other.tolist())


# --- batchnorm_folding ------------------------------------------------------------------------------------------------


def batch_norm(y, gamma=1.5, mean=0.3, v=2.0, beta=-0.4):
    return gamma * (y - mean) / np.sqrt(v) + beta


def test_batch_norm_commutes_with_average_pooling_and_with_max_pooling_only_if_k_is_positive(rng):
    y = rng.normal(size=(6, 4))  # six windows of four
    for gamma in (1.5, -1.5):
        np.testing.assert_allclose(batch_norm(y, gamma).mean(axis=1), batch_norm(y.mean(axis=1), gamma))
        same = np.allclose(batch_norm(y, gamma).max(axis=1), batch_norm(y.max(axis=1), gamma))
        assert same == (gamma > 0)


def test_batch_norm_in_front_of_a_convolution_folds_exactly_only_without_zero_padding(rng):
    x, w = rng.normal(size=9), rng.normal(size=3)
    k = 1.5 / np.sqrt(2.0)
    shift = batch_norm(0.0)
    folded = np.convolve(x, k * w, mode="valid") + shift * w.sum()
    np.testing.assert_allclose(np.convolve(batch_norm(x), w, mode="valid"), folded)
    padded = np.convolve(np.pad(x, 1), k * w, mode="valid") + shift * w.sum()
    exact = np.convolve(np.pad(batch_norm(x), 1), w, mode="valid")
    np.testing.assert_allclose(padded[1:-1], exact[1:-1])
    assert abs(padded[0] - exact[0]) > 0.01


# --- straight_through -------------------------------------------------------------------------------------------------


def signs_of_a_weight_that_should_be(target, rates):
    w, seen = 0.064 * rates[0], []
    for rate in rates:
        seen.append(1.0 if w >= 0 else -1.0)
        w = np.clip(w - rate * (seen[-1] - target), -1, 1)
    return np.array(seen)


def test_no_learning_rate_and_no_schedule_stops_a_sign_from_swinging_but_its_mean_is_right():
    steps = np.arange(1000)
    schedules = [np.full(1000, rate) for rate in (0.1, 0.01, 0.001)]
    schedules.append(0.01 * (1 + np.cos(np.pi * steps / 1000)) / 2 + 1e-6)
    for rates in schedules:
        seen = signs_of_a_weight_that_should_be(0.3, rates)
        assert np.count_nonzero(np.diff(seen)) > 600
        assert np.mean(seen) == pytest.approx(0.3, abs=0.02)


# --- float16_bfloat16 -------------------------------------------------------------------------------------------------


def test_cut_off_numbers_add_up_to_too_little_and_rounded_ones_do_not(rng):
    w = np.abs(rng.normal(0, 0.05, 100_000)).astype(np.float32)
    cut = (w.view(np.uint32) & 0xFFFF0000).view(np.float32)
    u = w.view(np.uint32)
    rounded = ((u + 0x7FFF + (u >> 16 & 1)) & 0xFFFF0000).view(np.float32)
    total = w.sum(dtype=np.float64)
    assert (cut.sum(dtype=np.float64) - total) / total < -0.002
    assert abs(rounded.sum(dtype=np.float64) - total) / total < 1e-4
