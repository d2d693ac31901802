"""The screen of `minicompress bench`, in both languages and at the widths of terminals."""

import argparse
import copy
import io
import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from minicompress.bench import training
from minicompress.kit.cli.commands.here import CannotDo
from minicompress.kit.language import LANGUAGES, choose_language
from minicompress.kit.screens import bench as bench_screen

MEASURED = json.loads((Path(training.__file__).parent / "measured" / "training.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _language():
    choose_language("en")
    yield
    choose_language(None)


def shown(result, width=200):
    file = io.StringIO()
    bench_screen.show_training(result, Console(file=file, width=width, highlight=False))
    return file.getvalue()


def as_if_found(result):
    """The same with a second run, for which OPENBLAS_CORETYPE was set."""
    result = copy.deepcopy(result)
    found = copy.deepcopy(result["runs"][0])
    found["environment"]["OPENBLAS_CORETYPE"] = "Haswell"
    found["networks"]["lenet5"]["torch eager"]["ours_over_theirs"] = 0.777
    result["runs"].insert(1, found)
    return result


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_it_fits_the_width_and_tells_every_figure(language, width):
    choose_language(language)
    text = shown(as_if_found(MEASURED), width)
    assert max(map(cell_len, text.splitlines())) <= width
    for run in MEASURED["runs"]:
        for contestants in run["networks"].values():
            for name, entry in contestants.items():
                assert f"{entry['median_seconds']:.3f}" in text
                assert name == "ours" or f"{entry['ours_over_theirs']:.2f}" in text
        for rate in run["sgemm_gflops"].values():
            assert f"{rate:.0f}" in text
    for size in MEASURED["peak_memory_bytes"].values():
        assert f"{size / 2**20:.0f} MiB" in text
    for words in ("LeNet-300-100", "LeNet-5", "torch channels_last", "sgemm", "0.78", MEASURED["processor"].split()[0]):
        assert words in text


def test_each_language_has_its_words_and_none_of_the_others():
    assert shown(MEASURED).isascii()
    choose_language("zh")
    for sentence in ("first step", "seconds", "ratio", "thread", "cores", "OpenBLAS free", "found", "memory"):
        assert sentence not in shown(as_if_found(MEASURED))


def test_the_environment_as_found_has_figures_of_its_own_or_is_said_to_be_the_same():
    same = "with the environment unchanged, the figures are the same."
    assert same in shown(MEASURED)
    text = shown(as_if_found(MEASURED))
    assert same not in text
    assert "environment unchanged: OPENBLAS_CORETYPE=Haswell" in text
    assert "0.78" in text[text.index("Haswell") :]


def test_without_a_peer_it_says_so_and_after_a_quick_run_that_it_is_rough():
    alone = copy.deepcopy(MEASURED)
    assert "PyTorch is not installed" not in shown(alone)
    assert "rough" not in shown(alone)
    del alone["versions"]["torch"]
    alone["command"] += " --quick"
    for run in alone["runs"]:
        for network, contestants in run["networks"].items():
            run["networks"][network] = {"ours": contestants["ours"]}
        del run["sgemm_gflops"]["torch"]
    assert "PyTorch is not installed" in shown(alone)
    assert "rough" in shown(alone)
    assert "torch eager" not in shown(alone).split("Peak memory")[0]


def test_the_result_is_shown_and_kept(monkeypatch, tmp_path, capsys):
    asked = []
    monkeypatch.setattr(training, "measure", lambda *, quick: asked.append(quick) or MEASURED)
    file = tmp_path / "result.json"
    assert bench_screen.run_bench(argparse.Namespace(quick=True, json=str(file))) == 0
    assert asked == [True]
    assert json.loads(file.read_text(encoding="utf-8")) == MEASURED
    assert "LeNet-5" in capsys.readouterr().out
    with pytest.raises(CannotDo, match="inside-a-file"):
        bench_screen.run_bench(argparse.Namespace(quick=False, json=str(file / "inside-a-file")))
