"""How is a network trained? Epochs of shuffled batches, and the best weights kept.

    for each epoch:
        for each batch (x, y):
            optimizer.zero_grad()
            loss, dlogits = loss_function(model.forward(x, training=True), y)
            model.backward(dlogits)
            optimizer.step()
        validation loss and accuracy; keep the weights if they are the best so far

`nn` draws no progress bar: `fit(progress=...)` calls back and leaves it to the terminal.
Next: `zoo.py` for networks to train, `gradient_check.py` for the proof of the gradients.
"""

import math
import time
from dataclasses import dataclass, field

import numpy as np

from minicompress import arguments
from minicompress.kernels.threads import one_blas_thread
from minicompress.nn.batching import batches, same_length, split
from minicompress.nn.losses import softmax_cross_entropy

__all__ = ["History", "Progress", "check_optimizer", "fit"]


@dataclass
class History:
    """What `fit` recorded, one entry an epoch in each list; the validation lists stay empty without validation.

    Attributes
    ----------
    training_loss : mean loss over the samples of the epoch, while the weights changed.
    training_seconds : wall-clock seconds of the epoch, validation apart.
    validation_loss, validation_accuracy : at the end of the epoch; no accuracy where labels are not classes.
    best_epoch : index, from 0, of the epoch whose weights the model has now; None before the first epoch ended.
    stopped_early : whether `patience` ended the training.
    """

    training_loss: list = field(default_factory=list)
    training_seconds: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    best_epoch: int | None = None
    stopped_early: bool = False


@dataclass(frozen=True)
class Progress:
    """What `fit` tells its `progress` callback after every step: epoch and step count from 1.

    `loss` is the mean over the epoch so far; `validation_accuracy` the latest known, or None.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    validation_accuracy: float | None


def fit(
    model,
    x,
    y,
    *,
    optimizer,
    epochs,
    batch_size=100,
    loss=softmax_cross_entropy,
    validation=None,
    patience=None,
    schedule=None,
    rng,
    progress=None,
):
    """Train `model` and leave it with the best weights.

    Parameters
    ----------
    x, y : training samples and what `loss` compares the logits with.
    optimizer : over the parameters of this model.
    epochs : int >= 1, passes over the samples.
    batch_size : int >= 1; 100, a divisor of MNIST's 60,000.
    loss : function (logits, y) -> (mean loss, dlogits).
    validation : None; a fraction of x to hold out, drawn by `rng`; or (x, y). Best is the highest accuracy, of equal
        ones the lowest loss; where y is not class labels, the lowest loss. Without validation, the last epoch.
    patience : end after so many epochs without a new best; None: never. Needs validation.
    schedule : function from the step, counted from 0 over all epochs, to the learning rate; None leaves the
        optimizer's own.
    rng : np.random.Generator that holds out and shuffles.
    progress : function called with a Progress after every step; None: silent.

    Returns
    -------
    History

    Raises
    ------
    ValueError for wrong arguments before anything changes; and when the loss is no longer finite. Then, and on Ctrl-C,
    the model has the best weights among the epochs that ended, or if none has, the ones that it came with.
    """
    epochs = arguments.whole_number("fit", "epochs", epochs, low=1)
    batch_size = arguments.whole_number("fit", "batch_size", batch_size, low=1)
    rng = arguments.generator("fit", "rng", rng)
    x, y = same_length("fit", x, y)
    if len(x) == 0:
        raise ValueError("fit: x must have at least one sample, got none")
    check_optimizer("fit", optimizer, model)
    if patience is not None:
        patience = arguments.whole_number("fit", "patience", patience, low=1)
        if validation is None:
            raise ValueError("fit: patience must be None without validation, which it watches")
    x, y, held_out = _hold_out(x, y, validation, rng)

    run = _Run(model, optimizer, loss, schedule, progress, epochs, batch_size, rng)
    history = run.history
    best_weights, best_score = model.state_dict(), None
    try:
        with one_blas_thread():
            for epoch in range(epochs):
                run.train(x, y, epoch)
                score = None if held_out is None else run.validate(*held_out)
                if score is None or best_score is None or score > best_score:
                    best_weights, best_score, history.best_epoch = model.state_dict(), score, epoch
                elif patience is not None and epoch - history.best_epoch >= patience:
                    history.stopped_early = True
                    break
    finally:  # also on Ctrl-C and when the loss is no longer finite
        model.load_state_dict(best_weights)
    return history


@dataclass
class _Run:
    """What stays the same during one `fit`, and its history."""

    model: object
    optimizer: object
    loss: object
    schedule: object
    progress: object
    epochs: int
    batch_size: int
    rng: np.random.Generator
    history: History = field(default_factory=History)

    def train(self, x, y, epoch):
        """Train for one epoch and record its mean loss and its seconds."""
        steps = math.ceil(len(x) / self.batch_size)
        latest = self.history.validation_accuracy[-1] if self.history.validation_accuracy else None
        total, seen, started = 0.0, 0, time.perf_counter()
        for step, (x_batch, y_batch) in enumerate(batches(x, y, self.batch_size, rng=self.rng)):
            if self.schedule is not None:
                self.optimizer.learning_rate = self.schedule(epoch * steps + step)
            total += self._step(x_batch, y_batch, f"epoch {epoch + 1}, step {step + 1}") * len(x_batch)
            seen += len(x_batch)
            if self.progress is not None:
                self.progress(Progress(epoch + 1, self.epochs, step + 1, steps, total / seen, latest))
        self.history.training_loss.append(total / seen)
        self.history.training_seconds.append(time.perf_counter() - started)

    def validate(self, x, y):
        """Record loss and accuracy on the samples held out; return a score that is larger for better."""
        with _silent():
            logits = self.model.predict(x, batch_size=max(self.batch_size, 1000))
            loss, _ = self.loss(logits, y)
        self._check_finite(loss, "validation")
        self.history.validation_loss.append(loss)
        if not _are_classes(y):
            return (-loss,)
        self.history.validation_accuracy.append(float(np.mean(logits.argmax(axis=1) == y)))
        return (self.history.validation_accuracy[-1], -loss)

    def _step(self, x, y, where):
        with _silent():
            self.optimizer.zero_grad()
            loss, dlogits = self.loss(self.model.forward(x, training=True), y)
            self._check_finite(loss, where)
            self.model.backward(dlogits, need_dx=False)
            self.optimizer.step()
        return loss

    def _check_finite(self, loss, where):
        if not math.isfinite(loss):
            rate = getattr(self.optimizer, "learning_rate", "unknown")
            advice = "try a smaller one, or look for NaN in x"
            raise ValueError(f"fit: the loss is {loss} at {where}, with learning rate {rate}; {advice}")


def _silent():
    """No warnings of overflow: the loss that it leads to is an error, told once."""
    return np.errstate(over="ignore", invalid="ignore")


def _hold_out(x, y, validation, rng):
    """Return x, y to train on and the pair to validate on, or None."""
    if validation is None:
        return x, y, None
    if isinstance(validation, (tuple, list)):
        if len(validation) != 2 or len(validation[0]) == 0:
            raise ValueError("fit: validation must be None, a fraction, or a pair (x, y) with samples")
        return x, y, same_length("fit", *validation)
    x, y, x_held, y_held = split(x, y, validation, rng=rng)
    return x, y, (x_held, y_held)


def _are_classes(y):
    return y.ndim == 1 and np.issubdtype(y.dtype, np.integer)


def check_optimizer(owner, optimizer, model):
    """Raise ValueError for a model and an optimizer of its copy: they would train nothing, in silence."""
    own = {id(parameter) for parameter in model.parameters()}
    if not own.intersection(map(id, getattr(optimizer, "parameters", model.parameters()))):
        expected = "over this model's parameters"
        raise ValueError(f"{owner}: optimizer must be {expected}, got those of another model or copy")
