"""Exercise pruning/layer_pruning: which residual blocks of a network change their input least, and can go whole?

Question card: exercises/pruning/layer_pruning.md (中文：layer_pruning.zh.md)
Check it with: minicompress check pruning/layer_pruning
"""

import numpy as np


def layer_pruning(blocks, x, count):
    """Return (kept, influence): which residual blocks stay when the `count` least influential are removed.

    blocks
        A list of tuples (w1, b1, w2, b2) of floats, first to last; it may be empty. Each computes
        y = x + max(x w1ᵀ + b1, 0) w2ᵀ + b2 for its input x (n, d), the output of the block before; w1 (h, d), b1 (h,),
        w2 (d, h), b2 (d,).
    x
        The input of the first block, shape (n, d), n >= 1. A sample's x and y are all zeros, or have a length between
        1e-10 and 1e10.
    count
        How many blocks are removed, a whole number from 0 to len(blocks).

    The influence of a block is 1 - the mean over the n samples of cos(x, y), the cosine between its input and its
    output for one sample, measured in the whole network, with every block in place. A sample whose x or y is all zeros
    counts with cosine 0. Among equally influential blocks the earlier one stays; only blocks that map equal inputs to
    equal outputs are equal where the cut falls.

    Returns a tuple: kept, the list of the indices of the blocks that stay, increasing; influence, a new array of one
    float for each of the given blocks: it shares no memory with the arguments, which stay as they are.

    Raises ValueError if count is not from 0 to len(blocks).

    Checks accept float32 or float64 arithmetic (relative tolerance 1e-4, absolute 1e-5).

    中文：blocks 为残差块 (w1, b1, w2, b2) 的列表，y = x + max(x w1ᵀ + b1, 0) w2ᵀ + b2，逐块相接。一个块的影响力是
    1 减去 cos(x, y) 对各样本的平均，在完整的网络中测量；某样本的 x 或 y 全为零时余弦记为 0，否则长度在 1e-10 与 1e10
    之间。移除影响力最小的 count 个，相等时靠前的保留；在取舍的边界上，只有输入与输出都相同的块才会相等。返回 (保留块的
    下标列表，递增；每个块的影响力，新的浮点数组)，不与参数共享内存。不修改参数；blocks 可以为空。count 不在 0 到
    len(blocks) 之间，抛出 ValueError。计算用 float32 或 float64 均可（相对容差 1e-4，绝对容差 1e-5）。
    """
    # Write your answer here.
    raise NotImplementedError
