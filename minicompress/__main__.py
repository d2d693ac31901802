"""`python -m minicompress` is the command `minicompress`."""

import sys

from minicompress.kit.cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())
