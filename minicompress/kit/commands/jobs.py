"""Commands that load the numeric rooms, and so take longer to start."""

from minicompress.kit.commands.here import CannotDo
from minicompress.kit.language import say

__all__ = ["bench", "demo", "study"]


def demo(arguments):
    """Train, compress and distil LeNet-300-100 on MNIST, for real."""
    from minicompress.kit.demo_screen import run_demo

    return run_demo(arguments)


def study(arguments):
    """Measure curves by real training; go on where an earlier run stopped."""
    from minicompress.kit.study_screen import run_study

    return run_study(arguments)


def bench(arguments):
    """Measure against a peer, in one run, as a ratio."""
    import json
    import shutil

    from minicompress.bench import training
    from minicompress.files import write_text

    result = training.measure(quick=arguments.quick)
    print(training.render(result, shutil.get_terminal_size().columns))
    if arguments.json:
        try:
            write_text(arguments.json, json.dumps(result, indent=2) + "\n")
        except OSError as error:
            raise CannotDo(say("cannot_write", path=arguments.json, error=error.strerror or error)) from error
    return 0
