"""`minicompress dev`: write the files of a new exercise or study, and say what they still lack; for contributors."""

import keyword

from minicompress._base.files import write_text
from minicompress.kit.cli.commands.here import CannotDo, short
from minicompress.kit.language import row, say
from minicompress.kit.places import content
from minicompress.kit.screens import Screen

__all__ = ["dev"]


def dev(arguments):
    """Write the skeletons that do not exist yet; list what is missing. 0 when nothing is, else 1."""
    from minicompress.kit.development import exercise_lacks, exercise_skeletons, study_lacks, study_skeletons

    if not content().is_clone:
        raise CannotDo(say("dev_needs_a_clone"))
    name = arguments.name.removesuffix(".py").strip("/")
    if arguments.what == "exercise":
        _check_names(name.split("/"), 2, arguments.name, "dev_bad_exercise")
        files, lacks = exercise_skeletons.exercise_files(name), exercise_lacks.exercise_lacks
        after = _after_an_exercise(*name.split("/"))
    else:
        _check_names([name], 1, arguments.name, "dev_bad_study")
        files, lacks = study_skeletons.study_files(name), study_lacks.study_lacks
        after = _after_a_study(name)
    screen = Screen()
    _write(files, screen)
    found = lacks(name)
    status = _report(found, after, screen, f"minicompress dev {arguments.what} {name}")
    if any(lack.key == "dev_no_entry" for lack in found):
        print()
        print(exercise_skeletons.CATALOG_ENTRY.format(slug=name.split("/")[1]), end="")
    return status


def _after_an_exercise(chapter, slug):
    """The commands that prove what was found complete."""
    return (
        f"minicompress verify {chapter}/{slug}",
        f"pytest tests/graded/{chapter}/test_{slug}.py tests/agreement tests/kit/test_language.py",
        f"pytest tests/cards -k {slug}",
        "python tests/readme/blocks.py",
    )


def _after_a_study(name):
    return (
        f"minicompress study {name} --quick",
        f"pytest tests/study/{name} tests/study/test_kept_studies.py tests/kit/screens/test_study.py",
        "python tests/readme/blocks.py",
        "pytest tests/readme",
    )


def _check_names(parts, count, asked, key):
    good = all(part.isidentifier() and part.islower() and not keyword.iskeyword(part) for part in parts)
    if len(parts) != count or not good:
        raise CannotDo(say(key, name=asked))


def _write(files, screen):
    """Write what does not exist yet; nothing is ever overwritten."""
    for path, text in files.items():
        if not path.exists() and not path.is_symlink():
            write_text(path, text)
            screen.line(say("dev_made", path=short(path)))


def _report(lacks, after, screen, again):
    for lack in lacks:
        screen.line(row(short(lack.path), say(lack.key, **lack.values)))
    if lacks:
        screen.line(say("dev_again", count=len(lacks), command=again))
        return 1
    screen.line(say("dev_complete"))
    for command in after:
        print(f"  {command}")  # whole, to be copied: a screen would wrap it
    return 0
