"""Checks that a loader yields batches (x, labels) or (x, labels, cached), with floats in x.

Without them, a pair of whole arrays passed as a loader would be iterated as if it were two batches, and pixels from 0
to 255 would be used as they are.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from minicompress._base import arguments
from minicompress.nn.batching import float_samples, without_smaller_last

__all__ = ["check_batches"]


def check_batches(owner: str, data_loader: Iterable, *, most: int = 2, drop_last: bool = False) -> Iterator[tuple]:
    """Yield the nonempty batches of `data_loader`, each a tuple of 2 to `most` entries, x first.

    Parameters
    ----------
    owner : name of the training function, for the error.
    data_loader : iterable of batches.
    most : 2 for (x, labels), 3 if a third entry may follow.
    drop_last : leave out the last batch if it is smaller than the first.

    Raises ValueError at once if `data_loader` is not a loader, and for a batch of another form when it is reached.
    """
    kinds = "(x, labels)" if most == 2 else "(x, labels) or (x, labels, cached)"
    if not np.iterable(data_loader) or isinstance(data_loader, (str, bytes, np.ndarray)):
        expected = f"an iterable of {kinds}, such as nn.batches(x, labels, 100, rng=rng)"
        arguments.reject(owner, "data_loader", expected, data_loader)

    def check_each():
        for batch in data_loader:
            if not isinstance(batch, (tuple, list)) or not 2 <= len(batch) <= most:
                raise ValueError(f"{owner}: data_loader must yield {kinds}, got {_kind(batch)}")
            x = float_samples(owner, "x", batch[0])
            if x.ndim == 0:
                raise ValueError(f"{owner}: data_loader must yield x with a batch axis, got a scalar")
            if len(x):
                yield (x, *batch[1:])

    return without_smaller_last(check_each()) if drop_last else check_each()


def _kind(batch):
    size = f" of {len(batch)}" if hasattr(batch, "__len__") else ""
    return f"{type(batch).__name__}{size}"
