"""Exercise pruning/gradual_schedule: how sparse after training step t, and how many weights go at that step.

Question card: exercises/pruning/gradual_schedule.md (中文：gradual_schedule.zh.md)
Check it with: minicompress check pruning/gradual_schedule
"""


def gradual_schedule(t, n, start, interval, steps, initial, final):
    """Return (sparsity, pruned_now): the sparsity in force at training step t, and how many weights step t prunes.

    t
        The training step, a Python int >= 0.
    n
        How many weights there are in all, pruned ones included; a Python int >= 0.
    start, interval, steps
        Python ints, start >= 0. Pruning takes place at the training steps start + k * interval, for k = 0, 1, ...,
        steps.
    initial, final
        Sparsities, 0 <= initial <= final <= 1. From training step start + k * interval on, the sparsity is

            s_k = final + (initial - final) * (1 - k / steps)^3

        until the next pruning; after the last it stays at final, before the first it is 0.0.

    Sparsity is a share of all n weights: after pruning number k exactly round(s_k * n) weights are zero, half to even.
    pruned_now is how many of them were not zero before step t: 0 at every step without a pruning. In no check
    does a rounding error of s_k * n decide which way a half is rounded.

    Returns a tuple: a float (relative tolerance 1e-9) and an int.
    Raises ValueError if interval or steps is below 1, or if not 0 <= initial <= final <= 1 (NaN too).

    中文：返回 (训练步 t 时的稀疏度, 这一步新剪掉的权重数)。剪枝发生在 start + k * interval（k = 0, ..., steps），此后的
    稀疏度为上式的 s_k，直到下一次剪枝；最后一次之后保持 final，第一次之前为 0.0。稀疏度是占全部 n 个权重的比例：第 k 次
    剪枝后恰有 round(s_k * n) 个零；不是剪枝步时新剪数为 0。interval 或 steps 小于 1、稀疏度不合规定时抛出 ValueError。
    前五个参数都是 Python 整数，t、n、start 不小于 0。检查中不会出现由 s_k * n 的舍入误差决定“恰为一半”如何取整的情形。
    """
    ### BEGIN SOLUTION
    if interval < 1 or steps < 1 or not 0 <= initial <= final <= 1:
        given = f"{interval}, {steps}, {initial}, {final}"
        raise ValueError(f"gradual_schedule: interval, steps >= 1, 0 <= initial <= final <= 1 expected, got {given}")

    def sparsity_at(t):
        if t < start:
            return 0.0
        k = min((t - start) // interval, steps)
        return final + (initial - final) * (1 - k / steps) ** 3

    sparsity = sparsity_at(t)
    return sparsity, round(sparsity * n) - round(sparsity_at(t - 1) * n)
    ### END SOLUTION
