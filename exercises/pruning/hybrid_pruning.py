"""Exercise pruning/hybrid_pruning: first whole neurons, then single weights in what is left, under one budget.

Question card: exercises/pruning/hybrid_pruning.md (中文：hybrid_pruning.zh.md)
Check it with: minicompress check pruning/hybrid_pruning
"""

import numpy as np


def hybrid_pruning(w1, b1, w2, neurons, budget):
    """Return (w1, b1, w2) of y = w2 max(w1 x + b1, 0) with fewer neurons, and few weights that are not zero.

    w1, b1, w2
        Shapes (h, in), (h,), (out, h): h hidden neurons. All are float32 or all float64, finite; what is not 0 lies
        between 1e-40 and 1e40 in magnitude.
    neurons
        How many neurons stay, a whole number from 1 to h (NumPy's integers are fine, uint8 too).
    budget
        How many weights of w1 and w2 together may stay, a whole number >= 0 (likewise). Biases are not counted.

    First structure: the `neurons` rows of w1 with the largest L2 norms stay, with their entries of b1 and their
    columns of w2; the others are removed, so that the arrays shrink. Norms are computed in float64. Among equal norms
    the lower index stays, and no two differ by less than 1e-10 of themselves; order is kept. Then weights: of those
    left in w1 and w2, the `budget` largest in magnitude stay, compared over both arrays together, and the others become
    0. Among equal magnitudes those of w1 stay before those of w2, and in an array the earlier, row by row. If `budget`
    is as large as what is left, no weight is zeroed.

    Returns a tuple of three new arrays of the same dtype: they share no memory with the given ones, also where nothing
    is pruned. The arguments stay as they are.

    Raises ValueError if neurons is not from 1 to h, if budget is negative, or if the shapes do not fit together.

    中文：先剪结构：保留 w1 中 L2 范数最大的 neurons 行，以及 b1 的对应元素与 w2 的对应列，其余真正移除；范数以 float64
    计算，相等时下标小的保留，不相等的至少相差自身的 1e-10；次序不变。再剪权重：在剩下的 w1 与 w2 中一起比较，保留幅值
    最大的 budget 个，其余置 0；幅值相等时先 w1 后 w2，数组内按行靠前的保留。偏置不计。数组全为 float32 或全为 float64，
    有限，非零元素的大小在 1e-40 与 1e40 之间；neurons 与 budget 可以是 NumPy 整数（包括 uint8）。返回三个 dtype 不变的
    新数组，即使什么都不剪也不与参数共享内存；不修改参数。neurons 不在 1 到 h 之间、budget 为负或形状不匹配，抛出
    ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
