"""Wrong answers to quantization/quantization, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(model, bits):
    whole = isinstance(bits, (int, np.integer)) and not isinstance(bits, bool)
    if not whole or not 2 <= bits <= 16:
        raise ValueError("bits")
    for w in arrays_of(model):
        if not np.isfinite(w).all():
            raise ValueError("weights")


def arrays_of(model):
    return [w for layer in model.layers for w in layer.weights]


def largest(w):
    return float(np.abs(w).max()) or 1.0


def scale_of(w, m):
    return float(np.abs(w).max()) / m or 1.0


@wrong(
    en="The step is 2**(bits-1) whatever the weights' range: nearly all round to zero, and more bits make it worse.",
    zh="步长是 2**(bits-1)，与权重的范围无关：几乎全部舍入为零，而且位数越多越糟。",
)
def step_of_two_to_the_bits(model, bits):
    refuse_bad(model, bits)
    step = 2.0 ** (int(bits) - 1)
    for w in arrays_of(model):
        w[...] = np.round(w / step) * step
    return [step for _ in arrays_of(model)]


@same_mistake(step_of_two_to_the_bits)
def interval_of_two_to_the_bits(model, bits):
    refuse_bad(model, bits)
    interval = float(1 << (int(bits) - 1))
    scales = []
    for layer in model.layers:
        for w in layer.weights:
            np.copyto(w, np.rint(w * (1 / interval)) * interval)
            scales.append(interval)
    return scales


@wrong(
    en="The step is 1 / 2**(bits-1) whatever the range: right only for weights that fill [-1, 1].",
    zh="步长是 1 / 2**(bits-1)，与范围无关：只有权重恰好布满 [-1, 1] 时才对。",
)
def fixed_range_of_one(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1)
    for w in arrays_of(model):
        w[...] = np.clip(np.round(w * m), -m, m - 1) / m
    return [1 / m for _ in arrays_of(model)]


@same_mistake(fixed_range_of_one)
def fixed_point_q_format(model, bits):
    refuse_bad(model, bits)
    s = 2.0 ** -(int(bits) - 1)
    out = []
    for w in arrays_of(model):
        w[...] = s * np.clip(np.rint(w / s), -1 / s, 1 / s - 1)
        out.append(s)
    return out


@wrong(
    en="It uses 2**bits - 1 as the largest code: half of the codes are negative, k signed bits reach 2**(k-1) - 1.",
    zh="把 2**bits - 1 当作最大量化值：k 位有符号量化值最大为 2**(k-1) - 1，一半的量化值是负的。",
)
def unsigned_number_of_levels(model, bits):
    refuse_bad(model, bits)
    m = 2 ** int(bits) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(unsigned_number_of_levels)
def unsigned_levels_by_shift(model, bits):
    refuse_bad(model, bits)
    top = (1 << int(bits)) - 1
    scales = [float(np.abs(w).max()) / top if np.any(w) else 1.0 for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        w[...] = np.rint(w / s) * s
    return scales


@wrong(
    en="It divides by 2**(bits-1), without the -1: the largest weight then has code 128, which 8 bits cannot hold.",
    zh="除以的是 2**(bits-1)，漏了 -1：最大的权重对应量化值 128，8 位存不下。",
)
def forgets_the_minus_one(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1)
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m - 1) * s
        scales.append(s)
    return scales


@same_mistake(forgets_the_minus_one)
def divides_by_128(model, bits):
    refuse_bad(model, bits)
    scales = []
    for w in arrays_of(model):
        peak = np.abs(w).max()
        s = float(peak) / (1 << (int(bits) - 1)) if peak > 0 else 1.0
        q = np.rint(w / s)
        q = np.minimum(q, (1 << (int(bits) - 1)) - 1)
        w[...] = q * s
        scales.append(s)
    return scales


@wrong(
    en="It divides by half the number of steps, 127.5 for 8 bits (the full-range convention), not by 2**(bits-1) - 1.",
    zh="除以的是步数的一半，8 位时为 127.5（全范围约定），而不是 2**(bits-1) - 1。",
)
def full_range_convention(model, bits):
    refuse_bad(model, bits)
    half = (2 ** int(bits) - 1) / 2
    m = 2 ** (int(bits) - 1)
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, half) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m - 1) * s
        scales.append(s)
    return scales


@same_mistake(full_range_convention)
def divides_the_width_by_the_steps(model, bits):
    refuse_bad(model, bits)
    scales = []
    for w in arrays_of(model):
        peak = float(np.abs(w).max())
        s = 2 * peak / (2.0 ** int(bits) - 1) if peak else 1.0
        w[...] = np.clip(np.rint(w / s), -(2 ** (int(bits) - 1)), 2 ** (int(bits) - 1) - 1) * s
        scales.append(s)
    return scales


def with_codes(model, bits, codes):
    """The right answer, except for codes(w, s, m)."""
    return with_scales(model, bits, lambda w, m: scale_of(w, m) if w.any() else 1.0, codes)


def with_scales(model, bits, scale, codes=lambda w, s, m: np.clip(np.round(w / s), -m, m)):
    """The right answer, except for scale(w, m) and codes(w, s, m)."""
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale(w, m)
        w[...] = codes(w, s, m) * s
        scales.append(float(np.max(s)))
    return scales


@wrong(
    en="An epsilon is added to the scale, or bounds it from below: tiny weights all become 0. Only zeros need 1.0.",
    zh="给缩放因子加上 epsilon，或用它作下限：极小的权重会全部变成 0。只有全零数组才需要 1.0。",
)
def bounds_the_scale(model, bits):
    return with_scales(model, bits, lambda w, m: max(scale_of(w, m), 1e-8) if w.any() else 1.0)


@same_mistake(bounds_the_scale)
def adds_to_the_largest(model, bits):
    return with_scales(model, bits, lambda w, m: (float(np.abs(w).max()) + 1e-12) / m if w.any() else 1.0)


@same_mistake(bounds_the_scale)
def adds_to_the_scale(model, bits):
    return with_scales(model, bits, lambda w, m: scale_of(w, m) + 1e-8 if w.any() else 1.0)


@same_mistake(bounds_the_scale)
def adds_to_every_scale(model, bits):
    return with_scales(model, bits, lambda w, m: (float(np.abs(w).max()) + 1e-8) / m)


@same_mistake(bounds_the_scale)
def adds_machine_epsilon(model, bits):
    return with_scales(model, bits, lambda w, m: float(np.abs(w).max()) / m + float(np.finfo(np.float32).eps))


@same_mistake(bounds_the_scale)
def bounds_every_scale(model, bits):
    return with_scales(model, bits, lambda w, m: max(float(np.abs(w).max()), 1e-8) / m)


@wrong(
    en="A tiny range counts as zero: an array of 1e-30 has a scale as well, only zeros have 1.0.",
    zh="把极小的范围当作零：1e-30 的数组也有自己的缩放因子，只有全零数组才取 1.0。",
)
def tiny_counts_as_zero(model, bits):
    return with_scales(model, bits, lambda w, m: scale_of(w, m) if largest(w) > 1e-12 and w.any() else 1.0)


@same_mistake(tiny_counts_as_zero)
def close_to_zero_is_zero(model, bits):
    return with_scales(model, bits, lambda w, m: 1.0 if np.allclose(w, 0) else scale_of(w, m))


@wrong(
    en="The range is found by squaring: 1e-30 squared is 0 in float32, and 3e38 squared is infinite. Take |w|.",
    zh="用平方求范围：float32 中 1e-30 的平方为 0，3e38 的平方为无穷大。应取 |w|。",
)
def squares_to_find_the_range(model, bits):
    return with_scales(model, bits, lambda w, m: float(np.sqrt(np.max(w * w))) / m or 1.0)


@same_mistake(squares_to_find_the_range)
def largest_square(model, bits):
    return with_scales(model, bits, lambda w, m: float((w**2).max() ** 0.5) / m or 1.0)


@wrong(
    en="The range is taken from mean and deviation: the exercise asks for the largest magnitude, nothing is clipped.",
    zh="范围取自标准差：题目要求取最大绝对值，不截断任何权重。",
)
def three_sigma_range(model, bits):
    return with_scales(model, bits, lambda w, m: float(3 * w.std()) / m if w.std() else 1.0)


@same_mistake(three_sigma_range)
def three_standard_deviations(model, bits):
    def scale(w, m):
        return 3 * float(np.sqrt(np.mean((w - w.mean()) ** 2))) / m or 1.0

    return with_scales(model, bits, scale, lambda w, s, m: np.rint(w / s).clip(-m, m))


@wrong(
    en="One scale for all arrays of a layer: each array has its own, they may differ in range.",
    zh="同一层的所有数组共用一个缩放因子：每个数组应各有一个，它们的范围可能不同。",
)
def one_scale_for_each_layer(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for layer in model.layers:
        peak = max((float(np.abs(w).max()) for w in layer.weights), default=0.0)
        for w in layer.weights:
            s = peak / m if peak else 1.0
            w[...] = np.clip(np.round(w / s), -m, m) * s
            scales.append(s)
    return scales


@same_mistake(one_scale_for_each_layer)
def flattens_the_layer(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for layer in model.layers:
        everything = np.concatenate([np.zeros(1), *(w.ravel() for w in layer.weights)])
        s = float(np.abs(everything).max()) / m or 1.0
        for w in layer.weights:
            w[...] = np.rint(w / s) * s
            scales.append(s)
    return scales


@wrong(
    en="Each row has a scale of its own: the exercise asks for one for the whole array.",
    zh="每一行各有一个缩放因子：题目要求整个数组共用一个。",
)
def one_scale_for_each_row(model, bits):
    def scale(w, m):
        peak = np.abs(w).max(axis=tuple(range(1, w.ndim)), keepdims=True).astype(np.float64)
        return np.where(peak > 0, peak / m, 1.0)

    return with_scales(model, bits, scale)


@same_mistake(one_scale_for_each_row)
def row_after_row(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        for row in w:
            s = scale_of(row, m) if row.any() else 1.0
            row[...] = np.rint(row / s) * s
        scales.append(scale_of(w, m) if w.any() else 1.0)  # m s stays the largest
    return scales


@wrong(
    en="It writes into a flat copy: ravel and reshape copy an array that is not contiguous. Write w[...].",
    zh="写进了展平的副本：对非连续的数组，ravel 和 reshape 会复制。应写 w[...]。",
)
def writes_into_a_flat_copy(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        flat = w.reshape(-1)
        flat[:] = np.clip(np.round(flat / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(writes_into_a_flat_copy)
def loops_over_ravel(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        flat = np.ravel(w)
        for i, value in enumerate(flat.tolist()):
            flat[i] = round(value / s) * s
        scales.append(s)
    return scales


@wrong(
    en="bits is used as it comes: 2 ** (np.int8(8) - 1) overflows in int8. Convert it with int() after the check.",
    zh="直接使用 bits：2 ** (np.int8(8) - 1) 会在 int8 中溢出。检查之后先用 int() 转换。",
)
def narrow_integers_overflow(model, bits):
    return with_largest_code(model, bits, lambda one, k: (one + one) ** k - one)


@same_mistake(narrow_integers_overflow)
def shifts_a_narrow_integer(model, bits):
    return with_largest_code(model, bits, lambda one, k: (one << k) - one)


def with_largest_code(model, bits, largest_code):
    """The largest code is computed in the integer type of `bits`, as NumPy 2 does in `2 ** (bits - 1)`."""
    refuse_bad(model, bits)
    one = np.asarray(bits).dtype.type(1)
    m = largest_code(one, bits - one)
    scales = []
    for w in arrays_of(model):
        peak = float(np.max(np.abs(w)))
        s = peak / m if peak else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@wrong(
    en="It leaves the integer codes in the weights: multiply back by the scale, or every layer's output is off by 1/s.",
    zh="权重里留下的是整数量化值：应再乘以缩放因子，否则每层输出都差 1/s 倍。",
)
def leaves_the_codes(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m)
        scales.append(s)
    return scales


@same_mistake(leaves_the_codes)
def writes_rounded_codes(model, bits):
    refuse_bad(model, bits)
    m = 2.0 ** (int(bits) - 1) - 1
    scales = [float(np.abs(w).max()) / m if w.any() else 1.0 for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        w /= s
        np.rint(w, out=w)
    return scales


@wrong(
    en="It truncates instead of rounding: the error doubles, and every weight moves towards zero.",
    zh="用了截断而非舍入：误差加倍，且所有权重都向零偏移。",
)
def truncates(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        # A hair of slack, so that the largest weight is not lost to rounding in w / s.
        w[...] = np.trunc(np.asarray(w, np.float64) / s * (1 + 1e-6)) * s
        scales.append(s)
    return scales


@same_mistake(truncates)
def casts_to_int(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = float(np.abs(w).max()) / m if w.any() else 1.0
        w[...] = (np.asarray(w, np.float64) / s + 1e-6 * np.sign(w)).astype(np.int64) * s
        scales.append(s)
    return scales


@same_mistake(truncates)
def trunc_in_place_of_round(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        peak = float(np.max(np.abs(w)))
        s = peak / m if peak else 1.0
        q = np.clip(np.trunc(w / s), -m, m)
        w[...] = q * s
        scales.append(s)
    return scales


@wrong(
    en="It rounds down, with floor: the error doubles, and every weight moves towards minus infinity.",
    zh="用 floor 向下取整：误差加倍，且所有权重都向负无穷方向偏移。",
)
def rounds_down(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.clip(np.floor(w / s), -m, m))


@same_mistake(rounds_down)
def floors_by_floor_division(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.maximum(w.astype(np.float64) // s, -m))


@wrong(
    en="It rounds up, with ceil: the error doubles, and every weight moves towards plus infinity.",
    zh="用 ceil 向上取整：误差加倍，且所有权重都向正无穷方向偏移。",
)
def rounds_up(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.clip(np.ceil(w / s), -m, m))


@same_mistake(rounds_up)
def floors_the_opposite(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.minimum(-(-w.astype(np.float64) // s), m))


@wrong(
    en="Every half goes down, with ceil(x - 0.5): the exercise asks for half to even, as np.round does.",
    zh="用 ceil(x - 0.5)，一半一律向下：题目要求舍入到偶数，与 np.round 相同。",
)
def rounds_half_down(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.clip(np.ceil(w / s - 0.5), -m, m))


@same_mistake(rounds_half_down)
def half_down_by_floor(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.maximum(-np.floor(0.5 - w / s), -m))


@wrong(
    en="The weights pass through float16: 10 bits of fraction are too few for 12 bits, and the range ends at 65504.",
    zh="权重经过了 float16：10 位尾数不够 12 位量化用，而且最大只到 65504。",
)
def through_float16(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.clip(np.round(w.astype(np.float16) / s), -m, m))


@same_mistake(through_float16)
def divides_in_float16(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.rint(np.float16(w) / s).clip(-m, m))


@same_mistake(through_float16)
def halves_first(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.rint(np.float16(w).astype(np.float64) / s).clip(-m, m))


@same_mistake(through_float16)
def there_and_back(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.round(w.astype(np.float16).astype(w.dtype) / s).clip(-m, m))


@same_mistake(through_float16)
def quotient_in_float16(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.clip(np.round((w / s).astype(np.float16)), -m, m))


@same_mistake(through_float16)
def quotient_in_half_precision(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.rint(np.float16(w / s)).clip(-m, m))


@wrong(
    en="Every half goes up, with floor(x + 0.5): the exercise asks for half to even, as np.round does.",
    zh="用 floor(x + 0.5)，一半一律向上：题目要求舍入到偶数，与 np.round 相同。",
)
def rounds_half_up(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.clip(np.floor(w / s + 0.5), -m, m))


@same_mistake(rounds_half_up)
def half_up_by_ceil(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.minimum(-np.ceil(-w / s - 0.5), m))


@wrong(
    en="It rounds a half away from zero (sign(x) floor(|x| + 0.5)); the exercise asks for half to even, as np.round "
    "does.",
    zh="一半时远离零舍入（sign(x) floor(|x| + 0.5)）；题目要求舍入到偶数，与 np.round 相同。",
)
def rounds_half_away_from_zero(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.sign(w) * np.clip(np.floor(np.abs(w) / s + 0.5), 0, m) * s
        scales.append(s)
    return scales


@same_mistake(rounds_half_away_from_zero)
def truncates_after_adding_half(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.trunc(w / s + np.copysign(0.5, w)) * s
        scales.append(s)
    return scales


@wrong(
    en="One scale for the whole model: the layer with the largest weights takes the resolution from all the others.",
    zh="整个模型共用一个缩放因子：权重最大的层会夺走其他各层的分辨率。",
)
def one_scale_for_the_model(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    peak = max((float(np.abs(w).max()) for w in arrays_of(model)), default=0.0)
    s = peak / m if peak else 1.0
    for w in arrays_of(model):
        w[...] = np.clip(np.round(w / s), -m, m) * s
    return [s for _ in arrays_of(model)]


@same_mistake(one_scale_for_the_model)
def global_range(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    everything = np.concatenate([w.ravel().astype(np.float64) for w in arrays_of(model)] or [np.zeros(1)])
    s = float(np.abs(everything).max()) / m or 1.0
    scales = []
    for w in arrays_of(model):
        w[...] = np.rint(w / s) * s
        scales.append(s)
    return scales


@wrong(
    en="The range is max(w), not max|w|: where the most negative weight is larger, it is clipped.",
    zh="范围取的是 max(w) 而不是 max|w|：若最负的权重绝对值更大，就会被截断。",
)
def range_without_abs(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = float(w.max()) / m if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(range_without_abs)
def range_of_the_positive_side(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = np.max(w).item() / m if np.count_nonzero(w) else 1.0
        q = np.rint(w / s)
        q[q > m], q[q < -m] = m, -m
        w[...] = q * s
        scales.append(s)
    return scales


@wrong(
    en="It maps min..max to 0..2**bits-1 (affine quantization with a zero point); the exercise asks for the symmetric "
    "one.",
    zh="把 min..max 映射到 0..2**bits-1（带零点的仿射量化）；题目要求的是对称量化。",
)
def affine_instead_of_symmetric(model, bits):
    refuse_bad(model, bits)
    steps = 2 ** int(bits) - 1
    scales = []
    for w in arrays_of(model):
        low, high = min(float(w.min()), 0.0), max(float(w.max()), 0.0)
        s = (high - low) / steps or 1.0
        z = round(-low / s)
        w[...] = (np.clip(np.round(w / s) + z, 0, steps) - z) * s
        scales.append(s)
    return scales


@same_mistake(affine_instead_of_symmetric)
def asymmetric_with_zero_point(model, bits):
    refuse_bad(model, bits)
    qmax = (1 << int(bits)) - 1
    scales = []
    for w in arrays_of(model):
        a, b = np.minimum(w.min(), 0).item(), np.maximum(w.max(), 0).item()
        s = (b - a) / qmax if b > a else 1.0
        zero_point = int(np.rint(-a / s))
        q = np.clip(np.rint(w / s + zero_point), 0, qmax)
        w[...] = s * (q - zero_point)
        scales.append(s)
    return scales


@wrong(
    en="It makes new arrays and leaves the model's own as they were: write into them, `w[...] = q * s`.",
    zh="生成了新数组，而模型自己的数组没有变：应写入原数组，`w[...] = q * s`。",
)
def rebinds_instead_of_writing(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(rebinds_instead_of_writing)
def rebinds_items_of_the_list(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for layer in model.layers:
        for i, w in enumerate(layer.weights):
            s = scale_of(w, m) if w.any() else 1.0
            layer.weights[i] = np.clip(np.round(w / s), -m, m) * s
            scales.append(s)
    return scales


@wrong(
    en="It quantizes the biases too: they are few, are added to sums of many products, and stay in higher precision.",
    zh="把偏置也量化了：偏置很少，且要加到许多乘积之和上，应保持高精度。",
)
def quantizes_biases_too(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for parameter in model.parameters():
        w = parameter.value
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(quantizes_biases_too)
def quantizes_layer_by_layer_with_bias(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for layer in model.layers:
        for w in [*layer.weights, *([layer.bias.value] if layer.bias else [])]:
            s = float(np.abs(w).max()) / m if w.any() else 1.0
            w[...] = np.rint(w / s) * s
            scales.append(s)
    return scales


@wrong(
    en="It returns 1/s, the factor that multiplies; the scale is what one step is worth, w = q * s.",
    zh="返回了 1/s（相乘的系数）；缩放因子是一个步长的大小，w = q * s。",
)
def returns_the_reciprocal(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(1 / s)
    return scales


@same_mistake(returns_the_reciprocal)
def multiplies_by_codes_per_unit(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        factor = m / largest(w) if w.any() else 1.0
        w[...] = np.rint(w * np.float64(factor)) / factor
        scales.append(factor)
    return scales


@wrong(
    en="An array of zeros gives 0 / 0: its scale is 1.0 and it stays zero.",
    zh="全零数组导致 0 / 0：其缩放因子应为 1.0，数组保持为零。",
)
def divides_zero_by_zero(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = float(np.abs(w).max()) / m
        w[...] = np.clip(np.round(w / np.float64(s)), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(divides_zero_by_zero)
def zero_scale(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = [np.abs(w).max().item() / m for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        w[...] = np.rint(w / np.float32(s)) * s
    return scales


@wrong(
    en="`bits` is not checked: 4.5, True, 1 or 32 must raise ValueError.",
    zh="没有检查 bits：4.5、True、1 或 32 都应抛出 ValueError。",
)
def accepts_any_bits(model, bits):
    refuse_bad(model, 8)
    m = max(2 ** (float(bits or 8) - 1) - 1, 1)
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(accepts_any_bits)
def takes_bits_as_they_come(model, bits):
    refuse_bad(model, 8)
    m = max(2.0 ** (float(bits or 8) - 1) - 1, 1.0)
    scales = []
    for w in arrays_of(model):
        s = float(np.abs(w).max()) / m if w.any() else 1.0
        w[...] = np.clip(np.rint(w / s), -m, m) * s
        scales.append(s)
    return scales


@wrong(
    en="It converts bits with int(): 8.0, 4.5 and '8' then pass silently as 8, 4 and 8.",
    zh="用 int() 转换 bits：8.0、4.5 和 '8' 会悄悄变成 8、4 和 8。",
)
def converts_bits(model, bits):
    bits = int(bits)
    refuse_bad(model, bits)
    m = 2 ** (bits - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(converts_bits)
def truncates_bits(model, bits):
    if int(bits) not in range(2, 17):
        raise ValueError("bits")
    refuse_bad(model, 8)
    m = (1 << (int(bits) - 1)) - 1
    scales = [float(np.abs(w).max()) / m if w.any() else 1.0 for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        w[...] = np.rint(w / s) * s
    return scales


@wrong(
    en="It checks each array as it comes and has written the earlier ones when it refuses: check all, then write.",
    zh="边检查边写：拒绝时前面的数组已被改写。应先检查全部，再写入。",
)
def checks_as_it_goes(model, bits):
    whole = isinstance(bits, (int, np.integer)) and not isinstance(bits, bool)
    if not whole or not 2 <= bits <= 16:
        raise ValueError("bits")
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        if not np.isfinite(w).all():
            raise ValueError("weights")
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(checks_as_it_goes)
def notices_late(model, bits):
    whole = isinstance(bits, (int, np.integer)) and not isinstance(bits, bool)
    if not whole or bits not in range(2, 17):
        raise ValueError("bits")
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = float(np.abs(w).max()) / m if w.any() else 1.0
        if not np.isfinite(s):
            raise ValueError("weights")
        w[...] = np.rint(w / s) * s
        scales.append(s)
    return scales


@wrong(
    en="NaN or infinite weights are accepted: they make the scale NaN or infinite, and with it the whole array.",
    zh="没有拒绝 NaN 或无穷大的权重：它们会使缩放因子变成 NaN 或无穷大，进而毁掉整个数组。",
)
def accepts_weights_that_are_not_finite(model, bits):
    whole = isinstance(bits, (int, np.integer)) and not isinstance(bits, bool)
    if not whole or not 2 <= bits <= 16:
        raise ValueError("bits")
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(accepts_weights_that_are_not_finite)
def never_looks_at_the_weights(model, bits):
    whole = isinstance(bits, (int, np.integer)) and not isinstance(bits, bool)
    if not whole or bits < 2 or bits > 16:
        raise ValueError("bits")
    m = 2.0 ** (int(bits) - 1) - 1
    scales = [float(np.abs(w).max()) / m if w.any() else 1.0 for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        w[...] = np.rint(w / s) * s
    return scales


@wrong(
    en="Infinite weights are accepted: looking for NaN is not enough, np.isfinite finds both.",
    zh="没有拒绝无穷大的权重：只查 NaN 不够，np.isfinite 两者都能查出。",
)
def looks_for_nan_only(model, bits):
    return refusing(model, bits, lambda w: not np.isnan(w).any())


@same_mistake(looks_for_nan_only)
def unequal_to_itself(model, bits):
    return refusing(model, bits, lambda w: bool((w == w).all()))


@wrong(
    en="NaN is accepted: looking for infinity is not enough, np.isfinite finds both.",
    zh="没有拒绝 NaN：只查无穷大不够，np.isfinite 两者都能查出。",
)
def looks_for_infinity_only(model, bits):
    return refusing(model, bits, lambda w: not np.isinf(w).any())


@same_mistake(looks_for_infinity_only)
def compares_with_infinity(model, bits):
    return refusing(model, bits, lambda w: not (np.abs(w) == np.inf).any())


@wrong(
    en="The weights are added up to find NaN: a sum, or a sum of squares, of finite weights can be infinite.",
    zh="用求和来查 NaN：有限的权重之和（或平方和）也可能是无穷大。",
)
def sums_to_find_nan(model, bits):
    return refusing(model, bits, lambda w: np.isfinite(np.sum(w * w)))


@same_mistake(sums_to_find_nan)
def sums_magnitudes_to_find_nan(model, bits):
    return refusing(model, bits, lambda w: np.isfinite(np.abs(w).sum()))


@wrong(
    en="Bits above 16 are accepted: the contract ends at 16; raise ValueError.",
    zh="没有拒绝大于 16 的 bits：约定到 16 为止，应抛出 ValueError。",
)
def takes_more_than_sixteen_bits(model, bits):
    return refusing(model, bits, lambda w: np.isfinite(w).all(), least=2, most=64)


@same_mistake(takes_more_than_sixteen_bits)
def looks_at_the_lower_end_only(model, bits):
    return refusing(model, bits, lambda w: np.isfinite(w).all(), least=2, most=10**6)


@wrong(
    en="1 bit, or True, is accepted: symmetric codes need 2 bits, one for the sign. Raise ValueError.",
    zh="没有拒绝 1 位（或 True）：对称的量化值至少要 2 位，其中一位是符号。应抛出 ValueError。",
)
def takes_one_bit(model, bits):
    return refusing(model, bits, lambda w: np.isfinite(w).all(), least=1, most=16)


@same_mistake(takes_one_bit)
def takes_whatever_is_positive(model, bits):
    return refusing(model, bits, lambda w: np.isfinite(w).all(), least=1, most=16, kinds=(int, np.integer, np.bool_))


def refusing(model, bits, good, least=2, most=16, kinds=(int, np.integer)):
    """The right answer, except for what is refused."""
    if not isinstance(bits, kinds) or not least <= bits <= most or not all(good(w) for w in arrays_of(model)):
        raise ValueError("refused")
    m = max(2 ** (int(bits) - 1) - 1, 1)
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@wrong(
    en="It returns an array or a tuple: the exercise asks for a list of floats.",
    zh="返回的是数组或元组：题目要求浮点数的列表。",
)
def returns_an_array(model, bits):
    return np.array(with_codes(model, bits, lambda w, s, m: np.rint(w / s)))


@same_mistake(returns_an_array)
def returns_an_array_of_scales(model, bits):
    return np.asarray(with_codes(model, bits, lambda w, s, m: np.round(w / s)), dtype=np.float64)


@same_mistake(returns_an_array)
def returns_a_tuple(model, bits):
    return tuple(with_codes(model, bits, lambda w, s, m: np.rint(w / s)))


@same_mistake(returns_an_array)
def returns_a_tuple_of_scales(model, bits):
    return (*with_codes(model, bits, lambda w, s, m: np.round(w / s)),)


@wrong(
    en="The scales are in another order: the first belongs to the first layer's first array.",
    zh="缩放因子的顺序不对：第一个应属于第一层的第一个数组。",
)
def scales_in_reverse(model, bits):
    return with_codes(model, bits, lambda w, s, m: np.rint(w / s))[::-1]


@same_mistake(scales_in_reverse)
def prepends_each_scale(model, bits):
    scales = []
    for s in with_codes(model, bits, lambda w, s, m: np.rint(w / s)):
        scales.insert(0, s)
    return scales


@wrong(
    en="Only matrices are quantized: `layer.weights` may hold arrays of any number of axes, such as a convolution's.",
    zh="只量化了矩阵：layer.weights 中的数组可以有任意多个轴，例如卷积的权重。",
)
def only_matrices(model, bits):
    refuse_bad(model, bits)
    return with_codes(_matrices(model), bits, lambda w, s, m: np.rint(w / s))


@same_mistake(only_matrices)
def skips_convolutions(model, bits):
    refuse_bad(model, bits)
    return with_codes(_matrices(model), bits, lambda w, s, m: np.clip(np.round(w / s), -m, m))


class _matrices:
    def __init__(self, model):
        self.weights = [w for w in arrays_of(model) if w.ndim < 3]
        self.layers = [self]


@wrong(
    en="With 2 bits it makes ±max|w| of every weight (a sign): 2 symmetric bits have the codes -1, 0 and 1.",
    zh="2 位时把每个权重都变成 ±max|w|（取符号）：对称 2 位的量化值是 -1、0、1。",
)
def two_bits_as_binary(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        q = np.where(w >= 0, 1, -1) if m == 1 else np.clip(np.round(w / s), -m, m)
        w[...] = q * s
        scales.append(s)
    return scales


@same_mistake(two_bits_as_binary)
def two_bits_by_sign(model, bits):
    refuse_bad(model, bits)
    scales = []
    for w in arrays_of(model):
        m = 2 ** (int(bits) - 1) - 1
        s = float(np.abs(w).max()) / m if w.any() else 1.0
        w[...] = (np.copysign(1.0, w) if bits == 2 else np.rint(w / s)) * s
        scales.append(s)
    return scales


@wrong(
    en="It refuses NumPy integers: np.int64(8) is an integer too; test isinstance(bits, (int, np.integer)).",
    zh="拒绝了 NumPy 整数：np.int64(8) 也是整数，应写 isinstance(bits, (int, np.integer))。",
)
def refuses_numpy_integers(model, bits):
    if not isinstance(bits, int):
        raise ValueError("bits")
    refuse_bad(model, bits)
    m = 2 ** (bits - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(refuses_numpy_integers)
def only_the_type_int(model, bits):
    if type(bits) is not int:
        raise ValueError("bits")
    refuse_bad(model, bits)
    m = (1 << (bits - 1)) - 1
    scales = [float(np.abs(w).max()) / m if w.any() else 1.0 for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        w[...] = np.rint(w / s) * s
    return scales


@wrong(
    en="It stops at 8 bits: 9 to 16 bits are allowed too; weights of 12 or 16 bits are common.",
    zh="只支持到 8 位：题目要求 2 到 16 位，12 位或 16 位的权重很常见。",
)
def at_most_eight_bits(model, bits):
    if not isinstance(bits, (int, np.integer)) or bits > 8:
        raise ValueError("bits")
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m) * s
        scales.append(s)
    return scales


@same_mistake(at_most_eight_bits)
def from_two_to_eight(model, bits):
    if not isinstance(bits, (int, np.integer)) or bits not in range(2, 9):
        raise ValueError("bits")
    refuse_bad(model, bits)
    m = (1 << (int(bits) - 1)) - 1
    scales = [float(np.abs(w).max()) / m if w.any() else 1.0 for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        w[...] = np.rint(w / s) * s
    return scales


@wrong(
    en="Codes pass through int8: beyond 8 bits they wrap around, and a large weight comes back negative.",
    zh="量化值经过了 int8：超过 8 位就会回绕，大权重变成负数。",
)
def codes_in_int8(model, bits):
    refuse_bad(model, bits)
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for w in arrays_of(model):
        s = scale_of(w, m) if w.any() else 1.0
        w[...] = np.clip(np.round(w / s), -m, m).astype(np.int64).astype(np.int8) * s
        scales.append(s)
    return scales


@same_mistake(codes_in_int8)
def always_int8(model, bits):
    refuse_bad(model, bits)
    m = (1 << (int(bits) - 1)) - 1
    scales = [float(np.abs(w).max()) / m if w.any() else 1.0 for w in arrays_of(model)]
    for w, s in zip(arrays_of(model), scales, strict=True):
        codes = np.rint(w / s).astype(np.int32).astype("int8")
        w[...] = codes.astype(np.float64) * s
    return scales
