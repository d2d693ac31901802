"""Answers to distillation/soft_labels that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(temperature):
    if not 0 < temperature < math.inf:
        raise ValueError("temperature must be finite and > 0")


@right
def one_row_at_a_time(logits, temperature):
    refuse_bad(temperature)
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        peak = max(row)
        e = [math.exp((value - peak) / temperature) for value in row]
        rows.append([value / sum(e) for value in e])
    return np.array(rows).reshape(logits.shape)


@right
def by_log_probabilities(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64) / temperature
    log_sum = np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return np.exp(z - log_sum)


@right
def in_float32_throughout(logits, temperature):
    refuse_bad(temperature)
    z = logits.astype(np.float32)
    e = np.exp((z - z.max(axis=-1)[..., np.newaxis]) / np.float32(temperature))
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@right
def row_by_row_along_the_axis(logits, temperature):
    refuse_bad(temperature)

    def softened(row):
        gaps = [(float(value) - float(max(row))) / temperature for value in row]
        total = math.fsum(map(math.exp, gaps))
        return [math.exp(gap) / total for gap in gaps]

    return np.apply_along_axis(softened, -1, logits)


@right
def from_differences(logits, temperature):
    refuse_bad(temperature)
    z = logits / np.float64(temperature)
    with np.errstate(over="ignore"):
        ratio = np.exp(z[..., None, :] - z[..., :, None])  # infinity is a class that is out of the question
    return 1 / ratio.sum(axis=-1)


@right
def in_float32_classes_first(logits, temperature):
    refuse_bad(temperature)
    z = np.moveaxis(logits, -1, 0).astype(np.float64)
    z = ((z - z.max(axis=0)) / temperature).astype(np.float32)
    p = np.exp(z)
    p /= p.sum(axis=0)
    return np.moveaxis(p, 0, -1).copy()


COPY = "making a copy first changes nothing"
EQUIVALENT_MUTANTS = {
    "swapped: if not (math.isfinite(temperature) and temperature > 0): | z = logits.astype(np.float64)": COPY,
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "return e / np.sum(e, axis=-1, keepdims=True) -> return e / (np.sum(e, axis=-1, keepdims=True) + 1e-08)": "the sum "
    "is at least 1, e^0 of the maximum",
}
