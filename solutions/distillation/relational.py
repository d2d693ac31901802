"""Exercise distillation/relational: compare how samples lie to each other, not where they lie.

Question card: exercises/distillation/relational.md (中文：relational.zh.md)
Check it with: minicompress check distillation/relational
"""

import numpy as np


def relational(h_s, h_t):
    """Return the distance-wise loss of relational knowledge distillation (RKD-D), a float.

    h_s, h_t
        Outputs of student and teacher for the same n samples, float32 or float64, (n, C_s) and (n, C_t), n >= 2. The
        widths may differ. Distances that are not 0 lie between 1e-8 and 1e8. In float64 the samples may lie 1e7 times
        as far from the origin as from each other: take differences in the dtype of the arrays.

    For each network, over the samples of the batch:

        d_ij   = ||h_i - h_j||              Euclidean, not squared
        mu     = the mean of the distances that are not 0
        psi_ij = d_ij / mu

    and with huber(u) = u^2 / 2 if |u| <= 1, else |u| - 1/2:

        L = the mean of huber(psi_s_ij - psi_t_ij) over all pairs i != j: divide by n (n - 1)

    The arguments stay as they are. The gradient is not asked for. Nothing is added to mu.

    Raises ValueError if an array does not have two axes or has no features, if the numbers of samples differ or are
    below 2, or if all samples of one network are equal (then mu does not exist).

    Checks accept float32 after the differences, or float64 (relative tolerance 1e-4, absolute 1e-6).

    中文：返回关系蒸馏（RKD-D）的距离损失（一个浮点数），不要求梯度。对每个网络，计算批内两两样本的欧氏距离（不平方），
    除以非零距离的平均值（其上不加任何东西）；损失是两个网络相应值之差的 Huber 函数，对所有 i != j 的样本对取平均，即除
    以 n (n - 1)。两个网络的宽度可以不同，数据为 float32 或 float64。非零距离在 1e-8 与 1e8 之间；float64 时样本到原点的
    距离可达彼此距离的 1e7 倍，相减要用数组自己的 dtype，之后用 float32 亦可（相对容差 1e-4，绝对容差 1e-6）。数组不是二
    维、没有特征，样本数不同或小于 2，或某个网络的样本全部相同时，抛出 ValueError。不修改参数。
    """
    ### BEGIN SOLUTION
    n = len(h_s)
    if (h_s.ndim, h_t.ndim, len(h_t)) != (2, 2, n):
        raise ValueError(f"relational: h_s, h_t must be (n, C) with equal n, got {h_s.shape}, {h_t.shape}")
    u = np.abs(relative_distances(h_s) - relative_distances(h_t))
    return np.sum(np.where(u <= 1, u**2 / 2, u - 0.5)) / (n * (n - 1))
    ### END SOLUTION


### BEGIN SOLUTION
def relative_distances(h):
    d = np.sqrt(np.sum((h[:, None] - h[None]) ** 2, axis=2))
    if not d.any():  # one sample is refused here too
        raise ValueError(f"relational: there must be samples that differ, got shape {h.shape}")
    return d / d[d > 0].mean()


### END SOLUTION
