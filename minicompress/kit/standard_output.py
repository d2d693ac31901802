"""Standard output and error as they may be: a console without Unicode, a pipe whose reader has gone."""

import contextlib
import os
import sys

__all__ = ["can_show", "complain", "flush", "never_fail_to_print", "reader_is_gone"]


def can_show(text, encoding):
    """Whether an encoding has all characters of `text`."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def never_fail_to_print():
    """A console that cannot show a character shows a `?` instead of stopping with an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def reader_is_gone():
    """Nobody reads standard output any more (`minicompress status | head -n 1`): from now on it goes nowhere."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: a stand-in without descriptor, or closed
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def flush():
    """Write out what is left, in silence if nobody reads it: at exit Python would complain."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        reader_is_gone()
    except ValueError:  # closed
        return


def complain(text):
    """Say what went wrong on standard error: wrapped at words on a terminal, one line elsewhere."""
    if not sys.stderr.isatty():
        print(text, file=sys.stderr)
        return
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True, highlight=False).print(Text(text))
