"""Graded checks of distillation/knowledge_distillation.

The stand-in networks tell training from inference (dropout and a running mean), and begin with gradients that an
earlier backward left behind; so a wrong mode, a missing `zero_grad` or a wrong order shows in the student's weights.
"""

import math

import numpy as np

from minicompress.kit.grading import graded
from minicompress.kit.grading.stand_ins import StandInLoss, StandInNetwork, StandInOptimizer

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def reference(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    """One sample's softmax at a time, in float64."""
    T = float(temperature)
    losses = []
    for x, _ in data_loader:
        soft_labels = np.array([softmax_of_one([float(z) / T for z in row]) for row in teacher_model.forward(x)])
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft_labels)
        optimizer.zero_grad()
        student_model.backward(dlogits * T)
        optimizer.step()
        losses += [T * T * loss] * len(x)
    return sum(losses) / len(losses)


def softmax_of_one(z):
    e = [math.exp(value - max(z)) for value in z]
    return [value / sum(e) for value in e]


def network(seed, classes=3, inputs=4, spread=1.0, is_teacher=False):
    rng = np.random.default_rng(seed)
    w = rng.normal(0, spread, (classes, inputs)).astype(np.float32)
    return StandInNetwork(w, rng.normal(0, 0.5, classes).astype(np.float32), shows_gradients=is_teacher)


def batches(sizes, inputs=4, seed=5, classes=3):
    """A list of (x, labels) of these sizes."""
    rng = np.random.default_rng(seed)
    return [(rng.normal(0, 1, (n, inputs)).astype(np.float32), rng.integers(0, classes, n)) for n in sizes]


def arguments(loader, *temperature, teacher=None, student=None, learning_rate=0.1, weight=1.0):
    student = student or network(1)
    teacher = teacher or network(2, spread=2.0, is_teacher=True)
    optimizer = StandInOptimizer(student.parameters(), learning_rate)
    return student, teacher, StandInLoss(weight), loader, optimizer, *temperature


@graded(2, en="a case worked by hand: one sample, three classes, T = 5", zh="手算的例子：一个样本、三类、T = 5")
def test_hand_worked_case(submission):
    # One input x = 2, no bias.  Teacher w = 2.5 (ln 3, ln 2, 0):  z_t / 5 = (ln 3, ln 2, 0),  p_t = (3 2 1) / 6.
    # Student w = (0, 0, 0):  z_s / 5 = (0 0 0),  softmax = (1 1 1) / 3,  cross-entropy = ln 3,  L = 25 ln 3.
    # dlogits = (-1/6, 0, 1/6);  dz_s = 25 / 5 dlogits = (-5/6, 0, 5/6);  dw = 2 dz_s = (-5/3, 0, 5/3).
    # One step of 0.1:  w = (1/6, 0, -1/6),  b = (1/12, 0, -1/12).
    def make():
        w = 2.5 * np.log([[3.0], [2.0], [1.0]])
        teacher = StandInNetwork(w.astype(np.float32), np.zeros(3, np.float32))
        student = StandInNetwork(np.zeros((3, 1), np.float32), np.zeros(3, np.float32))
        return arguments([(np.array([[2.0]], np.float32), np.array([0]))], 5.0, teacher=teacher, student=student)

    def by_hand(student_model, teacher_model, loss_function, data_loader, optimizer, temperature):
        student_model.running_mean[...] = 1.0  # the training forward saw x = 2: 0 + 0.5 * 2
        student_model.w.value[...] = [[1 / 6], [0], [-1 / 6]]
        student_model.b.value[...] = [1 / 12, 0, -1 / 12]
        loss_function.calls.append((np.zeros((1, 3), np.float32), np.array([[3, 2, 1]]) / 6))
        optimizer.steps += 1
        return 25 * math.log(3)

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(
    3,
    en="several batches: loss, soft labels, every update of the student; the teacher unchanged",
    zh="多个批次：损失、软标签、学生的每次更新；教师不变",
)
def test_several_batches(submission):
    submission.agrees_with(reference, lambda: arguments(batches([6, 6, 6, 6, 6]), 2.5), **TOLERANCE)


@graded(1, en="a smaller last batch counts by its size", zh="较小的最后一批按其大小计权")
def test_last_batch_counts_by_its_size(submission):
    # A large step makes the losses of the batches differ, so that the two kinds of mean differ.
    submission.agrees_with(reference, lambda: arguments(batches([7, 1]), 1.5, learning_rate=0.5), **TOLERANCE)


@graded(1, en="a loader that can be read only once", zh="只能遍历一次的数据加载器")
def test_loader_that_can_be_read_once(submission):
    submission.agrees_with(reference, lambda: arguments(iter(batches([5, 6])), 2.5), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((batch for batch in batches([2, 7])), 0.5), **TOLERANCE)


@graded(1, en="logits in the thousands: the soft labels stay finite", zh="logits 上千时软标签仍为有限值")
def test_large_logits(submission):
    def make():
        teacher = network(2, spread=3000.0, is_teacher=True)
        return arguments(batches([5, 6]), 1.5, teacher=teacher)

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="a high temperature brings back what rounds to 0 at T = 1", zh="高温能找回 T = 1 时舍入为 0 的概率")
def test_high_temperature_on_wide_logits(submission):
    def make():
        teacher = network(2, spread=900.0, is_teacher=True)
        return arguments(batches([5, 2]), 600.0, teacher=teacher, student=network(1, spread=300.0), learning_rate=1e-3)

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="a tiny T with logits as tiny; tiny and huge inputs", zh="极小的 T 与同样小的 logits；极小与极大的输入")
def test_tiny_and_huge(submission):
    def tiny_temperature():
        # One batch, for which a step of 1e5 makes the tiny gradient visible.
        networks = {"student": network(1), "teacher": network(2, spread=2.0, is_teacher=True)}
        for one in networks.values():
            one.w.value *= np.float32(1e-6)
            one.b.value *= np.float32(1e-6)
        return arguments(batches([5]), 1e-6, learning_rate=1e5, **networks)

    def scaled(power):
        # x and w by powers of two against each other: the logits are exactly those of power 0.
        networks = {"student": network(1), "teacher": network(2, spread=2.0, is_teacher=True)}
        for one in networks.values():
            one.w.value *= np.float32(2.0**-power)
        loader = [(x * np.float32(2.0**power), labels) for x, labels in batches([5])]
        return arguments(loader, 2.5, learning_rate=0.1 * 4.0**-power, **networks)

    for make in (tiny_temperature, lambda: scaled(60), lambda: scaled(-60)):
        submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1,
    en="the loss function that is passed in is the one that counts; labels are not used",
    zh="使用传入的损失函数；不使用真实标签",
)
def test_uses_the_loss_function_and_no_labels(submission):
    def make():
        without_labels = [(x, None) for x, _ in batches([6, 2], seed=8)]
        return arguments(without_labels, 5.0, weight=0.5)

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="the default temperature is 4; T = 1 is plain soft labels", zh="默认温度为 4；T = 1 即普通软标签")
def test_default_temperature_and_one(submission):
    submission.agrees_with(reference, lambda: arguments(batches([5])), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments(batches([5]), 1), **TOLERANCE)


@graded(1, en="a temperature that is not finite and positive is refused", zh="拒绝非有限或非正的温度")
def test_bad_temperature_is_refused(submission):
    for temperature in (0, 0.0, -2.0, math.nan, math.inf, -math.inf):
        submission.rejects(ValueError, lambda t=temperature: arguments(batches([3]), t))


@graded(1, en="an empty loader is refused", zh="拒绝空的数据加载器")
def test_empty_loader_is_refused(submission):
    submission.rejects(ValueError, lambda: arguments([], 2.0))
    submission.rejects(ValueError, lambda: arguments(iter([]), 2.0))
