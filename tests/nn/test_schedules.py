import math

import pytest

from minicompress import nn
from minicompress.nn import schedules


def test_constant():
    assert [schedules.constant(0.1)(step) for step in (0, 5)] == [0.1, 0.1]


def test_step_decay_multiplies_after_each_interval():
    schedule = schedules.step_decay(1.0, every=3, factor=0.5)
    assert [schedule(step) for step in range(7)] == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]


def test_cosine_decay_by_hand():
    # half way: the mean of both ends; a third of the way: cos(pi/3) = 1/2, so final + 3/4 of the difference
    schedule = schedules.cosine_decay(1.0, steps=6, final=0.2)
    assert [schedule(step) for step in (0, 2, 3, 6, 9)] == pytest.approx([1, 0.8, 0.6, 0.2, 0.2])


def test_warmup_rises_linearly_and_hands_over_from_step_zero():
    schedule = schedules.linear_warmup(4, schedules.step_decay(0.8, every=2, factor=0.5))
    assert [schedule(step) for step in range(8)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.4, 0.4])
    assert schedules.linear_warmup(4, schedules.constant(1.0), start=0.5)(1) == 0.625
    assert schedules.linear_warmup(0, schedules.constant(1.0))(0) == 1


def test_schedules_keep_no_state():
    schedule = schedules.linear_warmup(3, schedules.cosine_decay(1.0, steps=10))
    backwards = [schedule(step) for step in reversed(range(15))]
    assert backwards[::-1] == [schedule(step) for step in range(15)]


def test_schedules_agree_with_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here, and is not installed")
    lr = torch.optim.lr_scheduler

    def rates(make, steps):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
        schedule = make(optimizer)
        rates = []
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return rates

    def warm(optimizer):
        first = lr.LinearLR(optimizer, start_factor=0.25, total_iters=5)
        return lr.SequentialLR(optimizer, [first, lr.StepLR(optimizer, 4, gamma=0.3)], milestones=[5])

    pairs = [
        (schedules.step_decay(0.4, every=3, factor=0.2), lambda o: lr.StepLR(o, 3, gamma=0.2), 12),
        (schedules.cosine_decay(0.4, steps=10, final=0.01), lambda o: lr.CosineAnnealingLR(o, 10, eta_min=0.01), 11),
        (schedules.linear_warmup(5, schedules.step_decay(0.4, every=4, factor=0.3), start=0.25), warm, 15),
    ]
    for ours, theirs, steps in pairs:
        assert [ours(step) for step in range(steps)] == pytest.approx(rates(theirs, steps))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: schedules.constant(-1), "constant: learning_rate must be a finite number >= 0, got -1"),
        (lambda: schedules.step_decay(0.1, every=0), "step_decay: every must be an integer >= 1, got 0"),
        (lambda: schedules.cosine_decay(0.1, steps=0), "cosine_decay: steps must be an integer >= 1, got 0"),
        (lambda: schedules.cosine_decay(math.inf, steps=3), "cosine_decay: learning_rate must be a finite number"),
        (lambda: schedules.linear_warmup(3, 0.1), "linear_warmup: then must be a schedule"),
    ],
)
def test_wrong_arguments_are_told(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_module_is_reachable_from_nn():
    assert nn.schedules is schedules
