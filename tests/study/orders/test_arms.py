"""Each arm has its steps, bits, rate and shape; all orders begin with one network."""

import numpy as np
import pytest
from small_orders import BEGUN_ALIKE

from minicompress.study import engine
from minicompress.study.orders import arms
from minicompress.study.orders import measure as orders
from minicompress.study.shelf import Shelf


def test_all_orders_begin_with_one_network_and_see_the_same_batches(monkeypatch, tmp_path):
    begun = []

    def spy(model, order, lessons, *, kept, bits, rng):
        state = np.concatenate([p.value.ravel() for p in model.parameters()])
        begun.append((state.tobytes(), kept, bits, rng.bit_generator.state["state"]["state"], len(lessons.x)))
        for p in model.weight_parameters():
            p.value[...] = 0

    monkeypatch.setattr(arms, "compress_in_order", spy)
    study, shelf = orders.study(quick=True), Shelf(tmp_path, "s")
    for arm in BEGUN_ALIKE:
        study.measure(engine.Cell(arm, 100, 0), shelf)
    assert len(set(begun)) == 1
    study.measure(engine.Cell("dpq", 400, 0), shelf)
    assert begun[-1][1:3] == begun[0][1:3]
    assert begun[-1][4] == 400
    assert begun[0][4] == 100


@pytest.mark.parametrize(
    ("arm", "order", "bits", "rate", "widths"),
    [
        ("alone_p", ("p", "t", "t"), None, 0.1, [40, 13, 10]),
        ("alone_q", ("q", "t", "t"), 4, 0.1, [25, 10, 10]),
        ("alone_d", ("d", "d", "d"), None, 0.02, [3, 10]),
        ("small", ("t", "t", "t"), None, 0.02, [3, 10]),
        ("dpq", ("d", "p", "q"), 6, 0.1, [100, 33, 10]),
    ],
)
def test_each_method_alone_has_its_steps_bits_rate_and_shape(monkeypatch, tmp_path, arm, order, bits, rate, widths):
    seen = []

    def spy(model, order, lessons, *, bits, **options):
        seen.append((order, bits, lessons.learning_rate, [p.value.shape[0] for p in model.weight_parameters()]))
        for p in model.weight_parameters():
            p.value[...] = 0

    monkeypatch.setattr(arms, "compress_in_order", spy)
    orders.study(quick=True).measure(engine.Cell(arm, 100, 0), Shelf(tmp_path, "s"))
    assert seen == [(order, bits, rate, widths)]
