"""`minicompress verify`: the graders are code under test."""

from minicompress.kit.cli.commands.here import named
from minicompress.kit.screens import Screen

__all__ = ["verify"]


def verify(arguments):
    """Prove the graders."""
    from minicompress.kit.proof.verification import verify_exercises

    screen, results = Screen(), []
    for result in verify_exercises(named(arguments.exercises)):
        results.append(result)
        screen.verification(result)
    screen.verification_summary(results)
    return 0 if all(result.holds for result in results) else 1
