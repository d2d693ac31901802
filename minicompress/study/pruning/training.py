"""Training under a pruning schedule: `nn.fit` with a pruning at the steps of the schedule.

    for step t, batch (x, y):
        if t in schedule:
            hold_masks(model, global_masks(model, schedule[t]))
        one step of SGD, learning rate along half a cosine
    after each epoch that began fully pruned: validation accuracy; keep the weights if they are the best so far

One-shot, iterative and gradual pruning differ only in the schedule (`minicompress/pruning/schedule.py`). A network
whose neurons were removed before has an empty schedule, so every arm of a comparison gets the same epochs, batches and
rates.

The trap is in the last line. With validation data `nn.fit` keeps the best of all epochs, so it gets none here: under a
schedule the best may be an early one, and the "99% sparse" model that comes back was measured before it was pruned.
"""

import math

from minicompress import nn
from minicompress.pruning import global_masks, hold_masks

__all__ = ["prune_and_train"]


def prune_and_train(model, x, y, schedule, *, validation, epochs, learning_rate, momentum, batch_size, rng):
    """Train `model` in place, pruned as `schedule` says, and leave it with its best weights.

    Parameters
    ----------
    x, y : training samples and labels.
    schedule : {step t: sparsity of all weights from t on}, in [0, 1]; steps are counted from 0 over all epochs. {}
        prunes nothing; masks that the model already has hold.
    validation : (x, y) that choose the epoch, among those in which nothing is pruned after the first step.
    epochs : int >= 1.
    learning_rate, momentum : of SGD; the rate falls to 0 along half a cosine.
    batch_size : int >= 1.
    rng : np.random.Generator that shuffles.

    Returns
    -------
    float, the validation accuracy of the weights that are left.

    Raises ValueError if the schedule prunes after the start of the last epoch: no epoch could be chosen.
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
