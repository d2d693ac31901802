"""Wrong answers to pruning/lottery_ticket, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_lists(weights, initial_weights, masks):
    shapes = [[a.shape for a in arrays] for arrays in (weights, initial_weights, masks)]
    if not shapes[0] == shapes[1] == shapes[2]:
        raise ValueError("lists")


def refuse_bad(weights, initial_weights, masks, rate):
    if not 0 <= rate <= 1:
        raise ValueError("rate")
    refuse_bad_lists(weights, initial_weights, masks)


def drop(score, m, count):
    """The mask m without the `count` smallest scores among what it keeps, the first among equals first."""
    alive = np.flatnonzero(m)
    new = m.copy()
    new.flat[alive[np.argsort(score.ravel()[alive], kind="stable")[:count]]] = False
    return new


def share(m, rate):
    return round(rate * int(m.sum()))


def by_layer(weights, initial_weights, masks, choose):
    """`choose(w, w0, m)` returns the new mask of a layer."""
    return [choose(*layer) for layer in zip(weights, initial_weights, masks, strict=True)]


def rewind(initial_weights, new_masks):
    return [np.where(m, w0, 0).astype(w0.dtype) for w0, m in zip(initial_weights, new_masks, strict=True)]


def right_masks(weights, masks, rate):
    return [drop(np.abs(w), m, share(m, rate)) for w, m in zip(weights, masks, strict=True)]


def ranked(w, m):
    """Places of what is alive, weakest first."""
    return sorted((i for i in np.ndindex(w.shape) if m[i]), key=lambda i: abs(w[i]))


def without(m, places):
    new = m.copy()
    for i in places:
        new[i] = False
    return new


@wrong(
    en="The rate is applied to all weights: it is a share of those alive, so each round prunes fewer.",
    zh="比例按全部权重计算：应按仍存活的权重计算，各轮剪掉的个数会越来越少。",
)
def a_share_of_all_weights(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(np.abs(w), m, round(rate * w.size)))
    return new, rewind(initial_weights, new)


@same_mistake(a_share_of_all_weights)
def counts_the_dead_too(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: round(rate * m.size)]) for w, m in zip(weights, masks, strict=True)]
    return new, rewind(initial_weights, new)


@wrong(
    en="The survivors keep their trained weights: that is pruning and fine-tuning; a ticket goes back to its initial "
    "weights.",
    zh="存活者保留了训练后的权重：那是剪枝加微调，彩票要回到初始权重。",
)
def keeps_the_trained_weights(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    return new, rewind(weights, new)


@same_mistake(keeps_the_trained_weights)
def multiplies_the_trained_weights(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    return new, [w * m for w, m in zip(weights, new, strict=True)]


@wrong(
    en="The survivors are drawn anew: that is the control experiment. A ticket keeps the values it started from.",
    zh="存活者被重新随机初始化：那是对照组。彩票取的是它当初的初始值。",
)
def draws_weights_anew(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    rng = np.random.default_rng(0)
    new = right_masks(weights, masks, rate)
    fresh = [rng.normal(size=w0.shape).astype(w0.dtype) for w0 in initial_weights]
    return new, rewind(fresh, new)


@same_mistake(draws_weights_anew)
def initializes_again(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    rng = np.random.default_rng(seed=0)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    return new, [rng.standard_normal(m.shape).astype(w.dtype) * m for w, m in zip(initial_weights, new, strict=True)]


@wrong(
    en="All layers are ranked together: the rate holds in each layer, or layers of small scale die out first.",
    zh="把各层放在一起排名：比例应在每层内单独成立，否则尺度小的层先被剪光。",
)
def one_ranking_for_the_network(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    if not weights:
        return [], []
    score = np.concatenate([np.abs(w).ravel() for w in weights])
    alive = np.concatenate([m.ravel() for m in masks])
    parts = np.split(drop(score, alive, share(alive, rate)), np.cumsum([w.size for w in weights])[:-1])
    new = [part.reshape(w.shape) for part, w in zip(parts, weights, strict=True)]
    return new, rewind(initial_weights, new)


@same_mistake(one_ranking_for_the_network)
def a_list_of_all_survivors(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    everyone = [(abs(w[i]), k, i) for k, (w, m) in enumerate(zip(weights, masks, strict=True)) for i in ranked(w, m)]
    new = [m.copy() for m in masks]
    for _, k, i in sorted(everyone)[: round(rate * len(everyone))]:
        new[k][i] = False
    return new, rewind(initial_weights, new)


@wrong(
    en="It ranks the initial weights: training has to say which connections matter, then the values are rewound.",
    zh="按初始权重排名：哪些连接重要要由训练来决定，之后才回退权重的值。",
)
def ranks_the_initial_weights(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(initial_weights, masks, rate)
    return new, rewind(initial_weights, new)


@same_mistake(ranks_the_initial_weights)
def rewinds_before_it_prunes(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    weights = [w0 * m for w0, m in zip(initial_weights, masks, strict=True)]
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    return new, rewind(weights, new)


@wrong(
    en="It ranks by how far a weight has moved: the exercise asks for the trained magnitude |w|.",
    zh="按权重移动的距离排名：要的是训练后的幅值 |w|。",
)
def ranks_by_movement(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(np.abs(w - w0), m, share(m, rate)))
    return new, rewind(initial_weights, new)


@same_mistake(ranks_by_movement)
def those_that_moved_least_die(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    moved = [w - w0 for w, w0 in zip(weights, initial_weights, strict=True)]
    new = [without(m, ranked(d, m)[: share(m, rate)]) for d, m in zip(moved, masks, strict=True)]
    return new, rewind(initial_weights, new)


@wrong(
    en="It ranks every place anew and forgets the old mask: dead weights must stay dead, whatever their value.",
    zh="对所有位置重新排名，忘了旧掩码：已剪的不能复活，不管那里是什么值。",
)
def forgets_the_old_mask(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)

    def choose(w, w0, m):
        return drop(np.abs(w), np.ones_like(m), m.size - int(m.sum()) + share(m, rate))

    new = by_layer(weights, initial_weights, masks, choose)
    return new, rewind(initial_weights, new)


@same_mistake(forgets_the_old_mask)
def keeps_the_largest_of_all_places(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        keep = int(m.sum()) - share(m, rate)
        places = sorted(np.ndindex(w.shape), key=lambda i: abs(w[i]))
        new.append(without(np.ones_like(m), places[: m.size - keep]))
    return new, rewind(initial_weights, new)


@wrong(
    en="The dead zeros are ranked too and use up the count: rank only what is alive.",
    zh="已剪的零也参与排名，占用了名额：只应在存活的权重中排名。",
)
def the_dead_use_up_the_count(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)

    def choose(w, w0, m):
        return m & drop(np.abs(w * m), np.ones_like(m), share(m, rate))

    new = by_layer(weights, initial_weights, masks, choose)
    return new, rewind(initial_weights, new)


@same_mistake(the_dead_use_up_the_count)
def sorts_all_places(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        order = np.argsort(np.where(m, np.abs(w), 0).ravel(), kind="stable")
        keep = np.ones(w.size, bool)
        keep[order[: share(m, rate)]] = False
        new.append(np.logical_and(m, keep.reshape(m.shape)))
    return new, rewind(initial_weights, new)


@wrong(
    en="It takes every trained 0 for dead: the mask says which weights are alive, and a living weight may be 0.",
    zh="把训练后为 0 的都当作已剪：谁存活由掩码决定，存活的权重可以为 0。",
)
def zeros_are_dead(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    alive = [m & (w != 0) for w, m in zip(weights, masks, strict=True)]
    new = right_masks(weights, alive, rate)
    return new, rewind(initial_weights, new)


@same_mistake(zeros_are_dead)
def survivors_by_their_value(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = [i for i in ranked(w, m) if w[i]]
        mask = np.zeros_like(m)
        for i in places[round(rate * len(places)) :]:
            mask[i] = True
        new.append(mask)
    return new, rewind(initial_weights, new)


@wrong(
    en="It compares w, not |w|: large negative weights die first.",
    zh="比较的是 w 而不是 |w|：绝对值很大的负权重先被剪掉。",
)
def compares_without_abs(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(w, m, share(m, rate)))
    return new, rewind(initial_weights, new)


@same_mistake(compares_without_abs)
def sorts_signed_values(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = sorted((i for i in np.ndindex(w.shape) if m[i]), key=lambda i: w[i])
        new.append(without(m, places[: share(m, rate)]))
    return new, rewind(initial_weights, new)


@wrong(
    en="The largest magnitudes die: argsort ascends, so its first entries are the smallest.",
    zh="剪掉了绝对值最大的：argsort 是升序，开头才是最小的。",
)
def prunes_the_largest(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(-np.abs(w), m, share(m, rate)))
    return new, rewind(initial_weights, new)


@same_mistake(prunes_the_largest)
def the_strongest_die(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = sorted((i for i in np.ndindex(w.shape) if m[i]), key=lambda i: -abs(w[i]))
        new.append(without(m, places[: share(m, rate)]))
    return new, rewind(initial_weights, new)


@wrong(
    en="`rate` is taken as the share that stays: it is the share that dies.",
    zh="把 rate 当作保留的比例：它是剪掉的比例。",
)
def keeps_the_rate(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(np.abs(w), m, m.sum() - share(m, rate)))
    return new, rewind(initial_weights, new)


@same_mistake(keeps_the_rate)
def the_strongest_share_stays(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = ranked(w, m)
        new.append(without(m, places[: len(places) - round(rate * len(places))]))
    return new, rewind(initial_weights, new)


@wrong(
    en="The count is rounded down: the rule is round(rate * alive).",
    zh="个数向下取整：规则是 round(rate * 存活数)。",
)
def rounds_down(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(np.abs(w), m, int(rate * m.sum())))
    return new, rewind(initial_weights, new)


@same_mistake(rounds_down)
def takes_the_floor(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: math.floor(rate * m.sum())]) for w, m in zip(weights, masks, strict=True)]
    return new, rewind(initial_weights, new)


@wrong(
    en="The count is rounded up: the rule is round(rate * alive).",
    zh="个数向上取整：规则是 round(rate * 存活数)。",
)
def rounds_up(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(np.abs(w), m, math.ceil(rate * m.sum())))
    return new, rewind(initial_weights, new)


@same_mistake(rounds_up)
def takes_the_ceiling(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: int(np.ceil(rate * m.sum()))]) for w, m in zip(weights, masks, strict=True)]
    return new, rewind(initial_weights, new)


@wrong(
    en="A half is rounded up: Python's round goes to the even number, 2.5 to 2.",
    zh="逢半进一：Python 的 round 舍入到偶数，2.5 得 2。",
)
def rounds_halves_up(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = by_layer(weights, initial_weights, masks, lambda w, w0, m: drop(np.abs(w), m, int(rate * m.sum() + 0.5)))
    return new, rewind(initial_weights, new)


@same_mistake(rounds_halves_up)
def rounds_as_at_school(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        whole, rest = divmod(rate * int(m.sum()), 1)
        new.append(without(m, ranked(w, m)[: int(whole) + (rest >= 0.5)]))
    return new, rewind(initial_weights, new)


@wrong(
    en="One too many dies: entry k of the sorted magnitudes is the first that stays, and > drops it as well.",
    zh="多剪了一个：升序排列中下标为 k 的是第一个应保留的，用 > 比较把它也去掉了。",
)
def above_the_first_that_stays(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)

    def choose(w, w0, m):
        size, k = np.sort(np.abs(w[m])), share(m, rate)
        return m & (np.abs(w) > size[k]) if k < len(size) else np.zeros_like(m)

    new = by_layer(weights, initial_weights, masks, choose)
    return new, rewind(initial_weights, new)


@same_mistake(above_the_first_that_stays)
def up_to_the_threshold(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        stay = ranked(w, m)[share(m, rate) :]
        limit = abs(w[stay[0]]) if stay else math.inf
        new.append(without(m, [i for i in np.ndindex(w.shape) if abs(w[i]) <= limit]))
    return new, rewind(initial_weights, new)


@wrong(
    en="Ties: all that equal the threshold die, more than the count. Take positions, not a threshold.",
    zh="绝对值相等时，与阈值相等者全剪了，超过了应有的个数：应按位置取，而不是用阈值。",
)
def a_threshold_prunes_all_equals(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)

    def choose(w, w0, m):
        k = share(m, rate)
        return m & (np.abs(w) > np.sort(np.abs(w[m]))[k - 1]) if k else m.copy()

    new = by_layer(weights, initial_weights, masks, choose)
    return new, rewind(initial_weights, new)


@same_mistake(a_threshold_prunes_all_equals)
def up_to_the_weakest_and_all_like_it(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = ranked(w, m)[: share(m, rate)]
        limit = abs(w[places[-1]]) if places else -1
        new.append(without(m, [i for i in np.ndindex(w.shape) if abs(w[i]) <= limit]))
    return new, rewind(initial_weights, new)


@wrong(
    en="Ties: all that equal the threshold stay, and fewer than the count die. Take positions, not a threshold.",
    zh="绝对值相等时，与阈值相等者全留了，剪得不够：应按位置取，而不是用阈值。",
)
def a_threshold_keeps_all_equals(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)

    def choose(w, w0, m):
        size, k = np.sort(np.abs(w[m])), share(m, rate)
        return m & (np.abs(w) >= size[k]) if k < len(size) else np.zeros_like(m)

    new = by_layer(weights, initial_weights, masks, choose)
    return new, rewind(initial_weights, new)


@same_mistake(a_threshold_keeps_all_equals)
def strictly_below_the_first_that_stays(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        stay = ranked(w, m)[share(m, rate) :]
        limit = abs(w[stay[0]]) if stay else math.inf
        new.append(without(m, [i for i in np.ndindex(w.shape) if abs(w[i]) < limit]))
    return new, rewind(initial_weights, new)


@wrong(
    en="Among equal magnitudes the last die first: sort |w| ascending and stable, and take from the front.",
    zh="绝对值相等时靠后的先被剪：应对 |w| 做稳定的升序排序，从前面取。",
)
def the_last_of_equals_die(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)

    def choose(w, w0, m):
        backwards = drop(np.abs(w).ravel()[::-1], m.ravel()[::-1], share(m, rate))
        return backwards[::-1].reshape(m.shape)

    new = by_layer(weights, initial_weights, masks, choose)
    return new, rewind(initial_weights, new)


@same_mistake(the_last_of_equals_die)
def the_end_of_a_descending_sort(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = sorted((i for i in np.ndindex(w.shape) if m[i]), key=lambda i: -abs(w[i]))
        new.append(without(m, places[len(places) - share(m, rate) :]))
    return new, rewind(initial_weights, new)


@wrong(
    en="All weights are rewound, the dead too: where the new mask is False the weight is 0.",
    zh="所有权重都回退了，包括已剪的：新掩码为 False 处权重应为 0。",
)
def rewinds_the_dead_too(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    return right_masks(weights, masks, rate), [w0.copy() for w0 in initial_weights]


@same_mistake(rewinds_the_dead_too)
def leaves_the_mask_to_the_caller(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    return new, [np.array(w0) for w0 in initial_weights]


@wrong(
    en="A weight that dies keeps its trained value: where the new mask is False the weight is 0.",
    zh="被剪的权重保留了训练后的值：新掩码为 False 处权重应为 0。",
)
def the_dead_keep_their_value(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    return new, [np.where(m, w0, w) for w, w0, m in zip(weights, initial_weights, new, strict=True)]


@same_mistake(the_dead_keep_their_value)
def only_writes_what_is_alive(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    rewound = [w.copy() for w in weights]
    for w, w0, m in zip(rewound, initial_weights, new, strict=True):
        w[m] = w0[m]
    return new, rewound


@wrong(
    en="It rewinds under the old masks: what died in this round must be 0 already.",
    zh="回退时用的是旧掩码：这一轮剪掉的也应为 0。",
)
def rewinds_under_the_old_masks(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    return right_masks(weights, masks, rate), rewind(initial_weights, masks)


@same_mistake(rewinds_under_the_old_masks)
def rewinds_first(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    rewound = [w0 * m for w0, m in zip(initial_weights, masks, strict=True)]
    return [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)], rewound


@wrong(
    en="The masks are inverted: True must mean alive.",
    zh="掩码取反了：True 应表示存活。",
)
def true_means_dead(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    return [~m for m in new], rewind(initial_weights, new)


@same_mistake(true_means_dead)
def marks_the_dead(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    return [np.logical_not(m) for m in new], rewind(initial_weights, new)


@wrong(
    en="The masks are numbers: they were booleans, and `~m` or w[m] would go wrong in the next round.",
    zh="返回的掩码是数字：应为布尔数组，否则下一轮的 `~m` 或 w[m] 会出错。",
)
def masks_of_numbers(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    return [m.astype(np.float32) for m in new], rewind(initial_weights, new)


@same_mistake(masks_of_numbers)
def ones_and_zeros(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    return [np.where(m, np.float32(1), np.float32(0)) for m in new], rewind(initial_weights, new)


@wrong(
    en="It writes into the caller's masks: return new ones, the old round is still needed for comparison.",
    zh="直接改了调用者的掩码：应返回新数组，上一轮的掩码还要用来对照。",
)
def changes_the_masks(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    for m, new in zip(masks, right_masks(weights, masks, rate), strict=True):
        m[...] = new
    return [m.copy() for m in masks], rewind(initial_weights, masks)


@same_mistake(changes_the_masks)
def kills_in_place(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    for w, m in zip(weights, masks, strict=True):
        for i in ranked(w, m)[: share(m, rate)]:
            m[i] = False
    return list(masks), rewind(initial_weights, masks)


@wrong(
    en="It zeroes the initial weights in place: the next round has to rewind to all of them.",
    zh="直接把初始权重置零了：下一轮还要回退到它们。",
)
def changes_the_initial_weights(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    for w0, m in zip(initial_weights, new, strict=True):
        w0[~m] = 0
    return new, [w0.copy() for w0 in initial_weights]


@same_mistake(changes_the_initial_weights)
def multiplies_the_initial_weights(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    for w0, m in zip(initial_weights, new, strict=True):
        w0 *= m
    return new, list(initial_weights)


@wrong(
    en="It rewinds the trained arrays in place: return new arrays, the trained network is the caller's.",
    zh="直接在训练后的数组里回退：应返回新数组，训练好的网络属于调用者。",
)
def rewinds_in_place(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    for w, start in zip(weights, rewind(initial_weights, new), strict=True):
        w[...] = start
    return new, [w.copy() for w in weights]


@same_mistake(rewinds_in_place)
def writes_the_start_into_the_weights(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    for w, w0, m in zip(weights, initial_weights, new, strict=True):
        w.fill(0)
        w[m] = w0[m]
    return new, list(weights)


@wrong(
    en="A rate outside [0, 1] is accepted: 20 for 20% would prune everything; raise ValueError.",
    zh="没有拒绝 [0, 1] 之外的比例：把 20% 写成 20 会剪光一切，应抛出 ValueError。",
)
def accepts_any_rate(weights, initial_weights, masks, rate):
    refuse_bad_lists(weights, initial_weights, masks)
    rate = min(max(rate, 0), 1) if rate == rate else 0
    new = right_masks(weights, masks, rate)
    return new, rewind(initial_weights, new)


@same_mistake(accepts_any_rate)
def clips_the_rate(weights, initial_weights, masks, rate):
    refuse_bad_lists(weights, initial_weights, masks)
    rate = float(np.nan_to_num(np.clip(rate, 0, 1)))
    new = [without(m, ranked(w, m)[: share(m, rate)]) for w, m in zip(weights, masks, strict=True)]
    return new, rewind(initial_weights, new)


@wrong(
    en="Lists of different lengths or shapes are accepted: zip and broadcasting hide the mistake; raise ValueError.",
    zh="没有拒绝长度或形状不一致的列表：zip 与广播会掩盖错误，应抛出 ValueError。",
)
def accepts_any_lists(weights, initial_weights, masks, rate):
    if not 0 <= rate <= 1:
        raise ValueError("rate")
    layers = [a for a in zip(weights, initial_weights, masks, strict=False) if a[0].shape == a[1].shape == a[2].shape]
    new = [drop(np.abs(w), m, share(m, rate)) for w, _, m in layers]
    return new, rewind([w0 for _, w0, _ in layers], new)


@same_mistake(accepts_any_lists)
def stops_at_the_shortest(weights, initial_weights, masks, rate):
    if rate < 0 or rate > 1 or math.isnan(rate):
        raise ValueError("rate")
    new, rewound = [], []
    for w, w0, m in zip(weights, initial_weights, masks, strict=False):
        if w.shape == w0.shape == m.shape:
            new.append(without(m, ranked(w, m)[: share(m, rate)]))
            rewound.append(w0 * new[-1])
    return new, rewound


def drop_loop(score, m, count):
    """As `drop`, one weight at a time."""
    places = sorted((i for i in np.ndindex(m.shape) if m[i]), key=lambda i: float(score[i]))
    return without(m, places[:count])


def two_writings(score):
    """The round by another score of the trained weights."""

    def answer(dropping):
        def of(weights, initial_weights, masks, rate):
            refuse_bad(weights, initial_weights, masks, rate)
            new = [dropping(score(w), m, share(m, rate)) for w, m in zip(weights, masks, strict=True)]
            return new, rewind(initial_weights, new)

        return of

    return answer(drop), answer(drop_loop)


def two_counts(count):
    """The round with another count: `count(m, rate, is_last)`."""

    def answer(dropping):
        def of(weights, initial_weights, masks, rate):
            refuse_bad(weights, initial_weights, masks, rate)
            last = len(masks) - 1
            layers = enumerate(zip(weights, masks, strict=True))
            new = [dropping(np.abs(w), m, count(m, rate, i == last)) for i, (w, m) in layers]
            return new, rewind(initial_weights, new)

        return of

    return answer(drop), answer(drop_loop)


SQUARES, SQUARES_IN_A_LOOP = two_writings(np.square)
SINGLE, SINGLE_IN_A_LOOP = two_writings(lambda w: np.abs(w).astype(np.float32))
HALF, HALF_IN_A_LOOP = two_writings(lambda w: np.abs(w).astype(np.float16))
AT_LEAST_ONE, AT_LEAST_ONE_IN_A_LOOP = two_counts(lambda m, rate, is_last: max(1, share(m, rate)))
KEEPS_ONE, KEEPS_ONE_IN_A_LOOP = two_counts(lambda m, rate, is_last: min(share(m, rate), max(int(m.sum()) - 1, 0)))
HALF_RATE, HALF_RATE_IN_A_LOOP = two_counts(lambda m, rate, is_last: share(m, rate / 2 if is_last else rate))


@wrong(
    en="It ranks squares in the weights' own type: tiny weights give 0, huge ones infinity. Rank |w|.",
    zh="在权重自己的类型中按平方排序：极小的权重平方后为 0，极大的为无穷大。应按 |w| 排序。",
)
def ranks_squares(weights, initial_weights, masks, rate):
    return SQUARES(weights, initial_weights, masks, rate)


@same_mistake(ranks_squares)
def ranks_squares_in_a_loop(weights, initial_weights, masks, rate):
    return SQUARES_IN_A_LOOP(weights, initial_weights, masks, rate)


@wrong(
    en="It ranks in lower precision than the weights have (float32, float16): different weights then tie.",
    zh="以低于权重的精度（float32、float16）排序：于是不同的权重变得相等。",
)
def ranks_in_float32(weights, initial_weights, masks, rate):
    return SINGLE(weights, initial_weights, masks, rate)


@same_mistake(ranks_in_float32)
def ranks_in_float32_in_a_loop(weights, initial_weights, masks, rate):
    return SINGLE_IN_A_LOOP(weights, initial_weights, masks, rate)


@same_mistake(ranks_in_float32)
def ranks_in_float16(weights, initial_weights, masks, rate):
    return HALF(weights, initial_weights, masks, rate)


@same_mistake(ranks_in_float32)
def ranks_in_float16_in_a_loop(weights, initial_weights, masks, rate):
    return HALF_IN_A_LOOP(weights, initial_weights, masks, rate)


@wrong(
    en='The sort is not stable: among equal magnitudes others than the first die. Use kind="stable".',
    zh='排序不稳定：绝对值相等时先剪的不是靠前的。应写 kind="stable"。',
)
def unstable_sort(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [m.copy() for m in masks]
    for w, m in zip(weights, new, strict=True):
        alive = np.flatnonzero(m)
        m.flat[alive[np.argsort(np.abs(w[m]))[: round(rate * len(alive))]]] = False
    return new, rewind(initial_weights, new)


@same_mistake(unstable_sort)
def quicksort(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = np.argwhere(m)[np.abs(w[m]).argsort(kind="quicksort")]
        new.append(without(m, [tuple(place) for place in places[: share(m, rate)]]))
    return new, rewind(initial_weights, new)


@wrong(
    en="In every layer at least one weight dies: where round(rate * alive) is 0, none does.",
    zh="每层至少剪掉一个：round(rate * 存活数) 为 0 时，一个也不该剪。",
)
def at_least_one_dies(weights, initial_weights, masks, rate):
    return AT_LEAST_ONE(weights, initial_weights, masks, rate)


@same_mistake(at_least_one_dies)
def at_least_one_dies_in_a_loop(weights, initial_weights, masks, rate):
    return AT_LEAST_ONE_IN_A_LOOP(weights, initial_weights, masks, rate)


@wrong(
    en="In every layer at least one weight survives: sensible perhaps, but at a rate of 1 all die.",
    zh="每层至少留下一个：也许明智，但比例为 1 时应全部剪掉。",
)
def at_least_one_survives(weights, initial_weights, masks, rate):
    return KEEPS_ONE(weights, initial_weights, masks, rate)


@same_mistake(at_least_one_survives)
def at_least_one_survives_in_a_loop(weights, initial_weights, masks, rate):
    return KEEPS_ONE_IN_A_LOOP(weights, initial_weights, masks, rate)


@wrong(
    en="The last layer is pruned at half the rate, as in the paper: here the rate holds for every layer.",
    zh="最后一层按一半的比例剪，如论文所做：这里各层的比例相同。",
)
def half_the_rate_in_the_last_layer(weights, initial_weights, masks, rate):
    return HALF_RATE(weights, initial_weights, masks, rate)


@same_mistake(half_the_rate_in_the_last_layer)
def half_the_rate_in_a_loop(weights, initial_weights, masks, rate):
    return HALF_RATE_IN_A_LOOP(weights, initial_weights, masks, rate)


@wrong(
    en="The rewound weights have another dtype than the initial ones: multiply by a boolean mask, or convert back.",
    zh="回退后的权重的类型与初始权重不同：应乘以布尔掩码，或再转换回来。",
)
def rewound_in_float64(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    return new, [np.where(m, w0, np.zeros(m.shape)) for w0, m in zip(initial_weights, new, strict=True)]


@same_mistake(rewound_in_float64)
def multiplies_by_a_mask_of_floats(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    return new, [w0 * m.astype(np.float64) for w0, m in zip(initial_weights, new, strict=True)]


@same_mistake(rewound_in_float64)
def rewound_in_the_trained_type(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    return new, [np.where(m, w0, 0).astype(w.dtype) for w, w0, m in zip(weights, initial_weights, new, strict=True)]


@same_mistake(rewound_in_float64)
def writes_into_arrays_like_the_trained(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = right_masks(weights, masks, rate)
    rewound = [np.zeros_like(w) for w in weights]
    for start, w0, m in zip(rewound, initial_weights, new, strict=True):
        start[m] = w0[m]
    return new, rewound


@wrong(
    en="np.quantile interpolates a threshold between two weights: how many lie below it is left to chance. Prune by "
    "count.",
    zh="np.quantile 在两个权重之间插值出阈值：低于它的有多少个全凭偶然。应按个数剪。",
)
def quantile(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = [
        m & (np.abs(w) >= (np.quantile(np.abs(w[m]), rate) if m.any() else 0))
        for w, m in zip(weights, masks, strict=True)
    ]
    return new, rewind(initial_weights, new)


@same_mistake(quantile)
def percentile(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        alive = np.abs(w[m])
        threshold = np.percentile(alive, 100 * rate) if alive.size else 0.0
        new.append(np.where(np.abs(w) < threshold, False, m))
    return new, rewind(initial_weights, new)


@same_mistake(zeros_are_dead)
def living_zeros_are_out_of_the_running(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        alive = m & (w != 0)
        new.append(m & ~(alive & ~drop(np.abs(w), alive, share(alive, rate))))
    return new, rewind(initial_weights, new)


@same_mistake(zeros_are_dead)
def only_the_nonzero_can_die(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new = []
    for w, m in zip(weights, masks, strict=True):
        places = [i for i in ranked(w, m) if w[i] != 0]
        new.append(without(m, places[: round(rate * len(places))]))
    return new, rewind(initial_weights, new)
