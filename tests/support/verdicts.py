"""The message that an answer gets beside a reference."""

import numpy as np

from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.submission import Submission


def verdict(answer, reference, *args, **tolerance):
    """The message that `answer` gets on these arguments, or None if it agrees with `reference`."""
    submission = Submission(answer, "f")

    def make():
        return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)

    try:
        submission.agrees_with(reference, make, **tolerance)
    except CheckFailed as failure:
        return str(failure)
    return None


def rows(message):
    """{label: value} of the lines under the first."""
    return dict(line.split(": ", 1) for line in message.splitlines()[1:])


def returned(got, expected, **tolerance):
    return verdict(lambda: got, lambda: expected, **tolerance)
