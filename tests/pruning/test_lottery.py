"""Lottery tickets: the share is of what is alive, the weights go back to the start, and the control arms differ."""

import itertools

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import Mask, hold_masks, lottery_rounds, lottery_ticket, sparsity
from minicompress.pruning.lottery import prune_survivors
from minicompress.pruning.masks import mask_density, shuffle_masks


def grow(model):
    """A training that is quick and moves every array: batches are always the same."""
    rng = np.random.default_rng(5)
    x, labels = rng.normal(size=(30, 12)).astype(np.float32), rng.integers(0, 4, 30)
    optimizer = nn.SGD(model.parameters(), 0.5, momentum=0.9, weight_decay=0.01)
    nn.fit(model, x, labels, optimizer=optimizer, epochs=2, batch_size=10, rng=rng)
    return nn.accuracy(model, x, labels)


def normalized(rng):
    return nn.Sequential(nn.Linear(12, 9, rng=rng), nn.BatchNorm1d(9), nn.ReLU(), nn.Linear(9, 4, rng=rng))


def test_twenty_percent_a_round_gives_the_papers_ladder(rng):
    # Frankle and Carbin 2019, LeNet-300-100: the percentages of weights left, output layer at half the rate
    model = nn.zoo.lenet_300_100(rng=rng)
    rounds = lottery_rounds(model, lambda trained: None, rounds=20)
    left = [f"{100 * played.density:.2f}" for played in rounds]
    assert [left[n] for n in (0, 3, 7, 9, 15, 18, 20)] == ["100.00", "51.28", "21.07", "13.52", "3.58", "1.85", "1.19"]
    assert [sparsity(played.ticket) for played in rounds] == pytest.approx([1 - played.density for played in rounds])


def test_every_round_starts_from_the_rewinding_point_and_prunes_what_training_made_small(rng):
    start = normalized(rng)
    grow(start)  # late rewinding: the point is not the initialization; batch norm's statistics have moved, too
    point = start.state_dict()
    rounds = lottery_rounds(start, grow, rounds=3, rate=0.25)
    assert len(rounds) == 4
    for played in rounds:
        masks = dict(zip(("0.weight", "3.weight"), played.masks, strict=True))
        for name, value in played.ticket.state_dict().items():
            np.testing.assert_array_equal(value, point[name] * masks.get(name, True), err_msg=name)
        assert sparsity(played.trained) == sparsity(played.ticket) == pytest.approx(1 - played.density)
        assert any((value != point[name]).any() for name, value in played.trained.state_dict().items())
    for before, after in itertools.pairwise(rounds):
        for w, old, new in zip(_weights(before.trained), before.masks, after.masks, strict=True):
            assert not (new & ~old).any()  # nothing comes back
            assert np.abs(w[old & ~new]).max() <= np.abs(w[new]).min()
    # 108 -> 81 -> 81 - 20 -> 61 - 15 and, at an eighth, 36 -> 32 -> 28 -> 28 - 4 (3.5 rounds to even)
    assert [[int(m.sum()) for m in played.masks] for played in rounds] == [[108, 36], [81, 32], [61, 28], [46, 24]]
    for name, value in start.state_dict().items():
        np.testing.assert_array_equal(value, point[name])
    assert not any(p.transforms for p in start.parameters())


def _weights(model):
    return [p.value for p in model.weight_parameters()]


def test_what_train_returns_is_kept_and_rounds_repeat_to_the_bit(rng):
    start = normalized(rng)
    one, other = (lottery_rounds(start, grow, rounds=2) for _ in range(2))
    assert [played.result for played in one] == [played.result for played in other]
    assert all(0 <= played.result <= 1 for played in one)
    np.testing.assert_array_equal(_weights(one[2].trained)[0], _weights(other[2].trained)[0])
    assert [played.density for played in lottery_rounds(start, grow, rounds=0)] == [1.0]


def test_rates_of_the_output_layer(rng):
    model = nn.zoo.mlp([10, 10, 10], rng=rng)

    def left(**options):
        return [int(m.sum()) for m in lottery_rounds(model, lambda m: None, rounds=1, **options)[1].masks]

    assert left() == [80, 90]
    assert left(rate=0.5) == [50, 75]
    assert left(rate=0.5, output_rate=0.5) == [50, 50]
    assert left(rate=0.5, output_rate=0) == [50, 100]
    assert left(rate=1) == [0, 50]


def test_a_model_that_holds_masks_starts_from_them(rng):
    model = nn.zoo.mlp([10, 10, 10], rng=rng)
    hold_masks(model, [np.arange(100).reshape(10, 10) < 50, np.ones((10, 10), bool)])
    rounds = lottery_rounds(model, lambda m: None, rounds=1)
    assert [[int(m.sum()) for m in played.masks] for played in rounds] == [[50, 100], [40, 90]]


def test_pruning_survivors_worked_by_hand():
    # alive: -4 1 -2 3 5, 40% of five are two: 1 and -2. The dead 0.5 is smaller and does not count, nor does 9 return.
    w = np.array([[-4, 0.5, 1], [-2, 9, 3], [5, 0, 0]])
    m = np.array([[1, 0, 1], [1, 0, 1], [1, 0, 0]], bool)
    before = m.copy()
    assert prune_survivors(w, m, 0.4).tolist() == [[True, False, False], [False, False, True], [True, False, False]]
    np.testing.assert_array_equal(m, before)
    assert prune_survivors(w, m, 0).tolist() == m.tolist()
    assert not prune_survivors(w, m, 1).any()
    assert prune_survivors(w.tolist(), m, 0.5).sum() == 3  # 2.5 rounds to even


def test_control_arms_share_the_masks_or_the_start(rng):
    start, fresh = normalized(rng), normalized(rng)
    masks = lottery_rounds(start, grow, rounds=1, rate=0.5)[1].masks
    same, anew, elsewhere = (
        lottery_ticket(start, masks),
        lottery_ticket(fresh, masks),
        lottery_ticket(start, shuffle_masks(masks, rng=rng)),
    )
    np.testing.assert_array_equal(_weights(same)[0], _weights(start)[0] * masks[0])
    np.testing.assert_array_equal(_weights(anew)[0], _weights(fresh)[0] * masks[0])
    assert sparsity(elsewhere) == sparsity(same) == pytest.approx(1 - mask_density(masks))
    assert ((_weights(elsewhere)[0] != 0) != masks[0]).any()
    np.testing.assert_array_equal(_weights(elsewhere)[0], _weights(start)[0] * (_weights(elsewhere)[0] != 0))
    grow(elsewhere)
    assert sparsity(elsewhere) == pytest.approx(1 - mask_density(masks))  # held through training


def test_bad_arguments_are_refused_before_anything_is_trained(rng):
    model = nn.zoo.mlp([3, 2], rng=rng)

    def never(trained):
        raise AssertionError("trained")

    wrong = {"rate": [1.5, -0.1, np.nan, "0.2"], "output_rate": [2, -0.1], "rounds": [-1, 1.0]}
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(ValueError, match=f"lottery_rounds: {name} must be"):
                lottery_rounds(model, never, **{"rounds": 1, "output_rate": 0.1} | {name: value})
    with pytest.raises(ValueError, match="lottery_rounds: train must be a function"):
        lottery_rounds(model, None, rounds=1)
    with pytest.raises(ValueError, match="lottery_rounds: model must be one with weights"):
        lottery_rounds(nn.Sequential(nn.ReLU()), never, rounds=1)
    assert not any(p.transforms for p in model.parameters())
    with pytest.raises(ValueError, match="prune_survivors: m must be a boolean array, got dtype"):
        prune_survivors(np.ones(3), np.ones(3), 0.5)
    with pytest.raises(ValueError, match="prune_survivors: m must have shape"):
        prune_survivors(np.ones(3), np.ones(4, bool), 0.5)
    with pytest.raises(ValueError, match="prune_survivors: rate"):
        prune_survivors(np.ones(3), np.ones(3, bool), 2)
    with pytest.raises(ValueError, match="hold_masks: every mask must have shape"):
        lottery_ticket(model, [np.ones((3, 2), bool)])


def test_pytorch_prunes_the_same_survivors_round_after_round():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    prune = pytest.importorskip("torch.nn.utils.prune")
    w = np.random.default_rng(4).normal(size=(7, 11)).astype(np.float32)
    layer = torch.nn.Linear(11, 7, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(w))
    m = np.ones(w.shape, bool)
    for _ in range(5):
        m = prune_survivors(w, m, 0.2)
        prune.l1_unstructured(layer, "weight", amount=0.2)  # of what earlier calls left
        np.testing.assert_array_equal(layer.weight_mask.numpy() == 1, m)


def test_masks_are_plain_masks(rng):
    played = lottery_rounds(nn.zoo.mlp([4, 3], rng=rng), lambda m: None, rounds=1)[1]
    ((mask,),) = [p.transforms for p in played.trained.weight_parameters()]
    assert type(mask) is Mask


def answers(exercise_id):
    """The solution and every right answer."""
    names = {}
    exec(content().solution(exercise_id).read_text(encoding="utf-8"), names)
    return [names[exercise_id.split("/")[1]]] + [answer.function for answer in right_answers(exercise_id)]


@pytest.mark.parametrize("rate", [0, 0.2, 0.5, 1])
def test_a_round_of_the_exercise_is_a_round_of_the_library(rate, rng):
    start = normalized(rng)
    rounds = lottery_rounds(start, grow, rounds=3, rate=rate, output_rate=rate)
    for before, after in itertools.pairwise(rounds):
        for answer in answers("pruning/lottery_ticket"):
            masks, rewound = answer(_weights(before.trained), _weights(start), before.masks, rate)
            for one, other in zip(masks + rewound, after.masks + _weights(after.ticket), strict=True):
                np.testing.assert_array_equal(one, other)
