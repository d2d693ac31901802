"""Exercise pruning/taylor_saliency: how much would the loss change without a filter? First-order Taylor.

Question card: exercises/pruning/taylor_saliency.md (中文：taylor_saliency.zh.md)
Check it with: minicompress check pruning/taylor_saliency
"""

import numpy as np


def taylor_saliency(w, b, dw, db):
    """Return the saliency of each output: (sum of gradient times weight over its group)², averaged over batches.

    w, b
        Weights of shape (out, in), a linear layer, or (out, in, kh, kw), a convolution, and biases of shape (out,):
        arrays of finite floats, no axis of w empty. The group of output j is all of w[j] and b[j]: what disappears when
        the neuron or filter is removed.
    dw, db
        The gradients of several batches, at the same w and b: dw[t] = dL/dw of batch t, so dw has shape (batches,
        *w.shape) and db (batches, out).

    Returns a new array of floats of shape (out,), I_j = mean over t of (sum over the group of gradient * weight)².

    The arguments stay as they are. Checks accept a relative error of 1e-4, so that float32 will do, and float32 or
    float64 results; where terms cancel, an error of 1e-6 too.
    Raises ValueError if b, dw or db has another shape than this, even one that broadcasts, or if there is no batch.

    中文：返回每个输出的显著性 I_j = （该组的梯度乘权重之和）² 对各批次 t 的平均，形状 (out,)。第 j 组是 w[j] 的全部
    权重和偏置 b[j]，即删掉这个神经元或滤波器时一起消失的参数。dw、db 是若干批次各自的梯度，第一个轴是批次。
    返回的是新数组，float32 或 float64 均可，相对误差不超过 1e-4（各项抵消时绝对误差不超过 1e-6）。w 的各轴都不为空。
    不修改参数；形状不符（即使可以广播）或没有批次，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
