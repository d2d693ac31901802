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
    from minicompress.kit import completeness, skeletons

    if not content().is_clone:
        raise CannotDo(say("dev_needs_a_clone"))
    name = arguments.name.removesuffix(".py").strip("/")
    if arguments.what == "exercise":
        _check_names(name.split("/"), 2, arguments.name, "dev_bad_exercise")
        files, lacks = skeletons.exercise_files, completeness.exercise_lacks
        commands = (f"minicompress verify {name}", f"minicompress check {name} --submission solutions")
    else:
        _check_names([name], 1, arguments.name, "dev_bad_study")
        files, lacks = skeletons.study_files, completeness.study_lacks
        commands = (f"minicompress study {name} --quick", f"pytest tests/study/{name} tests/study/test_kept_studies.py")
    screen = Screen()
    _write(files(name), screen)
    return _report(lacks(name), commands, screen, f"minicompress dev {arguments.what} {name}")


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


def _report(lacks, commands, screen, again):
    for lack in lacks:
        screen.line(row(short(lack.path), say(lack.key, **lack.values)))
    if lacks:
        screen.line(say("dev_again", count=len(lacks), command=again))
        return 1
    screen.line(say("dev_complete", commands=" && ".join(commands)))
    return 0
