"""Exercise foundations/conv2d_im2col: a convolution as a matrix product, forward and backward, with stride and padding.

Question card: exercises/foundations/conv2d_im2col.md (中文：conv2d_im2col.zh.md)
Check it with: minicompress check foundations/conv2d_im2col
"""

import numpy as np


def conv2d_im2col(x, w, b, dy=None, stride=1, padding=0):
    """Return (y, dx, dw, db): the convolution y of x with w, plus b, and from dy = dL/dy the three gradients.

    x
        Images, shape (n, c, h, width).
    w, b
        Kernels, shape (out, c, kh, kw), and one bias for each of them, shape (out,).
    dy
        Shape of y, or None: then return (y, None, None, None). So the forward pass can be written and checked first;
        9 of the 21 points need nothing else. A dy of zeros is a dy, and has gradients.
    stride, padding
        Python integers, stride >= 1 and padding >= 0, the same for rows and columns. Padding adds that many zeros on
        each of the four sides, whatever the size of the kernel.

    The arrays hold finite float32 or float64 numbers, in any memory order; n, c and out are at least 1.

    As everywhere in deep learning the kernel is not flipped. With xp the padded x, for oh by ow positions,

        y[k, o, p, q] = b[o] + sum over c, i, j of xp[k, c, p stride + i, q stride + j] w[o, c, i, j]
        oh = floor((h + 2 padding - kh) / stride) + 1       and ow likewise

    Rows and columns that no window reaches have no influence, and gradient 0. Any method will do; im2col copies all
    windows into the columns of a matrix, so that one product does the rest.

    Returns a tuple of new arrays, dx, dw and db with the shapes of x, w and b: they share no memory with the arguments,
    which stay as they are. float32 or float64 is left to you.

    Raises ValueError if x and w are not both of four axes, if their channels differ, if b is not of shape (out,) or dy
    not of y's shape (nothing is broadcast or reshaped to fit), if stride < 1 or padding < 0, or if the kernel is higher
    or wider than the padded image.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-5, absolute 1e-5).

    中文：返回 (y, dx, dw, db)：x (n, c, h, width) 与 w (out, c, kh, kw) 的卷积加 b（核不翻转，四边各补 padding 个零，
    1 x 1 的核也不例外；输出大小向下取整），以及由 dy 得到的三个梯度；dy 为 None 时返回 (y, None, None, None)，可以先只
    写前向（21 分中的 9 分）；全为零的 dy 也是 dy，照样有梯度。stride、padding 是 Python 整数；数组为有限的 float32 或
    float64，内存顺序任意，n、c、out 至少为 1。窗口够不到的行列梯度为 0。返回的是不与参数共享内存的新数组，float32 或
    float64 均可；不修改参数。轴数、通道、b 或 dy 的形状不对（不得靠广播或变形来凑合），stride < 1，padding < 0，或核比
    补零后的图像更高或更宽时抛出 ValueError。
    """
    ### BEGIN SOLUTION
    if (x.ndim, w.ndim) != (4, 4) or x.shape[1] != w.shape[1] or b.shape != (len(w),):
        shapes = f"{x.shape}, {w.shape}, {b.shape}"
        raise ValueError(f"conv2d_im2col: x, w, b must be (n, c, h, w), (out, c, kh, kw), (out,), got {shapes}")
    if stride < 1 or padding < 0:
        raise ValueError(f"conv2d_im2col: stride must be >= 1 and padding >= 0, got {stride} and {padding}")
    (n, c, h, width), (out, _, kh, kw) = x.shape, w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    oh, ow = (h + 2 * padding - kh) // stride + 1, (width + 2 * padding - kw) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError(f"conv2d_im2col: the kernel {kh, kw} is larger than the padded image {xp.shape[2:]}")

    columns = np.stack(windows(xp, kh, kw, oh, ow, stride), axis=2).reshape(n, c * kh * kw, oh * ow)
    rows = w.reshape(out, c * kh * kw)
    y = (rows @ columns).reshape(n, out, oh, ow) + b[:, None, None]
    if dy is None:
        return y, None, None, None
    if dy.shape != y.shape:
        raise ValueError(f"conv2d_im2col: dy must have y's shape {y.shape}, got {dy.shape}")

    dy_rows = dy.reshape(n, out, oh * ow)
    dw = np.sum(dy_rows @ columns.transpose(0, 2, 1), axis=0).reshape(w.shape)
    db = np.sum(dy, axis=(0, 2, 3))
    dcolumns = (rows.T @ dy_rows).reshape(n, c, kh * kw, oh, ow)
    dxp = np.zeros(xp.shape)
    for k, window in enumerate(windows(dxp, kh, kw, oh, ow, stride)):
        window += dcolumns[:, :, k]  # a view: windows overlap, so their gradients add up
    dx = dxp[:, :, padding : padding + h, padding : padding + width]
    return y, dx, dw, db
    ### END SOLUTION


### BEGIN SOLUTION
def windows(xp, kh, kw, oh, ow, stride):
    """For each element of the kernel, the view of what it meets at all positions, shape (n, c, oh, ow)."""
    ends = stride * oh, stride * ow
    return [xp[:, :, i : i + ends[0] : stride, j : j + ends[1] : stride] for i in range(kh) for j in range(kw)]


### END SOLUTION
