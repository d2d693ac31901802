"""The command line: `command_line.py` reads the words, `commands/` has a function for each command."""
