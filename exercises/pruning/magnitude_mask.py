"""Exercise pruning/magnitude_mask: the mask that prunes to an exact sparsity.

Question card: exercises/pruning/magnitude_mask.md (中文：magnitude_mask.zh.md)
Check it with: minicompress check pruning/magnitude_mask
"""

import numpy as np


def magnitude_mask(w, sparsity):
    """Return the mask that prunes the share `sparsity` of the weights w: those of smallest magnitude.

    w
        Finite floats of any float type, a NumPy array of any shape, an empty one too. It stays as it is, and need not
        be contiguous.
    sparsity
        A number in [0, 1]: the share of weights to prune, not to keep.

    Returns a new boolean array of the shape of w: True keeps, False prunes. The number of False is exactly

        round(sparsity * w.size)        half to even, as Python's round: 2.5 -> 2, 3.5 -> 4

    also if many weights have the same magnitude: of equal ones, the first in the order of w.ravel() is pruned first.

    Raises ValueError if sparsity is below 0, above 1, or NaN.

    中文：返回剪掉比例为 sparsity 的权重（|w| 最小者）的掩码：与 w 同形状的新布尔数组，True 保留，False 剪掉。False 的
    个数恰为 round(sparsity * w.size)（恰为一半时取偶数），幅值相等时也一样：相等者中，按 w.ravel() 的顺序在前的先剪。
    w 由有限的浮点数组成，任意浮点类型与形状，可以为空，不一定连续。不修改 w；sparsity 不在 [0, 1] 内或为 NaN 时抛出
    ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
