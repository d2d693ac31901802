"""Exercise pruning/structure_pruning: take the weakest neurons out of an MLP, so that its arrays really shrink.

Question card: exercises/pruning/structure_pruning.md (中文：structure_pruning.zh.md)
Check it with: minicompress check pruning/structure_pruning
"""

import numpy as np


def structure_pruning(weights, biases, sparsity):
    """Return (weights, biases) of a smaller MLP, without the weakest neurons of each hidden layer.

    weights
        A list of arrays (out, in), one a layer, first to last: y = activation(w x + b). Each has as many columns as
        the one before has rows.
    biases
        A list of arrays (out,), one a layer.
    sparsity
        A number in [0, 1): of each hidden layer with n neurons, int(sparsity * n) go. The inputs of the network and
        its outputs, the neurons of the last layer, all stay.

    A neuron is as important as the L2 norm of its incoming weights, its row of w, is large; its bias does not count.
    All norms are those of the given network, before anything is removed. Of equal norms the lower index stays. The
    neurons that stay keep their order.

    Returns a tuple of two lists of new arrays. The arguments, lists and arrays, stay as they are.

    Raises ValueError if sparsity is not in [0, 1), if there are not as many biases as weights, or if the shapes of
    the arrays do not fit together as described.

    中文：从 MLP 中真正移除每个隐藏层最弱的 int(sparsity * n) 个神经元，返回 (weights, biases) 两个由新数组组成的列表。
    重要性是该神经元输入权重（w 的一行）的 L2 范数，不计偏置，全部按原网络计算；范数相等时下标小的保留，保留者次序不变。
    网络的输入与输出不剪。不修改参数；sparsity 不在 [0, 1)，或形状互不匹配，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
