"""Answers to foundations/conv2d_im2col that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def size_of_y(x, w, b, dy, stride, padding):
    """(n, out, oh, ow), or ValueError."""
    if x.ndim != 4 or w.ndim != 4:
        raise ValueError("four axes")
    if x.shape[1] != w.shape[1] or b.ndim != 1 or b.size != w.shape[0] or stride <= 0 or padding <= -1:
        raise ValueError("channels, bias, stride or padding")
    room = [x.shape[axis] + 2 * padding - w.shape[axis] for axis in (2, 3)]
    if min(room) < 0:
        raise ValueError("the kernel does not fit")
    shape = (x.shape[0], w.shape[0], room[0] // stride + 1, room[1] // stride + 1)
    if dy is not None and dy.shape != shape:
        raise ValueError("dy")
    return shape


def padded(x, padding):
    return np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])


def middle(xp, padding):
    return xp[:, :, padding : xp.shape[2] - padding, padding : xp.shape[3] - padding]


@right
def one_image_and_one_window_at_a_time(x, w, b, dy=None, stride=1, padding=0):
    n, out, oh, ow = size_of_y(x, w, b, dy, stride, padding)
    xp, (kh, kw) = padded(x, padding), w.shape[2:]
    y, dxp, dw, db = np.zeros((n, out, oh, ow)), np.zeros(xp.shape), np.zeros(w.shape), np.zeros(out)
    for k in range(n):
        for p in range(oh):
            for q in range(ow):
                top, left = p * stride, q * stride
                window = xp[k, :, top : top + kh, left : left + kw]
                for o in range(out):
                    y[k, o, p, q] = np.sum(window * w[o]) + b[o]
                    if dy is not None:
                        dw[o] += dy[k, o, p, q] * window
                        db[o] += dy[k, o, p, q]
                        dxp[k, :, top : top + kh, left : left + kw] += dy[k, o, p, q] * w[o]
    return (y, None, None, None) if dy is None else (y, middle(dxp, padding), dw, db)


@right
def one_element_of_the_kernel_at_a_time(x, w, b, dy=None, stride=1, padding=0):
    n, out, oh, ow = size_of_y(x, w, b, dy, stride, padding)
    xp = padded(x, padding)
    y = np.broadcast_to(b[None, :, None, None], (n, out, oh, ow)).astype(xp.dtype)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i, j in np.ndindex(w.shape[2:]):
        here = np.s_[:, :, i : i + stride * (oh - 1) + 1 : stride, j : j + stride * (ow - 1) + 1 : stride]
        y += np.einsum("oc,ncpq->nopq", w[:, :, i, j], xp[here])
        if dy is not None:
            dw[:, :, i, j] = np.einsum("nopq,ncpq->oc", dy, xp[here])
            dxp[here] += np.einsum("oc,nopq->ncpq", w[:, :, i, j], dy)
    if dy is None:
        return y, None, None, None
    return y, middle(dxp, padding), dw, np.einsum("nopq->o", dy)


@right
def in_float32_number_by_number(x, w, b, dy=None, stride=1, padding=0):
    """Without a padded image: what a window meets outside of x is left out."""
    shape = size_of_y(x, w, b, dy, stride, padding)
    y, dx, dw = np.zeros(shape, np.float32), np.zeros(x.shape, np.float32), np.zeros(w.shape, np.float32)
    y += np.float32(b)[:, None, None]
    for p, q, i, j in np.ndindex(*shape[2:], *w.shape[2:]):
        row, column = p * stride + i - padding, q * stride + j - padding
        if not (0 <= row < x.shape[2] and 0 <= column < x.shape[3]):
            continue
        y[:, :, p, q] += np.float32(x[:, :, row, column]) @ np.float32(w[:, :, i, j].T)
        if dy is not None:
            dx[:, :, row, column] += np.float32(dy[:, :, p, q]) @ np.float32(w[:, :, i, j])
            dw[:, :, i, j] += np.float32(dy[:, :, p, q].T) @ np.float32(x[:, :, row, column])
    if dy is None:
        return y, None, None, None
    return y, dx, dw, np.float32(dy).sum(axis=(0, 2, 3))


@right
def gathered_and_scattered_by_index(x, w, b, dy=None, stride=1, padding=0):
    n, out, oh, ow = size_of_y(x, w, b, dy, stride, padding)
    c, kh, kw = w.shape[1:]
    channel, i, j = np.indices((c, kh, kw)).reshape(3, -1, 1)
    p, q = np.indices((oh, ow)).reshape(2, 1, -1)
    xp = padded(x, padding)
    where = np.s_[:, channel, i + stride * p, j + stride * q]
    columns = xp[where].transpose(1, 2, 0).reshape(c * kh * kw, -1)  # positions, then images
    y = (w.reshape(out, -1) @ columns + b.reshape(-1, 1)).reshape(out, oh, ow, n).transpose(3, 0, 1, 2)
    if dy is None:
        return y, None, None, None
    rows = dy.transpose(1, 2, 3, 0).reshape(out, -1)
    dxp = np.zeros(xp.shape, xp.dtype)
    scattered = (w.reshape(out, -1).T @ rows).reshape(c * kh * kw, oh * ow, n).transpose(2, 0, 1)
    np.add.at(dxp, where, scattered)
    return y, middle(dxp, padding), (rows @ columns.T).reshape(w.shape), rows.sum(axis=1)


@right
def backward_is_a_convolution_too(x, w, b, dy=None, stride=1, padding=0):
    size_of_y(x, w, b, dy, stride, padding)
    (kh, kw), xp = w.shape[2:], padded(x, padding).astype(np.float64)
    view = np.lib.stride_tricks.sliding_window_view
    patches = view(xp, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]  # (n, c, oh, ow, kh, kw)
    y = np.tensordot(patches, w, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2) + b[:, None, None]
    if dy is None:
        return y, None, None, None
    dw = np.tensordot(dy, patches, axes=((0, 2, 3), (0, 2, 3)))
    # dy with zeros between its entries and around them, convolved with the flipped kernel.
    spread = np.zeros((*dy.shape[:2], xp.shape[2] + kh - 1, xp.shape[3] + kw - 1))
    rows, columns = (np.arange(size) * stride for size in dy.shape[2:])
    spread[:, :, (rows + kh - 1)[:, None], columns + kw - 1] = dy
    flipped = w[:, :, ::-1, ::-1]
    dxp = np.tensordot(view(spread, (kh, kw), axis=(2, 3)), flipped, axes=((1, 4, 5), (0, 2, 3))).transpose(0, 3, 1, 2)
    return y, middle(dxp, padding), dw, dy.sum(axis=3).sum(axis=2).sum(axis=0)


ARRAYS = "if (x.ndim, w.ndim) != (4, 4) or x.shape[1] != w.shape[1] or b.shape != (len(w),):"
OPTIONS = "if stride < 1 or padding < 0:"
COLUMNS = "columns = np.stack(windows(xp, kh, kw, oh, ow, stride), axis=2).reshape(n, c * kh * kw, oh * ow)"
UNPACKED = "unpacking the shapes raises ValueError too"
EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats to the answer",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    f"{ARRAYS} -> if (w.ndim,) != (4,) or x.shape[1] != w.shape[1] or b.shape != (len(w),):": UNPACKED,
    f"{ARRAYS} -> if (x.ndim,) != (4,) or x.shape[1] != w.shape[1] or b.shape != (len(w),):": UNPACKED,
    f"swapped: {ARRAYS} | {OPTIONS}": "which of two refusals comes first does not matter",
    f"{ARRAYS} -> if x.shape[1] != w.shape[1] or b.shape != (len(w),):": UNPACKED,
    f"{ARRAYS} -> if (x.ndim, w.ndim) != (4, 4) or b.shape != (len(w),):": "the product raises ValueError too",
    f"{ARRAYS} -> if b.shape != (len(w),):": "the same two reasons",
    f"{OPTIONS} -> if stride < 1:": "np.pad refuses a negative width with ValueError too",
    f"{OPTIONS} -> if stride < 1 or padding < -1:": "np.pad refuses a negative width with ValueError too",
    f"swapped: if oh < 1 or ow < 1: | {COLUMNS}": "a size below 1 is refused with nothing changed, before or after",
    f"swapped: {COLUMNS} | rows = w.reshape(out, c * kh * kw)": "neither reads the other",
    "swapped: if dy.shape != y.shape: | dy_rows = dy.reshape(n, out, oh * ow)": "a reshape changes nothing",
    "swapped: for k, window in enumerate(windows(dxp, kh, kw, oh, ow, stride)): | "
    "dx = dxp[:, :, padding:padding + h, padding:padding + width]": "dx is a view of dxp, which is filled later",
}
