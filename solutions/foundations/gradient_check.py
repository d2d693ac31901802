"""Exercise foundations/gradient_check: is a backward pass the derivative of its forward pass? Central differences tell.

Question card: exercises/foundations/gradient_check.md (中文：gradient_check.zh.md)
Check it with: minicompress check foundations/gradient_check
"""

import math

import numpy as np


def gradient_check(forward, backward, inputs, dy, h=1e-5, tolerance=1e-6):
    """Return (passed, errors): whether backward is the derivative of forward, and the relative error for each input.

    forward, backward
        `forward(*inputs)` returns an array y. `backward(*inputs, dy)` returns a tuple or list with one gradient for
        each input, in order: those of L = sum(dy * y). Both are pure functions of their arguments, and refuse other
        arrays than float64 with TypeError. backward is the suspect; forward is taken to be right, and smooth near the
        inputs.
    inputs
        A list or tuple of one or more float arrays, x or x, w, b and so on, in any memory order, read-only perhaps; of
        any number of axes, none too, but not empty. They are float32 perhaps: do all arithmetic in float64, and call
        forward and backward with float64 arrays, dy included.
    dy
        A float array of the shape of y.
    h, tolerance
        Finite numbers > 0: the step, and the largest relative error that passes.

    For each input x, with g its gradient from backward, and numeric the array of, for every entry i,

        numeric[i] = (L(x + h e_i) - L(x - h e_i)) / 2h          e_i is 1 at i and 0 elsewhere

        error = ||g - numeric|| / max(||g||, ||numeric||, 1e-3)  with norms over all entries

    The 1e-3 is for gradients that are truly zero, where both sides are rounding noise. The error is infinity where g
    has another shape than x, or where the quotient is not a finite number, be it for g or for L. A step is h itself,
    whatever the size of x.

    Returns a tuple: passed, a bool, whether every error is <= tolerance, and errors, a list of floats, one for each
    input. The arguments stay as they are, to the last bit.

    Raises ValueError if h or tolerance is not finite and > 0, if dy has another shape than y (as many numbers are not
    enough), or if backward returns more or fewer gradients than there are inputs.

    Checks accept errors within 5e-7, or 1e-4 of themselves.

    中文：返回 (passed, errors)：backward 是否为 forward 的导数，以及每个输入的相对误差。L = sum(dy * y)；用步长 h 的
    中心差分逐个元素求 numeric，全部用 float64 计算，也以 float64 数组（包括 dy）调用 forward 与 backward，否则它们抛出
    TypeError；步长就是 h，与 x 的大小无关；误差公式见上，g 的形状与输入不同、或商不是有限数（不论因为 g 还是 L）时误差
    为无穷大。每个误差都不超过 tolerance 才算通过。inputs 是列表或元组，数组的内存顺序任意，可以没有轴，也可以是只读
    的，但不为空。一个比特也不能改动参数。h 或 tolerance 不是有限正数、dy 与 y 形状不同（元素个数相同也不行）、梯度个数
    与输入个数不同时抛出 ValueError。
    """
    ### BEGIN SOLUTION
    if not (0 < h < math.inf and 0 < tolerance < math.inf):
        raise ValueError(f"gradient_check: h and tolerance must be finite and > 0, got {h!r} and {tolerance!r}")
    inputs, dy = [np.array(x, np.float64) for x in inputs], np.array(dy, np.float64)
    y = forward(*inputs)
    if y.shape != dy.shape:
        raise ValueError(f"gradient_check: dy must have y's shape {y.shape}, got {dy.shape}")
    gradients = backward(*inputs, dy)
    if len(gradients) != len(inputs):
        raise ValueError(f"gradient_check: backward must return {len(inputs)} gradients, got {len(gradients)}")
    errors = []
    for x, g in zip(inputs, gradients, strict=True):
        numeric = np.empty(x.shape)
        for i in np.ndindex(x.shape):
            value = x[i]
            x[i] = value + h
            above = np.sum(dy * forward(*inputs))
            x[i] = value - h
            below = np.sum(dy * forward(*inputs))
            x[i] = value  # what was there, not below + h: that would round
            numeric[i] = (above - below) / (2 * h)
        errors.append(relative_error(g, numeric))
    return all(error <= tolerance for error in errors), errors
    ### END SOLUTION


### BEGIN SOLUTION
def relative_error(g, numeric):
    if np.shape(g) != numeric.shape:
        return math.inf
    norm = np.linalg.norm
    error = float(norm(g - numeric) / max(norm(g), norm(numeric), 1e-3))
    return error if math.isfinite(error) else math.inf


### END SOLUTION
