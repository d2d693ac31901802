"""What a terminal shows: its columns, its escapes, and a pseudo-terminal to run the command in."""

import os
import re
import subprocess
import sys
import unicodedata

import pytest
from kit_command import PRUNING, environment

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
HALF = "def weight_pruning(model, threshold):\n    return 0.0\n"
COMMANDS = [
    (),
    ("status",),
    ("next",),
    ("hint", PRUNING),
    ("check", PRUNING),
    ("compare", PRUNING, "--give-up"),
    ("reset", PRUNING),
    ("--help",),
    ("check", "--help"),
]


def cells(line):
    """The columns that a line takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip())


def in_a_terminal(words, cwd, width, **variables):
    """Run in a pseudo-terminal of this width; return (exit status, what it shows)."""
    import fcntl
    import pty
    import struct
    import termios

    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "minicompress", *words],
        cwd=cwd,
        env=environment(COLUMNS=None, LINES=None, TERM="xterm-256color", **variables),
        stdin=its,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    shown = b""
    while True:
        try:
            chunk = os.read(mine, 4096)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(mine)
    return process.wait(), shown.decode("utf-8")


ON_A_TERMINAL = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
