"""`minicompress verify`: check that the graders reject wrong answers and accept right ones."""

from minicompress.kit.cli.commands.here import find_named
from minicompress.kit.screens import Screen

__all__ = ["verify"]


def verify(arguments):
    """Prove the graders."""
    from minicompress.kit.proof.verification import verify_exercises

    screen, results = Screen(), []
    for result in verify_exercises(find_named(arguments.exercises)):
        results.append(result)
        screen.verification(result)
    screen.verification_summary(results)
    return 0 if all(result.holds for result in results) else 1
