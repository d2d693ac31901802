"""A wrong answer, debugged by the command in a process of its own."""

import subprocess
import sys

from kit_command import PRUNING, environment, solution


def wrong(lines="pass"):
    """Zeroes by w, not |w|, after these lines."""
    body = "\n".join(f"    {line}" for line in lines.splitlines())
    return solution(PRUNING).replace("np.abs(w)", "w").replace("    ### BEGIN SOLUTION\n", body + "\n", 1)


def debug(*words, cwd, typed=""):
    command = [sys.executable, "-m", "minicompress", "check", *words]
    done = subprocess.run(
        command, cwd=cwd, env=environment(), input=typed, capture_output=True, encoding="utf-8", timeout=240
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
