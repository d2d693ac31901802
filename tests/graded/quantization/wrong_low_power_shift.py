"""Wrong answers to quantization/low_power_shift, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bits(bits):
    if isinstance(bits, bool) or not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 6:
        raise ValueError("bits")


def refuse_bad(w, x, bits):
    refuse_bits(bits)
    if not np.isfinite(w).all() or x.dtype.kind not in "iu" or x.shape[1] != w.shape[1]:
        raise ValueError("arrays")


def log_rounded(size):
    with np.errstate(divide="ignore"):
        return np.rint(np.log2(size))


def codes(w, bits, *, exponent=log_rounded, count=None, high=None, zero_below=0.5):
    """The right codes, with a place for each mistake: (q, low)."""
    size = np.abs(w.astype(np.float64))
    count = 2 ** (int(bits) - 1) - 1 if count is None else count
    if high is None:
        high = int(exponent(size.max())) if size.any() else 0
    low = high - count + 1
    q = np.where(size < zero_below * 2.0**low, 0, np.clip(exponent(size), low, high) - low + 1)
    return (np.sign(w) * q).astype(np.int64), low


def product(x, q):
    """x times the transposed powers, in units of 2^low."""
    powers = np.sign(q) * (1 << np.maximum(np.abs(q) - 1, 0))
    return x.astype(np.int64) @ powers.T


def answer(w, x, bits, **mistake):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits, **mistake)
    return q, low, product(x, q)


def loop(w, x, bits, code_of, low):
    """`code_of` returns the signed code of one weight; the product is then right."""
    q = np.array([[code_of(float(value)) for value in row] for row in w], np.int64)
    y = np.zeros((len(x), len(w)), np.int64)
    for n, o, i in np.ndindex(len(x), *w.shape):
        if q[o, i]:
            y[n, o] += int(np.sign(q[o, i])) * (int(x[n, i]) << abs(int(q[o, i])) - 1)
    return q, low, y


def high_of(w):
    return round(math.log2(float(np.abs(w).max()))) if np.any(w) else 0


def signed(k, value):
    return k if value > 0 else -k


def nearer_power(size):
    """INQ's rule."""
    with np.errstate(divide="ignore"):
        return np.floor(np.log2(size * 4 / 3))


@wrong(
    en="It takes the nearer power, so the boundary is 1.5 * 2^p: the exercise asks for the rounded logarithm, sqrt(2) "
    "* 2^p.",
    zh="取的是数值最近的幂，边界是 1.5 * 2^p：题目要求对对数四舍五入，边界是 sqrt(2) * 2^p。",
)
def rounds_the_value(w, x, bits):
    return answer(w, x, bits, exponent=nearer_power)


@same_mistake(rounds_the_value)
def compares_distances(w, x, bits):
    refuse_bad(w, x, bits)
    high = int(nearer_power(float(np.abs(w).max()))) if np.any(w) else 0
    low = high - 2 ** (int(bits) - 1) + 2

    def code_of(value):
        if abs(value) < 2.0 ** (low - 1):
            return 0
        p = min(range(low, high + 1), key=lambda p: (abs(abs(value) - 2.0**p), -p))
        return signed(p - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="The exponent is rounded down: 1.9 becomes 1, and all weights shrink. Round the logarithm.",
    zh="指数向下取整了：1.9 变成 1，所有权重都变小。应对对数四舍五入。",
)
def rounds_down(w, x, bits):
    with np.errstate(divide="ignore"):
        return answer(w, x, bits, exponent=lambda size: np.floor(np.log2(size)))


@same_mistake(rounds_down)
def reads_the_float_exponent(w, x, bits):
    refuse_bad(w, x, bits)
    high = math.frexp(float(np.abs(w).max()))[1] - 1 if np.any(w) else 0
    low = high - 2 ** (int(bits) - 1) + 2

    def code_of(value):
        if abs(value) < 2.0 ** (low - 1):
            return 0
        return signed(max(math.frexp(abs(value))[1] - 1, low) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="The exponent is rounded up: 1.1 becomes 2, and all weights grow. Round the logarithm.",
    zh="指数向上取整了：1.1 变成 2，所有权重都变大。应对对数四舍五入。",
)
def rounds_up(w, x, bits):
    with np.errstate(divide="ignore"):
        return answer(w, x, bits, exponent=lambda size: np.ceil(np.log2(size)))


@same_mistake(rounds_up)
def covers_every_weight(w, x, bits):
    refuse_bad(w, x, bits)
    high = math.ceil(math.log2(float(np.abs(w).max()))) if np.any(w) else 0
    low = high - 2 ** (int(bits) - 1) + 2

    def code_of(value):
        if abs(value) < 2.0 ** (low - 1):
            return 0
        return signed(max(math.ceil(math.log2(abs(value))), low) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="One exponent too many: of the 2^(bits-1) codes beside the sign, one is needed for the weight 0.",
    zh="多用了一个指数：除符号外的 2^(bits-1) 个码中，有一个要留给权重 0。",
)
def forgets_the_code_of_zero(w, x, bits):
    refuse_bits(bits)
    return answer(w, x, bits, count=2 ** (int(bits) - 1))


@same_mistake(forgets_the_code_of_zero)
def as_many_exponents_as_codes(w, x, bits):
    refuse_bad(w, x, bits)
    low = high_of(w) - 2 ** (int(bits) - 1) + 1

    def code_of(value):
        if abs(value) < 2.0 ** (low - 1):
            return 0
        return signed(max(round(math.log2(abs(value))), low) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="One bit for the sign is forgotten: bits - 1 of them are left for zero and the exponents.",
    zh="忘了符号占一位：留给零和指数的只有 bits - 1 位。",
)
def forgets_the_sign_bit(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits, count=2 ** int(bits) - 1)
    powers = np.sign(q) * (1 << np.maximum(np.abs(q) - 1, 0))
    return q, low, x.astype(np.int64) @ powers.T


@same_mistake(forgets_the_sign_bit)
def all_bits_are_exponent(w, x, bits):
    refuse_bad(w, x, bits)
    high = high_of(w)
    low = high - 2 ** int(bits) + 2
    size = np.abs(w).astype(np.float64)
    k = np.clip(log_rounded(np.maximum(size, 1e-300)), low, high) - low + 1
    q = (np.sign(w) * k * (size >= 2.0 ** (low - 1))).astype(np.int64)
    y = np.where(q, x.astype(np.int64)[:, None, :] << np.maximum(np.abs(q) - 1, 0), 0) * np.sign(q)
    return q, low, y.sum(axis=-1)


@wrong(
    en="Small weights are lifted to the smallest power: below half of it, 0 is nearer, and the code for it is there.",
    zh="小权重被抬高到最小的幂：小于它的一半时离 0 更近，而 0 有自己的码。",
)
def lifts_small_weights(w, x, bits):
    return answer(w, x, bits, zero_below=np.finfo(float).tiny)


@same_mistake(lifts_small_weights)
def only_zero_is_zero(w, x, bits):
    refuse_bad(w, x, bits)
    low = high_of(w) - 2 ** (int(bits) - 1) + 2

    def code_of(value):
        return 0 if value == 0 else signed(max(round(math.log2(abs(value))), low) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="Every weight below the smallest power is dropped: down to half of it that power is nearer than 0.",
    zh="小于最小幂的权重都被丢掉了：不小于它的一半时，离最小的幂比离 0 更近。",
)
def drops_below_the_smallest_power(w, x, bits):
    return answer(w, x, bits, zero_below=1.0)


@same_mistake(drops_below_the_smallest_power)
def zero_under_two_to_low(w, x, bits):
    refuse_bad(w, x, bits)
    low = high_of(w) - 2 ** (int(bits) - 1) + 2

    def code_of(value):
        return 0 if abs(value) < 2.0**low else signed(round(math.log2(abs(value))) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="It drops what rounds to an exponent below low: so weights between 1/2 and 0.71 of the smallest power become 0 "
    "too.",
    zh="四舍五入后的指数小于 low 就丢掉，把最小幂的 1/2 到 0.71 之间的权重也丢了。",
)
def drops_by_the_rounded_exponent(w, x, bits):
    return answer(w, x, bits, zero_below=math.sqrt(0.5))


@same_mistake(drops_by_the_rounded_exponent)
def no_clip_from_below(w, x, bits):
    refuse_bad(w, x, bits)
    low = high_of(w) - 2 ** (int(bits) - 1) + 2
    k = log_rounded(np.abs(w).astype(np.float64)) - low + 1
    q = (np.where(w < 0, -1, 1) * np.where(k < 1, 0, k)).astype(np.int64)
    return q, low, product(x, q)


@wrong(
    en="The sign of the weight is lost in the logarithm: put it back, on the code and in the sum.",
    zh="取对数时丢了权重的符号：码和求和中都要把它放回来。",
)
def loses_the_sign(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(np.abs(w), bits)
    return q, low, product(x, q)


@same_mistake(loses_the_sign)
def only_magnitudes(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    k = np.abs(q)
    return k, low, (np.where(k, 1, 0) * (x.astype(np.int64)[:, None] << np.maximum(k - 1, 0))).sum(axis=2)


@wrong(
    en="The shift is in the narrow type of x and overflows: widen x to int64 first.",
    zh="在 x 的窄类型中移位，溢出了：应先把 x 转为 int64。",
)
def shifts_in_the_type_of_x(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    wrapped = (x.astype(np.int64)[:, None] << np.maximum(np.abs(q) - 1, 0)).astype(x.dtype).astype(np.int64)
    return q, low, (np.sign(q) * wrapped).sum(axis=2)


@same_mistake(shifts_in_the_type_of_x)
def int8_registers(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    width = 8 * x.dtype.itemsize
    y = np.zeros((len(x), len(w)), np.int64)
    for n, o, i in np.ndindex(len(x), *w.shape):
        if q[o, i]:
            value = (int(x[n, i]) << abs(int(q[o, i])) - 1) % 2**width
            value -= 2**width if x.dtype.kind == "i" and value >= 2 ** (width - 1) else 0
            y[n, o] += int(np.sign(q[o, i])) * value
    return q, low, y


@wrong(
    en="Each product is shifted right, which throws bits away and rounds negatives down: shift left from 2^low.",
    zh="每个乘积都右移，丢失低位，负数还会向下取整：应以 2^low 为单位左移。",
)
def shifts_right(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    p = np.where(q, low + np.abs(q) - 1, 0)
    wide = x.astype(np.int64)[:, None]
    shifted = np.where(p < 0, wide >> np.maximum(-p, 0), wide << np.maximum(p, 0))
    return q, low, (np.sign(q) * shifted).sum(axis=2)


@same_mistake(shifts_right)
def floors_each_product(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    y = np.zeros((len(x), len(w)), np.int64)
    for n, o, i in np.ndindex(len(x), *w.shape):
        if q[o, i]:
            y[n, o] += int(np.sign(q[o, i])) * math.floor(int(x[n, i]) * 2.0 ** (low + abs(int(q[o, i])) - 1))
    return q, low, y


@wrong(
    en="Code k shifts by k instead of k - 1: y is twice too large. Code 1 is 2^low itself.",
    zh="码 k 左移了 k 位而不是 k - 1 位：y 大了一倍。码 1 就是 2^low 本身。",
)
def shifts_once_too_often(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    return q, low, 2 * product(x, q)


@same_mistake(shifts_once_too_often)
def shifts_by_the_code(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    return q, low, (np.sign(q) * (x.astype(np.int64)[:, None] << np.abs(q))).sum(axis=-1)


@wrong(
    en="It multiplies by the codes: a code numbers an exponent and has to become a shift.",
    zh="直接与码相乘了：码只是指数的编号，应当变成移位的位数。",
)
def multiplies_by_codes(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    return q, low, x.astype(np.int64) @ q.T


@same_mistake(multiplies_by_codes)
def treats_codes_as_uniform(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    return q, low, np.array([[sum(int(a) * int(b) for a, b in zip(row, r, strict=True)) for r in q] for row in x])


@wrong(
    en="The weights are taken for at most 1: the largest exponent must follow max|w|.",
    zh="假定了权重不超过 1：最大的指数应由 max|w| 决定。",
)
def fixed_range(w, x, bits):
    return answer(w, x, bits, high=0)


@same_mistake(fixed_range)
def one_is_the_largest_power(w, x, bits):
    refuse_bad(w, x, bits)
    low = 2 - 2 ** (int(bits) - 1)

    def code_of(value):
        if abs(value) < 2.0 ** (low - 1):
            return 0
        return signed(min(max(round(math.log2(abs(value))), low), 0) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="The range comes from the largest w, not from max|w|: a large negative weight is cut off.",
    zh="范围取自最大的 w 而不是 max|w|：绝对值大的负权重被截断了。",
)
def range_of_the_positive_weights(w, x, bits):
    refuse_bits(bits)
    top = float(np.max(w))
    return answer(w, x, bits, high=round(math.log2(top)) if top > 0 else 0)


@same_mistake(range_of_the_positive_weights)
def maximum_without_abs(w, x, bits):
    refuse_bad(w, x, bits)
    high = int(log_rounded(max(w.max(), 0))) if w.max() > 0 else 0
    low = high - 2 ** (int(bits) - 1) + 2

    def code_of(value):
        if abs(value) < 2.0 ** (low - 1):
            return 0
        return signed(min(max(round(math.log2(abs(value))), low), high) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="It is the natural logarithm, whose rounding gives powers of e: shifts need base 2.",
    zh="用的是自然对数，取整得到的是 e 的幂：移位要用以 2 为底的对数。",
)
def natural_logarithm(w, x, bits):
    with np.errstate(divide="ignore"):
        return answer(w, x, bits, exponent=lambda size: np.rint(np.log(size)))


@same_mistake(natural_logarithm)
def powers_of_e(w, x, bits):
    refuse_bad(w, x, bits)
    high = round(math.log(float(np.abs(w).max()))) if np.any(w) else 0
    low = high - 2 ** (int(bits) - 1) + 2

    def code_of(value):
        if abs(value) < 2.0 ** (low - 1):
            return 0
        return signed(min(max(round(math.log(abs(value))), low), high) - low + 1, value)

    return loop(w, x, bits, code_of, low)


@wrong(
    en="The product uses the float weights and is rounded at the end: it must be that of the quantized weights.",
    zh="乘积用的是浮点权重，最后才取整：应当用量化后的权重。",
)
def multiplies_by_the_float_weights(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    return q, low, np.rint(x.astype(float) @ w.T.astype(float) / 2.0**low).astype(np.int64)


@same_mistake(multiplies_by_the_float_weights)
def quantizes_only_the_codes(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    scaled = np.ldexp(w.astype(np.float64), -low)
    return q, low, np.array([[round(float(np.dot(row.astype(float), r))) for r in scaled] for row in x])


@wrong(
    en="y is not in units of 2^low: the rescaling loses its fraction. Return the integer sum.",
    zh="y 不是以 2^low 为单位：换算丢掉了小数部分。应返回整数和。",
)
def rescales_y(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    return q, low, np.rint(product(x, q) * 2.0**low).astype(np.int64)


@same_mistake(rescales_y)
def rounds_the_real_product(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    values = np.sign(q) * np.where(q, np.exp2(low + np.abs(q) - 1.0), 0)
    return q, low, np.round(x.astype(np.float64) @ values.T).astype(np.int64)


@wrong(
    en="The sum went through float64, which holds 53 bits: shift and add in int64.",
    zh="和经过了 float64，它只有 53 位：应在 int64 里移位并相加。",
)
def multiplies_in_float64(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    return q, low, np.rint(x.astype(float) @ product(np.eye(q.shape[1], dtype=int), q)).astype(np.int64)


@same_mistake(multiplies_in_float64)
def adds_in_a_loop_of_floats(w, x, bits):
    refuse_bad(w, x, bits)
    q, low = codes(w, bits)
    y = np.zeros((len(x), len(w)))
    for i in range(w.shape[1]):
        y += np.outer(x[:, i].astype(np.float64), np.where(q[:, i], np.ldexp(np.sign(q[:, i]), np.abs(q[:, i]) - 1), 0))
    return q, low, y.astype(np.int64)
