"""Open and save the progress so that no command fails because of it: an error is reported, the command continues."""

from minicompress.kit.language import say
from minicompress.kit.places import short
from minicompress.kit.standard_output import complain
from minicompress.kit.workspace.progress import Progress

__all__ = ["open_progress", "save"]


def open_progress(workspace):
    """The workspace's progress; says so if its file could not be read."""
    progress = Progress(workspace)
    if progress.set_aside:
        complain(say("progress_set_aside", path=short(progress.set_aside)))
    if progress.trouble:
        complain(say("progress_unreadable", error=progress.trouble.strerror or progress.trouble))
    return progress


def save(progress):
    """Save the progress, or say why that cannot be, once: a hint is shown and a file graded without it."""
    try:
        progress.save()
    except OSError as error:
        if progress.trouble is None:
            complain(say("progress_not_saved", error=error.strerror or error))
        progress.trouble = error
