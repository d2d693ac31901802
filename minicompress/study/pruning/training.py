"""Training under a pruning schedule: `nn.fit` with a pruning at the steps of the schedule.

    for step t, batch (x, y):
        if t in schedule:
            hold_masks(model, global_masks(model, schedule[t]))
        one step of SGD, learning rate along half a cosine
    after each epoch that began fully pruned: validation accuracy; keep the weights if they are the best so far

One-shot, iterative and gradual pruning differ only in the schedule (`minicompress/pruning/schedule.py`). A network
whose neurons were removed before training has an empty schedule, so every arm of a comparison gets the same epochs,
batches and rates.

The trap: with validation data `nn.fit` keeps the best of all epochs. Under a schedule the best may be an early one, and
the "99% sparse" model would be one from before it was pruned. So `nn.fit` gets no validation data here.
"""

import math
from collections.abc import Mapping

import numpy as np

from minicompress import nn
from minicompress.pruning import global_masks, hold_masks

__all__ = ["prune_and_train"]


def prune_and_train(
    model: nn.Sequential,
    x: np.ndarray,
    y: np.ndarray,
    schedule: Mapping[int, float],
    *,
    validation: tuple[np.ndarray, np.ndarray],
    epochs: int,
    learning_rate: float,
    momentum: float,
    batch_size: int,
    rng: np.random.Generator,
) -> float:
    """Train `model` in place, pruned as `schedule` says, and leave it with its best weights.

    Parameters
    ----------
    model : Sequential; masks that it already has stay.
    x, y : training samples and labels.
    schedule : {step t: sparsity of all weights from step t on}, in [0, 1]; steps are counted from 0 over all epochs. {}
        prunes nothing.
    validation : (x, y) that choose the best epoch, among those in which nothing is pruned after the first step.
    epochs : int >= 1.
    learning_rate, momentum : of SGD; the rate falls to 0 along half a cosine.
    batch_size : int >= 1.
    rng : np.random.Generator that shuffles.

    Returns
    -------
    float, the validation accuracy of the best weights.

    Raises ValueError if the schedule prunes after the start of the last epoch: then no epoch can be chosen.
    """
    steps = math.ceil(len(x) / batch_size)
    if max(schedule, default=0) > (epochs - 1) * steps:
        raise ValueError(
            f"prune_and_train: schedule must end by step {(epochs - 1) * steps}, got a pruning at step {max(schedule)}"
        )
    optimizer = nn.SGD(model.parameters(), learning_rate, momentum=momentum)
    best, weights = -1.0, None

    def step(x_batch, y_batch, t):
        if t in schedule:
            hold_masks(model, global_masks(model, schedule[t]))
        return _step(model, x_batch, y_batch)

    def choose(progress):
        nonlocal best, weights
        if progress.step < progress.steps:
            return
        accuracy = nn.accuracy(model, *validation)
        if max(schedule, default=0) <= (progress.epoch - 1) * steps and accuracy > best:
            best, weights = accuracy, model.state_dict()

    nn.fit(
        model,
        x,
        y,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        schedule=nn.schedules.cosine_decay(learning_rate, steps=epochs * steps),
        step=step,
        rng=rng,
        progress=choose,
    )
    model.load_state_dict(weights)
    return best


def _step(model, x, y):
    loss, dlogits = nn.softmax_cross_entropy(model.forward(x, training=True), y)
    model.backward(dlogits, need_dx=False)
    return loss
