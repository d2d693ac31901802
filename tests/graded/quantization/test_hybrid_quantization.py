"""Graded checks of quantization/hybrid_quantization."""

import itertools

import numpy as np

from minicompress.kit.grading import graded


def reference(costs, sizes, bits, budget):
    """Try every choice; with more than a few layers, fill a table of bytes from the last layer to the first."""
    size = [[-(-n * b // 8) for b in bits] for n in sizes]
    cost = costs.tolist()
    if len(bits) ** len(sizes) > 5000:
        return by_table(cost, size, bits, budget)
    totals = []
    for choice in itertools.product(range(len(bits)), repeat=len(sizes)):
        used = sum(size[i][j] for i, j in enumerate(choice))
        if used <= budget:
            totals.append((sum(cost[i][j] for i, j in enumerate(choice)), used, choice))
    return [bits[j] for j in min(totals)[2]]


def by_table(cost, size, bits, budget):
    """rest[left]: the least (cost, bytes, widths) of the layers from here on, with so many bytes left."""
    rest = [(0.0, 0, ())] * (budget + 1)
    for layer_cost, layer_size in zip(reversed(cost), reversed(size), strict=True):
        rows = []
        for left in range(budget + 1):
            fitting = [
                (c + rest[left - s][0], s + rest[left - s][1], (b, *rest[left - s][2]))
                for c, s, b in zip(layer_cost, layer_size, bits, strict=True)
                if s <= left and rest[left - s]
            ]
            rows.append(min(fitting, default=()))
        rest = rows
    return list(rest[budget][2])


def problem(layers, seed, bits=(2, 3, 4, 8), share=0.5, most=60):
    """Costs that fall as bits rise, by steps of every size, and a budget between the least and the most bytes."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, most, layers).tolist()
    order = np.argsort(np.argsort(bits))
    falling = -np.sort(-rng.exponential(size=(layers, len(bits))), axis=1)
    costs = (falling * rng.uniform(0.2, 5, (layers, 1)))[:, order]
    least, largest = (sum(-(-n * b // 8) for n in sizes) for b in (min(bits), max(bits)))
    return costs, sizes, list(bits), int(least + share * (largest - least))


@graded(2, en="a case worked by hand: two layers, three widths", zh="手算的例子：两层，三种位宽")
def test_hand_worked_case(submission):
    # bytes  8 weights: 2 4 8    16 weights: 4 8 16        budget 14
    # costs             9 4 1                8 6  0
    # 8 and 2 bits: 12 bytes, 9     4 and 4: 12 bytes, 10     8 and 4: 16 bytes     4 and 2: 8 bytes, 12
    def make():
        return np.array([[9.0, 4, 1], [8, 6, 0]]), [8, 16], [2, 4, 8], 14

    def by_hand(costs, sizes, bits, budget):
        return [8, 2]

    submission.agrees_with(by_hand, make)


@graded(2, en="few layers, budgets from tight to wide", zh="层数少，预算从紧到宽")
def test_few_layers(submission):
    submission.agrees_with(reference, lambda: (np.array([[9.0, 4, 1], [8, 6, 0]]), [8, 16], [2, 4, 8], 100))
    for seed, share in enumerate((0.0, 0.1, 0.3, 0.5, 0.8, 1.0)):
        submission.agrees_with(reference, lambda seed=seed, share=share: problem(4, seed, share=share))
    submission.agrees_with(reference, lambda: problem(1, 7))
    submission.agrees_with(reference, lambda: problem(3, 8, bits=(4,), share=0))


@graded(3, en="where the best next step rules out a better one", zh="眼前最好的一步会妨碍更好的一步")
def test_greedy_falls_short(submission):
    # One byte saves 5; ten bytes save 40. Whoever takes the first step cannot pay for the second any more.
    submission.agrees_with(reference, lambda: (np.array([[5.0, 0], [40, 0]]), [8, 80], [1, 2], 21))
    for seed in range(20, 28):
        submission.agrees_with(reference, lambda seed=seed: problem(5, seed, share=0.35))


@graded(2, en="each layer takes whole bytes, and the budget may be met exactly", zh="每层占整字节，恰好等于预算也可以")
def test_whole_bytes(submission):
    def tight(budget):
        # 3 weights: 1 byte with 2 bits, 2 with 3 or 4 bits; 9 weights: 3, 4, 5
        return np.array([[7.0, 3, 1], [6, 2.5, 0.5], [5, 4.5, 0.75]]), [3, 9, 5], [2, 3, 4], budget

    for budget in (6, 7, 8, 9, 10, 11):
        submission.agrees_with(reference, lambda budget=budget: tight(budget))
    for seed in range(30, 34):
        submission.agrees_with(reference, lambda seed=seed: problem(4, seed, bits=(2, 3, 5), share=0.4, most=9))


@graded(1, en="widths in any order", zh="位宽次序任意")
def test_widths_in_any_order(submission):
    for seed in range(40, 44):
        submission.agrees_with(reference, lambda seed=seed: problem(4, seed, bits=(8, 2, 4, 3), share=0.3))


@graded(
    2,
    en="costs of any sign; equal costs: fewer bytes",
    zh="代价可正可负；相等时取字节少的",
)
def test_any_costs(submission):
    def rising():
        costs = np.array([[1.0, -2, 3], [-1, -1, -4], [0, 0.5, 0.5]])
        return costs, [10, 20, 30], [2, 4, 8], 40

    def equal():
        return np.array([[4.0, 2, 2, 2], [3, 3, 1, 1], [0, 0, 0, 0]]), [16, 24, 8], [2, 4, 6, 8], 60

    submission.agrees_with(reference, rising)
    submission.agrees_with(reference, equal)
    submission.agrees_with(reference, lambda: (-problem(4, 50)[0], *problem(4, 50)[1:]))


@graded(1, en="costs that are close, tiny or huge", zh="相近、极小或极大的代价")
def test_costs_of_any_size(submission):
    def close(step, factor):
        order = np.array([[3, 1, 0], [9, 4, 2], [20, 11, 5], [40, 26, 13]])
        return factor * (1 + step * order), [8, 16, 24, 40], [2, 4, 8], 40

    for step, factor in ((1e-3, 1.0), (1e-6, 1.0), (1e-10, 1.0), (1.0, 1e-30), (1.0, 1e30), (1e-10, -1e20)):
        submission.agrees_with(reference, lambda s=step, f=factor: close(s, f))
    submission.agrees_with(reference, lambda: (close(1e-5, 1.0)[0].astype(np.float32), *close(1, 1)[1:]))


@graded(2, en="forty layers, too many to try all", zh="四十层，无法穷举")
def test_many_layers(submission):
    submission.agrees_with(reference, lambda: problem(40, 60, share=0.3, most=40))
    submission.agrees_with(reference, lambda: problem(16, 61, share=0.6, most=90))


@graded(1, en="a budget that nothing meets is refused", zh="拒绝任何选择都放不下的预算")
def test_infeasible_budget_is_refused(submission):
    submission.rejects(ValueError, lambda: (np.array([[2.0, 1], [2, 1]]), [8, 16], [2, 4], 5))
    submission.rejects(ValueError, lambda: (np.array([[2.0, 1]]), [9], [4, 2], 2))
    submission.rejects(ValueError, lambda: (np.array([[2.0, 1]]), [9], [4, 2], 0))


@graded(1, en="costs of another shape or not finite are refused", zh="拒绝形状不对或不是有限数的代价")
def test_bad_costs_are_refused(submission):
    for costs in (np.ones((2, 3)), np.ones((3, 2)), np.ones((3, 1)), np.ones(3), np.ones((4, 3))):
        submission.rejects(ValueError, lambda costs=costs: (costs, [8, 16, 8], [2, 4, 8], 100))
    for bad in (np.nan, np.inf, -np.inf):
        submission.rejects(ValueError, lambda bad=bad: (np.array([[2.0, 1], [bad, 1]]), [8, 16], [2, 4], 100))
