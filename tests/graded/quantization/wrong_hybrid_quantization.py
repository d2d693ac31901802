"""Wrong answers to quantization/hybrid_quantization, each with the misconception behind it."""

import functools
import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(costs, sizes, bits):
    if costs.shape != (len(sizes), len(bits)) or not np.isfinite(costs).all():
        raise ValueError("costs")


def refuse_budget(sizes, bits, budget):
    if sum(in_bytes(n, min(bits)) for n in sizes) > budget:
        raise ValueError("budget")


def in_bytes(n, b):
    return -(-n * b // 8)


def options(costs, sizes, bits, *, cost=lambda c, n, b: c, size=in_bytes):
    """For each layer its choices as (cost, size, bits)."""
    return [
        [(cost(c, n, b), size(n, b), b) for c, b in zip(row, bits, strict=True)]
        for row, n in zip(costs.tolist(), sizes, strict=True)
    ]


# Two right ways to choose, of which each wrong answer spoils the options, the limit or a step.


def forward(layers, limit, best_of=min):
    """A dict of sizes reached, layer by layer; `best_of` chooses among the (cost, size, bits) at the end."""
    best = {0: (0.0, 0, ())}
    for layer in layers:
        reached = {}
        for _, state in sorted(best.items()):
            for cost, size, b in layer:
                new = (state[0] + cost, state[1] + size, (*state[2], b))
                if new[1] <= limit and (new[1] not in reached or best_of(new, reached[new[1]]) == new):
                    reached[new[1]] = new
        best = reached
    if not best:
        raise ValueError("budget")
    return list(best_of(best.values())[2])


def backward(layers, limit, best_of=min):
    """A recursion over the layers that are left, with a memory."""

    @functools.cache
    def rest(i, left):
        if i == len(layers):
            return 0.0, 0, ()
        found = []
        for cost, size, b in layers[i]:
            tail = rest(i + 1, left - size) if size <= left else None
            if tail is not None:
                found.append((cost + tail[0], size + tail[1], (b, *tail[2])))
        return best_of(found) if found else None

    whole = rest(0, limit)
    if whole is None:
        raise ValueError("budget")
    return list(whole[2])


def total(layers, chosen):
    """(cost, size) of indices chosen."""
    return tuple(sum(layer[j][k] for layer, j in zip(layers, chosen, strict=True)) for k in (0, 1))


def climb(layers, limit, worth):
    """Start from the smallest; take the upgrade that is worth most, while one fits and saves."""
    chosen = [min(range(len(layer)), key=lambda j, layer=layer: layer[j][1]) for layer in layers]
    for _ in range(10_000):
        used, upgrades = total(layers, chosen)[1], []
        for i, layer in enumerate(layers):
            now = layer[chosen[i]]
            for j, (cost, size, _) in enumerate(layer):
                saved, more = now[0] - cost, size - now[1]
                if saved > 0 and used + more <= limit:
                    upgrades.append((worth(saved, more), -i, -j))
        if not upgrades:
            break
        _, i, j = max(upgrades)
        chosen[-i] = -j
    return [layer[j][2] for layer, j in zip(layers, chosen, strict=True)]


def rate(saved, more):
    return saved / more if more > 0 else math.inf


@wrong(
    en="Greedy: it takes the upgrade that saves most per byte, and then a larger, better one does not fit any more.",
    zh="贪心：每次取每字节收益最大的升级，之后更大更好的一步就放不下了。",
)
def greedy_by_cost_per_byte(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    return climb(options(costs, sizes, bits), budget, rate)


@same_mistake(greedy_by_cost_per_byte)
def always_the_steepest_step(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    widths = [min(bits)] * len(sizes)

    def at(i, b):
        return float(costs[i, bits.index(b)])

    better = True
    while better:
        left = budget - sum(map(in_bytes, sizes, widths))
        better, steepest = None, 0.0
        for i, n in enumerate(sizes):
            for b in bits:
                gain, price = at(i, widths[i]) - at(i, b), in_bytes(n, b) - in_bytes(n, widths[i])
                if gain > 0 and price <= left and rate(gain, price) > steepest:
                    better, steepest = (i, b), rate(gain, price)
        if better:
            widths[better[0]] = better[1]
    return widths


@wrong(
    en="Greedy: it takes the upgrade that saves most, whatever it costs in bytes, and small layers get nothing.",
    zh="贪心：每次取收益最大的升级而不管占多少字节，小的层什么也得不到。",
)
def greedy_by_cost_alone(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    return climb(options(costs, sizes, bits), budget, lambda saved, more: saved)


@same_mistake(greedy_by_cost_alone)
def always_the_largest_saving(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    widths = [min(bits)] * len(sizes)
    while True:
        left = budget - sum(map(in_bytes, sizes, widths))
        gains = []
        for i, n in enumerate(sizes):
            now = bits.index(widths[i])
            for j, b in enumerate(bits):
                if in_bytes(n, b) - in_bytes(n, widths[i]) <= left and costs[i, now] > costs[i, j]:
                    gains.append((float(costs[i, now] - costs[i, j]), -i, -j))
        if not gains:
            return widths
        _, i, j = max(gains)
        widths[-i] = bits[-j]


@wrong(
    en="Each layer in turn takes its best width that leaves the rest their smallest: the first spend the budget.",
    zh="逐层各取最好的，只给后面的层留下最少的字节：前面的层把预算花光了。",
)
def first_come_first_served(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    layers = options(costs, sizes, bits)
    least = [min(size for _, size, _ in layer) for layer in layers]
    chosen, left = [], budget
    for i, layer in enumerate(layers):
        _, size, b = min(option for option in layer if option[1] + sum(least[i + 1 :]) <= left)
        chosen.append(b)
        left -= size
    return chosen


@same_mistake(first_come_first_served)
def one_state_for_each_layer(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    spare = budget - sum(in_bytes(n, min(bits)) for n in sizes)
    chosen = []
    for n, row in zip(sizes, costs, strict=True):
        base = in_bytes(n, min(bits))
        fitting = [
            (float(c), in_bytes(n, b), b) for c, b in zip(row, bits, strict=True) if in_bytes(n, b) - base <= spare
        ]
        _, size, b = min(fitting)
        chosen.append(b)
        spare -= size - base
    return chosen


@wrong(
    en="All layers get the same width: what is left of the budget buys nothing, and sensitive layers pay.",
    zh="所有层用同一位宽：剩下的预算什么也没买到，敏感的层吃亏。",
)
def uniform(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    fitting = [b for b in bits if sum(in_bytes(n, b) for n in sizes) <= budget]
    best = min(fitting, key=lambda b: (costs[:, bits.index(b)].sum(), b))
    return [best] * len(sizes)


@same_mistake(uniform)
def one_column(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    found = []
    for total_cost, b in zip(costs.sum(axis=0), bits, strict=True):
        used = sum(in_bytes(n, b) for n in sizes)
        if used <= budget:
            found.append((float(total_cost), b))
    return [min(found)[1] for _ in sizes]


@wrong(
    en="A Lagrange multiplier finds only choices on the hull of cost against bytes; the best one may lie above it.",
    zh="拉格朗日乘子只能找到代价对字节的下凸包上的选择，最优的可能在它之上。",
)
def lagrange_multiplier(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    layers = options(costs, sizes, bits)
    low, high = 0.0, 1e6  # the price of a byte

    def at(price):
        return [min(layer, key=lambda o: (o[0] + price * o[1], o[1])) for layer in layers]

    for _ in range(200):
        middle = (low + high) / 2
        if sum(o[1] for o in at(middle)) <= budget:
            high = middle
        else:
            low = middle
    free = at(0.0)
    return [o[2] for o in (free if sum(o[1] for o in free) <= budget else at(high))]


@same_mistake(lagrange_multiplier)
def lowest_price_that_fits(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    layers = options(costs, sizes, bits)
    prices = {0.0}
    for layer in layers:
        for c1, s1, _ in layer:
            prices |= {(c1 - c2) / (s2 - s1) for c2, s2, _ in layer if s2 > s1 and c1 > c2}
    for price in sorted(prices):
        slightly = price * (1 + 1e-12)
        chosen = [min((c + slightly * s, s, b) for c, s, b in layer) for layer in layers]
        if sum(s for _, s, _ in chosen) <= budget:
            return [b for _, _, b in chosen]
    return [min(bits)] * len(sizes)


@wrong(
    en="It ignores the budget: each layer takes its cheapest width.",
    zh="没有理会预算：每层都取代价最低的位宽。",
)
def ignores_the_budget(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    return forward(options(costs, sizes, bits), math.inf)


@same_mistake(ignores_the_budget)
def cheapest_of_each_row(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    return [min(layer)[2] for layer in options(costs, sizes, bits)]


@wrong(
    en="It spends as many bytes as possible: the aim is the least cost, not the fullest budget.",
    zh="尽量用满预算：目标是代价最小，而不是用满字节。",
)
def fills_the_budget(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    layers = options(costs, sizes, bits, cost=lambda c, n, b: -float(in_bytes(n, b)))
    return forward(layers, budget)


@same_mistake(fills_the_budget)
def the_most_bytes_that_fit(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    best = {0: ()}
    for n in sizes:
        grown = {}
        for used, chosen in best.items():
            for b in bits:
                now, new = used + in_bytes(n, b), (*chosen, b)
                if now <= budget and (now not in grown or new < grown[now]):
                    grown[now] = new
        best = grown
    if not best:
        raise ValueError("budget")
    return list(best[max(best)])


@wrong(
    en="It maximizes: costs are what the loss rises by, less is better.",
    zh="取了最大值：代价是损失的增量，越小越好。",
)
def maximizes(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return forward(options(-costs, sizes, bits), budget)


@same_mistake(maximizes)
def takes_costs_for_accuracy(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return backward(options(costs, sizes, bits, cost=lambda c, n, b: -c), budget)


@wrong(
    en="Costs are multiplied by the number of weights: a cost is that of the whole layer already.",
    zh="代价乘了权重数：它已经是整层的代价。",
)
def weights_costs_by_size(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return forward(options(costs, sizes, bits, cost=lambda c, n, b: c * n), budget)


@same_mistake(weights_costs_by_size)
def cost_for_each_weight(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return backward(options(costs * np.array(sizes)[:, None], sizes, bits), budget)


@wrong(
    en="Costs are ignored: small layers get many bits, large ones few. A large layer may be the sensitive one.",
    zh="没有看代价：小的层多给位，大的层少给。可敏感的也许正是大的层。",
)
def many_bits_for_small_layers(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    widths, left = [min(bits)] * len(sizes), budget - sum(in_bytes(n, min(bits)) for n in sizes)
    for i in sorted(range(len(sizes)), key=lambda i: sizes[i]):
        base = in_bytes(sizes[i], min(bits))
        widths[i] = max(b for b in bits if in_bytes(sizes[i], b) - base <= left)
        left -= in_bytes(sizes[i], widths[i]) - base
    return widths


@same_mistake(many_bits_for_small_layers)
def smallest_first(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    refuse_budget(sizes, bits, budget)
    widths = dict.fromkeys(range(len(sizes)), min(bits))
    for _, i in sorted((n, i) for i, n in enumerate(sizes)):
        for b in sorted(bits):
            others = sum(in_bytes(sizes[k], widths[k]) for k in widths if k != i)
            if others + in_bytes(sizes[i], b) <= budget:
                widths[i] = b
    return list(widths.values())


@wrong(
    en="It counts bits, not bytes: n b bits are ceil(n b / 8) bytes.",
    zh="按位而不是按字节计数：n b 位是 ceil(n b / 8) 字节。",
)
def counts_bits(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return forward(options(costs, sizes, bits, size=lambda n, b: n * b), budget)


@same_mistake(counts_bits)
def budget_of_bits(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return backward(options(costs, sizes, bits, size=lambda n, b: b * n), budget)


@wrong(
    en="Bytes are rounded down: nine bits do not fit into one byte, round up.",
    zh="字节数向下取整了：九位放不进一个字节，应向上取整。",
)
def rounds_bytes_down(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return forward(options(costs, sizes, bits, size=lambda n, b: n * b // 8), budget)


@same_mistake(rounds_bytes_down)
def whole_bytes_that_are_full(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return backward(options(costs, sizes, bits, size=lambda n, b: int(n * b / 8)), budget)


@wrong(
    en="Only the total is rounded up to bytes: each layer starts at a byte of its own.",
    zh="只对总数取整：每一层都从新的字节开始，应各自取整。",
)
def rounds_the_total(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return forward(options(costs, sizes, bits, size=lambda n, b: n * b), 8 * budget)


@same_mistake(rounds_the_total)
def bits_against_eight_budgets(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return backward(options(costs, sizes, bits, size=lambda n, b: n * b / 8), budget)


@wrong(
    en="A choice that meets the budget exactly is left out: the sum may be equal to it.",
    zh="漏掉了恰好等于预算的选择：总和可以等于预算。",
)
def below_the_budget(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return forward(options(costs, sizes, bits), budget - 1)


@same_mistake(below_the_budget)
def strictly_less(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return backward(options(costs, sizes, bits), budget - 0.5)


@wrong(
    en="Of two ways to the same number of bytes the last one stays: keep the cheaper.",
    zh="到达同一字节数的两条路留下了后一条：应留代价较低的。",
)
def last_way_wins(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    best = {0: (0.0, [])}
    for n, row in zip(sizes, costs.tolist(), strict=True):
        reached = {}
        for used, (cost, chosen) in best.items():
            for b, more in zip(bits, row, strict=True):
                if used + in_bytes(n, b) <= budget:
                    reached[used + in_bytes(n, b)] = (cost + more, [*chosen, b])
        best = reached
    if not best:
        raise ValueError("budget")
    return min((cost, used, chosen) for used, (cost, chosen) in best.items())[2]


@same_mistake(last_way_wins)
def overwrites_states(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    states = [(0, 0.0, ())]
    for i, n in enumerate(sizes):
        by_bytes = {}
        for used, cost, chosen in states:
            for j, b in enumerate(bits):
                state = (used + in_bytes(n, b), cost + float(costs[i, j]), (*chosen, b))
                if state[0] <= budget:
                    by_bytes[state[0]] = state
        states = list(by_bytes.values())
    if not states:
        raise ValueError("budget")
    return list(min(states, key=lambda s: (s[1], s[0]))[2])


@wrong(
    en="Among equal costs it takes the larger size: do not spend bytes that buy nothing.",
    zh="代价相等时取了较大的：什么也没买到的字节应当省下。",
)
def larger_of_equals(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)

    def best_of(*states):
        states = list(states[0]) if len(states) == 1 else states
        return min(states, key=lambda s: (s[0], -s[1], s[2]))

    return forward(options(costs, sizes, bits), budget, best_of)


@same_mistake(larger_of_equals)
def fewer_bytes_left(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return backward(options(costs, sizes, bits), budget, lambda found: min(found, key=lambda s: (s[0], -s[1], s[2])))


@wrong(
    en="It returns indices into `bits`: return the widths themselves.",
    zh="返回的是 `bits` 的下标：要的是位宽本身。",
)
def returns_indices(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    return [bits.index(b) for b in forward(options(costs, sizes, bits), budget)]


@same_mistake(returns_indices)
def columns_instead_of_widths(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    where = {b: j for j, b in enumerate(bits)}
    return [where[b] for b in backward(options(costs, sizes, bits), budget)]


@wrong(
    en="A budget that nothing meets gives the smallest widths: such an answer breaks the budget; raise ValueError.",
    zh="预算放不下时返回了最小的位宽：这样的答案超出了预算，应抛出 ValueError。",
)
def smallest_if_nothing_fits(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    try:
        return forward(options(costs, sizes, bits), budget)
    except ValueError:
        return [min(bits)] * len(sizes)


@same_mistake(smallest_if_nothing_fits)
def never_refuses(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    if sum(in_bytes(n, min(bits)) for n in sizes) > budget:
        return [min(bits) for _ in sizes]
    return backward(options(costs, sizes, bits), budget)


@wrong(
    en="It checks neither the shape of the costs nor for NaN: a missing layer goes unnoticed. Raise ValueError.",
    zh="没有检查代价的形状与 NaN：缺了一层也不会发现。应抛出 ValueError。",
)
def trusts_the_costs(costs, sizes, bits, budget):
    layers = [
        [(c, in_bytes(n, b), b) for c, b in zip(np.ravel(row).tolist(), bits, strict=False)]
        for row, n in zip(costs, sizes, strict=False)
    ]
    return forward(layers, budget)


@same_mistake(trusts_the_costs)
def zips_what_there_is(costs, sizes, bits, budget):
    layers = []
    for i in range(min(len(costs), len(sizes))):
        row = np.atleast_1d(costs[i])
        layers.append([(float(row[j]), in_bytes(sizes[i], bits[j]), bits[j]) for j in range(min(len(row), len(bits)))])
    return backward(layers, budget)
