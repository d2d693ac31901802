"""Graded checks of pruning/structure_pruning."""

import numpy as np

from minicompress.kit.grading import graded


def reference(weights, biases, sparsity):
    """One neuron at a time: list those that stay, then copy number by number."""
    stays = [list(range(weights[0].shape[1]))]
    for w in weights[:-1]:
        norms = [sum(float(value) ** 2 for value in row) for row in w]
        best_first = sorted(range(len(w)), key=lambda j: (-norms[j], j))
        stays.append(sorted(best_first[: len(w) - int(sparsity * len(w))]))
    stays.append(list(range(len(weights[-1]))))
    new_weights = [
        np.array([[w[j, i] for i in stays[k]] for j in stays[k + 1]], w.dtype) for k, w in enumerate(weights)
    ]
    return new_weights, [np.array([b[j] for j in stays[k + 1]], b.dtype) for k, b in enumerate(biases)]


def network(*sizes, seed=0, dtype=np.float64):
    """Weights and biases with multiples of 1/4, so that squares and their sums are exact in any order."""
    rng = np.random.default_rng(seed)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    weights = [(rng.integers(-12, 13, shape) / 4).astype(dtype) for shape in shapes]
    return weights, [(rng.integers(-12, 13, out) / 4).astype(dtype) for out in sizes[1:]]


def ranked(rows, bias, outgoing, dtype=np.float64):
    """A network with one hidden layer of which the incoming rows decide."""
    rows, outgoing = np.array(rows, dtype), np.array(outgoing, dtype)
    return [rows, outgoing], [np.array(bias, dtype), np.arange(1.0, len(outgoing) + 1, dtype=dtype)]


@graded(
    2, en="a case worked by hand: the weakest of three neurons is removed", zh="手算的例子：三个神经元中最弱的被移除"
)
def test_hand_worked_case(submission):
    # rows of w1:  3 4 -> norm 5      1 0 -> norm 1      0 -2 -> norm 2      int(0.5 * 3) = 1 goes: the middle one
    # with it go its bias, 20, and column 1 of w2
    def make():
        return *ranked([[3, 4], [1, 0], [0, -2]], [10, 20, 30], [[1, 2, 3], [4, 5, 6]]), 0.5

    def by_hand(weights, biases, sparsity):
        weights = [np.array([[3.0, 4], [0, -2]]), np.array([[1.0, 3], [4, 6]])]
        return weights, [np.array([10.0, 30]), np.array([1.0, 2])]

    submission.agrees_with(by_hand, make)


@graded(3, en="two hidden layers: each loses its share, outputs stay", zh="两个隐藏层：各按比例剪，输出不动")
def test_every_hidden_layer_loses_its_share(submission):
    submission.agrees_with(reference, lambda: (*network(3, 8, 6, 4), 0.5))
    submission.agrees_with(reference, lambda: (*network(5, 8, 12, 4, 3, seed=1), 0.25))


@graded(2, en="the L2 norm of incoming weights decides, and nothing else", zh="只由输入权重的 L2 范数决定")
def test_the_norm_of_incoming_weights_decides(submission):
    # L2 keeps 0, 3, 4; L1 would keep 1; signed sums would lose 3; biases and outgoing weights would rank otherwise
    rows = [[6, 0, 0, 0], [-3, 3, 3, -3], [3, 0, 0, 4], [-4, -5, 0, -1], [0, 0, 0, 8], [2, 2, 2, 2]]
    bias, outgoing = [-1, 9, -9, 2, 0.5, 7], [[1, -7, 8, 0, 2, 9], [2, 9, -6, 1, 0, 5], [0, 5, 1, 2, 1, -8]]
    submission.agrees_with(reference, lambda: (*ranked(rows, bias, outgoing), 0.5))


@graded(1, en="among equal norms the lower index stays, and the count is exact", zh="范数相等时下标小的保留，个数准确")
def test_ties(submission):
    rows = [[1, 2], [0, 3], [2, -1], [-2, 1], [-1, -2]]  # sums of squares 5 9 5 5 5
    submission.agrees_with(reference, lambda: (*ranked(rows, [1, 2, 3, 4, 5], [[1, 2, 3, 4, 5]]), 0.5))
    many = [[1, 2], [3, 2], [2, -1]] * 14  # an unstable sort keeps the order of a few, but not of so many
    submission.agrees_with(reference, lambda: (*ranked(many, np.arange(42), [np.arange(42)]), 0.5))
    submission.agrees_with(reference, lambda: (*ranked([[0, 0]] * 4, [1, 2, 3, 4], [[1, 2, 3, 4]]), 0.75))


@graded(1, en="norms that are close, tiny or huge", zh="相近、极小或极大的范数")
def test_norms_of_any_size(submission):
    bias, outgoing = [1, 2, 3, 4, 5, 6, 7], [[1, 2, 3, 4, 5, 6, 7]]
    close = np.array([[1 + step * 1e-9, 0] for step in (3, 0, 6, 1, 5, 2, 4)])
    for scale in (1.0, 1e-30, 1e30):
        submission.agrees_with(reference, lambda scale=scale: (*ranked(scale * close, bias, outgoing), 0.5))
    apart = np.array([[3, 1], [1, 1], [3, 3], [2, 1], [1, 3.25], [2, 2.5], [0, 1]])
    for scale in (1e38, 1e-38):  # squares leave the range of float32
        submission.agrees_with(
            reference, lambda scale=scale: (*ranked(scale * apart, bias, outgoing, np.float32), 0.5), dtypes="all"
        )
    wide = np.array([[1e-20, 0], [3e-20, 0], [2e-30, 0], [2e20, 0], [1e30, 0], [2e30, 0], [5e-30, 0]])
    for sparsity in (0.3, 0.75):
        submission.agrees_with(reference, lambda sparsity=sparsity: (*ranked(wide, bias, outgoing), sparsity))


@graded(
    1,
    en="sparsity 0 removes nothing; counts round down; no hidden layer; float32",
    zh="比例为 0、向下取整、无隐藏层、float32",
)
def test_little_to_remove(submission):
    submission.agrees_with(reference, lambda: (*network(3, 4, 2, seed=2), 0))
    submission.agrees_with(reference, lambda: (*network(3, 7, 5, 2, seed=3, dtype=np.float32), 0.25), dtypes="all")
    submission.agrees_with(reference, lambda: (*network(2, 1, 2, seed=4), 0.875))
    submission.agrees_with(reference, lambda: (*network(3, 5, seed=5), 0.5))


@graded(
    1, en="a sparsity outside [0, 1) and shapes that do not fit are refused", zh="拒绝 [0, 1) 之外的比例与不匹配的形状"
)
def test_bad_arguments_are_refused(submission):
    for sparsity in (-0.25, 1.0, 1.5, float("nan")):
        submission.rejects(ValueError, lambda sparsity=sparsity: (*network(3, 4, 2), sparsity))
    weights, biases = network(3, 4, 2)
    wider, taller = network(3, 5, 2)[0], network(3, 4, 3)[1]
    submission.rejects(ValueError, lambda: ([weights[0].copy(), wider[1].copy()], [b.copy() for b in biases], 0.25))
    submission.rejects(ValueError, lambda: ([w.copy() for w in weights], [biases[0].copy(), taller[1].copy()], 0.25))
    submission.rejects(ValueError, lambda: ([w.copy() for w in weights], [biases[0].copy()], 0.25))
    submission.rejects(ValueError, lambda: ([w.copy() for w in weights], [b[:, None].copy() for b in biases], 0.25))
    submission.rejects(ValueError, lambda: ([w.copy() for w in weights], [b[None].copy() for b in biases], 0.25))
    submission.rejects(ValueError, lambda: ([w.copy() for w in weights], [np.ones(1), np.ones(1)], 0.25))
    submission.rejects(ValueError, lambda: ([weights[0].copy(), np.ones((2, 1))], [b.copy() for b in biases], 0.25))
    submission.rejects(ValueError, lambda: ([w.T.copy() for w in weights], [b.copy() for b in biases], 0.25))
    more = [b.copy() for b in (*biases, biases[1])]
    submission.rejects(ValueError, lambda: ([w.copy() for w in weights], [b.copy() for b in more], 0.25))
