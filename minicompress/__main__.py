"""`python -m minicompress` is the command `minicompress`."""

import sys

from minicompress.kit.command_line import main

if __name__ == "__main__":
    sys.exit(main())
