"""The catalogue of exercises: reads it, and finds the exercise that a name means.

`exercises/chapters.toml` has the chapters in order, `exercises/<chapter>/catalog.toml` the exercises of one chapter.
One stem in five places: the exercise `pruning/weight_pruning` has its stub and cards in `exercises/`, its solution in
`solutions/`, its checks, wrong and right answers in `tests/graded/`, all under that name.
"""

import difflib
from dataclasses import dataclass, field

from minicompress._base.toml_files import read_toml
from minicompress.kit.language import LANGUAGES, pick
from minicompress.kit.places import content

__all__ = [
    "BadCatalog",
    "Chapter",
    "Exercise",
    "UnknownExercise",
    "find_exercise",
    "find_exercises",
    "read_catalog",
    "read_chapters",
]


class BadCatalog(ValueError):
    """A file of the catalogue is missing or has a wrong entry; the text names the file and the key."""


class UnknownExercise(ValueError):
    """No exercise has that name; `nearest` is the likeliest meant, or None."""

    def __init__(self, name, nearest):
        hint = f"; did you mean {nearest!r}?" if nearest else ""
        super().__init__(f"no exercise is called {name!r}{hint}")
        self.name = name
        self.nearest = nearest


@dataclass(frozen=True)
class Chapter:
    """One entry of `exercises/chapters.toml`."""

    name: str  # of its folder, and the part of an id before the slash
    titles: dict  # by language


@dataclass(frozen=True)
class Exercise:
    """One entry of the catalogue."""

    id: str  # chapter/slug
    titles: dict  # by language
    reasons: dict  # why it comes next, by language
    level: int  # 1 easy, 2 medium, 3 hard
    minutes: int  # how long a prepared candidate takes
    needs: tuple  # ids of exercises to solve before
    asked: int  # by how many independent sources: interview reports, question banks, written tests
    hints: dict = field(repr=False)  # by language: a question, the formula or shape, a pseudo-line

    @property
    def chapter(self):
        """The part before the slash."""
        return self.id.split("/")[0]

    @property
    def slug(self):
        """The part after the slash: also the name of the function that is graded."""
        return self.id.split("/")[1]

    @property
    def title(self):
        """Title in the language in force."""
        return pick(self.titles)


def read_chapters():
    """Return the chapters in order, as {name: Chapter}; BadCatalog for a wrong entry."""
    path = content().exercises / "chapters.toml"
    chapters = {}
    for entry in _entries(path, "chapter", "name"):
        chapters[entry["name"]] = Chapter(entry["name"], _in_both_languages(entry, "title", path))
    return chapters


def read_catalog():
    """Return all exercises in the order of the catalogue, as {id: Exercise}; BadCatalog for a wrong entry."""
    catalog = {}
    for chapter in read_chapters():
        path = content().exercises / chapter / "catalog.toml"
        for entry in _entries(path, "exercise", "slug"):
            exercise = _exercise(chapter, entry, path)
            catalog[exercise.id] = exercise
    return catalog


def _entries(path, kind, key):
    """The tables `[[kind]]` of a file; each has a `key` of its own."""
    if not path.is_file():
        raise BadCatalog(f"{path}: there is no such file; a chapter of chapters.toml has its exercises there")
    try:
        entries = read_toml(path).get(kind)
    except ValueError as error:
        raise BadCatalog(str(error)) from error
    if not entries:
        raise BadCatalog(f"{path}: no [[{kind}]] in it")
    seen = set()
    for number, entry in enumerate(entries, start=1):
        name = entry.get(key)
        if not isinstance(name, str) or not name.isidentifier():
            raise BadCatalog(f"{path}: {key} of [[{kind}]] number {number} must be a Python name, got {name!r}")
        if name in seen:
            raise BadCatalog(f"{path}: two [[{kind}]] have {key} = {name!r}")
        seen.add(name)
    return entries


KINDS = {"level": int, "minutes": int, "asked": int, "title": dict, "reason": dict, "hints": dict}


def _exercise(chapter, entry, path):
    slug = entry["slug"]
    for key, kind in KINDS.items():
        if not isinstance(entry.get(key), kind):
            got = repr(entry[key]) if key in entry else "nothing"
            raise BadCatalog(f"{path}: {slug}: {key} must be of type {kind.__name__}, got {got}")
    unknown = entry.keys() - KINDS.keys() - {"slug", "needs"}
    if unknown:
        raise BadCatalog(f"{path}: {slug}: unknown key {min(unknown)!r}")
    return Exercise(
        id=f"{chapter}/{slug}",
        titles=_in_both_languages(entry, "title", path),
        reasons=_in_both_languages(entry, "reason", path),
        level=entry["level"],
        minutes=entry["minutes"],
        needs=tuple(entry.get("needs", ())),
        asked=entry["asked"],
        hints=_in_both_languages(entry, "hints", path),
    )


def _in_both_languages(entry, key, path):
    texts = entry.get(key)
    if not isinstance(texts, dict) or texts.keys() != set(LANGUAGES) or not all(texts.values()):
        name = entry.get("slug") or entry["name"]
        raise BadCatalog(f"{path}: {name}: {key} must have the languages {' and '.join(LANGUAGES)}, got {texts!r}")
    return texts


def find_exercise(name):
    """The exercise called `name`: its id, its bare slug, a unique beginning of either, or a path to its file.

    UnknownExercise otherwise.
    """
    catalog = read_catalog()
    wanted = _plain(name)
    for exercise in catalog.values():
        if wanted == exercise.id or wanted.endswith("/" + exercise.id):
            return exercise
    of_slug = [exercise for exercise in catalog.values() if exercise.slug == wanted]
    begun = [e for e in catalog.values() if wanted and (e.id.startswith(wanted) or e.slug.startswith(wanted))]
    for found in (of_slug, begun):
        if len(found) == 1:
            return found[0]
    raise UnknownExercise(name, _nearest(wanted, catalog))


def find_exercises(name):
    """The exercises that `name` means: those of a chapter, or the one that `find_exercise` finds.

    `quantization` is an exercise and a chapter: the exercise is meant, and `quantization/` is the chapter.
    """
    wanted = _plain(name)
    of_chapter = [exercise for exercise in read_catalog().values() if exercise.chapter == wanted]
    is_slug = any(exercise.slug == wanted for exercise in of_chapter)
    if of_chapter and (not is_slug or str(name).endswith(("/", "\\"))):
        return of_chapter
    return [find_exercise(name)]


def _plain(name):
    """The name without what a path to the file has around it."""
    return str(name).replace("\\", "/").rstrip("/").removeprefix("./").removeprefix("exercises/").removesuffix(".py")


def _nearest(wanted, catalog):
    containing = [name for name in catalog if len(wanted) >= 3 and wanted.lower() in name]
    if len(containing) == 1:
        return containing[0]
    by_name = {exercise.id: exercise.id for exercise in catalog.values()}
    by_name |= {exercise.slug: exercise.id for exercise in catalog.values()}
    close = difflib.get_close_matches(wanted.lower(), by_name, n=1, cutoff=0.5)
    return by_name[close[0]] if close else None
