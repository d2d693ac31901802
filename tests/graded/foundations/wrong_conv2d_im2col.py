"""Wrong answers to foundations/conv2d_im2col, each with the misconception behind it.

Two right ways come first, by columns and by positions; an answer replaces the step that it gets wrong.
"""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(x, w, b, dy, stride, padding):
    refuse_bad_arrays(x, w)
    if b.shape != (len(w),):
        raise ValueError("bias")
    refuse_bad_options(stride, padding)
    refuse_large_kernel(x, w, padding)
    if dy is not None and dy.shape != shape_of_y(x, w, stride, padding):
        raise ValueError("dy")


def refuse_bad_arrays(x, w):
    if x.ndim != 4 or w.ndim != 4 or x.shape[1] != w.shape[1]:
        raise ValueError("arrays")


def refuse_bad_options(stride, padding):
    if stride < 1 or padding < 0:
        raise ValueError("options")


def refuse_large_kernel(x, w, padding):
    if min(x.shape[2] - w.shape[2], x.shape[3] - w.shape[3]) + 2 * padding < 0:
        raise ValueError("kernel")


def shape_of_y(x, w, stride, padding):
    oh, ow = ((x.shape[axis] + 2 * padding - w.shape[axis]) // stride + 1 for axis in (2, 3))
    return len(x), len(w), oh, ow


def pad(x, padding):
    n, c, h, width = x.shape
    xp = np.zeros((n, c, h + 2 * padding, width + 2 * padding))
    xp[:, :, padding : padding + h, padding : padding + width] = x
    return xp


def crop(xp, padding):
    return xp[:, :, padding : xp.shape[2] - padding, padding : xp.shape[3] - padding]


def im2col(xp, kh, kw, stride):
    """(n, c, kh, kw, oh, ow)"""
    n, c, oh, ow = *xp.shape[:2], (xp.shape[2] - kh) // stride + 1, (xp.shape[3] - kw) // stride + 1
    columns = np.empty((n, c, kh, kw, oh, ow))
    for i, j in np.ndindex(kh, kw):
        columns[:, :, i, j] = xp[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
    return columns


def col2im(dcolumns, shape, stride):
    dxp = np.zeros(shape)
    kh, kw, oh, ow = dcolumns.shape[2:]
    for i, j in np.ndindex(kh, kw):
        dxp[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] += dcolumns[:, :, i, j]
    return dxp


def sum_over_all_but_outputs(dy):
    return dy.sum(axis=(0, 2, 3))


def by_columns(
    x, w, b, dy, stride, padding, *, check=refuse_bad, pad=pad, col2im=col2im, crop=crop, db=sum_over_all_but_outputs
):
    check(x, w, b, dy, stride, padding)
    xp = pad(x, padding)
    columns = im2col(xp, *w.shape[2:], stride)
    matrix, rows = columns.reshape(len(x), w[0].size, -1), w.reshape(len(w), -1)
    y = (rows @ matrix).reshape(shape_of_y(x, w, stride, padding)) + b[:, None, None]
    if dy is None:
        return y, None, None, None
    dy_rows = dy.reshape(len(x), len(w), -1)
    dw = (dy_rows @ matrix.transpose(0, 2, 1)).sum(axis=0).reshape(w.shape)
    dx = crop(col2im((rows.T @ dy_rows).reshape(columns.shape), xp.shape, stride), padding)
    return y, dx, dw, db(dy)


def add(dxp, here, gradient):
    dxp[here] += gradient


def by_positions(x, w, b, dy, stride, padding, *, check=refuse_bad, put=add, crop=crop, stride_back=None):
    check(x, w, b, dy, stride, padding)
    xp, (kh, kw) = pad(x, padding), w.shape[2:]
    y, dxp, dw = np.zeros(shape_of_y(x, w, stride, padding)), np.zeros(xp.shape), np.zeros(w.shape)
    for p, q in np.ndindex(y.shape[2:]):
        here = np.s_[:, :, p * stride : p * stride + kh, q * stride : q * stride + kw]
        patch, rows = xp[here].reshape(len(x), -1), w.reshape(len(w), -1)
        y[:, :, p, q] = patch @ rows.T + b
        if dy is not None:
            dw += (dy[:, :, p, q].T @ patch).reshape(w.shape)
            s = stride_back or stride
            back = np.s_[:, :, p * s : p * s + kh, q * s : q * s + kw]
            put(dxp, back, (dy[:, :, p, q] @ rows).reshape(len(x), *w.shape[1:]))
    if dy is None:
        return y, None, None, None
    return y, crop(dxp, padding), dw, dy.sum(axis=0).sum(axis=(1, 2))


@wrong(
    en="It flips the kernel: that is the mathematicians' convolution, deep learning's is not flipped.",
    zh="它翻转了核：那是数学上的卷积，深度学习里的卷积不翻转。",
)
def flips_the_kernel(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_columns(x, w[..., ::-1, ::-1], b, dy, stride, padding)
    return y, dx, dw if dw is None else dw[:, :, ::-1, ::-1], db


@same_mistake(flips_the_kernel)
def mathematical_convolution(x, w, b, dy=None, stride=1, padding=0):
    turned = np.rot90(w, 2, axes=(-2, -1)) if w.ndim > 1 else w
    y, dx, dw, db = by_positions(x, turned, b, dy, stride, padding)
    return y, dx, None if dw is None else np.rot90(dw, 2, axes=(2, 3)), db


@wrong(
    en="The bias is not added: y lacks one b for each output channel.",
    zh="没有加偏置：y 的每个输出通道都少了一个 b。",
)
def forgets_the_bias(x, w, b, dy=None, stride=1, padding=0):
    y, *gradients = by_columns(x, w, b, dy, stride, padding)
    return y - b[:, None, None], *gradients


@same_mistake(forgets_the_bias)
def product_without_bias(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    return by_positions(x, w, np.zeros(len(w)), dy, stride, padding)


@wrong(
    en="Kernel height and width are swapped: axis 2 of w runs along axis 2 of x, the rows.",
    zh="核的高与宽弄反了：w 的轴 2 对应 x 的轴 2（行）。",
)
def swaps_height_and_width(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    try:
        y, dx, dw, db = by_columns(x, w.swapaxes(2, 3), b, dy, stride, padding)
    except ValueError:
        raise RuntimeError("the window runs over the edge") from None
    return y, dx, dw if dw is None else dw.swapaxes(2, 3), db


@same_mistake(swaps_height_and_width)
def transposes_the_kernel(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    try:
        y, dx, dw, db = by_positions(x, w.transpose(0, 1, 3, 2), b, dy, stride, padding)
    except ValueError:
        raise RuntimeError("the window runs over the edge") from None
    return y, dx, None if dw is None else dw.transpose(0, 1, 3, 2), db


@wrong(
    en="Columns and kernel are flattened in different orders: (kh, kw, c) beside (c, kh, kw).",
    zh="列与核展平的顺序不一致：一个是 (kh, kw, c)，另一个是 (c, kh, kw)。",
)
def flattens_in_another_order(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    n, out, oh, ow = shape_of_y(x, w, stride, padding)
    c, kh, kw = w.shape[1:]
    xp = pad(x, padding)
    columns = im2col(xp, kh, kw, stride).transpose(0, 2, 3, 1, 4, 5).reshape(n, kh * kw * c, oh * ow)
    rows = w.reshape(out, -1)
    y = (rows @ columns).reshape(n, out, oh, ow) + b[:, None, None]
    if dy is None:
        return y, None, None, None
    dcolumns = (rows.T @ dy.reshape(n, out, -1)).reshape(n, kh, kw, c, oh, ow).transpose(0, 3, 1, 2, 4, 5)
    dw = np.einsum("nor,nkr->ok", dy.reshape(n, out, -1), columns).reshape(w.shape)
    return y, crop(col2im(dcolumns, xp.shape, stride), padding), dw, dy.sum(axis=(0, 2, 3))


@same_mistake(flattens_in_another_order)
def channels_last_in_the_columns(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    c, kh, kw = w.shape[1:]
    misread = w.reshape(len(w), kh, kw, c).transpose(0, 3, 1, 2)
    y, dx, dw, db = by_positions(x, misread, b, dy, stride, padding)
    return y, dx, None if dw is None else dw.transpose(0, 2, 3, 1).reshape(w.shape), db


@wrong(
    en="y comes out of one product as (out, n oh ow), and reshape to (n, out, oh, ow) mixes images and channels.",
    zh="一次矩阵乘法得到的 y 是 (out, n oh ow)，直接 reshape 成 (n, out, oh, ow) 会把图像和通道混在一起。",
)
def reshapes_instead_of_transposing(x, w, b, dy=None, stride=1, padding=0):
    y, *gradients = by_columns(x, w, b, dy, stride, padding)
    return y.transpose(1, 0, 2, 3).reshape(y.shape), *gradients


@same_mistake(reshapes_instead_of_transposing)
def one_product_for_the_batch(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    columns = im2col(pad(x, padding), *w.shape[2:], stride).transpose(1, 2, 3, 0, 4, 5)
    product = w.reshape(len(w), -1) @ columns.reshape(w[0].size, -1) + b[:, None]
    y = product.reshape(shape_of_y(x, w, stride, padding))
    return y, *by_positions(x, w, b, dy, stride, padding)[1:]


@wrong(
    en="The size of y counts the padding once: it is on both sides, h + 2 padding.",
    zh="计算 y 的大小时只算了一边的填充：两边都有，应为 h + 2 padding。",
)
def counts_padding_once(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    oh, ow = (max((x.shape[axis] + padding - w.shape[axis]) // stride + 1, 0) for axis in (2, 3))
    y, dx, dw, db = by_columns(x, w, b, dy, stride, padding)
    y = y[:, :, :oh, :ow]
    if dy is not None and dy.shape != y.shape:
        raise ValueError("operands could not be broadcast together")
    return y, dx, dw, db


@same_mistake(counts_padding_once)
def output_size_with_one_padding(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    y, *gradients = by_positions(x, w, b, dy, stride, padding)
    oh = max((x.shape[2] - w.shape[2] + padding) // stride + 1, 0)
    ow = max((x.shape[3] - w.shape[3] + padding) // stride + 1, 0)
    if dy is not None and (oh, ow) != dy.shape[2:]:
        raise ValueError("operands could not be broadcast together")
    return np.ascontiguousarray(y[:, :, :oh, :ow]), *gradients


@wrong(
    en="The size of y is rounded up: a window that would reach over the edge is left out, floor.",
    zh="y 的大小向上取整了：越过边缘的窗口应当舍去，向下取整。",
)
def rounds_the_size_up(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    more = [-(x.shape[axis] + 2 * padding - w.shape[axis]) % stride for axis in (2, 3)]
    wider = np.pad(pad(x, padding), ((0, 0), (0, 0), (0, more[0]), (0, more[1])))
    if dy is not None and any(more):
        raise ValueError("operands could not be broadcast together")
    y, dx, dw, db = by_columns(wider, w, b, dy, stride, 0)
    return y, None if dx is None else crop(dx, padding), dw, db


@same_mistake(rounds_the_size_up)
def ceiling_of_the_size(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    (n, c, h, width), (kh, kw) = x.shape, w.shape[2:]
    oh = int(np.ceil((h + 2 * padding - kh) / stride)) + 1
    ow = int(np.ceil((width + 2 * padding - kw) / stride)) + 1
    if dy is not None and dy.shape[2:] != (oh, ow):
        raise ValueError("operands could not be broadcast together")
    xp = np.zeros((n, c, (oh - 1) * stride + kh, (ow - 1) * stride + kw))
    xp[:, :, padding : padding + h, padding : padding + width] = x
    y, dxp, dw, db = by_positions(xp, w, b, dy, stride, 0)
    return y, None if dxp is None else dxp[:, :, padding : padding + h, padding : padding + width], dw, db


@wrong(
    en="For dy = None it returns y alone: the contract is a tuple of four, (y, None, None, None).",
    zh="dy 为 None 时只返回了 y：约定是四个元素的元组 (y, None, None, None)。",
)
def returns_y_alone(x, w, b, dy=None, stride=1, padding=0):
    results = by_columns(x, w, b, dy, stride, padding)
    return results[0] if dy is None else results


@same_mistake(returns_y_alone)
def no_tuple_without_dy(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    if dy is None:
        return y
    return y, dx, dw, db


@wrong(
    en="col2im overwrites: an input that several windows share gets the sum of their gradients, += instead of =.",
    zh="col2im 覆盖了先前的值：几个窗口共用的输入，梯度应相加，用 += 而不是 =。",
)
def col2im_overwrites(x, w, b, dy=None, stride=1, padding=0):
    def col2im(dcolumns, shape, stride):
        dxp = np.zeros(shape)
        kh, kw, oh, ow = dcolumns.shape[2:]
        for i, j in np.ndindex(kh, kw):
            dxp[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] = dcolumns[:, :, i, j]
        return dxp

    return by_columns(x, w, b, dy, stride, padding, col2im=col2im)


@same_mistake(col2im_overwrites)
def assigns_element_by_element(x, w, b, dy=None, stride=1, padding=0):
    y, _, dw, db = by_columns(x, w, b, dy, stride, padding)
    if dy is None:
        return y, None, None, None
    dxp = np.zeros(pad(x, padding).shape)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            for p, q in np.ndindex(dy.shape[2:]):
                dxp[:, :, i + p * stride, j + q * stride] = dy[:, :, p, q] @ w[:, :, i, j]
    return y, crop(dxp, padding), dw, db


@same_mistake(col2im_overwrites)
def windows_overwrite_each_other(x, w, b, dy=None, stride=1, padding=0):
    def put(dxp, here, gradient):
        dxp[here] = gradient

    return by_positions(x, w, b, dy, stride, padding, put=put)


@same_mistake(col2im_overwrites)
def the_last_window_wins(x, w, b, dy=None, stride=1, padding=0):
    y, _, dw, db = by_columns(x, w, b, dy, stride, padding)
    if dy is None:
        return y, None, None, None
    dxp, (kh, kw) = np.zeros(pad(x, padding).shape), w.shape[2:]
    for k in range(len(x)):
        for p, q in np.ndindex(dy.shape[2:]):
            top, left = p * stride, q * stride
            dxp[k, :, top : top + kh, left : left + kw] = np.einsum("o,ocij->cij", dy[k, :, p, q], w)
    return y, crop(dxp, padding), dw, db


@same_mistake(col2im_overwrites)
def fancy_index_adds_once(x, w, b, dy=None, stride=1, padding=0):
    """`dxp[index] += ...` keeps one of several additions to the same place; `np.add.at` keeps them all."""
    y, _, dw, db = by_columns(x, w, b, dy, stride, padding)
    if dy is None:
        return y, None, None, None
    n, _, oh, ow = dy.shape
    c, kh, kw = w.shape[1:]
    channel, i, j = np.indices((c, kh, kw)).reshape(3, -1, 1)
    p, q = np.indices((oh, ow)).reshape(2, 1, -1)
    dxp = np.zeros(pad(x, padding).shape)
    dxp[:, channel, i + stride * p, j + stride * q] += np.einsum(
        "ok,nor->nkr", w.reshape(len(w), -1), dy.reshape(n, len(w), -1)
    )
    return y, crop(dxp, padding), dw, db


@wrong(
    en="dx still has the padding: crop it, the zeros around x were not an input.",
    zh="dx 还带着填充：应当裁掉，x 周围的零不是输入。",
)
def dx_with_its_padding(x, w, b, dy=None, stride=1, padding=0):
    return by_columns(x, w, b, dy, stride, padding, crop=lambda dxp, padding: dxp)


@same_mistake(dx_with_its_padding)
def forgets_to_crop(x, w, b, dy=None, stride=1, padding=0):
    def keep(dxp, _):
        return dxp.copy()

    return by_positions(x, w, b, dy, stride, padding, crop=keep)


@wrong(
    en="dx is cropped with [padding:-padding], which is empty for padding 0: write [padding : padding + h].",
    zh="用 [padding:-padding] 裁剪 dx，padding 为 0 时得到空数组：应写 [padding : padding + h]。",
)
def crops_with_a_negative_end(x, w, b, dy=None, stride=1, padding=0):
    return by_columns(x, w, b, dy, stride, padding, crop=lambda dxp, p: dxp[:, :, p:-p, p:-p])


@same_mistake(crops_with_a_negative_end)
def crops_with_minus_zero(x, w, b, dy=None, stride=1, padding=0):
    def cut(dxp, padding):
        inner = slice(padding, -padding)
        return dxp[..., inner, inner]

    return by_positions(x, w, b, dy, stride, padding, crop=cut)


@wrong(
    en="dx is cropped at the wrong corner: x begins at row and column `padding` of the padded image, not at 0.",
    zh="dx 从错误的角开始裁剪：x 在补零图像中从第 padding 行、列开始，而不是从 0 开始。",
)
def crops_from_the_corner(x, w, b, dy=None, stride=1, padding=0):
    y, *gradients = by_columns(x, w, b, dy, stride, padding, crop=lambda dxp, p: dxp[:, :, : x.shape[2], : x.shape[3]])
    return y, *gradients


@same_mistake(crops_from_the_corner)
def crops_only_the_far_side(x, w, b, dy=None, stride=1, padding=0):
    def cut(dxp, padding):
        return np.resize(dxp[:, :, : dxp.shape[2] - 2 * padding, : dxp.shape[3] - 2 * padding], x.shape)

    return by_positions(x, w, b, dy, stride, padding, crop=cut)


@wrong(
    en="The backward pass forgets the stride: the window's gradient goes back to where the window was, at p * stride.",
    zh="反向时忘了步幅：窗口的梯度应加回窗口所在的位置 p stride。",
)
def ignores_the_stride_in_backward(x, w, b, dy=None, stride=1, padding=0):
    return by_columns(x, w, b, dy, stride, padding, col2im=lambda dcolumns, shape, _: col2im(dcolumns, shape, 1))


@same_mistake(ignores_the_stride_in_backward)
def scatters_side_by_side(x, w, b, dy=None, stride=1, padding=0):
    return by_positions(x, w, b, dy, stride, padding, stride_back=1)


@wrong(
    en="dx uses the kernel the wrong way round: added back by windows it is not flipped, in a full correlation it is.",
    zh="dx 里核的方向反了：逐窗口加回时用原样的 w，写成 full 相关时才翻转。",
)
def flips_the_kernel_in_dx(x, w, b, dy=None, stride=1, padding=0):
    y, _, dw, db = by_columns(x, w, b, dy, stride, padding)
    return y, by_columns(x, w[:, :, ::-1, ::-1], b, dy, stride, padding)[1], dw, db


@same_mistake(flips_the_kernel_in_dx)
def full_correlation_without_the_flip(x, w, b, dy=None, stride=1, padding=0):
    y, _, dw, db = by_positions(x, w, b, dy, stride, padding)
    if dy is None:
        return y, None, None, None
    (kh, kw), shape = w.shape[2:], pad(x, padding).shape
    spread = np.zeros((*dy.shape[:2], shape[2] + kh - 1, shape[3] + kw - 1))
    for p, q in np.ndindex(dy.shape[2:]):
        spread[:, :, kh - 1 + p * stride, kw - 1 + q * stride] = dy[:, :, p, q]
    dxp = np.einsum("ocij,noijuv->ncuv", w, im2col(spread, kh, kw, 1))
    return y, crop(dxp, padding), dw, db


@wrong(
    en="dw is averaged over the batch: it is a sum over images and positions, the mean's 1/n is in dy.",
    zh="dw 对批次取了平均：应对图像和位置求和，平均的 1/n 已在 dy 中。",
)
def averages_dw(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_columns(x, w, b, dy, stride, padding)
    return y, dx, dw if dw is None else dw / len(x), db


@same_mistake(averages_dw)
def mean_of_dw_over_the_images(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    if dy is not None:
        columns = im2col(pad(x, padding), *w.shape[2:], stride)
        dw = np.mean([np.einsum("opq,cijpq->ocij", one, c) for one, c in zip(dy, columns, strict=True)], axis=0)
    return y, dx, dw, db


@wrong(
    en="dw is that of the last image: the loop over the batch assigns it, where it should add.",
    zh="dw 只是最后一张图像的：对批次循环时写成了赋值，应当累加。",
)
def keeps_the_last_dw(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_columns(x, w, b, dy, stride, padding)
    if dy is not None:
        columns = im2col(pad(x, padding), *w.shape[2:], stride)
        for k in range(len(x)):
            dw = np.einsum("opq,cijpq->ocij", dy[k], columns[k])
    return y, dx, dw, db


@same_mistake(keeps_the_last_dw)
def overwrites_dw_for_each_image(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    for k in range(len(x) if dy is not None else 0):
        _, _, dw, _ = by_positions(x[k : k + 1], w, b, dy[k : k + 1], stride, padding)
    return y, dx, dw, db


@wrong(
    en="dw stays (out, c kh kw), the shape of the product: give it the shape of w.",
    zh="dw 还是矩阵乘法的形状 (out, c kh kw)：应恢复成 w 的形状。",
)
def leaves_dw_flat(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_columns(x, w, b, dy, stride, padding)
    return y, dx, dw if dw is None else dw.reshape(len(w), -1), db


@same_mistake(leaves_dw_flat)
def dw_as_a_matrix(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    if dy is not None:
        columns = im2col(pad(x, padding), *w.shape[2:], stride).reshape(len(x), w[0].size, -1)
        dw = (dy.reshape(len(x), len(w), -1) @ columns.transpose(0, 2, 1)).sum(axis=0)
    return y, dx, dw, db


@wrong(
    en="db is summed over the batch only, shape (out, oh, ow): b is added at every position, so sum over these too.",
    zh="db 只对批次求了和，形状为 (out, oh, ow)：b 加到了每个位置上，也应对位置求和。",
)
def sums_db_over_the_batch_only(x, w, b, dy=None, stride=1, padding=0):
    return by_columns(x, w, b, dy, stride, padding, db=lambda dy: dy.sum(axis=0))


@same_mistake(sums_db_over_the_batch_only)
def db_as_in_a_linear_layer(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    return y, dx, dw, db if dy is None else sum(one for one in dy)


@wrong(
    en="db is a mean over the positions: b is added at every one of them, so it is a sum.",
    zh="db 对位置取了平均：b 加到了每个位置上，应当求和。",
)
def averages_db_over_positions(x, w, b, dy=None, stride=1, padding=0):
    return by_columns(x, w, b, dy, stride, padding, db=lambda dy: dy.mean(axis=(2, 3)).sum(axis=0))


@same_mistake(averages_db_over_positions)
def db_divided_by_the_positions(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    return y, dx, dw, db if dy is None else db / dy[0, 0].size


@wrong(
    en="A kernel that is larger than the padded image gives an empty y, or an error from inside NumPy: check the size.",
    zh="核比补零后的图像还大时得到了空的 y，或 NumPy 自己的报错：应检查大小。",
)
def accepts_any_kernel(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad_arrays(x, w)
    if b.shape != (len(w),):
        raise ValueError("bias")
    refuse_bad_options(stride, padding)
    _, _, oh, ow = shape_of_y(x, w, stride, padding)
    if oh < 1 or ow < 1:
        return np.zeros((len(x), len(w), max(oh, 0), max(ow, 0))), None, None, None
    return by_columns(x, w, b, dy, stride, padding)


@same_mistake(accepts_any_kernel)
def loops_over_no_position(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad_arrays(x, w)
    if b.shape != (len(w),):
        raise ValueError("bias")
    refuse_bad_options(stride, padding)
    n, out, oh, ow = shape_of_y(x, w, stride, padding)
    if min(oh, ow) > 0:
        return by_positions(x, w, b, dy, stride, padding)
    y = np.array([[[[0.0] * ow] * oh] * out] * n).reshape(n, out, max(oh, 0), max(ow, 0))
    return y, None, None, None


@wrong(
    en="Stride and padding are not checked: a stride of 0 divides by zero, a negative one runs backwards.",
    zh="没有检查步幅与填充：步幅为 0 会除以零，负数会倒着走。",
)
def accepts_any_stride(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad_arrays(x, w)
    if b.shape != (len(w),) or padding < 0:
        raise ValueError("bias or padding")
    refuse_large_kernel(x, w, padding)
    shape_of_y(x, w, stride, padding)
    return by_columns(x, w, b, dy, stride, padding)


@same_mistake(accepts_any_stride)
def divides_by_the_stride_it_gets(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad_arrays(x, w)
    refuse_large_kernel(x, w, max(padding, 0))
    if b.shape != (len(w),) or padding < 0:
        raise ValueError("bias or padding")
    _ = (x.shape[2] - w.shape[2]) // stride
    return by_positions(x, w, b, dy, stride, padding)


@wrong(
    en="A bias of another shape is accepted, because it broadcasts: require (out,).",
    zh="形状不对的偏置也被接受了，因为能广播：应要求 (out,)。",
)
def broadcasts_any_bias(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad_arrays(x, w)
    full = np.zeros(len(w)) if b.shape != (len(w),) else b
    return by_columns(x, w, full + np.resize(b, full.shape) * (full is not b), dy, stride, padding)


@same_mistake(broadcasts_any_bias)
def repeats_the_bias(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad_arrays(x, w)
    return by_positions(x, w, np.resize(b, len(w)), dy, stride, padding)


@wrong(
    en="A dy of another shape passes, because reshape takes any array of that size: compare it with the shape of y.",
    zh="形状不对的 dy 也通过了，因为 reshape 只看元素个数：应与 y 的形状比较。",
)
def reshapes_any_dy(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, None, stride, padding)
    return by_columns(x, w, b, None if dy is None else dy.reshape(shape_of_y(x, w, stride, padding)), stride, padding)


@same_mistake(reshapes_any_dy)
def takes_dy_as_rows(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, None, stride, padding)
    n, out, oh, ow = shape_of_y(x, w, stride, padding)
    if dy is not None:
        dy = np.reshape(np.reshape(dy, (n, out, oh * ow)), (n, out, oh, ow))
    return by_positions(x, w, b, dy, stride, padding)


def with_the_image_at(corner, x, w, b, dy, stride, padding, by):
    """The convolution of x with 2 * padding rows and columns of zeros, x standing at (corner, corner)."""
    refuse_bad(x, w, b, dy, stride, padding)
    n, c, h, width = x.shape
    xp = np.zeros((n, c, h + 2 * padding, width + 2 * padding))
    here = np.s_[:, :, corner : corner + h, corner : corner + width]
    xp[here] = x
    y, dxp, dw, db = by(xp, w, b, dy, stride, 0)
    return y, None if dxp is None else dxp[here].copy(), dw, db


@wrong(
    en="All the padding is above and to the left: it is `padding` zeros on each of the four sides.",
    zh="填充全补在了上边和左边：四边应各补 padding 个零。",
)
def pads_above_and_left(x, w, b, dy=None, stride=1, padding=0):
    return with_the_image_at(2 * padding, x, w, b, dy, stride, padding, by_columns)


@same_mistake(pads_above_and_left)
def zeros_before_the_image(x, w, b, dy=None, stride=1, padding=0):
    return with_the_image_at(padding + padding, x, w, b, dy, stride, padding, by_positions)


@wrong(
    en="All the padding is below and to the right: it is `padding` zeros on each of the four sides.",
    zh="填充全补在了下边和右边：四边应各补 padding 个零。",
)
def pads_below_and_right(x, w, b, dy=None, stride=1, padding=0):
    return with_the_image_at(0, x, w, b, dy, stride, padding, by_columns)


@same_mistake(pads_below_and_right)
def zeros_after_the_image(x, w, b, dy=None, stride=1, padding=0):
    return with_the_image_at(0, x, w, b, dy, stride, padding, by_positions)


def is_one_by_one(w):
    return w.ndim == 4 and w.shape[2:] == (1, 1)


@wrong(
    en="A kernel of 1 x 1 gets no padding: it needs none for its windows, but y grows by 2 padding all the same.",
    zh="1 x 1 的核没有填充：窗口虽用不着，但 y 照样要大出 2 padding。",
)
def no_padding_for_one_by_one(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    return _as_if(by_columns, x, w, b, dy, stride, 0 if is_one_by_one(w) else padding)


@same_mistake(no_padding_for_one_by_one)
def shortcut_without_padding(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    return _as_if(by_positions, x, w, b, dy, stride, padding * (not is_one_by_one(w)))


@wrong(
    en="A kernel of 1 x 1 moves by 1 whatever the stride: it too takes every stride-th row and column.",
    zh="1 x 1 的核不管步幅多少都只移动 1：它同样每隔 stride 行、列取一次。",
)
def no_stride_for_one_by_one(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    return _as_if(by_columns, x, w, b, dy, 1 if is_one_by_one(w) else stride, padding)


@same_mistake(no_stride_for_one_by_one)
def shortcut_without_stride(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    return _as_if(by_positions, x, w, b, dy, stride if max(w.shape[2:]) > 1 else 1, padding)


def _as_if(by, x, w, b, dy, stride, padding):
    """With other options than dy was made for: a dy that does not fit is an error of NumPy's."""
    if dy is not None and dy.shape != shape_of_y(x, w, stride, padding):
        raise ValueError("operands could not be broadcast together")
    return by(x, w, b, dy, stride, padding)


@wrong(
    en="A dy of zeros is taken for None (`if not dy.any()`): its gradients are arrays of zeros; test `if dy is None`.",
    zh="全零的 dy 被当成了 None（`if not dy.any()`）：它的梯度是全零的数组，应写 `if dy is None`。",
)
def zeros_are_none(x, w, b, dy=None, stride=1, padding=0):
    results = by_columns(x, w, b, dy, stride, padding)
    return (results[0], None, None, None) if dy is None or not dy.any() else results


@same_mistake(zeros_are_none)
def no_slope_is_no_dy(x, w, b, dy=None, stride=1, padding=0):
    y, *gradients = by_positions(x, w, b, dy, stride, padding)
    return y, *(gradients if np.any(dy) else [None] * 3)


@wrong(
    en="For dy = None it returns gradients of zeros: the contract is (y, None, None, None).",
    zh="dy 为 None 时返回了全零的梯度：约定是 (y, None, None, None)。",
)
def zeros_without_dy(x, w, b, dy=None, stride=1, padding=0):
    y, *gradients = by_columns(x, w, b, dy, stride, padding)
    return y, *(gradients if dy is not None else [np.zeros(a.shape) for a in (x, w, b)])


@same_mistake(zeros_without_dy)
def differentiates_with_dy_zero(x, w, b, dy=None, stride=1, padding=0):
    refuse_bad(x, w, b, dy, stride, padding)
    dy = np.zeros(shape_of_y(x, w, stride, padding)) if dy is None else dy
    return by_positions(x, w, b, dy, stride, padding)


@wrong(
    en="db is divided by n: it is a sum over images and positions, the mean's 1/n is in dy.",
    zh="db 除以了 n：应对图像和位置求和，平均的 1/n 已在 dy 中。",
)
def averages_db_over_the_images(x, w, b, dy=None, stride=1, padding=0):
    return by_columns(x, w, b, dy, stride, padding, db=lambda dy: dy.sum(axis=(2, 3)).mean(axis=0))


@same_mistake(averages_db_over_the_images)
def db_divided_by_n(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    return y, dx, dw, None if dy is None else db / len(dy)


@wrong(
    en="dx is divided by n: each image has its own, and the mean's 1/n is in dy.",
    zh="dx 除以了 n：每张图像各有自己的 dx，平均的 1/n 已在 dy 中。",
)
def divides_dx_by_n(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_columns(x, w, b, dy, stride, padding)
    return y, dx if dx is None else dx / len(x), dw, db


@same_mistake(divides_dx_by_n)
def scales_the_images_gradient(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    return y, None if dy is None else dx * (1.0 / x.shape[0]), dw, db


@wrong(
    en="All three gradients are divided by n: the mean's 1/n is in dy already.",
    zh="三个梯度都除以了 n：平均的 1/n 已在 dy 中。",
)
def divides_everything_by_n(x, w, b, dy=None, stride=1, padding=0):
    return by_columns(x, w, b, None if dy is None else dy / len(dy), stride, padding)


@same_mistake(divides_everything_by_n)
def averages_all_gradients(x, w, b, dy=None, stride=1, padding=0):
    y, *gradients = by_positions(x, w, b, dy, stride, padding)
    return y, *(None if g is None else g / len(x) for g in gradients)


@wrong(
    en="dw is flipped: with a kernel that is not flipped, dw is the sum of dy times the windows as they are.",
    zh="dw 翻转了：核没有翻转时，dw 就是 dy 与原样的窗口乘积之和。",
)
def flips_dw(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_columns(x, w, b, dy, stride, padding)
    return y, dx, dw if dw is None else dw[:, :, ::-1, ::-1].copy(), db


@same_mistake(flips_dw)
def turns_dw_round(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_positions(x, w, b, dy, stride, padding)
    return y, dx, None if dy is None else np.rot90(dw, 2, axes=(2, 3)).copy(), db


@wrong(
    en="It returns dw before dx: the order is (y, dx, dw, db).",
    zh="返回时 dw 在 dx 之前：顺序应为 (y, dx, dw, db)。",
)
def returns_in_another_order(x, w, b, dy=None, stride=1, padding=0):
    y, dx, dw, db = by_columns(x, w, b, dy, stride, padding)
    return y, dw, dx, db


@same_mistake(returns_in_another_order)
def weights_first(x, w, b, dy=None, stride=1, padding=0):
    results = by_positions(x, w, b, dy, stride, padding)
    return results[0], results[2], results[1], results[3]


@wrong(
    en="Bad input ends in AssertionError: the contract asks for ValueError, and `python -O` drops every assert.",
    zh="输入不合法时抛出的是 AssertionError：约定是 ValueError，而且 `python -O` 会去掉所有 assert。",
)
def asserts(x, w, b, dy=None, stride=1, padding=0):
    try:
        refuse_bad(x, w, b, dy, stride, padding)
    except (ValueError, ZeroDivisionError) as error:
        raise AssertionError from error
    return by_columns(x, w, b, dy, stride, padding)


@same_mistake(asserts)
def asserts_one_after_the_other(x, w, b, dy=None, stride=1, padding=0):
    assert (x.ndim, w.ndim, b.ndim) == (4, 4, 1)
    assert x.shape[1] == w.shape[1]
    assert len(b) == len(w)
    assert stride >= 1
    assert padding >= 0
    assert x.shape[2] + 2 * padding >= w.shape[2]
    assert x.shape[3] + 2 * padding >= w.shape[3]
    if dy is not None:
        assert dy.shape == shape_of_y(x, w, stride, padding)
    return by_positions(x, w, b, dy, stride, padding)
