"""Exercise pruning/n_m_sparsity: a mask that keeps n of every m neighbouring weights, such as 2:4.

Question card: exercises/pruning/n_m_sparsity.md (中文：n_m_sparsity.zh.md)
Check it with: minicompress check pruning/n_m_sparsity
"""

import numpy as np


def n_m_sparsity(w, n, m):
    """Return a boolean mask, True for the n weights to keep in each group of m consecutive inputs.

    w
        Finite floats of any float type, of shape (out, in), a linear layer, or (out, in, kh, kw), a convolution; no
        axis is empty, and the array need not be contiguous. A group is m consecutive entries along axis 1, the axis
        that the product sums over: inputs 0 to m-1, m to 2m-1, and so on, separately for each output (and each position
        of the kernel).
    n, m
        Python ints. n is how many are kept, not how many are pruned: 1:4 keeps one of four.

    Returns a new bool array of the shape of w with exactly n True in each group: the largest |w|. Among equal
    magnitudes, zeros too, the lower input is kept. w stays as it is.

    Raises ValueError if not 1 <= n <= m, if w has fewer than two axes, or if m does not divide w.shape[1].

    中文：返回与 w 同形状的布尔掩码：沿轴 1（输入，即求和的轴）每 m 个连续的权重为一组，保留 |w| 最大的 n 个（True）。
    每组恰好 n 个 True；绝对值相等时（包括零）保留编号较小的输入。卷积核 (out, in, kh, kw) 的每个位置单独分组。
    w 由有限的浮点数组成，任意浮点类型，各轴都不为空，不一定连续；n 与 m 是 Python 整数。返回的是新数组，不修改 w。
    不满足 1 <= n <= m、w 少于两个轴、m 不能整除 w.shape[1]，抛出 ValueError。
    """
    ### BEGIN SOLUTION
    if not 1 <= n <= m:
        raise ValueError(f"n_m_sparsity: n and m must satisfy 1 <= n <= m, got {n} and {m}")
    if w.ndim < 2 or w.shape[1] % m != 0:
        raise ValueError(f"n_m_sparsity: m must divide the inputs, axis 1 of w, got {m} and shape {w.shape}")
    size = np.moveaxis(np.abs(w), 1, -1)
    groups = size.reshape(w.size // m, m)
    largest_first = np.argsort(-groups, kind="stable")
    mask = np.zeros(groups.shape, bool)
    np.put_along_axis(mask, largest_first[:, :n], True, axis=1)
    return np.moveaxis(mask.reshape(size.shape), -1, 1)
    ### END SOLUTION
