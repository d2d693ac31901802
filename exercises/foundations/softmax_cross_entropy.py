"""Exercise foundations/softmax_cross_entropy: the loss of a classifier, with its gradient, for logits of any size.

Question card: exercises/foundations/softmax_cross_entropy.md (中文：softmax_cross_entropy.zh.md)
Check it with: minicompress check foundations/softmax_cross_entropy
"""

import numpy as np


def softmax_cross_entropy(logits, labels):
    """Return (loss, dlogits): the mean cross-entropy of softmax(logits) with the labels, and its gradient.

    logits
        z, floats of shape (n, classes), n >= 1. They may lie in the thousands, and a class that is masked out has the
        logit -inf (never the label's own).
    labels
        An array of shape (n,), of any integer dtype; each label from 0 to classes - 1.

    With p = softmax(z), row by row:

        L = -1/n sum_k log p[k, label_k]        finite, also where p rounds to 0
        dlogits = dL/dz                         derive it; shape (n, classes)

    Returns a tuple: the loss, a float, and dlogits, a new array. The arguments stay as they are.

    Raises ValueError if logits are not of two axes or are empty, if labels are not integers or not of shape (n,), or
    if a label lies outside 0 to classes - 1.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-5, absolute 1e-6).

    中文：返回 (loss, dlogits)：softmax(logits) 与标签的交叉熵（对批次取平均）及其对 logits 的梯度。logits 可以上千，被
    屏蔽的类别为 -inf；p 舍入为 0 时损失仍须有限。不修改参数；logits 不是二维或为空，labels 不是整数、形状不是 (n,) 或
    超出 0 到 classes - 1 时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
