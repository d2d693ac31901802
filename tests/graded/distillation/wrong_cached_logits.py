"""Wrong answers to distillation/cached_logits, each with the misconception behind it."""

import math
from types import SimpleNamespace

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(z_s, z_t, k, T):
    if z_s.ndim != 2 or z_t.shape != z_s.shape or not 1 <= k <= z_s.shape[1]:
        raise ValueError("shapes or k")
    if not math.isfinite(T) or T <= 0:
        raise ValueError("temperature")


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_sum(log_p, where):
    return np.logaddexp.reduce(np.where(where, log_p, -np.inf), axis=1, keepdims=True)


def parts(z_s, z_t, k, T, *, T_s=None, order=None):
    """What every answer needs: kept (n, C), log_s, log_t, p_s, p_t, log_r_s, log_r_t, r_t, and the right target t."""
    refuse_bad(z_s, z_t, k, T)
    order = np.argsort(-z_t, axis=1, kind="stable") if order is None else order
    kept = np.zeros(z_s.shape, bool)
    np.put_along_axis(kept, order[:, :k], True, axis=1)
    log_s, log_t = log_softmax(z_s / (T_s or T)), log_softmax(z_t / T)
    p_s, p_t = np.exp(log_s), np.exp(log_t)
    log_r_s, log_r_t = log_sum(log_s, ~kept), log_sum(log_t, ~kept)
    r_t = np.exp(log_r_t)
    t = np.where(kept, p_t, r_t * np.exp(np.where(kept, -np.inf, log_s - log_r_s)))
    return SimpleNamespace(
        **{name: value for name, value in locals().items() if name not in ("z_s", "z_t")}, n=len(z_s)
    )


def kl(a):
    """The right sum over everything, without its factor."""
    some = a.r_t > 0
    rest = np.sum(a.r_t[some] * (a.log_r_t[some] - a.log_r_s[some]))
    return np.sum(np.where(a.kept, a.p_t * (a.log_t - a.log_s), 0)) + rest


def by_samples(z_s, z_t, k, T, one_sample):
    """The mean over samples of `one_sample(s, t, groups) -> (KL, dKL/ds)`, times T^2 and T."""
    refuse_bad(z_s, z_t, k, T)
    return unchecked(z_s, z_t, k, T, one_sample)


def unchecked(z_s, z_t, k, T, one_sample):
    total, rows = 0.0, []
    for s, t in zip(z_s.astype(np.float64) / T, z_t.astype(np.float64) / T, strict=True):
        order = sorted(range(len(t)), key=lambda c: -t[c])
        loss, gradient = one_sample(logs(s), logs(t), order[:k], order[k:])
        total += loss
        rows.append(gradient)
    return float(T**2 * total / len(rows)), T * np.array(rows) / len(rows)


def logs(z):
    return z - np.logaddexp.reduce(z)


def right_one(s, t, top, rest):
    """KL over groups of classes and its gradient, of one sample's log-probabilities."""
    loss, gradient = 0.0, np.zeros(len(s))
    for group in [*([c] for c in top), rest]:
        if group:
            log_s, log_t = np.logaddexp.reduce(s[group]), np.logaddexp.reduce(t[group])
            loss += np.exp(log_t) * (log_t - log_s)
            gradient[group] = np.exp(s[group]) - np.exp(log_t) * np.exp(s[group] - log_s)
    return float(loss), gradient


@wrong(
    en="The remainder is dropped: the targets do not sum to 1, and the student learns to give the other classes "
    "nothing.",
    zh="丢掉了剩余部分：目标之和不是 1，学生学到的是不给其他类任何概率。",
)
def drops_the_remainder(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    p_t = np.where(a.kept, a.p_t, 0)
    d = a.p_s * p_t.sum(axis=1, keepdims=True) - p_t
    return T**2 * np.sum(p_t * (a.log_t - a.log_s)) / a.n, T * d / a.n


@same_mistake(drops_the_remainder)
def sums_over_the_kept(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        kept = sum(np.exp(t[c]) for c in top)
        loss = sum(np.exp(t[c]) * (t[c] - s[c]) for c in top)
        return loss, kept * np.exp(s) - np.isin(np.arange(len(s)), top) * np.exp(t)

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The kept probabilities are divided by their sum: the other classes have the target 0, and the student "
    "becomes surer than its teacher.",
    zh="把保留的概率除以它们的和：其他类的目标成了 0，学生会比教师更自信。",
)
def renormalizes_the_teacher(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    log_t = a.log_t - log_sum(a.log_t, a.kept)
    p_t = np.where(a.kept, np.exp(log_t), 0)
    return T**2 * np.sum(p_t * (log_t - a.log_s)) / a.n, T * (a.p_s - p_t) / a.n


@same_mistake(renormalizes_the_teacher)
def softmax_of_the_kept(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        p, log_p = np.zeros(len(s)), logs(t[top])
        p[top] = np.exp(log_p)
        return p[top] @ (log_p - s[top]), np.exp(s) - p

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="Both networks are renormalized over the kept classes: nothing says how much belongs to the others.",
    zh="两个网络都在保留的类上重新归一化：其余各类应占多少，就没有人管了。",
)
def renormalizes_both(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    log_s, log_t = a.log_s - log_sum(a.log_s, a.kept), a.log_t - log_sum(a.log_t, a.kept)
    p_s, p_t = (np.where(a.kept, np.exp(log_p), 0) for log_p in (log_s, log_t))
    return T**2 * np.sum(p_t * (log_t - log_s)) / a.n, T * (p_s - p_t) / a.n


@same_mistake(renormalizes_both)
def softmax_over_the_top(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        d, log_s, log_t = np.zeros(len(s)), logs(s[top]), logs(t[top])
        d[top] = np.exp(log_s) - np.exp(log_t)
        return np.exp(log_t) @ (log_t - log_s), d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The remainder is spread evenly over the other classes: a claim that the teacher did not make.",
    zh="把剩余部分平均分给了其他类：教师并没有这样说过。",
)
def spreads_the_remainder(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    log_t = np.where(a.kept, a.log_t, a.log_r_t - np.log(max(z_s.shape[1] - k, 1)))
    p_t = np.exp(log_t)
    return T**2 * np.sum(np.where(p_t > 0, p_t * (log_t - a.log_s), 0)) / a.n, T * (a.p_s - p_t) / a.n


@same_mistake(spreads_the_remainder)
def equal_shares(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        log_t = t.copy()
        if rest:
            log_t[rest] = np.logaddexp.reduce(t[rest]) - np.log(len(rest))
        return np.exp(log_t) @ (log_t - s), np.exp(s) - np.exp(log_t)

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The T^2 is missing: the soft gradient shrinks as 1/T^2.",
    zh="缺少 T^2：软损失的梯度按 1/T^2 缩小。",
)
def without_t_squared(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return kl(a) / a.n, (a.p_s - a.t) / T / a.n


@same_mistake(without_t_squared)
def plain_kl(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        return tuple(part / temperature**2 for part in right_one(s, t, top, rest))

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The gradient has T^2: z_s was divided by T, so by the chain rule one T cancels.",
    zh="梯度乘了 T^2：z_s 除以过 T，按链式法则要约去一个 T。",
)
def gradient_with_t_squared(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / a.n, T**2 * (a.p_s - a.t) / a.n


@same_mistake(gradient_with_t_squared)
def forgets_the_chain_rule(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        return loss, temperature * d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The gradient is without T: T^2 from the loss and 1/T from the chain rule leave one T.",
    zh="梯度里没有 T：损失的 T^2 与链式法则的 1/T 相乘，应留下一个 T。",
)
def gradient_without_t(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / a.n, (a.p_s - a.t) / a.n


@same_mistake(gradient_without_t)
def raw_difference(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        return loss, d / temperature

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The student answers at T = 1: compare both networks at the same T.",
    zh="学生是在 T = 1 下回答的：两个网络应在同一个 T 下比较。",
)
def temperature_for_the_teacher_alone(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature, T_s=1), temperature
    return T**2 * kl(a) / a.n, T**2 * (a.p_s - a.t) / a.n


@same_mistake(temperature_for_the_teacher_alone)
def student_not_softened(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(logs(s * temperature), t, top, rest)
        return loss, temperature * d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The k smallest are kept: argsort is ascending.",
    zh="保留的是最小的 k 个：argsort 是升序的。",
)
def keeps_the_smallest(z_s, z_t, k, temperature):
    order = np.argsort(z_t, axis=-1, kind="stable")
    a, T = parts(z_s, z_t, k, temperature, order=order), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - a.t) / a.n


@same_mistake(keeps_the_smallest)
def ascending(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        order = sorted(range(len(t)), key=lambda c: t[c])
        return right_one(s, t, order[: len(top)], order[len(top) :])

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The student's largest are kept: the cache is made before there is a student, from the teacher.",
    zh="保留的是学生最大的类：缓存由教师产生，那时还没有学生。",
)
def keeps_the_students_top(z_s, z_t, k, temperature):
    order = np.argsort(-z_s, axis=-1, kind="stable")
    a, T = parts(z_s, z_t, k, temperature, order=order), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - a.t) / a.n


@same_mistake(keeps_the_students_top)
def sorted_by_the_student(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        order = sorted(range(len(s)), key=lambda c: -s[c])
        return right_one(s, t, order[: len(top)], order[len(top) :])

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="Among equal logits the higher class is kept: reversing an ascending sort reverses ties too.",
    zh="相等的 logits 中保留了编号大的类：把升序排列倒过来，平局的次序也倒了。",
)
def higher_class_of_equals(z_s, z_t, k, temperature):
    order = np.argsort(z_t, axis=-1, kind="stable")[..., ::-1]
    a, T = parts(z_s, z_t, k, temperature, order=order), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - a.t) / a.n


@same_mistake(higher_class_of_equals)
def reversed_sort(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        order = sorted(range(len(t)), key=lambda c: t[c])[::-1]
        return right_one(s, t, order[: len(top)], order[len(top) :])

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The sum over classes is a mean over all elements: this is C times too small.",
    zh="对类别本应求和，却对所有元素取了平均：小了 C 倍。",
)
def mean_over_elements(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / z_s.size, T * (a.p_s - a.t) / z_s.size


@same_mistake(mean_over_elements)
def default_reduction(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        return tuple(part / len(s) for part in right_one(s, t, top, rest))

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="Summed over the batch, not averaged: the loss grows with the batch size.",
    zh="对批次求和而没有取平均：损失随批次大小增长。",
)
def sum_over_the_batch(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a), T * (a.p_s - a.t)


@same_mistake(sum_over_the_batch)
def forgets_the_mean(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        return tuple(len(z_s) * part for part in right_one(s, t, top, rest))

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The other classes get no gradient: r_s depends on their logits, and the softmax on all.",
    zh="其他类没有梯度：r_s 依赖于它们的 logits，softmax 依赖于全部 logits。",
)
def no_gradient_for_the_rest(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / a.n, T * np.where(a.kept, a.p_s - a.p_t, 0) / a.n


@same_mistake(no_gradient_for_the_rest)
def only_the_kept_move(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        d[rest] = 0
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The gradient of the other classes is p_s, as if their target were 0: the share of the remainder is missing.",
    zh="其他类的梯度写成了 p_s，好像目标是 0：缺了剩余部分的份额。",
)
def rest_pushed_to_zero(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - np.where(a.kept, a.p_t, 0)) / a.n


@same_mistake(rest_pushed_to_zero)
def target_of_the_rest_is_zero(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        d[rest] = np.exp(s[rest])
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="Each of the other classes gets the whole remainder as its target.",
    zh="其他类中的每一类都以整个剩余部分为目标。",
)
def remainder_in_every_class(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - np.where(a.kept, a.p_t, a.r_t)) / a.n


@same_mistake(remainder_in_every_class)
def whole_remainder_each(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        d[rest] = np.exp(s[rest]) - sum(np.exp(t[c]) for c in rest)
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The gradient is p_s - p_t for every class: the cache does not hold the teacher's other probabilities.",
    zh="对每一类都用了 p_s - p_t：缓存里并没有教师对其他类的概率。",
)
def gradient_of_the_whole_loss(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - a.p_t) / a.n


@same_mistake(gradient_of_the_whole_loss)
def difference_everywhere(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        return right_one(s, t, top, rest)[0], np.exp(s) - np.exp(t)

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="All classes are compared, as if nothing had been left out of the cache.",
    zh="比较了所有类别，好像缓存里什么都没有丢。",
)
def whole_loss(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * np.sum(a.p_t * (a.log_t - a.log_s)) / a.n, T * (a.p_s - a.p_t) / a.n


@same_mistake(whole_loss)
def ignores_k(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        return np.exp(t) @ (t - s), np.exp(s) - np.exp(t)

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="Cross-entropy instead of KL: the teacher's part is missing, and a perfect student's loss is not 0.",
    zh="用了交叉熵而不是 KL：缺少教师自己的那部分，完美的学生损失不为 0。",
)
def cross_entropy(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    some = a.r_t > 0
    value = -np.sum(np.where(a.kept, a.p_t * a.log_s, 0)) - np.sum(a.r_t[some] * a.log_r_s[some])
    return T**2 * value / a.n, T * (a.p_s - a.t) / a.n


@same_mistake(cross_entropy)
def without_the_entropy(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        groups = [*([c] for c in top), *([rest] if rest else [])]
        log_t = np.array([np.logaddexp.reduce(t[group]) for group in groups])
        loss, d = right_one(s, t, top, rest)
        return loss - np.exp(log_t) @ log_t, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The two arguments of KL are swapped: KL(p_s || p_t) settles on one peak of the teacher.",
    zh="KL 的两个参数对调了：KL(p_s || p_t) 会让学生固守教师的一个峰。",
)
def swapped(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    gap = np.where(a.kept, a.log_s - a.log_t, 0)
    if k < z_s.shape[1]:
        gap = np.where(a.kept, gap, a.log_r_s - a.log_r_t)
    reverse = np.sum(a.p_s * gap, axis=1, keepdims=True)
    return T**2 * np.sum(reverse) / a.n, T * a.p_s * (gap - reverse) / a.n


@same_mistake(swapped)
def reverse_kl(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        gap = np.zeros(len(s))
        for group in [*([c] for c in top), *([rest] if rest else [])]:
            gap[group] = np.logaddexp.reduce(s[group]) - np.logaddexp.reduce(t[group])
        return np.exp(s) @ gap, np.exp(s) * (gap - np.exp(s) @ gap)

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The remainder is computed as 1 - sum: for a confident network that rounds to 0, and its log is minus infinity.",
    zh="剩余部分用 1 减去和来计算：网络很自信时它舍入为 0，取对数得负无穷。",
)
def one_minus_the_sum(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    if k == z_s.shape[1]:
        return T**2 * kl(a) / a.n, T * (a.p_s - a.p_t) / a.n
    with np.errstate(all="ignore"):
        r_s, r_t = (1 - np.sum(np.where(a.kept, p, 0), axis=1, keepdims=True) for p in (a.p_s, a.p_t))
        rest = np.sum(np.where(r_t > 0, r_t * np.log(r_t / r_s), 0))
        value = np.sum(np.where(a.kept, a.p_t * (a.log_t - a.log_s), 0)) + rest
        return T**2 * value / a.n, T * np.where(a.kept, a.p_s - a.p_t, a.p_s * (1 - r_t / r_s)) / a.n


@same_mistake(one_minus_the_sum)
def rounds_to_zero(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        with np.errstate(all="ignore"):
            if rest:
                r_s, r_t = (1 - math.fsum(np.exp(log_p[top])) for log_p in (s, t))
                log_s, log_t = np.logaddexp.reduce(s[rest]), np.logaddexp.reduce(t[rest])
                loss -= np.exp(log_t) * (log_t - log_s)
                loss += 0 if r_t <= 0 else r_t * np.log(np.float64(r_t) / r_s)
                d[rest] = np.exp(s[rest]) * (1 - np.float64(r_t) / r_s)
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="Every class as large as the k-th is kept: where logits are equal, that is more than k.",
    zh="保留了不小于第 k 大的所有类：logits 相等时会多于 k 个。",
)
def keeps_all_that_tie(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        kept = [c for c in range(len(t)) if t[c] >= t[top[-1]]]
        return right_one(s, t, kept, [c for c in range(len(t)) if c not in kept])

    return by_samples(z_s, z_t, k, temperature, one)


@same_mistake(keeps_all_that_tie)
def threshold_at_the_kth(z_s, z_t, k, temperature):
    refuse_bad(z_s, z_t, k, temperature)
    T, rest = temperature, z_t < np.sort(z_t, axis=1)[:, [-k]]
    log_s, log_t = log_softmax(z_s / T), log_softmax(z_t / T)
    log_r_s, log_r_t = log_sum(log_s, rest), log_sum(log_t, rest)
    r_t, some = np.exp(log_r_t), log_r_t > -np.inf
    loss = np.sum(np.where(rest, 0, np.exp(log_t) * (log_t - log_s)))
    loss += np.sum(r_t[some] * (log_r_t[some] - log_r_s[some]))
    share = np.exp(np.where(rest, log_s - log_r_s, -np.inf))
    t = np.where(rest, r_t * share, np.exp(log_t))
    return T**2 * loss / len(z_s), T * (np.exp(log_s) - t) / len(z_s)


@wrong(
    en="The gradient shares the remainder evenly, though the loss compares its sum: the share is p_s / r_s, the "
    "student's own.",
    zh="损失比较的是剩余部分之和，梯度却把它平均分摊：份额应是学生自己的 p_s / r_s。",
)
def gradient_in_equal_shares(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    t = np.where(a.kept, a.p_t, a.r_t / max(z_s.shape[1] - k, 1))
    return T**2 * kl(a) / a.n, T * (a.p_s - t) / a.n


@same_mistake(gradient_in_equal_shares)
def even_targets_on_the_way_back(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        if rest:
            d[rest] = np.exp(s[rest]) - np.exp(t[rest]).sum() / len(rest)
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The target of the other classes is r_t p_s, not divided by r_s: it does not sum to r_t.",
    zh="其他类的目标写成了 r_t p_s，没有除以 r_s：它们之和不是 r_t。",
)
def share_not_divided(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - np.where(a.kept, a.p_t, a.r_t * a.p_s)) / a.n


@same_mistake(share_not_divided)
def remainder_times_the_student(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        d[rest] = np.exp(s[rest]) * (1 - sum(np.exp(t[c]) for c in rest))
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The teacher's probabilities are those at T = 1: both networks answer at T.",
    zh="教师的概率是在 T = 1 下的：两个网络都应在 T 下回答。",
)
def teacher_not_softened(z_s, z_t, k, temperature):
    refuse_bad(z_s, z_t, k, temperature)
    a, T = parts(z_s, z_t * temperature, k, temperature), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - a.t) / a.n


@same_mistake(teacher_not_softened)
def kept_at_temperature_one(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        return right_one(s, logs(t * temperature), top, rest)

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="1 - sum is kept above a small number: the log is finite then and wrong for a confident student; take a log sum "
    "exp.",
    zh="给 1 减去和设了一个很小的下限：对数有限了，学生很自信时却是错的；应使用 log sum exp。",
)
def one_minus_the_sum_kept_above_zero(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    r_s, r_t = (np.maximum(1 - np.sum(np.where(a.kept, p, 0), axis=1), 1e-12) for p in (a.p_s, a.p_t))
    value = np.sum(np.where(a.kept, a.p_t * (a.log_t - a.log_s), 0)) + np.sum(r_t * np.log(r_t / r_s))
    t = np.where(a.kept, a.p_t, (r_t / r_s)[:, None] * a.p_s)
    return T**2 * value / a.n, T * (a.p_s - t) / a.n


@same_mistake(one_minus_the_sum_kept_above_zero)
def small_number_in_the_remainder(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        r_s, r_t = (max(1 - float(np.exp(log_p[top]).sum()), 1e-12) for log_p in (s, t))
        d = np.exp(s) * (1 - r_t / r_s)
        d[top] = np.exp(s[top]) - np.exp(t[top])
        return float(np.exp(t[top]) @ (t[top] - s[top])) + r_t * math.log(r_t / r_s), d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The remainder is in the gradient but not in the loss: its term r_t (log r_t - log r_s) is missing.",
    zh="梯度里有剩余部分，损失里却没有：缺了 r_t (log r_t - log r_s) 这一项。",
)
def loss_without_the_remainder(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    loss = np.sum(np.where(a.kept, a.p_t * (a.log_t - a.log_s), 0))
    return T**2 * loss / a.n, T * (a.p_s - a.t) / a.n


@same_mistake(loss_without_the_remainder)
def compares_the_kept_alone(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        return sum(np.exp(t[c]) * (t[c] - s[c]) for c in top), right_one(s, t, top, rest)[1]

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="NaN or infinity slips through `temperature <= 0`: T must be finite too.",
    zh="NaN 或无穷大逃过了 `temperature <= 0`：T 还必须有限。",
)
def temperature_not_finite(z_s, z_t, k, temperature):
    if temperature <= 0:
        raise ValueError("temperature")
    refuse_bad(z_s, z_t, k, 1.0)
    return unchecked(z_s, z_t, k, temperature, right_one)


@same_mistake(temperature_not_finite)
def any_temperature_but_negative(z_s, z_t, k, temperature):
    refuse_bad(z_s, z_t, k, 1.0)
    if min(temperature, 1) <= 0:
        raise ValueError("temperature")
    a, T = parts(z_s / temperature, z_t / temperature, k, 1.0), temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - a.t) / a.n


@wrong(
    en="The gradient divides by r_s, which rounds to 0 for a confident student: take exp(log p_s - log r_s) for the "
    "share.",
    zh="梯度除以了 r_s，学生很自信时它舍入为 0：份额应取 exp(log p_s - log r_s)。",
)
def gradient_divides_by_the_remainder(z_s, z_t, k, temperature):
    a, T = parts(z_s, z_t, k, temperature), temperature
    with np.errstate(all="ignore"):
        factor = 1 - a.r_t / np.exp(a.log_r_s)
        return T**2 * kl(a) / a.n, T * np.where(a.kept, a.p_s - a.p_t, a.p_s * factor) / a.n


@same_mistake(gradient_divides_by_the_remainder)
def share_of_what_rounds_to_zero(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        with np.errstate(all="ignore"):
            d[rest] = np.exp(s[rest]) - np.exp(t[rest]).sum() * (np.exp(s[rest]) / np.exp(s[rest]).sum())
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)


@wrong(
    en="The classes are ranked by their probabilities: close logits tie once they are rounded. Rank the logits z_t.",
    zh="按概率给类别排名：相近的 logits 舍入后会相等。应按 logits z_t 排名。",
)
def ranks_by_probability(z_s, z_t, k, temperature):
    p_t = np.exp(log_softmax(z_t / temperature))
    a = parts(z_s, z_t, k, temperature, order=np.argsort(-p_t, axis=1, kind="stable"))
    T = temperature
    return T**2 * kl(a) / a.n, T * (a.p_s - a.t) / a.n


@same_mistake(ranks_by_probability)
def sorts_the_softmax(z_s, z_t, k, temperature):
    p = np.exp(log_softmax(z_t / temperature))
    order = np.array([sorted(range(p.shape[1]), key=lambda c, i=i: (-p[i, c], c)) for i in range(len(p))])
    a = parts(z_s, z_t, k, temperature, order=order)
    return temperature**2 * kl(a) / len(z_s), temperature / len(z_s) * (a.p_s - a.t)


@wrong(
    en="The teacher's logits are ranked in float32: close ones tie, and another class is kept. Rank them as they are.",
    zh="在 float32 中给教师的 logits 排名：相近的变得相等，保留了别的类。应按原值排名。",
)
def ranks_in_float32(z_s, z_t, k, temperature):
    a = parts(z_s, z_t, k, temperature, order=np.argsort(-z_t.astype(np.float32), axis=1, kind="stable"))
    return temperature**2 * kl(a) / a.n, temperature * (a.p_s - a.t) / a.n


@same_mistake(ranks_in_float32)
def sorts_float32_logits(z_s, z_t, k, temperature):
    narrow = np.float32(z_t)
    order = np.array([sorted(range(len(row)), key=lambda c, row=row: -row[c]) for row in narrow])
    a = parts(z_s, z_t, k, temperature, order=order)
    return temperature**2 * kl(a) / len(z_s), temperature / len(z_s) * (a.p_s - a.t)


@wrong(
    en="The classes are ranked by z_t less its largest or mean: close ones may tie then. Rank z_t as it is.",
    zh="排名前减去了最大值或均值：相近的可能变得相等。应直接按 z_t 排名。",
)
def ranks_what_was_shifted(z_s, z_t, k, temperature):
    a = parts(z_s, z_t, k, temperature, order=stable_order(z_t - z_t.max(axis=1, keepdims=True)))
    return temperature**2 * kl(a) / a.n, temperature * (a.p_s - a.t) / a.n


@same_mistake(ranks_what_was_shifted)
def sorts_rows_less_their_largest(z_s, z_t, k, temperature):
    refuse_bad(z_s, z_t, k, temperature)
    rows = [[float(value) - float(max(row)) for value in row] for row in z_t]
    order = np.array([sorted(range(len(row)), key=lambda c, row=row: -row[c]) for row in rows])
    a = parts(z_s, z_t, k, temperature, order=order)
    return temperature**2 * kl(a) / len(z_s), temperature / len(z_s) * (a.p_s - a.t)


@same_mistake(ranks_what_was_shifted)
def ranks_less_the_mean(z_s, z_t, k, temperature):
    a = parts(z_s, z_t, k, temperature, order=stable_order(z_t - z_t.mean(axis=1, keepdims=True)))
    return temperature**2 * kl(a) / a.n, temperature * (a.p_s - a.t) / a.n


def stable_order(z):
    return np.argsort(-z, axis=1, kind="stable")


@wrong(
    en="The kept classes are masked with -1e9, but a log probability of the others may be lower: take minus infinity.",
    zh="用 -1e9 遮住保留的类，而其余类的对数概率可能更小：应取负无穷。",
)
def masks_the_kept_with_a_billion(z_s, z_t, k, temperature):
    a = parts(z_s, z_t, k, temperature)
    if k == z_s.shape[1]:
        return temperature**2 * kl(a) / a.n, temperature * (a.p_s - a.t) / a.n
    a.log_r_s, a.log_r_t = (np.logaddexp.reduce(np.where(a.kept, -1e9, z), axis=1)[:, None] for z in (a.log_s, a.log_t))
    t = np.where(a.kept, a.p_t, a.r_t * np.exp(np.where(a.kept, -np.inf, a.log_s - a.log_r_s)))
    return temperature**2 * kl(a) / a.n, temperature * (a.p_s - t) / a.n


@same_mistake(masks_the_kept_with_a_billion)
def a_billion_below(z_s, z_t, k, temperature):
    def one(s, t, top, rest):
        loss, d = right_one(s, t, top, rest)
        if rest:
            low, right = np.logaddexp.reduce([*s[rest], *[-1e9] * len(top)]), np.logaddexp.reduce(s[rest])
            r_t = np.exp(np.logaddexp.reduce(t[rest]))
            loss += r_t * (right - low)
            d[rest] = np.exp(s[rest]) - r_t * np.exp(s[rest] - low)
        return loss, d

    return by_samples(z_s, z_t, k, temperature, one)
