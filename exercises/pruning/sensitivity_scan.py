"""Exercise pruning/sensitivity_scan: which layer can lose how many weights.

Question card: exercises/pruning/sensitivity_scan.md (中文：sensitivity_scan.zh.md)
Check it with: minicompress check pruning/sensitivity_scan
"""

import numpy as np


def sensitivity_scan(model, sparsities, evaluate):
    """Return the score of the model with one weight array at a time pruned by magnitude to each sparsity.

    model
        `model.layers` is a list of layers; `layer.weights` is a list, possibly empty, of NumPy arrays of finite floats,
        of any shape and float type, not always contiguous. Prune by writing into them. Afterwards the model is as it
        was, bit for bit (-0.0 stays -0.0), also if `evaluate` raises: let its error through.
    sparsities
        A list of numbers in [0, 1], in any order. It stays as it is.
    evaluate
        A function that takes the model and returns a number: an int or a float, perhaps infinite or NaN. How often it
        is called is left open.

    Returns a float64 array, scores[i, j] = evaluate(model) while the i-th weight array (in order of layers, then of
    layer.weights) is pruned to sparsities[j] and all others are untouched. A model without weights gives shape (0, n).

    Pruned to a sparsity: the round(sparsity * w.size) weights of smallest magnitude are 0, counts rounded half to even;
    among equal magnitudes the first in the order of w.ravel() are pruned first.

    Raises ValueError if a sparsity is outside [0, 1] or NaN, before anything is evaluated.

    中文：逐个权重数组按幅值剪到各稀疏度，返回 float64 数组：scores[i, j] 是只有第 i 个数组剪到 sparsities[j] 时
    evaluate(model) 的值（整数或浮点数，可以是无穷大或 NaN）。剪掉的是幅值最小的 round(sparsity * w.size) 个，相等者中
    在前的先剪。结束后模型须与原来逐位相同（-0.0 仍是 -0.0），evaluate 抛出异常时也一样（异常照常传出）。权重数组可为
    任意形状与浮点类型，不一定连续。sparsities 可为任意顺序，不修改；有不在 [0, 1] 内或为 NaN 的，求值之前就抛出
    ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
