"""Wrong answers to pruning/weight_pruning, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(threshold):
    if math.isnan(threshold) or threshold < 0:
        raise ValueError("threshold")


def sparsity(model):
    zeros = sum(np.count_nonzero(w == 0) for layer in model.layers for w in layer.weights)
    total = sum(w.size for layer in model.layers for w in layer.weights)
    return zeros / total if total else 0.0


@wrong(
    en="A bare `if` on an array: Python asks one yes or no of many weights, and NumPy refuses. Use a mask.",
    zh="对整个数组使用 `if`：Python 要的是一个真或假，而数组有许多元素，NumPy 会拒绝。应使用掩码。",
)
def bare_if_on_an_array(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            if abs(w) < threshold:
                w[...] = 0
    return sparsity(model)


@same_mistake(bare_if_on_an_array)
def conditional_expression_on_an_array(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for i, w in enumerate(layer.weights):
            layer.weights[i] = 0 * w if np.absolute(w) < threshold else w
    return sparsity(model)


@wrong(
    en="It compares w, not |w|: large negative weights are pruned too.",
    zh="比较的是 w 而不是 |w|：绝对值很大的负权重也被剪掉了。",
)
def compares_without_abs(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[w < threshold] = 0
    return sparsity(model)


@same_mistake(compares_without_abs)
def keeps_only_large_positive_weights(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w *= ~(w < threshold)
    return sparsity(model)


@wrong(
    en="It prunes |w| <= threshold: a weight equal to the threshold must stay (strictly less is pruned).",
    zh="剪掉了 |w| <= threshold 的权重：等于阈值的应保留（只剪严格小于阈值的）。",
)
def prunes_ties(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) <= threshold] = 0
    return sparsity(model)


@same_mistake(prunes_ties)
def keeps_only_above(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w *= np.abs(w) > threshold
    return sparsity(model)


@wrong(
    en="The mask is inverted: it removes the large weights and keeps the small ones.",
    zh="掩码取反了：剪掉了大权重，留下了小权重。",
)
def prunes_the_large(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) >= threshold] = 0
    return sparsity(model)


@same_mistake(prunes_the_large)
def multiplies_by_the_pruned_mask(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w *= np.abs(w) < threshold
    return sparsity(model)


@wrong(
    en="It makes new arrays and leaves the model's own as they were: write into them, `w[mask] = 0`.",
    zh="生成了新数组，而模型自己的数组没有变：应写入原数组，`w[mask] = 0`。",
)
def rebinds_instead_of_writing(model, threshold):
    refuse_bad(threshold)
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            w = np.where(np.abs(w) < threshold, 0, w)
            zeros += np.count_nonzero(w == 0)
            total += w.size
    return zeros / total if total else 0.0


@same_mistake(rebinds_instead_of_writing)
def rebinds_items_of_the_list(model, threshold):
    refuse_bad(threshold)
    zeros = total = 0
    for layer in model.layers:
        weights = layer.weights
        for i in range(len(weights)):
            weights[i] = weights[i] * (np.abs(weights[i]) >= threshold)
            zeros += int((weights[i] == 0).sum())
            total += weights[i].size
    return zeros / total if total else 0.0


@wrong(
    en="It prunes biases too: a bias is one number per neuron, saves next to nothing, and shifts every output.",
    zh="把偏置也剪了：每个神经元只有一个偏置，几乎省不了什么，却会使所有输出偏移。",
)
def prunes_biases_too(model, threshold):
    refuse_bad(threshold)
    zeros = total = 0
    for parameter in model.parameters():
        parameter.value[np.abs(parameter.value) < threshold] = 0
        zeros += np.count_nonzero(parameter.value == 0)
        total += parameter.value.size
    return zeros / total if total else 0.0


@same_mistake(prunes_biases_too)
def prunes_weights_then_biases(model, threshold):
    refuse_bad(threshold)
    arrays = []
    for layer in model.layers:
        arrays += layer.weights
        if layer.bias is not None:
            arrays.append(layer.bias.value)
    for a in arrays:
        a *= np.abs(a) >= threshold
    total = sum(a.size for a in arrays)
    return sum(a.size - np.count_nonzero(a) for a in arrays) / total if total else 0.0


@wrong(
    en="It removes whole neurons (rows): that is structure pruning. Weight pruning removes single connections.",
    zh="剪掉了整个神经元（整行）：那是结构剪枝。权重剪枝剪的是单个连接。",
)
def removes_whole_neurons(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            for row in w:
                if np.abs(row).mean() < threshold:
                    row[...] = 0
    return sparsity(model)


@same_mistake(removes_whole_neurons)
def removes_whole_neurons_with_a_mask(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            strength = np.abs(w).mean(axis=tuple(range(1, w.ndim)))
            w[strength < threshold] = 0
    return sparsity(model)


@wrong(
    en="The sparsity is a mean over layers: a layer of 10 weights then counts as much as one of 100,000.",
    zh="稀疏度按层取了平均：10 个权重的层与 10 万个权重的层被同等看待。",
)
def averages_over_layers(model, threshold):
    refuse_bad(threshold)
    ratios = []
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
            ratios.append(np.mean(w == 0))
    return float(np.mean(ratios)) if ratios else 0.0


@same_mistake(averages_over_layers)
def divides_by_the_number_of_arrays(model, threshold):
    refuse_bad(threshold)
    summed, arrays = 0.0, 0
    for layer in model.layers:
        for w in layer.weights:
            w *= np.abs(w) >= threshold
            summed += 1 - np.count_nonzero(w) / w.size
            arrays += 1
    return summed / max(arrays, 1)


@wrong(
    en="It returns the fraction that is kept (density). Sparsity is the fraction of zeros.",
    zh="返回的是保留比例（密度）。稀疏度是零所占的比例。",
)
def returns_density(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
    total = sum(w.size for layer in model.layers for w in layer.weights)
    kept = sum(np.count_nonzero(w) for layer in model.layers for w in layer.weights)
    return kept / total if total else 0.0


@same_mistake(returns_density)
def returns_one_minus_sparsity(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w *= np.abs(w) >= threshold
    has_weights = any(w.size for layer in model.layers for w in layer.weights)
    return 1 - sparsity(model) if has_weights else 0.0


@wrong(
    en="It counts only what this call pruned: weights that were zero before are zero afterwards too.",
    zh="只数了这一次剪掉的权重：原本就是零的，之后也是零。",
)
def counts_only_newly_pruned(model, threshold):
    refuse_bad(threshold)
    pruned = total = 0
    for layer in model.layers:
        for w in layer.weights:
            mask = np.abs(w) < threshold
            w[mask] = 0
            pruned += int(mask.sum())
            total += w.size
    return pruned / total if total else 0.0


@same_mistake(counts_only_newly_pruned)
def counts_before_writing(model, threshold):
    refuse_bad(threshold)
    arrays = [w for layer in model.layers for w in layer.weights]
    pruned = sum(np.sum(np.abs(w) < threshold) for w in arrays)
    for w in arrays:
        w[np.abs(w) < threshold] = 0
    total = sum(w.size for w in arrays)
    return float(pruned / total) if total else 0.0


@wrong(
    en="It returns a percentage or a count: sparsity is a fraction in [0, 1].",
    zh="返回了百分数或个数：稀疏度是 [0, 1] 之间的比例。",
)
def returns_percent(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
    return 100 * sparsity(model)


@same_mistake(returns_percent)
def returns_percent_of_flattened(model, threshold):
    refuse_bad(threshold)
    arrays = [w for layer in model.layers for w in layer.weights]
    for w in arrays:
        w *= np.abs(w) >= threshold
    return sum(100.0 * (w == 0).sum() for w in arrays) / max(sum(w.size for w in arrays), 1)


@wrong(
    en="It compares |w|/max|w|, a threshold relative to each array; here the threshold is absolute.",
    zh="比较的是 |w|/max|w|，即相对于每个数组的阈值；这里的阈值不随数组缩放。",
)
def threshold_relative_to_the_largest(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold * np.abs(w).max()] = 0
    return sparsity(model)


@same_mistake(threshold_relative_to_the_largest)
def normalizes_first(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            normal = np.abs(w) / max(np.abs(w).max(), 1e-12)
            w *= ~(normal < threshold)
    return sparsity(model)


@wrong(
    en="It takes the threshold as a fraction to prune (a quantile), not as a magnitude.",
    zh="把阈值当成了要剪掉的比例（分位数），而不是幅值。",
)
def threshold_as_a_fraction(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < np.quantile(np.abs(w), min(threshold, 1.0))] = 0
    return sparsity(model)


@same_mistake(threshold_as_a_fraction)
def prunes_a_fraction_by_percentile(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            cut = np.percentile(np.abs(w).ravel(), 100 * min(threshold, 1))
            w *= np.abs(w) >= cut
    return sparsity(model)


@wrong(
    en="It soft-thresholds: what stays must keep its value, not shrink towards zero by the threshold.",
    zh="做的是软阈值：保留的权重应保持原值，而不是向零收缩。",
)
def shrinks_what_stays(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[...] = np.sign(w) * np.maximum(np.abs(w) - (threshold if np.isfinite(threshold) else 1e30), 0)
    return sparsity(model)


@same_mistake(shrinks_what_stays)
def soft_thresholds_in_two_steps(model, threshold):
    refuse_bad(threshold)
    t = min(threshold, 1e30)
    for layer in model.layers:
        for w in layer.weights:
            w[...] = np.where(w > t, w - t, np.where(w < -t, w + t, 0))
    return sparsity(model)


@wrong(
    en="Only the first array of each layer is pruned: a layer may hold several (a residual block does).",
    zh="每层只剪了第一个数组：一层可能有多个权重数组（残差块就是）。",
)
def prunes_only_the_first_array(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights[:1]:
            w[np.abs(w) < threshold] = 0
    return sparsity(model)


@same_mistake(prunes_only_the_first_array)
def prunes_weights_zero(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        if layer.weights:
            w = layer.weights[0]
            w *= np.abs(w) >= threshold
    return sparsity(model)


@wrong(
    en="A negative or NaN threshold is accepted: refuse it with ValueError before anything is written.",
    zh="没有拒绝负数或 NaN 阈值：应在写入之前抛出 ValueError。",
)
def accepts_any_threshold(model, threshold):
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
    return sparsity(model)


@same_mistake(accepts_any_threshold)
def takes_the_magnitude_of_the_threshold(model, threshold):
    for layer in model.layers:
        for w in layer.weights:
            np.copyto(w, 0, where=np.abs(w) < threshold)
    return sparsity(model)


@wrong(
    en="NaN slips through `threshold < 0`: every comparison with NaN is false, so test `not threshold >= 0`.",
    zh="NaN 逃过了 `threshold < 0`：与 NaN 的任何比较都为假，应写成 `not threshold >= 0`。",
)
def forgets_nan(model, threshold):
    if threshold < 0:
        raise ValueError("threshold")
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
    return sparsity(model)


@same_mistake(forgets_nan)
def clips_nan_to_nothing(model, threshold):
    if np.sign(threshold) == -1:
        raise ValueError("threshold")
    for layer in model.layers:
        for w in layer.weights:
            w *= ~(np.abs(w) < threshold)
    return sparsity(model)


@wrong(
    en="It fails on a model without weights: 0 / 0. Return 0.0 there.",
    zh="遇到没有权重的模型时出现 0 / 0：此时应返回 0.0。",
)
def divides_by_zero(model, threshold):
    refuse_bad(threshold)
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
            zeros += np.count_nonzero(w == 0)
            total += w.size
    return zeros / total


@same_mistake(divides_by_zero)
def divides_python_ints_by_zero(model, threshold):
    refuse_bad(threshold)
    arrays = [w for layer in model.layers for w in layer.weights]
    for w in arrays:
        w *= np.abs(w) >= threshold
    return sum(int((w == 0).sum()) for w in arrays) / sum(w.size for w in arrays)


@wrong(
    en="It makes small weights tiny, not exactly 0: nothing that stores or skips zeros will find them.",
    zh="把小权重变成了极小的数，而不是恰好为 0：存储或跳过零的程序找不到它们。",
)
def makes_them_tiny(model, threshold):
    refuse_bad(threshold)
    small = total = 0
    for layer in model.layers:
        for w in layer.weights:
            mask = (np.abs(w) < threshold) | (w == 0)
            w[mask] *= 1e-12
            small += int(mask.sum())
            total += w.size
    return small / total if total else 0.0


@same_mistake(makes_them_tiny)
def scales_by_an_epsilon(model, threshold):
    refuse_bad(threshold)
    small, total = 0, 0
    for layer in model.layers:
        for w in layer.weights:
            keep = (np.abs(w) >= threshold) & (w != 0)
            w *= np.where(keep, 1.0, 1e-12).astype(w.dtype)
            small += w.size - np.count_nonzero(keep)
            total += w.size
    return small / max(total, 1)


@wrong(
    en="It counts weights near zero as zeros: sparsity counts weights that are exactly 0, and nothing else.",
    zh="把接近零的权重也算作零：稀疏度只数恰好为 0 的权重。",
)
def counts_nearly_zero(model, threshold):
    refuse_bad(threshold)
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
            zeros += int(np.isclose(w, 0).sum())
            total += w.size
    return zeros / total if total else 0.0


@same_mistake(counts_nearly_zero)
def counts_below_an_epsilon(model, threshold):
    refuse_bad(threshold)
    arrays = [w for layer in model.layers for w in layer.weights]
    for w in arrays:
        w *= np.abs(w) >= threshold
    return sum((np.abs(w) < 1e-8).sum() for w in arrays) / max(sum(w.size for w in arrays), 1)


@wrong(
    en="It leaves one-dimensional arrays alone, as if they were biases: every array in layer.weights holds weights.",
    zh="把一维数组当成偏置而跳过：凡在 layer.weights 中的都是权重。",
)
def skips_one_dimensional_arrays(model, threshold):
    refuse_bad(threshold)
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            if w.ndim < 2:
                continue
            w[np.abs(w) < threshold] = 0
            zeros += np.count_nonzero(w == 0)
            total += w.size
    return zeros / total if total else 0.0


@same_mistake(skips_one_dimensional_arrays)
def prunes_matrices_only(model, threshold):
    refuse_bad(threshold)
    arrays = [w for layer in model.layers for w in layer.weights if len(w.shape) > 1]
    for w in arrays:
        w *= np.abs(w) >= threshold
    return sum((w == 0).sum() for w in arrays) / max(sum(w.size for w in arrays), 1)


@wrong(
    en="It writes into a copy: `ravel()`, `reshape(-1)` and `flatten()` copy an array that is not contiguous.",
    zh="写进了副本：数组不连续时，`ravel()`、`reshape(-1)` 与 `flatten()` 得到的是副本。",
)
def writes_into_a_copy(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            flat = w.ravel()
            flat[np.abs(flat) < threshold] = 0
    return sparsity(model)


@same_mistake(writes_into_a_copy)
def writes_into_a_reshaped_array(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for flat in [w.reshape(-1) for w in layer.weights]:
            np.putmask(flat, abs(flat) < threshold, 0)
    return sparsity(model)


@wrong(
    en="It writes into flattened copies: `flatten()` always copies, and the model keeps its weights.",
    zh="写进了展平的副本：`flatten()` 总是复制，模型的权重没有变。",
)
def writes_into_a_flattened_copy(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            flat = w.flatten()
            flat[np.abs(flat) < threshold] = 0
    return sparsity(model)


@same_mistake(writes_into_a_flattened_copy)
def multiplies_a_copy(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in [w.copy() for w in layer.weights]:
            w *= np.abs(w) >= threshold
    return sparsity(model)


@wrong(
    en="It compares squares in the weights' own type: tiny weights give 0, huge ones infinity. Compare |w|.",
    zh="在权重自己的类型中比较平方：极小的权重平方后为 0，极大的为无穷大。应比较 |w|。",
)
def compares_squares(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[w * w < w.dtype.type(threshold) ** 2] = 0
    return sparsity(model)


@same_mistake(compares_squares)
def compares_the_root_of_the_square(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.sqrt(w**2) < threshold] = 0
    return sparsity(model)


@wrong(
    en="It compares in float32 (or less): float64 weights close to the threshold fall on the wrong side.",
    zh="在 float32（或更低精度）中比较：接近阈值的 float64 权重会落在错误的一侧。",
)
def compares_in_float32(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w).astype(np.float32) < np.float32(threshold)] = 0
    return sparsity(model)


@same_mistake(compares_in_float32)
def compares_rounded_weights(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            small = [abs(float(np.float32(value))) < float(np.float32(threshold)) for value in w.ravel()]
            w[np.array(small, bool).reshape(w.shape)] = 0
    return sparsity(model)


@wrong(
    en="The comparison has a tolerance: the exercise asks for |w| < threshold, with nothing added.",
    zh="比较中带了容差：要求的是 |w| < threshold，不加任何东西。",
)
def compares_with_a_tolerance(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold - 1e-8] = 0
    return sparsity(model)


@same_mistake(compares_with_a_tolerance)
def keeps_what_is_close_to_the_threshold(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[(np.abs(w) < threshold) & ~np.isclose(np.abs(w), threshold)] = 0
    return sparsity(model)


@wrong(
    en="The last layer with weights is spared: often wise, but the exercise asks for every layer.",
    zh="最后一个带权重的层没有剪：实践中往往明智，但题目要求剪所有层。",
)
def spares_the_last_layer(model, threshold):
    refuse_bad(threshold)
    with_weights = [layer for layer in model.layers if layer.weights]
    for layer in with_weights[:-1]:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
    return sparsity(model)


@same_mistake(spares_the_last_layer)
def leaves_the_output_layer_alone(model, threshold):
    refuse_bad(threshold)
    arrays = [layer.weights for layer in model.layers if len(layer.weights) > 0]
    for position, weights in enumerate(arrays):
        for w in weights:
            keep = np.abs(w) >= threshold
            w *= keep if position + 1 < len(arrays) else 1
    return sparsity(model)


@wrong(
    en="The threshold is relative to each array's own scale, such as its standard deviation: here it is absolute.",
    zh="阈值相对于每个数组自己的尺度（如标准差）；这里的阈值是绝对的。",
)
def threshold_in_deviations(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold * (np.std(w) if w.size else 0)] = 0
    return sparsity(model)


@same_mistake(threshold_in_deviations)
def quality_times_deviation(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            if w.size:
                deviation = np.sqrt(np.mean((w - w.mean()) ** 2))
                w *= np.abs(w) >= threshold * deviation
    return sparsity(model)


@wrong(
    en="The sparsity is rounded: return zeros / weights as it is.",
    zh="稀疏度被舍入了：应原样返回 零的个数 / 权重总数。",
)
def rounds_the_sparsity(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
    return round(sparsity(model), 5)


@same_mistake(rounds_the_sparsity)
def sparsity_in_half_precision(model, threshold):
    refuse_bad(threshold)
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
    return float(f"{sparsity(model):.5f}")


@wrong(
    en="It counts rows, not weights: len(w) is the first axis, w.size counts all.",
    zh="数的是行而不是权重：len(w) 只是第一个轴的长度，全部个数是 w.size。",
)
def divides_by_rows(model, threshold):
    refuse_bad(threshold)
    zeros = rows = 0
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < threshold] = 0
            zeros += np.count_nonzero(w == 0)
            rows += len(w)
    return zeros / rows if rows else 0.0


@same_mistake(divides_by_rows)
def divides_by_the_number_of_rows(model, threshold):
    refuse_bad(threshold)
    arrays = [w for layer in model.layers for w in layer.weights]
    for w in arrays:
        w *= np.abs(w) >= threshold
    rows = sum(w.shape[0] for w in arrays)
    return sum(int((w == 0).sum()) for w in arrays) / rows if rows else 0.0
