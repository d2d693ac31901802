"""Graded checks of foundations/gradient_check: right and subtly wrong backward passes, and the verdicts they get."""

import functools
import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 5e-7, "exact_arguments": True}


def computed_once(function):
    """Remember what was returned for the same call: dozens of known answers are compared with each result."""
    known = {}

    @functools.wraps(function)
    def remembering(forward, backward, inputs, dy, *options):
        key = repr(forward), repr(backward), *((a.shape, a.dtype, a.tobytes()) for a in (*inputs, dy)), *options
        if key not in known:
            known[key] = function(forward, backward, inputs, dy, *options)
        return known[key]

    return remembering


@computed_once
def reference(forward, backward, inputs, dy, h=1e-5, tolerance=1e-6):
    """One entry at a time, on fresh copies."""
    inputs = [x.astype(np.float64) for x in inputs]
    errors = []
    for k, g in enumerate(backward(*inputs, dy.astype(np.float64))):
        numeric = np.zeros(inputs[k].shape)
        for i in np.ndindex(numeric.shape):
            losses = []
            for step in (h, -h):
                moved = [x.copy() for x in inputs]
                moved[k][i] += step
                losses.append(np.vdot(dy, forward(*moved)))
            numeric[i] = (losses[0] - losses[1]) / (2 * h)
        error = math.inf
        if np.shape(g) == numeric.shape and np.isfinite(g).all() and np.isfinite(numeric).all():
            scale = max(np.linalg.norm(g), np.linalg.norm(numeric), 1e-3)
            error = float(np.linalg.norm(g - numeric) / scale)
        errors.append(error)
    return all(error <= tolerance for error in errors), errors


def agree(submission, *cases):
    for make in cases:
        submission.agrees_with(reference, make, **TOLERANCE)


class Function:
    """A function with a name that can be read in a message; it refuses arguments that are not float64."""

    def __init__(self, name, compute, takes_dy=False):
        self.name, self.compute, self.takes_dy = name, compute, takes_dy

    def __call__(self, *args):
        wrong = [np.asarray(a).dtype for a in args if np.asarray(a).dtype != np.float64]
        if wrong:
            only_dy = self.takes_dy and len(wrong) == 1 and np.asarray(args[-1]).dtype != np.float64
            what = "dy" if only_dy else "inputs"
            raise TypeError(f"{what} must be float64 when forward or backward is called, got {wrong[0]}")
        return self.compute(*args)

    def __repr__(self):
        return self.name


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def centre(x, b):
    return x + b - np.mean(x + b, axis=0)


FORWARD = {
    "linear": lambda x, w, b: x @ w.T + b,
    "softmax": softmax,
    "exp": lambda x: np.exp(3 * x),
    "cube": lambda x, w: x**3 * w,
    "times": lambda x, w: x * w,
    "centre": centre,
    "normalize": lambda x: (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 0.1),
    "reshape": lambda x: x.reshape(len(x), -1),
    "scale": lambda x, w: x * w,
    "reciprocal": lambda x: 1 / x,
    "well": lambda x: (x - 1000) ** 5,
}
BACKWARD = {
    "linear": lambda x, w, b, dy: (dy @ w, dy.T @ x, dy.sum(axis=0)),
    "softmax": lambda x, dy: (softmax(x) * (dy - np.sum(dy * softmax(x), axis=1, keepdims=True)),),
    "exp": lambda x, dy: [3 * np.exp(3 * x) * dy],
    "cube": lambda x, w, dy: (3 * x**2 * w * dy, x**3 * dy),
    "times": lambda x, w, dy: (dy * w, dy * x),
    "centre": lambda x, b, dy: (dy - dy.mean(axis=0), np.sum(dy - dy.mean(axis=0), axis=0)),
    "reshape": lambda x, dy: (dy.reshape(x.shape),),
    "scale": lambda x, w, dy: (np.sum(dy * w), dy * x),
    "reciprocal": lambda x, dy: (-dy / x**2,),
    "well": lambda x, dy: (5 * (x - 1000) ** 4 * dy,),
    # wrong ones
    "linear, dx with w^T": lambda x, w, b, dy: (dy @ w.T, dy.T @ x, dy.sum(axis=0)),
    "linear, db a mean": lambda x, w, b, dy: (dy @ w, dy.T @ x, dy.mean(axis=0)),
    "linear, db with a batch axis": lambda x, w, b, dy: (dy @ w, dy.T @ x, dy.sum(axis=0, keepdims=True)),
    "linear, no db": lambda x, w, b, dy: (dy @ w, dy.T @ x),
    "linear, minus": lambda x, w, b, dy: (-dy @ w, dy.T @ x, dy.sum(axis=0)),
    "softmax, diagonal": lambda x, dy: (softmax(x) * (1 - softmax(x)) * dy,),
    "normalize, constants": lambda x, dy: (dy / np.sqrt(x.var(axis=0) + 0.1),),
    "exp, one entry": lambda x, dy: (3 * np.exp(3 * x) * dy * (1 + 0.01 * (x == x.flat[-1])),),
    "exp, where x < 0": lambda x, dy: (3 * np.exp(3 * np.abs(x)) * dy,),
    "exp, no dy": lambda x, dy: (3 * np.exp(3 * x),),
    "times, slightly off": lambda x, w, dy: (dy * w * (1 + 4e-6), dy * x),
    "times, hardly off": lambda x, w, dy: (dy * w * (1 + 1.4e-6), dy * x),
    "times, both off": lambda x, w, dy: (dy * w * (1 + 4e-6), dy * x * (1 + 5e-6)),
    "times, twice": lambda x, w, dy: (2 * dy * w, dy * x),
    "times, half": lambda x, w, dy: (dy * w, dy * x / 2),
    "scale, w": lambda x, w, dy: (np.sum(dy), dy * x),
    "times, three": lambda x, w, dy: (dy * w, dy * x, dy),
    "times, one number": lambda x, w, dy: (dy * w, np.sum(dy * x)),
    "times, NaN": lambda x, w, dy: (dy * w * np.where(x == x.flat[0], np.nan, 1), dy * x),
    "times, infinite": lambda x, w, dy: (dy * w, dy * x * np.where(x == x.flat[0], np.inf, 1)),
}


def case(name, *shapes, seed=0, scale=1.0, dtype=np.float64, order="C", around=0.0, options=()):
    """Arguments: `name` of a backward pass, whose forward pass is the part before the comma, and random inputs."""
    forward = name.split(",")[0]
    rng = np.random.default_rng(seed)
    inputs = [np.asarray(rng.normal(around, 0.7, shape).astype(dtype), order=order) for shape in shapes]
    y = FORWARD[forward](*inputs)
    dy = (scale * rng.normal(0.3, 1, y.shape)).astype(dtype)
    return *functions(forward, name), inputs, dy, *options


def functions(forward, backward):
    return Function(forward, FORWARD[forward]), Function(f"backward of {backward}", BACKWARD[backward], takes_dy=True)


LINEAR = (2, 3), (1, 3), (1,)  # small, since every entry takes two forward passes


@graded(2, en="a case worked by hand: y = x³ w with a large step", zh="手算的例子：y = x³ w，步长很大")
def test_hand_worked_case(submission):
    # x = 1, w = 2, dy = 1, h = 1:   dx = 3 x² w = 6   numeric (2³ 2 - 0³ 2) / 2 = 8   error |6 - 8| / 8 = 1/4
    #                                dw = x³ = 1       numeric (3 - 1) / 2 = 1         error 0
    # 1/4 passes a tolerance of 0.25, being no larger, and not one of 0.2.
    def make(tolerance):
        return *functions("cube", "cube"), [np.array([1.0]), np.array([2.0])], np.array([1.0]), 1.0, tolerance

    for tolerance in (0.25, 0.2):

        def by_hand(forward, backward, inputs, dy, h, tolerance):
            return tolerance == 0.25, [0.25, 0.0]

        submission.agrees_with(by_hand, lambda tolerance=tolerance: make(tolerance), **TOLERANCE)


@graded(2, en="right backward passes pass, with errors near 0", zh="正确的反向通过，误差接近 0")
def test_right_backward_passes(submission):
    agree(
        submission,
        lambda: case("linear", *LINEAR),
        lambda: case("softmax", (2, 2), seed=1),
        lambda: case("exp", (1, 3), seed=2),
        lambda: case("times", (1, 1), (1, 1), seed=3),
    )


@graded(3, en="wrong backward passes fail, and the errors say which input", zh="错误的反向不通过，误差指出是哪个输入")
def test_wrong_backward_passes(submission):
    agree(
        submission,
        lambda: case("linear, db a mean", *LINEAR),
        lambda: case("linear, dx with w^T", (1, 2), (2, 2), (2,), seed=1),
        lambda: case("linear, minus", (1, 2), (1, 2), (1,), seed=2),
        lambda: case("times, twice", (1, 2), (1, 2), seed=3),
        lambda: case("times, half", (2, 1), (2, 1), seed=4),
        lambda: case("normalize, constants", (4, 2), seed=5),
        lambda: case("softmax, diagonal", (1, 3), seed=6),
    )


@graded(
    1,
    en="a single wrong entry is found, also when it is the last; so is an error where x < 0",
    zh="能发现单个错误元素（哪怕在最后），以及 x < 0 处的错误",
)
def test_single_wrong_entry(submission):
    agree(
        submission,
        lambda: case("exp, one entry", (2, 4)),
        lambda: case("exp, where x < 0", (3, 2), seed=1),
    )


@graded(
    1, en="dy weighs the outputs: a backward pass that ignores it fails", zh="dy 给各输出加权：忽略 dy 的反向不通过"
)
def test_dy_counts(submission):
    agree(submission, lambda: case("exp, no dy", (2, 3)), lambda: case("softmax", (1, 3), seed=1, scale=5.0))


@graded(2, en="float32 inputs are differentiated in float64", zh="float32 输入在 float64 下求差分")
def test_float32_inputs(submission):
    agree(
        submission,
        # Neighbours of 500 in float32 are 3e-5 apart: there x + h is x, and every difference 0.
        lambda: case("times", (1, 3), (1, 3), dtype=np.float32, around=500.0),
        lambda: case("linear", *LINEAR, seed=1, dtype=np.float32),
        lambda: case("times, slightly off", (2, 2), (2, 2), seed=2, dtype=np.float32),
    )


@graded(
    2,
    en="relative errors: large gradients, small ones, and a gradient that is truly zero",
    zh="相对误差：很大的梯度、很小的梯度、真正为零的梯度",
)
def test_size_of_the_gradient(submission):
    def zero_gradient():
        return case("centre", (4, 3), (3,), seed=3)

    def all_zero():
        forward, backward, inputs, dy = case("times", (2, 2), (2, 2))
        return forward, backward, inputs, 0 * dy

    agree(
        submission,
        lambda: case("exp", (1, 2), scale=1e6),
        lambda: case("times, twice", (2, 2), (2, 2), seed=1, scale=1e-8),
        lambda: case("exp, one entry", (2, 2), seed=2, scale=1e-2),
        zero_gradient,
        all_zero,
    )


@graded(1, en="a gradient of another shape fails, although it broadcasts", zh="形状不同的梯度不通过，尽管能广播")
def test_gradient_of_another_shape(submission):
    agree(
        submission,
        lambda: case("linear, db with a batch axis", *LINEAR),
        lambda: case("linear, db with a batch axis", (3, 2), (2, 2), (2,), seed=2),
        lambda: case("times, one number", (1, 1), (1, 1), seed=1),
    )


@graded(1, en="NaN and infinity in a gradient fail", zh="梯度中的 NaN 与无穷大不通过")
def test_gradient_that_is_not_finite(submission):
    agree(
        submission,
        lambda: case("times, NaN", (2, 2), (2, 2)),
        lambda: case("times, infinite", (2, 2), (2, 2), seed=1),
        # Here the gradient is finite, and L(x - h) is 1 / 0.
        lambda: (*functions("reciprocal", "reciprocal"), [np.array([0.25, 2.0])], np.ones(2), 0.25),
    )


@graded(
    1,
    en="close, tiny and huge numbers: everything is computed in float64",
    zh="相近、极小与极大的数：一切都用 float64 计算",
)
def test_close_tiny_and_huge_numbers(submission):
    def well():
        # Near 1000 the neighbours of a float32 are 6e-5 apart; here the distance from 1000 itself counts.
        x = 1000 + 0.01 * np.random.default_rng(3).normal(0, 1, (2, 3))
        return *functions("well", "well"), [x], 1e8 * np.random.default_rng(4).normal(0, 1, (2, 3)), 1e-2

    def scaled(size):
        forward, backward, (x, w), dy = case("times, half", (2, 2), (2, 2), seed=6)
        return forward, backward, [x / size, w], dy * size

    agree(submission, well, lambda: scaled(1e20))


@graded(
    1,
    en="a tuple of inputs, an input without axes, arrays that are read-only",
    zh="元组形式的输入、没有轴的输入、只读的数组",
)
def test_kinds_of_inputs(submission):
    def read_only(dtype=np.float64):
        forward, backward, inputs, dy = case("times, half", (2, 3), (2, 3), seed=7, dtype=dtype)
        for array in (*inputs, dy):
            array.flags.writeable = False
        return forward, backward, tuple(inputs), dy

    agree(
        submission,
        lambda: case("scale", (), (3,)),
        lambda: case("scale, w", (), (3,), seed=1),
        read_only,
        lambda: read_only(np.float32),
    )


@graded(
    1,
    en="arrays in any memory order, views, and outputs that are views of the input",
    zh="任意内存顺序的数组、视图，以及输出是输入的视图",
)
def test_memory_order_and_views(submission):
    def views():
        forward, backward, (x, w), dy = case("times", (4, 6), (4, 6), seed=2)
        return forward, backward, [x[::2, ::3], w[1::2, 4::-3]], dy[::-2, ::3]

    agree(
        submission,
        lambda: case("linear", *LINEAR, order="F"),
        lambda: case("reshape", (2, 3, 2), seed=1),
        views,
    )


@graded(1, en="the step and the tolerance are the ones passed in", zh="步长与容差以传入的为准")
def test_step_and_tolerance(submission):
    agree(
        submission,
        lambda: case("exp", (2, 2), seed=3, options=(0.25,)),
        lambda: case("cube", (2, 2), (2, 2), options=(0.25,)),
        lambda: case("exp", (2, 2), seed=1, options=(1e-2, 1e-2)),
        lambda: case("times, slightly off", (2, 2), (2, 2), seed=2),
        lambda: case("times, slightly off", (2, 2), (2, 2), seed=2, options=(1e-5, 1e-5)),
        # Each of two errors is below 6e-6, their sum is not; 1.4e-6 is above 1.39e-6; float64 leaves 1e-10.
        lambda: case("times, both off", (2, 2), (2, 2), seed=2, options=(1e-5, 6e-6)),
        lambda: case("times, hardly off", (2, 2), (2, 2), seed=2, options=(1e-5, 1.39e-6)),
        lambda: case("linear", *LINEAR, seed=3, options=(1e-5, 5e-9)),
    )


@graded(1, en="a step or tolerance that is not finite and > 0 is refused", zh="拒绝非有限或不大于 0 的步长与容差")
def test_bad_step_and_tolerance_are_refused(submission):
    for bad in (0.0, -1e-5, math.nan, math.inf):
        submission.rejects(ValueError, lambda bad=bad: case("times", (1, 2), (1, 2), options=(bad,)))
        submission.rejects(ValueError, lambda bad=bad: case("times", (1, 2), (1, 2), options=(1e-5, bad)))


@graded(
    1,
    en="a dy of another shape than y is refused, with as many numbers too",
    zh="拒绝与 y 形状不同的 dy，元素个数相同也不行",
)
def test_dy_of_another_shape_is_refused(submission):
    def with_dy(dy):
        forward, backward, inputs, _ = case("times", (2, 3), (2, 3))
        return forward, backward, inputs, dy

    for shape in [(3,), (1, 3), (), (2, 1), (3, 2), (6,), (1, 2, 3), (2, 3, 1), (2, 4)]:
        submission.rejects(ValueError, lambda shape=shape: with_dy(np.ones(shape)))


@graded(1, en="too few or too many gradients are refused", zh="拒绝个数不符的梯度")
def test_number_of_gradients(submission):
    submission.rejects(ValueError, lambda: case("linear, no db", *LINEAR))
    submission.rejects(ValueError, lambda: case("times, three", (2, 3), (2, 3)))
