"""Wrong answers to pruning/taylor_saliency, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(w, b, dw, db):
    if not dw.size or dw.shape != (len(db), *w.shape) or db.shape != (len(dw), len(w)) or b.shape != (len(w),):
        raise ValueError("shapes")


def joined(w, b, dw, db):
    """The groups (out, k + 1) and their gradients (batches, out, k + 1), biases last."""
    refuse_bad(w, b, dw, db)
    slope = np.concatenate([dw.reshape(len(dw), len(w), -1), db[:, :, None]], axis=2)
    return np.concatenate([w.reshape(len(w), -1), b[:, None]], axis=1), slope


def terms(w, b, dw, db):
    """g w, (batches, out, k + 1)"""
    group, slope = joined(w, b, dw, db)
    return slope * group


def inner(w):
    return tuple(range(1, w.ndim))


@wrong(
    en="It takes |g w| inside the sum: a filter is removed as a whole, so its terms may cancel. Square the sum.",
    zh="在求和之前取了 |g w|：滤波器是整体删掉的，各项可以相互抵消。应先求和再平方。",
)
def absolute_value_inside(w, b, dw, db):
    return (np.abs(terms(w, b, dw, db)).sum(axis=2) ** 2).mean(axis=0)


@same_mistake(absolute_value_inside)
def adds_up_magnitudes(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    saliency = np.zeros(len(w))
    for g, db_t in zip(dw, db, strict=True):
        saliency += (np.sum(np.abs(g * w), axis=inner(w)) + np.abs(db_t * b)) ** 2
    return saliency / len(dw)


@wrong(
    en="It sums the squares (g w)² of single weights: a group's saliency is the square of its sum.",
    zh="把单个权重的 (g w)² 加了起来：一组的显著性是其和的平方。",
)
def sum_of_squares(w, b, dw, db):
    return (terms(w, b, dw, db) ** 2).sum(axis=2).mean(axis=0)


@same_mistake(sum_of_squares)
def squares_each_weight(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    squares = [np.sum((g * w) ** 2, axis=inner(w)) + (db_t * b) ** 2 for g, db_t in zip(dw, db, strict=True)]
    return np.mean(squares, axis=0)


@wrong(
    en="The gradients are averaged over the batches first, to nearly zero at a minimum: square, then average.",
    zh="先对批次的梯度取了平均：在极小值附近这个平均为零。应先对每个批次平方，再取平均。",
)
def averages_gradients_first(w, b, dw, db):
    return terms(w, b, dw, db).sum(axis=2).mean(axis=0) ** 2


@same_mistake(averages_gradients_first)
def gradient_of_all_batches(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    return ((dw.mean(axis=0) * w).sum(axis=inner(w)) + db.mean(axis=0) * b) ** 2


@wrong(
    en="It takes the absolute value, not the square: the order over several batches may differ.",
    zh="题目要平方，这里取的是绝对值：多个批次时，排序可能不同。",
)
def absolute_value_of_the_sum(w, b, dw, db):
    return np.abs(terms(w, b, dw, db).sum(axis=2)).mean(axis=0)


@same_mistake(absolute_value_of_the_sum)
def the_older_criterion(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    changes = [np.sum(g * w, axis=inner(w)) + db_t * b for g, db_t in zip(dw, db, strict=True)]
    return sum(np.abs(change) for change in changes) / len(changes)


@wrong(
    en="The root of the mean square is returned: return the mean itself.",
    zh="返回了均方根：要的是平方的平均本身。",
)
def root_of_the_mean_square(w, b, dw, db):
    return np.sqrt((terms(w, b, dw, db).sum(axis=2) ** 2).mean(axis=0))


@same_mistake(root_of_the_mean_square)
def norm_over_the_batches(w, b, dw, db):
    return np.linalg.norm(terms(w, b, dw, db).sum(axis=2), axis=0) / len(dw) ** 0.5


@wrong(
    en="The sum keeps its sign and cancels over batches: a large fall of the loss is as large a change as a rise.",
    zh="保留了和的符号，会在批次之间抵消：损失大幅下降与大幅上升是同样大的变化。",
)
def signed_sum(w, b, dw, db):
    return terms(w, b, dw, db).sum(axis=2).mean(axis=0)


@same_mistake(signed_sum)
def predicted_loss_change(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    return np.sum(dw.mean(axis=0) * w, axis=inner(w)) + db.mean(axis=0) * b


@wrong(
    en="It is the magnitude of the weights: the gradients, which tell what the loss needs, are not used.",
    zh="算的是权重的幅值：没有用到梯度，而梯度才说明损失需要什么。",
)
def magnitude(w, b, dw, db):
    return (joined(w, b, dw, db)[0] ** 2).sum(axis=1)


@same_mistake(magnitude)
def squared_norm_of_the_filter(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    return np.sum(w * w, axis=inner(w), dtype=float) + b.astype(float) ** 2


@wrong(
    en="The weights are left out: a steep gradient at a weight near zero means little, g w is the predicted change.",
    zh="没有乘权重：权重接近零时，梯度再陡也无关紧要，g w 才是预测的变化。",
)
def gradient_only(w, b, dw, db):
    return (joined(w, b, dw, db)[1].sum(axis=2) ** 2).mean(axis=0)


@same_mistake(gradient_only)
def slope_without_weight(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    total = np.zeros(len(w))
    for g, db_t in zip(dw, db, strict=True):
        total += (g.sum(axis=inner(w)) + db_t) ** 2
    return total / len(dw)


@wrong(
    en="The bias is forgotten: it is removed with the filter, so its g b belongs in the sum.",
    zh="忘了偏置：它随滤波器一起消失，它的 g b 也应加进和里。",
)
def forgets_the_bias(w, b, dw, db):
    return (terms(w, b, dw, db)[:, :, :-1].sum(axis=2) ** 2).mean(axis=0)


@same_mistake(forgets_the_bias)
def weights_alone(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    return np.mean([np.sum(g * w, axis=inner(w)) ** 2 for g in dw], axis=0)


@wrong(
    en="The bias term is squared on its own: add it to the sum before squaring.",
    zh="偏置是单独平方的：应在平方之前加进和里。",
)
def bias_squared_apart(w, b, dw, db):
    each = terms(w, b, dw, db)
    return (each[:, :, :-1].sum(axis=2) ** 2 + each[:, :, -1] ** 2).mean(axis=0)


@same_mistake(bias_squared_apart)
def two_saliencies_added(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    of_weights = np.mean([np.sum(g * w, axis=inner(w)) ** 2 for g in dw], axis=0)
    return of_weights + np.mean((db * b) ** 2, axis=0)


@wrong(
    en="It is a sum over the batches: take the mean, so that the number of batches does not matter.",
    zh="对批次求了和：应取平均，使结果与批次个数无关。",
)
def sums_over_batches(w, b, dw, db):
    return (terms(w, b, dw, db).sum(axis=2) ** 2).sum(axis=0)


@same_mistake(sums_over_batches)
def never_divides_by_the_number_of_batches(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    total = np.zeros(len(w))
    for g, db_t in zip(dw, db, strict=True):
        total += (np.sum(g * w, axis=inner(w)) + db_t * b) ** 2
    return total


@wrong(
    en="The group is averaged, not summed: a filter with more weights then seems to matter less.",
    zh="对组内取了平均而不是求和：权重越多的滤波器反而显得越不重要。",
)
def mean_over_the_group(w, b, dw, db):
    return (terms(w, b, dw, db).mean(axis=2) ** 2).mean(axis=0)


@same_mistake(mean_over_the_group)
def divides_by_the_size_of_the_group(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    changes = np.array([np.sum(g * w, axis=inner(w)) + db_t * b for g, db_t in zip(dw, db, strict=True)])
    return np.mean((changes / (w[0].size + 1)) ** 2, axis=0)


@wrong(
    en="The second-order term g² w² / 2 (Fisher, as in OBD) is summed: square the sum of first-order terms.",
    zh="加的是二阶项 g² w² / 2（Fisher，类似 OBD）：要的是一阶的“和的平方”。",
)
def fisher_diagonal(w, b, dw, db):
    return (0.5 * terms(w, b, dw, db) ** 2).sum(axis=2).mean(axis=0)


@same_mistake(fisher_diagonal)
def half_h_w_squared(w, b, dw, db):
    group, slope = joined(w, b, dw, db)
    h = (slope**2).mean(axis=0)
    return np.sum(h * group**2 / 2, axis=1)


@wrong(
    en="The saliencies are normalized: no division by their norm or sum is asked for.",
    zh="对显著性做了归一化：题目没有要求除以范数或总和。",
)
def divides_by_the_sum(w, b, dw, db):
    saliency = (terms(w, b, dw, db).sum(axis=2) ** 2).mean(axis=0)
    return saliency / max(saliency.sum(), 1e-12)


@same_mistake(divides_by_the_sum)
def shares_of_the_whole(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    changes = np.array([np.sum(g * w, axis=inner(w)) + db_t * b for g, db_t in zip(dw, db, strict=True)])
    squares = np.mean(changes**2, axis=0)
    return squares / np.maximum(np.sum(squares), 1e-12)


@wrong(
    en="The groups are inputs (columns): what is removed here is an output, its row and its bias.",
    zh="按输入（列）分组了：这里删掉的是输出，即它的一行和它的偏置。",
)
def groups_of_inputs(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    axes = (1, *range(3, dw.ndim))
    return (np.sum(dw * w, axis=axes) ** 2).mean(axis=0)


@same_mistake(groups_of_inputs)
def sums_down_the_columns(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    saliency = np.zeros(w.shape[1])
    for g in dw:
        saliency += np.moveaxis(g * w, 1, 0).reshape(w.shape[1], -1).sum(axis=1) ** 2
    return saliency / len(dw)


@wrong(
    en="Shapes are not checked: a gradient without its batch axis, or of one row, broadcasts to something else.",
    zh="没有检查形状：缺少批次轴或只有一行的梯度会广播成别的东西。",
)
def shapes_are_not_checked(w, b, dw, db):
    if not len(dw):
        raise ValueError("no batch")
    change = (dw * w).reshape(len(dw), len(w), -1).sum(axis=2) + db * b
    return (change**2).mean(axis=0)


@same_mistake(shapes_are_not_checked)
def only_the_batches_are_counted(w, b, dw, db):
    if dw.shape[0] == 0:
        raise ValueError("no batch")
    products = np.reshape(dw * w, (dw.shape[0], w.shape[0], -1))
    return np.mean(np.square(products.sum(axis=-1) + db * b), axis=0)


@wrong(
    en="Without a batch it returns NaN, the mean of nothing: raise ValueError.",
    zh="没有批次时返回了 NaN（空集的平均）：应抛出 ValueError。",
)
def no_batch_is_accepted(w, b, dw, db):
    if dw.shape[1:] != w.shape or b.shape != w.shape[:1] or db.shape != (len(dw), len(w)):
        raise ValueError("shapes")
    change = (dw * w).sum(axis=tuple(range(2, dw.ndim))) + db * b
    return (change**2).mean(axis=0)


@same_mistake(no_batch_is_accepted)
def averages_nothing(w, b, dw, db):
    if dw.shape != (len(db), *w.shape) or db.shape != (len(db), len(w)) or b.shape != (len(w),):
        raise ValueError("shapes")
    flat = (dw * w).reshape(len(dw), len(w), w[0].size)
    return np.mean((flat.sum(axis=-1) + b * db) ** 2, axis=0)


def changes(w, b, dw, db):
    """sum of g w over each group, (batches, out)"""
    return terms(w, b, dw, db).sum(axis=2)


def changes_in_a_loop(w, b, dw, db):
    """The same, output by output."""
    refuse_bad(w, b, dw, db)
    rows = [[float(np.vdot(g[j], w[j]) + h[j] * b[j]) for j in range(len(w))] for g, h in zip(dw, db, strict=True)]
    return np.array(rows)


@wrong(
    en="A factor 1/2 has come in: it belongs to the second order, h w² / 2. Here it is the square itself.",
    zh="多了因子 1/2：那属于二阶项 h w² / 2。这里就是平方本身。",
)
def half_of_it(w, b, dw, db):
    return (changes(w, b, dw, db) ** 2).mean(axis=0) / 2


@same_mistake(half_of_it)
def half_of_it_in_a_loop(w, b, dw, db):
    return 0.5 * np.mean(np.square(changes_in_a_loop(w, b, dw, db)), axis=0)


@wrong(
    en="It is the variance over the batches: no mean is subtracted, a change that all batches agree on counts.",
    zh="算成了各批次的方差：不减均值，所有批次一致的变化也计入。",
)
def variance(w, b, dw, db):
    return changes(w, b, dw, db).var(axis=0)


@same_mistake(variance)
def centred_squares(w, b, dw, db):
    change = changes_in_a_loop(w, b, dw, db)
    return np.mean((change - change.mean(axis=0)) ** 2, axis=0)


@wrong(
    en="It divides by batches - 1: take the plain mean over the batches.",
    zh="除以了 批次数 - 1：要求的是对批次的普通平均。",
)
def divides_by_one_less(w, b, dw, db):
    change = changes(w, b, dw, db)
    return (change**2).sum(axis=0) / max(len(change) - 1, 1)


@same_mistake(divides_by_one_less)
def unbiased(w, b, dw, db):
    change = changes_in_a_loop(w, b, dw, db)
    return np.array([np.dot(column, column) / (len(change) - 1 or 1) for column in change.T])


@wrong(
    en="The largest over the batches is taken: take the mean.",
    zh="取了各批次中的最大值：要求的是平均。",
)
def largest_batch(w, b, dw, db):
    return (changes(w, b, dw, db) ** 2).max(axis=0)


@same_mistake(largest_batch)
def worst_case(w, b, dw, db):
    return np.max(np.abs(changes_in_a_loop(w, b, dw, db)), axis=0) ** 2


@wrong(
    en="Only the last batch counts: average over all of them.",
    zh="只算了最后一个批次：应对所有批次取平均。",
)
def last_batch(w, b, dw, db):
    return changes(w, b, dw, db)[-1] ** 2


@same_mistake(last_batch)
def overwrites_each_batch(w, b, dw, db):
    for change in changes_in_a_loop(w, b, dw, db):
        saliency = np.square(change)
    return saliency


@wrong(
    en="The bias goes in without its gradient (or with the wrong sign): its term is g b, added like the others.",
    zh="偏置没有乘它的梯度（或符号反了）：它的项是 g b，与其他各项一样相加。",
)
def bias_without_gradient(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    return np.mean(((dw * w).reshape(len(dw), len(w), -1).sum(axis=2) + b) ** 2, axis=0)


@same_mistake(bias_without_gradient)
def adds_b_itself(w, b, dw, db):
    return np.mean((changes_in_a_loop(w, b, dw, db) - db * b + b) ** 2, axis=0)


@same_mistake(bias_without_gradient)
def subtracts_the_bias(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    return np.mean(((dw * w).reshape(len(dw), len(w), -1).sum(axis=2) - db * b) ** 2, axis=0)


@same_mistake(bias_without_gradient)
def bias_with_the_wrong_sign(w, b, dw, db):
    return np.mean((changes_in_a_loop(w, b, dw, db) - 2 * db * b) ** 2, axis=0)


@wrong(
    en="Something is added or rounded away (an epsilon, some decimals): saliencies may be as small as 1e-24.",
    zh="加上了小量或舍入掉了几位（epsilon、小数位数）：显著性可以小到 1e-24。",
)
def adds_an_epsilon(w, b, dw, db):
    return (changes(w, b, dw, db) ** 2).mean(axis=0) + 1e-8


@same_mistake(adds_an_epsilon)
def adds_an_epsilon_in_a_loop(w, b, dw, db):
    return np.array([1e-8 + np.mean(column**2) for column in changes_in_a_loop(w, b, dw, db).T])


@same_mistake(adds_an_epsilon)
def six_decimals(w, b, dw, db):
    return np.round((changes(w, b, dw, db) ** 2).mean(axis=0), 6)


@same_mistake(adds_an_epsilon)
def six_decimals_in_a_loop(w, b, dw, db):
    return np.array([round(float(np.mean(column**2)), 6) for column in changes_in_a_loop(w, b, dw, db).T])


@same_mistake(mean_over_the_group)
def mean_of_the_weights_and_the_bias(w, b, dw, db):
    refuse_bad(w, b, dw, db)
    return np.mean(((dw * w).mean(axis=tuple(range(2, dw.ndim))) + db * b) ** 2, axis=0)


@same_mistake(mean_over_the_group)
def divides_the_weights_part(w, b, dw, db):
    change = changes_in_a_loop(w, b, dw, db) - db * b
    return np.mean((change / w[0].size + db * b) ** 2, axis=0)


@same_mistake(divides_by_the_sum)
def divides_by_the_norm(w, b, dw, db):
    saliency = (changes(w, b, dw, db) ** 2).mean(axis=0)
    return saliency / (np.linalg.norm(saliency) or 1.0)


@same_mistake(divides_by_the_sum)
def unit_length(w, b, dw, db):
    saliency = np.mean(np.square(changes_in_a_loop(w, b, dw, db)), axis=0)
    return saliency / (np.sqrt(np.sum(saliency**2)) or 1.0)
