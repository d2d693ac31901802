"""Exercise pruning/masked_update: the optimizer's step that keeps pruned weights at zero.

Question card: exercises/pruning/masked_update.md (中文：masked_update.zh.md)
Check it with: minicompress check pruning/masked_update
"""

import numpy as np


def masked_update(w, g, v, m, learning_rate, momentum, weight_decay):
    """Do one step of SGD with momentum and weight decay, in place, that leaves every pruned weight at exactly 0.

    w, g, v
        Weights, gradient dL/dw, velocity: arrays of one shape and one float type, not always contiguous. Write into w
        and v; g stays as it is. Where m keeps, all are finite. Where it prunes, w may not be zero yet, and all may hold
        anything, infinity and NaN too.
    m
        The mask: a boolean array of the same shape, True keeps. A kept weight may be 0 and must be able to move.
    learning_rate, momentum, weight_decay
        Numbers >= 0.

    For the weights that are kept the step is PyTorch's:

        v = momentum * v + (g + weight_decay * w)
        w = w - learning_rate * v

    For those that are pruned w and v are 0 afterwards: a weight that a later mask keeps again starts from rest.

    Returns None. Computes in the arrays' own float type, or in a wider one.
    Raises ValueError if the shapes differ, even if they broadcast, or if m is not boolean; nothing is changed then.

    中文：原地执行一步带动量和权重衰减的 SGD，且被剪的权重恰为 0。保留的权重按上式更新（w 恰为 0 的也须能动）；被剪处的
    w 与 v 都变为 0，无论之前 w、g、v 是多少（无穷大与 NaN 也一样；保留处都是有限值）。写入 w 与 v（不一定连续），
    不修改 g，返回 None；计算精度不低于数组的类型。形状不一致（即使可以广播）或 m 不是布尔数组时抛出 ValueError，且不
    改动任何东西。
    """
    ### BEGIN SOLUTION
    if not w.shape == g.shape == v.shape == m.shape or m.dtype != bool:
        shapes = [a.shape for a in (w, g, v, m)]
        raise ValueError(f"masked_update: w, g, v, m must have one shape and m be boolean, got {shapes}, {m.dtype}")
    v[...] = np.where(m, momentum * v + g + weight_decay * w, 0)
    w[...] = np.where(m, w - learning_rate * v, 0)
    ### END SOLUTION
