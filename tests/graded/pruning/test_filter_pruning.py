"""Graded checks of pruning/filter_pruning."""

import numpy as np

from minicompress.kit.grading import graded


def reference(w, b, bn, w_next, keep):
    """One filter at a time, number by number."""
    norms = [sum(abs(float(value)) for value in filter_.ravel()) for filter_ in w]
    stay = sorted(sorted(range(len(w)), key=lambda j: (-norms[j], j))[:keep])
    each = w_next.shape[1] // len(w)
    columns = [j * each + pixel for j in stay for pixel in range(each)]
    take = lambda a: np.array([a[j] for j in stay])  # noqa: E731
    return take(w), take(b), tuple(take(a) for a in bn), np.stack([w_next[:, j] for j in columns], axis=1)


def block(c, inputs, next_shape, *, kernel=(2, 3), seed=0, dtype=np.float64):
    """A convolution of c filters with its batch norm and reader; multiples of 1/4, so that sums are exact."""
    rng = np.random.default_rng(seed)
    numbers = lambda *shape: (rng.integers(-12, 13, shape) / 4).astype(dtype)  # noqa: E731
    bn = numbers(c), numbers(c), numbers(c), np.abs(numbers(c)) + dtype(0.25)
    return numbers(c, inputs, *kernel), numbers(c), bn, numbers(*next_shape)


def with_filters(rows, *, seed=0, next_shape=None, dtype=np.float64):
    """A block whose 1 x 1 filters are given by rows."""
    w = np.array(rows, dtype)[:, :, None, None]
    return w, *block(len(w), 1, next_shape or (2, len(w), 1, 2), seed=seed, dtype=dtype)[1:]


@graded(2, en="a case worked by hand: filter 1 of three is removed", zh="手算的例子：三个滤波器中的第 1 个被移除")
def test_hand_worked_case(submission):
    # sums of |w|:  3 + 1 = 4      1 + 1 = 2      0 + 5 = 5      2 stay: 0 and 2, with columns 0 and 2 of the reader
    def make():
        w, b, gamma = np.array([[3.0, -1], [1, 1], [0, -5]])[:, :, None, None], np.arange(3.0), np.array([2.0, 3, 4])
        w_next = np.array([[1.0, 2, 3], [4, 5, 6]])[:, :, None, None]
        return w, b, (gamma, -gamma, gamma + 5, gamma * gamma), w_next, 2

    def by_hand(w, b, bn, w_next, keep):
        bn = np.array([2.0, 4]), np.array([-2.0, -4]), np.array([7.0, 9]), np.array([4.0, 16])
        w = np.array([[3.0, -1], [0, -5]])[:, :, None, None]
        return w, np.array([0.0, 2]), bn, np.array([[1.0, 3], [4, 6]])[:, :, None, None]

    submission.agrees_with(by_hand, make)


@graded(2, en="the next layer is a convolution: its input channels", zh="后面是卷积：删它的输入通道")
def test_next_convolution(submission):
    submission.agrees_with(reference, lambda: (*block(6, 2, (5, 6, 3, 2)), 4))
    submission.agrees_with(reference, lambda: (*block(4, 3, (4, 4, 2, 2), seed=1, dtype=np.float32), 3))


@graded(
    2, en="a linear layer after a Flatten: h w columns for each channel", zh="Flatten 之后的全连接层：每个通道 h w 列"
)
def test_columns_behind_a_flatten(submission):
    submission.agrees_with(reference, lambda: (*block(5, 2, (3, 5 * 4), seed=2), 3))
    submission.agrees_with(reference, lambda: (*block(3, 1, (2, 3 * 1), seed=3), 2))
    submission.agrees_with(reference, lambda: (*block(4, 2, (3, 4 * 5), kernel=(2, 3), seed=4, dtype=np.float32), 2))


@graded(2, en="the L1 norm of the whole filter decides, and nothing else", zh="只由整个滤波器的 L1 范数决定")
def test_the_l1_norm_decides(submission):
    # L1: 8 9 10 7 6 12; L2 would rank filter 3 first, signed sums lose 2 and 5
    rows = [[2, 2, 2, 2], [9, 0, 0, 0], [-3, -3, 4, 0], [0, 7, 0, 0], [-1, 5, 0, 0], [3, -3, -3, 3]]
    submission.agrees_with(reference, lambda: (*with_filters(rows, seed=5), 3))
    submission.agrees_with(reference, lambda: (*with_filters(rows, seed=6, next_shape=(2, 18)), 4))


@graded(
    1, en="norms that are close, tiny or huge; the result stays float32", zh="相近、极小或极大的范数；float32 保持不变"
)
def test_norms_of_any_size(submission):
    close = np.array([[1 + step * 1e-9, 0] for step in (3, 0, 6, 1, 5, 2, 4)])
    for scale in (1.0, -1e-200, 1e200):
        submission.agrees_with(reference, lambda scale=scale: (*with_filters(scale * close, seed=12), 4))
    # In float32 the sums of the first three tie, or are infinite.
    for rows in ([[1, 2e-8], [1, 0], [1, 3e-8], [0.5, 0]], [[3e38, 2e38], [3e38, 1e38], [2e38, 3.3e38], [3e38, 0]]):
        for keep in (1, 2):
            submission.agrees_with(
                reference,
                lambda rows=rows, keep=keep: (*with_filters(rows, seed=13, dtype=np.float32), keep),
                dtypes="all",
            )
    wide = np.array([[1e-20, 0], [3e-20, 0], [2e-30, 0], [2e20, 0], [1e30, 0], [2e30, 0], [5e-30, 0]])
    for keep in (2, 5):
        submission.agrees_with(reference, lambda keep=keep: (*with_filters(wide, seed=14), keep))


@graded(
    1, en="equal norms: the lower index stays; keep = c changes nothing", zh="范数相等时下标小的保留；keep = c 时不变"
)
def test_ties_and_all_kept(submission):
    rows = [[1, 2], [0, 3], [4, 4], [-3, 0], [2, -1]]  # 3 3 8 3 3
    submission.agrees_with(reference, lambda: (*with_filters(rows, seed=7), 3))
    many = [[1, 2], [3, 2], [2, -1]] * 14  # an unstable sort keeps the order of a few, but not of so many
    submission.agrees_with(reference, lambda: (*with_filters(many, seed=11), 25))
    submission.agrees_with(reference, lambda: (*block(4, 2, (3, 4, 2, 2), seed=8), 4))
    submission.agrees_with(reference, lambda: (*block(1, 2, (3, 6), seed=9), 1))
    submission.agrees_with(reference, lambda: (*with_filters([[0, 0]] * 4, seed=10), 1))


@graded(
    1,
    en="a keep outside 1 to c and shapes that do not fit are refused",
    zh="拒绝不在 1 到 c 的 keep 与不符的形状",
)
def test_bad_arguments_are_refused(submission):
    for keep in (0, -1, 5):
        submission.rejects(ValueError, lambda keep=keep: (*block(4, 2, (3, 4, 2, 2)), keep))
    submission.rejects(ValueError, lambda: (*block(0, 2, (3, 0, 2, 2)), 1))
    submission.rejects(ValueError, lambda: (*block(4, 2, (3, 5, 2, 2)), 2))
    submission.rejects(ValueError, lambda: (*block(4, 2, (3, 8, 2, 2)), 2))
    submission.rejects(ValueError, lambda: (*block(4, 2, (3, 10)), 2))
    submission.rejects(ValueError, lambda: (*block(4, 2, (4, 3, 2, 2)), 2))  # axis 0 would fit
    submission.rejects(ValueError, lambda: (*block(4, 2, (8, 3)), 2))

    def with_one_too_long(position):
        w, b, bn, w_next = block(4, 2, (3, 4, 2, 2))
        vectors = [b, *bn]
        vectors[position] = np.append(vectors[position], 1.0)
        return w, vectors[0], tuple(vectors[1:]), w_next, 2

    def with_one_in_another_shape(position, shape):
        w, b, bn, w_next = block(4, 2, (3, 4, 2, 2))
        vectors = [b, *bn]
        vectors[position] = np.ones(shape)
        return w, vectors[0], tuple(vectors[1:]), w_next, 2

    for position in range(5):
        submission.rejects(ValueError, lambda position=position: with_one_too_long(position))
        for shape in ((4, 1), (1, 4), (1,), ()):
            submission.rejects(
                ValueError, lambda position=position, shape=shape: with_one_in_another_shape(position, shape)
            )
