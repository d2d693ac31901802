"""Single keys: each is passed on while the block runs, and the terminal is as it was afterwards."""

import io
import os
import queue
import sys

import pytest

from minicompress.kit.cli import keys
from minicompress.kit.cli.keys import single_keys

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")


@pytest.fixture
def terminal(monkeypatch):
    """(where keys are typed, standard input) of a pseudo-terminal."""
    import pty

    ours, theirs = pty.openpty()
    monkeypatch.setattr(keys, "POLL_SECONDS", 0.01)
    with os.fdopen(theirs) as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        yield ours, standard_input
    os.close(ours)


@UNIX
def test_each_key_is_passed_on_without_enter_and_the_terminal_is_put_back(terminal):
    import termios

    typed, standard_input = terminal
    before, pressed = termios.tcgetattr(standard_input), queue.Queue()
    with single_keys(pressed.put):
        assert termios.tcgetattr(standard_input) != before
        for key in (b"h", b"q"):
            os.write(typed, key)
            assert pressed.get(timeout=10) == key.decode()
    assert termios.tcgetattr(standard_input) == before


@UNIX
def test_the_terminal_is_put_back_after_an_exception_and_later_keys_are_left_alone(terminal):
    import termios

    typed, standard_input = terminal
    before, pressed = termios.tcgetattr(standard_input), queue.Queue()
    with pytest.raises(KeyboardInterrupt), single_keys(pressed.put):
        raise KeyboardInterrupt
    assert termios.tcgetattr(standard_input) == before
    os.write(typed, b"x\n")
    assert standard_input.readline() == "x\n"
    assert pressed.empty()


def test_where_standard_input_is_no_terminal_no_key_comes(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("q"))
    pressed = []
    with single_keys(pressed.append):
        pass
    assert pressed == []
    assert sys.stdin.read() == "q"
