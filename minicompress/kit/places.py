"""Paths of the kit's files: at the top level of a clone, inside the package of an installed wheel.

Two different things, kept apart:

- the *content* (catalogue, cards, solutions, graded checks), which the project owns and a learner never edits;
- the *workspace*, the folder that holds the learner's `exercises/` and, in `.minicompress/`, progress and backups.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from minicompress.kit.language import say

__all__ = ["Content", "Workspace", "content", "find_workspace", "no_file", "short", "workspace_above"]

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Content:
    """The project's own exercise files."""

    exercises: Path  # the catalogue (chapters.toml, <chapter>/catalog.toml) and the cards
    solutions: Path
    graded: Path
    is_clone: bool

    def solution(self, exercise_id):
        """Path of the solution of `chapter/slug`."""
        return self.solutions / f"{exercise_id}.py"

    def card(self, exercise_id, language):
        """Path of the question card in one language."""
        return self.exercises / f"{exercise_id}{'.zh' if language == 'zh' else ''}.md"

    def graded_file(self, exercise_id, kind):
        """Path of `test_`, `wrong_`, `right_` or `numbers_<slug>.py`."""
        chapter, slug = exercise_id.split("/")
        return self.graded / chapter / f"{kind}_{slug}.py"


def content():
    """The content of the clone that this package runs from, else the copy bundled in the wheel."""
    clone = PACKAGE.parent
    if (clone / "exercises" / "chapters.toml").is_file() and (clone / "tests" / "graded").is_dir():
        return Content(clone / "exercises", clone / "solutions", clone / "tests" / "graded", True)
    bundled = PACKAGE / "kit" / "bundled"
    return Content(bundled / "exercises", bundled / "solutions", bundled / "graded", False)


@dataclass(frozen=True)
class Workspace:
    """A folder in which a learner works."""

    root: Path

    @property
    def exercises(self):
        """The learner's files, `<chapter>/<slug>.py`."""
        return self.root / "exercises"

    @property
    def state(self):
        """Progress and backups; not under version control."""
        return self.root / ".minicompress"

    def file(self, exercise_id):
        """The learner's file for `chapter/slug`."""
        return self.exercises / f"{exercise_id}.py"


def find_workspace(start=None):
    """The workspace at or above `start` (default: the current folder), else the clone's own, else None."""
    return workspace_above(start) or (Workspace(PACKAGE.parent) if content().is_clone else None)


def workspace_above(start=None):
    """The workspace at or above `start` (default: the current folder), else None."""
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / ".minicompress").is_dir() and (folder / "exercises").is_dir():
            return Workspace(folder)
        if (folder / "exercises" / "chapters.toml").is_file():
            return Workspace(folder)
    return None


def short(path):
    """A path as one would type it from here."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def no_file(path):
    """A sentence on a path at which there is no file: nothing, or something else, such as a folder."""
    there = os.path.lexists(path)
    return say("not_a_file" if there else "missing_file", file=short(path))
