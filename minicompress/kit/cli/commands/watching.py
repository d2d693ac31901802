"""`minicompress watch`: the learner's inner loop."""

from minicompress.kit.catalog import read_catalog
from minicompress.kit.cli.commands.here import choose_exercise, open_progress, workspace_here
from minicompress.kit.cli.keys import single_keys
from minicompress.kit.language import say
from minicompress.kit.screens import Screen
from minicompress.kit.watch.loop import Watch, file_events

__all__ = ["watch"]


def watch(arguments):
    """Grade at every save, until `q` or Ctrl-C."""
    workspace, catalog, screen = workspace_here(), read_catalog(), Screen()
    exercise = choose_exercise(arguments, workspace)
    loop = Watch(workspace, catalog, open_progress(workspace), screen, _grader(workspace), exercise)
    with file_events(workspace, catalog, loop.events.put), single_keys(lambda key: loop.events.put(("key", key))):
        try:
            loop.run()
        except KeyboardInterrupt:  # the ordinary way out where no key can be read
            screen.line(say("watch_ended"))
    return 0


def _grader(workspace):
    from minicompress.kit.grading.child_process.runner import grade_files

    def grade(exercise):
        (result,) = grade_files([exercise], workspace.exercises)
        return result

    return grade
