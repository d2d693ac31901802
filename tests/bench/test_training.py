import json
from pathlib import Path

import pytest

from minicompress.bench import training

MEASURED = Path(training.__file__).parent / "measured" / "training.json"


@pytest.fixture
def few_samples(monkeypatch):
    """A measurement of 200 images that takes seconds."""
    write = training._write_samples
    monkeypatch.setattr(training, "_write_samples", lambda folder, samples: write(folder, 200))


@pytest.fixture
def no_torch(monkeypatch):
    monkeypatch.setattr(training.importlib.util, "find_spec", lambda name: None)
    version = training.importlib.metadata.version

    def of_all_but_torch(package):
        if package == "torch":
            raise training.importlib.metadata.PackageNotFoundError
        return version(package)

    monkeypatch.setattr(training.importlib.metadata, "version", of_all_but_torch)


def test_without_torch_our_figures_stand_alone_and_it_says_so(few_samples, no_torch, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "0")
    result = training.measure(quick=True)
    json.dumps(result)
    clean, found = result["runs"][:2]
    assert clean["environment"] == {"OPENBLAS_CORETYPE": None, "OPENBLAS_L2_SIZE": None}
    assert found["environment"]["OPENBLAS_CORETYPE"] == "Haswell"
    for run in result["runs"]:
        for contestants_of_network in run["networks"].values():
            assert list(contestants_of_network) == ["ours"]
            assert len(contestants_of_network["ours"]["seconds"]) == 2
    assert len(result["runs"]) == (3 if training.os.cpu_count() > 1 else 2)
    assert set(result["peak_memory_bytes"]) == {"ours"}
    assert result["first_step"]["compiling_seconds"] > result["first_step"]["cached_seconds"]


def test_ratio_is_the_median_over_the_rounds():
    compared = training._compare({"ours": [1, 2, 9], "torch eager": [2, 8, 10]})
    assert compared["torch eager"] == {"seconds": [2, 8, 10], "median_seconds": 8, "ours_over_theirs": 0.5}
    assert compared["ours"]["ours_over_theirs"] == 1


def test_a_process_that_fails_says_why():
    with pytest.raises(ChildProcessError, match=r"(?s)bench: memory ended with status 1: .*no-such-file"):
        training._child({"task": "memory", "images": "no-such-file.npy", "labels": "", "threads": 1, "name": "ours"})


def test_child_environment_is_changed_for_it_alone(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    seen = {}

    class Done:
        returncode, stdout, stderr = 0, "a warning\n{}\n", ""

    monkeypatch.setattr(training.subprocess, "run", lambda command, env, **_: seen.update(env) or Done)
    assert training._child({"task": "x"}, OPENBLAS_CORETYPE=None, OMP_NUM_THREADS="2") == {}
    assert "OPENBLAS_CORETYPE" not in seen
    assert seen["OMP_NUM_THREADS"] == "2"
    assert training.os.environ["OPENBLAS_CORETYPE"] == "Haswell"


def test_kept_result_names_its_command_seed_versions_and_processor():
    result = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert result["command"] == "minicompress bench training"
    assert result["seed"] == 0
    assert {"python", "numpy", "numba", "torch", "minicompress"} <= set(result["versions"])
    assert result["processor"]
    assert result["peak_memory_bytes"]["ours"] < result["peak_memory_bytes"]["torch eager"]
    assert result["first_step"]["compiling_seconds"] < 10
