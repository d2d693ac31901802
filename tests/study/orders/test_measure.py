"""The study of orders on a few images: equal bytes, one start for all orders, the same numbers for the same seed."""

import numpy as np
import pytest
from small_orders import BEGUN_ALIKE, IMAGES, small_mnist
from tiny_study import rows_of

from minicompress import nn
from minicompress.study import engine
from minicompress.study.orders import measure as orders
from minicompress.study.shelf import Shelf

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")


def test_every_arm_is_measured_with_all_images_and_with_few(run):
    arms = {*BEGUN_ALIKE, "alone_p", "alone_q", "alone_d", "small"}
    assert set(run[2]) == {("teacher", 400)} | {(arm, images) for arm in arms for images in IMAGES}


def test_all_but_the_teacher_come_within_a_few_percent_of_the_budget(run):
    sizes = {cell: row["size_bytes"] for cell, row in run[2].items() if cell[0] != "teacher"}
    assert min(sizes.values()) > 0.95 * 10_000
    assert max(sizes.values()) < 1.02 * 10_000
    assert run[2]["teacher", 400]["size_bytes"] == 4 * 266_610


def test_bytes_are_those_of_the_shapes(run):
    """Row starts, shapes, biases and float32 maxima, then 2 bytes and 6 bits a weight; dense ones by the parameter."""
    for arm in BEGUN_ALIKE:
        row = run[2][arm, 400]
        overhead = 4 * (143 + 3) + 3 * 8 + 4 * 143 + 3 * 4
        assert row["sparse"] == 1
        assert 0 <= row["size_bytes"] - overhead - 2.75 * row["weights"] < 3
        assert row["weights"] <= (10_000 - overhead) // 2.75
    pruned = run[2]["alone_p", 400]
    assert pruned["size_bytes"] == 4 * (63 + 3) + 3 * 8 + 4 * 63 + 6 * pruned["weights"]
    assert run[2]["small", 400]["size_bytes"] == run[2]["alone_d", 400]["size_bytes"] == 4 * (784 * 3 + 30 + 13)
    assert run[2]["alone_q", 400]["sparse"] == 0


def test_the_same_seed_gives_the_same_numbers_also_after_an_interruption(run, tmp_path):
    def stop(progress):
        if progress.done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.run(orders.study(quick=True), seeds=1, out=tmp_path, progress=stop)
    result = engine.run(orders.study(quick=True), seeds=1, out=tmp_path)
    assert rows_of(result.record) == rows_of(run[0].record)


def test_the_test_set_decides_nothing(run, tmp_path, monkeypatch):
    false = small_mnist(shift=1)
    monkeypatch.setattr(orders, "data", type("data", (), {"load": staticmethod(lambda name: false)}))
    measured = orders.study(quick=True).measure(engine.Cell("qpd", 400, 0), Shelf(tmp_path, "s"))
    right = run[2]["qpd", 400]
    assert measured["accuracy"] < 1 - right["accuracy"]
    assert measured["validation_accuracy"] == right["validation_accuracy"]


def test_the_accuracy_is_that_of_what_is_decoded(monkeypatch, tmp_path):
    monkeypatch.setattr(orders, "decode", lambda encoded, model: nn.zoo.mlp((784, 5, 10), rng=np.random.default_rng(0)))
    measured = orders.study(quick=True).measure(engine.Cell("small", 100, 0), Shelf(tmp_path, "s"))
    other = nn.zoo.mlp((784, 5, 10), rng=np.random.default_rng(0))
    assert measured["accuracy"] == nn.accuracy(other, *small_mnist()[2:])
    assert measured["weights"] == 784 * 5 + 50
