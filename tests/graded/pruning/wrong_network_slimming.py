"""Wrong answers to pruning/network_slimming, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_lists(gammas, betas):
    if [g.shape for g in gammas] != [b.shape for b in betas]:
        raise ValueError("lists")


def refuse_bad(gammas, betas, strength, share):
    if not strength >= 0 or not 0 <= share < 1:
        raise ValueError("numbers")
    refuse_bad_lists(gammas, betas)


def l1(gammas, strength):
    return [(strength * np.sign(g)).astype(g.dtype) for g in gammas]


def split(mask, gammas):
    return [part.copy() for part in np.split(mask, np.cumsum([len(g) for g in gammas])[:-1])]


def largest(scores, count):
    """Places of the `count` largest, of equal ones the first."""
    return np.argsort(-np.asarray(scores), kind="stable")[: max(count, 0)]


def by_rank(gammas, count_gone, score=np.abs):
    """One ranking over all layers."""
    scores = score(np.concatenate(gammas).astype(float))
    mask = np.zeros(scores.size, bool)
    mask[largest(scores, scores.size - count_gone)] = True
    return split(mask, gammas)


def rescue(keep, gammas):
    for m, g in zip(keep, gammas, strict=True):
        m[np.argmax(np.abs(g))] = True
    return keep


def alive(keep, gammas):
    """A layer that would lose all keeps its strongest; where it keeps any, nothing is added."""
    return [m if m.any() else np.arange(len(g)) == np.argmax(np.abs(g)) for m, g in zip(keep, gammas, strict=True)]


def total(gammas):
    return sum(len(g) for g in gammas)


def right_keep(gammas, share):
    return rescue(by_rank(gammas, int(share * total(gammas))), gammas)


def in_a_loop(gammas, gone):
    """The mask for a list of (layer, index) that go; a layer that would lose all keeps its strongest."""
    keep = [np.array([(layer, j) not in gone for j in range(len(g))]) for layer, g in enumerate(gammas)]
    for m, g in zip(keep, gammas, strict=True):
        if not m.any():
            m[int(np.argmax(np.abs(g)))] = True
    return keep


def places(gammas, key=abs):
    """(layer, index), weakest first, of equal ones the last first."""
    everyone = [(layer, j) for layer, g in enumerate(gammas) for j in range(len(g))]
    return sorted(everyone[::-1], key=lambda place: key(float(gammas[place[0]][place[1]])))


def loop_keep(gammas, share):
    return in_a_loop(gammas, set(places(gammas)[: int(share * total(gammas))]))


def relu_of(betas, keep):
    return [np.where(m, 0, np.maximum(b, 0)).astype(b.dtype) for b, m in zip(betas, keep, strict=True)]


# --- the gradient -----------------------------------------------------------------------------------------------------


def with_gradient(gradient):
    """An answer that is right except for the gradient of each layer."""

    def answer(gammas, betas, strength, share):
        refuse_bad(gammas, betas, strength, share)
        keep = right_keep(gammas, share)
        return [gradient(g, strength).astype(g.dtype) for g in gammas], keep, relu_of(betas, keep)

    return answer


def loop_gradient(gammas, betas, strength, share, one):
    """The same with a function of a single gamma."""
    refuse_bad(gammas, betas, strength, share)
    keep = loop_keep(gammas, share)
    gradients = [np.array([one(float(v)) for v in g], g.dtype) for g in gammas]
    return gradients, keep, relu_of(betas, keep)


@wrong(
    en="lambda * gamma is weight decay: its pull fades with gamma, which never gets to 0. L1 has lambda * sign(gamma).",
    zh="lambda * gamma 是权重衰减（L2）：它随 gamma 变小而减弱，不会使其为 0。L1 的梯度是 lambda * sign(gamma)。",
)
def weight_decay(gammas, betas, strength, share):
    return with_gradient(lambda g, strength: strength * g)(gammas, betas, strength, share)


@same_mistake(weight_decay)
def pulls_in_proportion(gammas, betas, strength, share):
    return loop_gradient(gammas, betas, strength, share, lambda v: v * strength)


@wrong(
    en="2 * lambda * gamma belongs to the sum of gamma squared: the penalty is the sum of |gamma|.",
    zh="2 * lambda * gamma 是 gamma 平方和的梯度：这里的惩罚是 |gamma| 之和。",
)
def gradient_of_the_square(gammas, betas, strength, share):
    return with_gradient(lambda g, strength: 2 * strength * g)(gammas, betas, strength, share)


@same_mistake(gradient_of_the_square)
def derivative_of_a_square(gammas, betas, strength, share):
    return loop_gradient(gammas, betas, strength, share, lambda v: strength * (v + v))


@wrong(
    en="It returns the penalty itself, lambda * |gamma|: return its gradient.",
    zh="这是惩罚本身，即 lambda * |gamma|：要的是它的梯度。",
)
def the_penalty_itself(gammas, betas, strength, share):
    return with_gradient(lambda g, strength: strength * np.abs(g))(gammas, betas, strength, share)


@same_mistake(the_penalty_itself)
def lambda_times_magnitude(gammas, betas, strength, share):
    return loop_gradient(gammas, betas, strength, share, lambda v: strength * abs(v))


@wrong(
    en="The sign is missing: lambda alone pushes negative gammas away from 0.",
    zh="漏了符号：只加 lambda 会把负的 gamma 推离 0。",
)
def lambda_alone(gammas, betas, strength, share):
    return with_gradient(lambda g, strength: np.full_like(g, strength))(gammas, betas, strength, share)


@same_mistake(lambda_alone)
def the_same_for_every_scale(gammas, betas, strength, share):
    return loop_gradient(gammas, betas, strength, share, lambda v: strength)


@wrong(
    en="At gamma = 0 the gradient is lambda here: take the subgradient 0, or scales that reached 0 are pushed away "
    "again.",
    zh="gamma = 0 处的梯度成了 lambda：应取次梯度 0，否则已到 0 的又被推开。",
)
def sign_of_zero_is_one(gammas, betas, strength, share):
    return with_gradient(lambda g, strength: np.where(g >= 0, strength, -strength))(gammas, betas, strength, share)


@same_mistake(sign_of_zero_is_one)
def no_case_for_zero(gammas, betas, strength, share):
    return loop_gradient(gammas, betas, strength, share, lambda v: -strength if v < 0 else strength)


@wrong(
    en="The gradient points the wrong way: the optimizer subtracts it, so it is +lambda * sign(gamma).",
    zh="梯度的方向反了：优化器会减去它，所以是 +lambda * sign(gamma)。",
)
def the_step_instead_of_the_gradient(gammas, betas, strength, share):
    return with_gradient(lambda g, strength: -strength * np.sign(g))(gammas, betas, strength, share)


@same_mistake(the_step_instead_of_the_gradient)
def towards_zero(gammas, betas, strength, share):
    return loop_gradient(gammas, betas, strength, share, lambda v: 0 if v == 0 else -math.copysign(strength, v))


@wrong(
    en="It divides by the number of channels in the layer: the penalty is a sum, each |gamma| counts in full.",
    zh="除以了该层的通道数：惩罚是求和，每个 |gamma| 都足额计入。",
)
def mean_of_a_layer(gammas, betas, strength, share):
    return with_gradient(lambda g, strength: strength * np.sign(g) / g.size)(gammas, betas, strength, share)


@same_mistake(mean_of_a_layer)
def lambda_shared_by_the_layer(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = loop_keep(gammas, share)
    return [l1([g], strength / len(g))[0] for g in gammas], keep, relu_of(betas, keep)


# --- the ranking ------------------------------------------------------------------------------------------------------


def with_keep(gammas, betas, strength, share, keep):
    """What is right except for the masks, and the constants that follow from them."""
    return l1(gammas, strength), keep, relu_of(betas, keep)


@wrong(
    en="Each layer loses the same share: rank all layers together, so that the scales themselves find the widths.",
    zh="每层各剪同样的比例：应把所有层放在一起排名，让尺度自己决定各层的宽度。",
)
def the_same_share_in_each_layer(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = [right_keep([g], share)[0] for g in gammas]
    return with_keep(gammas, betas, strength, share, keep)


@same_mistake(the_same_share_in_each_layer)
def a_ranking_for_each_layer(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = []
    for g in gammas:
        mask = np.ones(len(g), bool)
        mask[[j for _, j in places([g])[: int(share * len(g))]]] = False
        keep.append(mask)
    return with_keep(gammas, betas, strength, share, keep)


@wrong(
    en="It compares gamma, not |gamma|: a large negative scale matters as much as a positive one.",
    zh="比较的是 gamma 而不是 |gamma|：绝对值大的负尺度同样重要。",
)
def compares_without_abs(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = rescue(by_rank(gammas, int(share * total(gammas)), score=lambda v: v), gammas)
    return with_keep(gammas, betas, strength, share, keep)


@same_mistake(compares_without_abs)
def sorts_signed_scales(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = in_a_loop(gammas, set(places(gammas, key=float)[: int(share * total(gammas))]))
    return with_keep(gammas, betas, strength, share, rescue(keep, gammas))


@wrong(
    en="The largest scales are removed: argsort is ascending, so what stays is at its end.",
    zh="移除了尺度最大的：argsort 是升序，应保留的在末尾。",
)
def removes_the_largest(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = rescue(by_rank(gammas, int(share * total(gammas)), score=lambda v: -np.abs(v)), gammas)
    return with_keep(gammas, betas, strength, share, keep)


@same_mistake(removes_the_largest)
def the_strongest_go(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = in_a_loop(gammas, set(places(gammas, key=lambda v: -abs(v))[: int(share * total(gammas))]))
    return with_keep(gammas, betas, strength, share, rescue(keep, gammas))


@wrong(
    en="The masks are inverted: True must mean that a channel stays.",
    zh="掩码取反了：True 应表示通道保留。",
)
def true_means_removed(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = right_keep(gammas, share)
    return l1(gammas, strength), [~m for m in keep], relu_of(betas, keep)


@same_mistake(true_means_removed)
def marks_what_goes(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = loop_keep(gammas, share)
    return l1(gammas, strength), [np.logical_not(m) for m in keep], relu_of(betas, keep)


@wrong(
    en="A layer may lose its last channel: then nothing reaches the layers after it. The strongest must stay.",
    zh="某一层可能失去全部通道：后面的层就什么也收不到了。应留下最强的一个。",
)
def a_layer_may_vanish(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    return with_keep(gammas, betas, strength, share, by_rank(gammas, int(share * total(gammas))))


@same_mistake(a_layer_may_vanish)
def nobody_is_rescued(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    gone = set(places(gammas)[: int(share * total(gammas))])
    keep = [np.array([(layer, j) not in gone for j in range(len(g))]) for layer, g in enumerate(gammas)]
    return with_keep(gammas, betas, strength, share, keep)


@wrong(
    en="The first channel of an emptied layer stays: it must be the one with the largest |gamma|.",
    zh="清空的层留下的是第一个通道：应留下 |gamma| 最大的那个。",
)
def rescues_the_first(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = by_rank(gammas, int(share * total(gammas)))
    for m in keep:
        m[0] |= not m.any()
    return with_keep(gammas, betas, strength, share, keep)


@same_mistake(rescues_the_first)
def channel_zero_stays(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    gone = set(places(gammas)[: int(share * total(gammas))])
    for layer, g in enumerate(gammas):
        if all((layer, j) in gone for j in range(len(g))):
            gone.remove((layer, 0))
    return with_keep(gammas, betas, strength, share, in_a_loop(gammas, gone))


@wrong(
    en="The channel that is rescued has the largest gamma, not the largest |gamma|.",
    zh="救回的是 gamma 最大的通道，而不是 |gamma| 最大的。",
)
def rescues_without_abs(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = by_rank(gammas, int(share * total(gammas)))
    for m, g in zip(keep, gammas, strict=True):
        if not m.any():
            m[np.argmax(g)] = True
    return with_keep(gammas, betas, strength, share, keep)


@same_mistake(rescues_without_abs)
def the_largest_signed_scale_stays(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    gone = set(places(gammas)[: int(share * total(gammas))])
    for layer, g in enumerate(gammas):
        if all((layer, j) in gone for j in range(len(g))):
            gone.remove((layer, max(range(len(g)), key=lambda j, g=g: g[j])))
    return with_keep(gammas, betas, strength, share, in_a_loop(gammas, gone))


@wrong(
    en="Another channel is removed in place of the rescued one: the rule says that fewer are removed then.",
    zh="救回一个通道后又另找了一个移除：规则是此时移除的个数就少一些。",
)
def another_goes_instead(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    scores = np.abs(np.concatenate(gammas)).astype(float)
    starts = np.cumsum([0] + [len(g) for g in gammas[:-1]])
    safe = [start + int(np.argmax(np.abs(g))) for start, g in zip(starts, gammas, strict=True)]
    scores[safe] = np.inf
    mask = np.zeros(scores.size, bool)
    mask[largest(scores, scores.size - int(share * scores.size))] = True
    mask[safe] = True
    return with_keep(gammas, betas, strength, share, split(mask, gammas))


@same_mistake(another_goes_instead)
def removes_until_the_count_is_reached(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    safe = {(layer, int(np.argmax(np.abs(g)))) for layer, g in enumerate(gammas)}
    candidates = [place for place in places(gammas) if place not in safe]
    keep = in_a_loop(gammas, set(candidates[: int(share * total(gammas))]))
    return with_keep(gammas, betas, strength, share, keep)


@wrong(
    en="The number to remove is rounded to nearest: the rule is int(share * n), rounded down.",
    zh="移除个数舍入到了最近的整数：规则是 int(share * n)，向下取整。",
)
def rounds_to_nearest(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = rescue(by_rank(gammas, round(share * total(gammas))), gammas)
    return with_keep(gammas, betas, strength, share, keep)


@same_mistake(rounds_to_nearest)
def nearest_count(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = in_a_loop(gammas, set(places(gammas)[: int(np.rint(share * total(gammas)))]))
    return with_keep(gammas, betas, strength, share, keep)


@wrong(
    en="The number to remove is rounded up: the rule is int(share * n), rounded down.",
    zh="移除个数向上取整了：规则是 int(share * n)，向下取整。",
)
def rounds_up(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = rescue(by_rank(gammas, math.ceil(share * total(gammas))), gammas)
    return with_keep(gammas, betas, strength, share, keep)


@same_mistake(rounds_up)
def the_rounded_down_number_stays(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    stays = int((1 - share) * total(gammas) + 1e-9)
    keep = in_a_loop(gammas, set(places(gammas)[: total(gammas) - stays]))
    return with_keep(gammas, betas, strength, share, keep)


@wrong(
    en="One too many is removed: entry int(share * n) of the sorted scales is the first that stays, and > drops it as "
    "well.",
    zh="多移除了一个：升序排列中下标为 int(share * n) 的是第一个应保留的，用 > 比较把它也去掉了。",
)
def above_the_first_that_stays(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    threshold = np.sort(np.abs(np.concatenate(gammas)))[int(share * total(gammas))]
    return with_keep(gammas, betas, strength, share, rescue([np.abs(g) > threshold for g in gammas], gammas))


@same_mistake(above_the_first_that_stays)
def up_to_the_threshold(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    limit = sorted(abs(float(v)) for g in gammas for v in g)[int(total(gammas) * share)]
    gone = {(i, j) for i, g in enumerate(gammas) for j in range(len(g)) if abs(g[j]) <= limit}
    return with_keep(gammas, betas, strength, share, in_a_loop(gammas, gone))


@wrong(
    en="Ties: all that equal the threshold are removed, more than the count. Take positions, not a threshold.",
    zh="尺度相等时，与阈值相等者全移除了，超过了应有的个数：应按位置取，而不是用阈值。",
)
def a_threshold_removes_all_equals(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    scores, k = np.sort(np.abs(np.concatenate(gammas))), int(share * total(gammas))
    keep = [np.abs(g) > scores[k - 1] if k else np.ones(len(g), bool) for g in gammas]
    return with_keep(gammas, betas, strength, share, rescue(keep, gammas))


@same_mistake(a_threshold_removes_all_equals)
def up_to_the_last_that_goes(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    gone = places(gammas)[: int(share * total(gammas))]
    limit = abs(gammas[gone[-1][0]][gone[-1][1]]) if gone else -1
    keep = in_a_loop(gammas, {(i, j) for i, g in enumerate(gammas) for j in range(len(g)) if abs(g[j]) <= limit})
    return with_keep(gammas, betas, strength, share, keep)


@wrong(
    en="Ties: all that equal the threshold stay, and fewer than the count are removed. Take positions, not a "
    "threshold.",
    zh="尺度相等时，与阈值相等者全保留了，移除得不够：应按位置取，而不是用阈值。",
)
def a_threshold_keeps_all_equals(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    threshold = np.sort(np.abs(np.concatenate(gammas)))[int(share * total(gammas))]
    keep = [np.abs(g) >= threshold for g in gammas]
    return with_keep(gammas, betas, strength, share, rescue(keep, gammas))


@same_mistake(a_threshold_keeps_all_equals)
def strictly_below_the_first_that_stays(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    layer, index = places(gammas)[int(share * total(gammas))]
    limit = abs(gammas[layer][index])
    keep = in_a_loop(gammas, {(i, j) for i, g in enumerate(gammas) for j in range(len(g)) if abs(g[j]) < limit})
    return with_keep(gammas, betas, strength, share, keep)


@wrong(
    en="Among equal scales the first are removed: sort -|gamma| stable and keep from the front.",
    zh="尺度相等时移除了靠前的：应对 -|gamma| 做稳定排序并从前面保留，使靠后的移除。",
)
def the_first_of_equals_go(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    mask = np.ones(total(gammas), bool)
    mask[np.argsort(np.abs(np.concatenate(gammas)), kind="stable")[: int(share * total(gammas))]] = False
    return with_keep(gammas, betas, strength, share, rescue_emptied(split(mask, gammas), gammas))


def rescue_emptied(keep, gammas):
    for m, g in zip(keep, gammas, strict=True):
        if not m.any():
            m[np.argmax(np.abs(g))] = True
    return keep


@same_mistake(the_first_of_equals_go)
def from_the_front_of_an_ascending_sort(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    everyone = [(abs(g[j]), layer, j) for layer, g in enumerate(gammas) for j in range(len(g))]
    gone = {(layer, j) for _, layer, j in sorted(everyone)[: int(share * len(everyone))]}
    return with_keep(gammas, betas, strength, share, in_a_loop(gammas, gone))


# --- the constants ----------------------------------------------------------------------------------------------------


@wrong(
    en="beta is dropped with its channel: at gamma = 0 it still outputs relu(beta), which the next bias must take "
    "over.",
    zh="beta 随通道一起丢掉了：gamma = 0 时它仍送出 relu(beta)，应由下一层的偏置接过来。",
)
def drops_beta(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    return l1(gammas, strength), right_keep(gammas, share), [np.zeros_like(b) for b in betas]


@same_mistake(drops_beta)
def a_removed_channel_sends_nothing(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    return l1(gammas, strength), loop_keep(gammas, share), [0 * b for b in betas]


@wrong(
    en="The ReLU is forgotten: a channel with negative beta outputs 0.",
    zh="忘了 ReLU：负的 beta 送出的是 0。",
)
def forgets_the_relu(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = right_keep(gammas, share)
    return l1(gammas, strength), keep, [np.where(m, 0, b).astype(b.dtype) for m, b in zip(keep, betas, strict=True)]


@same_mistake(forgets_the_relu)
def beta_as_it_is(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = loop_keep(gammas, share)
    return l1(gammas, strength), keep, [b * ~m for m, b in zip(keep, betas, strict=True)]


@wrong(
    en="Channels that stay have a constant too: the next layer still reads them, and would get it twice.",
    zh="保留的通道也给了常数：下一层仍在读它们，这样就算了两次。",
)
def constants_of_all_channels(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    return l1(gammas, strength), right_keep(gammas, share), [np.maximum(b, 0) for b in betas]


@same_mistake(constants_of_all_channels)
def relu_of_every_beta(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    return l1(gammas, strength), loop_keep(gammas, share), [b * (b > 0) for b in betas]


@wrong(
    en="The constants are those of the channels that stay: return the removed channels' constants.",
    zh="常数给了保留的通道：需要接过来的是移除的通道。",
)
def constants_of_those_that_stay(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = right_keep(gammas, share)
    return l1(gammas, strength), keep, relu_of(betas, [~m for m in keep])


@same_mistake(constants_of_those_that_stay)
def multiplies_by_keep(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = loop_keep(gammas, share)
    return l1(gammas, strength), keep, [np.maximum(b, 0) * m for b, m in zip(betas, keep, strict=True)]


# --- the arguments ----------------------------------------------------------------------------------------------------


@wrong(
    en="It zeroes removed gammas in place: only return the results, the network is the caller's.",
    zh="直接把要移除的 gamma 置零了：只需返回结果，网络属于调用者。",
)
def zeroes_gamma_in_place(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    gradients, keep = l1(gammas, strength), right_keep(gammas, share)
    for g, m in zip(gammas, keep, strict=True):
        g[~m] = 0
    return gradients, keep, relu_of(betas, keep)


@same_mistake(zeroes_gamma_in_place)
def multiplies_gamma_by_keep(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    gradients, keep = l1(gammas, strength), loop_keep(gammas, share)
    for g, m in zip(gammas, keep, strict=True):
        g *= m
    return gradients, keep, relu_of(betas, keep)


@wrong(
    en="A share outside [0, 1) or a negative strength is accepted: 50 for 50% empties the network; raise ValueError.",
    zh="没有拒绝 [0, 1) 之外的比例或负的强度：把 50% 写成 50 会清空网络，应抛出 ValueError。",
)
def accepts_any_number(gammas, betas, strength, share):
    refuse_bad_lists(gammas, betas)
    share = min(max(share, 0), 1) if share == share else 0
    keep = right_keep(gammas, share)
    return l1(gammas, strength), keep, relu_of(betas, keep)


@same_mistake(accepts_any_number)
def clips_the_share(gammas, betas, strength, share):
    refuse_bad_lists(gammas, betas)
    keep = loop_keep(gammas, float(np.nan_to_num(np.clip(share, 0, 1))))
    return l1(gammas, strength), keep, relu_of(betas, keep)


@wrong(
    en="Lists that do not match are accepted: zip stops at the shorter one without an error; raise ValueError.",
    zh="没有拒绝不匹配的列表：zip 会默默停在较短者处，应抛出 ValueError。",
)
def accepts_any_lists(gammas, betas, strength, share):
    if not strength >= 0 or not 0 <= share < 1:
        raise ValueError("numbers")
    keep = right_keep(gammas, share)
    pairs = [(b, m) for b, m in zip(betas, keep, strict=False) if len(b) == len(m)]
    return l1(gammas, strength), keep, [relu_of([b], [m])[0] for b, m in pairs]


@same_mistake(accepts_any_lists)
def stops_at_the_shorter(gammas, betas, strength, share):
    if strength < 0 or strength != strength or share < 0 or share >= 1 or share != share:
        raise ValueError("numbers")
    keep = loop_keep(gammas, share)
    constants = [np.maximum(b, 0) * ~m for b, m in zip(betas, keep, strict=False) if b.shape == m.shape]
    return l1(gammas, strength), keep, constants


@wrong(
    en="Scales are ranked by their squares: tiny ones underflow, huge ones overflow, and close ones tie.",
    zh="按平方给尺度排名：极小的下溢、极大的上溢，相近的变得相等。",
)
def ranks_by_squares(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    with np.errstate(all="ignore"):
        keep = alive(by_rank(gammas, int(share * total(gammas)), score=np.square), gammas)
    return l1(gammas, strength), keep, relu_of(betas, keep)


@same_mistake(ranks_by_squares)
def ranks_places_by_squares(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    order = places(gammas, key=lambda v: v * v)
    keep = in_a_loop(gammas, set(order[: int(share * total(gammas))]))
    return l1(gammas, strength), keep, relu_of(betas, keep)


@wrong(
    en="Scales are ranked in float32: close ones tie, tiny ones become 0, huge ones infinite. Compare them as given.",
    zh="在 float32 中给尺度排名：相近的变得相等，极小的成了 0，极大的成了无穷。应按原值比较。",
)
def ranks_in_float32(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    with np.errstate(all="ignore"):
        gone = int(share * total(gammas))
        keep = alive(by_rank(gammas, gone, score=lambda g: np.abs(g.astype(np.float32))), gammas)
    return l1(gammas, strength), keep, relu_of(betas, keep)


@same_mistake(ranks_in_float32)
def ranks_places_in_float32(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    with np.errstate(all="ignore"):
        order = places(gammas, key=lambda v: float(np.abs(np.float32(v))))
    keep = in_a_loop(gammas, set(order[: int(share * total(gammas))]))
    return l1(gammas, strength), keep, relu_of(betas, keep)


@wrong(
    en="The gradients come back in float64 for a float32 gamma: they keep its dtype.",
    zh="gamma 为 float32 时梯度成了 float64：应保持 gamma 的 dtype。",
)
def gradients_in_float64(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = right_keep(gammas, share)
    return [np.float64(strength) * np.sign(g).astype(float) for g in gammas], keep, relu_of(betas, keep)


@same_mistake(gradients_in_float64)
def gradients_from_python_numbers(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    keep = loop_keep(gammas, share)
    gradients = [np.array([float(strength) * ((v > 0) - (v < 0)) for v in g.tolist()]) for g in gammas]
    return gradients, keep, relu_of(betas, keep)
