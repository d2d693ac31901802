"""Exercise pruning/weight_pruning: set small weights to zero, and say how many weights are zero.

Question card: exercises/pruning/weight_pruning.md (中文：weight_pruning.zh.md)
Check it with: minicompress check pruning/weight_pruning
"""

import math

import numpy as np


def weight_pruning(model, threshold):
    """Set every weight with |w| < threshold to exactly 0, in place; return the sparsity of the whole model.

    model
        `model.layers` is a list of layers; `layer.weights` is a list, possibly empty, of NumPy arrays of finite
        floats, of any shape and float type. Write into these arrays (`w[...] = ...`); they need not be contiguous.
        Biases are not among them and stay as they are.
    threshold
        A number >= 0, perhaps infinite. A weight whose magnitude equals the threshold stays. Left open: whether a
        float32 weight of 0.1 equals a threshold of 0.1, which float32 cannot hold.

    Returns a float in [0, 1]: weights that are zero afterwards / all weights, over all layers together.
    Both 0.0 and -0.0 count as zero. A model without weights has sparsity 0.0.

    Raises ValueError if threshold is negative or NaN; nothing is changed then.

    中文：把所有 |w| < threshold 的权重原地置为 0（等于阈值的保留，偏置不动），返回整个模型的稀疏度
    （为零的权重数 / 权重总数，没有权重时为 0.0）。权重数组可为任意形状与浮点类型，不一定连续；阈值可以是无穷大。
    threshold 为负数或 NaN 时抛出 ValueError，且不改动任何东西。阈值不能被数组的类型精确表示时，是否相等不作规定。
    """
    ### BEGIN SOLUTION
    if math.isnan(threshold) or threshold < 0:
        raise ValueError(f"weight_pruning: threshold must be a number >= 0, got {threshold!r}")
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
            zeros += np.count_nonzero(w == 0)
            total += w.size
    return zeros / total if total else 0.0
    ### END SOLUTION
