"""Wrong answers to pruning/masked_update, each with the misconception behind it.

`arrays` computes the step on whole arrays, `elements` one weight at a time; an answer replaces what it gets wrong.
"""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(w, g, v, m):
    if not w.shape == g.shape == v.shape == m.shape or m.dtype != bool:
        raise ValueError("shapes or mask")


def only(m, array):
    """The array where m is True, and 0 elsewhere, whatever the value there."""
    return np.where(m, array, 0)


def arrays(w, g, v, m, step, check=refuse_bad):
    """`step(w, g, v, m)` returns the new w and v as arrays."""
    check(w, g, v, m)
    new_w, new_v = step(w.copy(), g, v.copy(), m)
    w[...], v[...] = new_w, new_v


def elements(w, g, v, m, step, check=refuse_bad):
    """`step(w, g, v, m)` returns the new w and v of one weight."""
    check(w, g, v, m)
    for i in np.ndindex(w.shape):
        w[i], v[i] = step(float(w[i]), float(g[i]), float(v[i]), bool(m[i]))


@wrong(
    en="Only the gradient is masked: momentum from before the pruning and weight decay still move pruned weights.",
    zh="只给梯度乘了掩码：剪枝之前的动量与权重衰减仍会推动被剪的权重。",
)
def masks_only_the_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + only(m, g) + weight_decay * w
        return w - learning_rate * v, v

    arrays(w, g, v, m, step)


@same_mistake(masks_only_the_gradient)
def gradient_of_the_kept(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + (g if m else 0) + weight_decay * w
        return w - learning_rate * v, v

    elements(w, g, v, m, step)


@wrong(
    en="The mask is not used: after the step the pruned weights are back.",
    zh="没有使用掩码：一步之后，被剪的权重又回来了。",
)
def ignores_the_mask(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + g + weight_decay * w
        return w - learning_rate * v, v

    arrays(w, g, v, m, step)


@same_mistake(ignores_the_mask)
def plain_sgd(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v *= momentum
    v += g + weight_decay * w
    w -= learning_rate * v


@wrong(
    en="The weights are masked before the step only: the step itself revives them. Mask after it.",
    zh="只在更新之前乘了掩码：更新本身又把它们复活了。应在更新之后乘。",
)
def masks_before_the_step(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        w = only(m, w)
        v = momentum * v + g + weight_decay * w
        return w - learning_rate * v, v

    arrays(w, g, v, m, step)


@same_mistake(masks_before_the_step)
def zeroes_first(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    w[~m] = 0
    v[...] = momentum * v + (g + weight_decay * w)
    w[...] = w - learning_rate * v


@wrong(
    en="The velocity is not masked: it keeps growing, and moves the weight once a later mask keeps it.",
    zh="速度没有乘掩码：它继续累积，以后的掩码放开这个权重时就会推着它走。",
)
def velocity_goes_on(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + g + weight_decay * w
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(velocity_goes_on)
def only_weights_are_zeroed(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + g + weight_decay * w
        return w - learning_rate * v if m else 0, v

    elements(w, g, v, m, step)


@wrong(
    en="The old velocity is left to decay: gradient and weights are masked, but v must be 0 where m prunes.",
    zh="旧的速度留着慢慢衰减：梯度和权重乘了掩码，但 m 剪掉之处 v 也必须为 0。",
)
def velocity_decays(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + only(m, g + weight_decay * w)
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(velocity_decays)
def velocity_only_shrinks(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        if not m:
            return 0, momentum * v
        v = momentum * v + g + weight_decay * w
        return w - learning_rate * v, v

    elements(w, g, v, m, step)


@wrong(
    en="Pruned weights are frozen where they are: they must be 0.",
    zh="被剪的权重停在了原来的值：它们必须为 0。",
)
def freezes_the_pruned(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + g + weight_decay * w)
        return w - learning_rate * v, v

    arrays(w, g, v, m, step)


@same_mistake(freezes_the_pruned)
def skips_the_pruned(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        if not m:
            return w, 0
        v = momentum * v + g + weight_decay * w
        return w - learning_rate * v, v

    elements(w, g, v, m, step)


@wrong(
    en="It reads the mask from w != 0: a kept weight that happens to be 0 can then never move.",
    zh="由 w != 0 推断掩码：恰好为 0 的保留权重就再也不能动了。",
)
def nonzero_is_kept(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        m = m & (w != 0)
        v = only(m, momentum * v + g + weight_decay * w)
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(nonzero_is_kept)
def masks_by_the_pruned_weights(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        if not (m and w):
            return 0, 0
        v = momentum * v + g + weight_decay * w
        return w - learning_rate * v, v

    elements(w, g, v, m, step)


@wrong(
    en="The mask is inverted: True means keep.",
    zh="掩码取反了：True 表示保留。",
)
def true_prunes(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(~m, momentum * v + g + weight_decay * w)
        return only(~m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(true_prunes)
def zeroes_the_kept(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v[...] = momentum * v + g + weight_decay * w
    w -= learning_rate * v
    w[m] = 0
    v[m] = 0


@wrong(
    en="The decay is separate from the gradient, as in AdamW: here it is added to g and goes through the momentum.",
    zh="衰减与梯度分开了（AdamW 的做法）：这里应加到 g 上，并经过动量。",
)
def decoupled_decay(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + g)
        return only(m, w * (1 - learning_rate * weight_decay) - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(decoupled_decay)
def decays_in_the_step(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + g if m else 0
        return w - learning_rate * v - learning_rate * weight_decay * w if m else 0, v

    elements(w, g, v, m, step)


@wrong(
    en="Weight decay is missing: the gradient is g + weight_decay * w.",
    zh="缺了权重衰减：梯度应为 g + weight_decay * w。",
)
def without_decay(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + g)
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(without_decay)
def momentum_and_gradient_alone(w, g, v, m, learning_rate, momentum, weight_decay):
    elements(
        w,
        g,
        v,
        m,
        lambda w, g, v, m: (w - learning_rate * (momentum * v + g), momentum * v + g) if m else (0, 0),
    )


@wrong(
    en="Decay has the wrong sign: it must pull weights towards 0.",
    zh="衰减的符号反了：它应把权重拉向 0。",
)
def decay_pushes_away(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + g - weight_decay * w)
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(decay_pushes_away)
def subtracts_the_decay(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + g - weight_decay * w if m else 0
        return w - learning_rate * v if m else 0, v

    elements(w, g, v, m, step)


@wrong(
    en="The learning rate is inside the velocity: here v has gradients only, and the step multiplies them.",
    zh="把学习率放进了速度：这里 v 只累积梯度，更新时才乘学习率。",
)
def rate_inside_the_velocity(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + learning_rate * (g + weight_decay * w))
        return only(m, w - v), v

    arrays(w, g, v, m, step)


@same_mistake(rate_inside_the_velocity)
def velocity_in_weight_units(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + learning_rate * g + learning_rate * weight_decay * w if m else 0
        return w - v if m else 0, v

    elements(w, g, v, m, step)


@wrong(
    en="The gradient is damped by 1 - momentum, as in Adam's mean: here v = momentum * v + gradient.",
    zh="梯度乘了 1 - momentum（Adam 的平均）：这里 v = momentum * v + 梯度。",
)
def damped(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + (1 - momentum) * (g + weight_decay * w))
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(damped)
def running_mean_of_gradients(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        gradient = g + weight_decay * w
        v = gradient + momentum * (v - gradient) if m else 0
        return w - learning_rate * v if m else 0, v

    elements(w, g, v, m, step)


@wrong(
    en="It is Nesterov's step: here w goes along v itself.",
    zh="用了 Nesterov 的更新：这里 w 直接沿 v 走。",
)
def nesterov(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        g = g + weight_decay * w
        v = only(m, momentum * v + g)
        return only(m, w - learning_rate * (g + momentum * v)), v

    arrays(w, g, v, m, step)


@same_mistake(nesterov)
def looks_ahead(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        if not m:
            return 0, 0
        gradient = g + weight_decay * w
        v = momentum * v + gradient
        return w - learning_rate * gradient - learning_rate * momentum * v, v

    elements(w, g, v, m, step)


@wrong(
    en="The step goes up the gradient: subtract it.",
    zh="沿梯度方向上升了：应当减去。",
)
def goes_uphill(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + g + weight_decay * w)
        return only(m, w + learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(goes_uphill)
def adds_the_step(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v[...] = np.where(m, momentum * v + g + weight_decay * w, 0)
    w += learning_rate * v
    w[~m] = 0


@wrong(
    en="v is updated but not used: the step must go along v, not along the gradient alone.",
    zh="更新了 v 却没有用它：应沿 v 走，而不是只沿梯度走。",
)
def velocity_is_not_used(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        g = g + weight_decay * w
        return only(m, w - learning_rate * g), only(m, momentum * v + g)

    arrays(w, g, v, m, step)


@same_mistake(velocity_is_not_used)
def steps_along_the_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        gradient = only(m, g + weight_decay * w)
        return only(m, w) - learning_rate * gradient, only(m, momentum * v) + gradient

    elements(w, g, v, m, step)


@wrong(
    en="w goes along the old velocity: update v first.",
    zh="w 沿旧的速度走了：应先更新 v。",
)
def steps_before_the_velocity(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        return only(m, w - learning_rate * v), only(m, momentum * v + g + weight_decay * w)

    arrays(w, g, v, m, step)


@same_mistake(steps_before_the_velocity)
def uses_the_old_velocity(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        return (w - learning_rate * v, momentum * v + g + weight_decay * w) if m else (0, 0)

    elements(w, g, v, m, step)


@wrong(
    en="`w = w - ...` binds a new array to the name: the caller's w does not move. Write into it, `w[...] = `.",
    zh="`w = w - ...` 只是让名字指向新数组：调用者的 w 没有变。应写入原数组，`w[...] = `。",
)
def rebinds_w(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v[...] = only(m, momentum * v + g + weight_decay * w)
    w = only(m, w - learning_rate * v)


@same_mistake(rebinds_w)
def works_on_a_copy_of_w(w, g, v, m, learning_rate, momentum, weight_decay):
    arrays(w.copy(), g, v, m, lambda w, g, v, m: (w, only(m, momentum * v + g + weight_decay * w)))


@wrong(
    en="It adds the decay into g: that array belongs to the caller. Make a new one, g + weight_decay * w.",
    zh="把衰减加进了 g：那个数组是调用者的。应另建一个，g + weight_decay * w。",
)
def changes_the_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    g += weight_decay * w
    v[...] = only(m, momentum * v + g)
    w[...] = only(m, w - learning_rate * v)


@same_mistake(changes_the_gradient)
def decays_into_the_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    for i in np.ndindex(w.shape):
        g[i] = g[i] + weight_decay * w[i]
        v[i] = momentum * v[i] + g[i] if m[i] else 0
        w[i] = w[i] - learning_rate * v[i] if m[i] else 0


@wrong(
    en="It masks the caller's g in place: g must stay as it is.",
    zh="原地给调用者的 g 乘了掩码：g 应保持不变。",
)
def masks_the_gradient_in_place(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    g[~m] = 0
    v[...] = only(m, momentum * v + g + weight_decay * w)
    w[...] = only(m, w - learning_rate * v)


@same_mistake(masks_the_gradient_in_place)
def zeroes_the_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    g[~m] = 0
    arrays(w, g, v, m, lambda w, g, v, m: (w, only(m, momentum * v + g + weight_decay * w)))
    w -= learning_rate * v
    w[~m] = 0


@wrong(
    en="It returns new arrays: the step is done in place, and None is returned.",
    zh="返回了新数组：更新应原地进行，返回 None。",
)
def returns_new_arrays(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v = only(m, momentum * v + g + weight_decay * w)
    return only(m, w - learning_rate * v), v


@same_mistake(returns_new_arrays)
def returns_copies(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    new_w, new_v = w.copy(), v.copy()
    new_v[...] = np.where(m, momentum * v + g + weight_decay * w, 0)
    new_w[...] = np.where(m, w - learning_rate * new_v, 0)
    return new_w, new_v


@wrong(
    en="Shapes that broadcast are accepted: one row of a mask would prune a whole matrix. Compare the shapes.",
    zh="能广播的形状混了过去：一行掩码会作用到整个矩阵。应比较形状。",
)
def lets_shapes_broadcast(w, g, v, m, learning_rate, momentum, weight_decay):
    def check(w, g, v, m):
        if m.dtype != bool or np.broadcast_shapes(w.shape, g.shape, v.shape, m.shape) is None:
            raise ValueError("mask")

    check(w, g, v, m)
    new_v = only(m, momentum * v + g + weight_decay * w)
    new_w = only(m, w - learning_rate * new_v)
    if new_w.shape == w.shape:
        w[...] = new_w
    if new_v.shape == v.shape:
        v[...] = new_v


@same_mistake(lets_shapes_broadcast)
def checks_only_that_it_computes(w, g, v, m, learning_rate, momentum, weight_decay):
    if m.dtype != np.bool_:
        raise ValueError("mask")
    velocity = np.where(m, momentum * v + g + weight_decay * w, 0)
    weights = np.where(m, w - learning_rate * velocity, 0)
    for array, new in ((w, weights), (v, velocity)):
        if array.shape == new.shape:
            array[...] = new


@wrong(
    en="A mask of numbers is accepted: with 0.5 in it weights would be halved, not kept. Refuse what is not boolean.",
    zh="由数构成的掩码混了过去：其中若有 0.5，权重就被减半而不是保留。应拒绝非布尔的掩码。",
)
def any_kind_of_mask(w, g, v, m, learning_rate, momentum, weight_decay):
    def check(w, g, v, m):
        if not w.shape == g.shape == v.shape == m.shape:
            raise ValueError("shapes")

    def step(w, g, v, m):
        v = only(m, momentum * v + g + weight_decay * w)
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step, check)


@same_mistake(any_kind_of_mask)
def truth_of_numbers(w, g, v, m, learning_rate, momentum, weight_decay):
    def check(w, g, v, m):
        if len({w.shape, g.shape, v.shape, m.shape}) > 1:
            raise ValueError("shapes")

    def step(w, g, v, m):
        v = momentum * v + g + weight_decay * w if m else 0
        return w - learning_rate * v if m else 0, v

    elements(w, g, v, m, step, check)


@wrong(
    en="It multiplies by the mask: 0 times infinity or NaN is NaN. Choose with np.where, or write 0 where m is False.",
    zh="用乘掩码的办法：0 乘无穷大或 NaN 得 NaN。应用 np.where 选取，或在 m 为 False 处写入 0。",
)
def multiplies_by_the_mask(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = m * (momentum * v + g + weight_decay * w)
        return m * (w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(multiplies_by_the_mask)
def multiplies_in_place(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v *= momentum
    v += g + weight_decay * w
    v *= m
    w -= learning_rate * v
    w *= m


@wrong(
    en="It computes in lower precision than the arrays have: float64 stays float64.",
    zh="以低于数组的精度计算：float64 应保持 float64。",
)
def computes_in_float32(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        w, g, v = (a.astype(np.float32) for a in (w, g, v))
        v = np.where(m, momentum * v + g + weight_decay * w, 0)
        return np.where(m, w - learning_rate * v, 0), v

    arrays(w, g, v, m, step)


@same_mistake(computes_in_float32)
def numbers_in_float32(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        w, g, v = (float(np.float32(a)) for a in (w, g, v))
        v = momentum * v + g + weight_decay * w if m else 0
        return float(np.float32(w - learning_rate * v)) if m else 0, float(np.float32(v))

    elements(w, g, v, m, step)


@wrong(
    en="`v = ...` binds a new array to the name: the caller's v keeps the old velocity. Write into it, `v[...] = `.",
    zh="`v = ...` 只是让名字指向新数组：调用者的 v 仍是旧的速度。应写入原数组，`v[...] = `。",
)
def rebinds_v(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v = np.where(m, momentum * v + g + weight_decay * w, 0)
    w[...] = np.where(m, w - learning_rate * v, 0)


@same_mistake(rebinds_v)
def velocity_is_lost(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    for i in np.ndindex(w.shape):
        step = momentum * v[i] + g[i] + weight_decay * w[i]
        w[i] = w[i] - learning_rate * step if m[i] else 0


@wrong(
    en="It writes into a copy: `ravel()` and `reshape(-1)` copy an array that is not contiguous.",
    zh="写进了副本：数组不连续时，`ravel()` 与 `reshape(-1)` 得到的是副本。",
)
def writes_into_a_copy(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    flat_w, flat_v, flat_m = w.ravel(), v.ravel(), m.ravel()
    flat_v[...] = np.where(flat_m, momentum * flat_v + g.ravel() + weight_decay * flat_w, 0)
    flat_w[...] = np.where(flat_m, flat_w - learning_rate * flat_v, 0)


@same_mistake(writes_into_a_copy)
def steps_along_flat_arrays(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    flat_w, flat_g, flat_v, flat_m = (a.reshape(-1) for a in (w, g, v, m))
    for i in range(len(flat_w)):
        flat_v[i] = momentum * flat_v[i] + flat_g[i] + weight_decay * flat_w[i] if flat_m[i] else 0
        flat_w[i] = flat_w[i] - learning_rate * flat_v[i] if flat_m[i] else 0


@wrong(
    en="The decay is that of L1, the sign of w: here it is weight_decay * w.",
    zh="用的是 L1 的衰减，即 w 的符号：这里应为 weight_decay * w。",
)
def decays_by_the_sign(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = np.where(m, momentum * v + g + weight_decay * np.sign(w), 0)
        return np.where(m, w - learning_rate * v, 0), v

    arrays(w, g, v, m, step)


@same_mistake(decays_by_the_sign)
def lasso(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + g + (weight_decay if w > 0 else -weight_decay if w < 0 else 0) if m else 0
        return w - learning_rate * v if m else 0, v

    elements(w, g, v, m, step)


@same_mistake(rate_inside_the_velocity)
def velocity_down_the_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = np.where(m, momentum * v - learning_rate * (g + weight_decay * w), 0)
        return np.where(m, w + v, 0), v

    arrays(w, g, v, m, step)


@same_mistake(rate_inside_the_velocity)
def adds_a_velocity_in_weight_units(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v - learning_rate * g - learning_rate * weight_decay * w if m else 0
        return w + v if m else 0, v

    elements(w, g, v, m, step)


@same_mistake(masks_before_the_step)
def masks_weights_and_velocity_first(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        w, v = np.where(m, w, 0), np.where(m, v, 0)
        v = momentum * v + g + weight_decay * w
        return w - learning_rate * v, v

    arrays(w, g, v, m, step)


@same_mistake(masks_before_the_step)
def clears_both_and_then_steps(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    w[~m], v[~m] = 0, 0
    v *= momentum
    v += g + weight_decay * w
    w -= learning_rate * v


@same_mistake(computes_in_float32)
def computes_in_float16(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        w, g, v = (a.astype(np.float16).astype(np.float64) for a in (w, g, v))
        v = only(m, momentum * v + g + weight_decay * w)
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(computes_in_float32)
def numbers_in_float16(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        w, g, v = (float(np.float16(a)) for a in (w, g, v))
        v = momentum * v + g + weight_decay * w if m else 0
        return w - learning_rate * v if m else 0, v

    elements(w, g, v, m, step)


@same_mistake(steps_before_the_velocity)
def moves_first(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    w[...] = only(m, w - learning_rate * v)
    v[...] = only(m, momentum * v + g + weight_decay * w)


@same_mistake(steps_before_the_velocity)
def velocity_is_for_the_next_step(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        w = w - learning_rate * v if m else 0
        return w, momentum * v + g + weight_decay * w if m else 0

    elements(w, g, v, m, step)


@wrong(
    en="Tiny numbers are taken for 0, or huge ones clipped: compute the step as it is.",
    zh="把极小的数当作 0，或截断了极大的数：要求的就是这一步本身。",
)
def clips_the_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = only(m, momentum * v + np.clip(g, -1e6, 1e6) + weight_decay * w)
        return only(m, w - learning_rate * v), v

    arrays(w, g, v, m, step)


@same_mistake(clips_the_gradient)
def limits_each_gradient(w, g, v, m, learning_rate, momentum, weight_decay):
    def step(w, g, v, m):
        v = momentum * v + max(-1e6, min(g, 1e6)) + weight_decay * w if m else 0
        return w - learning_rate * v if m else 0, v

    elements(w, g, v, m, step)
