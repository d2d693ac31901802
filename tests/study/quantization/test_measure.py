"""The quantization study on a few images: every arm, its bytes and picojoules by hand, the same numbers for a seed."""

import numpy as np
import pytest
from small_quantization import BIASES, CHANNELS, LIMITS, N

from minicompress.study import engine, find_study
from minicompress.study.quantization import arms
from minicompress.study.quantization import measure as quantization
from minicompress.study.shelf import Shelf

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")


def test_every_arm_is_measured_at_its_bits(run):
    uniform = {f"{when}_{how}" for when in ("ptq", "qat") for how in ("tensor", "channel")} | {"ptq_floats"}
    others = {("float32", 32), ("float16", 16), ("bfloat16", 16), ("binary", 1), ("ternary", 2), ("binary_middle", 1)}
    others |= {("power_of_two", 4), ("hybrid_bits", 2.5), ("hybrid_bits", 3), ("integer", 8)}
    others |= {("lenet5_float32", 32), ("lenet5_integer", 8)}
    assert set(run[2]) == {(arm, bits) for arm in uniform for bits in (3, 8)} | others


def packed(bits, scales=0):
    """Bytes of the codes, the scales, the biases and the limits of activations."""
    return sum(-(-n * b // 8) for n, b in zip(N, bits, strict=True)) + 4 * (scales + BIASES + LIMITS)


@pytest.mark.parametrize(
    ("cell", "size_bytes"),
    [
        (("float32", 32), 4 * (sum(N) + BIASES)),
        (("float16", 16), 2 * sum(N) + 4 * BIASES),
        (("ptq_tensor", 3), packed((3, 3, 3, 3), 4)),
        (("qat_channel", 3), packed((3, 3, 3, 3), CHANNELS)),
        (("ptq_floats", 8), packed((8, 8, 8, 8), CHANNELS) - 4 * LIMITS),
        (("binary", 1), packed((1, 1, 1, 1), CHANNELS)),
        (("ternary", 2), packed((2, 2, 2, 2), CHANNELS)),
        (("binary_middle", 1), packed((8, 1, 1, 8), CHANNELS)),
        (("power_of_two", 4), packed((4, 4, 4, 4), 1)),  # four exponents of one byte
        (("integer", 8), sum(N) + 9 * BIASES),
        (("lenet5_float32", 32), 4 * 431_080),
    ],
    ids=str,
)
def test_bytes_are_those_of_codes_scales_biases_and_limits(run, cell, size_bytes):
    assert run[2][cell]["size_bytes"] == size_bytes


def test_picojoules_are_operations_and_reads(run):
    macs, moved = 97_024, (784 + 8 * 144) + (8 * 144 + 16 * 16) + (256 + 64) + (64 + 10)
    floats, eight, shifts = (
        run[2][cell]["energy_pj"] for cell in (("float32", 32), ("ptq_tensor", 8), ("power_of_two", 4))
    )

    assert floats == pytest.approx(macs * 4.6 + 5 * (sum(N) + moved), abs=1)
    assert eight == pytest.approx(macs * (0.2 + 0.1) + 5 / 4 * (sum(N) + moved), rel=1e-3)
    assert shifts == pytest.approx(macs * (0.025 + 0.1) + 5 / 8 * sum(N) + 5 / 4 * moved, rel=1e-3)
    assert run[2]["float16", 16]["energy_pj"] == pytest.approx(floats - 2.5 * sum(N), abs=1)


def test_the_same_seed_gives_the_same_numbers_in_another_order(run, tmp_path):
    study, shelf = find_study("quantization", quick=True), Shelf(tmp_path, "s")
    for arm, bits in (("qat_channel", 3), ("binary", 1), ("float32", 32)):
        measured = study.measure(engine.Cell(arm, bits, 0), shelf)
        assert measured == {key: run[2][arm, bits][key] for key in measured}


def test_the_test_set_decides_nothing(run, tmp_path, monkeypatch):
    x, y, x_test, y_test = quantization.data.load("mnist")
    monkeypatch.setattr(quantization.data, "load", lambda name: (x, y, x_test, (y_test + 1) % 10))
    study, shelf = find_study("quantization", quick=True), Shelf(tmp_path, "s")
    for arm, bits in (("qat_channel", 3), ("hybrid_bits", 2.5), ("ptq_channel", 8)):
        measured, right = study.measure(engine.Cell(arm, bits, 0), shelf), run[2][arm, bits]
        assert measured["accuracy"] <= 1 - right["accuracy"]  # labels that are wrong, so the same predictions are too
        unchanged = [key for key in measured if key != "accuracy"]
        assert [measured[key] for key in unchanged] == [right[key] for key in unchanged]


def test_predictions_that_differ_from_the_floats_are_counted(tmp_path, monkeypatch):
    class Shifted:
        """The float network, but for the first three images of each batch."""

        size_bytes = 1

        def __init__(self, model, x):
            self.model = model

        def predict(self, x, batch_size=1000):
            logits = self.model.predict(x)
            logits[:3] = np.roll(logits[:3], 1, axis=1)
            return logits

    monkeypatch.setattr(arms, "to_integers", Shifted)
    row = find_study("quantization", quick=True).measure(engine.Cell("integer", 8, 0), Shelf(tmp_path, "s"))
    assert row["differing_predictions"] == 3
