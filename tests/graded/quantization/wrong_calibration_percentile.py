"""Wrong answers to quantization/calibration_percentile, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(batches, percentile, bits):
    n = sum(np.size(batch) for batch in batches)
    if n == 0 or not all(np.isfinite(batch).all() for batch in batches):
        raise ValueError("data")
    if not 0 < percentile <= 100 or bits not in range(2, 17):
        raise ValueError("options")
    return [batch for batch in batches if batch.size]


def largest_code(bits):
    return 2 ** (int(bits) - 1) - 1


def all_of(batches):
    return np.concatenate([np.ravel(batch) for batch in batches]).astype(np.float64)


def scale(T, m):
    return float(T) / m if T > 0 else 1.0


def share(x, s, m):
    return float(np.mean(np.abs(np.round(x / s)) > m))


def by_hand(sizes, percentile):
    """The percentile of a list, in Python."""
    sizes = sorted(sizes)
    place = (len(sizes) - 1) * percentile / 100
    i = min(int(place), len(sizes) - 1)
    j = min(i + 1, len(sizes) - 1)
    return sizes[i] + (place - i) * (sizes[j] - sizes[i])


def sizes_of(batches):
    return [abs(float(value)) for batch in batches for value in np.ravel(batch)]


def counted(sizes, s, m):
    return sum(size / s > m + 0.5 for size in sizes) / len(sizes)


def joined(parts):
    return [size for part in parts for size in part]


def answer(batches, percentile, bits, threshold):
    """With `threshold(batches)` instead of the percentile of all |x|."""
    batches = refuse_bad(batches, percentile, bits)
    m = largest_code(bits)
    s = scale(threshold(batches), m)
    return s, share(all_of(batches), s, m)


def in_a_loop(batches, percentile, bits, threshold):
    """The same in Python numbers; `threshold(sizes by batch)`."""
    batches = refuse_bad(batches, percentile, bits)
    m, T = largest_code(bits), threshold([sizes_of([batch]) for batch in batches])
    s = T / m if T > 0 else 1.0
    return s, counted(sizes_of(batches), s, m)


@wrong(
    en="It averages the percentiles of the batches: that is not a percentile of the data; pool all values first.",
    zh="把各批的百分位数取平均：那不是数据的百分位数；应先把所有值放在一起。",
)
def mean_of_the_batches(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.mean([np.percentile(np.abs(b), percentile) for b in bs]))


@same_mistake(mean_of_the_batches)
def running_mean(batches, percentile, bits):
    def threshold(parts):
        T = 0.0
        for k, part in enumerate(parts, 1):
            T += (by_hand(part, percentile) - T) / k
        return T

    return in_a_loop(batches, percentile, bits, threshold)


@wrong(
    en="It takes the largest of the batches' percentiles: a single unusual batch then sets the scale; pool all values.",
    zh="取各批百分位数中最大的：一个反常的批就决定了 scale；应把所有值放在一起。",
)
def largest_of_the_batches(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: max(np.percentile(np.abs(b), percentile) for b in bs))


@same_mistake(largest_of_the_batches)
def keeps_a_maximum(batches, percentile, bits):
    return in_a_loop(batches, percentile, bits, lambda parts: max(by_hand(part, percentile) for part in parts))


@wrong(
    en="Only the last batch counts: its statistics overwrite those of all batches before it.",
    zh="只有最后一批起作用：它的统计量覆盖了之前所有批的。",
)
def last_batch_only(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.percentile(np.abs(bs[-1]), percentile))


@same_mistake(last_batch_only)
def overwrites_at_each_batch(batches, percentile, bits):
    return in_a_loop(batches, percentile, bits, lambda parts: by_hand(parts[-1], percentile))


@wrong(
    en="It takes the percentile of x, not of |x|: large negative values do not count, and T may even be negative.",
    zh="取的是 x 而不是 |x| 的百分位数：很负的值不算数，T 甚至可能为负。",
)
def without_abs(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.percentile(all_of(bs), percentile))


@same_mistake(without_abs)
def signed_values(batches, percentile, bits):
    batches = refuse_bad(batches, percentile, bits)
    m = largest_code(bits)
    T = by_hand([float(value) for batch in batches for value in batch.flat], percentile)
    s = T / m if T > 0 else 1.0
    return s, counted(sizes_of(batches), s, m)


@wrong(
    en="The percentile is divided by 100 once too often: `np.percentile` takes 99.9, `np.quantile` takes 0.999.",
    zh="百分位多除了一次 100：np.percentile 要 99.9，np.quantile 才要 0.999。",
)
def takes_a_fraction(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.percentile(np.abs(all_of(bs)), percentile / 100))


@same_mistake(takes_a_fraction)
def a_hundredth(batches, percentile, bits):
    return in_a_loop(batches, percentile, bits, lambda parts: by_hand(joined(parts), percentile / 100))


@wrong(
    en="It keeps what it should clip: the percentile says how many values stay, not how many are clipped.",
    zh="弄反了：percentile 说的是保留多少，而不是截断多少。",
)
def gives_up_the_percentile(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.percentile(np.abs(all_of(bs)), 100 - percentile))


@same_mistake(gives_up_the_percentile)
def counts_from_the_top(batches, percentile, bits):
    return in_a_loop(batches, percentile, bits, lambda parts: -by_hand([-size for size in joined(parts)], percentile))


@wrong(
    en="It takes the largest |x|, min-max calibration: one outlier then sets the step for all.",
    zh="取了最大的 |x|，即最大最小校准：一个离群值就决定了所有值的步长。",
)
def abs_max(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.abs(all_of(bs)).max())


@same_mistake(abs_max)
def ignores_the_percentile(batches, percentile, bits):
    return in_a_loop(batches, percentile, bits, lambda parts: max(max(part) for part in parts))


@wrong(
    en="It takes the percentile of the batches' largest values: that depends on how the data are cut into batches.",
    zh="取的是各批最大值的百分位数：那取决于数据如何分批。",
)
def percentile_of_maxima(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.percentile([np.abs(b).max() for b in bs], percentile))


@same_mistake(percentile_of_maxima)
def maxima_first(batches, percentile, bits):
    return in_a_loop(batches, percentile, bits, lambda parts: by_hand([max(part) for part in parts], percentile))


@wrong(
    en="Both tails of x are cut, half of the rest at each end: here T is a percentile of |x|.",
    zh="对 x 的两端各截去剩余的一半：这里的 T 是 |x| 的百分位数。",
)
def both_tails(batches, percentile, bits):
    def threshold(bs):
        tail = (100 - percentile) / 2
        return np.abs(np.percentile(all_of(bs), [tail, 100 - tail])).max()

    return answer(batches, percentile, bits, threshold)


@same_mistake(both_tails)
def two_ends(batches, percentile, bits):
    batches = refuse_bad(batches, percentile, bits)
    values = [float(value) for batch in batches for value in np.ravel(batch)]
    high = by_hand(values, 50 + percentile / 2)
    low = by_hand(values, 50 - percentile / 2)
    T, m = max(abs(low), abs(high)), largest_code(bits)
    s = T / m if T > 0 else 1.0
    return s, counted(sizes_of(batches), s, m)


@wrong(
    en="Zeros are left out: after a ReLU they are half of the values, and they count in the percentile.",
    zh="没有计入零：ReLU 之后零占一半左右，它们也算在百分位数之内。",
)
def without_zeros(batches, percentile, bits):
    def threshold(bs):
        x = np.abs(all_of(bs))
        return np.percentile(x[x > 0], percentile) if x.any() else 0.0

    return answer(batches, percentile, bits, threshold)


@same_mistake(without_zeros)
def nonzero_sizes(batches, percentile, bits):
    def threshold(parts):
        sizes = [size for part in parts for size in part if size]
        return by_hand(sizes, percentile) if sizes else 0.0

    return in_a_loop(batches, percentile, bits, threshold)


@wrong(
    en="It takes one of the values, without interpolating: the position (n - 1) * percentile / 100 lies between two.",
    zh="只取了其中某个值而没有插值：位置 (n - 1) * percentile / 100 落在两个值之间。",
)
def lower_neighbour(batches, percentile, bits):
    return answer(batches, percentile, bits, lambda bs: np.percentile(np.abs(all_of(bs)), percentile, method="lower"))


@same_mistake(lower_neighbour)
def integer_index(batches, percentile, bits):
    def threshold(parts):
        sizes = sorted(joined(parts))
        return sizes[int((len(sizes) - 1) * percentile / 100)]

    return in_a_loop(batches, percentile, bits, threshold)


def with_code(batches, percentile, bits, m):
    """With another largest code."""
    batches = refuse_bad(batches, percentile, bits)
    x = all_of(batches)
    s = scale(np.percentile(np.abs(x), percentile), m)
    return s, share(x, s, m)


def with_code_in_a_loop(batches, percentile, bits, m):
    sizes = sizes_of(refuse_bad(batches, percentile, bits))
    T = by_hand(sizes, percentile)
    s = T / m if T > 0 else 1.0
    return s, counted(sizes, s, m)


@wrong(
    en="It divides by 2**(bits-1), without the -1: T then gets the code 128, which 8 bits cannot hold.",
    zh="除以了 2**(bits-1)，漏了 -1：T 的码于是成了 128，8 位放不下。",
)
def without_minus_one(batches, percentile, bits):
    return with_code(batches, percentile, bits, 2.0 ** (bits - 1))


@same_mistake(without_minus_one)
def divides_by_128(batches, percentile, bits):
    return with_code_in_a_loop(batches, percentile, bits, 1 << (int(bits) - 1))


@wrong(
    en="It divides by 2**bits - 1: half of the codes are negative, the largest is 2**(bits-1) - 1.",
    zh="除以了 2**bits - 1：一半的码是负的，最大码是 2**(bits-1) - 1。",
)
def unsigned_codes(batches, percentile, bits):
    return with_code(batches, percentile, bits, 2 ** int(bits) - 1)


@same_mistake(unsigned_codes)
def divides_by_255(batches, percentile, bits):
    return with_code_in_a_loop(batches, percentile, bits, (1 << int(bits)) - 1)


@wrong(
    en="All |x| > T count as clipped: up to half a step beyond T still rounds to the largest code.",
    zh="把所有 |x| > T 都算作被截断：超出 T 不到半步的值仍舍入到最大码。",
)
def beyond_the_threshold(batches, percentile, bits):
    batches = refuse_bad(batches, percentile, bits)
    x, m = np.abs(all_of(batches)), largest_code(bits)
    T = np.percentile(x, percentile)
    s = scale(T, m)
    return s, float(np.mean(x > s * m * (1 + 1e-12)))


@same_mistake(beyond_the_threshold)
def counts_sizes_above(batches, percentile, bits):
    sizes = sizes_of(refuse_bad(batches, percentile, bits))
    T, m = by_hand(sizes, percentile), largest_code(bits)
    s = T / m if T > 0 else 1.0
    return s, sum(size / s > m * (1 + 1e-12) for size in sizes) / len(sizes)


@wrong(
    en="The share is averaged over batches: a small batch then counts as much as a large one.",
    zh="比例按批取平均：小批与大批于是同等重要。",
)
def mean_of_shares(batches, percentile, bits):
    batches = refuse_bad(batches, percentile, bits)
    m = largest_code(bits)
    s = scale(np.percentile(np.abs(all_of(batches)), percentile), m)
    return s, float(np.mean([share(batch, s, m) for batch in batches]))


@same_mistake(mean_of_shares)
def share_of_each_batch(batches, percentile, bits):
    batches = refuse_bad(batches, percentile, bits)
    T, m = by_hand(sizes_of(batches), percentile), largest_code(bits)
    s = T / m if T > 0 else 1.0
    return s, sum(counted(sizes_of([batch]), s, m) for batch in batches) / len(batches)


@wrong(
    en="It returns how many values are clipped: return the share of all values, from 0 to 1.",
    zh="返回的是被截断的个数：要的是占全部值的比例，从 0 到 1。",
)
def a_number_of_values(batches, percentile, bits):
    batches = refuse_bad(batches, percentile, bits)
    x, m = all_of(batches), largest_code(bits)
    s = scale(np.percentile(np.abs(x), percentile), m)
    return s, float(np.sum(np.abs(np.round(x / s)) > m))


@same_mistake(a_number_of_values)
def not_divided(batches, percentile, bits):
    sizes = sizes_of(refuse_bad(batches, percentile, bits))
    T, m = by_hand(sizes, percentile), largest_code(bits)
    s = T / m if T > 0 else 1.0
    return s, float(sum(size / s > m + 0.5 for size in sizes))


@wrong(
    en="T = 0 is not handled: the scale is 0 then, and x / s is NaN; use 1.0.",
    zh="没有处理 T = 0：此时 scale 为 0，x / s 是 NaN；应取 1.0。",
)
def scale_of_zero(batches, percentile, bits):
    x, m = all_of(refuse_bad(batches, percentile, bits)), largest_code(bits)
    s = float(np.percentile(np.abs(x), percentile)) / m
    return s, share(x, s, m)


@same_mistake(scale_of_zero)
def no_guard(batches, percentile, bits):
    sizes = np.array(sizes_of(refuse_bad(batches, percentile, bits)))
    m = largest_code(bits)
    s = np.float64(by_hand(sizes.tolist(), percentile)) / m
    return float(s), float(np.count_nonzero(np.rint(sizes / s) > m) / sizes.size)


@wrong(
    en="Only codes above m are counted: values below -m s are clipped too, to -m.",
    zh="只数了大于 m 的码：小于 -m s 的值同样被截断，截到 -m。",
)
def upper_side_only(batches, percentile, bits):
    x, m = all_of(refuse_bad(batches, percentile, bits)), largest_code(bits)
    s = scale(np.percentile(np.abs(x), percentile), m)
    return s, float(np.mean(np.round(x / s) > m))


@same_mistake(upper_side_only)
def signed_codes_against_m(batches, percentile, bits):
    batches = refuse_bad(batches, percentile, bits)
    values = [float(value) for batch in batches for value in np.ravel(batch)]
    T, m = by_hand([abs(value) for value in values], percentile), largest_code(bits)
    s = T / m if T > 0 else 1.0
    return s, counted(values, s, m)
