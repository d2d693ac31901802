"""Exercise pruning/weight_pruning: set small weights to zero, and say how many weights are zero.

Question card: exercises/pruning/weight_pruning.md (中文：weight_pruning.zh.md)
Check it with: minicompress check pruning/weight_pruning
"""

import math

import numpy as np


def weight_pruning(model, threshold):
    """Set every weight with |w| < threshold to exactly 0, in place; return the sparsity of the whole model.

    model
        `model.layers` is a list of layers; `layer.weights` is a list of NumPy arrays, possibly empty.
        Write into these arrays (`w[...] = ...`). Biases are not among them and stay as they are.
    threshold
        A number >= 0. A weight whose magnitude equals the threshold stays.

    Returns a float in [0, 1]: weights that are zero afterwards / all weights, over all layers together.
    Both 0.0 and -0.0 count as zero. A model without weights has sparsity 0.0.

    Raises ValueError if threshold is negative or NaN; nothing is changed then.

    中文：把所有 |w| < threshold 的权重原地置为 0（等于阈值的保留，偏置不动），返回整个模型的稀疏度
    （为零的权重数 / 权重总数，没有权重时为 0.0）；threshold 为负数或 NaN 时抛出 ValueError，且不改动任何东西。
    """
    # Write your answer here.
    raise NotImplementedError
