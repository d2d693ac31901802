"""The command `minicompress`: call the function of the command, and turn what goes wrong into an exit status.

Exit status: 0 success, 1 a check or a proof failed, 2 usage error, 130 Ctrl-C.
"""

import contextlib
import sys

from minicompress.kit.cli.parser import UsageError, parse_words
from minicompress.kit.language import LANGUAGES, choose_language, language, say, sentences
from minicompress.kit.standard_output import can_show, complain, flush, never_fail_to_print, reader_is_gone

__all__ = ["main"]


def _value_of(option, words):
    """The value of an option before anything is parsed, or None: of `--lang`, so that errors and help speak it too."""
    for word, following in zip(words, [*words[1:], None], strict=False):
        if word == option:
            return following
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None


def _parse(words):
    try:
        return parse_words(words)
    except UsageError:
        if "check" in words and _value_of("--json", words):  # that file is written whatever the outcome
            from minicompress.kit.cli.commands import CannotDo, write_results

            with contextlib.suppress(CannotDo):
                write_results(_value_of("--json", words), [])
        raise


def main(words=None):
    """Run the command; return its exit status."""
    words = list(sys.argv[1:] if words is None else words)
    never_fail_to_print()
    asked = _value_of("--lang", words)
    choose_language(asked if asked in LANGUAGES else None)
    _speak_what_the_console_can_show()
    try:
        return _status(words)
    finally:
        flush()


def _speak_what_the_console_can_show():
    """English where the console's encoding has no Chinese characters; says why."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if language() != "zh" or can_show("中文，", encoding):
        return
    choose_language("en")
    complain(say("no_chinese", encoding=encoding))


def _status(words):
    """Run the command; what goes wrong becomes a sentence and an exit status."""
    try:
        return _run(_parse(words))
    except UsageError as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain(say("interrupted"))
        return 130
    except BrokenPipeError:  # `minicompress show | head`
        reader_is_gone()
        return 0
    except OSError as error:  # a file in the way, a full disk, no permission
        complain(say("system_error", error=error))
        return 2
    except SystemExit as stop:  # --help and --version
        return stop.code or 0


def _run(arguments):
    from minicompress.kit.catalog import BadCatalog, UnknownExercise
    from minicompress.kit.cli import commands

    try:
        return commands.COMMANDS[arguments.command or "dashboard"](arguments)
    except UnknownExercise as unknown:
        text = say("unknown_exercise", name=unknown.name)
        more = say("did_you_mean", nearest=unknown.nearest) if unknown.nearest else say("see_status")
        raise UsageError(sentences(text, more)) from unknown
    except (BadCatalog, commands.CannotDo) as error:
        raise UsageError(str(error)) from error
