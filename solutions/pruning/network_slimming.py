"""Exercise pruning/network_slimming: an L1 penalty on batch norm scales, one ranking, and what removed channels leave.

Question card: exercises/pruning/network_slimming.md (中文：network_slimming.zh.md)
Check it with: minicompress check pruning/network_slimming
"""

import numpy as np


def network_slimming(gammas, betas, strength, share):
    """Return (gradients, keep, constants) for the batch norms of a network, y = gamma xhat + beta, then ReLU.

    gammas, betas
        Lists of arrays (c,), one for each layer: finite float32 or float64 scales and shifts of its c >= 1 channels,
        of any magnitude. There is at least one layer.
    strength
        A number >= 0, the lambda of the penalty: lambda times the sum of |gamma| over all channels of all layers.
    share
        A number in [0, 1): of the n channels of all layers together, int(share * n) are to be removed.

    Returns three lists with an array (c,) for each layer:

    gradients
        What the penalty adds to dL/dgamma in training; where gamma is 0, take 0.
    keep
        Booleans, True for the channels that stay. Those with the smallest |gamma| are removed, in one ranking over all
        layers, compared as they are, without rounding. Among equal |gamma| the later is removed (the later layer; in a
        layer the higher index). But a layer never loses all: the first of its largest |gamma| stays, and no other is
        removed in its place.
    constants
        What a removed channel outputs after the ReLU once its gamma is 0: the next bias must take it over. For a
        channel that stays, 0.

    All arrays are new: they share no memory with the given ones. gradients have the dtype of gamma, constants that of
    beta. The arguments stay as they are.

    Raises ValueError if strength is negative, if share is not in [0, 1), or if gammas and betas differ in length or
    in the shapes of their arrays.

    中文：返回三个列表 (gradients, keep, constants)，每层一个 (c,) 的新数组，不与参数共享内存。gammas 与 betas 是有限的
    float32 或 float64，大小不限；至少一层，每层至少一个通道。gradients：惩罚 strength * sum |gamma|（对所有层的所有通道
    求和）加到 dL/dgamma 上的量，gamma 为 0 处取 0。keep：布尔数组，True 保留；把所有层的 n 个通道放在一起，按原值（不
    舍入）排名，|gamma| 最小的 int(share * n) 个移除，相等时靠后的（后面的层、层内下标大的）先移除；但每层至少留一个：
    |gamma| 最大者中的第一个，并且不再另找别的通道补上。constants：移除的通道在 gamma 变为 0 之后，经过 ReLU 仍送出的
    常数；保留的通道为 0。gradients 的类型同 gamma，constants 的类型同 beta。不修改参数；strength 为负、share 不在
    [0, 1)，或两个列表的长度或形状不一致，抛出 ValueError。
    """
    ### BEGIN SOLUTION
    if not strength >= 0 or not 0 <= share < 1 or [g.shape for g in gammas] != [b.shape for b in betas]:
        shapes = [g.shape for g in gammas], [b.shape for b in betas]
        raise ValueError(f"network_slimming: expected strength >= 0, share in [0, 1), equal shapes, got {shapes}")
    sizes = np.abs(np.concatenate(gammas))
    strongest_first = np.argsort(-sizes, kind="stable")
    mask = np.zeros(sizes.size, bool)
    mask[strongest_first[: sizes.size - int(share * sizes.size)]] = True
    keep = np.split(mask, np.cumsum([g.size for g in gammas])[:-1])
    for i, g in enumerate(gammas):
        keep[i][np.argmax(np.abs(g))] = True
    constants = [np.where(keep[i], 0, b.clip(0)) for i, b in enumerate(betas)]
    return [(strength * np.sign(g)).astype(g.dtype) for g in gammas], keep, constants
    ### END SOLUTION
