"""Exercise quantization/calibration_entropy: the clipping threshold with the least KL divergence of the histograms.

Question card: exercises/quantization/calibration_entropy.md (中文：calibration_entropy.zh.md)
Check it with: minicompress check quantization/calibration_entropy
"""

import numpy as np


def calibration_entropy(counts, width, levels):
    """Return the threshold T on |x| for which the quantized distribution says most about the original one.

    counts
        A vector of B integers >= 0, of any dtype (uint8 too): counts[j] is how many |x| of the calibration data lie in
        bin j, from j * width to (j + 1) * width.
    width
        Width of a bin, a number > 0.
    levels
        L, an integer from 1 to B: how many codes share the range from 0 to T; 128 for signed 8-bit codes.

    Try i = L, L + 1, ..., B kept bins:

        P = counts[0 : i], and all counts beyond added to its last entry
        Q = counts[0 : i], without those beyond, merged into L levels and expanded again: bin j belongs to the level
            floor(j * L / i); the sum of a level is spread evenly over those of its bins whose count is not 0, the
            others stay 0
        divergence = sum of P log(P / Q) over the bins with P > 0, P and Q divided by their sums first;
            infinite if Q is 0 in one of them

    Returns T = (i + 1/2) * width, a float, for the i with the least divergence, the smallest such i.

    Raises ValueError if counts are all 0 or one is negative, for width <= 0 or NaN, and for levels outside 1 to B.
    counts stays as it is. Checks accept a relative error of 1e-6 in T; the least divergence is either exactly 0 or
    differs from all others by more than 1e-6.

    中文：counts 是校准数据 |x| 的直方图（共 B 个区间）。对 i = L ... B：P 是前 i 个区间，之后的计数全部加到最后
    一项；Q 是前 i 个区间（不含之后的计数）合并为 L 级再展开：区间 j 属于第 floor(j * L / i) 级，每级的和平均分给
    该级中计数不为 0 的区间，其余为 0。P、Q 各除以自己的和，散度为 P > 0 处 P log(P / Q) 之和；某处 Q 为 0 时为无穷大。
    返回散度最小的 i（相等时取最小的）对应的 T = (i + 1/2) * width。不修改 counts。
    counts 全为 0 或有负数、width 不大于 0 或为 NaN、levels 不在 1 到 B 之间，抛出 ValueError。
    """
    ### BEGIN SOLUTION
    if not width > 0 or not np.any(counts) or np.min(counts) < 0:
        raise ValueError("calibration_entropy: counts must be >= 0 and not all 0, and width > 0")
    if levels not in range(1, len(counts) + 1):
        raise ValueError(f"calibration_entropy: levels must be from 1 to {len(counts)}, got {levels}")
    divergences = []
    for i in range(levels, len(counts) + 1):
        kept, beyond = counts[:i], np.sum(counts[i:])
        if beyond > 0 and kept[-1] == 0:  # Q misses the bin that P has the outliers in
            divergences.append(np.inf)
            continue
        level, used = np.arange(i) * levels // i, kept > 0
        share = np.bincount(level, kept) / np.maximum(np.bincount(level, used), 1)
        p, q = kept[used].astype(np.float64), share[level][used]  # a uint8 cannot take in what is beyond
        p[-1] += beyond
        p, q = p / p.sum(), q / q.sum()
        divergences.append(np.sum(p * np.log(p / q)))
    return (levels + np.argmin(divergences) + 0.5) * width
    ### END SOLUTION
