"""Graded checks of pruning/layer_pruning."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5, "exact_arguments": True}


def reference(blocks, x, count):
    """One sample at a time, number by number."""
    samples, influence = [[float(value) for value in row] for row in x], []
    for w1, b1, w2, b2 in blocks:
        outputs, cosines = [], []
        for s in samples:
            hidden = [max(sum(v * a for v, a in zip(w, s, strict=True)) + b, 0.0) for w, b in zip(w1, b1, strict=True)]
            body = [sum(v * h for v, h in zip(w, hidden, strict=True)) + b for w, b in zip(w2, b2, strict=True)]
            y = [a + f for a, f in zip(s, body, strict=True)]
            dot, lengths = sum(a * b for a, b in zip(s, y, strict=True)), math.hypot(*s) * math.hypot(*y)
            cosines.append(dot / lengths if lengths else 0.0)
            outputs.append(y)
        influence.append(1 - sum(cosines) / len(cosines))
        samples = outputs
    strongest_first = sorted(range(len(blocks)), key=lambda i: (-influence[i], i))
    return sorted(strongest_first[: len(blocks) - count]), np.array(influence)


def network(sizes, d, n, *, scale=1.0, seed=0, dtype=np.float64):
    """Blocks of d features with `sizes` hidden units, the body of block i scaled at random."""
    rng = np.random.default_rng(seed)
    blocks = []
    for h in sizes:
        body = rng.uniform(0.2, 1.5) * scale
        arrays = rng.normal(size=(h, d)), rng.normal(size=h), body * rng.normal(size=(d, h)), body * rng.normal(size=d)
        blocks.append(tuple(a.astype(dtype) for a in arrays))
    return blocks, rng.normal(size=(n, d)).astype(dtype)


def adding(*vectors):
    """Blocks that add a constant vector each, whatever their input."""
    d = len(vectors[0])
    return [(np.ones((1, d)), np.zeros(1), np.zeros((d, 1)), np.array(v, np.float64)) for v in vectors]


def linear(*matrices):
    """Blocks y = m x, for inputs that are not negative: w1 = 1, w2 = m - 1."""
    d = len(matrices[0])
    return [(np.eye(d), np.zeros(d), np.array(m, np.float64) - np.eye(d), np.zeros(d)) for m in matrices]


@graded(
    2, en="a case worked by hand: the block that changes nothing is removed", zh="手算的例子：什么也没改变的块被移除"
)
def test_hand_worked_case(submission):
    # x = (3, 0);  block 0 adds (0, 4): y = (3, 4), cos = 9 / (3 · 5) = 0.6, influence 0.4;  block 1 adds nothing: 0
    # block 2 adds (-7, -1): y = (-4, 3), cos = (-12 + 12) / 25 = 0, influence 1
    def make():
        return adding([0, 4], [0, 0], [-7, -1]), np.array([[3.0, 0]]), 1

    submission.agrees_with(lambda blocks, x, count: ([0, 2], np.array([0.4, 0, 1])), make, **TOLERANCE)


@graded(3, en="several blocks and samples, float64 and float32", zh="多个块、多个样本，float64 与 float32")
def test_several_blocks(submission):
    submission.agrees_with(reference, lambda: (*network([4, 2, 5, 3, 4], 3, 6, seed=4), 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: (*network([3, 6, 4], 5, 4, scale=0.5, seed=1), 1), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: (*network([2, 3, 4, 2], 4, 3, scale=3, seed=2, dtype=np.float32), 3), **TOLERANCE
    )


@graded(
    2,
    en="direction counts, not length: a block that only doubles does nothing",
    zh="看方向而不看长度：只是加倍的块没有影响",
)
def test_direction_not_length(submission):
    doubling, swapping, leaning = np.eye(2) * 5, [[0, 1], [1, 0]], [[1, 0.5], [0, 1]]
    x = np.array([[4.0, 1], [0.25, 3], [2, 1]])
    submission.agrees_with(reference, lambda: (linear(doubling, leaning, swapping), x.copy(), 1), **TOLERANCE)
    small_turn = linear(np.eye(2), swapping, np.eye(2) * 9, leaning)
    submission.agrees_with(reference, lambda: ([tuple(map(np.copy, b)) for b in small_turn], x.copy(), 2), **TOLERANCE)


@graded(
    1,
    en="each sample has its own cosine, whatever its length; a sample of zeros counts 0",
    zh="每个样本各算余弦，与长度无关；全零记 0",
)
def test_samples_count_alike(submission):
    long_and_short = np.array([[100.0, 0, 1], [0, 0.01, 0.02], [1, 1, 1]])
    submission.agrees_with(reference, lambda: (adding([0, 0, 1], [1, 0, 0]), long_and_short.copy(), 1), **TOLERANCE)
    with_zeros = np.array([[0.0, 0, 0], [1, 2, 2], [-2, 0, 1]])
    submission.agrees_with(reference, lambda: (adding([2, 0, -1], [0, 1, 0]), with_zeros.copy(), 1), **TOLERANCE)


@graded(1, en="short and long samples: nothing is added to a length", zh="很短与很长的样本：长度上不加任何东西")
def test_lengths_of_any_size(submission):
    def scaled(factor):
        blocks, x = network([4, 2, 5], 3, 6, seed=5)
        return [(w1, factor * b1, w2, factor * b2) for w1, b1, w2, b2 in blocks], factor * x, 1

    for factor in (1e-9, 1e-5, 1e8):
        submission.agrees_with(reference, lambda factor=factor: scaled(factor), **TOLERANCE)


@graded(
    1,
    en="equal influence: the earlier block stays; none or all can be removed",
    zh="影响力相等时靠前的保留；可以一个不剪或全剪",
)
def test_ties_none_and_all(submission):
    x = np.array([[3.0, 4], [0, 2]])
    # An unstable sort keeps the order of a few, but not of so many. The 14 blocks that add nothing meet the same input,
    # so that their influence is equal to the last bit however it is computed; 8 of them go.
    submission.agrees_with(reference, lambda: (adding(*[[0, 0], [1, 0], [-1, 0]] * 14), x.copy(), 8), **TOLERANCE)
    # The influence is 0 as the biases are, and must be a new array all the same.
    submission.agrees_with(reference, lambda: (adding(*[[0, 0, 0]] * 3), np.array([[3.0, 4, 0]]), 1), **TOLERANCE)
    submission.agrees_with(reference, lambda: (adding(*[[0, 0]] * 4), x.copy(), 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: (*network([2, 3], 4, 3, seed=3), 0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (*network([2, 3], 4, 3, seed=4), 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: ([], x.copy(), 0), **TOLERANCE)


@graded(1, en="a count below 0 or above the number of blocks is refused", zh="拒绝小于 0 或大于块数的 count")
def test_bad_counts_are_refused(submission):
    for count in (-1, 3, 7):
        submission.rejects(ValueError, lambda count=count: (*network([2, 3], 4, 3), count))
    submission.rejects(ValueError, lambda: ([], np.ones((1, 2)), 1))
