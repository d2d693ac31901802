"""Exercise quantization/integer_linear: a linear layer in integers alone, from int8 codes to int8 codes.

Question card: exercises/quantization/integer_linear.md (中文：integer_linear.zh.md)
Check it with: minicompress check quantization/integer_linear
"""

import numpy as np


def integer_linear(q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y):
    """Return the codes q_y of y = x wᵀ + b, computed from codes: x = s_x (q_x - z_x), w = s_w (q_w - z_w).

    q_x, s_x, z_x
        int8 array (n, in), its scale (a float > 0) and zero point (an integer from -128 to 127, NumPy's int8 too).
    q_w, s_w, z_w
        int8 array (out, in), a float64 array (out,) with the scale of each output channel, and one zero point.
    b
        Float array (out,), finite.
    s_y, z_y
        Scale and zero point of the output. All scales are of any magnitude from 1e-30 to 1e30; the products are taken
        from left to right.

    The scales are constants: once a model is converted, they are gone. Of each output channel remain

        q_b = round(b / (s_x s_w)), half to even               a 32-bit integer, in units of the accumulator
        M   = s_x s_w / s_y = M0 2^-31 2^e                     M0 an integer from 2^30 to 2^31: round(f 2^31), half
                                                               to even, for M = f 2^e with f in [0.5, 1)

    and everything that follows is in integers, exactly:

        acc = sum over in of (q_x - z_x) (q_w - z_w) + q_b     32 bits hold it here
        r   = acc M0 / 2^(31 - e), rounded to nearest, a half up (towards +infinity); a product of 64 bits
        q_y = r + z_y, or the nearest of -128 and 127 if it lies outside

    Returns q_y, a new int8 array (n, out): it shares no memory with the arguments, which stay as they are.

    Raises ValueError unless q_w has as many inputs as q_x, s_w and b have shape (out,), and every 0 < M < 1 (NaN is
    not). In the checks no M is below 2^-20. Every code must be equal: floats will not do, not even float64.

    中文：只用整数计算全连接层 y = x wᵀ + b 的输出量化值。q_x 为 int8 (n, in)，缩放因子为 s_x，零点为 z_x（-128 到 127
    的整数，NumPy 的 int8 亦可）；q_w 为 int8 (out, in)，s_w 为 float64 (out,)（每个输出通道一个缩放因子），零点 z_w
    只有一个；b 为有限浮点 (out,)。缩放因子的大小在 1e-30 与 1e30 之间，乘除从左到右。
    转换时对每个通道算出 q_b（32 位，恰为一半时取偶数）与 M = M0 2^-31 2^e（f 在 [0.5, 1)，M0 = round(f 2^31)，恰为
    一半时取偶数，可以等于 2^31）。此后全是精确的整数运算：acc 求和，r = acc M0 / 2^(31 - e)，取最近的整数，恰为一半时
    向上（朝正无穷）取；q_y = r + z_y，超出 -128 到 127 时取端点。返回新的 int8 (n, out)，不与参数共享内存；不修改参数。
    q_w 与 q_x 输入数不同、s_w 或 b 形状不是 (out,)、某个 M 不满足 0 < M < 1（包括 NaN），抛出 ValueError。每个量化值都
    必须相等，用浮点数（包括 float64）代替不行。
    """
    ### BEGIN SOLUTION
    out, inputs = q_w.shape
    if q_x.shape[1] != inputs or s_w.shape != (out,) or b.shape != (out,):
        raise ValueError(f"integer_linear: shapes do not fit: {q_x.shape}, {q_w.shape}, {s_w.shape}, {b.shape}")
    m = s_x * s_w / s_y
    if not np.all((m > 0) & (m < 1)):  # NaN is refused too
        raise ValueError(f"integer_linear: every s_x s_w / s_y must be between 0 and 1, got {m}")
    q_b = np.int64(np.rint(b / (s_x * s_w)))
    f, e = np.frexp(m)
    m0, n = np.int64(np.rint(f * 2**31)), np.int64(31 - e)

    acc = (np.int64(q_x) - z_x) @ (np.int64(q_w) - z_w).T + q_b
    r = (acc * m0 + 2 ** (n - 1)) >> n
    return np.clip(r + z_y, -128, 127).astype(np.int8)
    ### END SOLUTION
