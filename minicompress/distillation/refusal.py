"""Restores a student if its first batch raises an error.

A loss can check the logits only after the forward pass, which has already changed the running statistics of batch norm
and the ranges of quantizers. `restore_if_refused` restores the state if its block raises ValueError.

Left out: later batches. What the student has learned before such an error stays.
"""

import contextlib
from collections.abc import Generator
from typing import Any

from minicompress.nn.containers import Sequential

__all__ = ["restore_if_refused"]


@contextlib.contextmanager
def restore_if_refused(student: Any) -> Generator[None, None, None]:
    """Restore the student's state if the block raises ValueError; does nothing if it is not a Sequential."""
    before = student.snapshot() if isinstance(student, Sequential) else None
    try:
        yield
    except ValueError:
        if before is not None:
            before.restore()
        raise
