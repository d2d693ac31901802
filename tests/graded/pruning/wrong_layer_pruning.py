"""Wrong answers to pruning/layer_pruning, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(blocks, count):
    if not 0 <= count <= len(blocks):
        raise ValueError("count")


def body(block, x):
    w1, b1, w2, b2 = block
    return np.maximum(x @ w1.T + b1, 0) @ w2.T + b2


def residual(block, x):
    return x + body(block, x)


def cosines(x, y):
    lengths = np.sqrt(np.square(x).sum(axis=1)) * np.sqrt(np.square(y).sum(axis=1))
    return np.divide((x * y).sum(axis=1), lengths, out=np.zeros(len(x)), where=lengths > 0)


def turn(x, y, block):
    return 1 - cosines(x, y).mean()


def strongest(influence, count):
    return sorted(sorted(range(len(influence)), key=lambda i: (-influence[i], i))[: len(influence) - count])


def in_turn(blocks, x, count, *, forward=residual, score=turn, choose=strongest, check=refuse_bad):
    """Hooks say what a block computes, how it is scored, and which stay."""
    check(blocks, count)
    influence = []
    for block in blocks:
        y = forward(block, x)
        influence.append(float(score(x, y, block)))
        x = y
    return choose(influence, count), np.array(influence)


def from_streams(blocks, x, count, *, forward=residual, score=turn, choose=strongest, check=refuse_bad):
    """The same, after all blocks have run."""
    check(blocks, count)
    streams = [np.array(x)]
    for i in range(len(blocks)):
        streams.append(forward(blocks[i], streams[i]))
    influence = np.array([score(streams[i], streams[i + 1], blocks[i]) for i in range(len(blocks))], np.float64)
    return choose(influence.tolist(), count), influence


@wrong(
    en="It removes the most influential blocks: remove those that change their input least.",
    zh="移除了影响最大的块：应移除对输入改变最小的块。",
)
def removes_the_most_influential(blocks, x, count):
    return in_turn(blocks, x, count, choose=lambda s, count: strongest([-v for v in s], count))


@same_mistake(removes_the_most_influential)
def keeps_the_least_influential(blocks, x, count):
    def choose(scores, count):
        return sorted(np.argsort(scores, kind="stable")[: len(scores) - count].tolist())

    return from_streams(blocks, x, count, choose=choose)


@wrong(
    en="The cosine itself is returned, a similarity: the influence is 1 - cosine.",
    zh="返回的是余弦本身，即相似度：影响力是 1 减去余弦。",
)
def returns_the_similarity(blocks, x, count):
    kept, influence = in_turn(blocks, x, count)
    return kept, 1 - influence


@same_mistake(returns_the_similarity)
def mean_cosine_as_influence(blocks, x, count):
    kept, _ = from_streams(blocks, x, count)
    return kept, from_streams(blocks, x, count, score=lambda x, y, _: np.mean(cosines(x, y)))[1]


@wrong(
    en="The cosine is taken for the influence: blocks that turn their input most are then removed first.",
    zh="把余弦当成了影响力：于是先移除了改变最大的块。",
)
def ranks_by_similarity(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, _: cosines(x, y).mean())


@same_mistake(ranks_by_similarity)
def forgets_one_minus(blocks, x, count):
    return from_streams(blocks, x, count, score=lambda x, y, _: 1 - turn(x, y, None))


@wrong(
    en="Every block is fed with the network's input: feed it with the output of the block before.",
    zh="每个块都喂了网络的输入：应喂前一个块的输出。",
)
def feeds_every_block_with_x(blocks, x, count):
    refuse_bad(blocks, count)
    influence = [turn(x, residual(block, x), block) for block in blocks]
    return strongest(influence, count), np.array(influence)


@same_mistake(feeds_every_block_with_x)
def blocks_in_parallel(blocks, x, count):
    refuse_bad(blocks, count)
    outputs = [x + body(block, x) for block in blocks]
    influence = np.array([1 - np.mean(cosines(x, y)) for y in outputs], np.float64)
    return strongest(influence.tolist(), count), influence


@wrong(
    en="Outputs are compared with the network's input: a block is compared with its own input.",
    zh="输出与网络的输入作了比较：应与该块自己的输入比较。",
)
def compares_with_the_first_input(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda _, y, block: turn(x, y, block))


@same_mistake(compares_with_the_first_input)
def distance_from_the_start(blocks, x, count):
    start = x.copy()
    return from_streams(blocks, x, count, score=lambda _, y, block: 1 - cosines(start, y).mean())


@wrong(
    en="The cosine is between x and the body f(x): the block's output is x + f(x).",
    zh="余弦是在 x 与主分支 f(x) 之间算的：块的输出是 x + f(x)。",
)
def compares_with_the_body(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, block: turn(x, body(block, x), block))


@same_mistake(compares_with_the_body)
def cosine_with_the_difference(blocks, x, count):
    return from_streams(blocks, x, count, score=lambda x, y, block: 1 - cosines(x, body(block, x)).mean())


@wrong(
    en="The shortcut is missing: y = x + f(x), not f(x).",
    zh="漏了捷径：y = x + f(x)，而不是 f(x)。",
)
def forgets_the_shortcut(blocks, x, count):
    return in_turn(blocks, x, count, forward=body)


@same_mistake(forgets_the_shortcut)
def plain_layers(blocks, x, count):
    return from_streams(blocks, x, count, forward=lambda b, x: np.clip(x @ b[0].T + b[1], 0, None) @ b[2].T + b[3])


@wrong(
    en="The ReLU is missing in the body: max(x w1ᵀ + b1, 0).",
    zh="主分支里漏了 ReLU：max(x w1ᵀ + b1, 0)。",
)
def forgets_the_relu(blocks, x, count):
    return in_turn(blocks, x, count, forward=lambda b, x: x + (x @ b[0].T + b[1]) @ b[2].T + b[3])


@same_mistake(forgets_the_relu)
def linear_blocks(blocks, x, count):
    def forward(block, x):
        w1, b1, w2, b2 = block
        return x + x @ (w2 @ w1).T + w2 @ b1 + b2

    return from_streams(blocks, x, count, forward=forward)


@wrong(
    en="One cosine is taken over the whole batch, where long samples drown short ones: take one per sample, then the "
    "mean.",
    zh="对整个批次只算了一个余弦，长样本淹没了短样本：应每个样本各算一个再平均。",
)
def one_cosine_for_the_batch(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, _: turn(x.reshape(1, -1), y.reshape(1, -1), None))


@same_mistake(one_cosine_for_the_batch)
def flattens_the_batch(blocks, x, count):
    def score(x, y, _):
        lengths = np.linalg.norm(x) * np.linalg.norm(y)
        return 1 - (np.vdot(x, y) / lengths if lengths else 0.0)

    return from_streams(blocks, x, count, score=score)


@wrong(
    en="The cosine runs along axis 0, over samples for each feature: it is over the features of one sample, axis 1.",
    zh="余弦沿轴 0（跨样本）计算了：应对一个样本的各特征，即轴 1。",
)
def cosine_of_features(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, _: turn(x.T, y.T, None))


@same_mistake(cosine_of_features)
def cosine_along_axis_0(blocks, x, count):
    def score(x, y, _):
        lengths = np.linalg.norm(x, axis=0) * np.linalg.norm(y, axis=0)
        return 1 - np.mean(np.sum(x * y, axis=0) / np.where(lengths > 0, lengths, 1))

    return from_streams(blocks, x, count, score=score)


@wrong(
    en="The magnitude of the cosine is taken: a block that turns its input round, cosine -1, changes it most.",
    zh="取了余弦的绝对值：把输入反向的块（余弦为 -1）改变最大。",
)
def magnitude_of_the_cosine(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, _: 1 - np.abs(cosines(x, y)).mean())


@same_mistake(magnitude_of_the_cosine)
def ignores_the_sign(blocks, x, count):
    return from_streams(blocks, x, count, score=lambda x, y, _: 1 - np.mean(np.sqrt(cosines(x, y) ** 2)))


@wrong(
    en="The distance |y - x| is measured: the exercise asks for the change of direction, 1 - cosine.",
    zh="量的是距离 |y - x|：题目要求方向的改变，即 1 减去余弦。",
)
def distances(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, _: np.linalg.norm(y - x, axis=1).mean())


@same_mistake(distances)
def length_of_the_body(blocks, x, count):
    return from_streams(
        blocks, x, count, score=lambda x, y, block: np.mean(np.sqrt(np.square(body(block, x)).sum(axis=1)))
    )


@wrong(
    en="Products are not divided by the lengths: a dot product is not a cosine.",
    zh="没有除以长度：点积不是余弦。",
)
def dot_products(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, _: 1 - (x * y).sum(axis=1).mean())


@same_mistake(dot_products)
def forgets_the_lengths(blocks, x, count):
    return from_streams(blocks, x, count, score=lambda x, y, _: 1 - np.einsum("nd,nd->", x, y) / len(x))


@wrong(
    en="Cosines are added up over the samples: take their mean.",
    zh="余弦对样本求了和：应取平均。",
)
def sums_over_samples(blocks, x, count):
    return in_turn(blocks, x, count, score=lambda x, y, _: 1 - cosines(x, y).sum())


@same_mistake(sums_over_samples)
def adds_the_cosines(blocks, x, count):
    return from_streams(blocks, x, count, score=lambda x, y, _: 1 - sum(cosines(x, y).tolist()))


@wrong(
    en="It scores again after each removal: the exercise asks for the influences in the whole network, measured once.",
    zh="每移除一个就重新打分：题目要求在完整的网络中只测量一次。",
)
def scores_again_after_each_removal(blocks, x, count):
    _, influence = in_turn(blocks, x, count)
    alive = list(range(len(blocks)))
    for _ in range(count):
        _, scores = in_turn([blocks[i] for i in alive], x, 0)
        alive.pop(min(range(len(alive)), key=lambda i: (scores[i], -i)))
    return alive, influence


@same_mistake(scores_again_after_each_removal)
def greedy_with_new_scores(blocks, x, count):
    _, influence = from_streams(blocks, x, count)
    left = list(enumerate(blocks))
    while len(left) > len(blocks) - count:
        kept, _ = from_streams([block for _, block in left], x, 1)
        left = [left[i] for i in kept]
    return [i for i, _ in left], influence


@wrong(
    en="It returns the removed blocks: return the indices of those that stay.",
    zh="返回了被移除的块：题目要求保留块的下标。",
)
def returns_what_goes(blocks, x, count):
    kept, influence = in_turn(blocks, x, count)
    return [i for i in range(len(blocks)) if i not in kept], influence


@same_mistake(returns_what_goes)
def indices_of_the_removed(blocks, x, count):
    kept, influence = from_streams(blocks, x, count)
    return sorted(set(range(len(blocks))) - set(kept)), influence


@wrong(
    en="`count` blocks stay: count is the number to remove.",
    zh="保留了 `count` 个块：它是移除的个数。",
)
def keeps_that_many(blocks, x, count):
    return in_turn(blocks, x, count, choose=lambda scores, count: strongest(scores, len(scores) - count))


@same_mistake(keeps_that_many)
def count_of_the_strongest(blocks, x, count):
    def choose(scores, count):
        return sorted(np.argsort(-np.array(scores), kind="stable")[:count].tolist())

    return from_streams(blocks, x, count, choose=choose)


@wrong(
    en="The indices are in the order of influence: sort them, blocks run in their old order.",
    zh="下标按影响力的次序排列了：应排序，块仍按原来的次序执行。",
)
def in_order_of_influence(blocks, x, count):
    return in_turn(
        blocks, x, count, choose=lambda s, count: sorted(range(len(s)), key=lambda i: (-s[i], i))[: len(s) - count]
    )


@same_mistake(in_order_of_influence)
def strongest_first(blocks, x, count):
    def choose(scores, count):
        return np.argsort(-np.array(scores), kind="stable")[: len(scores) - count].tolist()

    return from_streams(blocks, x, count, choose=choose)


@wrong(
    en="Among equally influential blocks the later one stays: keep the earlier.",
    zh="影响力相等时保留了靠后的块：应保留靠前的。",
)
def later_of_equals_stays(blocks, x, count):
    return in_turn(
        blocks, x, count, choose=lambda scores, count: sorted(np.argsort(scores, kind="stable")[count:].tolist())
    )


@same_mistake(later_of_equals_stays)
def drops_the_first_of_the_weakest(blocks, x, count):
    def choose(scores, count):
        alive = list(range(len(scores)))
        for _ in range(count):
            alive.remove(min(alive, key=lambda i: scores[i]))
        return alive

    return from_streams(blocks, x, count, choose=choose)


@wrong(
    en="The last `count` blocks are removed, whatever they do: measure, and remove the least influential.",
    zh="不管作用如何都移除最后 `count` 个块：应测量后移除影响最小的。",
)
def cuts_off_the_end(blocks, x, count):
    return in_turn(blocks, x, count, choose=lambda scores, count: list(range(len(scores) - count)))


@same_mistake(cuts_off_the_end)
def keeps_the_first_blocks(blocks, x, count):
    return from_streams(blocks, x, count, choose=lambda scores, count: list(range(len(scores)))[: len(scores) - count])


@wrong(
    en="A sample of zeros gives 0 / 0, and NaN spreads over the mean: count its cosine as 0.",
    zh="全零样本得到 0 / 0，NaN 传染了平均值：它的余弦应记为 0。",
)
def divides_by_zero(blocks, x, count):
    def score(x, y, _):
        return 1 - np.mean(np.sum(x * y, axis=1) / (np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)))

    return in_turn(blocks, x, count, score=score)


@same_mistake(divides_by_zero)
def unit_vectors_of_zeros(blocks, x, count):
    def score(x, y, _):
        x, y = (a / np.sqrt(np.square(a).sum(axis=1, keepdims=True)) for a in (x, y))
        return 1 - np.einsum("nd,nd->n", x, y).mean()

    return from_streams(blocks, x, count, score=score)


@wrong(
    en="Samples of zeros are left out of the mean: they count with cosine 0.",
    zh="平均时略去了全零样本：它们的余弦应记为 0 并计入。",
)
def leaves_zeros_out(blocks, x, count):
    def score(x, y, _):
        found = (np.abs(x).sum(axis=1) > 0) & (np.abs(y).sum(axis=1) > 0)
        return 1 - cosines(x[found], y[found]).mean()

    return in_turn(blocks, x, count, score=score)


@same_mistake(leaves_zeros_out)
def nanmean_of_cosines(blocks, x, count):
    def score(x, y, _):
        return 1 - np.nanmean((x * y).sum(axis=1) / np.sqrt(np.square(x).sum(axis=1) * np.square(y).sum(axis=1)))

    return from_streams(blocks, x, count, score=score)


@wrong(
    en="count is not checked: below 0 or above the number of blocks must raise ValueError.",
    zh="没有检查 count：小于 0 或大于块数时应抛出 ValueError。",
)
def accepts_any_count(blocks, x, count):
    return in_turn(blocks, x, count, check=lambda *_: None)


@same_mistake(accepts_any_count)
def never_looks_at_count(blocks, x, count):
    return from_streams(blocks, x, count, check=lambda *_: None)
