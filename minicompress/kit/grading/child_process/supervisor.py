"""Run a child process, listen to its events, and end it when it hangs, crashes, floods or takes all memory.

Nothing that a child does can take the parent down, and a child that ends without saying so has crashed, whatever its
exit status.
"""

import contextlib
import json
import os
import queue
import secrets
import sys
import threading
from dataclasses import dataclass

from minicompress.kit.grading.child_process.own_time import OwnTime
from minicompress.kit.grading.child_process.processes import end_family, has_ended, start_family
from minicompress.kit.places import PACKAGE

__all__ = ["Ending", "supervise"]

MEMORY_WATCH_BYTES = 2 << 30  # a backstop above the child's own limit of address space
OUTPUT_WATCH_BYTES = 50 << 20  # written past Python's own streams
STDERR_KEPT_BYTES = 64 << 10
POLL_SECONDS = 0.05
START_LIMIT_SECONDS = 60  # a cold start of Python and NumPy from a slow disk

# The current folder is taken off the path: a learner's `numpy.py` there must not be imported in place of NumPy.
CHILD = (
    "import sys; sys.path[:] = [folder for folder in sys.path if folder]; sys.path.append({root!r}); "
    "from minicompress.kit.grading.child_process.child import main; main()"
)


@dataclass
class Ending:
    """How a child ended: 'end' (it said so), 'timeout', 'crash', 'memory', 'output' or 'cancelled'."""

    how: str
    during: str  # the name of the last `begin` event
    exit_status: int | None
    stderr: str


def supervise(request, on_event, cancelled=None):
    """Run one child with `request`; call `on_event(event)` for each event; return its Ending.

    `cancelled`, a threading.Event, ends the child early when it is set.
    """
    token = secrets.token_hex()  # marks genuine events: what an answer writes into the channel is none
    child = start_family([sys.executable, "-c", CHILD.format(root=str(PACKAGE.parent))], _environment())
    try:
        watch = _Watch(child, on_event, token, cancelled or threading.Event())
        with contextlib.suppress(BrokenPipeError, OSError):  # it may have ended already; the watch will see that
            child.stdin.write(json.dumps({**request, "token": token}).encode() + b"\n")
            child.stdin.flush()  # and stays open: the child ends when it is closed
        return watch.until_the_end()
    finally:  # Ctrl-C included
        end_family(child)
        with contextlib.suppress(OSError):
            child.stdin.close()


def _environment():
    """The user's environment, with one thread per child: the arrays are small, and children run side by side.

    One malloc arena too: glibc reserves 64 MB of address space for each thread's own, and the child's is limited.
    """
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
    return {**os.environ, **single, "PYTHONIOENCODING": "utf-8"}


class _Watch:
    def __init__(self, child, on_event, token, cancelled):
        self.child, self.on_event, self.token, self.cancelled = child, on_event, token, cancelled
        self.events = queue.Queue()
        self.during, self.limit = "start", START_LIMIT_SECONDS
        self.clock = OwnTime(child.pid)
        self.stderr, self.written = bytearray(), 0
        self.readers = [threading.Thread(target=read, daemon=True) for read in (self._read_events, self._read_stderr)]
        for reader in self.readers:
            reader.start()

    def until_the_end(self):
        """Handle events until the child says that it is done, ends, or must be ended."""
        while True:
            try:
                event = self.events.get(timeout=POLL_SECONDS)
            except queue.Empty:
                trouble = self._trouble()
                if trouble:
                    return self._ended_by(trouble)
                continue
            if event["event"] == "end":
                return self._ending("end")
            self._note(event)

    def _note(self, event):
        self.clock.restart()
        if event["event"] == "begin":
            self.during, self.limit = event["name"], event["limit"]
        else:
            self.on_event(event)

    def _trouble(self):
        if self.cancelled.is_set():
            return "cancelled"
        if has_ended(self.child):
            return "crash"
        if self.clock.seconds() > self.limit:
            return "timeout"
        if self.written > OUTPUT_WATCH_BYTES:
            return "output"
        return "memory" if self._resident_bytes() > MEMORY_WATCH_BYTES else None

    def _ended_by(self, trouble):
        """The ending of a child that has ended, or is ended now; what it had still said counts."""
        end_family(self.child)
        for reader in self.readers:  # the channels end with the family
            reader.join(timeout=1)
        with contextlib.suppress(queue.Empty):
            while trouble == "crash":
                event = self.events.get_nowait()
                if event["event"] == "end":
                    trouble = "end"
                else:
                    self._note(event)
        return self._ending(trouble)

    def _resident_bytes(self):
        import psutil

        try:
            return psutil.Process(self.child.pid).memory_info().rss
        except psutil.Error:  # it has just ended
            return 0

    def _ending(self, how):
        end_family(self.child)
        self.readers[1].join(timeout=1)
        return Ending(how, self.during, self.child.returncode, self.stderr.decode("utf-8", "replace"))

    def _read_events(self):
        with self.child.stdout as lines:
            for line in lines:
                event = _parse(line)
                if event.get("token") == self.token:
                    self.events.put(event)

    def _read_stderr(self):
        with self.child.stderr as stream:
            while chunk := stream.read1(1 << 16):
                self.written += len(chunk)
                self.stderr = (self.stderr + chunk)[-STDERR_KEPT_BYTES:]


def _parse(line):
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
