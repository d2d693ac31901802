"""Exercise distillation/label_smoothing: cross-entropy with smoothed labels, with its gradient.

Question card: exercises/distillation/label_smoothing.md (中文：label_smoothing.zh.md)
Check it with: minicompress check distillation/label_smoothing
"""

import numpy as np


def label_smoothing(logits, labels, eps):
    """Return (loss, dz): the mean cross-entropy with smoothed labels, and its gradient for the logits.

    logits
        z, finite float32 or float64 numbers, or integers of any dtype (uint8 too), shape (n, C), both at least 1. Of
        any size up to 1e30.
    labels
        An array of shape (n,) of any integer dtype, from 0 to C - 1: the class of each sample.
    eps
        A number in [0, 1]: the share of the target that is spread evenly over all C classes, the label's among them.

    With onehot 1 at the label and 0 elsewhere, p = softmax(z):

        t    = (1 - eps) onehot + eps / C
        loss = -1/n  sum over samples and classes of t log p            in nats
        dz   = d loss / d z             derive it; shape (n, C)

    Returns a tuple: the loss, one number, and dz, a new array of floats: it shares no memory with the arguments, which
    stay as they are.

    Raises ValueError if eps is not in [0, 1] (NaN is not), if labels are not of shape (n,), or if one is below 0 or
    above C - 1.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-6).

    中文：返回 (loss, dz)：以平滑标签为目标的交叉熵（批次平均，单位 nat，一个数）及其对 logits 的梯度（公式见上，请自行
    推导）。logits 是有限的 float32 或 float64，或任意类型（包括 uint8）的整数，形状为 (n, C)，n 与 C 至少为 1，大小可达
    1e30；labels 是任意整数类型的 (n,) 数组，取 0 到 C - 1；eps 取 [0, 1]，是平均分给全部 C 个类别（包括标签那一类）的份
    额。dz 是不与参数共享内存的新浮点数组；不修改参数。eps 不在 [0, 1]（包括 NaN）、labels 的形状不是 (n,) 或取值越界
    时，抛出 ValueError。计算用 float32 或 float64 均可（相对容差 1e-4，绝对容差 1e-6）。
    """
    # Write your answer here.
    raise NotImplementedError
