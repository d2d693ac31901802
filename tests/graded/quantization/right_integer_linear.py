"""Answers to quantization/integer_linear that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(q_x, s_x, q_w, s_w, b, s_y):
    if q_x.shape[1:] != q_w.shape[1:] or s_w.shape != q_w.shape[:1] or b.shape != s_w.shape:
        raise ValueError("shapes")
    if not all(0 < s_x * s / s_y < 1 for s in s_w.tolist()):
        raise ValueError("multiplier")


@right
def in_pythons_integers(q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y):
    refuse_bad(q_x, s_x, q_w, s_w, b, s_y)
    z_x, z_w, z_y = int(z_x), int(z_w), int(z_y)
    q_y = np.empty((q_x.shape[0], q_w.shape[0]), np.int8)
    for o in range(len(q_w)):
        f, e = math.frexp(s_x * float(s_w[o]) / s_y)
        multiplier, places = round(f * (1 << 31)), 31 - e
        for i in range(len(q_x)):
            acc = round(float(b[o]) / (s_x * float(s_w[o])))
            for k in range(q_x.shape[1]):
                acc += (int(q_x[i, k]) - z_x) * (int(q_w[o, k]) - z_w)
            code = z_y + ((acc * multiplier + (1 << (places - 1))) >> places)
            q_y[i, o] = min(max(code, -128), 127)
    return q_y


@right
def zero_points_multiplied_out(q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y):
    refuse_bad(q_x, s_x, q_w, s_w, b, s_y)
    z_x, z_w, z_y = int(z_x), int(z_w), int(z_y)
    x, w = q_x.astype(np.int32), q_w.astype(np.int32)
    # What does not depend on x goes into the bias.
    constant = np.rint(b / (s_x * s_w)).astype(np.int32) - z_x * w.sum(axis=1) + x.shape[1] * z_x * z_w
    acc = np.einsum("ni,oi->no", x, w) - z_w * x.sum(axis=1, keepdims=True) + constant
    f, e = np.frexp(s_x * s_w / s_y)
    product = acc.astype(np.int64) * np.round(np.ldexp(f, 31)).astype(np.int64)
    step = np.int64(1) << (31 - e).astype(np.int64)
    whole, rest = np.divmod(product, step)
    codes = whole + (2 * rest >= step) + z_y
    return np.minimum(np.maximum(codes, -128), 127).astype(np.int8)


@right
def exact_sums_in_float64(q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y):
    refuse_bad(q_x, s_x, q_w, s_w, b, s_y)
    z_x, z_w, z_y = int(z_x), int(z_w), int(z_y)
    acc = (q_x.astype(np.float64) - z_x) @ (q_w.astype(np.float64) - z_w).T  # whole numbers far below 2^53
    acc = acc.astype(np.int64) + np.rint(b / (s_x * s_w)).astype(np.int64)
    q_y = []
    for o, m in enumerate(s_x * s_w / s_y):
        n = 30 - math.floor(math.log2(m))
        m0 = round(m * 2.0**n)
        q_y.append([max(-128, min(127, (2 * int(a) * m0 + 2**n) // 2 ** (n + 1) + z_y)) for a in acc[:, o]])
    return np.array(q_y, np.int8).T


SHAPES = "if q_x.shape[1] != inputs or s_w.shape != (out,) or b.shape != (out,):"
EQUIVALENT_MUTANTS = {
    f"{SHAPES} -> if s_w.shape != (out,) or b.shape != (out,):": "the product refuses them as well",
    "return np.clip(r + z_y, -128, 127).astype(np.int8) -> return np.clip(-128, r + z_y, 127).astype(np.int8)": "the "
    "larger of a and b is the larger of b and a",
}
