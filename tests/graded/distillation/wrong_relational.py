"""Wrong answers to distillation/relational, each with the misconception behind it."""

import itertools

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(h_s, h_t):
    if h_s.ndim != 2 or h_t.ndim != 2 or len(h_s) != len(h_t) or len(h_s) < 2:
        raise ValueError("samples")
    for h in (h_s, h_t):
        if np.all(h == h[0]):
            raise ValueError("equal")


def distances(h):
    return np.linalg.norm(h[:, None] - h[None], axis=2)


def relative(d):
    return d / d[d > 0].mean()


def huber(u):
    u = np.abs(u)
    return np.where(u <= 1, u**2 / 2, u - 0.5)


def mean_of_pairs(losses):
    return losses.sum() / (len(losses) * (len(losses) - 1))


def psi(h):
    return relative(distances(h))


def pairs(h, function=lambda d: d):
    """The distances of each pair once, as a vector."""
    return np.array([function(np.linalg.norm(h[i] - h[j])) for i, j in itertools.combinations(range(len(h)), 2)])


@wrong(
    en="The distances are not normalized: divide by their mean, or another scale counts as another relation.",
    zh="距离没有归一化：应除以平均距离，否则尺度不同会被当成关系不同。",
)
def distances_are_not_normalized(h_s, h_t):
    refuse_bad(h_s, h_t)
    return mean_of_pairs(huber(distances(h_s) - distances(h_t)))


@same_mistake(distances_are_not_normalized)
def compares_raw_distances(h_s, h_t):
    refuse_bad(h_s, h_t)
    return np.mean(huber(pairs(h_s) - pairs(h_t)))


@wrong(
    en="Both are divided by the teacher's mean distance: each network has a mean of its own.",
    zh="两者都除以了教师的平均距离：每个网络应除以自己的平均距离。",
)
def one_mean_for_both(h_s, h_t):
    refuse_bad(h_s, h_t)
    d_t = distances(h_t)
    return mean_of_pairs(huber((distances(h_s) - d_t) / d_t[d_t > 0].mean()))


@same_mistake(one_mean_for_both)
def scale_of_the_teacher(h_s, h_t):
    refuse_bad(h_s, h_t)
    t = pairs(h_t)
    mu = t[t > 0].mean()
    return np.mean(huber(pairs(h_s) / mu - t / mu))


@wrong(
    en="The mean runs over the whole n x n table: the zeros of i = j are not distances.",
    zh="平均距离对整个 n x n 的表取：i = j 的零不是距离。",
)
def diagonal_counts_in_the_mean_distance(h_s, h_t):
    refuse_bad(h_s, h_t)
    d_s, d_t = distances(h_s), distances(h_t)
    return mean_of_pairs(huber(d_s / d_s.mean() - d_t / d_t.mean()))


@same_mistake(diagonal_counts_in_the_mean_distance)
def mean_of_the_whole_table(h_s, h_t):
    refuse_bad(h_s, h_t)
    n, (s, t) = len(h_s), (pairs(h) for h in (h_s, h_t))
    return np.mean(huber(s * n**2 / (2 * s.sum()) - t * n**2 / (2 * t.sum())))


@wrong(
    en="Pairs that coincide count in the mean distance: here it is over the distances that are not 0.",
    zh="重合样本的零距离也计入了平均：本题只对非零的距离取平均。",
)
def coinciding_pairs_count(h_s, h_t):
    refuse_bad(h_s, h_t)
    s, t = pairs(h_s), pairs(h_t)
    return np.mean(huber(s / s.mean() - t / t.mean()))


@same_mistake(coinciding_pairs_count)
def mean_over_all_off_diagonal(h_s, h_t):
    refuse_bad(h_s, h_t)
    n = len(h_s)
    table = [d * (n * (n - 1)) / d.sum() for d in (distances(h_s), distances(h_t))]
    return mean_of_pairs(huber(table[0] - table[1]))


@wrong(
    en="The loss is divided by n^2: i = j is not a pair; divide by n (n - 1).",
    zh="损失除以了 n^2：i = j 不是样本对，应除以 n (n - 1)。",
)
def diagonal_counts_in_the_loss(h_s, h_t):
    refuse_bad(h_s, h_t)
    return huber(psi(h_s) - psi(h_t)).mean()


@same_mistake(diagonal_counts_in_the_loss)
def smooth_l1_of_the_table(h_s, h_t):
    refuse_bad(h_s, h_t)
    return 2 * huber(relative(pairs(h_s)) - relative(pairs(h_t))).sum() / len(h_s) ** 2


@wrong(
    en="The losses are added up: the mean over pairs does not grow with the batch.",
    zh="对样本对求了和：取平均才不会随批次增大。",
)
def sum_over_pairs(h_s, h_t):
    refuse_bad(h_s, h_t)
    return huber(psi(h_s) - psi(h_t)).sum()


@same_mistake(sum_over_pairs)
def adds_each_pair_twice(h_s, h_t):
    refuse_bad(h_s, h_t)
    return 2.0 * np.sum(huber(relative(pairs(h_s)) - relative(pairs(h_t))))


@wrong(
    en="Each pair is added once but divided by n (n - 1): that is half of the mean.",
    zh="每对只加了一次，却除以 n (n - 1)：只有平均值的一半。",
)
def half_of_the_pairs(h_s, h_t):
    refuse_bad(h_s, h_t)
    return mean_of_pairs(np.triu(huber(psi(h_s) - psi(h_t))))


@same_mistake(half_of_the_pairs)
def upper_triangle_over_all(h_s, h_t):
    refuse_bad(h_s, h_t)
    n = len(h_s)
    return np.sum(huber(relative(pairs(h_s)) - relative(pairs(h_t)))) / (n * (n - 1))


@wrong(
    en="The distances are squared: the relation is the Euclidean distance; take the root.",
    zh="用的是距离的平方：关系是欧氏距离，应开方。",
)
def squared_distances(h_s, h_t):
    refuse_bad(h_s, h_t)
    return mean_of_pairs(huber(relative(distances(h_s) ** 2) - relative(distances(h_t) ** 2)))


@same_mistake(squared_distances)
def forgets_the_root(h_s, h_t):
    refuse_bad(h_s, h_t)
    s, t = (relative(pairs(h, lambda d: d * d)) for h in (h_s, h_t))
    return np.mean(huber(s - t))


@wrong(
    en="Squared error instead of Huber: above 1 the loss is |u| - 1/2, or one outlier decides.",
    zh="用了平方误差而不是 Huber：|u| 大于 1 时应为 |u| - 1/2，否则一个离群样本说了算。",
)
def squared_error(h_s, h_t):
    refuse_bad(h_s, h_t)
    return mean_of_pairs((psi(h_s) - psi(h_t)) ** 2 / 2)


@same_mistake(squared_error)
def half_the_square_everywhere(h_s, h_t):
    refuse_bad(h_s, h_t)
    return 0.5 * np.mean(np.square(relative(pairs(h_s)) - relative(pairs(h_t))))


@wrong(
    en="Absolute error instead of Huber: up to 1 the loss is u^2 / 2.",
    zh="用了绝对误差而不是 Huber：|u| 不超过 1 时应为 u^2 / 2。",
)
def absolute_error(h_s, h_t):
    refuse_bad(h_s, h_t)
    return mean_of_pairs(np.abs(psi(h_s) - psi(h_t)))


@same_mistake(absolute_error)
def l1_of_the_pairs(h_s, h_t):
    refuse_bad(h_s, h_t)
    return np.abs(relative(pairs(h_s)) - relative(pairs(h_t))).mean()


@wrong(
    en="Huber without the - 1/2: the two branches do not meet at 1.",
    zh="Huber 漏了 - 1/2：两段在 1 处接不上。",
)
def huber_with_a_jump(h_s, h_t):
    refuse_bad(h_s, h_t)
    u = np.abs(psi(h_s) - psi(h_t))
    return mean_of_pairs(np.where(u <= 1, u**2 / 2, u))


@same_mistake(huber_with_a_jump)
def linear_branch_begins_too_high(h_s, h_t):
    refuse_bad(h_s, h_t)
    gaps = np.abs(relative(pairs(h_s)) - relative(pairs(h_t)))
    return np.mean([u * u / 2 if u < 1 else u for u in gaps])


@wrong(
    en="The loss is twice too large: Huber is u^2 / 2 up to 1, and a table holds each pair twice, n (n - 1) in all.",
    zh="损失大了一倍：|u| 不超过 1 时 Huber 为 u^2 / 2；表中每对样本出现两次，共 n (n - 1) 个。",
)
def huber_without_the_half(h_s, h_t):
    refuse_bad(h_s, h_t)
    u = np.abs(psi(h_s) - psi(h_t))
    return mean_of_pairs(np.where(u <= 1, u**2, 2 * u - 1))


@same_mistake(huber_without_the_half)
def twice_the_loss(h_s, h_t):
    refuse_bad(h_s, h_t)
    return 2 * np.mean(huber(relative(pairs(h_s)) - relative(pairs(h_t))))


@wrong(
    en="Cosine similarities of the outputs: they depend on where zero lies, distances between samples do not.",
    zh="用了输出的余弦相似度：它依赖原点的位置，而样本间的距离不依赖。",
)
def cosine_similarities(h_s, h_t):
    refuse_bad(h_s, h_t)
    s, t = (h / np.linalg.norm(h, axis=1, keepdims=True) for h in (h_s, h_t))
    losses = huber(s @ s.T - t @ t.T)
    np.fill_diagonal(losses, 0)
    return mean_of_pairs(losses)


@same_mistake(cosine_similarities)
def angles_from_the_origin(h_s, h_t):
    refuse_bad(h_s, h_t)
    cosines = []
    for h in (h_s, h_t):
        every = itertools.combinations(h, 2)
        cosines.append([a @ b / np.sqrt((a @ a) * (b @ b)) for a, b in every])
    return np.mean(huber(np.subtract(*cosines)))


@wrong(
    en="Manhattan distances: the relation is Euclidean, the root of the sum of squares.",
    zh="用了曼哈顿距离：关系是欧氏距离，即平方和的平方根。",
)
def manhattan_distances(h_s, h_t):
    refuse_bad(h_s, h_t)
    s, t = (np.abs(h[:, None] - h[None]).sum(axis=2) for h in (h_s, h_t))
    return mean_of_pairs(huber(relative(s) - relative(t)))


@same_mistake(manhattan_distances)
def sum_of_magnitudes(h_s, h_t):
    refuse_bad(h_s, h_t)
    table = [np.array([[np.abs(a - b).sum() for a, b in itertools.combinations(h, 2)]]) for h in (h_s, h_t)]
    return np.mean(huber(relative(table[0]) - relative(table[1])))


@wrong(
    en="A batch without relations gives 0 or NaN: one sample, or all equal ones, must raise ValueError.",
    zh="没有关系可言的批次得到了 0 或 NaN：单个样本或样本全部相同时应抛出 ValueError。",
)
def accepts_a_batch_without_relations(h_s, h_t):
    if h_s.ndim != 2 or h_t.ndim != 2 or len(h_s) != len(h_t):
        raise ValueError("samples")
    n = len(h_s)
    s, t = distances(h_s), distances(h_t)
    if n < 2 or not s.any() or not t.any():
        return 0.0
    return mean_of_pairs(huber(relative(s) - relative(t)))


@same_mistake(accepts_a_batch_without_relations)
def nothing_to_compare_is_no_loss(h_s, h_t):
    if h_s.ndim != 2 or h_t.ndim != 2 or h_s.shape[0] != h_t.shape[0]:
        raise ValueError("samples")
    if len(h_s) <= 1 or pairs(h_s).max() == 0 or pairs(h_t).max() == 0:
        return 0.0
    return np.mean(huber(relative(pairs(h_s)) - relative(pairs(h_t))))


@wrong(
    en="The samples are converted to float32 before they are subtracted: far from the origin the differences are lost.",
    zh="相减之前先转成了 float32：离原点很远时差就丢失了。应先相减。",
)
def float32_before_the_differences(h_s, h_t):
    refuse_bad(h_s, h_t)
    h_s, h_t = h_s.astype(np.float32).astype(float), h_t.astype(np.float32).astype(float)
    with np.errstate(all="ignore"):
        return float(mean_of_pairs(huber(psi(h_s) - psi(h_t))))


@same_mistake(float32_before_the_differences)
def pairs_of_float32_samples(h_s, h_t):
    refuse_bad(h_s, h_t)
    one, other = (pairs(np.float32(h).astype(float)) for h in (h_s, h_t))
    with np.errstate(all="ignore"):
        return np.mean(huber(one / one[one > 0].mean() - other / other[other > 0].mean()))


@wrong(
    en="A common epsilon is added to the mean distance: where distances are small everything is divided by too much.",
    zh="平均距离上加了常见的 epsilon：距离很小时除数就太大了。",
)
def epsilon_in_the_mean(h_s, h_t):
    refuse_bad(h_s, h_t)

    def psi_with_epsilon(h):
        d = distances(h)
        return d / (d[d > 0].mean() + 1e-8)

    return mean_of_pairs(huber(psi_with_epsilon(h_s) - psi_with_epsilon(h_t)))


@same_mistake(epsilon_in_the_mean)
def epsilon_pair_by_pair(h_s, h_t):
    refuse_bad(h_s, h_t)
    one, other = pairs(h_s), pairs(h_t)
    return np.mean(huber(one / (one[one > 0].mean() + 1e-8) - other / (other[other > 0].mean() + 1e-8)))


@same_mistake(huber_without_the_half)
def half_as_many_pairs(h_s, h_t):
    refuse_bad(h_s, h_t)
    n = len(h_s)
    return huber(psi(h_s) - psi(h_t)).sum() / (n * (n - 1) / 2)


@wrong(
    en="All numbers are compared with the first: samples may be equal and their features not. Compare whole samples.",
    zh="把所有数与第一个数相比：样本相同时各特征可以不同。应比较整个样本。",
)
def equal_numbers_for_equal_samples(h_s, h_t):
    return without_equal_samples(h_s, h_t, lambda h: np.all(h == h.flat[0]))


@same_mistake(equal_numbers_for_equal_samples)
def largest_is_smallest(h_s, h_t):
    return without_equal_samples(h_s, h_t, lambda h: h.max() == h.min())


def without_equal_samples(h_s, h_t, equal):
    if h_s.ndim != 2 or h_t.ndim != 2 or len(h_s) != len(h_t) or len(h_s) < 2 or h_s.size * h_t.size == 0:
        raise ValueError("samples")
    if equal(h_s) or equal(h_t):
        raise ValueError("equal")
    with np.errstate(all="ignore"):
        s, t = distances(h_s), distances(h_t)
        mu_s, mu_t = (d.sum() / np.float64(np.count_nonzero(d)) for d in (s, t))
        return mean_of_pairs(huber(s / mu_s - t / mu_t))


@wrong(
    en="A feature that never changes is refused: only samples that are equal in all features have no relations.",
    zh="拒绝了某个特征不变的批次：只有所有特征都相同的样本才没有关系可言。",
)
def refuses_a_dead_feature(h_s, h_t):
    refuse_bad(h_s, h_t)
    if any((h.max(axis=0) == h.min(axis=0)).any() for h in (h_s, h_t)):
        raise ValueError("dead")
    return mean_of_pairs(huber(psi(h_s) - psi(h_t)))


@same_mistake(refuses_a_dead_feature)
def asks_every_feature_to_vary(h_s, h_t):
    refuse_bad(h_s, h_t)
    for column in [*h_s.T, *h_t.T]:
        if len(set(column.tolist())) == 1:
            raise ValueError("dead")
    return np.mean(huber(relative(pairs(h_s)) - relative(pairs(h_t))))


@wrong(
    en="A small number under the root: distances of 0 become 1e-6 and count in the mean distance.",
    zh="根号下加了一个很小的数：零距离变成 1e-6，也计入了平均距离。",
)
def epsilon_under_the_root(h_s, h_t):
    refuse_bad(h_s, h_t)
    s, t = (np.sqrt(distances(h) ** 2 + 1e-12) for h in (h_s, h_t))
    return mean_of_pairs(huber(relative(s) - relative(t)))


@same_mistake(epsilon_under_the_root)
def table_of_roots_with_epsilon(h_s, h_t):
    refuse_bad(h_s, h_t)
    table = [[[np.sqrt(np.sum((a - b) ** 2) + 1e-12) for b in h] for a in h] for h in (h_s, h_t)]
    s, t = (np.array(rows) / np.mean(rows) for rows in table)
    return np.sum(huber(s - t)) / (len(s) * (len(s) - 1))
