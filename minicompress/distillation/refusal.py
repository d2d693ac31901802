"""Restoring a student whose first batch is refused: batch norm has seen the batch before the loss has.

A loss can only refuse logits that exist, so the student has run by then, in training mode, and its running statistics
have moved, and the ranges of its quantizers. On a ValueError within `restored_if_refused` its state is put back.

Left out: a batch after the first. What was learned before it is the student's, and stays.
"""

import contextlib
from collections.abc import Generator
from typing import Any

from minicompress.nn.containers import Sequential

__all__ = ["restored_if_refused"]


@contextlib.contextmanager
def restored_if_refused(student: Any) -> Generator[None, None, None]:
    """Put the student's state back if the block raises ValueError; a student that is no Sequential is left alone."""
    before = student.snapshot() if isinstance(student, Sequential) else None
    try:
        yield
    except ValueError:
        if before is not None:
            before.restore()
        raise
