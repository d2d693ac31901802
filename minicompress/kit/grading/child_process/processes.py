"""Start and end a grading process with all its descendants, so that nothing an answer starts outlives its grading.

    start_family(command)     the parent: a child in a session of its own
    end_family(child)         the parent: end it, its process group and all its descendants
    end_with_the_parent()     the child: end with the whole group when the parent is gone, even by `kill -9`

On Unix a session makes the family one process group; on Linux orphans of the family are given back to the child, so
that those which left the group are found as its descendants. Windows has no such groups: there descendants are looked
up one by one. What left the group and lost its ancestors by a crash is not found.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

__all__ = ["end_family", "end_with_the_parent", "has_ended", "start_family"]

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def start_family(command, environment):
    """Start a child with three pipes, as the head of a process group of its own."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if os.name == "nt":
        pipes["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP  # Ctrl-C is for the parent, which ends the child
    return subprocess.Popen(command, env=environment, start_new_session=True, **pipes)


def has_ended(child):
    """Whether the child has ended. It is not waited for: while it is a zombie, its group's number stays its own."""
    import psutil

    if child.returncode is not None:
        return True
    if os.name == "nt":
        return child.poll() is not None
    try:
        return psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def end_family(child):
    """End the child and everything it has started; afterwards `child.returncode` is known."""
    if child.returncode is not None:  # ended and waited for: its number may be another process's by now
        return
    descendants = _descendants(child)
    if os.name != "nt":
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS refuses a group of zombies
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    for process in descendants:
        _kill(process)
    child.wait()


def _descendants(child):
    import psutil

    try:
        return psutil.Process(child.pid).children(recursive=True)
    except psutil.Error:
        return []


def _kill(process):
    import psutil

    with contextlib.suppress(psutil.Error):  # it has ended already
        process.kill()


def end_with_the_parent():
    """From now on this process and its group end when standard input does, which the parent keeps open while it lives.

    Where the system can fork, a small process of its own waits for that: a thread could not act while an answer
    computes in C without giving the interpreter's lock up. Reading standard input finds its end from here on.
    """
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _adopt_orphans()
    if not hasattr(os, "fork"):
        threading.Thread(target=_end_after, args=(lifeline,), daemon=True).start()
    elif os.fork() == 0:
        try:
            os.closerange(0, lifeline)
            os.closerange(lifeline + 1, 256)  # the parent must see the channels end when the child does
            _end_after(lifeline)
        finally:
            os._exit(0)
    else:
        os.close(lifeline)


def _end_after(lifeline):
    with contextlib.suppress(OSError):
        while os.read(lifeline, 1):
            pass
    if os.name != "nt":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _adopt_orphans():
    if sys.platform.startswith("linux"):
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
