"""Exercise distillation/attention_transfer: teach a student where to look, by normalized maps of its activations.

Question card: exercises/distillation/attention_transfer.md (中文：attention_transfer.zh.md)
Check it with: minicompress check distillation/attention_transfer
"""

import numpy as np


def attention_transfer(h_s, h_t):
    """Return (loss, dh_s): how far the student's attention maps are from the teacher's, and the gradient.

    h_s, h_t
        Activations of student and teacher, float32 or float64, (n, C_s, h, w) and (n, C_t, h, w), all sizes at least 1.
        The numbers of channels may differ; the samples, the height and the width may not. What is not 0 lies between
        1e-8 and 1e8 in magnitude.

    For each sample, with A its activations:

        map         Q  = sum over channels of A^2              shape (h, w)
        normalized  Q^ = Q / ||Q||,  ||Q|| = sqrt(sum Q^2)     over the positions of that sample; zeros stay zeros,
                                                               and nothing is added to any other norm

    and over the batch

        loss    L    = 1/n sum over samples and positions of (Q^_s - Q^_t)^2
        dh_s         = dL/dh_s: derive it, through the norm too; 0 where the map is all zero

    Returns a tuple: the loss, one number, and dh_s, a new array of floats of the shape of h_s: it shares no memory with
    the arguments, which stay as they are.

    Raises ValueError if an array does not have four axes or is empty, or if n, h or w differ.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-6).

    中文：返回 (loss, dh_s)。每个样本的注意力图 Q 是激活的平方对通道求和，再除以自身的 L2 范数（对该样本的所有位置；全零
    的图保持为零，梯度为 0；除此之外范数上不加任何东西）；损失是归一化图之差的平方对位置求和、对样本取平均；dh_s 是损失
    对 h_s 的梯度，求导要经过范数。激活为 float32 或 float64，非零的大小在 1e-8 与 1e8 之间。通道数可以不同；数组不是四
    维、为空，或 n、h、w 不同时抛出 ValueError。loss 是一个数，dh_s 是不与参数共享内存的新浮点数组；不修改参数。计算用
    float32 或 float64 均可（相对容差 1e-4，绝对容差 1e-6）。
    """
    ### BEGIN SOLUTION
    if h_s.ndim != 4 or h_s.size * h_t.size == 0 or (len(h_s), h_s.shape[2:]) != (len(h_t), h_t.shape[2:]):
        shapes = f"{h_s.shape} and {h_t.shape}"
        raise ValueError(f"attention_transfer: h_s, h_t must be (n, channels, h, w) with equal n, h, w, got {shapes}")
    (a_s, norm), (a_t, _) = normalized_maps(h_s), normalized_maps(h_t)
    gap = a_s - a_t
    da = 2 * gap / len(gap)
    dq = (da - a_s * np.sum(da * a_s, axis=(1, 2), keepdims=True)) / norm
    return np.sum(gap**2) / len(gap), 2 * h_s * dq[:, None]
    ### END SOLUTION


### BEGIN SOLUTION
def normalized_maps(h):
    q = np.sum(h**2, axis=1)
    norm = np.sqrt(np.sum(q**2, axis=(1, 2), keepdims=True))
    norm[norm == 0] = 1
    return q / norm, norm


### END SOLUTION
