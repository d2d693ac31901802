"""Functions to hand to `kit.check`: the solution, and one that is half right."""

from kit_command import solution


def half(model, threshold):
    """Zeroes nothing."""
    return 0.25


def load(exercise_id):
    names = {}
    exec(solution(exercise_id), names)
    return names[exercise_id.split("/")[1]]
