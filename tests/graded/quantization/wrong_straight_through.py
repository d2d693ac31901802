"""Answers to quantization/straight_through that are wrong, each with the misconception behind it."""

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
    """The right step, but for what is replaced."""
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
    en="The surrogate is tanh, with slope 1 - tanh(x)^2: asked for is hardtanh, slope 1 up to |x| = 1 and 0 beyond.",
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
