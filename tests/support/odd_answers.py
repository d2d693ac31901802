"""Answers to weight pruning that do something first, and what their learner reads."""

from kit_command import PRUNING, solution


def body(lines, top=""):
    """`weight_pruning` with this body, after `top`."""
    indented = "\n".join(f"    {line}" for line in lines.strip("\n").splitlines())
    return f"import os, sys\nimport numpy as np\n{top}\n\ndef weight_pruning(model, threshold):\n{indented}\n"


def then_right(lines, top=""):
    """`weight_pruning` that does this first and then answers rightly."""
    return f"import os, sys\n{top}\n" + solution(PRUNING).replace(
        "    ### BEGIN SOLUTION\n", "".join(f"    {line}\n" for line in lines.strip("\n").splitlines()), 1
    )


def message(result):
    """What the learner reads first."""
    return result.trouble or next(check.message for check in result.checks if not check.passed)
