"""Exercise pruning/structure_pruning: take the weakest neurons out of an MLP, so that its arrays really shrink.

Question card: exercises/pruning/structure_pruning.md (中文：structure_pruning.zh.md)
Check it with: minicompress check pruning/structure_pruning
"""

import numpy as np


def structure_pruning(weights, biases, sparsity):
    """Return (weights, biases) of a smaller MLP, without the weakest neurons of each hidden layer.

    weights
        A list of at least one array (out, in), one for each layer, first to last: y = activation(w x + b). Each has as
        many columns as the one before has rows. All are float32 or all float64, finite; what is not 0 lies between
        1e-40 and 1e40 in magnitude.
    biases
        A list of arrays (out,), one for each layer.
    sparsity
        A number in [0, 1): of each hidden layer with n neurons, int(sparsity * n) are removed. The inputs of the
        network and its outputs, the neurons of the last layer, all stay.

    The importance of a neuron is the L2 norm of its incoming weights, its row of w; its bias does not count.
    All norms are those of the given network, before anything is removed, computed in float64. Among equal norms the
    lower index stays; no two norms differ by less than 1e-10 of themselves. The neurons that stay keep their order.

    Returns a tuple of two lists of new arrays of the same dtype: they share no memory with the given ones, also where
    nothing is removed. The arguments, lists and arrays, stay as they are.

    Raises ValueError if sparsity is not in [0, 1) (NaN is not), if there are not as many biases as weights, or if the
    shapes of the arrays do not fit together as described.

    中文：从 MLP 中真正移除每个隐藏层最弱的 int(sparsity * n) 个神经元，返回 (weights, biases) 两个由新数组组成的
    列表：dtype 不变，即使什么都不剪也不与参数共享内存。数组全为 float32 或全为 float64，有限，非零元素的大小在 1e-40
    与 1e40 之间。重要性是该神经元输入权重（w 的一行）的 L2 范数，不计偏置，全部按原网络以 float64 计算；范数相等时下标
    小的保留，不相等的范数至少相差自身的 1e-10；保留者次序不变。网络的输入与输出不剪。不修改参数；sparsity 不在 [0, 1)
    （包括 NaN），或形状互不匹配，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
