"""Wrong answers to distillation/hints, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(h_s, h_t, w, b):
    if h_s.ndim not in (2, 4) or h_t.ndim != h_s.ndim or h_s.size == 0 or h_t.size == 0:
        raise ValueError("axes")
    if h_s.shape[0] != h_t.shape[0] or h_s.shape[2:] != h_t.shape[2:]:
        raise ValueError("positions")
    refuse_bad_regressor(h_s, h_t, w, b)


def refuse_bad_regressor(h_s, h_t, w, b):
    if w.shape != (h_t.shape[1], h_s.shape[1]) or b.shape != (h_t.shape[1],):
        raise ValueError("regressor")


def flat(h):
    """(n, C, positions)"""
    return h.reshape(*h.shape[:2], -1)


def rows(h):
    """(n * positions, C): one row for each position of each sample."""
    return np.moveaxis(h, 1, -1).reshape(-1, h.shape[1])


def maps(rows, shape):
    """The other way round, to (n, C, ...)."""
    return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1)


def gap_of(h_s, h_t, w, b):
    return w @ flat(h_s) + b[:, None] - flat(h_t)


def gradients(dr, h_s, w):
    """dh_s, dw, db of the right answer, from dr (n, C_t, positions)."""
    return (w.T @ dr).reshape(h_s.shape), np.einsum("ntp,ncp->tc", dr, flat(h_s)), dr.sum(axis=(0, 2))


@wrong(
    en="The factor 1/2 is missing: loss and gradients are twice too large.",
    zh="漏了系数 1/2：损失和梯度都大了一倍。",
)
def without_the_half(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / len(gap), *gradients(2 * gap / len(gap), h_s, w)


@same_mistake(without_the_half)
def squared_distance_and_its_derivative(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    gap = x @ w.T + b - rows(h_t)
    dr = 2.0 / n * gap
    return (gap * gap).sum() / n, maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)


@wrong(
    en="The gradients have a 2 too many: the 1/2 of the loss cancels the 2 of the square.",
    zh="梯度多了一个 2：损失里的 1/2 与平方求导的 2 抵消。",
)
def gradient_of_another_loss(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / (2 * len(gap)), *gradients(2 * gap / len(gap), h_s, w)


@same_mistake(gradient_of_another_loss)
def two_from_the_square_half_forgotten(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    gap = x @ w.T + b - rows(h_t)
    dr = gap * 2 / n
    return 0.5 * np.sum(gap**2) / n, maps(dr @ w, h_s.shape), np.einsum("kt,kc->tc", dr, x), dr.sum(axis=0)


@wrong(
    en="The mean runs over features too, as in F.mse_loss: divide by n alone.",
    zh="对特征也取了平均（如 F.mse_loss）：只应除以 n。",
)
def mean_over_all_elements(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.mean(gap**2) / 2, *gradients(gap / gap.size, h_s, w)


@same_mistake(mean_over_all_elements)
def half_of_mse(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x = rows(h_s)
    gap = x @ w.T + b - rows(h_t)
    dr = gap / h_t.size
    return 0.5 * (gap**2).mean(), maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)


@wrong(
    en="Positions are averaged too: at n samples, every position of a map counts in full.",
    zh="对位置也取了平均：只除以样本数 n，每个位置都按完整的一份计算。",
)
def mean_over_positions(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    count = len(gap) * gap.shape[2]
    return np.sum(gap**2) / (2 * count), *gradients(gap / count, h_s, w)


@same_mistake(mean_over_positions)
def positions_are_taken_for_samples(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x = rows(h_s)
    gap = x @ w.T + b - rows(h_t)
    dr = gap / len(x)
    return np.sum(gap**2) / len(x) / 2, maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)


@wrong(
    en="Sums over the batch: loss and gradients are means over the samples.",
    zh="对批次求了和：损失和梯度都应对样本取平均。",
)
def sums_over_the_batch(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / 2, *gradients(gap, h_s, w)


@same_mistake(sums_over_the_batch)
def forgets_n(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x = rows(h_s)
    dr = x @ w.T + b - rows(h_t)
    return 0.5 * np.vdot(dr, dr), maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)


@wrong(
    en="The loss is a mean, its gradients are sums: divide dr by n.",
    zh="损失取了平均，梯度却是求和：dr 应除以 n。",
)
def gradients_are_not_divided_by_n(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / (2 * len(gap)), *gradients(gap, h_s, w)


@same_mistake(gradients_are_not_divided_by_n)
def difference_as_the_slope(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x = rows(h_s)
    dr = x @ w.T + b - rows(h_t)
    return np.sum(dr**2) / 2 / len(h_s), maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)


@wrong(
    en="The gradients have the wrong sign: they are of r - h_t, not of h_t - r.",
    zh="梯度符号反了：应由 r - h_t 得到，而不是 h_t - r。",
)
def teacher_minus_student(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = -gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / (2 * len(gap)), *gradients(gap / len(gap), h_s, w)


@same_mistake(teacher_minus_student)
def what_the_student_lacks(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    dr = (rows(h_t) - x @ w.T - b) / n
    return np.sum(dr**2) * n / 2, maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)


@wrong(
    en="The regressor is left as it is: it trains along, dw and db are not zero.",
    zh="回归层没有训练：它要一起学习，dw 和 db 不为零。",
)
def regressor_is_frozen(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    dh_s, _, _ = gradients(gap / len(gap), h_s, w)
    return np.sum(gap**2) / (2 * len(gap)), dh_s, np.zeros_like(w), np.zeros_like(b)


@same_mistake(regressor_is_frozen)
def random_projection(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    n = len(h_s)
    gap = rows(h_s) @ w.T + b - rows(h_t)
    return np.sum(gap**2) / (2 * n), maps(gap / n @ w, h_s.shape), 0.0 * w, 0.0 * b


@wrong(
    en="The student gets no gradient: the hint is for the student, the regressor only translates.",
    zh="学生没有得到梯度：hint 是教学生的，回归层只负责转换。",
)
def only_the_regressor_learns(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    _, dw, db = gradients(gap / len(gap), h_s, w)
    return np.sum(gap**2) / (2 * len(gap)), np.zeros_like(h_s), dw, db


@same_mistake(only_the_regressor_learns)
def student_is_detached(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    dr = (x @ w.T + b - rows(h_t)) / n
    return np.sum(dr**2) * n / 2, 0.0 * h_s, dr.T @ x, dr.sum(axis=0)


@wrong(
    en="The regressor is applied to the teacher: it maps the student's width to the teacher's, which is the target.",
    zh="回归层用在了教师上：它应把学生的宽度变成教师的宽度，教师是目标。",
)
def regresses_the_teacher(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, target, n = flat(h_s), flat(h_t) + b[:, None], len(h_s)
    gap = x - w.T @ target
    dw = -np.einsum("ntp,ncp->tc", target, gap) / n
    db = -np.einsum("tc,ncp->t", w, gap) / n
    return np.sum(gap**2) / (2 * n), (gap / n).reshape(h_s.shape), dw, db


@same_mistake(regresses_the_teacher)
def brings_the_teacher_down(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    t, n = rows(h_t) + b, len(h_s)
    gap = (rows(h_s) - t @ w) / n
    return np.sum(gap**2) * n / 2, maps(gap, h_s.shape), -(t.T @ gap), -(gap @ w.T).sum(axis=0)


@wrong(
    en="The bias is forgotten: r = w h_s + b.",
    zh="漏了偏置：r = w h_s + b。",
)
def without_the_bias(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = w @ flat(h_s) - flat(h_t)
    dh_s, dw, _ = gradients(gap / len(gap), h_s, w)
    return np.sum(gap**2) / (2 * len(gap)), dh_s, dw, np.zeros_like(b)


@same_mistake(without_the_bias)
def product_alone(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    dr = (x @ w.T - rows(h_t)) / n
    return np.sum(dr**2) * n / 2, maps(dr @ w, h_s.shape), dr.T @ x, b * 0


@wrong(
    en="w is used transposed: it is (C_t, C_s), so rows go forward as x @ w.T, back as dr @ w; equal widths hide it.",
    zh="w 用成了转置：它的形状是 (C_t, C_s)；每个位置一行时，前向是 x @ w.T，反向是 dr @ w；宽度相同时不会报错。",
)
def regressor_transposed(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    dr = (x @ w + b - rows(h_t)) / n
    return np.sum(dr**2) * n / 2, maps(dr @ w.T, h_s.shape), x.T @ dr, dr.sum(axis=0)


@same_mistake(regressor_transposed)
def transposed_from_the_left(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = flat(h_s), len(h_s)
    gap = w.T @ x + b[:, None] - flat(h_t)
    dw = np.einsum("ncp,ntp->ct", x, gap) / n
    return np.sum(gap**2) / (2 * n), (w @ gap / n).reshape(h_s.shape), dw, gap.sum(axis=(0, 2)) / n


@same_mistake(regressor_transposed)
def indices_of_w_swapped(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = flat(h_s), len(h_s)
    dr = (np.einsum("ct,ncp->ntp", w, x) + b[:, None] - flat(h_t)) / n
    dh_s = np.einsum("ct,ntp->ncp", w, dr).reshape(h_s.shape)
    return np.sum(dr**2) * n / 2, dh_s, np.einsum("ncp,ntp->ct", x, dr), dr.sum(axis=(0, 2))


@same_mistake(regressor_transposed)
def indices_of_w_swapped_by_rows(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    gap = np.einsum("kc,ct->kt", x, w) + b - rows(h_t)
    dh_s = maps(np.einsum("kt,ct->kc", gap, w) / n, h_s.shape)
    return np.sum(gap**2) / (2 * n), dh_s, np.einsum("kc,kt->ct", x, gap) / n, gap.sum(axis=0) / n


@same_mistake(regressor_transposed)
def transposed_on_the_way_back(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    dr = (x @ w.T + b - rows(h_t)) / n
    return np.sum(dr**2) * n / 2, maps(dr @ w.T, h_s.shape), dr.T @ x, dr.sum(axis=0)


@same_mistake(regressor_transposed)
def back_through_w_itself(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    dh_s = (w @ gap / len(gap)).reshape(h_s.shape)
    return np.sum(gap**2) / (2 * len(gap)), dh_s, *gradients(gap / len(gap), h_s, w)[1:]


@wrong(
    en="reshape(-1, C) on (n, C, height, width) mixes channels with positions: bring the channels last first.",
    zh="对 (n, C, height, width) 直接 reshape(-1, C) 会把通道与位置混在一起：应先把通道移到最后。",
)
def reshapes_without_moving_the_axis(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = h_s.reshape(-1, h_s.shape[1]), len(h_s)
    dr = (x @ w.T + b - h_t.reshape(-1, h_t.shape[1])) / n
    return np.sum(dr**2) * n / 2, (dr @ w).reshape(h_s.shape), dr.T @ x, dr.sum(axis=0)


@same_mistake(reshapes_without_moving_the_axis)
def walks_through_memory(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    (n, c_s), c_t = h_s.shape[:2], h_t.shape[1]
    xs, ts = h_s.ravel(), h_t.ravel()
    loss, dh_s, dw, db = 0.0, np.zeros(h_s.size), np.zeros(w.shape), np.zeros(b.shape)
    for k in range(h_s.size // c_s):
        x = xs[k * c_s : (k + 1) * c_s]
        dr = (w @ x + b - ts[k * c_t : (k + 1) * c_t]) / n
        loss += n * (dr @ dr) / 2
        dh_s[k * c_s : (k + 1) * c_s] = w.T @ dr
        dw += np.outer(dr, x)
        db += dr
    return loss, dh_s.reshape(h_s.shape), dw, db


@wrong(
    en="The maps are averaged over positions first: the hint is at every position.",
    zh="先对位置取了平均：hint 是针对每个位置的。",
)
def pools_first(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, t = flat(h_s).mean(axis=2), flat(h_t).mean(axis=2)
    dr = (x @ w.T + b - t) / len(x)
    dx = (dr @ w)[:, :, None] / flat(h_s).shape[2]
    dh_s = np.broadcast_to(dx, flat(h_s).shape).reshape(h_s.shape)
    return np.sum(dr**2) * len(x) / 2, dh_s, dr.T @ x, dr.sum(axis=0)


@same_mistake(pools_first)
def global_average_of_both(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    axes = tuple(range(2, h_s.ndim))
    x, t, n = h_s.mean(axis=axes), h_t.mean(axis=axes), len(h_s)
    gap = np.einsum("tc,nc->nt", w, x) + b - t
    dx = np.einsum("nt,tc->nc", gap / n, w) * x.size / h_s.size
    dh_s = np.zeros(h_s.shape) + dx.reshape(*dx.shape, *[1] * len(axes))
    return 0.5 * np.mean(np.sum(gap**2, axis=1)), dh_s, gap.T @ x / n, gap.mean(axis=0)


@wrong(
    en="It takes the step itself: return the gradients, w and b are the optimizer's.",
    zh="自己更新了 w 和 b：应只返回梯度，更新是优化器的事。",
)
def updates_the_regressor(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    dh_s, dw, db = gradients(gap / len(gap), h_s, w)
    w -= 0.01 * dw
    b -= 0.01 * db
    return np.sum(gap**2) / (2 * len(gap)), dh_s, dw, db


@same_mistake(updates_the_regressor)
def steps_at_once(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b)
    x, n = rows(h_s), len(h_s)
    dr = (x @ w.T + b - rows(h_t)) / n
    answer = np.sum(dr**2) * n / 2, maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)
    w[...] = w - 0.01 * answer[2]
    b[...] = b - 0.01 * answer[3]
    return answer


@wrong(
    en="Samples or maps of another size are broadcast: their positions do not correspond; raise ValueError.",
    zh="样本数或尺寸不同时做了广播：逐位置比较没有意义，应抛出 ValueError。",
)
def broadcasts(h_s, h_t, w, b):
    if h_s.ndim not in (2, 4) or h_s.size == 0 or h_t.size == 0:
        raise ValueError("axes")
    refuse_bad_regressor(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / (2 * len(gap)), *gradients(gap / len(gap), h_s, w)


@same_mistake(broadcasts)
def lets_numpy_decide(h_s, h_t, w, b):
    if h_s.ndim not in (2, 4) or 0 in h_s.shape + h_t.shape:
        raise ValueError("axes")
    refuse_bad_regressor(h_s, h_t, w, b)
    x = flat(h_s)
    r = np.einsum("tc,ncp->ntp", w, x) + b[None, :, None]
    dr = (r - flat(h_t)) / len(x)
    dh_s = np.einsum("ntp,tc->ncp", dr, w).reshape(h_s.shape)
    return np.sum(dr**2) * len(x) / 2, dh_s, np.tensordot(dr, x, ((0, 2), (0, 2))), dr.sum((0, 2))


@wrong(
    en="A bias of two axes is accepted, as long as its length or size fits: its shape is (C_t,), nothing is broadcast.",
    zh="接受了二维的偏置，只看了长度或大小：它的形状是 (C_t,)，不做广播。",
)
def bias_of_two_axes(h_s, h_t, w, b):
    refuse_bad(h_s, h_t, w, b if b.size != h_t.shape[1] else b.reshape(-1))
    x, b, n = rows(h_s), b.reshape(-1), len(h_s)
    dr = (x @ w.T + b - rows(h_t)) / n
    return np.sum(dr**2) * n / 2, maps(dr @ w, h_s.shape), dr.T @ x, dr.sum(axis=0)


@same_mistake(bias_of_two_axes)
def counts_the_biases(h_s, h_t, w, b):
    if b.size == w.shape[0]:
        b = b.ravel()
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / (2 * len(gap)), *gradients(gap / len(gap), h_s, w)


@wrong(
    en="Maps without a position are accepted: there is nothing to compare, whatever the samples. Raise ValueError.",
    zh="接受了没有位置的特征图：有样本和通道，却没有可比的东西。应抛出 ValueError。",
)
def maps_without_positions(h_s, h_t, w, b):
    if 0 in h_s.shape[2:] and h_s.ndim == 4 and h_t.shape[2:] == h_s.shape[2:]:
        return 0.0, np.zeros(h_s.shape), np.zeros(w.shape), np.zeros(b.shape)
    refuse_bad(h_s, h_t, w, b)
    gap = gap_of(h_s, h_t, w, b)
    return np.sum(gap**2) / (2 * len(gap)), *gradients(gap / len(gap), h_s, w)


@same_mistake(maps_without_positions)
def asks_for_samples_and_channels(h_s, h_t, w, b):
    if h_s.ndim not in (2, 4) or h_t.ndim != h_s.ndim or 0 in h_s.shape[:2] + h_t.shape[:2]:
        raise ValueError("empty")
    if h_s.shape[0] != h_t.shape[0] or h_s.shape[2:] != h_t.shape[2:]:
        raise ValueError("positions")
    refuse_bad_regressor(h_s, h_t, w, b)
    x, n = np.moveaxis(h_s, 1, -1), len(h_s)
    dr = (x @ w.T + b - np.moveaxis(h_t, 1, -1)) / n
    axes = tuple(range(dr.ndim - 1))
    return np.sum(dr**2) * n / 2, np.moveaxis(dr @ w, -1, 1), np.tensordot(dr, x, (axes, axes)), dr.sum(axis=axes)
