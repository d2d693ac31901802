"""Wrong answers to quantization/straight_through, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def sign(a):
    return np.where(a >= 0, 1.0, -1.0)


def binary(w, u):
    return sign(w) if u is None else np.where(u < (w + 1) / 2, 1.0, -1.0)


def inside(x):
    return np.abs(x) <= 1


def step(w, dw, learning_rate):
    w[...] = np.clip(w - learning_rate * dw, -1, 1)


def whole(w, x, loss_gradient, learning_rate, u=None, *, of_x=sign, of_w=binary, slope=inside, move=step, dw=None):
    """The right step, except for what is replaced."""
    xb, wb = of_x(x), of_w(w, u)
    y = xb @ wb.T
    dy = loss_gradient(y)
    dx = (dy @ wb) * slope(x)
    move(w, dy.T @ xb if dw is None else dw(dy, xb), learning_rate)
    return y, dx


def loops(w, x, loss_gradient, learning_rate, u=None, *, of_x=sign, of_w=binary, slope=inside, move=step, back=None):
    """The same, one sample after the other."""
    xb, wb = of_x(x), of_w(w, u)
    y = np.stack([wb @ row for row in xb])
    dy = np.asarray(loss_gradient(y))
    through = wb if back is None else back
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i, row in enumerate(dy):
        dx[i] = row @ through
        dw += np.outer(row, xb[i])
    dx *= slope(x)
    move(w, dw, learning_rate)
    return y, dx


@wrong(
    en="The derivative of the sign is taken at its word: it is 0 nearly everywhere, and nothing ever moves.",
    zh="照搬了符号函数的导数：它几乎处处为 0，于是什么都不会动。",
)
def true_derivative(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: 0, dw=lambda dy, xb: 0 * (dy.T @ xb))


@same_mistake(true_derivative)
def the_gradient_dies(w, x, loss_gradient, learning_rate, u=None):
    y = sign(x) @ binary(w, u).T
    loss_gradient(y)
    return y, np.zeros(x.shape)


@wrong(
    en="The binary weights are moved, not the latent ones: small steps are lost, and the floats forget what they were.",
    zh="更新的是二值权重而不是潜在权重：小步会丢失，浮点权重也忘了原来的值。",
)
def moves_the_signs(w, x, loss_gradient, learning_rate, u=None):
    wb = binary(w, u)
    return whole(w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: step(w, dw + (w - wb) / lr, lr))


@same_mistake(moves_the_signs)
def overwrites_the_master(w, x, loss_gradient, learning_rate, u=None):
    signs = binary(w, u)

    def move(w, dw, learning_rate):
        w[...] = np.clip(signs - learning_rate * dw, -1, 1)

    return loops(w, x, loss_gradient, learning_rate, u, move=move)


@wrong(
    en="The gradient passes to every x: where |x| > 1 it must stop, or x is driven out without any effect.",
    zh="梯度传给了所有 x：|x| > 1 处应停止，否则 x 会被推得越来越远而毫无作用。",
)
def passes_everywhere(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: 1)


@same_mistake(passes_everywhere)
def no_window(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=np.ones_like)


@wrong(
    en="The window leaves out its ends: a value that was clipped to exactly 1 must still get its gradient, |x| <= 1.",
    zh="窗口不含端点：恰好截断到 1 的值也要得到梯度，条件是 |x| <= 1。",
)
def open_window(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(x) < 1)


@same_mistake(open_window)
def strictly_between(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: (x > -1) & (x < 1))


@wrong(
    en="The window is the wrong way round: the gradient passes inside of [-1, 1], not outside.",
    zh="窗口弄反了：梯度应在 [-1, 1] 之内通过，而不是之外。",
)
def window_inside_out(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(x) > 1)


@same_mistake(window_inside_out)
def keeps_what_was_clipped(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: 1.0 - inside(x))


@wrong(
    en="The window is one-sided, x <= 1: it must stop below -1 as well.",
    zh="窗口只有一侧（x <= 1）：低于 -1 时也要停止。",
)
def forgets_the_lower_end(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: x <= 1)


@same_mistake(forgets_the_lower_end)
def only_the_large_are_clipped(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: ~(x > 1))


@wrong(
    en="The gradient is that of ReLU, 1 where x > 0: negative inputs have a sign too.",
    zh="用了 ReLU 的梯度（x > 0 处为 1）：负的输入同样有符号。",
)
def slope_of_relu(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: x > 0)


@same_mistake(slope_of_relu)
def zero_below_zero(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.heaviside(x, 0))


@wrong(
    en="The surrogate is tanh, with slope 1 - tanh(x)^2: the exercise asks for hardtanh, slope 1 up to |x| = 1 and 0 "
    "beyond.",
    zh="代理函数用了 tanh，斜率 1 - tanh(x)^2：题目要的是 hardtanh，|x| <= 1 处斜率为 1，其余为 0。",
)
def slope_of_tanh(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: 1 - np.tanh(x) ** 2)


@same_mistake(slope_of_tanh)
def slope_by_cosh(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.cosh(x.astype(float)) ** -2)


@wrong(
    en="Latent weights at the ends of [-1, 1] get no gradient: clipped once, they can never come back.",
    zh="处于 [-1, 1] 两端的潜在权重得不到梯度：一旦被截断，就再也回不来了。",
)
def stuck_at_the_ends(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: step(w, np.where(np.abs(w) < 1, dw, 0), lr)
    )


@same_mistake(stuck_at_the_ends)
def masks_the_weights_strictly(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        free = (w > -1) & (w < 1)
        w[free] = np.clip(w - learning_rate * dw, -1, 1)[free]

    return loops(w, x, loss_gradient, learning_rate, u, move=move)


@wrong(
    en="The latent weights are not clipped after the update: beyond 1 they act as at 1, and come back ever later.",
    zh="更新后没有截断潜在权重：超出 1 的作用与 1 相同，却要越来越久才能回来。",
)
def does_not_clip(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        w -= (learning_rate * dw).astype(w.dtype)

    return whole(w, x, loss_gradient, learning_rate, u, move=move)


@same_mistake(does_not_clip)
def clips_a_copy(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        w[...] = w - learning_rate * dw
        np.clip(w, -1, 1)

    return loops(w, x, loss_gradient, learning_rate, u, move=move)


@wrong(
    en="The clipping comes before the update: the step then leads out of [-1, 1] again.",
    zh="先截断后更新了：这一步又会走出 [-1, 1]。",
)
def clips_only_the_step(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        w[...] = w - np.clip(learning_rate * dw, -1, 1)

    return whole(w, x, loss_gradient, learning_rate, u, move=move)


@same_mistake(clips_only_the_step)
def limits_the_step(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        w -= np.minimum(np.maximum(learning_rate * dw, -1), 1).astype(w.dtype)

    return loops(w, x, loss_gradient, learning_rate, u, move=move)


@wrong(
    en="The gradient is clipped to [-1, 1], not the latent weight: it is the weight that has the range.",
    zh="截断到 [-1, 1] 的是梯度，而不是潜在权重：有范围的是权重。",
)
def clips_the_gradient(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: step(w, np.clip(dw, -1, 1), lr))


@same_mistake(clips_the_gradient)
def limits_the_gradient(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        dw[dw > 1], dw[dw < -1] = 1, -1
        step(w, dw, learning_rate)

    return loops(w, x, loss_gradient, learning_rate, u, move=move)


@wrong(
    en="dx is computed with the latent weights: the product was taken with the binary ones, and so is its gradient.",
    zh="计算 dx 时用了潜在权重：前向乘的是二值权重，梯度也应该用它。",
)
def backward_with_latent_weights(w, x, loss_gradient, learning_rate, u=None):
    latent = w.copy()
    y, _ = whole(w, x, loss_gradient, learning_rate, u)
    return y, (loss_gradient(y) @ latent) * inside(x)


@same_mistake(backward_with_latent_weights)
def sends_back_through_the_floats(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, back=w.astype(float))


@wrong(
    en="dx is computed with the weights after the update: the backward pass belongs to the forward pass before it.",
    zh="计算 dx 时用了更新之后的权重：反向应对应更新之前的那次前向。",
)
def backward_after_the_update(w, x, loss_gradient, learning_rate, u=None):
    y, _ = whole(w, x, loss_gradient, learning_rate, u)
    return y, (loss_gradient(y) @ binary(w, u)) * inside(x)


@same_mistake(backward_after_the_update)
def updates_too_early(w, x, loss_gradient, learning_rate, u=None):
    xb = sign(x)
    y = np.einsum("ni,oi->no", xb, binary(w, u))
    dy = loss_gradient(y)
    step(w, np.einsum("no,ni->oi", dy, xb), learning_rate)
    return y, np.einsum("no,oi->ni", dy, binary(w, u)) * inside(x)


@wrong(
    en="dw is computed with x instead of its sign: the weights were multiplied by the binary inputs.",
    zh="计算 dw 时用了 x 而不是它的符号：与权重相乘的是二值输入。",
)
def gradient_with_float_inputs(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, dw=lambda dy, xb: dy.T @ x)


@same_mistake(gradient_with_float_inputs)
def outer_products_with_x(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        step(w, sum(np.outer(d, row) for d, row in zip(kept[0], x, strict=True)), learning_rate)

    kept = []

    def remember(y):
        kept.append(loss_gradient(y))
        return kept[0]

    return loops(w, x, remember, learning_rate, u, move=move)


@wrong(
    en="The inputs stay floats in the forward pass: y is the product of their signs with those of the weights.",
    zh="前向时输入没有二值化：y 是输入的符号与权重的符号之积。",
)
def float_inputs(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_x=lambda x: x.astype(float))


@same_mistake(float_inputs)
def binarizes_only_the_weights(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_x=lambda x: 1.0 * x)


@wrong(
    en="np.sign(0) is 0: a weight or an input of 0 has the sign +1 here, since one bit has no third value.",
    zh="np.sign(0) 是 0：这里 0 的符号是 +1，因为一个位没有第三个值。",
)
def sign_with_a_zero(w, x, loss_gradient, learning_rate, u=None):
    def of_w(w, u):
        return np.sign(w.astype(float)) if u is None else binary(w, u)

    return whole(w, x, loss_gradient, learning_rate, u, of_x=lambda x: np.sign(x.astype(float)), of_w=of_w)


@same_mistake(sign_with_a_zero)
def three_values(w, x, loss_gradient, learning_rate, u=None):
    def three(a):
        return 1.0 * (a > 0) - (a < 0)

    return loops(
        w, x, loss_gradient, learning_rate, u, of_x=three, of_w=lambda w, u: three(w) if u is None else binary(w, u)
    )


@wrong(
    en="The sign of 0 became -1: it is +1 where the value is >= 0.",
    zh="0 的符号成了 -1：值 >= 0 处都是 +1。",
)
def zero_is_minus_one(w, x, loss_gradient, learning_rate, u=None):
    def low(a):
        return np.where(a > 0, 1.0, -1.0)

    return whole(
        w, x, loss_gradient, learning_rate, u, of_x=low, of_w=lambda w, u: low(w) if u is None else binary(w, u)
    )


@same_mistake(zero_is_minus_one)
def positive_or_minus(w, x, loss_gradient, learning_rate, u=None):
    def low(a):
        return 2.0 * (a > 0) - 1

    return loops(
        w, x, loss_gradient, learning_rate, u, of_x=low, of_w=lambda w, u: low(w) if u is None else binary(w, u)
    )


@wrong(
    en="u is ignored: given u, a weight is +1 with the probability (w + 1) / 2.",
    zh="忽略了 u：给定 u 时，权重以概率 (w + 1) / 2 取 +1。",
)
def always_deterministic(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(w))


@same_mistake(always_deterministic)
def takes_no_chances(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, None)


@wrong(
    en="u is compared with w itself: a probability lies in [0, 1], so w from [-1, 1] must become (w + 1) / 2 first.",
    zh="直接拿 u 与 w 比较：概率在 [0, 1] 内，[-1, 1] 的 w 应先变成 (w + 1) / 2。",
)
def compares_with_w(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(w) if u is None else np.where(u < w, 1.0, -1.0)
    )


@same_mistake(compares_with_w)
def clips_w_to_a_probability(w, x, loss_gradient, learning_rate, u=None):
    def of_w(w, u):
        return sign(w) if u is None else 2.0 * (u < np.clip(w, 0, 1)) - 1

    return loops(w, x, loss_gradient, learning_rate, u, of_w=of_w)


@wrong(
    en="The comparison with u is the wrong way round: a weight near +1 must nearly always be +1, which is u < p.",
    zh="与 u 的比较弄反了：接近 +1 的权重应几乎总是 +1，即 u < p。",
)
def reversed_comparison(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: sign(w) if u is None else np.where(u >= (w + 1) / 2, 1.0, -1.0),
    )


@same_mistake(reversed_comparison)
def plus_with_the_other_probability(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(w) if u is None else -binary(w, u))


@wrong(
    en="u <= p lets w = -1 become +1 when u is 0: u comes from [0, 1), so the comparison is u < p.",
    zh="u <= p 会让 w = -1 在 u 为 0 时变成 +1：u 取自 [0, 1)，应比较 u < p。",
)
def lets_the_lower_end_cross(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: sign(w) if u is None else np.where(u <= (w + 1) / 2, 1.0, -1.0),
    )


@same_mistake(lets_the_lower_end_cross)
def sign_of_the_difference(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(w) if u is None else sign((w + 1) / 2 - u)
    )


@wrong(
    en="The gradient is divided by the batch size once more: dy holds the mean already.",
    zh="梯度又除了一次批次大小：dy 已经包含平均。",
)
def averages_twice(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, dw=lambda dy, xb: dy.T @ xb / len(xb))


@same_mistake(averages_twice)
def mean_over_the_batch(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: step(w, dw, lr / len(x)))


@wrong(
    en="The step climbs: it goes against the gradient, w - learning_rate * dw.",
    zh="方向反了：应逆着梯度走，w - learning_rate * dw。",
)
def climbs(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: step(w, -dw, lr))


@same_mistake(climbs)
def adds_the_gradient(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: step(w, dw, -lr))


@wrong(
    en="The new weights are bound to a name: `w = ...` leaves the caller's array as it was; write into w[...].",
    zh="新权重只绑定到了变量名：`w = ...` 不会改动传入的数组，应写入 w[...]。",
)
def rebinds_the_name(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: np.clip(w - lr * dw, -1, 1))


@same_mistake(rebinds_the_name)
def moves_a_copy(w, x, loss_gradient, learning_rate, u=None):
    return loops(w.copy(), x, loss_gradient, learning_rate, u)


@wrong(
    en="The latent weights are binarized in place: afterwards w holds signs, and all that was learned is gone.",
    zh="把潜在权重也二值化了：之后 w 里只有符号，学到的细节都没了。",
)
def writes_signs_into_the_master(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        step(w, dw, learning_rate)
        w[...] = sign(w)

    return whole(w, x, loss_gradient, learning_rate, u, move=move)


@same_mistake(writes_signs_into_the_master)
def signs_of_the_updated(w, x, loss_gradient, learning_rate, u=None):
    def move(w, dw, learning_rate):
        w[...] = sign(w - learning_rate * dw)

    return loops(w, x, loss_gradient, learning_rate, u, move=move)


@wrong(
    en="np.sign(0) is 0: an input of 0 has the sign +1 here.",
    zh="np.sign(0) 是 0：这里值为 0 的输入符号取 +1。",
)
def sign_of_zero_inputs(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_x=np.sign)


@same_mistake(sign_of_zero_inputs)
def zero_inputs_are_zero(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_x=np.sign)


@wrong(
    en="np.sign(0) is 0: a latent weight of 0 has the sign +1 here.",
    zh="np.sign(0) 是 0：这里值为 0 的潜在权重符号取 +1。",
)
def sign_of_zero_weights(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: np.sign(w) if u is None else binary(w, u))


@same_mistake(sign_of_zero_weights)
def zero_weights_are_zero(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: np.sign(w) if u is None else binary(w, u))


@wrong(
    en="The sign of an input of 0 became -1: it is +1 where x >= 0.",
    zh="值为 0 的输入符号成了 -1：x >= 0 处都取 +1。",
)
def zero_inputs_are_negative(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_x=lambda x: np.where(x > 0, 1.0, -1.0))


@same_mistake(zero_inputs_are_negative)
def only_positive_inputs(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_x=lambda x: np.where(x > 0, 1.0, -1.0))


@wrong(
    en="The sign of a latent weight of 0 became -1: it is +1 where w >= 0.",
    zh="值为 0 的潜在权重符号成了 -1：w >= 0 处都取 +1。",
)
def zero_weights_are_negative(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: np.where(w > 0, 1.0, -1.0) if u is None else binary(w, u),
    )


@same_mistake(zero_weights_are_negative)
def only_positive_weights(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: np.where(w > 0, 1.0, -1.0) if u is None else binary(w, u),
    )


@wrong(
    en="The binary inputs are 0 and 1: the exercise asks for -1 and +1.",
    zh="二值输入取了 0 和 1：题目要求 -1 和 +1。",
)
def inputs_of_zero_and_one(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_x=lambda x: np.where(x >= 0, 1.0, 0.0))


@same_mistake(inputs_of_zero_and_one)
def heaviside_inputs(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_x=lambda x: np.where(x >= 0, 1.0, 0.0))


@wrong(
    en="The binary weights are 0 and 1: the exercise asks for -1 and +1.",
    zh="二值权重取了 0 和 1：题目要求 -1 和 +1。",
)
def weights_of_zero_and_one(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: (binary(w, u) + 1) / 2)


@same_mistake(weights_of_zero_and_one)
def heaviside_weights(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: (binary(w, u) + 1) / 2)


@wrong(
    en="The binary weights are scaled by the mean of |w|, as XNOR-Net does: the exercise asks for -1 and +1 alone.",
    zh="二值权重乘了 |w| 的均值（XNOR-Net 的做法）：题目只要 -1 和 +1。",
)
def scales_the_signs(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: binary(w, u) * np.abs(w).mean())


@same_mistake(scales_the_signs)
def binary_weight_network(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: binary(w, u) * np.abs(w).mean())


@wrong(
    en="An epsilon is added before the sign, or values are rounded: -1e-9 has the sign -1.",
    zh="取符号之前加了小数，或做了取整：-1e-9 的符号是 -1。",
)
def tiny_inputs_are_positive(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_x=lambda x: sign(x + 1e-8))


@same_mistake(tiny_inputs_are_positive)
def an_epsilon_before_the_sign(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_x=lambda x: sign(x + 1e-8))


@same_mistake(tiny_inputs_are_positive)
def tiny_weights_are_positive(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(w + 1e-8) if u is None else binary(w, u))


@same_mistake(tiny_inputs_are_positive)
def an_epsilon_before_the_sign_of_w(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(w + 1e-8) if u is None else binary(w, u))


@same_mistake(tiny_inputs_are_positive)
def rounds_before_the_sign(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(np.round(w, 6)) if u is None else binary(w, u)
    )


@same_mistake(tiny_inputs_are_positive)
def six_decimals(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w, x, loss_gradient, learning_rate, u, of_w=lambda w, u: sign(np.round(w, 6)) if u is None else binary(w, u)
    )


@wrong(
    en="The window is wider than [-1, 1]: the float next to 1 lies outside already.",
    zh="窗口比 [-1, 1] 宽：紧邻 1 的浮点数已在窗口之外。",
)
def a_wider_window(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(x) <= 1 + 1e-6)


@same_mistake(a_wider_window)
def ends_with_an_epsilon(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(x) <= 1 + 1e-6)


@same_mistake(a_wider_window)
def almost_one(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(x) < 1 + 1e-3)


@same_mistake(a_wider_window)
def one_and_a_thousandth(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(x) <= 1.001)


@same_mistake(a_wider_window)
def window_in_float16(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(x.astype(np.float16)) <= 1)


@same_mistake(a_wider_window)
def half_precision_window(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.abs(np.float16(x)) <= np.float16(1))


@wrong(
    en="The surrogate's slope is a triangle, 2 - 2|x|: the exercise asks for hardtanh, slope 1 up to |x| = 1.",
    zh="用了三角形的替代斜率 2 - 2|x|：题目要求 hardtanh，|x| <= 1 内斜率为 1。",
)
def triangle_slope(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.maximum(2 - 2 * np.abs(x), 0))


@same_mistake(triangle_slope)
def second_order_surrogate(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.maximum(2 - 2 * np.abs(x), 0))


@wrong(
    en="dx is multiplied by the clipped x: the slope of clip(x, -1, 1) is 1 inside and 0 outside.",
    zh="dx 乘了截断后的 x：clip(x, -1, 1) 的斜率在内为 1，在外为 0。",
)
def clipped_x_as_slope(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.clip(x, -1, 1))


@same_mistake(clipped_x_as_slope)
def times_hardtanh(w, x, loss_gradient, learning_rate, u=None):
    return loops(w, x, loss_gradient, learning_rate, u, slope=lambda x: np.clip(x, -1, 1))


@wrong(
    en="The window is applied to y: the gradient stops where the input x is outside of [-1, 1].",
    zh="窗口加在了 y 上：应在输入 x 超出 [-1, 1] 处停止梯度。",
)
def window_on_the_outputs(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = xb @ wb.T
    dy = loss_gradient(y)
    dx = (dy * inside(y)) @ wb
    step(w, dy.T @ xb, learning_rate)
    return y, dx


@same_mistake(window_on_the_outputs)
def gates_dy(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.einsum("ni,oi->no", xb, wb)
    dy = loss_gradient(y)
    dx = np.einsum("no,oi->ni", np.where(np.abs(y) <= 1, dy, 0), wb)
    step(w, np.einsum("no,ni->oi", dy, xb), learning_rate)
    return y, dx


@wrong(
    en="The window masks dw too: the product is taken with xb at every x, only dL/dx stops outside.",
    zh="窗口也遮住了 dw：乘积对所有 x 都用 xb，只有 dL/dx 在窗口外停止。",
)
def window_in_dw(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, dw=lambda dy, xb: dy.T @ (xb * inside(x)))


@same_mistake(window_in_dw)
def large_inputs_give_nothing(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.einsum("ni,oi->no", xb, wb)
    dy = loss_gradient(y)
    step(w, dy.T @ (xb * inside(x)), learning_rate)
    return y, np.einsum("no,oi->ni", dy, wb) * inside(x)


@wrong(
    en="dw is computed with the clipped x: the weights were multiplied by the binary inputs.",
    zh="dw 用了截断的 x：权重乘的是二值输入。",
)
def clipped_inputs_in_dw(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, dw=lambda dy, xb: dy.T @ np.clip(x, -1, 1))


@same_mistake(clipped_inputs_in_dw)
def hardtanh_in_dw(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.einsum("ni,oi->no", xb, wb)
    dy = loss_gradient(y)
    step(w, dy.T @ np.clip(x, -1, 1), learning_rate)
    return y, np.einsum("no,oi->ni", dy, wb) * inside(x)


@wrong(
    en="dw is multiplied by the batch size: the mean is in dy, and stays.",
    zh="dw 乘了批次大小：平均已在 dy 中，应保留。",
)
def sums_instead_of_the_mean(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, dw=lambda dy, xb: dy.T @ xb * len(x))


@same_mistake(sums_instead_of_the_mean)
def undoes_the_mean(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.einsum("ni,oi->no", xb, wb)
    dy = loss_gradient(y)
    step(w, dy.T @ xb * len(x), learning_rate)
    return y, np.einsum("no,oi->ni", dy, wb) * inside(x)


@wrong(
    en="The step takes the sign of the gradient: it is learning_rate times the gradient.",
    zh="更新用了梯度的符号：应为 learning_rate 乘以梯度。",
)
def sign_of_the_gradient(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u, dw=lambda dy, xb: np.sign(dy.T @ xb))


@same_mistake(sign_of_the_gradient)
def sign_descent(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.einsum("ni,oi->no", xb, wb)
    dy = loss_gradient(y)
    step(w, np.sign(dy.T @ xb), learning_rate)
    return y, np.einsum("no,oi->ni", dy, wb) * inside(x)


@wrong(
    en="The learning rate is left out: w moves by learning_rate * dw.",
    zh="漏掉了学习率：w 应移动 learning_rate * dw。",
)
def forgets_the_learning_rate(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        move=lambda w, dw, lr: np.copyto(w, np.clip(w - dw, -1, 1), casting="same_kind"),
    )


@same_mistake(forgets_the_learning_rate)
def a_step_of_one(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w, x, loss_gradient, learning_rate, u, move=lambda w, dw, lr: w.__setitem__(slice(None), np.clip(w - dw, -1, 1))
    )


@wrong(
    en="The latent weights are clipped to [0, 1]: their range is [-1, 1].",
    zh="潜在权重被截断到 [0, 1]：其范围是 [-1, 1]。",
)
def clips_to_zero_and_one(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        move=lambda w, dw, lr: np.copyto(w, np.clip(w - lr * dw, 0, 1), casting="same_kind"),
    )


@same_mistake(clips_to_zero_and_one)
def weights_from_zero(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        move=lambda w, dw, lr: w.__setitem__(slice(None), np.clip(w - lr * dw, 0, 1)),
    )


@wrong(
    en="It writes into a flat copy: ravel copies a w that is not contiguous. Write w[...].",
    zh="写进了展平的副本：w 不连续时 ravel 会复制。应写 w[...]。",
)
def writes_into_a_flat_copy(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        move=lambda w, dw, lr: np.copyto(w.ravel(), np.clip(w - lr * dw, -1, 1).ravel(), casting="same_kind"),
    )


@same_mistake(writes_into_a_flat_copy)
def loops_over_ravel(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        move=lambda w, dw, lr: w.reshape(-1).__setitem__(slice(None), np.clip(w - lr * dw, -1, 1).reshape(-1)),
    )


@wrong(
    en="dx is computed with the signs of w though u was given: the same wb serves forward and backward.",
    zh="给了 u，dx 却用了 w 的符号：前向与反向应使用同一个 wb。",
)
def another_wb_backward(w, x, loss_gradient, learning_rate, u=None):
    signs, kept = sign(w), []
    y = whole(w, x, lambda y: keep(loss_gradient(y), kept), learning_rate, u)[0]
    return y, (kept.pop() @ signs) * inside(x)


@same_mistake(another_wb_backward)
def deterministic_backward(w, x, loss_gradient, learning_rate, u=None):
    signs = sign(w)
    return loops(w, x, loss_gradient, learning_rate, u, back=signs)


def keep(value, kept):
    kept.append(value)
    return value


@wrong(
    en="y is computed with the weights after the update: it is the output of the forward pass.",
    zh="y 用了更新之后的权重：它应是前向的输出。",
)
def y_after_the_update(w, x, loss_gradient, learning_rate, u=None):
    _, dx = whole(w, x, loss_gradient, learning_rate, u)
    return sign(x) @ sign(w).T, dx


@same_mistake(y_after_the_update)
def forward_at_last(w, x, loss_gradient, learning_rate, u=None):
    _, dx = loops(w, x, loss_gradient, learning_rate, u)
    return np.einsum("ni,oi->no", sign(x), sign(w)), dx


@wrong(
    en="y is divided by the number of inputs: it is the plain product of xb and wb.",
    zh="y 除以了输入数：它就是 xb 与 wb 的乘积。",
)
def scales_the_outputs(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = xb @ wb.T / x.shape[1]
    dy = loss_gradient(y)
    step(w, dy.T @ xb, learning_rate)
    return y, (dy @ wb) * inside(x)


@same_mistake(scales_the_outputs)
def mean_of_the_products(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.array([[np.mean(row * signs) for signs in wb] for row in xb])
    dy = loss_gradient(y)
    step(w, np.einsum("no,ni->oi", dy, xb), learning_rate)
    return y, np.einsum("no,oi->ni", dy, wb) * inside(x)


@wrong(
    en="The latent weights are used in the forward pass: y is the product with their signs.",
    zh="前向用了潜在权重：y 应是与其符号的乘积。",
)
def latent_forward(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = xb @ w.T
    dy = loss_gradient(y)
    dx = (dy @ wb) * inside(x)
    step(w, dy.T @ xb, learning_rate)
    return y, dx


@same_mistake(latent_forward)
def no_binary_weights_forward(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.einsum("ni,oi->no", xb, w)
    dy = loss_gradient(y)
    dx = np.einsum("no,oi->ni", dy, wb) * inside(x)
    step(w, np.einsum("no,ni->oi", dy, xb), learning_rate)
    return y, dx


@wrong(
    en="u is compared with |w|: the probability of +1 is (w + 1) / 2, of either sign.",
    zh="u 与 |w| 相比：取 +1 的概率是 (w + 1) / 2，正负都适用。",
)
def magnitude_as_probability(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: sign(w) if u is None else np.where(u < np.abs(w), 1.0, -1.0),
    )


@same_mistake(magnitude_as_probability)
def large_weights_are_plus(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: sign(w) if u is None else np.where(u < np.abs(w), 1.0, -1.0),
    )


@wrong(
    en="u is compared with a sigmoid of w: the probability is the hard one, (w + 1) / 2.",
    zh="u 与 sigmoid(w) 相比：概率应是硬性的 (w + 1) / 2。",
)
def sigmoid_as_probability(w, x, loss_gradient, learning_rate, u=None):
    return whole(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: sign(w) if u is None else np.where(u < 1 / (1 + np.exp(-w)), 1.0, -1.0),
    )


@same_mistake(sigmoid_as_probability)
def logistic_probability(w, x, loss_gradient, learning_rate, u=None):
    return loops(
        w,
        x,
        loss_gradient,
        learning_rate,
        u,
        of_w=lambda w, u: sign(w) if u is None else np.where(u < 1 / (1 + np.exp(-w)), 1.0, -1.0),
    )


@wrong(
    en="Return the results in the order (y, dx).",
    zh="返回值的顺序是 (y, dx)。",
)
def swaps_what_is_returned(w, x, loss_gradient, learning_rate, u=None):
    return whole(w, x, loss_gradient, learning_rate, u)[::-1]


@same_mistake(swaps_what_is_returned)
def dx_first(w, x, loss_gradient, learning_rate, u=None):
    y, dx = loops(w, x, loss_gradient, learning_rate, u)
    return dx, y


@wrong(
    en="dL/dw is returned in place of dL/dx: the layer before needs the gradient of its output, x.",
    zh="返回了 dL/dw 而不是 dL/dx：前一层需要的是对 x 的梯度。",
)
def returns_dw(w, x, loss_gradient, learning_rate, u=None):
    grads = []
    y, _ = whole(w, x, loss_gradient, learning_rate, u, dw=lambda dy, xb: keep(dy.T @ xb, grads))
    return y, grads[0]


@same_mistake(returns_dw)
def gradient_of_the_weights(w, x, loss_gradient, learning_rate, u=None):
    xb, wb = sign(x), binary(w, u)
    y = np.einsum("ni,oi->no", xb, wb)
    dw = np.einsum("no,ni->oi", loss_gradient(y), xb)
    step(w, dw, learning_rate)
    return y, dw


@wrong(
    en="A list is returned: the exercise asks for the tuple (y, dx).",
    zh="返回的是列表：题目要求元组 (y, dx)。",
)
def returns_a_list(w, x, loss_gradient, learning_rate, u=None):
    return list(whole(w, x, loss_gradient, learning_rate, u))


@same_mistake(returns_a_list)
def a_list_of_two(w, x, loss_gradient, learning_rate, u=None):
    return [*loops(w, x, loss_gradient, learning_rate, u)]
