"""How are samples handed out? Shuffled in batches, split for validation, counted for accuracy.

Left out: augmentation, loading in the background. Next: `training.py`, which trains on the batches.
"""

import numpy as np

from minicompress import arguments

__all__ = ["accuracy", "batches", "same_length", "split"]


def batches(x, y, batch_size, *, rng=None, drop_last=False):
    """Yield (x, y) batch by batch, each sample once; the last batch may be smaller.

    Parameters
    ----------
    x, y : arrays with as many samples.
    batch_size : int >= 1.
    rng : np.random.Generator that shuffles, or None to keep the order.
    drop_last : leave a smaller last batch out, as batch norm and the relations between samples need it, which refuse a
        batch of one sample. Other samples are left out in each epoch if `rng` shuffles.
    """
    batch_size = arguments.whole_number("batches", "batch_size", batch_size, low=1)
    x, y = same_length("batches", x, y)
    if rng is not None:
        arguments.generator("batches", "rng", rng)
    # Apart, so that a wrong argument is told now and not at the first batch.
    return _batches(x, y, batch_size, rng, drop_last)


def split(x, y, fraction, *, rng):
    """Return (x_train, y_train, x_held, y_held), with round(fraction * n) samples held out, drawn by `rng`.

    Raises ValueError unless 0 < fraction < 1 and both parts get a sample.
    """
    fraction = arguments.number("split", "fraction", fraction, low=0, high=1, open_low=True, open_high=True)
    rng = arguments.generator("split", "rng", rng)
    x, y = same_length("split", x, y)
    held = round(fraction * len(x))
    if not 0 < held < len(x):
        raise ValueError(f"split: fraction must leave samples on both sides, got {held} of {len(x)} held out")
    order = rng.permutation(len(x))
    return x[order[held:]], y[order[held:]], x[order[:held]], y[order[:held]]


def accuracy(model, x, y, batch_size=1000):
    """Return the fraction, in [0, 1], of samples whose largest logit in inference mode is their label's.

    Raises ValueError if there are no samples, or y is not one label for each.
    """
    x, y = same_length("accuracy", x, y)
    arguments.same_shape("accuracy", "y", y, (len(x),))  # (n, 1) would broadcast against the predictions
    if len(x) == 0:
        raise ValueError("accuracy: x must have at least one sample, got none")
    return float(np.mean(model.predict(x, batch_size=batch_size).argmax(axis=1) == y))


def same_length(owner, x, y):
    """Return x and y as arrays, or raise ValueError unless they have as many samples."""
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"{owner}: x and y must have as many samples, got shapes {x.shape} and {y.shape}")
    return x, y


def _batches(x, y, batch_size, rng, drop_last):
    order = None if rng is None else rng.permutation(len(x))
    end = len(x) - len(x) % batch_size if drop_last else len(x)
    for start in range(0, end, batch_size):
        some = slice(start, start + batch_size) if order is None else order[start : start + batch_size]
        yield x[some], y[some]
