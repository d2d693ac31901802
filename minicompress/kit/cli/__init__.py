"""The command line: words are read in `parser.py`, run in `command_line.py`, each by its function in `commands/`."""
