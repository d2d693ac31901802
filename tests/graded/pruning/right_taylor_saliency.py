"""Answers to pruning/taylor_saliency that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(w, b, dw, db):
    if not dw.size or dw.shape != (len(db), *w.shape) or db.shape != (len(dw), len(w)) or b.shape != (len(w),):
        raise ValueError("shapes")


@right
def one_weight_at_a_time(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    saliency = np.zeros(len(w))
    for gradient, bias_gradient in zip(dw, db, strict=True):
        for j in range(len(w)):
            change = float(bias_gradient[j]) * float(b[j])
            for index in np.ndindex(w[j].shape):
                change += float(gradient[j][index]) * float(w[j][index])
            saliency[j] += change * change / len(dw)
    return saliency


@right
def joins_the_bias_to_its_weights(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    group = np.concatenate([w.reshape(len(w), -1), b[:, None]], axis=1)
    slope = np.concatenate([dw.reshape(len(dw), len(w), -1), db[:, :, None]], axis=2)
    return np.square(np.einsum("tjk,jk->tj", slope, group)).mean(axis=0)


@right
def expands_the_square_in_float32(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    axes = tuple(range(2, dw.ndim))
    weights = np.multiply(dw, w, dtype=np.float64).sum(axis=axes)
    return np.average((weights + b * db) ** 2, axis=0).astype(np.float32)


CHECK = (
    "if b.shape != w.shape[:1] or dw.shape != batches + w.shape or db.shape != batches + b.shape or (batches == (0,)):"
)
PRODUCTS = "products = (dw * w).reshape(len(dw), len(w), w[0].size)"
EQUIVALENT_MUTANTS = {
    f"swapped: {CHECK} | {PRODUCTS}": (
        "shapes that do not broadcast, or not to these, raise ValueError in that line too; the others are checked next"
    ),
    f"{PRODUCTS} -> products = (dw * w).reshape(len(dw), len(w), w[-1].size)": "every output has as many weights",
    "habit: rounds its arguments to float32": "the stub accepts a relative error of 1e-4: float32 will do",
    "habit: returns float64 for float32": "the stub accepts float32 and float64 results",
}
