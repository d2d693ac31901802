"""Exercise pruning/filter_pruning: take the weakest filters out of a convolution, and of everything behind it.

Question card: exercises/pruning/filter_pruning.md (中文：filter_pruning.zh.md)
Check it with: minicompress check pruning/filter_pruning
"""

import numpy as np


def filter_pruning(w, b, bn, w_next, keep):
    """Return (w, b, bn, w_next) in which only the `keep` strongest filters of a convolution are left.

    w, b
        The convolution, shapes (c, in, kh, kw) and (c,): c filters, each making one channel. All arrays are float32 or
        all float64, and finite.
    bn
        The batch norm after it: a tuple (gamma, beta, running_mean, running_var), each of shape (c,).
    w_next
        The layer that reads the c channels. Four axes: a convolution (out, c, kh, kw). Two axes: a linear layer after a
        Flatten, (out, c h w), whose columns run channel by channel: the first h w belong to channel 0, and so on.
    keep
        How many filters stay, a whole number from 1 to c.

    The importance of a filter is its L1 norm, the sum of |w| over its weights, computed in float64. Among equal norms
    the lower index stays; no two norms differ by less than 1e-10 of themselves. The filters that stay keep their order.

    Returns a tuple of new arrays of the same dtype (bn again a tuple of four): they share no memory with the given
    ones, also where all filters stay. The arguments stay as they are.

    Raises ValueError if keep is not from 1 to c, if b or an array of bn is not of shape (c,), or if axis 1 of w_next is
    not c (convolution) or not a multiple of c (linear).

    中文：只保留卷积中 L1 范数最大的 keep 个滤波器，返回新的 (w, b, bn, w_next)：dtype 不变，即使全部保留也不与参数
    共享内存。范数以 float64 计算，相等时下标小的保留，不相等的至少相差自身的 1e-10；次序不变。bn 是 (gamma, beta,
    running_mean, running_var)。w_next 为四维时是下一个卷积 (out, c, kh, kw)；为二维时是 Flatten 之后的全连接层
    (out, c h w)，列按通道依次排列。数组全为 float32 或全为 float64，有限。不修改参数；keep 不在 1 到 c 之间，或形状
    不符，抛出 ValueError。
    """
    ### BEGIN SOLUTION
    c = len(w)
    if not 1 <= keep <= c:
        raise ValueError(f"filter_pruning: keep must be from 1 to {c}, got {keep!r}")
    each, rest = divmod(w_next.shape[1], c)  # columns of w_next for each channel
    if rest or (w_next.ndim == 4 and each != 1) or any(a.shape != (c,) for a in (b, *bn)):
        raise ValueError(f"filter_pruning: shapes must fit {c} filters, got {[a.shape for a in (b, *bn, w_next)]}")
    norms = np.sum(np.abs(w), axis=(1, 2, 3), dtype=np.float64)
    stay = np.sort(np.argsort(-norms, kind="stable")[:keep])
    columns = (stay[:, None] * each + np.arange(each)).ravel()
    return w[stay], b[stay], tuple(a[stay] for a in bn), w_next[:, columns]
    ### END SOLUTION
