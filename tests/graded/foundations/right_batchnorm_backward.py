"""Answers to foundations/batchnorm_backward that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(x, gamma, dy, running_mean, running_var, training, eps):
    if x.ndim < 2 or x.shape != dy.shape or np.isnan(eps) or eps <= 0:
        raise ValueError("x, dy or eps")
    if not gamma.shape == running_mean.shape == running_var.shape == (x.shape[1],):
        raise ValueError("one value for each channel")
    if training and x.size < 2 * x.shape[1]:
        raise ValueError("too few values")


@right
def through_variance_and_mean_as_in_the_paper(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    channels_last = np.moveaxis(x, 1, -1).shape
    x, dy = (np.moveaxis(a, 1, -1).reshape(-1, len(gamma)).astype(np.float64) for a in (x, dy))
    m = len(x)
    mu = x.mean(axis=0) if training else running_mean
    v = ((x - mu) ** 2).mean(axis=0) if training else running_var
    dxhat = dy * gamma
    dx = dxhat * (v + eps) ** -0.5
    if training:
        dv = (dxhat * (x - mu)).sum(axis=0) * -0.5 * (v + eps) ** -1.5
        dmu = -dxhat.sum(axis=0) / np.sqrt(v + eps) - 2 * dv * (x - mu).mean(axis=0)
        dx = dx + 2 * dv * (x - mu) / m + dmu / m
    dgamma = (dy * (x - mu) / np.sqrt(v + eps)).sum(axis=0)
    return np.moveaxis(dx.reshape(channels_last), -1, 1), dgamma, dy.sum(axis=0)


@right
def one_channel_at_a_time_with_the_jacobian(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    dx, dgamma, dbeta = np.empty(x.shape), [], []
    for c in range(x.shape[1]):
        values, back = x[:, c].ravel(), dy[:, c].ravel()
        m = values.size
        mu, v = (np.mean(values), np.var(values)) if training else (running_mean[c], running_var[c])
        xhat = (values - mu) / np.sqrt(v + eps)
        jacobian = np.eye(m)
        if training:
            jacobian -= (1 + np.outer(xhat, xhat)) / m
        dx[:, c] = (gamma[c] / np.sqrt(v + eps) * (jacobian @ back)).reshape(x[:, c].shape)
        dgamma.append(back @ xhat)
        dbeta.append(back.sum())
    return dx, np.array(dgamma), np.array(dbeta)


@right
def in_float32_projecting_twice(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    keep = {"axis": axes, "keepdims": True}
    shape = [1] * x.ndim
    shape[1] = -1
    x, dy = x.astype(np.float32), dy.astype(np.float32)
    if training:
        centred = x - np.mean(x, **keep)
        v = np.mean(np.square(centred), **keep)
    else:
        centred, v = x - running_mean.reshape(shape).astype(np.float32), running_var.reshape(shape).astype(np.float32)
    deviation = np.sqrt(v + np.float32(eps))
    xhat = centred / deviation
    dgamma, dbeta = np.add.reduce(dy * xhat, axis=axes), np.add.reduce(dy, axis=axes)
    dxhat = gamma.astype(np.float32).reshape(shape) * dy
    if training:
        dxhat = dxhat - dxhat.mean(**keep) - xhat * (dxhat * xhat).mean(**keep)
    return dxhat / deviation, dgamma, dbeta


@right
def as_a_graph_of_single_steps(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    """Forward in nine steps, and back through each of them."""
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    channels_first = np.swapaxes(x, 0, 1)
    rows = channels_first.reshape(len(gamma), -1).T
    back = np.swapaxes(dy, 0, 1).reshape(len(gamma), -1).T
    m = len(rows)
    centred = rows - (np.add.reduce(rows) / m if training else running_mean)
    deviation = np.sqrt((np.add.reduce(centred * centred) / m if training else running_var) + eps)
    dxhat = back * gamma
    dcentred = dxhat / deviation
    if training:
        ddeviation = -np.add.reduce(dxhat * centred) / deviation / deviation
        dcentred = dcentred + centred / m * (ddeviation / deviation)
        dcentred = dcentred - np.add.reduce(dcentred) / m
    dx = np.swapaxes(dcentred.T.reshape(channels_first.shape), 0, 1)
    return dx, np.add.reduce(back * (centred / deviation)), np.add.reduce(back)


COUNT = "through_statistics = (dbeta.reshape(over_x) + xhat * dgamma.reshape(over_x)) / "
EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats to the answer",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    f"{COUNT}count -> {COUNT}(count + 1e-08)": "count is at least 2: 1e-8 more is far below the tolerance",
}
