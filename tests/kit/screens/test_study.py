"""`minicompress study` as it is typed: lines, tables and exit statuses, a real Ctrl-C, narrow terminals, Chinese."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import unicodedata

import pytest
from rich.console import Console
from tiny_study import Counting, number, tiny

from minicompress import study as room
from minicompress.kit.cli.command_line import main
from minicompress.kit.screens import study as study_screen
from minicompress.study import STUDIES, find_study
from minicompress.study.distillation import figure as distillation_figure
from minicompress.study.orders import figure as orders_figure
from minicompress.study.pruning import figure as pruning_figure
from minicompress.study.quantization import figure as quantization_figure
from minicompress.study.voltage import figure as voltage_figure

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `minicompress study tiny WORDS`, in place of a study that trains; return (exit status, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words, measure=None):
        monkeypatch.setattr(room, "STUDIES", ("tiny",))
        monkeypatch.setattr(room, "find_study", lambda name, *, quick=False: tiny(measure or Counting(), quick=quick))
        status = main(["study", *words])
        return status, *capsys.readouterr()

    return run


def test_a_line_for_each_cell_goes_to_standard_error_and_the_table_to_standard_output(command, tmp_path):
    status, printed, error = command("tiny")

    assert status == 0
    assert error.splitlines()[:3] == [
        "[1/6] weights, one-shot, 50%, seed 0",
        "[2/6] weights, one-shot, 90%, seed 0",
        "[3/6] random weights, 50%, seed 0",
    ]
    assert len(error.splitlines()) == 6
    low, high = sorted(number("weight", 0.9, seed) for seed in (0, 1))
    row = f"90% {(low + high) / 2:.2%} {100 * low:.2f}-{high:.2%} 1,000"
    assert row in [" ".join(line.split()) for line in printed.splitlines()]
    assert {"tiny.json", "tiny.png"} == {path.name for path in (tmp_path / "minicompress-study").iterdir()}
    for name in ("tiny.json", "tiny.png"):
        assert os.path.join("minicompress-study", name) in printed
    assert "miniature" not in printed


def test_a_second_run_measures_nothing_and_says_so(command):
    command("tiny")
    measure = Counting()
    status, printed, error = command("tiny", measure=measure)

    assert (status, measure.cells) == (0, [])
    assert error == "6 of 6 cells are already in the record; measuring the rest.\n"
    assert "weights, one-shot" in printed


def test_control_c_ends_with_130_and_says_that_it_goes_on(command):
    def stop(cell):
        if len(measure.cells) == 4:
            raise KeyboardInterrupt

    measure = Counting(stop)
    status, printed, error = command("tiny", measure=measure)
    assert (status, printed) == (130, "")
    assert error.splitlines()[-2:] == [
        "Progress saved. Run the same command to resume.",
        "Interrupted.",
    ]
    status, _, error = command("tiny")
    assert status == 0
    assert error.splitlines()[:2] == [
        "4 of 6 cells are already in the record; measuring the rest.",
        "[5/6] weights, one-shot, 90%, seed 1",
    ]


def test_a_record_that_cannot_be_continued_is_named(command, tmp_path):
    (tmp_path / "minicompress-study").mkdir()
    (tmp_path / "minicompress-study" / "tiny.json").write_text("{half")
    _, _, error = command("tiny")
    assert f"saved as {os.path.join('minicompress-study', 'tiny.old-1.json')}" in error


def test_options_reach_the_study(command, tmp_path):
    status, printed, error = command("tiny", "--quick", "--seeds", "3", "--out", "deep/folder")

    assert status == 0
    assert "[9/9]" in error
    assert "A quick run" in printed
    kept = json.loads((tmp_path / "deep" / "folder" / "tiny-quick.json").read_text(encoding="utf-8"))
    assert kept["command"] == "minicompress study tiny --quick --seeds 3"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tinny",), "no study `tinny`. Did you mean `tiny`?"),
        (("xyzzy",), "no study `xyzzy`. There are: tiny."),
        (("tiny", "--seeds", "0"), "--seeds must be an integer >= 1, got 0"),
        (("tiny", "--seeds", "few"), "few"),
        (("tiny", "--quik"), "Did you mean `--quick`?"),
        (("tiny", "--out", "taken"), "taken is a file; a folder is needed"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_said_with_status_2_and_nothing_is_written(command, tmp_path, words, told):
    (tmp_path / "taken").write_text("")
    status, printed, error = command(*words)

    assert (status, printed) == (2, "")
    assert told in error
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_without_a_name_every_study_is_listed_with_what_it_measures(capsys):
    assert main(["study"]) == 0
    printed = capsys.readouterr().out
    assert all(f"minicompress study {name}" in printed for name in room.STUDIES)


def test_a_folder_that_cannot_be_written_is_said_with_status_2(command, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "minicompress-study")

    monkeypatch.setattr("minicompress._base.files.replace_atomically", refuse)
    status, _, error = command("tiny")
    assert status == 2
    assert "minicompress-study cannot be written: Permission denied" in error


def cells(line):
    """The columns that a line takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal_and_no_figure_is_cut(command, monkeypatch, width, language):
    monkeypatch.setenv("COLUMNS", str(width))
    status, printed, error = command("tiny", "--lang", language)

    assert status == 0
    assert [line for line in printed.splitlines() if cells(line) > width] == []
    assert "…" not in printed
    assert {"en": "weights, one-shot", "zh": "权重，一次剪完"}[language] in map(str.strip, printed.splitlines())
    low, high = sorted(number("weight", 0.9, seed) for seed in (0, 1))
    assert f"{(low + high) / 2:.2%}" in printed
    assert f"{100 * low:.2f}-{high:.2%}" in printed
    assert bool(re.search("[\u4e00-\u9fff]", printed + error)) == (language == "zh")
    if language == "zh":
        assert not re.search("weights|seed|median|range|record", printed + error)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 100])
def test_on_a_terminal_a_bar_shows_what_is_measured_and_the_time_left(tmp_path, monkeypatch, width, language):
    monkeypatch.setenv("MINICOMPRESS_LANG", language)
    console = Console(file=io.StringIO(), width=width, force_terminal=True)
    study = tiny(Counting())
    with study_screen._progress(console, study) as progress:
        study_screen_run(study, tmp_path, progress)
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", console.file.getvalue())

    assert "6/6" in shown
    assert ({"en": "draw", "zh": "绘图"}[language] in shown) == (width == 100)  # what is being done, if there is room
    assert re.search(r"\d:\d\d:\d\d", shown)
    assert max(map(cells, re.split("[\r\n]", shown))) <= width


def study_screen_run(study, out, progress):
    from minicompress.study import engine

    return engine.run(study, out=out, progress=progress)


@pytest.mark.parametrize("name", STUDIES)
def test_every_arm_and_setting_has_its_words_and_the_picture_says_the_same(name):
    study = find_study(name)
    words = {arm: study_screen._arm(arm) for arm in study.arms}
    assert len(set(words.values())) == len(words)
    assert study_screen.say(f"setting_{study.setting}")
    labels = {
        "pruning": pruning_figure._METHODS | pruning_figure._SCHEDULES,
        "quantization": quantization_figure.LABELS,
        "voltage": voltage_figure.LABELS,
        "distillation": {
            f"{task}.{method}": f"{panel}: {label}"
            for task, panel in distillation_figure._PANELS.items()
            for method, label in distillation_figure.LABELS.items()
        },
        "orders": orders_figure.LABELS,
    }
    for arm, label in labels.get(name, {}).items():
        assert words[arm] == label


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_help_names_every_study(language, capsys):
    assert main(["--lang", language, "study", "--help"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in STUDIES if name not in printed.partition("NAME")[2]] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_a_real_study_goes_on_after_a_real_control_c(tmp_path):
    command = [sys.executable, "-m", "minicompress", "study", "pruning", "--quick", "--seeds", "1", "--out", "o"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MINICOMPRESS_LANG": "en", "PYTHONIOENCODING": "utf-8"}
    options = {"cwd": tmp_path, "env": environment, "encoding": "utf-8"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
        lines = [process.stderr.readline() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        printed, error = process.communicate(timeout=60)
    assert lines[3].startswith("[4/17] neurons")
    assert (process.returncode, printed) == (130, "")
    assert "Run the same command to resume." in error
    kept = len(json.loads((tmp_path / "o" / "pruning-quick.json").read_text(encoding="utf-8"))["cells"])
    assert kept >= 3

    done = subprocess.run(command, capture_output=True, timeout=120, **options)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0].startswith(f"{kept} of 17 cells are already in the record")
    assert done.stderr.splitlines()[1].startswith(f"[{kept + 1}/17]")
    assert "A quick run on part of the data" in done.stdout
    assert len(json.loads((tmp_path / "o" / "pruning-quick.json").read_text(encoding="utf-8"))["cells"]) == 17


def test_a_study_without_a_name_lists_the_studies(capsys):
    for language in ("en", "zh"):
        assert main(["--lang", language, "study"]) == 0
        printed = capsys.readouterr().out
        assert [name for name in STUDIES if f"minicompress study {name}" not in printed] == []
