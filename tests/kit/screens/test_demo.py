"""The demo's progress and table, in both languages and at any width."""

import io
from pathlib import Path

import pytest
from terminals import ESCAPE, cells

from minicompress.kit.language import choose_language
from minicompress.kit.screens import demo
from minicompress.kit.screens.pieces import Console
from minicompress.recipes.demo_record import DemoResult, DemoRow


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [70, 80, 100])
def test_the_progress_of_the_demo_shows_the_validation_accuracy(width, language):
    choose_language(language)
    console = Console(file=io.StringIO(), width=width, force_terminal=True)
    with demo._progress(console) as report:
        for stage in ("data", "train", "prune", "student", "few"):
            report(stage, 0, 7, 1.0, "epoch 10 of 10, loss 0.0123, validation accuracy 98.76%")
    assert "98.76%" in ESCAPE.sub("", console.file.getvalue())


ROWS = (
    DemoRow("pruned 90%", "pruning", 0.9654, 27_030, 163_912, "sparse float32", "weights that are not zero", "a.npz"),
    DemoRow("8 bits", "quantization", 0.98, 266_610, 272_345, "dense int8", "one byte a weight", "b.npz"),
)


@pytest.mark.parametrize("width", [50, 100])
def test_the_table_has_a_row_for_each_model_and_fits(width, tmp_path):
    console = Console(file=io.StringIO(), width=width)
    demo._show(console, DemoResult(ROWS, 3, True, 12.4, tmp_path / "demo.json", Path("demo.png")))
    printed = console.file.getvalue()
    assert max(map(cells, printed.splitlines())) <= width
    for figure in ("96.54%", "98.00%", "163,912", "272,345"):
        assert figure in printed
    assert ("27,030" in printed, "one byte a weight" in printed) == (width == 100, width == 100)


def test_a_message_that_is_too_long_keeps_its_last_part():
    message = "epoch 10 of 10, loss 0.0123, validation accuracy 98.76%"
    assert demo._shorten(message, 100) == message
    assert demo._shorten(message, 45) == "epoch 10 of 10, validation accuracy 98.76%"
    assert demo._shorten(message, 10) == "validation accuracy 98.76%"


def test_in_a_pipe_a_stage_is_a_line_on_standard_error_when_it_is_done(capsys):
    with demo._progress(Console(file=io.StringIO())) as report:
        report("train", 1, 7, 0.5, "half")
        report("train", 1, 7, 1.0, "whole")
    printed, error = capsys.readouterr()
    assert printed == ""
    assert error.startswith("[2/7] ")
    assert error.endswith("whole\n")
    assert "half" not in error


def test_the_recipes_words_are_translated_clause_by_clause_and_names_stay():
    assert demo.in_words("LeNet-300-100, loss 0.5") == "LeNet-300-100, loss 0.5"
    choose_language("zh")
    assert demo.in_words("LeNet-300-100") == "LeNet-300-100"
    assert demo.in_words("LeNet-300-100, loss 0.5") == "LeNet-300-100，损失 0.5"
