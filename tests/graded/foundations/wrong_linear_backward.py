"""Wrong answers to foundations/linear_backward, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(x, w, dy):
    if x.ndim != 2 or w.ndim != 2 or dy.ndim != 2:
        raise ValueError("axes")
    if x.shape[1] != w.shape[1] or dy.shape != (x.shape[0], w.shape[0]):
        raise ValueError("shapes")


@wrong(
    en="dw comes out transposed, (in, out): a gradient has its parameter's shape, so dw = dyᵀ x for w (out, in).",
    zh="dw 成了 (in, out)，转置了：梯度与参数同形，w 为 (out, in) 时 dw = dyᵀ x。",
)
def transposed_dw(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, x.T @ dy, dy.sum(axis=0)


@same_mistake(transposed_dw)
def dw_as_outer_products_of_x_and_dy(x, w, dy):
    refuse_bad(x, w, dy)
    dw = np.zeros((x.shape[1], dy.shape[1]))
    for k in range(len(x)):
        dw += np.outer(x[k], dy[k])
    return np.dot(dy, w), dw, dy.sum(0)


@wrong(
    en="dx multiplies by wᵀ, as the forward pass does: backward it is dx = dy w, without the transpose.",
    zh="dx 像前向那样乘了 wᵀ：反向应为 dx = dy w，没有转置。",
)
def transposes_w_in_dx(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w.T, dy.T @ x, dy.sum(axis=0)


@same_mistake(transposes_w_in_dx)
def dx_with_the_forward_product(x, w, dy):
    refuse_bad(x, w, dy)
    dx = np.matmul(dy, np.transpose(w))
    dw = np.matmul(np.transpose(dy), x)
    return dx, dw, np.sum(dy, axis=0)


@wrong(
    en="db is dy itself: b was added to every sample, so its gradient is the sum over the batch.",
    zh="db 直接用了 dy：b 加到了每个样本上，其梯度应对批次求和。",
)
def bias_gradient_is_not_summed(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, dy.copy()


@same_mistake(bias_gradient_is_not_summed)
def bias_gradient_for_each_sample(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, (x.T @ dy).T, dy * 1.0


@wrong(
    en="db is a mean over the batch, and dw a sum: both are sums, the mean's 1/n is in dy already.",
    zh="db 对批次取了平均，而 dw 是求和：两者都应求和，平均的 1/n 已在 dy 中。",
)
def bias_gradient_is_a_mean(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, dy.mean(axis=0)


@same_mistake(bias_gradient_is_a_mean)
def bias_gradient_divided_by_n(x, w, dy):
    refuse_bad(x, w, dy)
    return np.dot(dy, w), np.einsum("no,ni->oi", dy, x), dy.sum(axis=0) / np.float64(len(dy))


@wrong(
    en="dw and db are divided by n once more: the loss' own dy holds the mean's 1/n already.",
    zh="dw 与 db 又除了一次 n：损失给出的 dy 中已含平均的 1/n。",
)
def divides_by_n_again(x, w, dy):
    refuse_bad(x, w, dy)
    n = np.float64(len(x))
    return dy @ w, dy.T @ x / n, dy.sum(axis=0) / n


@same_mistake(divides_by_n_again)
def averages_over_the_batch(x, w, dy):
    refuse_bad(x, w, dy)
    dw = (dy[:, :, None] * x[:, None, :]).mean(axis=0)
    return np.dot(dy, w), dw, np.mean(dy, axis=0)


@wrong(
    en="All three gradients are divided by n, dx too: each sample has a dx of its own, and dy holds the 1/n already.",
    zh="三个梯度都除以了 n，连 dx 也除了：每个样本各有自己的 dx，而 dy 中已含 1/n。",
)
def divides_everything_by_n(x, w, dy):
    refuse_bad(x, w, dy)
    n = np.float64(len(x))
    return dy @ w / n, dy.T @ x / n, dy.sum(axis=0) / n


@same_mistake(divides_everything_by_n)
def scales_dy_first(x, w, dy):
    refuse_bad(x, w, dy)
    scaled = dy / np.float64(dy.shape[0])
    return scaled @ w, scaled.T @ x, scaled.sum(axis=0)


@wrong(
    en="db has shape (1, out), from keepdims=True: b has shape (out,), and so has its gradient.",
    zh="db 的形状是 (1, out)，因为用了 keepdims=True：b 的形状是 (out,)，梯度也应如此。",
)
def bias_gradient_keeps_the_batch_axis(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, dy.sum(axis=0, keepdims=True)


@same_mistake(bias_gradient_keeps_the_batch_axis)
def bias_gradient_by_a_row_of_ones(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, np.ones((1, len(dy))) @ dy


@wrong(
    en="db is summed along axis 1, over the outputs: sum over the samples, axis 0.",
    zh="db 沿轴 1（各输出）求和了：应沿轴 0 对样本求和。",
)
def bias_gradient_along_the_wrong_axis(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, dy.sum(axis=1)


@same_mistake(bias_gradient_along_the_wrong_axis)
def bias_gradient_by_a_column_of_ones(x, w, dy):
    refuse_bad(x, w, dy)
    return np.dot(dy, w), np.dot(dy.T, x), dy @ np.ones(dy.shape[1])


@wrong(
    en="db is a single number, the sum over samples and outputs: each output has a bias of its own.",
    zh="db 成了一个数，把样本和输出都加起来了：每个输出各有一个偏置。",
)
def bias_gradient_is_one_number(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, dy.sum()


@same_mistake(bias_gradient_is_one_number)
def bias_gradient_summed_twice(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, float(sum(sum(row) for row in dy))


@wrong(
    en="It returns dw before dx: the order is (dx, dw, db).",
    zh="返回时 dw 在 dx 之前：顺序应为 (dx, dw, db)。",
)
def returns_in_another_order(x, w, dy):
    refuse_bad(x, w, dy)
    return dy.T @ x, dy @ w, dy.sum(axis=0)


@same_mistake(returns_in_another_order)
def weight_gradient_first(x, w, dy):
    refuse_bad(x, w, dy)
    dx, dw = np.einsum("no,oi->ni", dy, w), np.einsum("no,ni->oi", dy, x)
    return dw, dx, np.einsum("no->o", dy)


@wrong(
    en="It updates w, in place: a backward pass computes gradients and changes nothing, an optimizer makes the step.",
    zh="它原地更新了 w：反向只计算梯度、不改任何东西，更新由优化器来做。",
)
def updates_the_weights(x, w, dy):
    refuse_bad(x, w, dy)
    dx, dw = dy @ w, dy.T @ x
    w -= 0.01 * dw
    return dx, dw, dy.sum(axis=0)


@same_mistake(updates_the_weights)
def takes_a_step(x, w, dy):
    refuse_bad(x, w, dy)
    gradients = np.dot(dy, w), np.dot(dy.T, x), dy.sum(0)
    w[...] = w - 0.01 * gradients[1]
    return gradients


@wrong(
    en="dw is the product of sums over the batch: it is the sum of products, each sample's dy times its own x.",
    zh="dw 用了各自求和之后的乘积：应先对每个样本求 dy 与 x 的乘积，再求和。",
)
def sums_before_multiplying(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, np.outer(dy.sum(axis=0), x.sum(axis=0)), dy.sum(axis=0)


@same_mistake(sums_before_multiplying)
def outer_product_of_the_sums(x, w, dy):
    refuse_bad(x, w, dy)
    db = dy.sum(axis=0)
    return np.matmul(dy, w), db[:, None] * x.sum(axis=0)[None, :], db


@wrong(
    en="dw has a batch axis, one gradient for each sample: sum over it, all samples share one w.",
    zh="dw 带着批次轴，每个样本一个梯度：所有样本共用一个 w，应对这个轴求和。",
)
def weight_gradient_for_each_sample(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, np.einsum("no,ni->noi", dy, x), dy.sum(axis=0)


@same_mistake(weight_gradient_for_each_sample)
def weight_gradient_by_broadcasting(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy[:, :, None] * x[:, None, :], dy.sum(axis=0)


@wrong(
    en="x and w may differ in their number of inputs without an error: no product here joins the two, so check it.",
    zh="x 与 w 的输入个数不同却没有报错：这里没有哪个乘积会同时用到两者，需要自己检查。",
)
def trusts_the_products_to_check(x, w, dy):
    return dy @ w, dy.T @ x, dy.sum(axis=0)


@same_mistake(trusts_the_products_to_check)
def checks_only_dy(x, w, dy):
    if dy.shape[0] != x.shape[0] or dy.shape[-1] != w.shape[0]:
        raise ValueError("dy")
    return np.dot(dy, w), np.dot(dy.T, x), np.sum(dy, axis=0)


@wrong(
    en="A dy of one axis passes, where n happens to equal out: require the shape (n, out).",
    zh="一维的 dy 也被接受了，只因 n 恰好等于 out：应要求形状为 (n, out)。",
)
def accepts_dy_without_a_batch(x, w, dy):
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[1]:
        raise ValueError("shapes")
    return dy @ w, dy.T @ x, dy.sum(axis=0)


@same_mistake(accepts_dy_without_a_batch)
def checks_only_x_and_w(x, w, dy):
    if len(x.shape) != 2 or len(w.shape) != 2 or x.shape[-1] != w.shape[-1]:
        raise ValueError("x or w")
    return np.dot(dy, w), np.dot(dy.T, x), np.add.reduce(dy, axis=0)


@wrong(
    en="For one sample db is a view of dy, dy[0] or dy.reshape(-1): copy it, the result must be new for n = 1 too.",
    zh="只有一个样本时 db 是 dy 的视图（dy[0] 或 dy.reshape(-1)）：应复制，n = 1 时返回的也须是新数组。",
)
def bias_gradient_is_a_view_of_dy(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x, dy[0] if len(dy) == 1 else dy.sum(axis=0)


@same_mistake(bias_gradient_is_a_view_of_dy)
def bias_gradient_by_reshape(x, w, dy):
    refuse_bad(x, w, dy)
    db = dy.reshape(-1) if dy.shape[0] == 1 else np.add.reduce(dy)
    return np.dot(dy, w), np.dot(dy.T, x), db


@wrong(
    en="dw holds the last sample alone: inside the loop over the batch write dw += and not dw =.",
    zh="dw 只含最后一个样本：对批次循环时应写 dw +=，而不是 dw =。",
)
def assigns_dw_in_the_loop(x, w, dy):
    refuse_bad(x, w, dy)
    dw = np.zeros(w.shape)
    for x_k, dy_k in zip(x, dy, strict=True):
        dw = np.outer(dy_k, x_k)
    return dy @ w, dw, dy.sum(axis=0)


@same_mistake(assigns_dw_in_the_loop)
def dw_of_the_last_sample(x, w, dy):
    refuse_bad(x, w, dy)
    return np.dot(dy, w), dy[-1:].T @ x[-1:], np.add.reduce(dy, axis=0)


@wrong(
    en="dw and db hold the last sample alone: inside the loop over the batch add, +=, instead of assigning.",
    zh="dw 与 db 都只含最后一个样本：对批次循环时应累加（+=），而不是赋值。",
)
def assigns_both_in_the_loop(x, w, dy):
    refuse_bad(x, w, dy)
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for k in range(len(x)):
        dx[k] = dy[k] @ w
        dw, db = dy[k][:, None] * x[k][None, :], dy[k].copy()
    return dx, dw, db


@same_mistake(assigns_both_in_the_loop)
def gradients_of_the_last_sample(x, w, dy):
    refuse_bad(x, w, dy)
    last = dy[-1:]
    return np.dot(dy, w), last.T @ x[-1:], last.sum(axis=0)


@wrong(
    en="The last sample is left out of dw and db, as by range(n - 1): the sums run over the whole batch.",
    zh="dw 与 db 漏掉了最后一个样本（如 range(n - 1)）：求和应遍历整个批次。",
)
def leaves_out_the_last_sample(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy[:-1].T @ x[:-1], dy[:-1].sum(axis=0)


@same_mistake(leaves_out_the_last_sample)
def loop_ends_too_early(x, w, dy):
    refuse_bad(x, w, dy)
    dw, db = np.zeros(w.shape), np.zeros(len(w))
    for k in range(len(x) - 1):
        dw += np.outer(dy[k], x[k])
        db += dy[k]
    return np.dot(dy, w), dw, db


@wrong(
    en="dw alone is divided by n: dy holds the mean's 1/n already, and dw, like db, is a plain sum.",
    zh="只有 dw 除以了 n：平均的 1/n 已在 dy 中，dw 与 db 一样直接求和。",
)
def divides_dw_by_n(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, dy.T @ x / np.float64(len(x)), dy.sum(axis=0)


@same_mistake(divides_dw_by_n)
def mean_of_outer_products(x, w, dy):
    refuse_bad(x, w, dy)
    return np.dot(dy, w), np.mean(dy[:, :, None] * x[:, None, :], axis=0), np.add.reduce(dy)


@wrong(
    en="dx is divided by n: each sample has its own row of dx, and dy holds the mean's 1/n already.",
    zh="dx 除以了 n：每个样本有自己的一行 dx，而平均的 1/n 已在 dy 中。",
)
def divides_dx_by_n(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w / np.float64(len(x)), dy.T @ x, dy.sum(axis=0)


@same_mistake(divides_dx_by_n)
def scales_dy_for_dx(x, w, dy):
    refuse_bad(x, w, dy)
    return np.matmul(dy / np.float64(dy.shape[0]), w), np.einsum("no,ni->oi", dy, x), np.einsum("no->o", dy)


@wrong(
    en="All three gradients have the wrong sign: they point uphill, the optimizer's step takes the minus.",
    zh="三个梯度的符号都反了：梯度指向上升方向，负号由优化器的更新来加。",
)
def returns_the_step_instead_of_the_gradient(x, w, dy):
    refuse_bad(x, w, dy)
    return -(dy @ w), -(dy.T @ x), -dy.sum(axis=0)


@same_mistake(returns_the_step_instead_of_the_gradient)
def minus_everywhere(x, w, dy):
    refuse_bad(x, w, dy)
    down = -1 * dy
    return np.dot(down, w), np.dot(down.T, x), np.sum(down, axis=0)


@wrong(
    en="Axes of length 1 are squeezed away: dx, dw and db keep the shapes of x, w and b for n, in or out = 1 too.",
    zh="长度为 1 的轴被 squeeze 掉了：n、in 或 out 为 1 时，dx、dw、db 也应与 x、w、b 同形。",
)
def squeezes(x, w, dy):
    refuse_bad(x, w, dy)
    return np.squeeze(dy @ w), np.squeeze(dy.T @ x), np.squeeze(dy.sum(axis=0))


@same_mistake(squeezes)
def squeezes_with_the_method(x, w, dy):
    refuse_bad(x, w, dy)
    return tuple(np.array(a).squeeze() for a in (np.dot(dy, w), np.dot(dy.T, x), np.ones(len(dy)) @ dy))


@wrong(
    en="The number of samples is not compared: einsum and broadcasting stretch a batch of one to any size.",
    zh="没有比较样本个数：einsum 和广播会把一个样本的批次拉成任意大小。",
)
def stretches_the_batch(x, w, dy):
    if x.ndim != 2 or w.ndim != 2 or dy.ndim != 2 or x.shape[1] != w.shape[1] or dy.shape[1] != w.shape[0]:
        raise ValueError("shapes")
    if len(x) != len(dy) and 1 not in (len(x), len(dy)):
        raise ValueError("samples")
    return np.einsum("no,oi->ni", dy, w), np.einsum("no,ni->oi", dy, x), dy.sum(axis=0)


@same_mistake(stretches_the_batch)
def broadcasts_the_batch(x, w, dy):
    if (x.ndim, w.ndim, dy.ndim) != (2, 2, 2) or x.shape[1] != w.shape[1] or dy.shape[1] != len(w):
        raise ValueError("shapes")
    dw = (dy[:, :, None] * x[:, None, :]).sum(axis=0)  # ValueError of its own, where neither has one sample
    return np.dot(dy, w), dw, np.add.reduce(dy)


@wrong(
    en="dy is compared by its size: a dy of another shape with as many numbers passes, compare dy.shape with (n, out).",
    zh="只比较了 dy 的元素个数：形状不同、个数相同的 dy 也通过了，应比较 dy.shape 与 (n, out)。",
)
def compares_sizes(x, w, dy):
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[1] or dy.size != len(x) * len(w):
        raise ValueError("shapes")
    dy = dy.reshape(len(x), len(w))
    return dy @ w, dy.T @ x, dy.sum(axis=0)


@same_mistake(compares_sizes)
def leaves_the_shape_of_dy_to_reshape(x, w, dy):
    if len(x.shape) != 2 or len(w.shape) != 2 or x.shape[-1] != w.shape[-1]:
        raise ValueError("shapes")
    dy = np.reshape(dy, (x.shape[0], w.shape[0]))  # ValueError where the numbers do not suffice
    return np.dot(dy, w), np.dot(dy.T, x), np.add.reduce(dy)


@wrong(
    en="Extra axes are flattened into the batch: here each of the three arrays has two axes, anything else is refused.",
    zh="多出的轴被并进了批次：这里三个数组都必须是二维，其余一律拒绝。",
)
def flattens_extra_axes(x, w, dy):
    if not x.ndim or w.ndim != 2 or x.shape[-1] != w.shape[1] or dy.shape != (*x.shape[:-1], len(w)):
        raise ValueError("shapes")
    rows, dy_rows = x.reshape(-1, x.shape[-1]), dy.reshape(-1, len(w))
    return (dy_rows @ w).reshape(x.shape), dy_rows.T @ rows, dy_rows.sum(axis=0)


@same_mistake(flattens_extra_axes)
def sums_over_all_leading_axes(x, w, dy):
    if x.ndim == 0 or w.ndim != 2 or x.shape[-1:] != w.shape[1:] or dy.shape != x.shape[:-1] + w.shape[:1]:
        raise ValueError("shapes")
    leading = tuple(range(x.ndim - 1))
    return np.tensordot(dy, w, 1), np.tensordot(dy, x, (leading, leading)), dy.sum(axis=leading)


@wrong(
    en="Bad shapes end in AssertionError (or IndexError, TypeError): the contract asks for ValueError.",
    zh="形状不对时抛出的是 AssertionError（或 IndexError、TypeError）：约定是 ValueError。",
)
def asserts(x, w, dy):
    assert x.ndim == w.ndim == 2
    assert x.shape[1] == w.shape[1]
    assert dy.shape == (len(x), len(w))
    return dy @ w, dy.T @ x, dy.sum(axis=0)


@same_mistake(asserts)
def a_single_assert(x, w, dy):
    assert (x.ndim, w.ndim, x.shape[1:], dy.shape) == (2, 2, w.shape[1:], (len(x), len(w)))
    return np.dot(dy, w), np.dot(dy.T, x), np.add.reduce(dy)


@wrong(
    en="xᵀ dy is reshaped to the shape of w: reshape keeps the order of the numbers, it takes a transpose, dyᵀ x.",
    zh="把 xᵀ dy 变形成了 w 的形状：reshape 不改变数的顺序，这里需要转置，即 dyᵀ x。",
)
def reshapes_dw(x, w, dy):
    refuse_bad(x, w, dy)
    return dy @ w, (x.T @ dy).reshape(w.shape), dy.sum(axis=0)


@same_mistake(reshapes_dw)
def dw_in_another_order(x, w, dy):
    refuse_bad(x, w, dy)
    product = np.einsum("ni,no->io", x, dy)
    return np.dot(dy, w), np.array(product.ravel().tolist()).reshape(len(w), -1), np.add.reduce(dy)
