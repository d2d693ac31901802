"""Which characters an encoding can show, and output that nobody reads."""

import os
import sys

import pytest

from minicompress.kit.standard_output import can_show, complain, flush


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [("mask", "ascii", True), ("掩码", "utf-8", True), ("掩码", "latin-1", False), ("mask", "no-such-codec", False)],
)
def test_an_encoding_can_show_a_text_or_not(text, encoding, shown):
    assert can_show(text, encoding) is shown


def test_a_complaint_goes_to_standard_error_alone(capsys):
    complain("No folder x.")
    assert capsys.readouterr() == ("", "No folder x.\n")


def test_a_pipe_whose_reader_has_gone_is_flushed_in_silence(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        print("nobody reads this")
        flush()
