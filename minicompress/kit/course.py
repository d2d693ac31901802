"""The order of the exercises: the most frequently asked that fit the time, easy before hard.

A path is a budget of time. It takes the exercises that are asked most often until the minutes are spent, each with the
ones that it needs, and orders them: what is needed first, then by level, then by how often it is asked.
"""

__all__ = ["PATHS", "next_exercise", "plan"]

PATHS = {"two-hours": 120, "one-week": 600, "all": None}  # minutes; a week is seven evenings of an hour and a half


def plan(catalog, path="all"):
    """The exercises of a path, in order."""
    return _order(catalog, _select(catalog, PATHS[path]))


def next_exercise(catalog, progress):
    """The exercise to do next: the first unsolved one of the learner's path, then of all. None when all are solved."""
    for path in (progress.path, "all"):
        for exercise in plan(catalog, path):
            if not progress.of(exercise.id).solved:
                return exercise
    return None


def _select(catalog, minutes):
    """Ids of the exercises that are asked most, with their needs, within the minutes (None: without limit)."""
    selected, spent = {}, 0
    for exercise in sorted(catalog.values(), key=lambda exercise: -exercise.asked):
        new = [e for e in _with_needs(catalog, exercise) if e.id not in selected]
        cost = sum(e.minutes for e in new)
        if minutes is None or spent + cost <= minutes:
            selected |= {e.id: e for e in new}
            spent += cost
    return selected


def _with_needs(catalog, exercise):
    needed = [e for need in exercise.needs for e in _with_needs(catalog, catalog[need])]
    return [*needed, exercise]


def _order(catalog, selected):
    ordered = {}
    for exercise in sorted(selected.values(), key=lambda exercise: (exercise.level, -exercise.asked)):
        for e in _with_needs(catalog, exercise):
            ordered.setdefault(e.id, e)
    return list(ordered.values())
