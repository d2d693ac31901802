"""The demo, end to end in its miniature: real data, real files, the same numbers for the same seed."""

import json
import re

import numpy as np
import pytest

from minicompress import data, nn
from minicompress.deploy import decode, read
from minicompress.kit.screens.demo import in_words
from minicompress.recipes import demo

# Older matplotlib calls a newer pyparsing by names that it is giving up: theirs to settle, and no error of ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """One quick run: (result, folder, what the progress callback was told)."""
    out, told = tmp_path_factory.mktemp("demo") / "deep" / "folder", []
    return demo.run(seed=3, out=out, quick=True, progress=lambda *event: told.append(event)), out, told


def by_method(result):
    return {row.method: row for row in result.rows}


def test_every_method_has_its_row(quick):
    assert [row.method for row in quick[0].rows] == [
        "LeNet-300-100",
        "pruned 90%",
        "pruned 90%, fine-tuned",
        "8 bits",
        "4 bits",
        "2 bits",
        "pruned 90%, fine-tuned, 8 bits",
        "student, hard labels",
        "student, distilled",
        "student, distilled, 8 bits",
        "student, 500 images, hard labels",
        "student, 500 images, distilled",
    ]


def test_rows_tell_what_the_files_hold(quick):
    result, out, _ = quick
    _, _, x, y = data.load("mnist")
    architectures = {
        "pruned 90%, fine-tuned, 8 bits": nn.zoo.lenet_300_100(rng=np.random.default_rng(0)),
        "student, distilled": nn.zoo.mlp(demo.STUDENT_SIZES, rng=np.random.default_rng(0)),
    }
    for row in result.rows:
        assert (out / row.file).stat().st_size == row.size_bytes
        if row.method in architectures:
            decoded = decode(read(out / row.file), architectures[row.method])
            assert nn.accuracy(decoded, x, y) == row.accuracy


def test_sizes_and_counts_are_those_of_the_architectures(quick):
    rows = by_method(quick[0])

    assert rows["LeNet-300-100"].parameters_kept == 266_610
    assert rows["pruned 90%"].parameters_kept == 26_620 + 410
    assert rows["pruned 90%, fine-tuned"].parameters_kept == 26_620 + 410
    assert rows["student, distilled"].parameters_kept == 784 * 50 + 50 * 10 + 60
    payloads = {
        "LeNet-300-100": 4 * 266_610,
        "8 bits": 266_200 + 4 * 410,
        "4 bits": 266_200 // 2 + 4 * 410,
        "2 bits": 266_200 // 4 + 4 * 410,
        "pruned 90%, fine-tuned": 6 * 26_620 + 4 * (413 + 410),
    }
    for method, payload in payloads.items():
        assert payload < rows[method].size_bytes < payload + 5_000  # names and headers of the arrays in the file
    assert rows["pruned 90%, fine-tuned, 8 bits"].size_bytes < rows["pruned 90%, fine-tuned"].size_bytes


def test_accuracies_are_sensible_even_in_the_miniature(quick):
    rows = by_method(quick[0])

    assert rows["LeNet-300-100"].accuracy > 0.9
    assert abs(rows["8 bits"].accuracy - rows["LeNet-300-100"].accuracy) < 0.01
    assert rows["pruned 90%, fine-tuned"].accuracy > rows["pruned 90%"].accuracy
    assert rows["2 bits"].accuracy < 0.6


def test_record_says_the_same_as_the_result_and_how_to_get_it_again(quick):
    result, out, _ = quick
    record = json.loads((out / "demo.json").read_text(encoding="utf-8"))

    assert result.record == out / "demo.json"
    assert record["command"] == "minicompress demo --seed 3 --quick"
    assert record["seed"] == 3
    assert record["versions"]["numpy"] == np.__version__
    assert [row["accuracy"] for row in record["rows"]] == [row.accuracy for row in result.rows]
    assert [row["counted_as"] for row in record["rows"]] == [row.counted_as for row in result.rows]


def test_folder_holds_the_models_the_record_and_the_picture_and_nothing_else(quick):
    result, out, _ = quick

    assert {path.name for path in out.iterdir()} == {row.file for row in result.rows} | {"demo.json", "demo.png"}
    assert result.picture.read_bytes().startswith(b"\x89PNG")
    assert all(path.name.isascii() and " " not in path.name and "%" not in path.name for path in out.iterdir())


def test_progress_goes_through_all_stages_in_order_and_each_from_start_to_end(quick):
    told = quick[2]

    assert list(dict.fromkeys(stage for stage, *_ in told)) == list(demo.STAGES)
    for stage, index, stages, fraction, message in told:
        assert (index, stages) == (demo.STAGES.index(stage), len(demo.STAGES))
        assert 0 <= fraction <= 1
        assert message
    for stage in demo.STAGES:
        fractions = [event[3] for event in told if event[0] == stage]
        assert fractions == sorted(fractions)
        assert fractions[-1] == pytest.approx(1)


def test_the_same_seed_gives_the_same_numbers_and_the_same_files(quick, tmp_path):
    result, out, _ = quick

    again = demo.run(seed=3, out=tmp_path, quick=True)

    assert again.rows == result.rows
    for row in result.rows:
        assert (tmp_path / row.file).read_bytes() == (out / row.file).read_bytes()


def test_in_chinese_no_english_word_of_the_progress_is_left(quick, monkeypatch):
    monkeypatch.setenv("MINICOMPRESS_LANG", "zh")
    names = {"MNIST", "LeNet", "json", "png", "demo"}
    said = {in_words(message) for *_, message in quick[2]}
    assert not set(re.findall("[A-Za-z]+", " ".join(said))) - names, said
    assert len(said) > 20


@pytest.mark.parametrize("stage", ["train", "prune"])
def test_an_interrupted_run_leaves_whole_files_only(stage, quick, tmp_path):
    (tmp_path / "demo.json").write_text("old")

    def interrupt(key, index, stages, fraction, message):
        if key == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.run(seed=0, out=tmp_path, quick=True, progress=interrupt)

    assert (tmp_path / "demo.json").read_text() == "old"
    models = [path for path in tmp_path.iterdir() if path.name != "demo.json"]
    assert all(path.suffix == ".npz" and not path.name.startswith(".") for path in models)
    assert len(models) == {"train": 0, "prune": 2}[stage]
    for path in models:
        read(path)
        assert path.read_bytes() != (quick[1] / path.name).read_bytes()  # which has another seed


@pytest.mark.parametrize("seed", [-1, 1.5, None, True])
def test_a_bad_seed_is_named_before_anything_is_written(seed, tmp_path):
    with pytest.raises(ValueError, match="demo: seed must be an integer >= 0"):
        demo.run(seed=seed, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
