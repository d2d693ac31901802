"""Wrong answers to pruning/structure_pruning, each with the misconception behind it."""

import itertools

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_sparsity(sparsity):
    if not 0 <= sparsity < 1:
        raise ValueError("sparsity")


def refuse_bad_shapes(weights, biases):
    sizes = [weights[0].shape[1]] + [len(w) for w in weights]
    if [w.shape for w in weights] != list(zip(sizes[1:], sizes[:-1], strict=True)):
        raise ValueError("weights")
    if [b.shape for b in biases] != [(n,) for n in sizes[1:]]:
        raise ValueError("biases")


def refuse_bad(weights, biases, sparsity):
    refuse_bad_sparsity(sparsity)
    refuse_bad_shapes(weights, biases)


def squares(weights, biases, i):
    return np.square(weights[i].astype(np.float64)).sum(axis=1)


def floor_of(sparsity, n):
    return int(sparsity * n)


def strongest(scores, gone):
    return np.sort(np.argsort(-scores, kind="stable")[: len(scores) - gone])


def by_indices(
    weights, biases, sparsity, *, score=squares, gone=floor_of, choose=strongest, hidden=None, check=refuse_bad
):
    """Gather what stays; hooks say how a neuron is scored, how many go, which, and in how many layers."""
    check(weights, biases, sparsity)
    hidden = len(weights) - 1 if hidden is None else hidden
    columns, new_weights, new_biases = np.arange(weights[0].shape[1]), [], []
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        rows = choose(score(weights, biases, i), gone(sparsity, len(w))) if i < hidden else np.arange(len(w))
        new_weights.append(w[rows][:, columns])
        new_biases.append(b[rows])
        columns = rows
    return new_weights, new_biases


def by_deletion(
    weights, biases, sparsity, *, score=squares, gone=floor_of, choose=strongest, hidden=None, check=refuse_bad
):
    """The same with np.delete, on copies."""
    check(weights, biases, sparsity)
    new_weights, new_biases = [np.array(w) for w in weights], [np.array(b) for b in biases]
    for i in range(len(weights) - 1 if hidden is None else hidden):
        stays = choose(score(weights, biases, i), gone(sparsity, len(weights[i])))
        goes = np.setdiff1d(np.arange(len(weights[i])), stays)
        new_weights[i] = np.delete(new_weights[i], goes, axis=0)
        new_biases[i] = np.delete(new_biases[i], goes)
        if i + 1 < len(weights):
            new_weights[i + 1] = np.delete(new_weights[i + 1], goes, axis=1)
    return new_weights, new_biases


@wrong(
    en="The next layer keeps its columns: a removed neuron is also an input there, so w2[:, keep].",
    zh="下一层没有删列：被移除的神经元也是那里的一个输入，应取 w2[:, keep]。",
)
def forgets_the_next_layer(weights, biases, sparsity):
    _, new_biases = by_indices(weights, biases, sparsity)
    return [w[strongest_rows(weights, sparsity, i)] for i, w in enumerate(weights)], new_biases


@same_mistake(forgets_the_next_layer)
def removes_rows_only(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    new_weights, new_biases = [], []
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        goes = np.setdiff1d(np.arange(len(w)), strongest_rows(weights, sparsity, i))
        new_weights.append(np.delete(w, goes, axis=0))
        new_biases.append(np.delete(b, goes))
    return new_weights, new_biases


def strongest_rows(weights, sparsity, i):
    if i == len(weights) - 1:
        return np.arange(len(weights[i]))
    return strongest(squares(weights, None, i), floor_of(sparsity, len(weights[i])))


@wrong(
    en="The biases keep their length: each neuron has one, and it is removed with the neuron.",
    zh="偏置没有变短：每个神经元有一个偏置，应随它一起移除。",
)
def forgets_the_biases(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity)[0], [b.copy() for b in biases]


@same_mistake(forgets_the_biases)
def cuts_weights_only(weights, biases, sparsity):
    new_weights, _ = by_deletion(weights, biases, sparsity)
    return new_weights, list(map(np.array, biases))


@wrong(
    en="It prunes the last layer too: its neurons are the network's outputs, and a class is gone.",
    zh="最后一层也剪了：它的神经元是网络的输出，少了就少了类别。",
)
def prunes_the_outputs(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, hidden=len(weights))


@same_mistake(prunes_the_outputs)
def every_layer_loses_its_share(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, hidden=len(weights))


@wrong(
    en="Weights are summed with their sign: positive and negative ones cancel, square them first.",
    zh="权重带着符号求和，正负相消：应先取平方。",
)
def signed_sums(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, score=lambda w, b, i: w[i].sum(axis=1))


@same_mistake(signed_sums)
def means_of_rows(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, score=lambda w, b, i: np.mean(w[i], axis=1, dtype=np.float64))


@wrong(
    en="It ranks by the L1 norm, sum |w|: the exercise asks for L2, the root of the sum of squares.",
    zh="按 L1 范数 sum |w| 排序：题目要求 L2，即平方和的平方根。",
)
def l1_norms(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, score=lambda w, b, i: np.abs(w[i]).sum(axis=1))


@same_mistake(l1_norms)
def mean_magnitudes(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, score=lambda w, b, i: np.linalg.norm(w[i], ord=1, axis=1))


@wrong(
    en="It ranks by the outgoing weights, the next layer's columns: the exercise asks for the norm of the incoming "
    "row.",
    zh="按输出权重（下一层的列）排序：题目要求的是输入权重那一行的范数。",
)
def outgoing_norms(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, score=lambda w, b, i: np.square(w[i + 1]).sum(axis=0))


@same_mistake(outgoing_norms)
def norms_of_the_next_columns(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, score=lambda w, b, i: np.linalg.norm(w[i + 1].T, axis=1))


@wrong(
    en="Incoming and outgoing norms are multiplied: a fine criterion, but the exercise asks for the incoming row's "
    "alone.",
    zh="把输入与输出的范数相乘了：这也是一种准则，但题目只要输入那一行的范数。",
)
def product_of_norms(weights, biases, sparsity):
    def score(w, b, i):
        return np.square(w[i]).sum(axis=1) * np.square(w[i + 1]).sum(axis=0)

    return by_indices(weights, biases, sparsity, score=score)


@same_mistake(product_of_norms)
def incoming_times_outgoing(weights, biases, sparsity):
    def score(w, b, i):
        return np.linalg.norm(w[i], axis=1) * np.linalg.norm(w[i + 1], axis=0)

    return by_deletion(weights, biases, sparsity, score=score)


@wrong(
    en="The norm runs along axis 0, over neurons: a neuron is a row of w, so sum along axis 1.",
    zh="范数沿轴 0（跨神经元）计算了：一个神经元是 w 的一行，应沿轴 1 求和。",
)
def norms_of_columns(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    return along_axis_0(weights, biases, sparsity, lambda w: np.square(w).sum(axis=0))


@same_mistake(norms_of_columns)
def norms_of_inputs(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    return along_axis_0(weights, biases, sparsity, lambda w: np.linalg.norm(w, axis=0))


def along_axis_0(weights, biases, sparsity, score):
    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    original = list(weights)
    for i, w in enumerate(original[:-1]):
        keep = np.sort(np.argsort(-score(w), kind="stable")[: len(w) - int(sparsity * len(w))])
        keep = keep[keep < len(w)]
        weights[i], biases[i], weights[i + 1] = weights[i][keep], biases[i][keep], weights[i + 1][:, keep]
    return weights, biases


@wrong(
    en="Neurons are set to zero, not removed: every array keeps its old shape, and nothing is smaller.",
    zh="神经元只是置零而没有移除：数组形状不变，什么也没有变小。",
)
def zeroes_instead_of_removing(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    stays = [strongest_rows(weights, sparsity, i) for i in range(len(weights))]
    for w, b, keep in zip(weights, biases, stays, strict=True):
        gone = np.setdiff1d(np.arange(len(w)), keep)
        w[gone], b[gone] = 0, 0
    return weights, biases


@same_mistake(zeroes_instead_of_removing)
def multiplies_by_a_mask(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    masks = [np.isin(np.arange(len(w)), strongest_rows(weights, sparsity, i)) for i, w in enumerate(weights)]
    masked = [w * m[:, None] for w, m in zip(weights, masks, strict=True)]
    return masked, [b * m for b, m in zip(biases, masks, strict=True)]


@wrong(
    en="The strongest neurons are removed and the weakest stay: the sort order is reversed.",
    zh="移除了最强的、留下了最弱的：排序方向反了。",
)
def keeps_the_weakest(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, score=lambda w, b, i: -squares(w, b, i))


@same_mistake(keeps_the_weakest)
def sorts_the_wrong_way(weights, biases, sparsity):
    def weakest(scores, gone):
        return np.sort(np.argsort(scores, kind="stable")[: len(scores) - gone])

    return by_deletion(weights, biases, sparsity, choose=weakest)


@wrong(
    en="Neurons come out in the order of their norms: sort the indices that stay, so that they keep their order.",
    zh="神经元按范数的次序排列了：应把保留的下标排序，保持原来的次序。",
)
def in_order_of_the_norm(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, choose=lambda s, gone: np.argsort(-s, kind="stable")[: len(s) - gone])


@same_mistake(in_order_of_the_norm)
def strongest_first(weights, biases, sparsity):
    def ranked(scores, gone):
        return np.array(sorted(range(len(scores)), key=lambda j: (-scores[j], j))[: len(scores) - gone], int)

    return by_indices(weights, biases, sparsity, choose=ranked)


@wrong(
    en="The removed and the kept share are mixed up: sparsity is the share that is removed.",
    zh="把移除的比例与保留的比例弄反了：sparsity 是移除的比例。",
)
def keeps_that_share(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, gone=lambda s, n: n - int(s * n))


@same_mistake(keeps_that_share)
def sparsity_as_density(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, choose=lambda s, gone: np.sort(np.argsort(-s, kind="stable")[:gone]))


@wrong(
    en="The number to remove is rounded up: int(sparsity * n) rounds down.",
    zh="移除的个数向上取整了：int(sparsity * n) 是向下取整。",
)
def rounds_up(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, gone=lambda s, n: min(int(np.ceil(s * n)), n - 1))


@same_mistake(rounds_up)
def rounds_the_kept_down(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, gone=lambda s, n: n - max(int((1 - s) * n), 1))


@wrong(
    en="The number to remove is rounded to the nearest: int(sparsity * n) rounds down.",
    zh="移除的个数舍入到了最近的整数：int(sparsity * n) 是向下取整。",
)
def rounds_to_the_nearest(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, gone=lambda s, n: min(round(s * n), n - 1))


@same_mistake(rounds_to_the_nearest)
def rounds_like_numpy(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, gone=lambda s, n: min(int(np.rint(s * n)), n - 1))


@wrong(
    en="Neurons of all layers are ranked together: each hidden layer loses its own share.",
    zh="把各层的神经元放在一起排序了：应当每个隐藏层各按比例移除。",
)
def ranks_all_layers_together(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    scores = [squares(weights, biases, i) for i in range(len(weights) - 1)]
    owners = [(s, i, j) for i, layer in enumerate(scores) for j, s in enumerate(layer)]
    owners.sort(key=lambda o: -o[0])
    kept = owners[: len(owners) - int(sparsity * len(owners))]
    return gather(weights, biases, [sorted(j for _, layer, j in kept if layer == i) for i in range(len(scores))])


@same_mistake(ranks_all_layers_together)
def one_threshold_for_all(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    scores = [np.square(w).sum(axis=1) for w in weights[:-1]]
    flat = np.concatenate([np.zeros(0), *scores])
    keep = np.zeros(flat.size, bool)
    keep[np.argsort(-flat, kind="stable")[: flat.size - int(sparsity * flat.size)]] = True
    edges = np.cumsum([0] + [s.size for s in scores])
    return gather(weights, biases, [np.flatnonzero(keep[a:b]) for a, b in itertools.pairwise(edges)])


def gather(weights, biases, stays):
    """The network in which the hidden layers keep `stays`."""
    stays = [np.arange(weights[0].shape[1]), *(np.array(s, int) for s in stays), np.arange(len(weights[-1]))]
    new_weights = [w[np.ix_(rows, columns)] for w, rows, columns in zip(weights, stays[1:], stays[:-1], strict=True)]
    return new_weights, [b[rows] for b, rows in zip(biases, stays[1:], strict=True)]


@wrong(
    en="A row loses its dead columns before its norm is taken: take all norms from the given network.",
    zh="先删了列再算下一层的范数：所有范数都应按原网络计算。",
)
def norms_of_what_is_left(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    weights, biases = list(weights), list(biases)
    for i in range(len(weights) - 1):
        keep = strongest(squares(weights, biases, i), int(sparsity * len(weights[i])))
        weights[i], biases[i], weights[i + 1] = weights[i][keep], biases[i][keep], weights[i + 1][:, keep]
    return [w.copy() for w in weights], [b.copy() for b in biases]


@same_mistake(norms_of_what_is_left)
def one_layer_after_the_other(weights, biases, sparsity):
    refuse_bad(weights, biases, sparsity)
    columns, new_weights, new_biases = slice(None), [], []
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        w = w[:, columns]
        gone = int(sparsity * len(w)) if i + 1 < len(weights) else 0
        columns = strongest(np.linalg.norm(w, axis=1) ** 2, gone)
        new_weights.append(w[columns])
        new_biases.append(b[columns])
    return new_weights, new_biases


@wrong(
    en="The bias counts in the norm: importance is that of the incoming weights alone.",
    zh="把偏置也算进了范数：重要性只看输入权重。",
)
def norm_with_the_bias(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, score=lambda w, b, i: squares(w, b, i) + np.square(b[i]))


@same_mistake(norm_with_the_bias)
def bias_as_one_more_weight(weights, biases, sparsity):
    def score(w, b, i):
        return np.square(np.column_stack([w[i], b[i]])).sum(axis=1)

    return by_deletion(weights, biases, sparsity, score=score)


@wrong(
    en="Among equal norms the higher index stays: the exercise asks for the lower one.",
    zh="范数相等时保留了下标大的：应保留下标小的。",
)
def later_of_equals_stays(weights, biases, sparsity):
    return by_indices(
        weights, biases, sparsity, choose=lambda scores, gone: np.sort(np.argsort(scores, kind="stable")[gone:])
    )


@same_mistake(later_of_equals_stays)
def drops_the_first_of_the_weakest(weights, biases, sparsity):
    def choose(scores, gone):
        alive = list(range(len(scores)))
        for _ in range(gone):
            alive.remove(min(alive, key=lambda j: scores[j]))
        return np.array(alive)

    return by_deletion(weights, biases, sparsity, choose=choose)


@wrong(
    en="Every neuron that equals the threshold stays: the count must be exact, so choose among equals.",
    zh="与阈值相等的神经元全都保留了：个数必须准确，相等者之间也要取舍。",
)
def all_equals_stay(weights, biases, sparsity):
    return by_indices(
        weights, biases, sparsity, choose=lambda scores, gone: np.flatnonzero(scores >= np.sort(scores)[gone])
    )


@same_mistake(all_equals_stay)
def threshold_at_the_weakest_that_stays(weights, biases, sparsity):
    def choose(scores, gone):
        threshold = sorted(scores, reverse=True)[len(scores) - gone - 1]
        return np.array([j for j, s in enumerate(scores) if s >= threshold], int)

    return by_deletion(weights, biases, sparsity, choose=choose)


@wrong(
    en="Every neuron that equals the threshold is removed: the count must be exact, so choose among equals.",
    zh="与阈值相等的神经元全都移除了：个数必须准确，相等者之间也要取舍。",
)
def all_equals_go(weights, biases, sparsity):
    def choose(scores, gone):
        return np.flatnonzero(scores > np.sort(scores)[gone - 1]) if gone else np.arange(len(scores))

    return by_indices(weights, biases, sparsity, choose=choose)


@same_mistake(all_equals_go)
def threshold_at_the_strongest_that_goes(weights, biases, sparsity):
    def choose(scores, gone):
        threshold = sorted(scores)[gone - 1] if gone else -1.0
        return np.array([j for j, s in enumerate(scores) if s > threshold], int)

    return by_deletion(weights, biases, sparsity, choose=choose)


@wrong(
    en="It puts the smaller arrays into the caller's lists: return new lists, the given network stays whole.",
    zh="把变小的数组写回了调用者的列表：应返回新列表，原网络保持完整。",
)
def writes_into_the_lists(weights, biases, sparsity):
    new_weights, new_biases = by_indices(weights, biases, sparsity)
    weights[:], biases[:] = new_weights, new_biases
    return new_weights, new_biases


@same_mistake(writes_into_the_lists)
def replaces_layer_after_layer(weights, biases, sparsity):
    new_weights, new_biases = by_deletion(weights, biases, sparsity)
    for i in range(len(weights)):
        weights[i], biases[i] = new_weights[i], new_biases[i]
    return weights, biases


@wrong(
    en="A sparsity of 1 or more is accepted, and a layer without neurons comes out: refuse it.",
    zh="接受了大于等于 1 的比例，得到没有神经元的层：应当拒绝。",
)
def accepts_everything_gone(weights, biases, sparsity):
    def check(weights, biases, sparsity):
        refuse_bad_shapes(weights, biases)
        if not sparsity >= 0:
            raise ValueError("sparsity")

    return by_indices(weights, biases, sparsity, check=check)


@same_mistake(accepts_everything_gone)
def refuses_negative_numbers_only(weights, biases, sparsity):
    refuse_bad_shapes(weights, biases)
    if sparsity < 0 or sparsity != sparsity:
        raise ValueError("sparsity")
    return by_deletion(weights, biases, min(sparsity, 1), check=lambda *_: None)


@wrong(
    en="The sparsity is not checked: outside [0, 1), and for NaN, raise ValueError.",
    zh="没有检查 sparsity：不在 [0, 1) 内或为 NaN 时应抛出 ValueError。",
)
def accepts_any_sparsity(weights, biases, sparsity):
    return by_indices(weights, biases, sparsity, check=lambda w, b, _: refuse_bad_shapes(w, b))


@same_mistake(accepts_any_sparsity)
def never_looks_at_the_sparsity(weights, biases, sparsity):
    return by_deletion(weights, biases, sparsity, check=lambda w, b, _: refuse_bad_shapes(w, b))


@wrong(
    en="Shapes are not checked: a layer that does not fit the one before is cut without an error.",
    zh="没有检查形状：与前一层不匹配的层被悄悄剪了。",
)
def accepts_any_shapes(weights, biases, sparsity):
    refuse_bad_sparsity(sparsity)
    return by_indices(weights, biases, sparsity, check=lambda *_: None)


@same_mistake(accepts_any_shapes)
def checks_only_the_number_of_layers(weights, biases, sparsity):
    refuse_bad_sparsity(sparsity)
    if len(weights) != len(biases):
        raise ValueError("layers")
    return by_indices(weights, biases, sparsity, check=lambda *_: None)


@wrong(
    en="The squares are added in float32: above 1e19 they are infinite and below 1e-23 they vanish, so all norms tie.",
    zh="在 float32 中累加平方：大于 1e19 的变成无穷，小于 1e-23 的消失，于是所有范数都相等。",
)
def squares_in_the_arrays_dtype(weights, biases, sparsity):
    with np.errstate(all="ignore"):
        return by_indices(weights, biases, sparsity, score=lambda w, b, i: np.sum(w[i] ** 2, axis=1))


@same_mistake(squares_in_the_arrays_dtype)
def dot_products_in_the_arrays_dtype(weights, biases, sparsity):
    with np.errstate(all="ignore"):
        return by_deletion(weights, biases, sparsity, score=lambda w, b, i: np.einsum("oi,oi->o", w[i], w[i]))


@wrong(
    en="The norms are rounded to float32 before they are compared: close ones tie, and the wrong neuron stays.",
    zh="比较之前把范数舍入到了 float32：相近的范数变得相等，留下了不该留的神经元。",
)
def ranks_in_float32(weights, biases, sparsity):
    def norms(weights, biases, i):
        return np.linalg.norm(weights[i].astype(np.float64), axis=1).astype(np.float32)

    return by_indices(weights, biases, sparsity, score=norms)


@same_mistake(ranks_in_float32)
def norms_as_float32_numbers(weights, biases, sparsity):
    def norms(weights, biases, i):
        return np.array([np.float32(np.hypot.reduce(row.astype(np.float64))) for row in weights[i]])

    return by_deletion(weights, biases, sparsity, score=norms)


@wrong(
    en="An array that loses nothing is itself returned: a later write into it changes the caller's. Copy it.",
    zh="什么都不剪的数组被原样返回：之后的写入会改动调用者的网络。应当复制。",
)
def hands_back_what_stays_whole(weights, biases, sparsity):
    new_weights, new_biases = by_indices(weights, biases, sparsity)
    whole = [len(new) == len(old) for new, old in zip(new_biases, biases, strict=True)]
    return new_weights, [old if same else new for same, old, new in zip(whole, biases, new_biases, strict=True)]


@same_mistake(hands_back_what_stays_whole)
def keeps_the_last_bias(weights, biases, sparsity):
    new_weights, new_biases = by_deletion(weights, biases, sparsity)
    return new_weights, [*new_biases[:-1], biases[-1]]


@wrong(
    en="The smaller network comes back in float64 whatever it was: the copies must keep the dtype of the given arrays.",
    zh="无论原来是什么类型，返回的网络都成了 float64：应保持原数组的 dtype。",
)
def returns_float64(weights, biases, sparsity):
    return tuple([np.array(a, np.float64) for a in part] for part in by_indices(weights, biases, sparsity))


@same_mistake(returns_float64)
def gathers_into_empty_float64(weights, biases, sparsity):
    def filled(a):
        result = np.empty(a.shape)
        result[...] = a
        return result

    new_weights, new_biases = by_deletion(weights, biases, sparsity)
    return [filled(w) for w in new_weights], [filled(b) for b in new_biases]
