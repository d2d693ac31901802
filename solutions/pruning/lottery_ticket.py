"""Exercise pruning/lottery_ticket: one round of iterative magnitude pruning with rewinding.

Question card: exercises/pruning/lottery_ticket.md (中文：lottery_ticket.zh.md)
Check it with: minicompress check pruning/lottery_ticket
"""

import numpy as np


def lottery_ticket(weights, initial_weights, masks, rate):
    """Return (new_masks, rewound_weights): prune a share of what is alive, and rewind what is left to the start.

    weights
        A list of arrays of floats, of any shape and float type, one per layer, after training. What is alive is finite.
        Where a mask is False the weight is dead, whatever its value, infinity and NaN too.
    initial_weights
        A list of arrays of the same shapes, of finite floats: the weights before training, or of the step to rewind to.
        Their float type may be another.
    masks
        A list of boolean arrays of the same shapes, True for the weights that are alive. One that is alive may be 0.
    rate
        A number in [0, 1]: in each layer separately, round(rate * alive) of its living weights die; round is Python's,
        half to even.

    Those with the smallest trained |w| die first; among equal |w| the first in C order (row by row). What was dead
    stays dead.

    Returns a tuple of two lists of new arrays, which share no memory with the arguments, also where nothing dies. The
    new masks are boolean. The rewound weights have the dtype of the initial ones: the initial value where the new mask
    is True, 0 elsewhere. The arguments stay as they are.

    Raises ValueError if rate is not in [0, 1], or if the three lists differ in length or in the shapes of their arrays.

    中文：迭代幅值剪枝加回退的一轮，返回 (new_masks, rewound_weights) 两个由新数组组成的列表（不与参数共享内存，即使没有
    剪掉任何权重）。每层单独计算：在仍存活（掩码为 True，值可以为 0）的权重中剪掉 round(rate * 存活数) 个（Python 的
    round，舍入到偶数），训练后 |w| 最小的先剪，相等时按 C 顺序靠前的先剪；已剪的不复活，不管那里是什么值（无穷大与 NaN
    也一样）。回退后的权重在新掩码为 True 处取初始值，其余为 0，类型同初始权重（可与训练后的不同）。不修改参数；
    rate 不在 [0, 1]，或三个列表的长度或形状不一致，抛出 ValueError。
    """
    ### BEGIN SOLUTION
    if not 0 <= rate <= 1:
        raise ValueError(f"lottery_ticket: rate must be in [0, 1], got {rate!r}")
    shapes, initial_shapes, mask_shapes = ([a.shape for a in arrays] for arrays in (weights, initial_weights, masks))
    if not shapes == initial_shapes == mask_shapes:
        raise ValueError(f"lottery_ticket: shapes must agree, got {shapes}, {initial_shapes}, {mask_shapes}")
    new_masks = [m.copy() for m in masks]
    for i, m in enumerate(new_masks):
        alive = np.flatnonzero(m)
        weakest_first = alive[np.argsort(np.abs(weights[i].ravel()[alive]), kind="stable")]
        m.flat[weakest_first[: round(rate * len(alive))]] = False
    return new_masks, [np.where(m, initial_weights[i], 0) for i, m in enumerate(new_masks)]
    ### END SOLUTION
