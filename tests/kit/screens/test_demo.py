"""The demo's progress and table, in both languages and at any width."""

import io

import pytest
from terminals import ESCAPE

from minicompress.kit.language import choose_language


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [70, 80, 100])
def test_the_progress_of_the_demo_shows_the_validation_accuracy(width, language):
    from minicompress.kit.screens import demo as demo_screen
    from minicompress.kit.screens import pieces as screen_pieces

    choose_language(language)
    console = screen_pieces.Console(file=io.StringIO(), width=width, force_terminal=True)
    with demo_screen._progress(console) as report:
        for stage in ("data", "train", "prune", "student", "few"):
            report(stage, 0, 7, 1.0, "epoch 10 of 10, loss 0.0123, validation accuracy 98.76%")
    assert "98.76%" in ESCAPE.sub("", console.file.getvalue())
