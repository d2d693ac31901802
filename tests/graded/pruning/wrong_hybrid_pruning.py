"""Wrong answers to pruning/hybrid_pruning, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_numbers(w1, neurons, budget):
    if not 1 <= neurons <= len(w1) or budget < 0:
        raise ValueError("numbers")


def refuse_bad_shapes(w1, b1, w2):
    if w1.ndim != 2 or b1.shape != (len(w1),) or w2.ndim != 2 or w2.shape[1] != len(w1):
        raise ValueError("shapes")


def refuse_bad(w1, b1, w2, neurons, budget):
    refuse_bad_numbers(w1, neurons, budget)
    refuse_bad_shapes(w1, b1, w2)


def squares(w1, w2):
    return np.square(w1.astype(np.float64)).sum(axis=1)


def strongest(scores, count):
    return np.sort(np.argsort(-scores, kind="stable")[:count])


def largest(magnitudes, count):
    """True for what stays."""
    m = np.zeros(magnitudes.size, bool)
    m[np.argsort(-magnitudes, kind="stable")[:count]] = True
    return m


def cut(w1, b1, w2, stay):
    return w1[stay], b1[stay], w2[:, stay]


def mask_both(w1, w2, budget, keep=largest):
    m = keep(np.abs(np.concatenate([w1.ravel(), w2.ravel()])), budget)
    return w1 * m[: w1.size].reshape(w1.shape), w2 * m[w1.size :].reshape(w2.shape)


def by_masks(w1, b1, w2, neurons, budget, *, score=squares, choose=strongest, keep=largest, check=refuse_bad):
    check(w1, b1, w2, neurons, budget)
    w1, b1, w2 = cut(w1, b1, w2, choose(score(w1, w2), neurons))
    w1, w2 = mask_both(w1, w2, budget, keep)
    return w1, b1, w2


def by_deletion(w1, b1, w2, neurons, budget, *, score=squares, choose=strongest, keep=largest, check=refuse_bad):
    check(w1, b1, w2, neurons, budget)
    goes = np.setdiff1d(np.arange(len(w1)), choose(score(w1, w2), neurons))
    w1, b1, w2 = np.delete(w1, goes, axis=0), np.delete(b1, goes), np.delete(w2, goes, axis=1)
    first, second = np.split(keep(np.abs(np.append(w1, w2)), budget), [w1.size])
    w1[~first.reshape(w1.shape)], w2[~second.reshape(w2.shape)] = 0, 0
    return w1, b1, w2


@wrong(
    en="Weights are pruned before neurons: budget spent on weights that are then removed with their neuron is lost.",
    zh="先剪了权重再剪神经元：花在随神经元移除的权重上的预算就浪费了。",
)
def weights_first(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    w1, w2 = mask_both(w1, w2, budget)
    return cut(w1, b1, w2, strongest(squares(w1, w2), neurons))


@same_mistake(weights_first)
def structure_last(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    first, second = np.split(largest(np.abs(np.append(w1, w2)), budget), [w1.size])
    w1, w2 = np.where(first.reshape(w1.shape), w1, 0), np.where(second.reshape(w2.shape), w2, 0)
    goes = np.setdiff1d(np.arange(len(w1)), strongest(np.square(w1).sum(axis=1), neurons))
    return np.delete(w1, goes, axis=0), np.delete(b1, goes), np.delete(w2, goes, axis=1)


@wrong(
    en="Each array has its own share of the budget: w1 and w2 compete for one.",
    zh="两个数组各分了一份预算：w1 与 w2 应竞争同一个预算。",
)
def a_share_for_each_array(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    w1, b1, w2 = cut(w1, b1, w2, strongest(squares(w1, w2), neurons))
    first = round(budget * w1.size / (w1.size + w2.size))
    m1, m2 = largest(np.abs(w1).ravel(), first), largest(np.abs(w2).ravel(), budget - first)
    return w1 * m1.reshape(w1.shape), b1, w2 * m2.reshape(w2.shape)


@same_mistake(a_share_for_each_array)
def budget_in_proportion(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        size = neurons * w1.shape[1]
        first = round(budget * size / magnitudes.size)
        return np.concatenate([largest(magnitudes[:size], first), largest(magnitudes[size:], budget - first)])

    return by_deletion(w1, b1, w2, neurons, budget, keep=keep)


@wrong(
    en="Both arrays get the whole budget: it is for w1 and w2 together.",
    zh="两个数组各用了全部预算：预算是 w1 与 w2 合计的。",
)
def budget_for_each(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    w1, b1, w2 = cut(w1, b1, w2, strongest(squares(w1, w2), neurons))
    m1, m2 = largest(np.abs(w1).ravel(), budget), largest(np.abs(w2).ravel(), budget)
    return w1 * m1.reshape(w1.shape), b1, w2 * m2.reshape(w2.shape)


@same_mistake(budget_for_each)
def counts_array_by_array(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        parts = np.split(magnitudes, [neurons * w1.shape[1]])
        return np.concatenate([largest(part, budget) for part in parts])

    return by_deletion(w1, b1, w2, neurons, budget, keep=keep)


@wrong(
    en="`budget` weights are zeroed: budget is the number that stays.",
    zh="把 `budget` 个权重置零了：它是保留的个数。",
)
def zeroes_that_many(w1, b1, w2, neurons, budget):
    return by_masks(w1, b1, w2, neurons, budget, keep=lambda a, n: largest(a, max(a.size - n, 0)))


@same_mistake(zeroes_that_many)
def drops_the_smallest_budget(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        m = np.ones(magnitudes.size, bool)
        m[np.argsort(-magnitudes, kind="stable")[max(m.size - budget, 0) :]] = False
        return m

    return by_deletion(w1, b1, w2, neurons, budget, keep=keep)


@wrong(
    en="It removes `neurons` neurons: that is the number that stays.",
    zh="移除了 `neurons` 个神经元：它是保留的个数。",
)
def removes_that_many(w1, b1, w2, neurons, budget):
    return by_masks(w1, b1, w2, neurons, budget, choose=lambda scores, n: strongest(scores, len(scores) - n))


@same_mistake(removes_that_many)
def drops_the_weakest_neurons(w1, b1, w2, neurons, budget):
    def choose(scores, count):
        return np.setdiff1d(np.arange(len(scores)), sorted(range(len(scores)), key=lambda j: (scores[j], -j))[:count])

    return by_deletion(w1, b1, w2, neurons, budget, choose=choose)


@wrong(
    en="Neurons are zeroed, not removed: structure pruning makes the arrays smaller.",
    zh="神经元只是置零而没有移除：剪结构应使数组变小。",
)
def zeroes_neurons(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    m = np.isin(np.arange(len(w1)), strongest(squares(w1, w2), neurons))
    first, second = mask_both(w1 * m[:, None], w2 * m, budget)
    return first, b1 * m, second


@same_mistake(zeroes_neurons)
def masks_alone(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    w1, b1, w2 = w1.copy(), b1.copy(), w2.copy()
    gone = np.setdiff1d(np.arange(len(w1)), strongest(squares(w1, w2), neurons))
    w1[gone], b1[gone], w2[:, gone] = 0, 0, 0
    return (lambda pair: (pair[0], b1, pair[1]))(mask_both(w1, w2, budget))


@wrong(
    en="Columns of w2 that belong to removed neurons stay: remove them too.",
    zh="w2 的列没有删：它们属于被移除的神经元。",
)
def forgets_the_columns(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    stay = strongest(squares(w1, w2), neurons)
    first, second = mask_both(w1[stay], w2, budget)
    return first, b1[stay], second


@same_mistake(forgets_the_columns)
def cuts_rows_only(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    goes = np.setdiff1d(np.arange(len(w1)), strongest(squares(w1, w2), neurons))
    first, second = mask_both(np.delete(w1, goes, axis=0), np.array(w2), budget)
    return first, np.delete(b1, goes), second


@wrong(
    en="Neurons are ranked by L1, the sum of |w|: the exercise asks for the L2 norm.",
    zh="神经元按 L1（|w| 之和）排序了：题目要求 L2 范数。",
)
def l1_norms(w1, b1, w2, neurons, budget):
    return by_masks(w1, b1, w2, neurons, budget, score=lambda w1, _: np.abs(w1).sum(axis=1))


@same_mistake(l1_norms)
def mean_magnitudes(w1, b1, w2, neurons, budget):
    return by_deletion(w1, b1, w2, neurons, budget, score=lambda w1, _: np.linalg.norm(w1, ord=1, axis=1))


@wrong(
    en="Neurons are ranked by their outgoing weights too: the exercise asks for the incoming row alone.",
    zh="给神经元排序时也算了输出权重：题目只要输入的那一行。",
)
def both_sides_count(w1, b1, w2, neurons, budget):
    return by_masks(w1, b1, w2, neurons, budget, score=lambda w1, w2: squares(w1, w2) + np.square(w2).sum(axis=0))


@same_mistake(both_sides_count)
def norm_over_everything_of_a_neuron(w1, b1, w2, neurons, budget):
    return by_deletion(w1, b1, w2, neurons, budget, score=lambda w1, w2: np.square(np.hstack([w1, w2.T])).sum(axis=1))


@wrong(
    en="Weights are compared with their sign: large negative ones are pruned; compare |w|.",
    zh="比较权重时带着符号，大的负权重被剪了：应比较 |w|。",
)
def signed_weights(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    w1, b1, w2 = cut(w1, b1, w2, strongest(squares(w1, w2), neurons))
    m = largest(np.concatenate([w1.ravel(), w2.ravel()]), budget)
    return w1 * m[: w1.size].reshape(w1.shape), b1, w2 * m[w1.size :].reshape(w2.shape)


@same_mistake(signed_weights)
def sorts_without_abs(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    w1, b1, w2 = cut(w1, b1, w2, strongest(squares(w1, w2), neurons))
    flat = [*w1.flat, *w2.flat]
    for i in sorted(range(len(flat)), key=lambda i: (-flat[i], i))[budget:]:
        flat[i] = 0.0
    return np.reshape(flat[: w1.size], w1.shape), b1, np.reshape(flat[w1.size :], w2.shape)


@wrong(
    en="All weights that equal the threshold stay: the budget must be kept, so choose among equals.",
    zh="与阈值相等的权重全都保留了：不能超出预算，相等者之间也要取舍。",
)
def all_equals_stay(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        if not budget:
            return np.zeros(magnitudes.size, bool)
        return magnitudes >= np.sort(magnitudes)[::-1][min(budget, magnitudes.size) - 1]

    return by_masks(w1, b1, w2, neurons, budget, keep=keep)


@same_mistake(all_equals_stay)
def threshold_at_the_last_that_stays(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        ranked = [*sorted(magnitudes, reverse=True)[:budget]] or [np.inf]
        return np.array([v >= ranked[-1] for v in magnitudes])

    return by_deletion(w1, b1, w2, neurons, budget, keep=keep)


@wrong(
    en="All weights that equal the threshold are pruned: fewer than the budget stay, so choose among equals.",
    zh="与阈值相等的权重全都剪了：剩下的不足预算，相等者之间也要取舍。",
)
def all_equals_go(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        return magnitudes > (np.sort(magnitudes)[::-1][budget] if budget < magnitudes.size else -1)

    return by_masks(w1, b1, w2, neurons, budget, keep=keep)


@same_mistake(all_equals_go)
def threshold_at_the_first_that_goes(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        gone = sorted(magnitudes, reverse=True)[budget:]
        return np.array([not gone or v > gone[0] for v in magnitudes])

    return by_deletion(w1, b1, w2, neurons, budget, keep=keep)


@wrong(
    en="Among equal weights the later ones stay: w1 comes before w2, and the earlier before the later.",
    zh="幅值相等时保留了靠后的：应先 w1 后 w2，靠前的优先。",
)
def later_weights_stay(w1, b1, w2, neurons, budget):
    def keep(magnitudes, budget):
        m = np.zeros(magnitudes.size, bool)
        m[np.argsort(magnitudes, kind="stable")[max(m.size - budget, 0) :]] = True
        return m

    return by_masks(w1, b1, w2, neurons, budget, keep=keep)


@same_mistake(later_weights_stay)
def drops_the_first_of_the_smallest(w1, b1, w2, neurons, budget):
    return by_deletion(w1, b1, w2, neurons, budget, keep=lambda a, n: largest(a[::-1], n)[::-1])


@wrong(
    en="The later of equal neurons stays: keep the lower index.",
    zh="范数相等时保留了下标大的神经元：应保留下标小的。",
)
def later_neurons_stay(w1, b1, w2, neurons, budget):
    def choose(scores, count):
        return np.sort(np.argsort(scores, kind="stable")[len(scores) - count :])

    return by_masks(w1, b1, w2, neurons, budget, choose=choose)


@same_mistake(later_neurons_stay)
def drops_the_first_of_the_weakest(w1, b1, w2, neurons, budget):
    def choose(scores, count):
        return np.sort(sorted(range(len(scores)), key=lambda j: (-scores[j], -j))[:count])

    return by_deletion(w1, b1, w2, neurons, budget, choose=choose)


@wrong(
    en="Neurons come out in the order of their norms: sort the indices, so that they keep their order.",
    zh="神经元按范数的次序排列了：应把下标排序，保持原来的次序。",
)
def in_order_of_the_norm(w1, b1, w2, neurons, budget):
    return by_masks(w1, b1, w2, neurons, budget, choose=lambda s, n: np.argsort(-s, kind="stable")[:n])


@same_mistake(in_order_of_the_norm)
def strongest_first(w1, b1, w2, neurons, budget):
    def choose(scores, count):
        return np.array(sorted(range(len(scores)), key=lambda j: (-scores[j], j))[:count])

    return by_masks(w1, b1, w2, neurons, budget, choose=choose)


@wrong(
    en="neurons and budget are not checked: 0 or more than h neurons, a negative budget must raise ValueError.",
    zh="没有检查 neurons 与 budget：0 个或多于 h 个神经元、负的预算应抛出 ValueError。",
)
def accepts_any_numbers(w1, b1, w2, neurons, budget):
    return by_masks(w1, b1, w2, neurons, budget, check=lambda *_: None)


@same_mistake(accepts_any_numbers)
def never_looks_at_the_numbers(w1, b1, w2, neurons, budget):
    return by_deletion(w1, b1, w2, neurons, budget, check=lambda *_: None)


@wrong(
    en="The squares are added in float32: above 1e19 they are infinite and below 1e-23 they vanish, so all norms tie.",
    zh="在 float32 中累加平方：大于 1e19 的变成无穷，小于 1e-23 的消失，于是所有范数都相等。",
)
def squares_in_the_arrays_dtype(w1, b1, w2, neurons, budget):
    with np.errstate(all="ignore"):
        return by_masks(w1, b1, w2, neurons, budget, score=lambda w1, w2: (w1 * w1).sum(axis=1))


@same_mistake(squares_in_the_arrays_dtype)
def einsum_in_the_arrays_dtype(w1, b1, w2, neurons, budget):
    with np.errstate(all="ignore"):
        return by_deletion(w1, b1, w2, neurons, budget, score=lambda w1, w2: np.einsum("hi,hi->h", w1, w1))


@wrong(
    en="Norms and magnitudes are compared in float32: close ones tie, and the wrong ones stay.",
    zh="在 float32 中比较范数与幅值：相近的变得相等，留下了不该留的。",
)
def compares_in_float32(w1, b1, w2, neurons, budget):
    return by_masks(
        w1,
        b1,
        w2,
        neurons,
        budget,
        score=lambda w1, w2: np.linalg.norm(w1.astype(float), axis=1).astype(np.float32),
        keep=lambda magnitudes, count: largest(magnitudes.astype(np.float32), count),
    )


@same_mistake(compares_in_float32)
def sorts_float32_copies(w1, b1, w2, neurons, budget):
    def norms(w1, w2):
        return np.array([np.float32(np.sqrt(np.dot(row, row))) for row in w1.astype(float)])

    return by_deletion(w1, b1, w2, neurons, budget, score=norms, keep=lambda m, count: largest(np.float32(m), count))


@wrong(
    en="Weights are ranked by their squares: tiny ones underflow and huge ones overflow, and then they tie.",
    zh="按平方给权重排名：极小的下溢、极大的上溢，于是变得相等。",
)
def ranks_weights_by_squares(w1, b1, w2, neurons, budget):
    with np.errstate(all="ignore"):
        return by_masks(w1, b1, w2, neurons, budget, keep=lambda m, count: largest(np.square(m), count))


@same_mistake(ranks_weights_by_squares)
def weights_to_the_power_of_two(w1, b1, w2, neurons, budget):
    with np.errstate(all="ignore"):
        return by_deletion(w1, b1, w2, neurons, budget, keep=lambda m, count: largest(m**2, count))


@wrong(
    en="Where all neurons stay, nothing is copied, and the zeros are written into the caller's arrays.",
    zh="神经元全部保留时没有复制，零写进了调用者的数组。",
)
def writes_into_the_callers(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    if neurons < len(w1):
        return by_masks(w1, b1, w2, neurons, budget)
    new_w1, _, new_w2 = by_masks(w1, b1, w2, neurons, budget)
    w1[...], w2[...] = new_w1, new_w2
    return w1, b1, w2


@same_mistake(writes_into_the_callers)
def zeroes_in_place_where_nothing_was_removed(w1, b1, w2, neurons, budget):
    refuse_bad(w1, b1, w2, neurons, budget)
    stay = strongest(squares(w1, w2), neurons)
    if len(stay) < len(w1):
        w1, b1, w2 = cut(w1, b1, w2, stay)
    first, second = np.split(largest(np.abs(np.append(w1, w2)), budget), [w1.size])
    w1 *= first.reshape(w1.shape)
    w2 *= second.reshape(w2.shape)
    return w1, b1, w2


@wrong(
    en="Where all neurons stay, the bias itself is returned: a later write into it changes the caller's. Copy it.",
    zh="神经元全部保留时偏置被原样返回：之后的写入会改动调用者的数组。应当复制。",
)
def hands_back_the_bias(w1, b1, w2, neurons, budget):
    new_w1, new_b1, new_w2 = by_masks(w1, b1, w2, neurons, budget)
    return new_w1, b1 if neurons == len(b1) else new_b1, new_w2


@same_mistake(hands_back_the_bias)
def takes_a_slice_of_the_bias(w1, b1, w2, neurons, budget):
    new_w1, new_b1, new_w2 = by_deletion(w1, b1, w2, neurons, budget)
    return new_w1, b1[:neurons] if neurons == len(b1) else new_b1, new_w2


@wrong(
    en="The arrays come back in float64 whatever they were: they must keep their dtype.",
    zh="无论原来是什么类型，返回的都成了 float64：应保持 dtype。",
)
def returns_float64(w1, b1, w2, neurons, budget):
    return tuple(a.astype(np.float64) for a in by_masks(w1, b1, w2, neurons, budget))


@same_mistake(returns_float64)
def multiplies_by_a_mask_of_float64(w1, b1, w2, neurons, budget):
    new = by_deletion(w1, b1, w2, neurons, budget)
    return tuple(a * np.ones(a.shape) for a in new)


@wrong(
    en="Shapes are not compared: NumPy broadcasts or picks the wrong axis, without an error.",
    zh="没有比较形状：NumPy 会广播或取错轴，而不报错。",
)
def does_not_compare_shapes(w1, b1, w2, neurons, budget):
    refuse_bad_numbers(w1, neurons, budget)
    if w1.ndim == 2 and w2.ndim == 2 and b1.shape == (len(w1),) and w2.shape[1] == len(w1):
        return by_masks(w1, b1, w2, neurons, budget)
    stay = strongest(squares(w1.reshape(len(w1), -1), w2), neurons)
    return w1[stay], np.resize(b1, len(w1))[stay], np.resize(w2, (len(w2), len(w1)))[:, stay]


@same_mistake(does_not_compare_shapes)
def trusts_the_callers_shapes(w1, b1, w2, neurons, budget):
    refuse_bad_numbers(w1, neurons, budget)
    if w1.ndim == 2 and w2.ndim == 2 and b1.shape == (len(w1),) and w2.shape[1] == len(w1):
        return by_deletion(w1, b1, w2, neurons, budget)
    stay = strongest(np.array([np.sum(np.square(row)) for row in w1]), neurons)
    return np.take(w1, stay, axis=0), np.resize(b1, len(w1))[stay], np.resize(w2, (len(w2), len(w1)))[:, stay]
