"""Exercise pruning/local_vs_global: one sparsity, for every layer by itself or for the whole network.

Question card: exercises/pruning/local_vs_global.md (中文：local_vs_global.zh.md)
Check it with: minicompress check pruning/local_vs_global
"""

import numpy as np


def local_vs_global(weights, sparsity, scope):
    """Return one mask for each weight array: the smallest magnitudes are pruned, by array or over all of them.

    weights
        A list of at least one NumPy array of finite floats, the weights of the layers, of any shapes and float types,
        mixed too; an array may be empty, and need not be contiguous. Magnitudes of two types compare by their values.
    sparsity
        A number in [0, 1]: the share to prune.
    scope
        "local": in each array its own round(sparsity * w.size) smallest magnitudes are pruned.
        "global": of all weights together the round(sparsity * total) smallest are pruned, from whichever array, with
        total the number of all weights. An array may lose all of them, or none.

    Returns a list of new boolean arrays, each with the shape of its w: True keeps, False prunes. The arguments stay as
    they are. Counts are exact and rounded half to even, as by Python's round. Among equal magnitudes the first are
    pruned first: those of an earlier array, and within an array in the order of w.ravel().

    Raises ValueError if scope is neither "local" nor "global", or if sparsity is below 0, above 1, or NaN.

    中文：为每个权重数组返回一个新的布尔掩码（True 保留）。scope 为 "local" 时，每个数组各剪掉自己幅值最小的
    round(sparsity * w.size) 个；为 "global" 时，全部权重一起排序，剪掉最小的 round(sparsity * total) 个，不论在哪。
    幅值相等时，数组在前、w.ravel() 中在前的先剪。各数组的形状与浮点类型可以不同（按数值比较），可以为空，不一定连续。
    不修改参数；scope 或 sparsity 不合规定时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
