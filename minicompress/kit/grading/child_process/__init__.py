"""Grading in a child process: what runs there, how long it may, and how it is ended with all that it started."""
