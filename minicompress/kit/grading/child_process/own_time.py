"""The time of a process itself, without the time in which it waited for a processor.

    own time = processor time + time in which it slept of its own accord

On a busy machine a process waits for a processor while it could run: that is not its fault, and a limit of wall-clock
time would fail a right answer there. A process that sleeps, waits for input or for a lock uses no processor time; so
the time in which the system calls it asleep counts too. Where the system does not say that (Windows), and for work that
is handed to others, a backstop of wall-clock time holds: several times the limit.
"""

import time

import psutil

__all__ = ["OwnTime"]

BACKSTOP = 12  # wall-clock seconds that count as one second, at the least


class OwnTime:
    """The own time of a process since `restart`, as of the last call of `seconds`, which should be called often."""

    def __init__(self, pid):
        try:
            self._process = psutil.Process(pid)
        except psutil.Error:  # it has ended already
            self._process = None
        self.restart()

    def restart(self):
        """Count from now on."""
        self._slept, self._started, self._looked = 0.0, time.monotonic(), time.monotonic()
        self._used_before = self._used()

    def seconds(self):
        """Own time so far."""
        now = time.monotonic()
        if self._is_asleep():
            self._slept += now - self._looked
        self._looked = now
        return max(self._used() - self._used_before + self._slept, (now - self._started) / BACKSTOP)

    def _used(self):
        try:
            times = self._process.cpu_times()
        except (psutil.Error, AttributeError):
            return 0.0
        return times.user + times.system

    def _is_asleep(self):
        try:
            return self._process.status() in (psutil.STATUS_SLEEPING, psutil.STATUS_STOPPED, psutil.STATUS_IDLE)
        except (psutil.Error, AttributeError):
            return False
