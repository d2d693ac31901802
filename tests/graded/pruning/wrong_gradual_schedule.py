"""Wrong answers to pruning/gradual_schedule, each with the misconception behind it.

`formula` and `walk` are the right way, in closed form and step by step; an answer replaces what it gets wrong.
"""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(interval, steps, initial, final):
    refuse_bad_steps(interval, steps)
    refuse_bad_sparsities(initial, final)


def refuse_bad_steps(interval, steps):
    if interval < 1 or steps < 1:
        raise ValueError("interval or steps")


def refuse_bad_sparsities(initial, final):
    if not 0 <= initial <= final <= 1:
        raise ValueError("sparsities")


def cubic(x, initial, final):
    return final + (initial - final) * (1 - x) ** 3


def formula(
    t, n, start, interval, steps, initial, final, *, curve=cubic, before=0.0, last=None, count=round, shift=0, held=True
):
    """(sparsity, pruned now) as the difference of two totals."""
    refuse_bad(interval, steps, initial, final)

    def share(t):
        if t < start:
            return before
        k = (t - start) // interval + shift if held else (t - start) / interval
        return float(curve(min(k, steps if last is None else last) / steps, initial, final))

    return share(t), count(share(t) * n) - count(share(t - 1) * n)


def walk(
    t, n, start, interval, steps, initial, final, *, curve=cubic, before=0.0, last=None, count=round, shift=0, held=True
):
    """The same, step by step."""
    refuse_bad(interval, steps, initial, final)
    share, zeros, now = before, count(before * n), 0
    for step in range(start, t + 1):
        k, rest = divmod(step - start, interval)
        now = 0
        if held and rest:
            continue
        position = min(k + shift if held else k + rest / interval, steps if last is None else last)
        share = float(curve(position / steps, initial, final))
        now = count(share * n) - zeros
        zeros += now
    return share, now


def is_pruning(t, start, interval, steps):
    return t >= start and (t - start) % interval == 0 and (t - start) // interval <= steps


@wrong(
    en="s_t is applied to the weights that are left: it compounds, twice 50% is 75%. It is a share of all weights.",
    zh="把 s_t 用在了剩余的权重上：会层层叠加，两次 50% 就是 75%。它是占全部权重的比例。",
)
def share_of_what_is_left(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    share, zeros, now = 0.0, 0, 0
    for step in range(t + 1):
        now = 0
        if is_pruning(step, start, interval, steps):
            share = cubic((step - start) / interval / steps, initial, final)
            now = round(share * (n - zeros))
            zeros += now
    return share, now


@same_mistake(share_of_what_is_left)
def compounds(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    left = n
    for k in range(steps + 1):
        share = cubic(k / steps, initial, final)
        now = round(share * left)
        if start + k * interval == t:
            return float(share), now
        if start + k * interval > t:
            break
        left -= now
    return formula(t, n, start, interval, steps, initial, final)[0], 0


@wrong(
    en="The sparsity grows linearly: the term is cubed, (1 - k / steps)^3.",
    zh="稀疏度线性增长：这一项应取立方，(1 - k / steps)^3。",
)
def linear(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: f + (i - f) * (1 - x))


@same_mistake(linear)
def equal_steps(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: i + (f - i) * x)


@wrong(
    en="It cubes k / steps: that starts slowly and ends abruptly. Cube what is still ahead, 1 - k / steps.",
    zh="把 k / steps 取了立方：开头慢、结尾猛。取立方的应是剩下的部分，1 - k / steps。",
)
def cubes_the_progress(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: i + (f - i) * x**3)


@same_mistake(cubes_the_progress)
def slow_start(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: i * (1 - x**3) + f * x**3)


@wrong(
    en="The exponent is 2: Zhu and Gupta's schedule is cubic.",
    zh="指数写成了 2：Zhu 与 Gupta 的日程是三次的。",
)
def squared(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: f + (i - f) * (1 - x) ** 2)


@same_mistake(squared)
def quadratic(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: i + (f - i) * (2 * x - x * x))


@wrong(
    en="initial and final are swapped: the sparsity falls.",
    zh="initial 与 final 弄反了：稀疏度在下降。",
)
def falls(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: cubic(x, f, i))


@same_mistake(falls)
def from_final_to_initial(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, curve=lambda x, i, f: i + (f - i) * (1 - x) ** 3)


@wrong(
    en="It follows the curve at every training step: between two prunings the sparsity stays.",
    zh="每个训练步都沿曲线走：两次剪枝之间稀疏度应保持不变。",
)
def prunes_at_every_step(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, held=False)


@same_mistake(prunes_at_every_step)
def continuous(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, held=False)


@wrong(
    en="Before the first pruning it says initial: nothing is pruned yet, the sparsity is 0.",
    zh="第一次剪枝之前就返回 initial：那时什么都没剪，稀疏度为 0。",
)
def initial_from_the_beginning(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, before=float(initial))


@same_mistake(initial_from_the_beginning)
def begins_at_initial(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, before=float(initial))


@wrong(
    en="The first pruning is lost: at start, round(initial * n) weights are pruned.",
    zh="漏了第一次剪枝：在 start 这一步要剪 round(initial * n) 个。",
)
def nothing_goes_at_the_start(t, n, start, interval, steps, initial, final):
    share, now = formula(t, n, start, interval, steps, initial, final)
    return share, 0 if t == start else now


@same_mistake(nothing_goes_at_the_start)
def takes_initial_as_given(t, n, start, interval, steps, initial, final):
    share, now = walk(t, n, start, interval, steps, initial, final)
    return share, now if t > start else 0


@wrong(
    en="The curve has no end: after it 1 - k / steps is negative and the sparsity exceeds final. Cap k at steps.",
    zh="没有终点：过了之后 1 - k / steps 为负，稀疏度会超过 final。k 应以 steps 为上限。",
)
def never_ends(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, last=float("inf"))


@same_mistake(never_ends)
def runs_past_the_end(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, last=10**9)


@wrong(
    en="It never reaches final: k runs to steps, not to steps - 1.",
    zh="永远到不了 final：k 应一直到 steps，而不是 steps - 1。",
)
def stops_one_short(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, last=steps - 1)


@same_mistake(stops_one_short)
def range_of_steps(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, last=max(range(steps)) if steps > 0 else 0)


@wrong(
    en="It is one pruning ahead: at start k is 0.",
    zh="提前了一次：在 start 时 k 为 0。",
)
def one_ahead(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, shift=1)


@same_mistake(one_ahead)
def counts_from_one(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, shift=1)


@wrong(
    en="Progress is (t - start) / steps: steps counts prunings, so divide by steps * interval.",
    zh="进度用了 (t - start) / steps：steps 数的是剪枝次数，应除以 steps * interval。",
)
def forgets_the_interval(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    return formula(t, n, start, 1, steps, initial, final)


@same_mistake(forgets_the_interval)
def interval_of_one(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    return walk(t, n, start, 1, steps, initial, final)


@wrong(
    en="start is forgotten: the first pruning is at training step start, not 0.",
    zh="忘了 start：第一次剪枝在训练步 start，而不是 0。",
)
def starts_at_zero(t, n, start, interval, steps, initial, final):
    return formula(t, n, 0, interval, steps, initial, final)


@same_mistake(starts_at_zero)
def ignores_start(t, n, start, interval, steps, initial, final):
    return walk(t, n, 0, interval, steps, initial, final)


@wrong(
    en="It returns how many weights are zero in all: return how many this step adds.",
    zh="返回的是零的总数：要的是这一步新剪掉的个数。",
)
def returns_the_total(t, n, start, interval, steps, initial, final):
    share, _ = formula(t, n, start, interval, steps, initial, final)
    return share, round(share * n)


@same_mistake(returns_the_total)
def all_zeros_so_far(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final)[0], sum(
        walk(step, n, start, interval, steps, initial, final)[1] for step in range(t + 1)
    )


@wrong(
    en="Between two prunings it reports the last one again: only pruning steps prune.",
    zh="两次剪枝之间又报了一遍上一次的个数：不是剪枝步就什么都不剪。",
)
def repeats_the_last_pruning(t, n, start, interval, steps, initial, final):
    share, _ = formula(t, n, start, interval, steps, initial, final)
    if t < start:
        return share, 0
    last = start + min((t - start) // interval, steps) * interval
    return share, formula(last, n, start, interval, steps, initial, final)[1]


@same_mistake(repeats_the_last_pruning)
def difference_of_two_prunings(t, n, start, interval, steps, initial, final):
    share, now = walk(t, n, start, interval, steps, initial, final)
    step = t
    while step > start and not is_pruning(step, start, interval, steps):
        step -= 1
        _, now = walk(step, n, start, interval, steps, initial, final)
    return share, now


@wrong(
    en="It rounds what is added: the errors pile up. Round the totals and subtract them.",
    zh="对增量取整：误差会累积。应对总数取整，再相减。",
)
def rounds_the_increment(t, n, start, interval, steps, initial, final):
    share, _ = formula(t, n, start, interval, steps, initial, final)
    before, _ = formula(t - 1, n, start, interval, steps, initial, final)
    return share, round((share - before) * n)


@same_mistake(rounds_the_increment)
def adds_rounded_shares(t, n, start, interval, steps, initial, final):
    share, _ = walk(t, n, start, interval, steps, initial, final)
    added = (share - walk(t - 1, n, start, interval, steps, initial, final)[0]) * n
    return share, int(np.rint(added))


@wrong(
    en="int() truncates the totals: round them.",
    zh="int() 直接截断总数：应舍入到最近的整数。",
)
def truncates(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, count=int)


@same_mistake(truncates)
def floors(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, count=lambda zeros: int(np.floor(zeros)))


@wrong(
    en="It returns the density, what is kept: sparsity is the share of zeros.",
    zh="返回的是密度（保留比例）：稀疏度是零所占的比例。",
)
def returns_density(t, n, start, interval, steps, initial, final):
    share, now = formula(t, n, start, interval, steps, initial, final)
    return 1 - share, now


@same_mistake(returns_density)
def what_is_kept(t, n, start, interval, steps, initial, final):
    share, now = walk(t, n, start, interval, steps, initial, final)
    return 1.0 - share, now


@wrong(
    en="An interval or a number of steps below 1 is accepted: refuse it with ValueError.",
    zh="没有拒绝小于 1 的 interval 或 steps：应抛出 ValueError。",
)
def any_steps(t, n, start, interval, steps, initial, final):
    refuse_bad_sparsities(initial, final)
    return formula(t, n, start, max(interval, 1), max(steps, 1), initial, final)


@same_mistake(any_steps)
def at_least_one_step(t, n, start, interval, steps, initial, final):
    refuse_bad_sparsities(initial, final)
    return walk(t, n, start, 1 if interval < 1 else interval, 1 if steps < 1 else steps, initial, final)


@wrong(
    en="Sparsities out of order or outside [0, 1] are accepted: refuse them with ValueError.",
    zh="没有拒绝次序颠倒或在 [0, 1] 之外的稀疏度：应抛出 ValueError。",
)
def any_sparsities(t, n, start, interval, steps, initial, final):
    refuse_bad_steps(interval, steps)
    if t < start:
        return 0.0, 0
    k = min((t - start) // interval, steps)
    share = cubic(k / steps, initial, final)
    before = cubic((k - 1) / steps, initial, final) if k else 0.0
    now = np.rint(share * n) - np.rint(before * n) if is_pruning(t, start, interval, steps) else 0
    return float(share), int(np.nan_to_num(now))


@same_mistake(any_sparsities)
def no_check_of_sparsities(t, n, start, interval, steps, initial, final):
    refuse_bad_steps(interval, steps)
    share, zeros, now = 0.0, 0, 0
    for step in range(start, t + 1):
        now = 0
        if is_pruning(step, start, interval, steps):
            share = float(cubic((step - start) // interval / steps, initial, final))
            total = 0 if share != share else round(share * n)
            now, zeros = total - zeros, total
    return share, now


def half_up(x):
    return math.floor(x + 0.5)


@wrong(en="The totals are rounded up: round to the nearest.", zh="总数向上取整了：应取最近的整数。")
def rounds_up(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, count=math.ceil)


@same_mistake(rounds_up)
def rounds_down_what_is_left(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, count=lambda x: -int(-x // 1))


@wrong(
    en="A half is rounded up: totals are rounded half to even, so 2.5 becomes 2.",
    zh="恰为一半时向上取整了：总数舍入到偶数，2.5 变为 2。",
)
def rounds_half_up(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, count=half_up)


@same_mistake(rounds_half_up)
def rounds_half_up_step_by_step(t, n, start, interval, steps, initial, final):
    return walk(t, n, start, interval, steps, initial, final, count=lambda x: int(x + 0.5))


@wrong(
    en="Each pruning takes the same share of what is left (geometric): the exercise asks for the cubic curve.",
    zh="每次剪去剩余权重的相同比例（几何级数）：要求的是公式中的三次曲线。",
)
def geometric(t, n, start, interval, steps, initial, final):
    def curve(x, initial, final):
        return 1 - (1 - initial) * ((1 - final) / (1 - initial)) ** x if initial < 1 else final

    return formula(t, n, start, interval, steps, initial, final, curve=curve)


@same_mistake(geometric)
def density_falls_exponentially(t, n, start, interval, steps, initial, final):
    def curve(x, initial, final):
        return 1 - (1 - initial) ** (1 - x) * (1 - final) ** x

    return walk(t, n, start, interval, steps, initial, final, curve=curve)


@wrong(
    en="The curve is a cosine: the exercise asks for the cubic curve of the formula.",
    zh="用的是余弦曲线：要求的是公式中的三次曲线。",
)
def cosine(t, n, start, interval, steps, initial, final):
    def curve(x, initial, final):
        return final + (initial - final) * (1 + math.cos(math.pi * x)) / 2

    return formula(t, n, start, interval, steps, initial, final, curve=curve)


@same_mistake(cosine)
def half_a_wave(t, n, start, interval, steps, initial, final):
    def curve(x, initial, final):
        return initial + (final - initial) * math.sin(math.pi * x / 2) ** 2

    return walk(t, n, start, interval, steps, initial, final, curve=curve)


@wrong(
    en="The sparsity is rounded, or computed in float32: the exercise asks for 1e-9, and the totals depend on it.",
    zh="稀疏度被舍入，或以 float32 计算：要求相对误差 1e-9，总数也取决于它。",
)
def rounds_the_sparsity(t, n, start, interval, steps, initial, final):
    share, now = formula(t, n, start, interval, steps, initial, final)
    return round(share, 4), now


@same_mistake(rounds_the_sparsity)
def four_decimals(t, n, start, interval, steps, initial, final):
    share, now = walk(t, n, start, interval, steps, initial, final)
    return float(f"{share:.4f}"), now


@same_mistake(rounds_the_sparsity)
def computes_in_float32(t, n, start, interval, steps, initial, final):
    return formula(t, n, start, interval, steps, initial, final, curve=lambda *x: np.float32(cubic(*x)))


@same_mistake(rounds_the_sparsity)
def a_curve_in_float32(t, n, start, interval, steps, initial, final):
    def curve(*x):
        return float(np.asarray(cubic(*x), dtype="f4"))

    return walk(t, n, start, interval, steps, initial, final, curve=curve)


@wrong(
    en="It acts one training step late: the sparsity s_k holds from step start + k * interval on, that step included.",
    zh="晚了一个训练步：从第 start + k * interval 步起（含这一步）稀疏度就是 s_k。",
)
def one_step_late(t, n, start, interval, steps, initial, final):
    return formula(t, n, start + 1, interval, steps, initial, final)


@same_mistake(one_step_late)
def after_the_step(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    return walk(t - 1, n, start, interval, steps, initial, final) if t > start else (0.0, 0)


@wrong(
    en="k is rounded to the nearest pruning: it is the last one at or before t, so round down.",
    zh="k 取了最近的一次剪枝：应是 t 时或之前的最后一次，即向下取整。",
)
def nearest_pruning(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)

    def share(t):
        if t < start:
            return 0.0
        return float(cubic(min(round((t - start) / interval), steps) / steps, initial, final))

    return share(t), round(share(t) * n) - round(share(t - 1) * n)


@same_mistake(nearest_pruning)
def rint_of_the_progress(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    at = [-1 if u < start else min(int(np.rint((u - start) / interval)), steps) for u in (t - 1, t)]
    before, now = (0.0 if k < 0 else cubic(k / steps, initial, final) for k in at)
    return float(now), round(now * n) - round(before * n)


@wrong(
    en="NaN slips through: every comparison with it is false, so test `not 0 <= initial <= final <= 1`.",
    zh="NaN 混了过去：与它的任何比较都为假，应写 `not 0 <= initial <= final <= 1`。",
)
def forgets_nan(t, n, start, interval, steps, initial, final):
    refuse_bad_steps(interval, steps)
    if initial < 0 or final > 1 or initial > final:
        raise ValueError("sparsities")
    return of_any_sparsities(t, n, start, interval, steps, initial, final)


@same_mistake(forgets_nan)
def bounds_one_by_one(t, n, start, interval, steps, initial, final):
    refuse_bad_steps(interval, steps)
    if any((initial < 0, initial > 1, final < 0, final > 1, final < initial)):
        raise ValueError("sparsities")
    return of_any_sparsities(t, n, start, interval, steps, initial, final)


def of_any_sparsities(t, n, start, interval, steps, initial, final):
    def share(t):
        return 0.0 if t < start else cubic(min((t - start) // interval, steps) / steps, initial, final)

    if share(t) != share(t):
        return share(t), 0
    return share(t), round(share(t) * n) - round(share(t - 1) * n)
