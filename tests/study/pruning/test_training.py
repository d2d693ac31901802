"""Training under a pruning schedule: what `nn.fit` does, pruned on time, and never an epoch from before the pruning."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import global_masks, gradual, hold_masks, iterative, one_shot, sparsity
from minicompress.study.pruning import training as pruned_training
from minicompress.study.pruning.training import prune_and_train

STEPS = 5  # in an epoch: 50 samples in batches of 10


def task():
    """(model, x, y, validation), the same at each call."""
    rng = np.random.default_rng(0)
    model = nn.zoo.mlp([6, 20, 3], rng=rng)
    x = rng.normal(size=(150, 6)).astype(np.float32)
    y = (x @ rng.normal(size=(6, 3))).argmax(axis=1)
    return model, x[:50], y[:50], (x[50:], y[50:])


def trained(schedule, epochs=3):
    model, x, y, validation = task()
    options = {"learning_rate": 0.1, "momentum": 0.9, "batch_size": 10, "rng": np.random.default_rng(1)}
    best = prune_and_train(model, x, y, schedule, validation=validation, epochs=epochs, **options)
    return model, best


def test_without_a_schedule_it_trains_as_fit_does():
    ours, best = trained({})
    model, x, y, validation = task()
    history = nn.fit(
        model,
        x,
        y,
        optimizer=nn.SGD(model.parameters(), 0.1, momentum=0.9),
        epochs=3,
        batch_size=10,
        validation=validation,
        schedule=nn.schedules.cosine_decay(0.1, steps=3 * STEPS),
        rng=np.random.default_rng(1),
    )

    assert len(set(history.validation_accuracy)) == 3  # no tie, which `fit` breaks by the loss
    assert best == max(history.validation_accuracy)
    for one, other in zip(ours.parameters(), model.parameters(), strict=True):
        np.testing.assert_array_equal(one.value, other.value)


def test_it_trains_as_the_loop_written_out_to_the_last_bit():
    schedule = {0: 0.25, 3: 0.5, STEPS: 0.75}
    ours, best = trained(schedule)

    model, x, y, validation = task()
    rng = np.random.default_rng(1)
    optimizer, t, kept = nn.SGD(model.parameters(), 0.1, momentum=0.9), 0, []
    rate = nn.schedules.cosine_decay(0.1, steps=3 * STEPS)
    for epoch in range(3):
        for x_batch, y_batch in nn.batches(x, y, 10, rng=rng):
            if t in schedule:
                hold_masks(model, global_masks(model, schedule[t]))
            optimizer.learning_rate = rate(t)
            optimizer.zero_grad()
            _, dlogits = nn.softmax_cross_entropy(model.forward(x_batch, training=True), y_batch)
            model.backward(dlogits)
            optimizer.step()
            t += 1
        if epoch >= 1:  # the first began before the last pruning
            kept.append((nn.accuracy(model, *validation), model.state_dict()))

    accuracy, state = max(kept, key=lambda pair: pair[0])
    assert best == accuracy
    for name, array in ours.state_dict().items():
        np.testing.assert_array_equal(array, state[name])


@pytest.mark.parametrize(
    "schedule", [one_shot(0.75), iterative(0.75, 2, interval=STEPS), gradual(0.75, 5, interval=2), {2: 0.75}]
)
def test_the_final_sparsity_is_reached_and_held(schedule):
    model, best = trained(schedule)
    kept = sum(np.count_nonzero(w) for layer in model.layers for w in layer.weights)

    assert kept == 180 - round(0.75 * 180)
    assert sparsity(model) == 0.75
    assert best == nn.accuracy(model, *task()[3])


def test_each_pruning_takes_place_at_its_step(monkeypatch):
    seen, steps = [], []
    monkeypatch.setattr(pruned_training, "hold_masks", lambda *a: seen.append((len(steps), round(1 - _kept(a[1]), 3))))
    step = pruned_training._step
    monkeypatch.setattr(pruned_training, "_step", lambda *a: steps.append(None) or step(*a))
    trained({0: 0.25, 3: 0.5, 10: 0.75})

    assert seen == [(0, 0.25), (3, 0.5), (10, 0.75)]
    assert len(steps) == 3 * STEPS


def _kept(masks):
    return np.mean(np.concatenate([m.ravel() for m in masks]))


def test_an_epoch_from_before_the_last_pruning_is_never_chosen(monkeypatch):
    falling = iter([0.9, 0.8, 0.7, 0.6])
    monkeypatch.setattr(pruned_training.nn, "accuracy", lambda *a: next(falling))
    model, best = trained({0: 0.25, STEPS: 0.5}, epochs=4)
    assert (best, sparsity(model)) == (0.8, 0.5)

    falling = iter([0.9, 0.8, 0.7, 0.6])
    model, best = trained({0: 0.25, STEPS + 1: 0.5}, epochs=4)  # a step later, and one epoch less to choose from
    assert (best, sparsity(model)) == (0.7, 0.5)


def test_a_schedule_that_leaves_no_epoch_to_choose_is_refused_before_anything_changes():
    model, x, y, validation = task()
    before = model.state_dict()
    options = {"learning_rate": 0.1, "momentum": 0.9, "batch_size": 10, "rng": np.random.default_rng(1)}
    with pytest.raises(ValueError, match="prune_and_train: schedule must end by step 10, got a pruning at step 11"):
        prune_and_train(model, x, y, {11: 0.5}, validation=validation, epochs=3, **options)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_masks_that_are_there_hold():
    model, x, y, validation = task()
    hold_masks(model, global_masks(model, 0.5))
    zeros = [w == 0 for layer in model.layers for w in layer.weights]
    options = {"learning_rate": 0.1, "momentum": 0.9, "batch_size": 10, "rng": np.random.default_rng(1)}
    prune_and_train(model, x, y, {}, validation=validation, epochs=2, **options)

    for zero, w in zip(zeros, [w for layer in model.layers for w in layer.weights], strict=True):
        np.testing.assert_array_equal(w == 0, zero)
