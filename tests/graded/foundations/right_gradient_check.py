"""Answers to foundations/gradient_check that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


@right
def with_unit_arrays(forward, backward, inputs, dy, h=1e-5, tolerance=1e-6):
    if not all(math.isfinite(number) and number > 0 for number in (h, tolerance)):
        raise ValueError("h and tolerance")
    inputs = [np.asarray(x, dtype=float) for x in inputs]
    dy = np.asarray(dy, dtype=float)
    if forward(*inputs).shape != dy.shape:
        raise ValueError("dy")
    gradients = list(backward(*inputs, dy))
    if len(gradients) - len(inputs):
        raise ValueError("gradients")

    def loss(position, moved):
        return float((forward(*inputs[:position], moved, *inputs[position + 1 :]) * dy).sum())

    errors = []
    for position, x in enumerate(inputs):
        slopes = []
        for k in range(x.size):
            e = np.zeros(x.size)
            e[k] = h
            e = e.reshape(x.shape)
            slopes.append((loss(position, x + e) - loss(position, x - e)) / (2 * h))
        slopes, g = np.array(slopes).reshape(x.shape), np.asarray(gradients[position])
        if g.shape != x.shape or not (np.isfinite(g).all() and np.isfinite(slopes).all()):
            errors.append(float("inf"))
            continue
        difference = np.sqrt(((g - slopes) ** 2).sum())
        errors.append(float(difference / max(np.sqrt((g**2).sum()), np.sqrt((slopes**2).sum()), 1e-3)))
    return max(errors) <= tolerance, errors


@right
def through_a_flat_vector(forward, backward, inputs, dy, h=1e-5, tolerance=1e-6):
    if not (h > 0 and tolerance > 0) or np.isinf([h, tolerance]).any():
        raise ValueError("h and tolerance")
    shapes = [x.shape for x in inputs]
    ends = np.cumsum([0] + [x.size for x in inputs])
    vector = np.concatenate([x.ravel() for x in inputs]).astype(np.float64)

    def arrays(vector):
        parts = zip(shapes, ends[:-1], ends[1:], strict=True)
        return [vector[start:end].reshape(shape) for shape, start, end in parts]

    if forward(*arrays(vector)).shape != dy.shape:
        raise ValueError("dy")
    gradients = backward(*arrays(vector), dy.astype(np.float64))
    numeric = np.empty(vector.size)
    for k in range(vector.size):
        above, below = vector.copy(), vector.copy()
        above[k] += h
        below[k] -= h
        numeric[k] = np.vdot(dy, forward(*arrays(above)) - forward(*arrays(below))) / (2 * h)
    errors = []
    for g, n in zip(gradients, arrays(numeric), strict=True):
        error = math.inf
        if np.shape(g) == n.shape:
            error = np.linalg.norm(g - n) / np.max([np.linalg.norm(g), np.linalg.norm(n), 1e-3])
        errors.append(float(error) if np.isfinite(error) else math.inf)
    return bool(np.all(np.array(errors) <= tolerance)), errors


@right
def with_the_flat_iterator(forward, backward, inputs, dy, h=1e-5, tolerance=1e-6):
    if np.isnan(h) or np.isnan(tolerance) or min(h, tolerance) <= 0 or max(h, tolerance) == math.inf:
        raise ValueError("h and tolerance")
    copies = tuple(x.astype(np.float64) for x in inputs)
    weights = dy.astype(np.float64)
    if np.shape(forward(*copies)) != np.shape(dy):
        raise ValueError("dy")
    gradients = backward(*copies, weights)
    if len(copies) != len(gradients):
        raise ValueError("gradients")
    passed, errors = True, []
    for x, g in zip(copies, gradients, strict=True):
        squares = [0.0, 0.0, 0.0]  # of the difference, of g, of the numeric gradient
        entries = np.asarray(g).flat if np.shape(g) == x.shape else [math.nan] * x.size
        for k, value in enumerate(entries):
            kept = x.flat[k]
            losses = []
            for moved in (kept + h, kept - h):
                x.flat[k] = moved
                losses.append(np.einsum("i,i->", weights.ravel(), forward(*copies).ravel()))
            x.flat[k] = kept
            slope = (losses[0] - losses[1]) / (2 * h)
            for j, number in enumerate((value - slope, value, slope)):
                squares[j] += number * number
        difference, ours, theirs = (math.sqrt(square) for square in squares)
        error = difference / max(ours, theirs, 1e-3)
        errors.append(error if math.isfinite(error) else math.inf)
        passed = passed and errors[-1] <= tolerance
    return passed, errors


@right
def differences_of_halves_with_exact_sums(forward, backward, inputs, dy, h=1e-5, tolerance=1e-6):
    if not all(0 < number < math.inf for number in (h, tolerance)):
        raise ValueError("h and tolerance")
    arrays = {k: np.array(x, dtype=np.float64, order="C") for k, x in enumerate(inputs)}
    weights = np.array(dy, dtype=np.float64)

    def half_slope(k, i, step):
        moved = {**arrays, k: arrays[k].copy()}
        moved[k][i] += step
        return math.fsum((weights * forward(*moved.values())).ravel().tolist()) / (2 * h)

    if np.shape(forward(*arrays.values())) != weights.shape:
        raise ValueError("dy")
    gradients = [np.array(g) for g in backward(*arrays.values(), weights)]
    if len(gradients) != len(arrays):
        raise ValueError("gradients")
    errors = []
    for k, x in arrays.items():
        slopes = [half_slope(k, i, h) - half_slope(k, i, -h) for i in np.ndindex(x.shape)]
        g = gradients[k].ravel().tolist()
        if gradients[k].shape != x.shape or not all(map(math.isfinite, g + slopes)):
            errors.append(math.inf)
            continue
        gap = math.hypot(*(a - b for a, b in zip(g, slopes, strict=True)))
        errors.append(gap / max(math.hypot(*g), math.hypot(*slopes), 1e-3))
    return not any(error > tolerance for error in errors), errors


ERROR = "error = float(norm(g - numeric) / max(norm(g), norm(numeric), 0.001))"
STRICT = "the number of gradients is checked twice, by len and by zip"
SYMMETRIC = "the error is symmetric in g and numeric"
EQUIVALENT_MUTANTS = {
    f"{ERROR} -> error = float(norm(g - numeric) / (max(norm(g), norm(numeric), 0.001) + 1e-08))": "the norm is at "
    "least 1e-3, so the error changes by 1e-5 of itself at most, a tenth of the tolerance",
    "swapped: if y.shape != dy.shape: | gradients = backward(*inputs, dy)": "backward changes nothing",
    "dropped: if len(gradients) != len(inputs):": STRICT,
    "dropped: raise ValueError(f'gradient_check: backward must return {len(inputs)} gradients, got {len(gradients)}')"
    "": STRICT,
    "for x, g in zip(inputs, gradients, strict=True): -> for x, g in zip(inputs, gradients):": STRICT,
    "for x, g in zip(inputs, gradients, strict=True): -> for x, g in zip(inputs, gradients, strict=False):": STRICT,
    "errors.append(relative_error(g, numeric)) -> errors.append(relative_error(numeric, g))": SYMMETRIC,
    f"{ERROR} -> error = norm(g - numeric) / max(norm(g), norm(numeric), 0.001)": "NumPy's float is a float",
    f"{ERROR} -> error = float(norm(numeric - g) / max(norm(g), norm(numeric), 0.001))": SYMMETRIC,
    f"{ERROR} -> error = float(norm(g - numeric) / max(norm(numeric), norm(g), 0.001))": SYMMETRIC,
}
