"""Wrong answers to pruning/filter_pruning, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_keep(w, keep):
    if not 1 <= keep <= len(w):
        raise ValueError("keep")


def refuse_bad_shapes(w, b, bn, w_next):
    c = len(w)
    if any(a.shape != (c,) for a in (b, *bn)) or w_next.shape[1] % c or (w_next.ndim == 4 and w_next.shape[1] != c):
        raise ValueError("shapes")


def refuse_bad(w, b, bn, w_next, keep):
    refuse_bad_keep(w, keep)
    refuse_bad_shapes(w, b, bn, w_next)


def l1(w, bn):
    return np.abs(w).sum(axis=(1, 2, 3), dtype=np.float64)


def strongest(scores, keep):
    return np.sort(np.argsort(-scores, kind="stable")[:keep])


def channel_by_channel(stay, w_next, c):
    each = w_next.shape[1] // c
    return np.concatenate([np.arange(j * each, (j + 1) * each) for j in stay])


def by_indices(w, b, bn, w_next, keep, *, score=l1, choose=strongest, columns=channel_by_channel, check=refuse_bad):
    """Gather what stays; hooks say how a filter is scored, which stay, and which columns of the reader are theirs."""
    check(w, b, bn, w_next, keep)
    stay = choose(score(w, bn), keep)
    return w[stay], b[stay], tuple(a[stay] for a in bn), w_next[:, columns(stay, w_next, len(w))]


def by_deletion(w, b, bn, w_next, keep, *, score=l1, choose=strongest, check=refuse_bad):
    """The same with np.delete, the reader's columns gathered in an axis of channels."""
    check(w, b, bn, w_next, keep)
    c = len(w)
    goes = np.setdiff1d(np.arange(c), choose(score(w, bn), keep))
    by_channel = w_next.reshape(len(w_next), c, -1) if w_next.ndim == 2 else w_next
    left = np.delete(by_channel, goes, axis=1)
    cut = [np.delete(a, goes, axis=0) for a in (w, b, *bn)]
    return cut[0], cut[1], tuple(cut[2:]), left.reshape(len(left), -1) if w_next.ndim == 2 else left


@wrong(
    en="After a Flatten it cuts one column for each filter: a channel has h w columns there.",
    zh="Flatten 之后每个滤波器只取了一列：一个通道在那里有 h w 列。",
)
def one_column_for_each_filter(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, columns=lambda stay, *_: stay)


@same_mistake(one_column_for_each_filter)
def treats_linear_like_a_convolution(w, b, bn, w_next, keep):
    refuse_bad(w, b, bn, w_next, keep)
    stay = strongest(l1(w, bn), keep)
    return np.take(w, stay, 0), np.take(b, stay), tuple(np.take(a, stay) for a in bn), np.take(w_next, stay, axis=1)


@wrong(
    en="The columns after a Flatten are taken as if channels came last: they run channel by channel, j h w + pixel.",
    zh="把 Flatten 之后的列当成通道在最后：列是按通道依次排列的，即 j h w + 像素。",
)
def channels_last(w, b, bn, w_next, keep):
    def columns(stay, w_next, c):
        return (np.arange(w_next.shape[1] // c)[:, None] * c + stay).ravel()

    return by_indices(w, b, bn, w_next, keep, columns=columns)


@same_mistake(channels_last)
def reshapes_with_the_channels_last(w, b, bn, w_next, keep):
    if w_next.ndim == 4:
        return by_deletion(w, b, bn, w_next, keep)
    refuse_bad(w, b, bn, w_next, keep)
    stay = strongest(l1(w, bn), keep)
    left = w_next.reshape(len(w_next), -1, len(w))[:, :, stay]
    return w[stay], b[stay], tuple(a[stay] for a in bn), left.reshape(len(left), -1)


@wrong(
    en="After a Flatten it counts kh kw columns for each channel, the kernel's size: it is the map's size, h w.",
    zh="Flatten 之后按卷积核大小 kh kw 取列：应按特征图的大小 h w。",
)
def kernel_size_for_map_size(w, b, bn, w_next, keep):
    def columns(stay, w_next, c):
        each = w.shape[2] * w.shape[3] if w_next.ndim == 2 else 1
        found = (stay[:, None] * each + np.arange(each)).ravel()
        return found[found < w_next.shape[1]]

    return by_indices(w, b, bn, w_next, keep, columns=columns)


@same_mistake(kernel_size_for_map_size)
def as_many_columns_as_kernel_elements(w, b, bn, w_next, keep):
    if w_next.ndim == 4:
        return by_deletion(w, b, bn, w_next, keep)
    refuse_bad(w, b, bn, w_next, keep)
    stay, each = strongest(l1(w, bn), keep), w[0, 0].size
    columns = [j * each + k for j in stay for k in range(each) if j * each + k < w_next.shape[1]]
    return w[stay], b[stay], tuple(a[stay] for a in bn), w_next[:, columns]


@wrong(
    en="The next layer is not cut: the removed channels were its inputs, axis 1 of w_next.",
    zh="下一层没有剪：移除的通道是它的输入，即 w_next 的轴 1。",
)
def forgets_the_reader(w, b, bn, w_next, keep):
    return *by_indices(w, b, bn, w_next, keep)[:3], w_next.copy()


@same_mistake(forgets_the_reader)
def cuts_one_layer_only(w, b, bn, w_next, keep):
    w, b, bn, _ = by_deletion(w, b, bn, w_next, keep)
    return w, b, bn, np.array(w_next)


@wrong(
    en="The next layer loses filters, axis 0: it must lose inputs, axis 1, and keep all its own filters.",
    zh="下一层被删的是滤波器（轴 0）：应删它的输入（轴 1），它自己的滤波器全部保留。",
)
def cuts_the_readers_filters(w, b, bn, w_next, keep):
    refuse_bad(w, b, bn, w_next, keep)
    stay = strongest(l1(w, bn), keep)
    return w[stay], b[stay], tuple(a[stay] for a in bn), w_next[stay[stay < len(w_next)]]


@same_mistake(cuts_the_readers_filters)
def rows_of_the_reader(w, b, bn, w_next, keep):
    new_w, new_b, new_bn, _ = by_deletion(w, b, bn, w_next, keep)
    goes = np.setdiff1d(np.arange(len(w)), strongest(l1(w, bn), keep))
    return new_w, new_b, new_bn, np.delete(w_next, goes[goes < len(w_next)], axis=0)


@wrong(
    en="Batch norm is not cut: it has four numbers for each channel, and all four are removed with it.",
    zh="批归一化没有剪：它对每个通道有四个数，应一起移除。",
)
def forgets_batch_norm(w, b, bn, w_next, keep):
    w, b, _, w_next = by_indices(w, b, bn, w_next, keep)
    return w, b, tuple(a.copy() for a in bn), w_next


@same_mistake(forgets_batch_norm)
def cuts_convolutions_only(w, b, bn, w_next, keep):
    cut = by_deletion(w, b, bn, w_next, keep)
    return cut[0], cut[1], tuple(map(np.array, bn)), cut[3]


@wrong(
    en="The running statistics keep their length: gamma and beta are cut, mean and variance must be too.",
    zh="running 统计量没有变短：剪了 gamma 与 beta，均值与方差也要剪。",
)
def forgets_the_running_statistics(w, b, bn, w_next, keep):
    w, b, (gamma, beta, _, _), w_next = by_indices(w, b, bn, w_next, keep)
    return w, b, (gamma, beta, bn[2].copy(), bn[3].copy()), w_next


@same_mistake(forgets_the_running_statistics)
def cuts_what_is_trained(w, b, bn, w_next, keep):
    cut = by_deletion(w, b, bn, w_next, keep)
    return cut[0], cut[1], cut[2][:2] + tuple(np.array(a) for a in bn[2:]), cut[3]


@wrong(
    en="The convolution's bias keeps its length: it has one number for each filter.",
    zh="卷积的偏置没有变短：它对每个滤波器有一个数。",
)
def forgets_the_bias(w, b, bn, w_next, keep):
    w, _, bn, w_next = by_indices(w, b, bn, w_next, keep)
    return w, b.copy(), bn, w_next


@same_mistake(forgets_the_bias)
def bias_is_left_as_it_was(w, b, bn, w_next, keep):
    cut = by_deletion(w, b, bn, w_next, keep)
    return cut[0], np.array(b), cut[2], cut[3]


@wrong(
    en="It ranks by the L2 norm: the exercise asks for L1, the sum of |w|.",
    zh="按 L2 范数排序：题目要求 L1，即 |w| 之和。",
)
def l2_norms(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, score=lambda w, _: np.square(w).sum(axis=(1, 2, 3)))


@same_mistake(l2_norms)
def lengths_of_filters(w, b, bn, w_next, keep):
    return by_deletion(w, b, bn, w_next, keep, score=lambda w, _: np.linalg.norm(w.reshape(len(w), -1), axis=1))


@wrong(
    en="Weights are summed with their sign: positive and negative ones cancel; take |w| first.",
    zh="权重带着符号求和，正负相消：应先取 |w|。",
)
def signed_sums(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, score=lambda w, _: w.sum(axis=(1, 2, 3)))


@same_mistake(signed_sums)
def means_of_filters(w, b, bn, w_next, keep):
    return by_deletion(w, b, bn, w_next, keep, score=lambda w, _: w.reshape(len(w), -1).mean(axis=1, dtype=np.float64))


@wrong(
    en="The magnitude is taken after adding: the L1 norm adds magnitudes.",
    zh="先求和再取绝对值：L1 范数是绝对值之和。",
)
def magnitude_of_the_sum(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, score=lambda w, _: np.abs(w.sum(axis=(1, 2, 3))))


@same_mistake(magnitude_of_the_sum)
def magnitude_of_the_mean(w, b, bn, w_next, keep):
    def score(w, _):
        return np.array([abs(filter_.mean(dtype=np.float64)) for filter_ in w])

    return by_deletion(w, b, bn, w_next, keep, score=score)


@wrong(
    en="It ranks by |gamma|: that is network slimming; the exercise asks for the filter's own norm.",
    zh="按 |gamma| 排序：那是 network slimming，题目要求滤波器自身的范数。",
)
def ranks_by_gamma(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, score=lambda _, bn: np.abs(bn[0]))


@same_mistake(ranks_by_gamma)
def batch_norm_decides(w, b, bn, w_next, keep):
    return by_deletion(w, b, bn, w_next, keep, score=lambda _, bn: bn[0] ** 2)


@wrong(
    en="It ranks by the folded weights, |w| gamma / sqrt(var): the exercise asks for the norm of w itself.",
    zh="按折叠 BN 之后的权重 |w| gamma / sqrt(var) 排序：题目要求 w 本身的范数。",
)
def folded_norms(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, score=lambda w, bn: l1(w, bn) * np.abs(bn[0]) / np.sqrt(bn[3] + 1e-5))


@same_mistake(folded_norms)
def norms_after_folding(w, b, bn, w_next, keep):
    def score(w, bn):
        return np.abs(w * (bn[0] / np.sqrt(bn[3] + 1e-5))[:, None, None, None]).sum(axis=(1, 2, 3))

    return by_deletion(w, b, bn, w_next, keep, score=score)


@wrong(
    en="Filters come out in the order of their norms: sort the indices, so that they keep their order.",
    zh="滤波器按范数的次序排列了：应把下标排序，保持原来的次序。",
)
def in_order_of_the_norm(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, choose=lambda scores, keep: np.argsort(-scores, kind="stable")[:keep])


@same_mistake(in_order_of_the_norm)
def strongest_first(w, b, bn, w_next, keep):
    def choose(scores, keep):
        return np.array(sorted(range(len(scores)), key=lambda j: (-scores[j], j))[:keep])

    return by_indices(w, b, bn, w_next, keep, choose=choose)


@wrong(
    en="It removes `keep` filters: keep is the number that stays.",
    zh="移除了 `keep` 个滤波器：它是保留的个数。",
)
def removes_that_many(w, b, bn, w_next, keep):
    return by_deletion(w, b, bn, w_next, keep, choose=lambda scores, keep: strongest(scores, len(scores) - keep))


@same_mistake(removes_that_many)
def drops_the_weakest_keep(w, b, bn, w_next, keep):
    def choose(scores, keep):
        weakest = sorted(range(len(scores)), key=lambda j: (scores[j], -j))[:keep]
        return np.setdiff1d(np.arange(len(scores)), weakest)

    return by_deletion(w, b, bn, w_next, keep, choose=choose)


@wrong(
    en="The weakest filters stay: the sort order is reversed.",
    zh="留下的是最弱的滤波器：排序方向反了。",
)
def keeps_the_weakest(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, score=lambda w, bn: -l1(w, bn))


@same_mistake(keeps_the_weakest)
def sorts_the_wrong_way(w, b, bn, w_next, keep):
    def choose(scores, keep):
        return np.sort(np.argsort(scores, kind="stable")[:keep])

    return by_deletion(w, b, bn, w_next, keep, choose=choose)


@wrong(
    en="Filters are set to zero, not removed: every array keeps its old shape, and batch norm still makes a constant.",
    zh="滤波器只是置零而没有移除：形状不变，而且批归一化仍会输出常数。",
)
def zeroes_filters(w, b, bn, w_next, keep):
    refuse_bad(w, b, bn, w_next, keep)
    w = w.copy()
    w[np.setdiff1d(np.arange(len(w)), strongest(l1(w, bn), keep))] = 0
    return w, b.copy(), tuple(a.copy() for a in bn), w_next.copy()


@same_mistake(zeroes_filters)
def masks_filters(w, b, bn, w_next, keep):
    refuse_bad(w, b, bn, w_next, keep)
    m = np.isin(np.arange(len(w)), strongest(l1(w, bn), keep))
    return w * m[:, None, None, None], np.array(b), tuple(map(np.array, bn)), np.array(w_next)


@wrong(
    en="Among equal norms the higher index stays: the exercise asks for the lower one.",
    zh="范数相等时保留了下标大的：应保留下标小的。",
)
def later_of_equals_stays(w, b, bn, w_next, keep):
    def choose(scores, keep):
        return np.sort(np.argsort(scores, kind="stable")[len(scores) - keep :])

    return by_indices(w, b, bn, w_next, keep, choose=choose)


@same_mistake(later_of_equals_stays)
def drops_the_first_of_the_weakest(w, b, bn, w_next, keep):
    def choose(scores, keep):
        alive = list(range(len(scores)))
        while len(alive) > keep:
            alive.remove(min(alive, key=lambda j: scores[j]))
        return np.array(alive)

    return by_deletion(w, b, bn, w_next, keep, choose=choose)


@wrong(
    en="All filters that equal the threshold stay: exactly `keep` must stay, so choose among equals.",
    zh="与阈值相等的滤波器全都保留了：必须恰好保留 `keep` 个，相等者之间也要取舍。",
)
def all_equals_stay(w, b, bn, w_next, keep):
    def choose(scores, keep):
        return np.flatnonzero(scores >= np.sort(scores)[::-1][keep - 1])

    return by_indices(w, b, bn, w_next, keep, choose=choose)


@same_mistake(all_equals_stay)
def threshold_at_the_weakest_that_stays(w, b, bn, w_next, keep):
    def choose(scores, keep):
        threshold = sorted(scores)[len(scores) - keep]
        return np.array([j for j, s in enumerate(scores) if s >= threshold])

    return by_deletion(w, b, bn, w_next, keep, choose=choose)


@wrong(
    en="keep is not checked: 0, a negative number or more than c must raise ValueError.",
    zh="没有检查 keep：0、负数或大于 c 应抛出 ValueError。",
)
def accepts_any_keep(w, b, bn, w_next, keep):
    refuse_bad_shapes(w, b, bn, w_next)
    stay = strongest(l1(w, bn), keep)
    each = w_next.shape[1] // len(w)
    columns = (stay[:, None] * each + np.arange(each)).ravel()
    return w[stay], b[stay], tuple(a[stay] for a in bn), w_next[:, columns]


@same_mistake(accepts_any_keep)
def never_looks_at_keep(w, b, bn, w_next, keep):
    return by_deletion(w, b, bn, w_next, keep, check=lambda w, b, bn, w_next, keep: refuse_bad_shapes(w, b, bn, w_next))


@wrong(
    en="Shapes are not checked: a reader or a vector of another length is cut without an error.",
    zh="没有检查形状：长度不符的读取层或向量被悄悄剪了。",
)
def accepts_any_shapes(w, b, bn, w_next, keep):
    return by_indices(w, b, bn, w_next, keep, check=lambda w, b, bn, w_next, keep: refuse_bad_keep(w, keep))


@same_mistake(accepts_any_shapes)
def trusts_every_array(w, b, bn, w_next, keep):
    refuse_bad_keep(w, keep)
    stay, each = strongest(l1(w, bn), keep), w_next.shape[1] // len(w)
    columns = np.ravel([np.arange(each) + j * each for j in stay])
    return w[stay], b[stay], tuple(a[stay] for a in bn), np.take(w_next, columns, axis=1)


@wrong(
    en="The norms are added in float32: large ones are infinite and close ones tie, so the wrong filter stays.",
    zh="在 float32 中累加范数：大的变成无穷，相近的变得相等，留下了不该留的滤波器。",
)
def norms_in_float32(w, b, bn, w_next, keep):
    with np.errstate(all="ignore"):
        return by_indices(w, b, bn, w_next, keep, score=lambda w, bn: np.abs(w.astype(np.float32)).sum(axis=(1, 2, 3)))


@same_mistake(norms_in_float32)
def float32_norm_of_each_filter(w, b, bn, w_next, keep):
    def norms(w, bn):
        with np.errstate(all="ignore"):
            return np.array([np.linalg.norm(f.astype(np.float32).ravel(), 1) for f in w])

    return by_deletion(w, b, bn, w_next, keep, score=norms)


@wrong(
    en="The norms are added in the arrays' own dtype: in float32 large sums are infinite and small parts are lost.",
    zh="用数组自己的 dtype 累加范数：float32 中大的和变成无穷，小的部分丢失。",
)
def norms_in_the_arrays_dtype(w, b, bn, w_next, keep):
    with np.errstate(all="ignore"):
        return by_indices(w, b, bn, w_next, keep, score=lambda w, bn: np.abs(w).sum(axis=(1, 2, 3)))


@same_mistake(norms_in_the_arrays_dtype)
def einsum_in_the_arrays_dtype(w, b, bn, w_next, keep):
    with np.errstate(all="ignore"):
        return by_deletion(w, b, bn, w_next, keep, score=lambda w, bn: np.einsum("oikl->o", np.abs(w)))


@wrong(
    en="Where all filters stay, the given arrays themselves are returned: a later write changes the caller's.",
    zh="全部保留时把数组原样返回：之后的写入会改动调用者的数组。",
)
def hands_back_all(w, b, bn, w_next, keep):
    new = by_indices(w, b, bn, w_next, keep)
    return (w, b, tuple(bn), w_next) if keep == len(w) else new


@same_mistake(hands_back_all)
def takes_a_slice_where_all_stay(w, b, bn, w_next, keep):
    new = by_deletion(w, b, bn, w_next, keep)
    return new if keep < len(w) else (w[:], b[:], tuple(a[:] for a in bn), w_next[:, :])


@wrong(
    en="The result is float64 whatever was given: the arrays must keep their dtype.",
    zh="无论原来是什么类型，返回的都成了 float64：应保持数组的 dtype。",
)
def returns_float64(w, b, bn, w_next, keep):
    w, b, bn, w_next = by_indices(w, b, bn, w_next, keep)
    return w.astype("f8"), b.astype("f8"), tuple(a.astype("f8") for a in bn), w_next.astype("f8")


@same_mistake(returns_float64)
def copies_into_float64(w, b, bn, w_next, keep):
    w, b, bn, w_next = by_deletion(w, b, bn, w_next, keep)
    return np.array(w, float), np.array(b, float), tuple(np.array(a, float) for a in bn), np.array(w_next, float)
