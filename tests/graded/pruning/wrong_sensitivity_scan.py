"""Wrong answers to pruning/sensitivity_scan, each with the misconception behind it.

`scan` is the right way with its steps as options; an answer replaces the one that it gets wrong. `scan_columns` does
the same sparsity by sparsity.
"""

import contextlib
import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(sparsities):
    if not all(0 <= s <= 1 for s in sparsities):
        raise ValueError("sparsity")


def arrays_of(model):
    return [w for layer in model.layers for w in layer.weights]


def by_magnitude(w, sparsity, *, score=np.abs, count=round):
    """Zero the smallest, of equal ones the first."""
    order = np.argsort(score(w), axis=None, kind="stable")
    w.flat[order[: count(sparsity * w.size)]] = 0


def by_pairs(w, sparsity, *, score=abs, count=round):
    """The same, one weight at a time."""
    pairs = sorted((float(score(value)), i) for i, value in enumerate(w.ravel()))
    for _, i in pairs[: count(sparsity * w.size)]:
        w.flat[i] = 0


def restore(weights, originals):
    for w, original in zip(weights, originals, strict=True):
        w[...] = original


def scan(model, sparsities, evaluate, *, prune=by_magnitude, check=refuse_bad, arrays=arrays_of):
    check(sparsities)
    weights = arrays(model)
    originals = [w.copy() for w in weights]
    scores = np.zeros((len(weights), len(sparsities)))
    try:
        for i, w in enumerate(weights):
            for j, sparsity in enumerate(sparsities):
                prune(w, sparsity)
                scores[i, j] = evaluate(model)
                restore(weights, originals)
    finally:
        restore(weights, originals)
    return scores


def scan_columns(model, sparsities, evaluate, *, prune=by_pairs, check=refuse_bad, arrays=arrays_of):
    check(sparsities)
    weights = arrays(model)
    originals = [w.copy() for w in weights]
    columns = []
    try:
        for sparsity in sparsities:
            column = []
            for w in weights:
                prune(w, sparsity)
                column.append(evaluate(model))
                restore(weights, originals)
            columns.append(column)
    finally:
        restore(weights, originals)
    return np.array(columns, dtype=np.float64).reshape(len(sparsities), len(weights)).T


def scan_without_restoring(model, sparsities, evaluate, prune):
    refuse_bad(sparsities)
    weights = arrays_of(model)
    originals = [w.copy() for w in weights]
    scores = np.zeros((len(weights), len(sparsities)))
    try:
        for i, w in enumerate(weights):
            for j, sparsity in enumerate(sparsities):
                prune(w, sparsity)
                scores[i, j] = evaluate(model)
    except Exception:
        restore(weights, originals)
        raise
    return scores


@wrong(
    en="Nothing is restored: each score has all earlier prunings in it, and the model stays pruned.",
    zh="什么都没有恢复：每个分数里都带着之前的剪枝，模型也一直是剪过的。",
)
def never_restores(model, sparsities, evaluate):
    return scan_without_restoring(model, sparsities, evaluate, by_magnitude)


@same_mistake(never_restores)
def never_restores_in_a_loop(model, sparsities, evaluate):
    return scan_without_restoring(model, sparsities, evaluate, by_pairs)


def scan_cumulative(model, sparsities, evaluate, prune):
    refuse_bad(sparsities)
    weights = arrays_of(model)
    originals = [w.copy() for w in weights]
    try:
        rows = []
        for w in weights:
            row = []
            for sparsity in sparsities:
                prune(w, sparsity)
                row.append(evaluate(model))
            rows.append(row)
    finally:
        restore(weights, originals)
    return np.array(rows, dtype=np.float64).reshape(len(weights), len(sparsities))


@wrong(
    en="The earlier arrays stay pruned while the next one is scanned: only one may be pruned at a time.",
    zh="扫描下一个数组时，前面的还是剪过的：每次只能剪一个数组。",
)
def earlier_arrays_stay_pruned(model, sparsities, evaluate):
    return scan_cumulative(model, sparsities, evaluate, by_magnitude)


@same_mistake(earlier_arrays_stay_pruned)
def restores_all_at_the_end(model, sparsities, evaluate):
    return scan_cumulative(model, sparsities, evaluate, by_pairs)


def scan_nested(model, sparsities, evaluate, prune):
    refuse_bad(sparsities)
    weights = arrays_of(model)
    originals = [w.copy() for w in weights]
    scores = np.zeros((len(weights), len(sparsities)))
    for i, w in enumerate(weights):
        try:
            for j, sparsity in enumerate(sparsities):
                prune(w, sparsity)
                scores[i, j] = evaluate(model)
        finally:
            restore(weights, originals)
    return scores


@wrong(
    en="An array is not restored between two sparsities: after 75% it cannot become 25% again.",
    zh="两个稀疏度之间没有恢复数组：剪到 75% 之后就回不到 25% 了。",
)
def prunes_the_pruned(model, sparsities, evaluate):
    return scan_nested(model, sparsities, evaluate, by_magnitude)


@same_mistake(prunes_the_pruned)
def restores_after_each_array(model, sparsities, evaluate):
    return scan_nested(model, sparsities, evaluate, by_pairs)


def scan_and_stop(model, sparsities, evaluate, prune):
    refuse_bad(sparsities)
    weights = arrays_of(model)
    originals = [w.copy() for w in weights]
    scores = np.zeros((len(weights), len(sparsities)))
    for i, w in enumerate(weights):
        for j, sparsity in enumerate(sparsities):
            prune(w, sparsity)
            scores[i, j] = evaluate(model)
            restore(weights, originals)
    return scores


@wrong(
    en="If evaluate raises, the model stays pruned: restore it in a `finally`.",
    zh="evaluate 抛出异常时模型仍是剪过的：应在 `finally` 中恢复。",
)
def no_finally(model, sparsities, evaluate):
    return scan_and_stop(model, sparsities, evaluate, by_magnitude)


@same_mistake(no_finally)
def restores_only_if_all_goes_well(model, sparsities, evaluate):
    return scan_and_stop(model, sparsities, evaluate, by_pairs)


@wrong(
    en="All arrays are pruned together: the scan prunes one at a time.",
    zh="所有数组一起剪了：扫描时每次只剪一个。",
)
def all_together(model, sparsities, evaluate):
    def prune(_, sparsity):
        for w in arrays_of(model):
            by_magnitude(w, sparsity)

    return scan(model, sparsities, evaluate, prune=prune)


@same_mistake(all_together)
def the_whole_model_each_time(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda _, s: [by_pairs(w, s) for w in arrays_of(model)])


@wrong(
    en="It prunes every array but the one that is scanned.",
    zh="剪了被扫描的那个以外的所有数组。",
)
def all_but_one(model, sparsities, evaluate):
    def prune(scanned, sparsity):
        for w in arrays_of(model):
            if w is not scanned:
                by_magnitude(w, sparsity)

    return scan(model, sparsities, evaluate, prune=prune)


@same_mistake(all_but_one)
def spares_the_scanned(model, sparsities, evaluate):
    def prune(scanned, sparsity):
        for w in [w for w in arrays_of(model) if w is not scanned]:
            by_pairs(w, sparsity)

    return scan_columns(model, sparsities, evaluate, prune=prune)


@wrong(
    en="The model that is evaluated is not pruned: write into its arrays, a copy of w is not in the model.",
    zh="求值的模型并没有剪：应写入它的数组，w 的副本不在模型里。",
)
def prunes_a_copy(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w.copy(), s))


@same_mistake(prunes_a_copy)
def rebinds_the_items(model, sparsities, evaluate):
    refuse_bad(sparsities)
    rows = []
    for layer in model.layers:
        for i in range(len(layer.weights)):
            row = []
            for sparsity in sparsities:
                w = layer.weights[i].copy()
                by_pairs(w, sparsity)
                layer.weights[i] = w
                row.append(evaluate(model))
            rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(sparsities))


@wrong(
    en="The scores are transposed: rows are arrays, columns are sparsities.",
    zh="分数转置了：行是数组，列是稀疏度。",
)
def transposed(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate).T


@same_mistake(transposed)
def a_row_for_each_sparsity(model, sparsities, evaluate):
    return np.transpose(scan_columns(model, sparsities, evaluate))


@wrong(
    en="It returns the loss against the unpruned model: the exercise asks for the score itself.",
    zh="返回的是与未剪枝模型相比的损失：要的是分数本身。",
)
def returns_the_drop(model, sparsities, evaluate):
    refuse_bad(sparsities)
    return evaluate(model) - scan(model, sparsities, evaluate)


@same_mistake(returns_the_drop)
def baseline_minus_score(model, sparsities, evaluate):
    refuse_bad(sparsities)
    baseline = evaluate(model)
    return np.subtract(baseline, scan_columns(model, sparsities, evaluate))


@wrong(
    en="Only the first array of each layer is scanned: a layer may hold several.",
    zh="每层只扫描了第一个数组：一层可能有多个。",
)
def first_array_of_a_layer(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, arrays=lambda model: [w for x in model.layers for w in x.weights[:1]])


@same_mistake(first_array_of_a_layer)
def weights_zero(model, sparsities, evaluate):
    def arrays(model):
        return [layer.weights[0] for layer in model.layers if layer.weights]

    return scan_columns(model, sparsities, evaluate, arrays=arrays)


@wrong(
    en="Biases are scanned too: only weights are pruned.",
    zh="把偏置也扫描了：只剪权重。",
)
def biases_too(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, arrays=lambda model: [p.value for p in model.parameters()])


@same_mistake(biases_too)
def every_parameter(model, sparsities, evaluate):
    def arrays(model):
        return [parameter.value for layer in model.layers for parameter in layer.parameters()]

    return scan_columns(model, sparsities, evaluate, arrays=arrays)


@wrong(
    en="It ranks w, not |w|: large negative weights are pruned first.",
    zh="按 w 而不是 |w| 排序：绝对值很大的负权重先被剪掉。",
)
def without_abs(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w, s, score=np.asarray))


@same_mistake(without_abs)
def signed(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda w, s: by_pairs(w, s, score=float))


@wrong(
    en="It prunes the large weights.",
    zh="剪掉的是大的权重。",
)
def prunes_the_large(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w, s, score=lambda a: -np.abs(a)))


@same_mistake(prunes_the_large)
def largest_first(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda w, s: by_pairs(w, s, score=lambda a: -abs(a)))


@wrong(
    en="It takes sparsity for the share that is kept.",
    zh="把稀疏度当成了保留比例。",
)
def keeps_that_share(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w, 1 - s))


@same_mistake(keeps_that_share)
def prunes_the_rest(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda w, s: by_pairs(w, 1 - s))


@wrong(
    en="The threshold is a fraction of the largest weight: that is not a share of the weights.",
    zh="阈值取了最大权重的一个比例：那不是权重个数的比例。",
)
def relative_threshold(model, sparsities, evaluate):
    def prune(w, sparsity):
        w[np.abs(w) < sparsity * np.abs(w).max(initial=0)] = 0

    return scan(model, sparsities, evaluate, prune=prune)


@same_mistake(relative_threshold)
def below_a_part_of_the_largest(model, sparsities, evaluate):
    def prune(w, sparsity):
        largest = np.max(np.abs(w)) if w.size else 0
        w *= ~(np.abs(w) < sparsity * largest)

    return scan_columns(model, sparsities, evaluate, prune=prune)


@wrong(
    en="All weights equal to the cut are pruned: with ties that is more than the count.",
    zh="等于分界值的权重全剪了：有相等幅值时就超过了个数。",
)
def prunes_every_tie(model, sparsities, evaluate):
    def prune(w, sparsity):
        cuts = np.append(-1.0, np.sort(np.abs(w).ravel()))
        w[np.abs(w) <= cuts[round(sparsity * w.size)]] = 0

    return scan(model, sparsities, evaluate, prune=prune)


@same_mistake(prunes_every_tie)
def up_to_the_cut(model, sparsities, evaluate):
    def prune(w, sparsity):
        count = round(sparsity * w.size)
        if count:
            w *= np.abs(w) > sorted(np.abs(w).ravel().tolist())[count - 1]

    return scan_columns(model, sparsities, evaluate, prune=prune)


@wrong(
    en="int() truncates the count: round it.",
    zh="int() 直接截断个数：应舍入到最近的整数。",
)
def truncates(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w, s, count=int))


@same_mistake(truncates)
def floors(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda w, s: by_pairs(w, s, count=lambda n: int(n // 1)))


@wrong(
    en="A sparsity outside [0, 1], or NaN, is accepted: refuse it with ValueError.",
    zh="没有拒绝 [0, 1] 之外或为 NaN 的稀疏度：应抛出 ValueError。",
)
def any_sparsity(model, sparsities, evaluate):
    inside = [float(np.clip(np.nan_to_num(s), 0, 1)) for s in sparsities]
    return scan(model, inside, evaluate)


@same_mistake(any_sparsity)
def clips_the_sparsities(model, sparsities, evaluate):
    inside = [min(max(s, 0.0), 1.0) if s == s else 0.0 for s in sparsities]
    return scan_columns(model, inside, evaluate)


def half_up(x):
    return int(x + 0.5)


def pruner(order, count=lambda sparsity, w: round(sparsity * w.size)):
    """A pruning step that zeroes the first places of `order(w)`."""

    def prune(w, sparsity):
        w.flat[order(w)[: count(sparsity, w)]] = 0

    return prune


def stable(score):
    return lambda w: np.argsort(score(w), axis=None, kind="stable")


def two_writings(score):
    """The options of a scan that ranks by `score`, for arrays and for pairs."""
    return {"prune": pruner(stable(score))}, {
        "prune": lambda w, s: by_pairs(w, s, score=lambda v: score(w.dtype.type(v)))
    }


SQUARES, SQUARE_PAIRS = two_writings(np.square)


@wrong(
    en="A half is rounded up: the counts are rounded half to even, so 2.5 becomes 2.",
    zh="恰为一半时向上取整了：个数舍入到偶数，2.5 变为 2。",
)
def rounds_half_up(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w, s, count=half_up))


@same_mistake(rounds_half_up)
def rounds_half_up_pair_by_pair(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda w, s: by_pairs(w, s, count=half_up))


@wrong(en="The counts are rounded up: round to the nearest.", zh="个数向上取整了：应取最近的整数。")
def rounds_up(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w, s, count=math.ceil))


@same_mistake(rounds_up)
def rounds_up_pair_by_pair(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda w, s: by_pairs(w, s, count=lambda x: -int(-x // 1)))


@wrong(
    en='The sort is not stable: among equal magnitudes others than the first are pruned. Use kind="stable".',
    zh='排序不稳定：幅值相等时先剪的不是在前的。应写 kind="stable"。',
)
def unstable_sort(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=pruner(lambda w: np.argsort(np.abs(w), axis=None)))


@same_mistake(unstable_sort)
def quicksort(model, sparsities, evaluate):
    prune = pruner(lambda w: np.abs(w).ravel().argsort(kind="quicksort"))
    return scan_columns(model, sparsities, evaluate, prune=prune)


@wrong(
    en="It ranks squares in the weights' own type: tiny weights give 0, huge ones infinity. Rank |w|.",
    zh="在权重自己的类型中按平方排序：极小的权重平方后为 0，极大的为无穷大。应按 |w| 排序。",
)
def ranks_squares(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, **SQUARES)


@same_mistake(ranks_squares)
def ranks_pairs_of_squares(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, **SQUARE_PAIRS)


@wrong(
    en="It ranks in lower precision than the weights have (float32, float16): different weights then tie.",
    zh="以低于权重的精度（float32、float16）排序：于是不同的权重变得相等。",
)
def ranks_in_float32(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=pruner(stable(lambda w: np.abs(w.astype(np.float32)))))


@same_mistake(ranks_in_float32)
def ranks_pairs_of_float32(model, sparsities, evaluate):
    prune = lambda w, s: by_pairs(w, s, score=lambda v: abs(np.float32(v)))  # noqa: E731
    return scan_columns(model, sparsities, evaluate, prune=prune)


@same_mistake(ranks_in_float32)
def ranks_in_float16(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, prune=pruner(stable(lambda w: np.abs(w.astype(np.float16)))))


@same_mistake(ranks_in_float32)
def ranks_pairs_of_float16(model, sparsities, evaluate):
    prune = lambda w, s: by_pairs(w, s, score=lambda v: abs(np.float16(v)))  # noqa: E731
    return scan_columns(model, sparsities, evaluate, prune=prune)


@wrong(
    en='Positions follow the memory order (order="K"): in a transposed array that is another order.',
    zh='位置按内存中的顺序（order="K"）计：对转置的数组那是另一种顺序。',
)
def ranks_in_memory_order(model, sparsities, evaluate):
    prune = pruner(lambda w: np.argsort(np.abs(w).ravel(order="K"), kind="stable"))
    return scan(model, sparsities, evaluate, prune=prune)


@same_mistake(ranks_in_memory_order)
def flattens_in_memory_order(model, sparsities, evaluate):
    prune = pruner(lambda w: np.lexsort((np.arange(w.size), np.abs(w.flatten("K")))))
    return scan_columns(model, sparsities, evaluate, prune=prune)


@wrong(
    en="It prunes a copy of arrays that are not contiguous: `ravel()` and `reshape(-1)` copy these.",
    zh="数组不连续时剪的是副本：`ravel()` 与 `reshape(-1)` 会复制。",
)
def writes_into_a_raveled_copy(model, sparsities, evaluate):
    def prune(w, sparsity):
        w.ravel()[stable(np.abs)(w)[: round(sparsity * w.size)]] = 0

    return scan(model, sparsities, evaluate, prune=prune)


@same_mistake(writes_into_a_raveled_copy)
def writes_into_a_reshaped_copy(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, prune=lambda w, s: by_magnitude(w.reshape(-1), s))


@wrong(
    en="The share is taken of the weights that are not zero: it is a share of all weights, zeros included.",
    zh="比例是对非零权重取的：应对全部权重取，包括零。",
)
def a_share_of_the_nonzero(model, sparsities, evaluate):
    prune = pruner(stable(np.abs), lambda sparsity, w: round(sparsity * np.count_nonzero(w)))
    return scan(model, sparsities, evaluate, prune=prune)


@same_mistake(a_share_of_the_nonzero)
def counts_only_what_is_not_zero(model, sparsities, evaluate):
    def prune(w, sparsity):
        by_pairs(w, sparsity, count=lambda _: round(sparsity * int((w != 0).sum())))

    return scan_columns(model, sparsities, evaluate, prune=prune)


@wrong(
    en="The last array is left out: the scan is of all arrays.",
    zh="漏掉了最后一个数组：应扫描所有数组。",
)
def without_the_last_array(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, arrays=lambda model: arrays_of(model)[:-1])


@same_mistake(without_the_last_array)
def spares_the_output(model, sparsities, evaluate):
    return scan_columns(model, sparsities, evaluate, arrays=lambda model: arrays_of(model)[: len(arrays_of(model)) - 1])


@wrong(
    en="Vectors are left out, as if they were biases: every array in layer.weights is scanned.",
    zh="把向量当作偏置漏掉了：layer.weights 中的都要扫描。",
)
def matrices_only(model, sparsities, evaluate):
    return scan(model, sparsities, evaluate, arrays=lambda model: [w for w in arrays_of(model) if w.ndim > 1])


@same_mistake(matrices_only)
def skips_vectors(model, sparsities, evaluate):
    return scan_columns(
        model, sparsities, evaluate, arrays=lambda model: [w for w in arrays_of(model) if len(w.shape) != 1]
    )


@wrong(
    en="The columns are in ascending order of sparsity: keep the order of the list.",
    zh="各列按稀疏度升序排列：应按列表中的次序。",
)
def sorts_the_sparsities(model, sparsities, evaluate):
    return scan(model, sorted(sparsities), evaluate)


@same_mistake(sorts_the_sparsities)
def ascending_columns(model, sparsities, evaluate):
    scores = scan_columns(model, sparsities, evaluate)
    return scores[:, np.argsort(sparsities, kind="stable")].copy() if len(sparsities) else scores


@wrong(
    en="An error of evaluate is swallowed: restore the model, and let the error through.",
    zh="吞掉了 evaluate 的异常：应恢复模型，并让异常传出。",
)
def swallows_errors(model, sparsities, evaluate):
    def forgiving(model):
        try:
            return evaluate(model)
        except Exception:
            return math.nan

    return scan(model, sparsities, forgiving)


@same_mistake(swallows_errors)
def suppresses_errors(model, sparsities, evaluate):
    def forgiving(model):
        with contextlib.suppress(Exception):
            return evaluate(model)
        return np.nan

    return scan_columns(model, sparsities, forgiving)


@wrong(
    en="A bad sparsity is found only when its turn comes: check all before the first evaluation.",
    zh="轮到不合法的稀疏度时才发现它：应在第一次求值之前检查全部。",
)
def checks_in_the_loop(model, sparsities, evaluate):
    def prune(w, sparsity):
        refuse_bad([sparsity])
        by_magnitude(w, sparsity)

    return scan(model, sparsities, evaluate, prune=prune, check=len)


@same_mistake(checks_in_the_loop)
def checks_the_next_one(model, sparsities, evaluate):
    def prune(w, sparsity):
        if not (sparsity >= 0 and sparsity <= 1):
            raise ValueError("sparsity")
        by_pairs(w, sparsity)

    return scan(model, sparsities, evaluate, prune=prune, check=lambda _: None)


@wrong(
    en="NaN slips through `s < 0 or s > 1`, which is false for it: test `not 0 <= s <= 1`.",
    zh="NaN 从 `s < 0 or s > 1` 混了过去（对它为假）：应写 `not 0 <= s <= 1`。",
)
def forgets_nan(model, sparsities, evaluate):
    def check(sparsities):
        if any(s < 0 or s > 1 for s in sparsities):
            raise ValueError("sparsity")

    return scan(model, sparsities, evaluate, check=check)


@same_mistake(forgets_nan)
def compares_as_an_array(model, sparsities, evaluate):
    def check(sparsities):
        shares = np.array(sparsities)
        if (shares < 0).any() or (shares > 1).any():
            raise ValueError("sparsity")

    return scan_columns(model, sparsities, evaluate, check=check)


@wrong(
    en="What was taken away is added again, which loses last bits or the sign of -0.0: copy, and write the copy back.",
    zh="把减去的再加回来：会丢失末位或 -0.0 的符号。应先复制，再写回副本。",
)
def adds_it_again(model, sparsities, evaluate):
    refuse_bad(sparsities)
    weights = arrays_of(model)
    scores = np.zeros((len(weights), len(sparsities)))
    for i, w in enumerate(weights):
        for j, sparsity in enumerate(sparsities):
            taken = w.copy()
            by_magnitude(taken, sparsity)
            taken = w - taken
            w -= taken
            try:
                scores[i, j] = evaluate(model)
            finally:
                w += taken
    return scores


@same_mistake(adds_it_again)
def restores_with_a_sum(model, sparsities, evaluate):
    refuse_bad(sparsities)
    rows = []
    for w in arrays_of(model):
        row = []
        for sparsity in sparsities:
            small = w.copy()
            by_pairs(small, sparsity)
            small, kept = w - small, small
            w[...] = kept
            try:
                row.append(evaluate(model))
            finally:
                w[...] = kept + small
        rows.append(row)
    return np.array(rows, np.float64).reshape(len(rows), len(sparsities))


@wrong(
    en="The scores are rounded: return what evaluate returns.",
    zh="分数被舍入了：evaluate 返回什么就是什么。",
)
def rounds_the_scores(model, sparsities, evaluate):
    return np.round(scan(model, sparsities, evaluate), 4)


@same_mistake(rounds_the_scores)
def four_decimals(model, sparsities, evaluate):
    return scan_columns(model, sparsities, lambda model: float(f"{evaluate(model):.4f}"))


@wrong(
    en="NaN or infinity is replaced: return what evaluate returns, for a network may diverge.",
    zh="替换了 NaN 或无穷大：网络可能发散，evaluate 返回什么就是什么。",
)
def replaces_nan(model, sparsities, evaluate):
    return np.nan_to_num(scan(model, sparsities, evaluate))


@same_mistake(replaces_nan)
def scores_are_finite(model, sparsities, evaluate):
    return scan_columns(model, sparsities, lambda model: float(np.nan_to_num(evaluate(model))))
