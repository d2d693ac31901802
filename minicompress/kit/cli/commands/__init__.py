"""What each command does: a function that takes the parsed arguments and returns the exit status."""

from minicompress.kit.cli.commands.checking import check, write_results
from minicompress.kit.cli.commands.developing import dev
from minicompress.kit.cli.commands.files import init, reset, stubs
from minicompress.kit.cli.commands.here import CannotDo
from minicompress.kit.cli.commands.jobs import bench, demo, study
from minicompress.kit.cli.commands.one_exercise import compare, hint, show
from minicompress.kit.cli.commands.overview import dashboard, next_, status
from minicompress.kit.cli.commands.verifying import verify
from minicompress.kit.cli.commands.watching import watch

__all__ = ["COMMANDS", "CannotDo", "write_results"]

COMMANDS = {
    "dashboard": dashboard,
    "demo": demo,
    "study": study,
    "init": init,
    "status": status,
    "next": next_,
    "show": show,
    "hint": hint,
    "check": check,
    "watch": watch,
    "reset": reset,
    "compare": compare,
    "verify": verify,
    "stubs": stubs,
    "bench": bench,
    "dev": dev,
}
