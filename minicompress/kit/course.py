"""Which exercise comes next, and why? The first in the catalogue's order that is unsolved and whose needs are met."""

__all__ = ["next_exercise"]


def next_exercise(catalog, progress):
    """The exercise to do next, or None when all are solved."""
    unsolved = [exercise for exercise in catalog.values() if not progress.of(exercise.id).solved]
    ready = [exercise for exercise in unsolved if all(progress.of(need).solved for need in exercise.needs)]
    return (ready or unsolved or [None])[0]
