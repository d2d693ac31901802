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
    ### BEGIN SOLUTION
    if not 0 <= sparsity < 1:
        raise ValueError(f"structure_pruning: sparsity must be in [0, 1), got {sparsity!r}")
    sizes = [weights[0].shape[1]] + [len(w) for w in weights]
    fit = all(w.shape == (sizes[i + 1], sizes[i]) for i, w in enumerate(weights))
    if not fit or [b.shape for b in biases] != [(n,) for n in sizes[1:]]:
        shapes = [w.shape for w in weights], [b.shape for b in biases]
        raise ValueError(f"structure_pruning: weights (out, in) and biases (out,) must fit together, got {shapes}")
    columns, new_weights, new_biases = np.arange(sizes[0]), [], []
    for i, w in enumerate(weights):
        is_hidden = i + 1 < len(weights)
        order = np.argsort(-np.sum(np.square(w), axis=1), kind="stable")
        rows = np.sort(order[: len(w) - int(sparsity * len(w))]) if is_hidden else np.arange(len(w))
        new_weights.append(w[np.ix_(rows, columns)])
        new_biases.append(biases[i][rows])
        columns = rows  # what goes here is no input of the next layer
    return new_weights, new_biases
    ### END SOLUTION
