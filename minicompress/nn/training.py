"""Training: `fit` trains a network for several epochs of shuffled batches and keeps the best epoch.

    for each epoch:
        for each batch (x, y):
            optimizer.zero_grad()
            loss, dlogits = loss_function(model.forward(x, training=True), y)
            model.backward(dlogits)
            optimizer.step()
        validation loss and accuracy; keep the state if it is the best so far

The state is not only the weights: it includes masks, quantizers and observers (`snapshot.py`).

`fit(progress=True)` prints one line per epoch; `fit(progress=function)` calls the function after every step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from minicompress._base import arguments
from minicompress.kernels.threads import one_blas_thread
from minicompress.nn.batching import batches, float_samples, same_length, split
from minicompress.nn.checks import check_model, check_optimizer, evaluate, first_not_finite
from minicompress.nn.containers import Sequential
from minicompress.nn.losses import softmax_cross_entropy

__all__ = ["History", "Progress", "check_optimizer", "fit"]


@dataclass
class History:
    """What `fit` recorded, one entry per epoch in each list; the validation lists stay empty without validation.

    Attributes
    ----------
    training_loss : mean loss over the samples of the epoch, while the weights changed.
    training_seconds : wall-clock seconds of the epoch, without validation.
    validation_loss, validation_accuracy : at the end of the epoch; no accuracy if the labels are not classes.
    best_epoch : index, from 0, of the epoch whose state the model has; None before the first epoch has ended.
    stopped_early : whether `patience` ended the training.

    >>> History().best_epoch is None
    True
    """

    training_loss: list = field(default_factory=list)
    training_seconds: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    best_epoch: int | None = None
    stopped_early: bool = False


@dataclass(frozen=True)
class Progress:
    """What `fit` passes to its `progress` callback after every step; `epoch` and `step` count from 1.

    `loss` is the mean over the epoch so far; `validation_accuracy` is that of the last epoch that ended, or None.

    >>> Progress(1, 2, 3, 4, 0.5, None).loss
    0.5
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    validation_accuracy: float | None


def fit(
    model: Sequential,
    x: np.ndarray,
    y: np.ndarray,
    *,
    optimizer,
    epochs: int,
    batch_size: int = 100,
    loss: Callable = softmax_cross_entropy,
    validation: float | tuple[np.ndarray, np.ndarray] | None = None,
    patience: int | None = None,
    schedule: Callable[[int], float] | None = None,
    step: Callable | None = None,
    drop_last: bool = False,
    rng: np.random.Generator,
    progress: bool | Callable | None = None,
) -> History:
    """Train `model` in place and leave it in the state of the best epoch.

    Parameters
    ----------
    model : Sequential. Its state is weights, transforms, batch norm's statistics and the ranges of quantizers.
    x, y : training samples, floats, and the targets that `loss` takes.
    optimizer : over the parameters of this model.
    epochs : int >= 1, passes over the samples.
    batch_size : int >= 1; 100, a divisor of MNIST's 60,000.
    loss : function (logits, y) -> (mean loss, dlogits).
    validation : None; a fraction of x to hold out, drawn by `rng`; or (x, y). The best epoch has the highest accuracy,
        and among equal accuracies the lowest loss; if y is not class labels, it has the lowest loss. Without
        validation, the last epoch is kept.
    patience : end after this many epochs without a new best; None: never. Needs validation.
    schedule : function from the step, counted from 0 over all epochs, to the learning rate; None keeps the
        optimizer's rate.
    step : None, or a function (x, y, t) -> mean loss that replaces the forward and backward pass of a batch: it adds to
        the gradients, and may change the model first. t counts steps from 0 over all epochs. Then `loss` is used for
        validation only.
    drop_last : leave out a last batch that is smaller than the others, in each epoch; batch norm refuses a batch of one
        sample.
    rng : np.random.Generator that draws the held-out samples and shuffles.
    progress : None prints nothing; True prints a line after every epoch; a function is called with a Progress after
        every step.

    Returns
    -------
    History

    Raises
    ------
    ValueError, before anything changes, for wrong arguments, such as integer images or a model with NaN; and during the
    training, when the loss, a weight or a statistic is no longer finite. Then, and on Ctrl-C, the model has the state
    of the best epoch that has ended, or its initial state if none has.

    >>> from minicompress import nn
    >>> rng, x, y = np.random.default_rng(0), np.eye(2, dtype=np.float32), np.arange(2)
    >>> model = nn.zoo.mlp([2, 2], rng=rng)
    >>> history = fit(model, x, y, optimizer=nn.SGD(model.parameters(), 0.5), epochs=3, rng=rng)
    >>> history.training_loss[-1] < history.training_loss[0]
    True
    """
    epochs = arguments.whole_number("fit", "epochs", epochs, low=1)
    batch_size = arguments.whole_number("fit", "batch_size", batch_size, low=1)
    rng = arguments.generator("fit", "rng", rng)
    check_model("fit", model)
    check_optimizer("fit", optimizer, model)
    x, y = same_length("fit", float_samples("fit", "x", x), y)
    if len(x) == 0:
        raise ValueError("fit: x must have at least one sample, got none")
    arguments.function("fit", "loss", loss, "a function (logits, y) -> (loss, dlogits)")
    if schedule is not None:
        arguments.function("fit", "schedule", schedule, "None or a function from the step to the learning rate")
    if step is not None:
        arguments.function("fit", "step", step, "None or a function (x, y, t) -> loss")
    progress = _check_progress(progress)
    if patience is not None:
        patience = arguments.whole_number("fit", "patience", patience, low=1)
        if validation is None:
            raise ValueError(f"fit: patience must be None without validation data, got {patience}")
    x, y, held_out = _hold_out(x, y, validation, rng)
    for samples in (x,) if held_out is None else (x, held_out[0]):
        model.output_shape(samples.shape[1:])  # raises for a wrong shape before the first epoch
    if drop_last and len(x) < batch_size:
        arguments.reject("fit", "batch_size", f"at most the {len(x)} training samples with drop_last", batch_size)

    run = _Run(model, optimizer, loss, schedule, step, progress, epochs, batch_size, bool(drop_last), rng)
    history = run.history
    best, best_score = model.snapshot(), None
    try:
        with one_blas_thread():
            for epoch in range(epochs):
                run.train(x, y, epoch)
                score = None if held_out is None else run.validate(*held_out)
                if progress is _print_line:
                    progress(history, epochs)
                if score is None or best_score is None or score > best_score:
                    best, best_score, history.best_epoch = model.snapshot(), score, epoch
                elif patience is not None and epoch - history.best_epoch >= patience:
                    history.stopped_early = True
                    break
    finally:  # also on Ctrl-C and on errors
        best.restore()
    return history


@dataclass
class _Run:
    """The settings of one call of `fit`, and its history."""

    model: object
    optimizer: object
    loss: object
    schedule: object
    pass_batch: object  # the caller's step, or None
    progress: object
    epochs: int
    batch_size: int
    drop_last: bool
    rng: np.random.Generator
    history: History = field(default_factory=History)

    def train(self, x, y, epoch):
        """Train for one epoch and record its mean loss and its seconds."""
        steps = len(x) // self.batch_size if self.drop_last else math.ceil(len(x) / self.batch_size)
        latest = self.history.validation_accuracy[-1] if self.history.validation_accuracy else None
        total, seen, started = 0.0, 0, time.perf_counter()
        shuffled = batches(x, y, self.batch_size, rng=self.rng, drop_last=self.drop_last)
        for step, (x_batch, y_batch) in enumerate(shuffled):
            t = epoch * steps + step
            if self.schedule is not None:
                self.optimizer.learning_rate = arguments.number("fit", f"schedule({t})", self.schedule(t), low=0)
            total += self._step(x_batch, y_batch, t, f"epoch {epoch + 1}, step {step + 1}") * len(x_batch)
            seen += len(x_batch)
            if self.progress not in (None, _print_line):
                self.progress(Progress(epoch + 1, self.epochs, step + 1, steps, total / seen, latest))
        self.history.training_loss.append(total / seen)
        self.history.training_seconds.append(time.perf_counter() - started)
        name = first_not_finite(self.model)  # the last update has not been part of any loss yet
        if name is not None:
            self._stop(f"{name} is not finite after epoch {epoch + 1}")

    def validate(self, x, y):
        """Record loss and accuracy on the held-out samples; return a tuple that is larger for a better epoch."""
        with _ignore_overflow():
            logits = self.model.predict(x, batch_size=max(self.batch_size, 1000))
            loss, _ = evaluate("fit", self.loss, logits, y)
        self._check_finite(loss, "validation")
        if np.isnan(logits).any():  # the caller's loss may be finite all the same
            self._stop("the logits are NaN at validation")
        self.history.validation_loss.append(loss)
        if not _are_classes(y):
            return (-loss,)
        self.history.validation_accuracy.append(float(np.mean(logits.argmax(axis=1) == y)))
        return (self.history.validation_accuracy[-1], -loss)

    def _step(self, x, y, t, where):
        with _ignore_overflow():
            self.optimizer.zero_grad()
            if self.pass_batch is None:
                loss, dlogits = evaluate("fit", self.loss, self.model.forward(x, training=True), y)
                self._check_finite(loss, where)
                self.model.backward(dlogits, need_dx=False)
            else:
                loss = arguments.number("fit", "the loss that step returns", self.pass_batch(x, y, t), finite=False)
                self._check_finite(loss, where)
            self.optimizer.step()
        return loss

    def _check_finite(self, loss, where):
        if not math.isfinite(loss):
            self._stop(f"the loss is {loss} at {where}")

    def _stop(self, what):
        rate = getattr(self.optimizer, "learning_rate", "unknown")
        raise ValueError(f"fit: {what}, with learning rate {rate}; try a smaller one, or look for NaN in x and y")


def _check_progress(progress):
    """Return None, `_print_line` for True, or the caller's function; else raise ValueError."""
    if progress is None or progress is False:
        return None
    expected = "None, True, or a function that takes a Progress"
    return _print_line if progress is True else arguments.function("fit", "progress", progress, expected)


def _print_line(history, epochs):
    validation = zip(("loss", "accuracy"), (history.validation_loss, history.validation_accuracy), strict=True)
    parts = [f"loss {history.training_loss[-1]:.4f}"]
    parts += [f"validation {name} {values[-1]:.4f}" for name, values in validation if values]
    parts += [f"{history.training_seconds[-1]:.1f} s"]
    print(f"epoch {len(history.training_loss)}/{epochs}: {', '.join(parts)}", flush=True)


def _ignore_overflow():
    """Return a context without warnings of overflow: `fit` raises an error for the loss that is not finite."""
    return np.errstate(over="ignore", invalid="ignore")


def _hold_out(x, y, validation, rng):
    """Return x and y to train on, and the pair (x, y) to validate on or None."""
    if validation is None:
        return x, y, None
    if isinstance(validation, (tuple, list)):
        if len(validation) != 2 or np.size(validation[0]) == 0:
            raise ValueError("fit: validation must be None, a fraction, or a pair (x, y) with samples")
        return x, y, same_length("fit", float_samples("fit", "validation's x", validation[0]), validation[1])
    x, y, x_held, y_held = split(x, y, validation, rng=rng)
    return x, y, (x_held, y_held)


def _are_classes(y):
    return y.ndim == 1 and np.issubdtype(y.dtype, np.integer)
