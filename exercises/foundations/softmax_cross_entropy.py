"""Exercise foundations/softmax_cross_entropy: the loss of a classifier, with its gradient, for logits of any size.

Question card: exercises/foundations/softmax_cross_entropy.md (中文：softmax_cross_entropy.zh.md)
Check it with: minicompress check foundations/softmax_cross_entropy
"""

import numpy as np


def softmax_cross_entropy(logits, labels):
    """Return (loss, dlogits): the mean cross-entropy of softmax(logits) with the labels, and its gradient.

    logits
        z, float32 or float64, shape (n, classes), both at least 1. Of any size up to 1e30, and rows may lie far apart.
        A class that is masked out has the logit -inf (never the label's own); NaN and +inf do not occur.
    labels
        An array of shape (n,), of any integer dtype, int8 and uint8 too; each label from 0 to classes - 1.

    With p = softmax(z), row by row:

        L = -1/n sum_k log p[k, label_k]        finite, also where p rounds to 0
        dlogits = dL/dz                         derive it; shape (n, classes)

    Returns a tuple: the loss, one number, and dlogits, a new array: it shares no memory with the arguments, which stay
    as they are. float32 or float64 is left to you.

    Raises ValueError if logits are not of two axes or are empty, if labels are of another dtype than an integer one
    (bool is not one) or not of shape (n,), or if a label lies outside 0 to classes - 1, -1 and -100 too.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-5, absolute 1e-6).

    中文：返回 (loss, dlogits)：softmax(logits) 与标签的交叉熵（对批次取平均，一个数）及其对 logits 的梯度。logits 为
    float32 或 float64，大小可达 1e30，各行可以相差很远；被屏蔽的类别为 -inf（不会是标签所在的类别），不会有 NaN 与
    +inf。labels 可为任意整数类型，包括 int8 与 uint8。p 舍入为 0 时损失仍须有限。dlogits 是不与参数共享内存的新数组，
    float32 或 float64 均可；不修改参数。logits 不是二维或为空，labels 不是整数类型（布尔也不算）、形状不是 (n,) 或超出
    0 到 classes - 1（包括 -1 与 -100）时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
