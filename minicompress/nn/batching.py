"""Shuffled batches, the split for validation, and accuracy.

Left out: augmentation, loading in the background.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicompress._base import arguments
from minicompress.nn.losses import class_labels

__all__ = ["accuracy", "batches", "float_samples", "same_length", "split", "without_smaller_last"]


def batches(
    x: np.ndarray, y: np.ndarray, batch_size: int, *, rng: np.random.Generator | None = None, drop_last: bool = False
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (x, y) batch by batch, each sample once; the last batch may be smaller.

    Parameters
    ----------
    x, y : arrays of the same length.
    batch_size : int >= 1.
    rng : np.random.Generator that shuffles, or None to keep the order.
    drop_last : leave out a last batch that is smaller than the others. Batch norm and relations between samples need
        this, because they refuse a batch of one sample. If `rng` shuffles, each epoch leaves out other samples.

    >>> [len(x) for x, y in batches(np.zeros((5, 2)), np.arange(5), 2)]
    [2, 2, 1]
    """
    batch_size = arguments.whole_number("batches", "batch_size", batch_size, low=1)
    x, y = same_length("batches", x, y)
    if rng is not None:
        arguments.generator("batches", "rng", rng)
    # The generator is a function of its own, so that a wrong argument raises here and not at the first batch.
    return _batches(x, y, batch_size, rng, drop_last)


def split(
    x: np.ndarray, y: np.ndarray, fraction: float, *, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return (x_train, y_train, x_held, y_held), with round(fraction * n) samples held out, drawn by `rng`.

    Raises ValueError unless 0 < fraction < 1 and both parts get a sample.

    >>> x, y, x_held, y_held = split(np.zeros((10, 2)), np.arange(10), 0.2, rng=np.random.default_rng(0))
    >>> len(x), len(x_held)
    (8, 2)
    """
    fraction = arguments.number("split", "fraction", fraction, low=0, high=1, open_low=True, open_high=True)
    rng = arguments.generator("split", "rng", rng)
    x, y = same_length("split", x, y)
    held = round(fraction * len(x))
    if not 0 < held < len(x):
        raise ValueError(f"split: fraction must leave samples on both sides, got {held} of {len(x)} held out")
    order = rng.permutation(len(x))
    return x[order[held:]], y[order[held:]], x[order[:held]], y[order[:held]]


def accuracy(model, x: np.ndarray, y: np.ndarray, batch_size: int = 1000) -> float:
    """Return the fraction of samples, in [0, 1], whose largest logit in inference mode is that of their label.

    Raises ValueError if there are no samples, for uint8 pixels, if y is not one class per sample, and for NaN logits.

    >>> from minicompress import nn
    >>> accuracy(nn.Sequential(nn.ReLU()), np.eye(2), np.array([0, 0]))
    0.5
    """
    if not hasattr(model, "predict"):
        arguments.reject("accuracy", "model", "a Sequential", model)
    if np.asarray(x).dtype == np.uint8:  # as `fit` does; other integers may be features
        float_samples("accuracy", "x", x)
    x, y = same_length("accuracy", x, y)
    arguments.same_shape("accuracy", "y", y, (len(x),))  # (n, 1) would broadcast against the predictions
    if len(x) == 0:
        raise ValueError("accuracy: x must have at least one sample, got none")
    logits = model.predict(x, batch_size=batch_size)
    if logits.ndim != 2:
        raise ValueError(f"accuracy: model must return logits (n, classes), got shape {logits.shape}")
    if np.isnan(logits).any():
        raise ValueError("accuracy: the model's logits must be numbers, got NaN; look for NaN in its weights and in x")
    return float(np.mean(logits.argmax(axis=1) == class_labels("accuracy", y, logits.shape)))


def same_length(owner, x, y):
    """Return x and y as arrays, or raise ValueError unless they have the same length."""
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"{owner}: x and y must have as many samples, got shapes {x.shape} and {y.shape}")
    return x, y


def float_samples(owner, argument, x):
    """Return x as an array of floats; ValueError if it holds integers, such as pixels from 0 to 255, or no numbers."""
    x = np.asarray(x)
    if np.issubdtype(x.dtype, np.integer):
        advice = f"convert it, and pixels to [0, 1]: {argument}.astype(np.float32) / 255"
        raise ValueError(f"{owner}: {argument} must hold floats, got {x.dtype}; {advice}")
    return arguments.floats(owner, argument, x)


def without_smaller_last(batches):
    """Yield the batches, tuples whose first entry is x, without the last one if it is smaller than the first."""
    full, held = None, None
    for batch in batches:
        if held is not None:
            yield held
        full, held = len(batch[0]) if full is None else full, batch
    if held is not None and len(held[0]) >= full:
        yield held


def _batches(x, y, batch_size, rng, drop_last):
    order = None if rng is None else rng.permutation(len(x))
    end = len(x) - len(x) % batch_size if drop_last else len(x)
    for start in range(0, end, batch_size):
        some = slice(start, start + batch_size) if order is None else order[start : start + batch_size]
        yield x[some], y[some]
