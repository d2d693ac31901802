"""The study of orders on a few images: equal bytes, one start for all orders, the same numbers for the same seed."""

import dataclasses

import numpy as np
import pytest
from tiny_study import rows_of

from minicompress import data, nn
from minicompress.study import engine
from minicompress.study.orders import arms
from minicompress.study.orders import figure as orders_figure
from minicompress.study.orders import measure as orders
from minicompress.study.shelf import Shelf

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")

FEW = dataclasses.replace(
    orders.QUICK, training_samples=400, validation_samples=200, teacher_epochs=1, epochs=1, batch_size=20
)
IMAGES = (400, 100)
BEGUN_ALIKE = ("dpq", "dqp", "pdq", "qdp", "pqd", "qpd", "throughout", "at_once", "tpq", "pqt", "qpt")


def small_mnist(shift=0):
    """All of the training set and 500 test images; `shift` falsifies their labels."""
    x, y, x_test, y_test = data.load("mnist")
    return x, y, x_test[:500], (y_test[:500] + shift) % 10


@pytest.fixture(scope="module", autouse=True)
def few():
    """The miniature, smaller still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "QUICK", FEW)
        mnist = small_mnist()
        patch.setattr(orders, "data", type("data", (), {"load": staticmethod(lambda name: mnist)}))
        yield


@pytest.fixture(scope="module")
def run(few, tmp_path_factory):
    """(result, folder, {(arm, images): row}) of one seed."""
    out = tmp_path_factory.mktemp("study")
    result = engine.run(orders.study(quick=True), seeds=1, out=out)
    return result, out, {(row["arm"], row["training_images"]): row for row in rows_of(result.record)}


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


def test_few_images_get_as_many_steps_and_the_answers_of_the_same_teacher(monkeypatch, tmp_path):
    seen = {}

    def spy(model, order, lessons, **options):
        seen[len(lessons.x)] = lessons
        for p in model.weight_parameters():
            p.value[...] = 0

    monkeypatch.setattr(arms, "compress_in_order", spy)
    study, shelf = orders.study(quick=True), Shelf(tmp_path, "s")
    for images in IMAGES:
        study.measure(engine.Cell("dpq", images, 0), shelf)

    everything, part = seen[400], seen[100]
    assert part.epochs * 100 == everything.epochs * 400
    np.testing.assert_array_equal(part.x, everything.x[:100])
    np.testing.assert_array_equal(part.z_t, everything.z_t[:100])
    teacher = nn.load(next(tmp_path.glob("*teacher-0.npz")))
    np.testing.assert_allclose(teacher.predict(part.x), part.z_t, rtol=1e-4, atol=1e-4)
    assert (everything.temperature, part.temperature) == (2.0, 4.0)


def test_the_teacher_is_trained_on_all_images_and_the_start_on_those_of_its_student(monkeypatch, tmp_path):
    seen = []
    original = orders.nn.fit

    def spy(model, x, y, **options):
        seen.append((model.layers[1].weight.shape[0], len(x), options["epochs"]))
        return original(model, x, y, **options)

    monkeypatch.setattr(orders.nn, "fit", spy)
    orders.study(quick=True).measure(engine.Cell("small", 100, 0), Shelf(tmp_path, "s"))
    assert sorted(seen) == [(3, 100, 4), (300, 400, 1)]


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


def test_the_picture_has_a_panel_for_each_number_of_images_and_a_row_for_each_arm_but_the_smallest(run):
    figure = orders.study(quick=True).figure(run[0].summaries, "a title")
    assert [axes.get_title() for axes in figure.axes] == ["400 training images", "100 training images"]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == [orders_figure.LABELS[arm] for arm in (*BEGUN_ALIKE, "alone_p", "alone_q")]
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")
