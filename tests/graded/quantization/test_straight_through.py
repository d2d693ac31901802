"""Graded checks of quantization/straight_through.

Values are accepted within 1e-5. Inputs are multiples of 1/64, so that the ends of a range are met exactly.
"""

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-5, "atol": 1e-5}


def reference(w, x, loss_gradient, learning_rate, u=None):
    """One product at a time, in Python floats."""
    n, (outs, ins) = len(x), w.shape
    xb = [[1.0 if x[i, k] >= 0 else -1.0 for k in range(ins)] for i in range(n)]
    is_plus = (lambda o, k: w[o, k] >= 0) if u is None else (lambda o, k: u[o, k] < (float(w[o, k]) + 1) / 2)
    wb = [[1.0 if is_plus(o, k) else -1.0 for k in range(ins)] for o in range(outs)]
    y = np.array([[sum(xb[i][k] * wb[o][k] for k in range(ins)) for o in range(outs)] for i in range(n)])
    dy = loss_gradient(y)
    dx = np.zeros((n, ins))
    for i in range(n):
        for k in range(ins):
            if -1 <= x[i, k] <= 1:
                dx[i, k] = sum(float(dy[i, o]) * wb[o][k] for o in range(outs))
    for o in range(outs):
        for k in range(ins):
            moved = float(w[o, k]) - learning_rate * sum(float(dy[i, o]) * xb[i][k] for i in range(n))
            w[o, k] = max(-1.0, min(1.0, moved))
    return y, dx


class AwayFrom:
    """The gradient of half the squared distance to a target, averaged over the batch; it shows itself in messages."""

    def __init__(self, target):
        self.target = np.asarray(target)

    def __call__(self, y):
        return (y - self.target) / len(y)

    def __repr__(self):
        return f"y -> (y - {self.target.tolist()}) / {len(self.target) if self.target.ndim else 1}"


class Given:
    """A gradient that does not depend on y."""

    def __init__(self, dy):
        self.dy = np.asarray(dy)

    def __call__(self, y):
        return self.dy.copy()

    def __repr__(self):
        return f"y -> {self.dy.tolist()}"


def case(outs, ins, n, *, seed=0, learning_rate=0.0625, stochastic=False, dtype=np.float32, spread=1.2):
    """Latent weights of all sizes, inputs in and out of [-1, 1], a target that needs no rounding."""
    rng = np.random.default_rng(seed)
    w = (rng.integers(-60, 61, (outs, ins)) / 64).astype(dtype)
    x = (np.rint(64 * rng.normal(0, spread, (n, ins))) / 64).astype(dtype)
    target = rng.integers(-8, 9, (n, outs)) / 4
    u = (rng.integers(0, 64, (outs, ins)) / 64 + 1 / 256,) if stochastic else ()
    return w, x, AwayFrom(target), learning_rate, *u


@graded(2, en="a case worked by hand", zh="手算的例子")
def test_hand_worked_case(submission):
    # xb = [1, -1, 1], wb = [[1, -1, -1]]           y = 1 + 1 - 1 = 1, dy = 1 - 3 = -2
    # dL/dxb = -2 wb = [-2, 2, 2]; |x| = 0.5, 1.5, 0    dx = [-2, 0, 2]
    # dL/dwb = -2 xb = [-2, 2, -2]; w - 0.25 dw = [0.75, -1.25, 0.25]    clipped: [0.75, -1, 0.25]
    def make():
        w, x = np.array([[0.25, -0.75, -0.25]]), np.array([[0.5, -1.5, 0.0]])
        return w, x, AwayFrom(3.0), 0.25

    def by_hand(w, x, loss_gradient, learning_rate):
        w[...] = [[0.75, -1, 0.25]]
        return np.array([[1.0]]), np.array([[-2.0, 0, 2]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="small steps: the latent weights move, though no sign changes", zh="小步更新：符号不变，潜在权重也要移动")
def test_latent_weights_move(submission):
    submission.agrees_with(reference, lambda: case(3, 4, 5, learning_rate=1 / 1024), **TOLERANCE)
    submission.agrees_with(reference, lambda: case(1, 1, 1, learning_rate=1 / 64, spread=0.5), **TOLERANCE)


@graded(2, en="inputs inside and outside of [-1, 1]; the ends pass", zh="[-1, 1] 内外的输入；端点处梯度通过")
def test_gradient_of_the_inputs(submission):
    def at_the_ends():
        w, _, loss_gradient, rate = case(2, 8, 1, seed=1)
        x = np.array([[-1.25, -1, -0.984375, 0, 0.5, 0.984375, 1, 1.015625]], np.float32)
        return w, x, loss_gradient, rate

    submission.agrees_with(reference, at_the_ends, **TOLERANCE)
    submission.agrees_with(reference, lambda: case(4, 6, 7, seed=2, spread=2.0), **TOLERANCE)


@graded(
    1,
    en="inputs next to the ends: the float32 above 1 is outside",
    zh="紧邻端点的输入：比 1 大一步的 float32 在窗口之外",
)
def test_inputs_next_to_the_ends(submission):
    def make():
        w, _, loss_gradient, rate = case(3, 6, 1, seed=9)
        one = np.float32(1)
        above, below = np.nextafter(one, np.float32(2)), np.nextafter(one, np.float32(0))
        return w, np.array([[above, below, -above, -below, 1.0004, -1.0004]], np.float32), loss_gradient, rate

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="tiny and huge inputs and latent weights: the sign counts", zh="极小与极大的输入和潜在权重：只看符号")
def test_tiny_and_huge_numbers(submission):
    def make():
        w, _, loss_gradient, rate = case(3, 5, 2, seed=10)
        w[0], w[1, :3] = [1e-30, -1e-30, 1e-9, -1e-9, 0.5], [-1e-30, -1e-9, 1e-30]
        x = [[1e-30, -1e-30, 3e38, -3e38, -1e-9], [-1e-30, 1e-9, -3e38, 1e5, 70000]]
        return w, np.array(x, np.float32), loss_gradient, rate

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="gradients of 1e-30 and of 1e30", zh="大小为 1e-30 与 1e30 的梯度")
def test_tiny_and_huge_gradients(submission):
    # one output, and dy of one sign: no sum cancels
    def make(size):
        w = np.array([[0.5, -0.375, 1, -1, 0.125]]) * np.float64(size if size < 1 else 1)
        x = np.array([[0.5, -0.75, 0.25, 1, -0.5], [0.25, -1, 0.5, 2, -3]])
        return w, x, Given(size * np.array([[3.0], [1]])), 0.0625

    submission.agrees_with(reference, lambda: make(1e-30), rtol=1e-5)
    submission.agrees_with(reference, lambda: make(1e30), rtol=1e-5)


@graded(2, en="large steps: clipped to [-1, 1] after the update", zh="大步更新：更新后截断到 [-1, 1]")
def test_clipping(submission):
    submission.agrees_with(reference, lambda: case(3, 5, 4, seed=3, learning_rate=2.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: case(3, 5, 4, seed=4, learning_rate=0.5), **TOLERANCE)


@graded(1, en="latent weights at -1 and +1 can come back", zh="处于 -1 和 +1 的潜在权重可以回来")
def test_weights_at_the_ends(submission):
    def at_the_ends():
        _, x, loss_gradient, _ = case(2, 6, 3, seed=5)
        return np.array([[-1, 1, -1, 1, 1, -1], [1, 1, -1, -1, 1, 1]], np.float32), x, loss_gradient, 0.125

    submission.agrees_with(reference, at_the_ends, **TOLERANCE)


@graded(1, en="weights and inputs that are 0 or -0.0", zh="权重和输入为 0 或 -0.0")
def test_zeros(submission):
    def zeros():
        w = np.array([[0, -0.0, 0.5], [-0.25, 0, -0.0]], np.float32)
        x = np.array([[0, -0.0, -0.5], [-0.0, 0.75, 0]], np.float32)
        return w, x, AwayFrom(np.array([[1.0, -2], [0.5, 1]])), 0.125

    submission.agrees_with(reference, zeros, **TOLERANCE)


@graded(2, en="stochastic: +1 where u < (w + 1) / 2", zh="随机二值化：u < (w + 1) / 2 处为 +1")
def test_stochastic(submission):
    submission.agrees_with(reference, lambda: case(3, 7, 4, seed=6, stochastic=True), **TOLERANCE)
    submission.agrees_with(reference, lambda: case(5, 2, 3, seed=7, stochastic=True), **TOLERANCE)


@graded(
    1,
    en="stochastic at the ends: w = -1 is never +1, w = 1 always",
    zh="随机二值化的两端：w = -1 从不为 +1，w = 1 总是",
)
def test_stochastic_at_the_ends(submission):
    # u = 0 < (w + 1) / 2 is false for w = -1; u = 0.5 < 0.5 is false for w = 0
    def make():
        w = np.array([[-1.0, 1, 0, -1, 1, 0]])
        u = np.array([[0.0, 0.984375, 0.5, 0.5, 0, 0.484375]])
        x = np.array([[0.25, -0.5, 1, 0.125, 2, -1]])
        return w, x, AwayFrom(2.0), 0.125, u

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="float64 weights and inputs, views, a single row", zh="float64 的权重与输入、视图、单独一行")
def test_types_and_views(submission):
    def views():
        w, x, loss_gradient, rate = case(4, 3, 5, seed=11)
        return np.asfortranarray(w), np.repeat(x, 2, axis=1)[:, ::2], loss_gradient, rate

    submission.agrees_with(reference, lambda: case(3, 4, 6, seed=8, dtype=np.float64), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)
    submission.agrees_with(reference, lambda: case(1, 6, 4, seed=12), **TOLERANCE)


@graded(1, en="dx equal to x and to w: still a new array", zh="dx 与 x、w 数值相同时，仍是新数组")
def test_results_are_new(submission):
    # wb = w = x = [1, -1, 1] and dy = 3 - 2 = 1: dx = wb
    def make():
        signs = np.array([[1.0, -1, 1]])
        return signs, signs.copy(), AwayFrom(2.0), 0.125

    submission.agrees_with(reference, make, **TOLERANCE)
