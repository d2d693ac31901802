"""Report on standard error which line an answer is in, shortly before the parent ends it for taking too long.

`faulthandler.dump_traceback_later` alone would do it from a thread that does not hold the interpreter's lock: it reads
the frames of an answer that is running, and in all versions but the newest it crashes or hangs now and then (CPython
gh-116008, gh-140815). So a Python thread, which holds the lock, is asked first. It cannot answer while the answer
computes in C without giving the lock up; only then, with the frames at rest, does `faulthandler` read them.
"""

import faulthandler
import queue
import threading

__all__ = ["Whereabouts"]

ASK_AFTER, ASK_FAULTHANDLER_AFTER = 0.7, 0.9  # of the limit
STANDARD_ERROR = 2  # the descriptor: an answer may close `sys.stderr`


class Whereabouts:
    """A thread that writes all stacks to standard error when something takes longer than it may.

    The thread starts at once: an answer that takes all memory must not keep it from starting.
    """

    def __init__(self):
        self._limits = queue.SimpleQueue()  # in C: an answer that exchanges `time.monotonic` does not reach it
        threading.Thread(target=self._watch, daemon=True).start()

    def expect_within(self, limit_seconds):
        """Something begins that may take this long."""
        faulthandler.dump_traceback_later(limit_seconds * ASK_FAULTHANDLER_AFTER, file=STANDARD_ERROR)
        self._limits.put(limit_seconds * ASK_AFTER)

    def arrived(self):
        """It is done."""
        faulthandler.cancel_dump_traceback_later()
        self._limits.put(None)

    def _watch(self):
        wait_seconds = None
        while True:
            try:
                wait_seconds = self._limits.get(timeout=wait_seconds)
            except queue.Empty:
                wait_seconds = None
                faulthandler.cancel_dump_traceback_later()
                faulthandler.dump_traceback(file=STANDARD_ERROR, all_threads=True)
